"""What is kept: tables, repositories, the unit of work."""

"""A Teams and a Graph on one machine. Knows the program over HTTP only."""

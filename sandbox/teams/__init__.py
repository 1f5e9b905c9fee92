"""A local Teams: the Bot Connector's REST side for the program, and a chat page for a person."""

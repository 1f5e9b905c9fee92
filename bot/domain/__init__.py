"""Plain Python, no input or output: the words and rules of the programme."""

"""The use cases: one class a noun, one transaction a use case."""

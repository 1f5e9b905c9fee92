"""What a conversation asks, step by step."""

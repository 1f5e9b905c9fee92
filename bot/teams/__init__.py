"""The Bot Framework surface."""

"""The running program: a Microsoft Teams bot for Empowering Conversations."""

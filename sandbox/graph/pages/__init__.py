"""The pages of the local Graph: each person's calendar, inbox and Teams notifications."""

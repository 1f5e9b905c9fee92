"""The only home of the Microsoft Graph client."""

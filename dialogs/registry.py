"""All that the chat can do: each noun adds its routes here."""

from __future__ import annotations

from dialogs import help_actions, settings
from dialogs.routes import Routes


def all_routes() -> Routes:
    """The handlers and flows of every noun."""
    return Routes().include((help_actions.routes, settings.routes))

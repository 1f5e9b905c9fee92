"""What the floor above gives to the endpoint: who answers, and who words the mishaps."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botbuilder.core import TurnContext

Handler = Callable[[TurnContext], Awaitable[Any]]
OnBug = Callable[[TurnContext, str], Awaitable[None]]
OnAway = Callable[[TurnContext], Awaitable[None]]
OnShown = Callable[[str, Mapping[str, str]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Voices:
    """The callbacks of a process.

    Attributes:
        handler: `on_turn` of an ActivityHandler.
        on_bug: Tells the person that something broke, with a reference that the log has too.
        on_away: Tells the person that nothing works just now; it must not need the database.
        on_shown: Told the ids of the cards that were to be remembered, by conversation, once
            they are in the chat.
    """

    handler: Handler
    on_bug: OnBug
    on_away: OnAway
    on_shown: OnShown | None = None

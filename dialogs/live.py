"""Cards that show a subject and are kept true: remembered by name in the turn's state.

A card that is sent gets its id when the turn is over; `remember` is told then. A card that takes
a clicked one's place has that one's id, and what the clicked one showed before is let go.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.services.ports import LiveCardDesk

_MOST = 40


def live_name(person_id: str, subject: str) -> str:
    """What a card on a subject is remembered as."""
    return f"live|{person_id}|{subject}"


def is_live(name: str) -> bool:
    """Whether a card is remembered as one on a subject."""
    return name.startswith("live|")


async def remember(desk: LiveCardDesk, conversation_id: str, cards: Mapping[str, str]) -> None:
    """Keep the ids of cards that were sent, those of subjects among them."""
    for name, activity_id in cards.items():
        if is_live(name):
            _, person_id, subject = name.split("|", 2)
            await desk.shown(person_id, subject, conversation_id, activity_id)


async def place(
    desk: LiveCardDesk,
    state: dict[str, Any],
    *,
    person_id: str,
    conversation_id: str,
    activity_id: str,
    subject: str | None,
    was_form: bool = False,
) -> None:
    """A clicked card shows a subject now (or none): remember it, let go what it showed.

    `was_form`: it was the open form's before, and so was let go when it became that.
    """
    cards: dict[str, str] = state.setdefault("cards", {})
    name = live_name(person_id, subject) if subject else None
    live = [known for known, kept in cards.items() if kept == activity_id and is_live(known)]
    for old in live:
        if old != name:
            del cards[old]
    if name is None or subject is None:
        if live or not was_form:
            await desk.turned(activity_id)
        return
    cards.pop(name, None)
    cards[name] = activity_id
    for oldest in [known for known in cards if is_live(known)][:-_MOST]:
        del cards[oldest]
    await desk.shown(person_id, subject, conversation_id, activity_id)

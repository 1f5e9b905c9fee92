"""Whose calendars are worth a look, and what Outlook says of them."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping

from bot.domain.errors import OutsideFault
from bot.domain.pairing import (
    Availability,
    Need,
    Placed,
    Weights,
    is_new,
    person_cost,
    proposable,
)
from bot.domain.people import Side
from bot.services.ports import Calendars

ASKED = 20
"""Of each side and experience, so many calendars are looked at: those of the best placed."""


def best_placed(
    need: Need, people: Iterable[Placed], weights: Weights, most: int, count: int = ASKED
) -> list[Placed]:
    """Of each side and experience the best few who may be proposed, before Outlook is asked."""
    groups: dict[tuple[Side, bool], list[Placed]] = {}
    for placed in people:
        if proposable(need, placed, most):
            kind = (placed.profile.side, is_new(placed.profile, weights))
            groups.setdefault(kind, []).append(placed)
    return [
        placed
        for group in groups.values()
        for placed in heapq.nsmallest(
            count, group, key=lambda p: (person_cost(need, p, weights), p.profile.person_id)
        )
    ]


async def availability(
    calendars: Calendars, mails: Mapping[str, str], need: Need
) -> dict[str, Availability] | None:
    """Person → what Outlook says of them for a need; None while it is away."""
    if not mails:
        return {}
    asked = sorted(set(mails.values()))
    try:
        told = await calendars.availability(asked, need.starts_at, need.ends_at)
    except OutsideFault:
        return None
    return {person_id: told.get(mail, Availability.UNKNOWN) for person_id, mail in mails.items()}

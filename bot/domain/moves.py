"""The one door through which every status changes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from bot.domain.errors import MovedOn

Status = TypeVar("Status", bound=StrEnum)
Moves = Mapping[Status, frozenset[Status]]


def check_move(moves: Moves[Status], noun: str, now: Status, to: Status) -> None:
    """Refuse a move that the table does not hold.

    Raises:
        MovedOn: with the noun and both statuses, so that the card can say how things stand.
    """
    if to not in moves[now]:
        raise MovedOn(f"{noun}_moved_on", status=now.value, wanted=to.value)

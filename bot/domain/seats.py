"""Seats of a session: who has one, who waits, who left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.moves import Moves, check_move


class SeatStatus(StrEnum):
    """Where one person stands with one session."""

    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    LEFT = "left"
    DECLINED = "declined"
    ATTENDED = "attended"
    ABSENT = "absent"


_S = SeatStatus
MOVES: Moves[SeatStatus] = {
    _S.CONFIRMED: frozenset({_S.LEFT, _S.ATTENDED, _S.ABSENT}),
    _S.WAITLISTED: frozenset({_S.CONFIRMED, _S.OFFERED, _S.LEFT}),
    # An offer that lapses puts the person back in the waitlist's last place, or out.
    _S.OFFERED: frozenset({_S.CONFIRMED, _S.DECLINED, _S.LEFT}),
    _S.LEFT: frozenset({_S.CONFIRMED, _S.WAITLISTED}),
    _S.DECLINED: frozenset({_S.CONFIRMED, _S.WAITLISTED}),
    _S.ATTENDED: frozenset(),
    _S.ABSENT: frozenset(),
}
TAKEN = frozenset({_S.CONFIRMED, _S.OFFERED})
STANDING = frozenset({_S.CONFIRMED, _S.WAITLISTED, _S.OFFERED})


@dataclass
class Seat:
    """One person's place in one session. `ticket` orders arrivals within the session."""

    session_id: str
    person_id: str
    status: SeatStatus
    ticket: int
    asked_at: datetime
    changed_at: datetime
    offered_until: datetime | None = None
    added_by: str | None = None


def move(seat: Seat, to: SeatStatus, at: datetime) -> None:
    """Change a seat's status; nothing else does.

    Raises:
        MovedOn: `seat_moved_on`, where the table does not hold this move.
    """
    check_move(MOVES, "seat", seat.status, to)
    seat.status = to
    seat.changed_at = at
    seat.offered_until = None


def taken(seats: Sequence[Seat]) -> int:
    """How many seats are held or promised."""
    return sum(seat.status in TAKEN for seat in seats)

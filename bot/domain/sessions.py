"""A session: one dated occurrence of a conversation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.moves import Moves, check_move
from bot.domain.people import Side
from bot.domain.requests import Visibility


class SessionStatus(StrEnum):
    """Where a session stands. The chart is in docs/lifecycles.md."""

    PLANNED = "planned"
    STAFFED = "staffed"
    BOOKING = "booking"
    BOOKED = "booked"
    HELD = "held"
    CLOSED = "closed"
    CANCELLED = "cancelled"


_S = SessionStatus
MOVES: Moves[SessionStatus] = {
    _S.PLANNED: frozenset({_S.STAFFED, _S.CANCELLED}),
    _S.STAFFED: frozenset({_S.BOOKING, _S.CANCELLED}),
    _S.BOOKING: frozenset({_S.BOOKED, _S.CANCELLED}),
    _S.BOOKED: frozenset({_S.HELD, _S.CANCELLED, _S.BOOKING}),
    _S.HELD: frozenset({_S.CLOSED}),
    _S.CLOSED: frozenset(),
    _S.CANCELLED: frozenset(),
}
# People may sign up from the moment that both facilitators have accepted: the invitation
# follows when Outlook has made the meeting.
JOINABLE = frozenset({_S.STAFFED, _S.BOOKING, _S.BOOKED})
AHEAD = JOINABLE | {_S.PLANNED}

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE = re.compile(r"\b([2-9A-HJKMNP-TV-Z]{3})[-\u2011 ]?([2-9A-HJKMNP-TV-Z]{3})\b", re.IGNORECASE)


@dataclass
class Session:
    """One dated occurrence.

    `starts_at` and `ends_at` are aware UTC; `zone` is the IANA zone on whose clock it was
    chosen. `place` is None for a virtual session. `transaction_id` is what Graph knows the
    booking by; `booking_asked` is stored before Graph is asked for the first time; `version`
    grows with every move in time. `fault` is the code of what Outlook last refused.
    """

    session_id: str
    code: str
    offering: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    language: str
    region: str
    organization: str
    visibility: Visibility
    capacity: int
    transaction_id: str
    created_at: datetime
    request_id: str | None = None
    place: str | None = None
    status: SessionStatus = SessionStatus.PLANNED
    version: int = 1
    booking_asked: bool = False
    event_id: str | None = None
    join_url: str | None = None
    booked_at: datetime | None = None
    fault: str | None = None
    cancel_reason: str = ""

    @property
    def duration(self) -> timedelta:
        """From start to end, breaks included."""
        return self.ends_at - self.starts_at


def move(session: Session, to: SessionStatus) -> None:
    """Change a session's status; nothing else does.

    Raises:
        MovedOn: `session_moved_on`, where the table does not hold this move.
    """
    check_move(MOVES, "session", session.status, to)
    session.status = to


class AssignmentStatus(StrEnum):
    """How a facilitator answered the offer to lead."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


_A = AssignmentStatus
ASSIGNMENT_MOVES: Moves[AssignmentStatus] = {
    _A.OFFERED: frozenset({_A.ACCEPTED, _A.DECLINED, _A.EXPIRED, _A.WITHDRAWN}),
    _A.ACCEPTED: frozenset({_A.WITHDRAWN}),
    _A.DECLINED: frozenset(),
    _A.EXPIRED: frozenset(),
    _A.WITHDRAWN: frozenset(),
}
STANDING = frozenset({_A.OFFERED, _A.ACCEPTED})


@dataclass
class Assignment:
    """The offer to one facilitator to lead one session for one side.

    `reason` is what they wrote when they declined or withdrew; an offer that was taken back has
    none.
    """

    assignment_id: str
    session_id: str
    person_id: str
    side: Side
    offered_at: datetime
    answer_by: datetime
    status: AssignmentStatus = AssignmentStatus.OFFERED
    answered_at: datetime | None = None
    reason: str = ""

    @property
    def stepped_back(self) -> bool:
        """Whether they had accepted and withdrew of their own accord."""
        return stepped_back(self.status, self.reason)


def stepped_back(status: AssignmentStatus, reason: str) -> bool:
    """Whether somebody withdrew by themselves: that is never without a word of why."""
    return status is AssignmentStatus.WITHDRAWN and bool(reason)


def answer(assignment: Assignment, to: AssignmentStatus, at: datetime) -> None:
    """Change an assignment's status; nothing else does.

    Raises:
        MovedOn: `assignment_moved_on`, where the table does not hold this move.
    """
    check_move(ASSIGNMENT_MOVES, "assignment", assignment.status, to)
    assignment.status = to
    assignment.answered_at = at

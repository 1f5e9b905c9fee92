"""An interview with a candidate: three times offered, one picked, a Teams meeting booked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.moves import Moves, check_move


class InterviewStatus(StrEnum):
    """Where an interview stands. The chart is in docs/lifecycles.md."""

    OFFERED = "offered"
    BOOKING = "booking"
    BOOKED = "booked"
    HELD = "held"
    CANCELLED = "cancelled"


_S = InterviewStatus
MOVES: Moves[InterviewStatus] = {
    _S.OFFERED: frozenset({_S.BOOKING, _S.CANCELLED}),
    _S.BOOKING: frozenset({_S.BOOKED, _S.CANCELLED}),
    _S.BOOKED: frozenset({_S.HELD, _S.CANCELLED, _S.BOOKING}),
    _S.HELD: frozenset(),
    _S.CANCELLED: frozenset(),
}
AHEAD = frozenset({_S.OFFERED, _S.BOOKING, _S.BOOKED})


class Ending(StrEnum):
    """Why an interview was cancelled: the cards say it in words."""

    NONE_SUITS = "none_suits"  # by the candidate, of the times offered
    CANNOT = "cannot"  # by the candidate, of the time once picked
    LAPSED = "lapsed"  # no answer in time
    CANCELLED = "cancelled"  # by a coordinator
    UNBOOKED = "unbooked"  # its time passed before Outlook had made the meeting
    DECIDED = "decided"  # the application was decided or withdrawn meanwhile


@dataclass
class Interview:
    """One interview of one candidate with the coordinator who invited.

    `options` are the instants offered (aware UTC), chosen on the clock of `zone`; `starts_at` is
    the one picked. `transaction_id` is what Graph knows the booking by; `booking_asked` is stored
    before Graph is asked for the first time. `fault` is the code of what Outlook last refused.
    `ending` is an `Ending`'s value once it is cancelled, with what somebody wrote in `reason`.
    """

    interview_id: str
    application_id: str
    coordinator_id: str
    options: tuple[datetime, ...]
    minutes: int
    zone: str
    answer_by: datetime
    created_at: datetime
    transaction_id: str
    status: InterviewStatus = InterviewStatus.OFFERED
    starts_at: datetime | None = None
    booking_asked: bool = False
    event_id: str | None = None
    join_url: str | None = None
    fault: str | None = None
    reason: str = ""
    ending: str = ""
    version: int = 1

    @property
    def ends_at(self) -> datetime | None:
        """When it is over, once a time is picked."""
        return self.starts_at + timedelta(minutes=self.minutes) if self.starts_at else None


def move(interview: Interview, to: InterviewStatus) -> None:
    """Change an interview's status; nothing else does.

    Raises:
        MovedOn: `interview_moved_on`, where the table does not hold this move.
    """
    check_move(MOVES, "interview", interview.status, to)
    interview.status = to
    interview.version += 1

"""A cohort of the orientation: five days, one Outlook series, seats offered in fair order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.moves import Moves, check_move

DAYS = 5
FEWEST_SEATS = 12
MOST_SEATS = 20


class CohortStatus(StrEnum):
    """Where a cohort stands. The chart is in docs/lifecycles.md."""

    PLANNED = "planned"
    OPEN = "open"  # seats are being offered
    RUNNING = "running"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


_S = CohortStatus
MOVES: Moves[CohortStatus] = {
    _S.PLANNED: frozenset({_S.OPEN, _S.CANCELLED}),
    _S.OPEN: frozenset({_S.RUNNING, _S.CANCELLED}),
    _S.RUNNING: frozenset({_S.COMPLETED, _S.CANCELLED}),
    _S.COMPLETED: frozenset(),
    _S.CANCELLED: frozenset(),
}
AHEAD = frozenset({_S.PLANNED, _S.OPEN, _S.RUNNING})
BEFORE = frozenset({_S.PLANNED, _S.OPEN})


@dataclass
class Cohort:
    """Five days of training for one group of candidates.

    `starts` are the five instants (aware UTC) at which its days begin, each `minutes` long, on
    the clock of `zone`; `marked` are the days (1 to 5) whose attendance is known. `regions` are
    those whose candidates it is for; none means all. The balance wanted: `balance_sides` as many
    of one side as of the other, `balance_regions` the regions evenly. `transaction_id`,
    `booking_asked`, `event_id` (the series), `join_url`, `fault` as with a session.
    """

    cohort_id: str
    code: str
    language: str
    zone: str
    starts: tuple[datetime, ...]
    minutes: int
    capacity: int
    created_at: datetime
    created_by: str
    transaction_id: str
    regions: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    balance_sides: bool = True
    balance_regions: bool = True
    status: CohortStatus = CohortStatus.PLANNED
    booking_asked: bool = False
    event_id: str | None = None
    join_url: str | None = None
    fault: str | None = None
    cancel_reason: str = ""
    marked: tuple[int, ...] = ()
    version: int = 1

    @property
    def starts_at(self) -> datetime:
        """When its first day begins."""
        return self.starts[0]

    @property
    def ends_at(self) -> datetime:
        """When its last day is over."""
        return self.starts[-1] + timedelta(minutes=self.minutes)


def move(cohort: Cohort, to: CohortStatus) -> None:
    """Change a cohort's status; nothing else does.

    Raises:
        MovedOn: `cohort_moved_on`, where the table does not hold this move.
    """
    check_move(MOVES, "cohort", cohort.status, to)
    cohort.status = to
    cohort.version += 1


class TrainingStatus(StrEnum):
    """Where one candidate stands with one cohort."""

    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    EXPIRED = "expired"
    LEFT = "left"
    COMPLETED = "completed"
    INCOMPLETE = "incomplete"


_T = TrainingStatus
TRAINING_MOVES: Moves[TrainingStatus] = {
    _T.WAITLISTED: frozenset({_T.OFFERED, _T.LEFT}),
    _T.OFFERED: frozenset({_T.CONFIRMED, _T.DECLINED, _T.EXPIRED, _T.LEFT}),
    _T.CONFIRMED: frozenset({_T.LEFT, _T.COMPLETED, _T.INCOMPLETE}),
    _T.DECLINED: frozenset({_T.WAITLISTED}),
    _T.EXPIRED: frozenset({_T.WAITLISTED}),
    _T.LEFT: frozenset({_T.WAITLISTED}),
    _T.COMPLETED: frozenset(),
    _T.INCOMPLETE: frozenset(),
}
TAKEN = frozenset({_T.OFFERED, _T.CONFIRMED})
TRAINING = frozenset({_T.WAITLISTED, _T.OFFERED, _T.CONFIRMED})


@dataclass
class TrainingSeat:
    """One candidate's place in one cohort. `attended` holds the days (1 to 5) they were there."""

    cohort_id: str
    person_id: str
    application_id: str
    status: TrainingStatus
    asked_at: datetime
    changed_at: datetime
    answer_by: datetime | None = None
    attended: tuple[int, ...] = ()


def place(seat: TrainingSeat, to: TrainingStatus, at: datetime) -> None:
    """Change a training seat's status; nothing else does.

    Raises:
        MovedOn: `training_moved_on`, where the table does not hold this move.
    """
    check_move(TRAINING_MOVES, "training", seat.status, to)
    seat.status = to
    seat.changed_at = at
    seat.answer_by = None

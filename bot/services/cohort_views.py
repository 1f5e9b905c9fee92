"""How one reader sees a cohort of the orientation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.applications import Application, ApplicationStatus
from bot.domain.cohorts import (
    BEFORE,
    DAYS,
    TAKEN,
    Cohort,
    CohortStatus,
    TrainingSeat,
    TrainingStatus,
)
from bot.domain.errors import NotFound
from bot.domain.people import Grant, Role, Side
from bot.services.desk import Desk, coordinators
from bot.services.keeping import UnitOfWork
from bot.services.session_views import named
from bot.services.views import Named

# Still to be seen on the card once it is over, and while they answer.
SHOWN = TAKEN | {TrainingStatus.COMPLETED, TrainingStatus.INCOMPLETE}
BACK = frozenset({TrainingStatus.DECLINED, TrainingStatus.EXPIRED, TrainingStatus.LEFT})


@dataclass(frozen=True, slots=True)
class Trainee:
    """Somebody with a seat, the offer of one, or a place among those who wait."""

    person: Named
    reference: str
    side: Side
    region: str
    status: TrainingStatus
    answer_by: datetime | None
    attended: tuple[int, ...]

    @property
    def missed(self) -> tuple[int, ...]:
        """The days on which they were not there."""
        return tuple(day for day in range(1, DAYS + 1) if day not in self.attended)


@dataclass(frozen=True, slots=True)
class CohortView:
    """A cohort as one reader sees it.

    `relation` is coordinator (whoever steers it) or candidate. `may` holds what they can do now:
    open, move, cancel, attend, complete, retry; accept, decline, leave, wait. `trainees` and
    `waiting` are for those who steer alone. `day` is the last day that has begun, 0 before the
    first; `marked` the days whose attendance is known. `over` says that the last day has ended.
    """

    cohort: Cohort
    relation: str
    seat: TrainingSeat | None
    may: frozenset[str]
    confirmed: int
    offered: int
    trainees: tuple[Trainee, ...] = ()
    waiting: tuple[Trainee, ...] = ()
    day: int = 0
    marked: frozenset[int] = frozenset()
    over: bool = False

    @property
    def seats_left(self) -> int:
        """Seats that nobody has or is offered."""
        return max(0, self.cohort.capacity - self.confirmed - self.offered)

    def days(self) -> tuple[tuple[datetime, datetime], ...]:
        """Start and end of each day."""
        length = timedelta(minutes=self.cohort.minutes)
        return tuple((at, at + length) for at in self.cohort.starts)


def steers(grants: Sequence[Grant], cohort: Cohort) -> bool:
    """Administrators steer every cohort; coordinators those that are for their region too."""
    return any(
        grant.role is Role.ADMINISTRATOR
        or (
            grant.role is Role.COORDINATOR
            and (not cohort.regions or grant.region in cohort.regions)
        )
        for grant in grants
    )


async def keepers(uow: UnitOfWork, cohort: Cohort) -> list[str]:
    """Whom to tell about a cohort: who planned it; without them, who steers it."""
    if steers(await uow.grants.of(cohort.created_by), cohort):
        return [cohort.created_by]
    found: set[str] = set()
    for region in cohort.regions or ("",):
        found |= set(await coordinators(uow, region))
    return sorted(found)


def last_begun(cohort: Cohort, now: datetime) -> int:
    """The number of the last day that has begun; 0 before the first."""
    return sum(at <= now for at in cohort.starts)


async def cohort_view(uow: UnitOfWork, desk: Desk, cohort: Cohort, reader_id: str) -> CohortView:
    """How one reader sees a cohort.

    Raises:
        NotFound: it is not theirs to see: they neither steer it nor were ever asked.
    """
    seats = await uow.training.of_cohort(cohort.cohort_id)
    seat = next((s for s in seats if s.person_id == reader_id), None)
    leads = steers(await uow.grants.of(reader_id), cohort)
    if seat is None and not leads:
        raise NotFound("cohort_unknown")
    return await _view(uow, desk, cohort, seats, seat, leads=leads)


async def _view(
    uow: UnitOfWork,
    desk: Desk,
    cohort: Cohort,
    seats: Sequence[TrainingSeat],
    seat: TrainingSeat | None,
    *,
    leads: bool,
) -> CohortView:
    now = desk.now
    applications = await uow.applications.many(
        {s.application_id for s in seats if leads or s is seat}
    )
    people = await _trainees(uow, seats, applications) if leads else []
    shown = tuple(one for one in people if one.status in SHOWN)
    # Not those who have a seat elsewhere meanwhile.
    accepted = {
        a.applicant_id for a in applications.values() if a.status is ApplicationStatus.ACCEPTED
    }
    waiting = tuple(
        one
        for one in people
        if one.status is TrainingStatus.WAITLISTED and one.person.person_id in accepted
    )
    mine = applications.get(seat.application_id) if seat else None
    may = _steering(cohort, now) if leads else frozenset[str]()
    return CohortView(
        cohort=cohort,
        relation="coordinator" if leads else "candidate",
        seat=seat,
        may=may | _candidate(cohort, seat, mine, now),
        confirmed=sum(s.status is TrainingStatus.CONFIRMED for s in seats),
        offered=sum(s.status is TrainingStatus.OFFERED for s in seats),
        trainees=shown,
        waiting=waiting,
        day=last_begun(cohort, now),
        marked=frozenset(cohort.marked),
        over=cohort.ends_at <= now,
    )


def _steering(cohort: Cohort, now: datetime) -> frozenset[str]:
    status, may = cohort.status, set[str]()
    if status in BEFORE and cohort.starts_at > now:
        may.add("move")
    if status is CohortStatus.PLANNED:
        may |= {"open", "cancel"} if cohort.starts_at > now else {"cancel"}
    elif status is CohortStatus.OPEN:
        may.add("cancel")
    elif status is CohortStatus.RUNNING:
        may |= {"attend", "complete" if cohort.ends_at <= now else "cancel"}
    if cohort.fault and status in (CohortStatus.OPEN, CohortStatus.RUNNING):
        may.add("retry")
    return frozenset(may)


def _candidate(
    cohort: Cohort, seat: TrainingSeat | None, application: Application | None, now: datetime
) -> frozenset[str]:
    if seat is None or cohort.status not in (CohortStatus.OPEN, CohortStatus.RUNNING):
        return frozenset()
    if seat.status is TrainingStatus.CONFIRMED:
        return frozenset({"leave"})
    if cohort.status is not CohortStatus.OPEN or cohort.starts_at <= now:
        return frozenset()
    if seat.status is TrainingStatus.WAITLISTED:
        return frozenset({"leave"})
    if seat.status is TrainingStatus.OFFERED:
        open_still = seat.answer_by is None or seat.answer_by > now
        return frozenset({"accept", "decline"} if open_still else ())
    accepted = application is not None and application.status is ApplicationStatus.ACCEPTED
    return frozenset({"wait"} if seat.status in BACK and accepted else ())


async def _trainees(
    uow: UnitOfWork, seats: Sequence[TrainingSeat], known: Mapping[str, Application]
) -> list[Trainee]:
    """Everybody of a cohort, union first, by name: the order of offers is shown to nobody."""
    people = await named(uow, *(s.person_id for s in seats))
    made = [
        Trainee(
            person=people[seat.person_id],
            reference=application.reference,
            side=application.side,
            region=application.region,
            status=seat.status,
            answer_by=seat.answer_by,
            attended=seat.attended,
        )
        for seat in seats
        if (application := known.get(seat.application_id))
    ]
    return sorted(
        made,
        key=lambda one: (one.side is Side.EMPLOYER, one.person.name or "", one.person.person_id),
    )

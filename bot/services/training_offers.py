"""Offering the seats of a cohort: who is next, until when, and what becomes of silence.

Everything here is done under the cohort's lock; the caller commits.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.domain import calendar
from bot.domain.applications import Application, ApplicationStatus
from bot.domain.cohorts import (
    AHEAD,
    TAKEN,
    TRAINING,
    Cohort,
    CohortStatus,
    TrainingSeat,
    TrainingStatus,
    place,
)
from bot.domain.training_order import Balance, Contender, fair_order
from bot.services import training_reminders
from bot.services.desk import (
    Desk,
    Notice,
    application_subject,
    at_local,
    cohort_subject,
    record,
    refresh,
    task,
    tell,
    the_person,
)
from bot.services.keeping import UnitOfWork

REMINDER = "reminder.training_offer"
_A = ApplicationStatus
_NEEDS = {
    TrainingStatus.WAITLISTED: {_A.ACCEPTED, _A.IN_ORIENTATION},
    TrainingStatus.OFFERED: {_A.ACCEPTED},
    TrainingStatus.CONFIRMED: {_A.IN_ORIENTATION},
}


class ProgrammeOrder(Protocol):
    """The order in which the programme looks at candidates (services.self_identification)."""

    async def order(
        self, uow: UnitOfWork, applications: Sequence[Application], *, by_acceptance: bool = False
    ) -> list[Application]:
        """Prioritized groups first, then by date."""
        ...


class Offers:
    """Gives what is free to those who wait, in fair order."""

    def __init__(self, desk: Desk, order: ProgrammeOrder) -> None:
        self._desk = desk
        self._order = order

    async def asks(self, uow: UnitOfWork, cohort: Cohort) -> bool:
        """Whether there is something to tend to: asked often, without the lock."""
        now = self._desk.now
        if cohort.starts_at <= now and cohort.status is not CohortStatus.RUNNING:
            return True
        if cohort.status is CohortStatus.PLANNED:
            return False
        seats = await uow.training.of_cohort(cohort.cohort_id)
        known = await uow.applications.many({s.application_id for s in seats})
        if any(
            (s.status in TRAINING and not still_theirs(s, known[s.application_id]))
            or (s.status is TrainingStatus.OFFERED and s.answer_by and s.answer_by <= now)
            for s in seats
        ):
            return True
        if cohort.status is not CohortStatus.OPEN:
            return False
        elsewhere = await self._elsewhere(uow, cohort)
        here = {seat.person_id for seat in seats}
        if await self._speakers(uow, cohort, here | elsewhere):
            return True
        free = cohort.capacity > sum(s.status in TAKEN for s in seats)
        waiting = {s.person_id for s in seats if s.status is TrainingStatus.WAITLISTED}
        return free and bool(waiting - elsewhere)

    async def tend(self, uow: UnitOfWork, cohort: Cohort) -> bool:
        """Bring the seats of an open or running cohort in line; whether anything was done.

        Offers whose time has passed lapse, places of people whose application has moved on are
        freed, newly accepted candidates wait, and whoever is next is offered what is free.
        """
        seats = list(await uow.training.of_cohort(cohort.cohort_id))
        known = await uow.applications.many({s.application_id for s in seats})
        done = await self._lapse(uow, cohort, seats)
        done |= await self._mend(uow, cohort, seats, known)
        if cohort.status is CohortStatus.OPEN and cohort.starts_at > self._desk.now:
            done |= await self._fill(uow, cohort, seats)
        if done:
            await refresh(uow, self._desk, cohort_subject(cohort.cohort_id))
        return done

    async def _lapse(self, uow: UnitOfWork, cohort: Cohort, seats: Sequence[TrainingSeat]) -> bool:
        desk, subject = self._desk, cohort_subject(cohort.cohort_id)
        late = [
            s
            for s in seats
            if s.status is TrainingStatus.OFFERED and s.answer_by and s.answer_by <= desk.now
        ]
        for seat in late:
            place(seat, TrainingStatus.EXPIRED, desk.now)
            await note(uow, desk, seat, "expired", by=None)
            key = stamp(desk.now)
            await tell(uow, desk, Notice("cohort.lapsed", subject, seat.person_id, key))
        return bool(late)

    async def _mend(
        self,
        uow: UnitOfWork,
        cohort: Cohort,
        seats: Sequence[TrainingSeat],
        known: Mapping[str, Application],
    ) -> bool:
        """Free the places of those who withdrew, are trained, or took a seat in another cohort."""
        desk = self._desk
        gone = [
            s
            for s in seats
            if s.status in TRAINING and not still_theirs(s, known[s.application_id])
        ]
        for seat in gone:
            had_seat = seat.status is TrainingStatus.CONFIRMED
            place(seat, TrainingStatus.LEFT, desk.now)
            await training_reminders.drop(uow, cohort, seat.person_id)
            if had_seat:
                await invite(uow, desk, cohort)
        return bool(gone)

    async def _fill(self, uow: UnitOfWork, cohort: Cohort, seats: list[TrainingSeat]) -> bool:
        """Offer what is free; the others wait, and are told so once."""
        elsewhere = await self._elsewhere(uow, cohort)
        fresh = await self._newcomers(uow, cohort, {s.person_id for s in seats} | elsewhere)
        seats += fresh
        free = cohort.capacity - sum(s.status in TAKEN for s in seats)
        ranked = await self._ranked(uow, cohort, seats, elsewhere) if free > 0 else []
        chosen = ranked[: max(free, 0)]
        for seat in chosen:
            await self._offer(uow, cohort, seat)
        for seat in fresh:
            if seat.status is TrainingStatus.WAITLISTED:
                await self._put_off(uow, cohort, seat)
        return bool(fresh or chosen)

    async def _newcomers(
        self, uow: UnitOfWork, cohort: Cohort, but: Collection[str]
    ) -> list[TrainingSeat]:
        """Accepted candidates whom it is for and who have no place yet: they wait."""
        desk = self._desk
        made = [
            TrainingSeat(
                cohort_id=cohort.cohort_id,
                person_id=application.applicant_id,
                application_id=application.application_id,
                status=TrainingStatus.WAITLISTED,
                asked_at=desk.now,
                changed_at=desk.now,
            )
            for application in await self._speakers(uow, cohort, but)
        ]
        for seat in made:
            await the_person(uow, seat.person_id)
            await uow.training.add(seat)
        return made

    async def _speakers(
        self, uow: UnitOfWork, cohort: Cohort, but: Collection[str]
    ) -> list[Application]:
        """Accepted candidates of its regions who speak its language, except these people."""
        accepted = await uow.applications.in_regions(cohort.regions, {ApplicationStatus.ACCEPTED})
        return [
            one
            for one in accepted
            if cohort.language in one.languages and one.applicant_id not in but
        ]

    async def _ranked(
        self,
        uow: UnitOfWork,
        cohort: Cohort,
        seats: Sequence[TrainingSeat],
        elsewhere: Collection[str],
    ) -> list[TrainingSeat]:
        """All who wait, in the order in which seats are theirs."""
        applications = await uow.applications.many({s.application_id for s in seats})
        waiting = {
            seat.application_id: seat
            for seat in seats
            if seat.status is TrainingStatus.WAITLISTED
            and seat.person_id not in elsewhere
            and applications[seat.application_id].status is ApplicationStatus.ACCEPTED
        }
        candidates = [applications[key] for key in waiting]
        ordered = await self._order.order(uow, candidates, by_acceptance=True)
        taken = [applications[s.application_id] for s in seats if s.status in TAKEN]
        balance = Balance(cohort.balance_sides, cohort.balance_regions)
        by_person = {seat.person_id: seat for seat in waiting.values()}
        waits, has = [_contender(a) for a in ordered], [_contender(a) for a in taken]
        return [by_person[each.person_id] for each in fair_order(waits, has, balance)]

    async def _elsewhere(self, uow: UnitOfWork, cohort: Cohort) -> set[str]:
        """Who has a seat, or the offer of one, in another cohort: one at a time."""
        others = [c for c in await uow.cohorts.ahead() if c.cohort_id != cohort.cohort_id]
        return {
            seat.person_id
            for other in others
            if other.status in AHEAD
            for seat in await uow.training.of_cohort(other.cohort_id)
            if seat.status in TAKEN
        }

    async def _offer(self, uow: UnitOfWork, cohort: Cohort, seat: TrainingSeat) -> None:
        desk, subject = self._desk, cohort_subject(cohort.cohort_id)
        person = await the_person(uow, seat.person_id)
        place(seat, TrainingStatus.OFFERED, desk.now)
        seat.answer_by, before = answer_times(desk, cohort, person.lives_in)
        await note(uow, desk, seat, "offered", by=None)
        key = stamp(desk.now)
        await tell(
            uow,
            desk,
            Notice("cohort.offered", subject, seat.person_id, key, expires_at=seat.answer_by),
        )
        if before > desk.now:
            await tell(
                uow,
                desk,
                Notice(
                    REMINDER, subject, seat.person_id, key,
                    due_at=before, expires_at=seat.answer_by,
                ),
            )  # fmt: skip

    async def _put_off(self, uow: UnitOfWork, cohort: Cohort, seat: TrainingSeat) -> None:
        desk, subject = self._desk, cohort_subject(cohort.cohort_id)
        await note(uow, desk, seat, "waitlisted", by=None)
        await tell(uow, desk, Notice("cohort.waitlisted", subject, seat.person_id))


def still_theirs(seat: TrainingSeat, application: Application) -> bool:
    """Whether the application stands as the place needs it.

    Whoever has a seat elsewhere goes on waiting, and is offered none: that cohort may be cancelled.
    """
    return application.status in _NEEDS[seat.status]


def answer_times(desk: Desk, cohort: Cohort, zone: str) -> tuple[datetime, datetime]:
    """Until when somebody may answer, and when they are reminded: a working day before."""
    rules, now = desk.rules, desk.now
    today_on = now.astimezone(ZoneInfo(zone)).date()
    last_on = calendar.add_working_days(today_on, rules.training_offer_working_days)
    until = min(at_local(last_on, rules.day_ends, zone), cohort.starts_at)
    before_on = until.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
    while not calendar.working_day(before_on):
        before_on -= timedelta(days=1)
    return until, at_local(before_on, rules.day_starts, zone)


async def note(
    uow: UnitOfWork, desk: Desk, seat: TrainingSeat, what: str, *, by: str | None, words: str = ""
) -> None:
    """A line of the application's time line, and its cards shown anew."""
    about = application_subject(seat.application_id)
    await record(uow, desk, about, f"training_{what}", by=by, note=words)
    await refresh(uow, desk, about, but=by)


async def invite(uow: UnitOfWork, desk: Desk, cohort: Cohort) -> None:
    """Bring the series' attendees in line, once it is made."""
    subject = cohort_subject(cohort.cohort_id)
    await task(uow, desk, "meeting.people", subject, key=desk.new_id())


def stamp(at: datetime) -> str:
    """Tells one telling from a later one of the same kind."""
    return f"{at:%Y%m%d%H%M%S}"


def _contender(application: Application) -> Contender:
    return Contender(application.applicant_id, application.side, application.region)

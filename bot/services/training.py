"""Training: a candidate's answers about a cohort, and what time makes of it."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.domain import calendar
from bot.domain.applications import ApplicationStatus
from bot.domain.applications import move as move_application
from bot.domain.cohorts import (
    Cohort,
    CohortStatus,
    TrainingSeat,
    TrainingStatus,
    move,
    place,
)
from bot.domain.errors import MovedOn, NotFound
from bot.services import training_reminders
from bot.services.cohort_relevance import TO_END, TO_MARK
from bot.services.cohort_views import BACK, CohortView, cohort_view, keepers
from bot.services.desk import (
    Desk,
    Notice,
    at_local,
    cohort_subject,
    refresh,
    tell,
    the_application,
    the_cohort,
    the_person,
)
from bot.services.keeping import UnitOfWork
from bot.services.training_offers import REMINDER, Offers, ProgrammeOrder, invite, note


class TrainingService:
    """Seats in the orientation. They are counted under the cohort's lock."""

    def __init__(self, desk: Desk, order: ProgrammeOrder) -> None:
        self._desk = desk
        self._offers = Offers(desk, order)

    async def accept(self, actor_id: str, cohort_id: str) -> CohortView:
        """Take the seat that was offered, in time. Twice changes nothing.

        Raises:
            NotFound: they have no place in it.
            MovedOn: `cohort_moved_on`, `training_offer_lapsed`, `training_moved_on`.
        """
        desk = self._desk
        async with desk.uow() as uow:
            cohort, seat = await self._place(uow, actor_id, cohort_id)
            if seat.status is not TrainingStatus.CONFIRMED:
                self._must_be_open(cohort)
                if seat.answer_by and seat.answer_by <= desk.now:
                    raise MovedOn("training_offer_lapsed", at=seat.answer_by)
                if seat.status is TrainingStatus.EXPIRED:
                    raise MovedOn("training_offer_lapsed", at=seat.changed_at)
                application = await the_application(uow, seat.application_id)
                place(seat, TrainingStatus.CONFIRMED, desk.now)
                move_application(application, ApplicationStatus.IN_ORIENTATION)
                await self._answered(uow, cohort, seat, "accepted")
                person = await the_person(uow, actor_id)
                await training_reminders.plan(uow, desk, cohort, person)
                await invite(uow, desk, cohort)
            view = await cohort_view(uow, desk, cohort, actor_id)
            await uow.commit()
            return view

    async def leave(self, actor_id: str, cohort_id: str) -> CohortView:
        """Decline an offer, give up a seat or a place among those who wait.

        Whoever had accepted waits for another cohort; the next in order is offered the seat.

        Raises:
            NotFound: they have no place in it.
            MovedOn: `cohort_moved_on`, once it is over.
        """
        desk = self._desk
        async with desk.uow() as uow:
            cohort, seat = await self._place(uow, actor_id, cohort_id)
            if seat.status not in BACK:
                if cohort.status not in (CohortStatus.OPEN, CohortStatus.RUNNING):
                    raise MovedOn("cohort_moved_on", status=cohort.status.value, wanted="left")
                had_seat = seat.status is TrainingStatus.CONFIRMED
                offered = seat.status is TrainingStatus.OFFERED
                place(seat, TrainingStatus.DECLINED if offered else TrainingStatus.LEFT, desk.now)
                await self._answered(uow, cohort, seat, "declined" if offered else "left")
                if had_seat:
                    application = await the_application(uow, seat.application_id)
                    move_application(application, ApplicationStatus.ACCEPTED)
                    await training_reminders.drop(uow, cohort, actor_id)
                    await invite(uow, desk, cohort)
                await self._offers.tend(uow, cohort)
            view = await cohort_view(uow, desk, cohort, actor_id)
            await uow.commit()
            return view

    async def wait(self, actor_id: str, cohort_id: str) -> CohortView:
        """Wait for a seat after all; one that is free is offered at once.

        Raises:
            NotFound: they were never asked.
            MovedOn: `cohort_moved_on`, `application_moved_on`.
        """
        desk = self._desk
        async with desk.uow() as uow:
            cohort, seat = await self._place(uow, actor_id, cohort_id)
            if seat.status in BACK:
                self._must_be_open(cohort)
                application = await the_application(uow, seat.application_id, lock=False)
                if application.status is not ApplicationStatus.ACCEPTED:
                    now = application.status.value
                    raise MovedOn("application_moved_on", status=now, wanted="waitlisted")
                place(seat, TrainingStatus.WAITLISTED, desk.now)
                seat.asked_at = desk.now
                await note(uow, desk, seat, "waitlisted", by=actor_id)
                await self._offers.tend(uow, cohort)
            view = await cohort_view(uow, desk, cohort, actor_id)
            await uow.commit()
            return view

    async def due(self) -> list[str]:
        """Ids of cohorts that time or other people's moves ask something of."""
        async with self._desk.uow(reading=True) as uow:
            ahead = await uow.cohorts.ahead()
            return [c.cohort_id for c in ahead if await self._offers.asks(uow, c)]

    async def tend(self, cohort_id: str) -> None:
        """What time and other people's moves ask of a cohort. By the worker; harmless twice."""
        async with self._desk.uow() as uow:
            cohort = await the_cohort(uow, cohort_id)
            done = await self._begin(uow, cohort)
            if cohort.status in (CohortStatus.OPEN, CohortStatus.RUNNING):
                done |= await self._offers.tend(uow, cohort)
            if done:
                await uow.commit()

    async def _begin(self, uow: UnitOfWork, cohort: Cohort) -> bool:
        """The first day has begun: seats are offered no more, each day is to be marked."""
        desk = self._desk
        if cohort.starts_at > desk.now or cohort.status not in (
            CohortStatus.PLANNED,
            CohortStatus.OPEN,
        ):
            return False
        subject = cohort_subject(cohort.cohort_id)
        if cohort.status is CohortStatus.PLANNED:  # nobody opened it in time
            move(cohort, CohortStatus.CANCELLED)
            for person_id in await keepers(uow, cohort):
                await tell(uow, desk, Notice("cohort.never_opened", subject, person_id))
            await refresh(uow, desk, subject)
            return True
        move(cohort, CohortStatus.RUNNING)
        seats = await uow.training.of_cohort(cohort.cohort_id)
        known = await uow.applications.many({s.application_id for s in seats})
        for seat in seats:
            if seat.status is TrainingStatus.OFFERED:
                place(seat, TrainingStatus.EXPIRED, desk.now)
                await note(uow, desk, seat, "expired", by=None)
            elif seat.status is TrainingStatus.WAITLISTED:
                place(seat, TrainingStatus.LEFT, desk.now)
            else:
                continue
            if known[seat.application_id].status is not ApplicationStatus.ACCEPTED:
                continue  # they have a seat elsewhere
            await uow.outbox.drop(subject, kinds=REMINDER, recipient_id=seat.person_id)
            await tell(uow, desk, Notice("cohort.begun_without", subject, seat.person_id))
        await self._ask_to_mark(uow, cohort)
        await refresh(uow, desk, subject)
        return True

    async def _ask_to_mark(self, uow: UnitOfWork, cohort: Cohort) -> None:
        """Whoever planned it marks each day at its end; the morning after the last, it ends."""
        desk, subject = self._desk, cohort_subject(cohort.cohort_id)
        length = timedelta(minutes=cohort.minutes)
        last_on = cohort.ends_at.astimezone(ZoneInfo(cohort.zone)).date()
        morning = at_local(
            calendar.add_working_days(last_on, 1), desk.rules.day_starts, cohort.zone
        )
        for person_id in await keepers(uow, cohort):
            days = [
                Notice(
                    TO_MARK, subject, person_id, str(number),
                    due_at=starts_at + length, args={"number": number},
                )
                for number, starts_at in enumerate(cohort.starts, start=1)
            ]  # fmt: skip
            await tell(uow, desk, *days, Notice(TO_END, subject, person_id, due_at=morning))

    async def _answered(
        self, uow: UnitOfWork, cohort: Cohort, seat: TrainingSeat, how: str
    ) -> None:
        desk, subject = self._desk, cohort_subject(cohort.cohort_id)
        await uow.outbox.drop(subject, kinds=REMINDER, recipient_id=seat.person_id)
        await note(uow, desk, seat, how, by=seat.person_id)
        await refresh(uow, desk, subject, but=seat.person_id)

    def _must_be_open(self, cohort: Cohort) -> None:
        if cohort.status is not CohortStatus.OPEN or cohort.starts_at <= self._desk.now:
            raise MovedOn("cohort_moved_on", status=cohort.status.value, wanted="joined")

    async def _place(
        self, uow: UnitOfWork, actor_id: str, cohort_id: str
    ) -> tuple[Cohort, TrainingSeat]:
        """The cohort, locked, and the person's place in it; rivals: every other move in it."""
        cohort = await the_cohort(uow, cohort_id)
        seat = await uow.training.get(cohort_id, actor_id)
        if seat is None:
            raise NotFound("cohort_unknown")
        return cohort, seat

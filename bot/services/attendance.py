"""The end of a cohort: who was there, day by day, and who becomes a facilitator."""

from __future__ import annotations

from collections.abc import Collection

from bot.domain.applications import Application, ApplicationStatus
from bot.domain.applications import move as move_application
from bot.domain.cohorts import (
    DAYS,
    Cohort,
    CohortStatus,
    TrainingSeat,
    TrainingStatus,
    move,
    place,
)
from bot.domain.errors import MovedOn, NotFound, Refusal
from bot.domain.roster import Facilitator, Standing, stand
from bot.services.cohort_views import CohortView, cohort_view, last_begun, steers
from bot.services.desk import (
    Desk,
    Notice,
    cohort_subject,
    record,
    refresh,
    tell,
    the_application,
    the_cohort,
)
from bot.services.keeping import UnitOfWork
from bot.services.self_identification import erase
from bot.services.training_offers import note

ALL_DAYS = tuple(range(1, DAYS + 1))


class AttendanceService:
    """What those who steer a cohort note of it, and its end."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def attend(
        self, actor_id: str, cohort_id: str, day: int, absent: Collection[str] = ()
    ) -> CohortView:
        """Mark a day: everybody was there but those named. A second time corrects the first.

        Raises:
            NotFound: not theirs to steer.
            Refusal: `training_day_ahead`, for a day that has not begun.
            MovedOn: `cohort_moved_on`.
        """
        desk = self._desk
        async with desk.uow() as uow:
            cohort = await self._steered(uow, actor_id, cohort_id)
            if cohort.status is not CohortStatus.RUNNING:
                raise MovedOn("cohort_moved_on", status=cohort.status.value, wanted="attended")
            if not 1 <= day <= last_begun(cohort, desk.now):
                raise Refusal("training_day_ahead", field="day")
            cohort.marked = tuple(sorted({*cohort.marked, day}))
            for seat in await uow.training.of_cohort(cohort_id):
                if seat.status is TrainingStatus.CONFIRMED:
                    there = set(seat.attended) - {day}
                    there |= set() if seat.person_id in absent else {day}
                    seat.attended = tuple(sorted(there))
            await refresh(uow, desk, cohort_subject(cohort_id), but=actor_id)
            view = await cohort_view(uow, desk, cohort, actor_id)
            await uow.commit()
            return view

    async def complete(
        self, actor_id: str, cohort_id: str, also: Collection[str] = (), reason: str = ""
    ) -> CohortView:
        """End a cohort: who attended every day is a facilitator from now on.

        Args:
            actor_id: Who steers it.
            cohort_id: Which one.
            also: Those who missed a day and are to become facilitators all the same.
            reason: A word why, asked for with `also`.

        Raises:
            NotFound: not theirs to steer.
            Refusal: `attendance_missing` (`days`), `reason_missing`.
            MovedOn: `cohort_not_over`, `cohort_moved_on`.
        """
        desk = self._desk
        async with desk.uow() as uow:
            cohort = await self._steered(uow, actor_id, cohort_id)
            if cohort.status is not CohortStatus.COMPLETED:
                if cohort.status is CohortStatus.RUNNING and cohort.ends_at > desk.now:
                    raise MovedOn("cohort_not_over", at=cohort.ends_at)
                move(cohort, CohortStatus.COMPLETED)
                await self._conclude(uow, cohort, set(also), reason.strip(), actor_id)
                subject = cohort_subject(cohort_id)
                await uow.outbox.drop(subject, kinds="reminder.")
                await record(uow, desk, subject, "cohort_completed", by=actor_id, note=reason)
                await refresh(uow, desk, subject, but=actor_id)
            view = await cohort_view(uow, desk, cohort, actor_id)
            await uow.commit()
            return view

    async def _conclude(
        self, uow: UnitOfWork, cohort: Cohort, also: set[str], reason: str, by: str
    ) -> None:
        seats = [
            seat
            for seat in await uow.training.of_cohort(cohort.cohort_id)
            if seat.status is TrainingStatus.CONFIRMED
        ]
        unmarked = [day for day in ALL_DAYS if day not in cohort.marked]
        if seats and unmarked:
            raise Refusal("attendance_missing", days=unmarked)
        missed = {s.person_id for s in seats if s.attended != ALL_DAYS}
        if missed & also and not reason:
            raise Refusal("reason_missing", field="reason")
        for seat in seats:
            done = seat.person_id not in missed or seat.person_id in also
            await self._end(uow, cohort, seat, by, done=done, reason=reason)

    async def _end(
        self,
        uow: UnitOfWork,
        cohort: Cohort,
        seat: TrainingSeat,
        by: str,
        *,
        done: bool,
        reason: str,
    ) -> None:
        """One candidate's end of it: on the roster, or back among those who wait for a cohort."""
        desk, now = self._desk, self._desk.now
        application = await the_application(uow, seat.application_id)
        if done:
            place(seat, TrainingStatus.COMPLETED, now)
            move_application(application, ApplicationStatus.ACTIVE)
            await self._enlist(uow, cohort, application)
            await erase(uow, application.application_id)
        else:
            place(seat, TrainingStatus.INCOMPLETE, now)
            move_application(application, ApplicationStatus.ACCEPTED)
        how = "completed" if done else "incomplete"
        words = reason if done and seat.attended != ALL_DAYS else ""
        await note(uow, desk, seat, how, by=by, words=words)
        subject = cohort_subject(cohort.cohort_id)
        await tell(uow, desk, Notice(f"cohort.{how}", subject, seat.person_id))

    async def _enlist(self, uow: UnitOfWork, cohort: Cohort, application: Application) -> None:
        """Put somebody on the roster; who was on it before keeps the topics they had."""
        known = await uow.facilitators.get(application.applicant_id)
        if known is None:
            await uow.facilitators.add(
                Facilitator(
                    person_id=application.applicant_id,
                    side=application.side,
                    languages=application.languages,
                    region=application.region,
                    topics=cohort.topics,
                    organization=application.organization,
                    since_at=self._desk.now,
                )
            )
            return
        known.side, known.languages = application.side, application.languages
        known.region, known.organization = application.region, application.organization
        known.topics = tuple(dict.fromkeys((*known.topics, *cohort.topics)))
        if not known.active:
            stand(known, Standing.ACTIVE)
            known.since_at = self._desk.now

    async def _steered(self, uow: UnitOfWork, actor_id: str, cohort_id: str) -> Cohort:
        cohort = await the_cohort(uow, cohort_id)
        if not steers(await uow.grants.of(actor_id), cohort):
            raise NotFound("cohort_unknown")
        return cohort

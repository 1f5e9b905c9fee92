"""Booking a cohort: one Outlook series of five days, with one Teams meeting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.domain.cohorts import Cohort, CohortStatus, TrainingStatus
from bot.services.cohort_views import keepers
from bot.services.desk import (
    Desk,
    Notice,
    cohort_subject,
    record,
    refresh,
    tell,
    the_cohort,
)
from bot.services.keeping import UnitOfWork
from bot.services.meeting_booking import MeetingBooking, Stage
from bot.services.ports import Attendee, Directory, MeetingDraft, Meetings, Repeats


class CohortTexts(Protocol):
    """The words of the series, in both languages."""

    def subject(self, cohort: Cohort) -> str: ...
    def body_html(self, cohort: Cohort) -> str: ...
    def cancellation(self, cohort: Cohort) -> str: ...


class CohortBooking(MeetingBooking[Cohort]):
    """Carries out the `meeting.*` rows of cohorts."""

    def __init__(
        self, desk: Desk, meetings: Meetings, directory: Directory, texts: CohortTexts
    ) -> None:
        super().__init__(desk, meetings, directory)
        self._texts = texts

    async def load(self, uow: UnitOfWork, thing_id: str, *, lock: bool = True) -> Cohort:
        """The cohort."""
        return await the_cohort(uow, thing_id, lock=lock)

    def subject_of(self, thing: Cohort) -> str:
        """Its subject."""
        return cohort_subject(thing.cohort_id)

    def stage(self, thing: Cohort) -> Stage:
        """A cohort is booked once it is open; what tells is its link."""
        match thing.status:
            case CohortStatus.PLANNED:
                return Stage.AWAITED
            case CohortStatus.CANCELLED:
                return Stage.CANCELLED
            case CohortStatus.COMPLETED:
                return Stage.OVER
            case _:
                return Stage.BOOKED if thing.join_url else Stage.BOOKING

    async def invited(self, uow: UnitOfWork, thing: Cohort) -> Mapping[str, bool]:
        """Whoever planned it leads the meeting; then those who accepted their seat."""
        people = {thing.created_by: True}
        for seat in await uow.training.of_cohort(thing.cohort_id):
            if seat.status is TrainingStatus.CONFIRMED:
                people.setdefault(seat.person_id, False)
        return people

    def times(self, thing: Cohort) -> tuple[datetime, ...]:
        """Those of the five days."""
        length = timedelta(minutes=thing.minutes)
        return tuple(instant for at in thing.starts for instant in (at, at + length))

    async def keepers(self, uow: UnitOfWork, thing: Cohort) -> list[str]:
        """Whoever planned it, or who steers it where they no longer do."""
        return await keepers(uow, thing)

    def reopen(self, thing: Cohort) -> None:
        """What tells a booked cohort is its link, which is gone already."""

    async def draft(self, thing: Cohort, attendees: Sequence[Attendee]) -> MeetingDraft:
        """One series: the days' hours are the same on the cohort's own clock."""
        days = {at.astimezone(ZoneInfo(thing.zone)).weekday() for at in thing.starts}
        return MeetingDraft(
            transaction_id=thing.transaction_id,
            subject=self._texts.subject(thing),
            body_html=self._texts.body_html(thing),
            starts_at=thing.starts_at,
            ends_at=thing.starts_at + timedelta(minutes=thing.minutes),
            zone=thing.zone,
            attendees=attendees,
            hide_attendees=True,
            repeats=Repeats(tuple(sorted(days)), len(thing.starts)),
        )

    async def cancellation(self, thing: Cohort) -> str:
        """A word of why."""
        return self._texts.cancellation(thing)

    async def announce(self, uow: UnitOfWork, thing: Cohort) -> None:
        """The link is on every card; the invitation is in every calendar."""
        await record(uow, self._desk, self.subject_of(thing), "cohort_booked", by=None)

    async def refresh(self, uow: UnitOfWork, thing: Cohort) -> None:
        """Candidates' and coordinators' cards."""
        await refresh(uow, self._desk, self.subject_of(thing))

    async def tell_failed(self, uow: UnitOfWork, thing: Cohort, key: str) -> None:
        """Whoever planned it, or who steers it where they no longer do."""
        kind, subject = "cohort.booking_failed", self.subject_of(thing)
        for person_id in await self.keepers(uow, thing):
            await tell(uow, self._desk, Notice(kind, subject, person_id, key))

"""Booking an interview: one meeting of the candidate with the coordinator who invited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.interviews import Interview, InterviewStatus, move
from bot.services.desk import (
    Desk,
    Notice,
    application_subject,
    interview_subject,
    record,
    refresh,
    tell,
    the_application,
)
from bot.services.interviewing import inviters, tell_coordinator, the_interview
from bot.services.keeping import UnitOfWork
from bot.services.meeting_booking import MeetingBooking, Stage
from bot.services.ports import Attendee, Directory, MeetingDraft, Meetings

_STAGES: Mapping[InterviewStatus, Stage] = {
    InterviewStatus.OFFERED: Stage.AWAITED,
    InterviewStatus.BOOKING: Stage.BOOKING,
    InterviewStatus.BOOKED: Stage.BOOKED,
    InterviewStatus.HELD: Stage.OVER,
    InterviewStatus.CANCELLED: Stage.CANCELLED,
}


class InterviewTexts(Protocol):
    """The meeting's words, in both languages; `language` is the candidate's, and comes first."""

    def subject(self, language: str) -> str: ...
    def body_html(self, language: str) -> str: ...
    def cancellation(self, interview: Interview, language: str) -> str: ...


class InterviewBooking(MeetingBooking[Interview]):
    """The meetings of interviews."""

    all_required = True

    def __init__(
        self, desk: Desk, meetings: Meetings, directory: Directory, texts: InterviewTexts
    ) -> None:
        super().__init__(desk, meetings, directory)
        self._texts = texts

    async def load(self, uow: UnitOfWork, thing_id: str, *, lock: bool = True) -> Interview:
        """The interview. Raises `NotFound`."""
        return await the_interview(uow, thing_id, lock=lock)

    def subject_of(self, thing: Interview) -> str:
        """interview:<id>."""
        return interview_subject(thing.interview_id)

    def history_subject(self, thing: Interview) -> str:
        """On the application's time line."""
        return application_subject(thing.application_id)

    def stage(self, thing: Interview) -> Stage:
        """From its status."""
        return _STAGES[thing.status]

    async def invited(self, uow: UnitOfWork, thing: Interview) -> Mapping[str, bool]:
        """The coordinator, who opens the meeting, and the candidate."""
        application = await the_application(uow, thing.application_id, lock=False)
        return {thing.coordinator_id: True, application.applicant_id: False}

    def times(self, thing: Interview) -> tuple[datetime, ...]:
        """One hour's."""
        if thing.starts_at is None or thing.ends_at is None:
            raise ValueError("an interview is booked once a time is picked")
        return (thing.starts_at, thing.ends_at)

    async def keepers(self, uow: UnitOfWork, thing: Interview) -> list[str]:
        """Whoever invited, if they still select; else all who do."""
        application = await the_application(uow, thing.application_id, lock=False)
        return await inviters(uow, application, thing)

    def reopen(self, thing: Interview) -> None:
        """The time that was picked stays."""
        move(thing, InterviewStatus.BOOKING)

    async def draft(self, thing: Interview, attendees: Sequence[Attendee]) -> MeetingDraft:
        """Both are wanted there, and know of each other."""
        starts_at, ends_at = self.times(thing)
        language = await self._language(thing)
        return MeetingDraft(
            transaction_id=thing.transaction_id,
            subject=self._texts.subject(language),
            body_html=self._texts.body_html(language),
            starts_at=starts_at,
            ends_at=ends_at,
            zone=thing.zone,
            attendees=attendees,
            hide_attendees=False,
        )

    async def cancellation(self, thing: Interview) -> str:
        """A word of why, in both languages."""
        return self._texts.cancellation(thing, await self._language(thing))

    async def announce(self, uow: UnitOfWork, thing: Interview) -> None:
        """Both are told that the meeting is there."""
        desk = self._desk
        move(thing, InterviewStatus.BOOKED)
        application = await the_application(uow, thing.application_id, lock=False)
        about = application_subject(thing.application_id)
        await record(uow, desk, about, "interview_booked", by=None)
        subject = interview_subject(thing.interview_id)
        await tell(uow, desk, Notice("interview.booked", subject, application.applicant_id))
        await tell_coordinator(uow, desk, application, thing, "interview.booked")

    async def refresh(self, uow: UnitOfWork, thing: Interview) -> None:
        """The interview's own cards and those of its application."""
        about = application_subject(thing.application_id)
        await refresh(uow, self._desk, interview_subject(thing.interview_id), about)

    async def tell_failed(self, uow: UnitOfWork, thing: Interview, key: str) -> None:
        """Whoever invited, who can try again."""
        application = await the_application(uow, thing.application_id, lock=False)
        await tell_coordinator(uow, self._desk, application, thing, "interview.booking_failed", key)

    async def _language(self, thing: Interview) -> str:
        """The candidate's."""
        async with self._desk.uow(reading=True) as uow:
            application = await the_application(uow, thing.application_id, lock=False)
            person = await uow.people.get(application.applicant_id)
        return person.reads if person else "en"

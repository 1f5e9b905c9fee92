"""Interviews, the candidate's side: pick one of the times, or say that none suits."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.applications import REFERENCE
from bot.domain.errors import MovedOn, NotFound, OutsideFault, Refusal
from bot.domain.interviews import Ending, InterviewStatus, move
from bot.services import interview_reminders
from bot.services.desk import (
    Desk,
    application_subject,
    interview_subject,
    record,
    refresh,
    task,
)
from bot.services.interview_ending import end_interview
from bot.services.interviewing import (
    LONGEST_WORDS,
    PICKED,
    meets_another,
    own_interview,
    tell_coordinator,
    the_interview,
)
from bot.services.meeting_booking import BOOK
from bot.services.ports import Availability, Calendars
from bot.services.selection_views import InterviewView, interview_view


class InterviewsService:
    """What candidates do with an interview, and what time does to it."""

    def __init__(self, desk: Desk, calendars: Calendars) -> None:
        self._desk = desk
        self._calendars = calendars

    async def view(self, reader_id: str, interview_id: str) -> InterviewView:
        """One interview. Raises `NotFound`, also where it is none of theirs."""
        async with self._desk.uow(reading=True) as uow:
            interview = await the_interview(uow, interview_id, lock=False)
            return await interview_view(uow, self._desk, interview, reader_id)

    async def find(self, reader_id: str, reference: str) -> InterviewView:
        """The newest of an application, by its reference; without one, of the reader's own.

        Raises:
            NotFound: there is none, or none of theirs.
        """
        quoted = REFERENCE.search(reference)
        async with self._desk.uow(reading=True) as uow:
            if quoted:
                found = await uow.applications.by_number(int(quoted[1]), int(quoted[2]))
            else:
                found = next(iter(await uow.applications.of_person(reader_id)), None)
            held = await uow.interviews.of_application(found.application_id) if found else ()
            if not held:
                raise NotFound("interview_unknown")
            return await interview_view(uow, self._desk, held[0], reader_id)

    async def pick(self, actor_id: str, interview_id: str, starts_at: datetime) -> InterviewView:
        """The candidate picks one of the times; its meeting is owed. Twice changes nothing.

        Raises:
            MovedOn: `interview_moved_on`, `interview_lapsed`.
            Refusal: `interview_time_gone`, `interview_time_taken`.
        """
        desk = self._desk
        await self._must_be_free(actor_id, interview_id, starts_at)
        async with desk.uow() as uow:
            application, interview = await own_interview(uow, actor_id, interview_id)
            if interview.status in PICKED and interview.starts_at == starts_at:
                return await interview_view(uow, desk, interview, actor_id)
            if interview.status is not InterviewStatus.OFFERED:
                raise MovedOn("interview_moved_on", status=interview.status.value, wanted="booking")
            if interview.answer_by <= desk.now:
                raise MovedOn("interview_lapsed", at=interview.answer_by)
            if starts_at not in interview.options or starts_at <= desk.now:
                raise Refusal("interview_time_gone", field="at")
            if await meets_another(uow, interview, starts_at):
                raise Refusal("interview_time_taken", field="at")
            interview.starts_at = starts_at
            move(interview, InterviewStatus.BOOKING)
            subject = interview_subject(interview_id)
            await uow.outbox.drop(subject, kinds="reminder.interview_offer")
            await task(uow, desk, BOOK, subject, key="once")
            about = application_subject(application.application_id)
            await record(uow, desk, about, "interview_picked", by=actor_id)
            await interview_reminders.plan(uow, desk, interview, actor_id)
            await refresh(uow, desk, about, subject, but=actor_id)
            view = await interview_view(uow, desk, interview, actor_id)
            await uow.commit()
            return view

    async def _must_be_free(self, actor_id: str, interview_id: str, starts_at: datetime) -> None:
        """The coordinator may have filled the time since; Outlook away is no reason to wait."""
        async with self._desk.uow(reading=True) as uow:
            seen = await the_interview(uow, interview_id, lock=False)
            view = await interview_view(uow, self._desk, seen, actor_id)
            them = await uow.people.get(view.coordinator.person_id)
        if "pick" not in view.may or not them or not them.mail:
            return
        ends_at = starts_at + timedelta(minutes=view.interview.minutes)
        try:
            told = await self._calendars.availability([them.mail], starts_at, ends_at)
        except OutsideFault:
            return
        if told.get(them.mail) is Availability.BUSY:
            raise Refusal("interview_time_taken", field="at")

    async def decline(self, actor_id: str, interview_id: str, words: str = "") -> InterviewView:
        """No time suits the candidate, or they cannot come: the coordinator offers others.

        Raises:
            MovedOn: `interview_moved_on`, `interview_begun`.
        """
        desk = self._desk
        async with desk.uow() as uow:
            application, interview = await own_interview(uow, actor_id, interview_id)
            if interview.ending in (Ending.NONE_SUITS, Ending.CANNOT):
                return await interview_view(uow, desk, interview, actor_id)
            said = words.strip()
            if len(said) > LONGEST_WORDS:
                raise Refusal("too_long", field="words", limit=LONGEST_WORDS)
            offered = interview.status is InterviewStatus.OFFERED
            begun = interview.starts_at is not None and interview.starts_at <= desk.now
            if interview.status in PICKED and begun:
                raise MovedOn("interview_begun")
            ending = Ending.NONE_SUITS if offered else Ending.CANNOT
            await end_interview(uow, desk, interview, ending, by=actor_id, reason=said)
            about = application_subject(application.application_id)
            what = f"interview_{ending.value}"
            await record(uow, desk, about, what, by=actor_id, note=said)
            await tell_coordinator(uow, desk, application, interview, f"interview.{ending.value}")
            await refresh(uow, desk, about, but=actor_id)
            view = await interview_view(uow, desk, interview, actor_id)
            await uow.commit()
            return view

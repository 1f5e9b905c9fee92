"""Inviting candidates to an interview: times, another time, cancelling. The coordinators' side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.domain import calendar
from bot.domain.applications import Application, ApplicationStatus
from bot.domain.applications import move as move_application
from bot.domain.errors import MovedOn, Refusal
from bot.domain.interviews import AHEAD, Ending, Interview, InterviewStatus
from bot.services import interview_reminders
from bot.services.desk import (
    Desk,
    Notice,
    application_subject,
    at_local,
    interview_subject,
    record,
    refresh,
    task,
    tell,
    the_person,
)
from bot.services.interview_ending import end_interview
from bot.services.interview_times import InterviewTimes, TimesFinder, check_minutes, check_options
from bot.services.interviewing import (
    LONGEST_WORDS,
    PICKED,
    known_interview,
    meets_another,
    steered,
)
from bot.services.keeping import UnitOfWork
from bot.services.meeting_booking import MOVE
from bot.services.ports import Calendars, Directory
from bot.services.selection_views import INVITED_FROM, SelectionView


class Sights(Protocol):
    """How those who select see an application (services.selection)."""

    async def sight(
        self, uow: UnitOfWork, application: Application, reader_id: str
    ) -> SelectionView: ...


class InvitingService:
    """What coordinators do with interviews; each refuses whoever does not select."""

    def __init__(
        self, desk: Desk, calendars: Calendars, directory: Directory, selection: Sights
    ) -> None:
        self._desk = desk
        self._selection = selection
        self._finder = TimesFinder(desk, calendars, directory)

    async def times(
        self, actor_id: str, application_id: str, minutes: int, days: tuple[date, date]
    ) -> InterviewTimes:
        """When the candidate and the interviewer are free. Raises `NotFound`, `Refusal`."""
        return await self._finder.times(actor_id, application_id, minutes, days)

    async def invite(
        self, actor_id: str, application_id: str, options: Sequence[datetime], minutes: int
    ) -> SelectionView:
        """Offer times for an interview; the candidate picks one.

        Raises:
            MovedOn: `application_moved_on`, or `interview_stands` where one is offered already.
            Refusal: the times cannot be offered.
        """
        desk = self._desk
        async with desk.uow() as uow:
            application = await steered(uow, actor_id, application_id)
            held = await uow.interviews.of_application(application_id)
            newest = held[0] if held else None
            chosen = tuple(sorted(set(options)))
            if newest and newest.status in AHEAD:
                same = (newest.options, newest.coordinator_id) == (chosen, actor_id)
                if same:
                    return await self._selection.sight(uow, application, actor_id)
                raise MovedOn("interview_stands")
            if application.status not in INVITED_FROM:
                raise MovedOn(
                    "application_moved_on", status=application.status.value, wanted="interview"
                )
            check_minutes(minutes)
            me = await the_person(uow, actor_id)
            check_options(options, minutes, (application.zone, me.lives_in), desk.now, desk.rules)
            await self._offer(uow, application, actor_id, chosen, minutes)
            view = await self._selection.sight(uow, application, actor_id)
            await uow.commit()
            return view

    async def _offer(
        self,
        uow: UnitOfWork,
        application: Application,
        actor_id: str,
        options: tuple[datetime, ...],
        minutes: int,
    ) -> None:
        desk = self._desk
        if application.status is not ApplicationStatus.INTERVIEW:
            move_application(application, ApplicationStatus.INTERVIEW)
        interview = Interview(
            interview_id=desk.new_id(),
            application_id=application.application_id,
            coordinator_id=actor_id,
            options=options,
            minutes=minutes,
            zone=application.zone,
            answer_by=self._answer_by(application.zone, options),
            created_at=desk.now,
            transaction_id=desk.new_id(),
        )
        await uow.interviews.add(interview)
        subject, candidate = interview_subject(interview.interview_id), application.applicant_id
        about = application_subject(application.application_id)
        await record(uow, desk, about, "interview_offered", by=actor_id)
        halfway = desk.now + (interview.answer_by - desk.now) / 2
        await tell(
            uow,
            desk,
            Notice("interview.offered", subject, candidate),
            Notice(
                "reminder.interview_offer",
                subject,
                candidate,
                due_at=halfway,
                expires_at=interview.answer_by,
                repeatable=False,
            ),
        )
        await refresh(uow, desk, about, but=actor_id)

    def _answer_by(self, zone: str, options: Sequence[datetime]) -> datetime:
        """The end of a working day of the candidate's, and not after the last time offered."""
        desk = self._desk
        today_on = desk.now.astimezone(ZoneInfo(zone)).date()
        last_on = calendar.add_working_days(today_on, desk.rules.interview_answer_working_days)
        return min(at_local(last_on, desk.rules.day_ends, zone), max(options))

    async def reschedule(
        self,
        actor_id: str,
        interview_id: str,
        starts_at: datetime,
        *,
        minutes: int | None = None,
    ) -> SelectionView:
        """Give the interview another time: the same meeting moves, the others are told once.

        It keeps its length, unless `minutes` says another. Twice changes nothing.

        Raises:
            MovedOn: `interview_moved_on`.
            Refusal: `interview_overlaps`, or nobody can meet then.
        """
        desk = self._desk
        async with desk.uow() as uow:
            application, interview = await known_interview(uow, actor_id, interview_id)
            late = interview.starts_at is None or interview.starts_at <= desk.now
            if interview.status not in PICKED or late:
                raise MovedOn("interview_moved_on", status=interview.status.value, wanted="moved")
            lasts = minutes or interview.minutes
            if (starts_at, lasts) == (interview.starts_at, interview.minutes):
                return await self._selection.sight(uow, application, actor_id)
            check_minutes(lasts)
            lead = await the_person(uow, interview.coordinator_id)
            zones = (application.zone, lead.lives_in)
            check_options((starts_at,), lasts, zones, desk.now, desk.rules)
            if await meets_another(uow, interview, starts_at):
                raise Refusal("interview_overlaps", field="other")
            interview.starts_at, interview.minutes = starts_at, lasts
            interview.version += 1
            subject = interview_subject(interview_id)
            about = application_subject(application.application_id)
            await record(uow, desk, about, "interview_rescheduled", by=actor_id)
            await task(uow, desk, MOVE, subject, key=f"v{interview.version}")
            await interview_reminders.drop(uow, interview)
            await interview_reminders.plan(uow, desk, interview, application.applicant_id)
            key = f"v{interview.version}"
            for person_id in (application.applicant_id, interview.coordinator_id):
                if person_id != actor_id:
                    await tell(uow, desk, Notice("interview.moved", subject, person_id, key))
            await refresh(uow, desk, about, subject, but=actor_id)
            view = await self._selection.sight(uow, application, actor_id)
            await uow.commit()
            return view

    async def cancel(self, actor_id: str, interview_id: str, reason: str) -> SelectionView:
        """Cancel it with a word of why, which the candidate reads. Twice changes nothing."""
        desk = self._desk
        async with desk.uow() as uow:
            application, interview = await known_interview(uow, actor_id, interview_id)
            if interview.status is InterviewStatus.CANCELLED:
                return await self._selection.sight(uow, application, actor_id)
            said = reason.strip()
            if not said:
                raise Refusal("reason_missing", field="reason")
            if len(said) > LONGEST_WORDS:
                raise Refusal("too_long", field="reason", limit=LONGEST_WORDS)
            await end_interview(uow, desk, interview, Ending.CANCELLED, by=actor_id, reason=said)
            about = application_subject(application.application_id)
            await record(uow, desk, about, "interview_cancelled", by=actor_id, note=said)
            subject = interview_subject(interview_id)
            for person_id in (application.applicant_id, interview.coordinator_id):
                if person_id != actor_id:
                    await tell(uow, desk, Notice("interview.cancelled", subject, person_id))
            await refresh(uow, desk, about, but=actor_id)
            view = await self._selection.sight(uow, application, actor_id)
            await uow.commit()
            return view

    async def retry_booking(self, actor_id: str, interview_id: str) -> SelectionView:
        """Try again what Outlook refused, after somebody mended it."""
        desk = self._desk
        async with desk.uow() as uow:
            application, interview = await known_interview(uow, actor_id, interview_id)
            subject = interview_subject(interview_id)
            await uow.outbox.revive(subject, "meeting.")
            interview.fault = None
            about = application_subject(application.application_id)
            await refresh(uow, desk, about, subject, but=actor_id)
            view = await self._selection.sight(uow, application, actor_id)
            await uow.commit()
            return view

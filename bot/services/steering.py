"""Steering a planned or booked session: cancel it, give it another time, try Outlook again."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.errors import MovedOn, NotFound, Refusal
from bot.domain.requests import RequestStatus, move
from bot.domain.seats import STANDING as SEATED
from bot.domain.seats import SeatStatus
from bot.domain.sessions import (
    AHEAD,
    STANDING,
    AssignmentStatus,
    Session,
    SessionStatus,
)
from bot.services import reminders
from bot.services.cancelling import cancel_session
from bot.services.desk import (
    Desk,
    Notice,
    assignment_subject,
    coordinates,
    record,
    refresh,
    request_subject,
    session_subject,
    task,
    tell,
    the_person,
    the_session,
)
from bot.services.keeping import UnitOfWork
from bot.services.planning import check_planned
from bot.services.session_views import session_view
from bot.services.views import SessionView


class SteeringService:
    """What coordinators do with a session of their region."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def _steered(self, uow: UnitOfWork, actor_id: str, session_id: str) -> Session:
        session = await the_session(uow, session_id)
        if not coordinates(tuple(await uow.grants.of(actor_id)), session.region):
            raise NotFound("session_unknown")
        return session

    async def cancel(self, actor_id: str, session_id: str, reason: str) -> SessionView:
        """Cancel with a word of why; everybody is told once, a request goes back to review."""
        desk = self._desk
        async with desk.uow() as uow:
            session = await self._steered(uow, actor_id, session_id)
            if session.status is SessionStatus.CANCELLED:
                return await session_view(uow, desk, session, actor_id)
            if not reason.strip():
                raise Refusal("reason_missing", field="reason")
            request = await uow.requests.locked(session.request_id) if session.request_id else None
            parties = {request.requester_id, request.counterpart_id} if request else set[str]()
            await cancel_session(
                uow, desk, session, by=actor_id, reason=reason.strip(), but={*parties, actor_id}
            )
            if request:
                move(request, RequestStatus.IN_REVIEW)
                about = request_subject(request.request_id)
                # The request's own line: its next session has a history of its own.
                await record(uow, desk, about, "cancelled", by=actor_id, note=reason.strip())
                key = str(request.version)
                for person_id in sorted(parties - {actor_id}):
                    await tell(
                        uow, desk, Notice("request.session_cancelled", about, person_id, key)
                    )
                await refresh(uow, desk, about, but=actor_id)
            view = await session_view(uow, desk, session, actor_id)
            await uow.commit()
            return view

    async def reschedule(
        self,
        actor_id: str,
        session_id: str,
        starts_at: datetime,
        reason: str = "",
        *,
        minutes: int | None = None,
    ) -> SessionView:
        """Give the session another time: the same meeting moves, everybody is told once.

        Reminders of the old time are dropped and planned for the new one. It keeps its length,
        unless `minutes` says another. Twice changes nothing.

        Raises:
            MovedOn: `session_moved_on`, too late for that.
            Refusal: `date_…`, `session_in_past`.
        """
        desk = self._desk
        async with desk.uow() as uow:
            session = await self._steered(uow, actor_id, session_id)
            if session.status not in AHEAD or session.starts_at <= desk.now:
                raise MovedOn("session_moved_on", status=session.status.value, wanted="rescheduled")
            length = timedelta(minutes=minutes) if minutes else session.duration
            if (starts_at, length) == (session.starts_at, session.duration):
                return await session_view(uow, desk, session, actor_id)
            lasts = int(length.total_seconds() // 60)
            check_planned(starts_at, session.zone, lasts, desk.now, desk.rules)
            session.starts_at, session.ends_at = starts_at, starts_at + length
            session.version += 1
            subject = session_subject(session_id)
            await record(uow, desk, subject, "rescheduled", by=actor_id, note=reason.strip())
            if session.status in (SessionStatus.BOOKING, SessionStatus.BOOKED):
                await task(uow, desk, "meeting.move", subject, key=f"v{session.version}")
            await self._tell_moved(uow, session, actor_id)
            view = await session_view(uow, desk, session, actor_id)
            await uow.commit()
            return view

    async def _tell_moved(self, uow: UnitOfWork, session: Session, actor_id: str) -> None:
        """One message each: the parties by their request, the leads, then those with a seat."""
        desk, key = self._desk, f"v{session.version}"
        subject = session_subject(session.session_id)
        told = {actor_id}
        await reminders.drop(uow, session)
        request = await uow.requests.get(session.request_id) if session.request_id else None
        if request:
            about = request_subject(request.request_id)
            for person_id in (request.requester_id, request.counterpart_id):
                if person_id not in told:
                    await tell(uow, desk, Notice("request.moved", about, person_id, key))
                told.add(person_id)
            await refresh(uow, desk, about, but=actor_id)
        await self._tell_leads(uow, session, actor_id, told)
        for seat in await uow.seats.of_session(session.session_id):
            if seat.status not in SEATED:
                continue
            if seat.person_id not in told:
                await tell(uow, desk, Notice("session.moved", subject, seat.person_id, key))
            if seat.status is SeatStatus.CONFIRMED:
                person = await the_person(uow, seat.person_id)
                await reminders.plan(uow, desk, session, person, leads=False)
        await refresh(uow, desk, subject, but=actor_id)

    async def _tell_leads(
        self, uow: UnitOfWork, session: Session, actor_id: str, told: set[str]
    ) -> None:
        desk, key = self._desk, f"v{session.version}"
        for assignment in await uow.assignments.of_session(session.session_id):
            if assignment.status not in STANDING:
                continue
            about = assignment_subject(assignment.assignment_id)
            assignment.answer_by = min(assignment.answer_by, session.starts_at)
            if assignment.person_id not in told:
                await tell(uow, desk, Notice("assignment.moved", about, assignment.person_id, key))
            told.add(assignment.person_id)
            await refresh(uow, desk, about, but=actor_id)
            if assignment.status is AssignmentStatus.ACCEPTED:
                person = await the_person(uow, assignment.person_id)
                await reminders.plan(uow, desk, session, person, leads=True)

    async def retry_booking(self, actor_id: str, session_id: str) -> SessionView:
        """Try again what Outlook refused, after somebody mended it."""
        desk = self._desk
        async with desk.uow() as uow:
            session = await self._steered(uow, actor_id, session_id)
            subject = session_subject(session_id)
            await uow.outbox.revive(subject, "meeting.")
            session.fault = None
            await refresh(uow, desk, subject, but=actor_id)
            if session.request_id:
                await refresh(uow, desk, request_subject(session.request_id), but=actor_id)
            view = await session_view(uow, desk, session, actor_id)
            await uow.commit()
            return view

"""Booking a session: what the worker does for it in the service mailbox's calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.requests import RequestStatus, Visibility
from bot.domain.requests import move as move_request
from bot.domain.seats import SeatStatus
from bot.domain.sessions import AssignmentStatus, Session, SessionStatus, move
from bot.services.desk import (
    Desk,
    Notice,
    assignment_subject,
    coordinators,
    record,
    refresh,
    request_subject,
    session_subject,
    tell,
    the_session,
)
from bot.services.keeping import UnitOfWork
from bot.services.meeting_booking import MeetingBooking, Stage
from bot.services.ports import Attendee, Directory, MeetingDraft, Meetings

_STAGES: Mapping[SessionStatus, Stage] = {
    SessionStatus.STAFFED: Stage.AWAITED,
    SessionStatus.BOOKING: Stage.BOOKING,
    SessionStatus.BOOKED: Stage.BOOKED,
    SessionStatus.CANCELLED: Stage.CANCELLED,
}


class MeetingTexts(Protocol):
    """The words of a meeting, in both languages: subject, body and cancellation."""

    def subject(self, session: Session) -> str: ...
    def body_html(self, session: Session) -> str: ...
    def cancellation(self, session: Session) -> str: ...


class BookingService(MeetingBooking[Session]):
    """The meetings of sessions: facilitators lead them, participants come and go."""

    def __init__(
        self, desk: Desk, meetings: Meetings, directory: Directory, texts: MeetingTexts
    ) -> None:
        super().__init__(desk, meetings, directory)
        self._texts = texts

    async def load(self, uow: UnitOfWork, thing_id: str, *, lock: bool = True) -> Session:
        """The session. Raises `NotFound`."""
        return await the_session(uow, thing_id, lock=lock)

    def subject_of(self, thing: Session) -> str:
        """session:<id>."""
        return session_subject(thing.session_id)

    def stage(self, thing: Session) -> Stage:
        """From its status; one that has no facilitators yet has nothing to be booked."""
        return _STAGES.get(thing.status, Stage.OVER)

    async def invited(self, uow: UnitOfWork, thing: Session) -> Mapping[str, bool]:
        """Those who lead first, then those who have a seat, by arrival."""
        leads = await uow.assignments.of_session(thing.session_id)
        seats = await uow.seats.of_session(thing.session_id)
        invited = {
            a.person_id: True
            for a in sorted(leads, key=lambda a: a.side)
            if a.status is AssignmentStatus.ACCEPTED
        }
        for seat in sorted(seats, key=lambda s: s.ticket):
            if seat.status is SeatStatus.CONFIRMED:
                invited.setdefault(seat.person_id, False)
        return invited

    def times(self, thing: Session) -> tuple[datetime, ...]:
        """One day's."""
        return (thing.starts_at, thing.ends_at)

    async def keepers(self, uow: UnitOfWork, thing: Session) -> list[str]:
        """The coordinators of the region."""
        return await coordinators(uow, thing.region)

    def reopen(self, thing: Session) -> None:
        """Its people keep their seats."""
        move(thing, SessionStatus.BOOKING)

    async def draft(self, thing: Session, attendees: Sequence[Attendee]) -> MeetingDraft:
        """People see one another's names only where the session is a team's own."""
        return MeetingDraft(
            transaction_id=thing.transaction_id,
            subject=self._texts.subject(thing),
            body_html=self._texts.body_html(thing),
            starts_at=thing.starts_at,
            ends_at=thing.ends_at,
            zone=thing.zone,
            attendees=attendees,
            hide_attendees=thing.visibility is not Visibility.TEAM,
        )

    async def cancellation(self, thing: Session) -> str:
        """A word of why, in both languages."""
        return self._texts.cancellation(thing)

    async def announce(self, uow: UnitOfWork, thing: Session) -> None:
        """The request is scheduled; both parties and both facilitators are told."""
        desk = self._desk
        thing.booked_at = desk.now
        move(thing, SessionStatus.BOOKED)
        await record(uow, desk, session_subject(thing.session_id), "booked", by=None)
        if not thing.request_id:
            return
        request = await uow.requests.locked(thing.request_id)
        if request and request.status is RequestStatus.APPROVED:
            move_request(request, RequestStatus.SCHEDULED)
            about = request_subject(request.request_id)
            for person_id in (request.requester_id, request.counterpart_id):
                key = thing.session_id
                await tell(uow, desk, Notice("request.scheduled", about, person_id, key))
        for assignment in await uow.assignments.of_session(thing.session_id):
            if assignment.status is AssignmentStatus.ACCEPTED:
                about = assignment_subject(assignment.assignment_id)
                await tell(uow, desk, Notice("assignment.booked", about, assignment.person_id))

    async def refresh(self, uow: UnitOfWork, thing: Session) -> None:
        """The session's cards, its request's and its facilitators'."""
        desk = self._desk
        await refresh(uow, desk, session_subject(thing.session_id))
        if thing.request_id:
            await refresh(uow, desk, request_subject(thing.request_id))
        for assignment in await uow.assignments.of_session(thing.session_id):
            await refresh(uow, desk, assignment_subject(assignment.assignment_id))

    async def tell_failed(self, uow: UnitOfWork, thing: Session, key: str) -> None:
        """The coordinators of the region."""
        if thing.request_id:
            kind, about = "request.booking_failed", request_subject(thing.request_id)
        else:
            kind, about = "session.booking_failed", session_subject(thing.session_id)
        for person_id in await self.keepers(uow, thing):
            await tell(uow, self._desk, Notice(kind, about, person_id, key))

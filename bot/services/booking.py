"""Booking: what the worker does in the service mailbox's calendar for a session.

Each task reads what is wanted in one transaction, calls Outlook outside any, and writes what
came of it in another. Doing a task twice is harmless: the event is made under a transaction
id stored before the call, and attendees, time and cancellation are set, not added to.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from bot.domain.errors import Gone
from bot.domain.messages import OutboxRow
from bot.domain.people import Person
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
    task,
    tell,
    the_session,
)
from bot.services.keeping import UnitOfWork
from bot.services.ports import Attendee, Directory, Meeting, MeetingDraft, Meetings


class MeetingTexts(Protocol):
    """The words of a meeting, in both languages: subject, body and cancellation."""

    def subject(self, session: Session) -> str: ...
    def body_html(self, session: Session) -> str: ...
    def cancellation(self, session: Session) -> str: ...


class NotYet(Exception):
    """The task waits for another one; it is tried again after `wait`, no attempt counted."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"again in {wait}")
        self.wait = wait


WAIT_FOR_BOOKING = timedelta(seconds=10)
WAIT_FOR_LINK = timedelta(seconds=2)
HOSTS = "meeting.hosts"


class BookingService:
    """Carries out the `meeting.*` rows of the outbox."""

    def __init__(
        self, desk: Desk, meetings: Meetings, directory: Directory, texts: MeetingTexts
    ) -> None:
        self._desk = desk
        self._meetings = meetings
        self._directory = directory
        self._texts = texts

    async def carry_out(self, row: OutboxRow) -> str:
        """Do one task and say in a word how it ended ("done", "skipped").

        Raises:
            OutsideFault: Outlook did not do it; the outbox tries again.
            NotYet: something else must come first.
        """
        session_id = row.subject.partition(":")[2]
        doing = {
            "meeting.book": self._book,
            "meeting.people": self._people,
            HOSTS: self._hosts,
            "meeting.move": self._move,
            "meeting.cancel": self._cancel,
        }[row.kind]
        return await doing(session_id)

    async def gave_up(self, row: OutboxRow, error: str) -> None:
        """Outlook refused for good: the coordinators are told and can try again.

        Without co-organizers the meeting is as good for everybody: nobody is troubled with it.
        """
        if row.kind == HOSTS:
            return
        desk = self._desk
        session_id = row.subject.partition(":")[2]
        async with desk.uow() as uow:
            session = await the_session(uow, session_id)
            session.fault = error
            await self._tell_coordinators(uow, session, row.row_id)
            await uow.commit()

    async def struggling(self, row: OutboxRow, error: str) -> None:
        """Outlook has refused a few times: the card says so while the outbox keeps trying."""
        if row.kind == HOSTS:
            return
        desk = self._desk
        session_id = row.subject.partition(":")[2]
        async with desk.uow() as uow:
            session = await the_session(uow, session_id)
            if session.fault is None:
                session.fault = error
                await self._refresh(uow, session)
                await uow.commit()

    async def _tell_coordinators(self, uow: UnitOfWork, session: Session, key: str) -> None:
        desk = self._desk
        if session.request_id:
            kind, about = "request.booking_failed", request_subject(session.request_id)
        else:
            kind, about = "session.booking_failed", session_subject(session.session_id)
        for person_id in await coordinators(uow, session.region):
            await tell(uow, desk, Notice(kind, about, person_id, key))
        await self._refresh(uow, session)

    async def _refresh(self, uow: UnitOfWork, session: Session) -> None:
        desk = self._desk
        await refresh(uow, desk, session_subject(session.session_id))
        if session.request_id:
            await refresh(uow, desk, request_subject(session.request_id))
        for assignment in await uow.assignments.of_session(session.session_id):
            await refresh(uow, desk, assignment_subject(assignment.assignment_id))

    async def _read(self, session_id: str) -> tuple[Session, list[Attendee]]:
        """The session and whom its meeting invites, as they stand; names asked for first."""
        await self._introduce(session_id)
        async with self._desk.uow(reading=True) as uow:
            session = await the_session(uow, session_id, lock=False)
            return session, await self._attendees(uow, session_id)

    async def _invited(self, uow: UnitOfWork, session_id: str) -> dict[str, bool]:
        """Person id to whether they lead, in a steady order: leads first, then by arrival."""
        leads = await uow.assignments.of_session(session_id)
        seats = await uow.seats.of_session(session_id)
        invited = {
            a.person_id: True
            for a in sorted(leads, key=lambda a: a.side)
            if a.status is AssignmentStatus.ACCEPTED
        }
        for seat in sorted(seats, key=lambda s: s.ticket):
            if seat.status is SeatStatus.CONFIRMED:
                invited.setdefault(seat.person_id, False)
        return invited

    async def _attendees(self, uow: UnitOfWork, session_id: str) -> list[Attendee]:
        invited = await self._invited(uow, session_id)
        people = await uow.people.many(invited)
        return [
            Attendee(mail=person.mail, name=person.name or "", required=leads)
            for person_id, leads in invited.items()
            if (person := people.get(person_id)) and person.mail
        ]

    async def _introduce(self, session_id: str) -> None:
        """Ask the directory for the mail of whoever is invited and has none yet."""
        async with self._desk.uow(reading=True) as uow:
            invited = await self._invited(uow, session_id)
            people = await uow.people.many(invited)
            unknown = [p.person_id for p in people.values() if not p.mail]
        for person_id in unknown:
            try:
                found = await self._directory.person(person_id)
            except Gone:
                continue  # not in the directory: they use the link on their card
            async with self._desk.uow() as uow:
                person = await uow.people.get(person_id) or Person(person_id)
                person.mail, person.name = found.mail, person.name or found.name
                await uow.commit()

    async def _book(self, session_id: str) -> str:
        session, attendees = await self._read(session_id)
        if session.status is not SessionStatus.BOOKING:
            return "skipped"
        meeting = await self._made(session, attendees)
        if meeting is None:
            return "skipped"
        if meeting.join_url is None:
            meeting = await self._meetings.read(meeting.event_id)
        if meeting.join_url is None:
            raise NotYet(WAIT_FOR_LINK)
        await self._booked(session, meeting)
        return "done"

    async def _made(self, session: Session, attendees: list[Attendee]) -> Meeting | None:
        """The event: read again where an earlier attempt made it, made where none did.

        None where the session was cancelled before Outlook was ever asked.
        """
        if session.event_id:
            return await self._meetings.read(session.event_id)
        async with self._desk.uow() as uow:
            kept = await the_session(uow, session.session_id)
            if not kept.booking_asked and kept.status is not SessionStatus.BOOKING:
                return None
            kept.booking_asked = True
            await uow.commit()
        meeting = await self._meetings.create(
            MeetingDraft(
                transaction_id=session.transaction_id,
                subject=self._texts.subject(session),
                body_html=self._texts.body_html(session),
                starts_at=session.starts_at,
                ends_at=session.ends_at,
                zone=session.zone,
                attendees=attendees,
                hide_attendees=session.visibility is not Visibility.TEAM,
            )
        )
        async with self._desk.uow() as uow:
            kept = await the_session(uow, session.session_id)
            kept.event_id = meeting.event_id
            await uow.commit()
        return meeting

    async def _booked(self, seen: Session, meeting: Meeting) -> None:
        """The meeting exists and its link is known: announce it, and mend what moved meanwhile."""
        desk = self._desk
        subject = session_subject(seen.session_id)
        async with desk.uow() as uow:
            session = await the_session(uow, seen.session_id)
            if session.status is not SessionStatus.BOOKING:
                return  # cancelled meanwhile; its own task ends the event
            session.join_url, session.booked_at = meeting.join_url, desk.now
            session.fault = None
            move(session, SessionStatus.BOOKED)
            await record(uow, desk, subject, "booked", by=None)
            if session.version != seen.version:
                await task(uow, desk, "meeting.move", subject, key=f"after-{session.version}")
            await task(uow, desk, "meeting.people", subject, key="after-booking")
            await task(uow, desk, HOSTS, subject, key="after-booking")
            await self._announce(uow, session)
            await uow.commit()

    async def _announce(self, uow: UnitOfWork, session: Session) -> None:
        desk = self._desk
        if session.request_id:
            request = await uow.requests.locked(session.request_id)
            if request and request.status is RequestStatus.APPROVED:
                move_request(request, RequestStatus.SCHEDULED)
                about = request_subject(request.request_id)
                for person_id in (request.requester_id, request.counterpart_id):
                    key = session.session_id
                    await tell(uow, desk, Notice("request.scheduled", about, person_id, key))
            for assignment in await uow.assignments.of_session(session.session_id):
                if assignment.status is AssignmentStatus.ACCEPTED:
                    about = assignment_subject(assignment.assignment_id)
                    await tell(uow, desk, Notice("assignment.booked", about, assignment.person_id))
        await self._refresh(uow, session)

    async def _people(self, session_id: str) -> str:
        session, attendees = await self._read(session_id)
        if session.status in (SessionStatus.STAFFED, SessionStatus.BOOKING):
            raise NotYet(WAIT_FOR_BOOKING)
        if session.status is not SessionStatus.BOOKED or session.event_id is None:
            return "skipped"
        await self._meetings.set_attendees(session.event_id, attendees)
        return "done"

    async def _hosts(self, session_id: str) -> str:
        """Those who lead open the meeting and let people in: co-organizers of it."""
        async with self._desk.uow(reading=True) as uow:
            session = await the_session(uow, session_id, lock=False)
            invited = await self._invited(uow, session_id)
        if session.status is not SessionStatus.BOOKED or session.join_url is None:
            return "skipped"
        leads = [person_id for person_id, lead in invited.items() if lead]
        await self._meetings.host(session.join_url, leads)
        return "done"

    async def _move(self, session_id: str) -> str:
        async with self._desk.uow(reading=True) as uow:
            session = await the_session(uow, session_id, lock=False)
        if session.status is SessionStatus.BOOKING:
            raise NotYet(WAIT_FOR_BOOKING)
        if session.status is not SessionStatus.BOOKED or session.event_id is None:
            return "skipped"
        await self._meetings.move(
            session.event_id, session.starts_at, session.ends_at, session.zone
        )
        return "done"

    async def _cancel(self, session_id: str) -> str:
        async with self._desk.uow(reading=True) as uow:
            session = await the_session(uow, session_id, lock=False)
            attendees = await self._attendees(uow, session_id)
        if not session.booking_asked or session.status is not SessionStatus.CANCELLED:
            return "skipped"
        # A booking may have reached Outlook just before the session was cancelled, and died
        # before it could say so: the same transaction id finds that event, or makes one to
        # cancel at once.
        try:
            meeting = await self._made(session, attendees)
        except Gone:
            return "done"  # cancelled by an earlier attempt whose answer was lost
        if meeting and not meeting.cancelled:
            await self._meetings.cancel(meeting.event_id, self._texts.cancellation(session))
        return "done"

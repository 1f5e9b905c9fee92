"""Booking in the service mailbox's calendar: what sessions, interviews and cohorts share.

Each task reads what is wanted in one transaction, calls Outlook outside any, and writes what
came of it in another. Doing a task twice is harmless: the event is made under a transaction
id stored before the call, and attendees, time and cancellation are set, not added to.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Generic, Protocol, TypeVar

from bot.domain.errors import DENIED, Gone
from bot.domain.messages import OutboxRow
from bot.domain.outlook import WrittenEvent, mark, people_of
from bot.services.desk import Desk, task
from bot.services.keeping import UnitOfWork
from bot.services.outlook_writing import guests_of, marks_of, owe_look, unanswered
from bot.services.people import introduce
from bot.services.ports import Attendee, Directory, Meeting, MeetingDraft, Meetings


class NotYet(Exception):
    """The task waits for another one; it is tried again after `wait`, no attempt counted."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"again in {wait}")
        self.wait = wait


WAIT_FOR_BOOKING = timedelta(seconds=10)
WAIT_FOR_LINK, LONGEST_WAIT_FOR_LINK = timedelta(seconds=2), timedelta(minutes=15)
LINK_IS_LATE = timedelta(minutes=10)
BOOK, PEOPLE, HOSTS = "meeting.book", "meeting.people", "meeting.hosts"
MOVE, CANCEL = "meeting.move", "meeting.cancel"


class Stage(Enum):
    """How far the booking of a thing has come, whatever the thing calls it."""

    AWAITED = auto()  # not to be booked yet, but it will be
    BOOKING = auto()
    BOOKED = auto()
    CANCELLED = auto()
    OVER = auto()


class Bookable(Protocol):
    """What the things that have a meeting have in common."""

    transaction_id: str
    booking_asked: bool
    event_id: str | None
    join_url: str | None
    fault: str | None
    version: int


Thing = TypeVar("Thing", bound=Bookable)


class MeetingBooking(ABC, Generic[Thing]):
    """Carries out the `meeting.*` rows of the outbox for one noun.

    Those who lead are required attendees; everybody is where `all_required` says so.
    """

    all_required = False

    def __init__(self, desk: Desk, meetings: Meetings, directory: Directory) -> None:
        self._desk = desk
        self._meetings = meetings
        self._directory = directory

    @abstractmethod
    async def load(self, uow: UnitOfWork, thing_id: str, *, lock: bool = True) -> Thing:
        """The thing, with its row locked unless `lock` is False. Raises `NotFound`."""

    @abstractmethod
    def subject_of(self, thing: Thing) -> str:
        """The subject under which its rows are kept."""

    def history_subject(self, thing: Thing) -> str:
        """Where what happens to it is written down."""
        return self.subject_of(thing)

    @abstractmethod
    def stage(self, thing: Thing) -> Stage:
        """How far its booking has come."""

    @abstractmethod
    async def invited(self, uow: UnitOfWork, thing: Thing) -> Mapping[str, bool]:
        """Person id to whether they lead, in a steady order."""

    @abstractmethod
    def times(self, thing: Thing) -> tuple[datetime, ...]:
        """Start and end of each of its days, as they are wanted now."""

    @abstractmethod
    async def keepers(self, uow: UnitOfWork, thing: Thing) -> list[str]:
        """Who is told, and decides, when something about its meeting is not as it should be."""

    @abstractmethod
    def reopen(self, thing: Thing) -> None:
        """Back from booked to being booked: its meeting is gone from Outlook."""

    @abstractmethod
    async def draft(self, thing: Thing, attendees: Sequence[Attendee]) -> MeetingDraft:
        """The meeting as it is wanted now."""

    @abstractmethod
    async def cancellation(self, thing: Thing) -> str:
        """What Outlook tells everybody when it is cancelled."""

    @abstractmethod
    async def announce(self, uow: UnitOfWork, thing: Thing) -> None:
        """Move it to booked and tell those concerned; its link is there, the caller commits."""

    @abstractmethod
    async def refresh(self, uow: UnitOfWork, thing: Thing) -> None:
        """Show every card on it anew."""

    @abstractmethod
    async def tell_failed(self, uow: UnitOfWork, thing: Thing, key: str) -> None:
        """Tell those who can mend it that Outlook refused for good."""

    async def carry_out(self, row: OutboxRow) -> str:
        """Do one task and say in a word how it ended ("done", "skipped").

        Raises:
            OutsideFault: Outlook did not do it; the outbox tries again.
            NotYet: something else must come first.
        """
        if row.kind == BOOK:
            return await self._book(row)
        doing = {
            PEOPLE: self._people,
            HOSTS: self._hosts,
            MOVE: self._move,
            CANCEL: self._cancel,
        }[row.kind]
        ended = await doing(_id_of(row))
        if row.attempts:
            await self._mended(_id_of(row))
        return ended

    async def gave_up(self, row: OutboxRow, error: str) -> None:
        """Outlook refused for good: the coordinators are told and can try again.

        Without co-organizers the meeting is as good for everybody: nobody is troubled with it.
        """
        if row.kind == HOSTS:
            return
        async with self._desk.uow() as uow:
            thing = await self.load(uow, _id_of(row))
            thing.fault = error
            await self.tell_failed(uow, thing, row.row_id)
            await self.refresh(uow, thing)
            await uow.commit()

    async def struggling(self, row: OutboxRow, error: str) -> None:
        """The card says so while the outbox keeps trying; that we may not, somebody is told."""
        if row.kind == HOSTS:
            return
        async with self._desk.uow() as uow:
            thing = await self.load(uow, _id_of(row))
            denied = error == DENIED
            if thing.fault is None or (denied and thing.fault != error):
                thing.fault = error
                if denied:
                    await self.tell_failed(uow, thing, row.row_id)
                await self.refresh(uow, thing)
                await uow.commit()

    async def _mended(self, thing_id: str) -> None:
        """A task went through after all: the card says no longer that it does not.

        Unless another one was given up, which waits for somebody.
        """
        async with self._desk.uow() as uow:
            thing = await self.load(uow, thing_id)
            subject = self.subject_of(thing)
            dead = [row for row in await uow.outbox.dead(subject) if row.subject == subject]
            if thing.fault is None or any(row.kind in (BOOK, PEOPLE, MOVE, CANCEL) for row in dead):
                return
            thing.fault = None
            await self.refresh(uow, thing)
            await uow.commit()

    async def _read(self, thing_id: str) -> tuple[Thing, list[Attendee]]:
        """The thing and whom its meeting invites, as they stand; names asked for first."""
        await self._introduce(thing_id)
        async with self._desk.uow(reading=True) as uow:
            thing = await self.load(uow, thing_id, lock=False)
            return thing, await self.attendees(uow, thing)

    async def attendees(self, uow: UnitOfWork, thing: Thing) -> list[Attendee]:
        """Whom its meeting invites, as far as their mail is known."""
        invited = await self.invited(uow, thing)
        people = await uow.people.many(invited)
        return [
            Attendee(mail=person.mail, name=person.name or "", required=leads or self.all_required)
            for person_id, leads in invited.items()
            if (person := people.get(person_id)) and person.mail
        ]

    async def _introduce(self, thing_id: str) -> None:
        """Ask the directory for the mail of whoever is invited and has none yet."""
        async with self._desk.uow(reading=True) as uow:
            thing = await self.load(uow, thing_id, lock=False)
            people = await uow.people.many(await self.invited(uow, thing))
            unknown = [p.person_id for p in people.values() if not p.mail]
        await introduce(self._desk, self._directory, unknown)

    async def _book(self, row: OutboxRow) -> str:
        thing_id = _id_of(row)
        thing, attendees = await self._read(thing_id)
        if self.stage(thing) is not Stage.BOOKING:
            return "skipped"
        meeting = await self._made(thing_id, thing, attendees)
        if meeting is None:
            return "skipped"
        if meeting.join_url is None and not thing.event_id:  # Teams is a moment behind Outlook
            meeting = await self._meetings.read(meeting.event_id)
        if meeting.join_url is None:
            async with self._desk.uow(reading=True) as uow:
                made = await uow.outlook.written(meeting.event_id)
            age = self._desk.now - made.written_at if made else timedelta(0)
            if age >= LINK_IS_LATE:  # the coordinators see on their cards that it is not there
                await self.struggling(row, "graph_no_link")
            raise NotYet(min(max(WAIT_FOR_LINK, age / 10), LONGEST_WAIT_FOR_LINK))
        await self._booked(thing_id, thing, meeting)
        return "done"

    async def _made(
        self, thing_id: str, thing: Thing, attendees: Sequence[Attendee]
    ) -> Meeting | None:
        """The event: read again where an earlier attempt made it, made where none did.

        None where the thing was cancelled before Outlook was ever asked.
        """
        if thing.event_id:
            return await self._meetings.read(thing.event_id)
        async with self._desk.uow() as uow:
            kept = await self.load(uow, thing_id)
            if not kept.booking_asked and self.stage(kept) is not Stage.BOOKING:
                return None
            kept.booking_asked = True
            await uow.commit()
        draft = await self.draft(thing, attendees)
        meeting = await self._meetings.create(draft)
        written = self._written(thing, meeting.event_id, attendees, meeting.held)
        if people_of(written.sent) != frozenset(written.held):  # by an earlier attempt, perhaps
            written = replace(written, sent=())
        async with self._desk.uow() as uow:
            kept = await self.load(uow, thing_id)
            kept.event_id = meeting.event_id
            await uow.outlook.write(written)
            await uow.commit()
        return meeting

    def _written(
        self, thing: Thing, event_id: str, attendees: Sequence[Attendee], held: Iterable[str]
    ) -> WrittenEvent:
        """What Outlook has of us now."""
        times = self.times(thing)
        return WrittenEvent(
            event_id=event_id,
            subject=self.subject_of(thing),
            times=times,
            sent=marks_of(attendees),
            held=tuple(sorted({mark(mail) for mail in held})),
            written_at=self._desk.now,
            ends_at=times[-1],
        )

    async def _booked(self, thing_id: str, seen: Thing, meeting: Meeting) -> None:
        """The meeting exists and its link is known: announce it, and mend what moved meanwhile."""
        desk = self._desk
        async with desk.uow() as uow:
            thing = await self.load(uow, thing_id)
            if self.stage(thing) is not Stage.BOOKING:
                return  # cancelled meanwhile; its own task ends the event
            moved = thing.version != seen.version
            thing.join_url, thing.fault = meeting.join_url, None
            await self.announce(uow, thing)
            subject = self.subject_of(thing)
            if moved:
                await task(uow, desk, MOVE, subject, key=f"after-{thing.version}")
            key = f"after-booking-{thing.transaction_id}"
            await task(uow, desk, PEOPLE, subject, key=key)
            await task(uow, desk, HOSTS, subject, key=key)
            await self.refresh(uow, thing)
            await uow.commit()

    async def _people(self, thing_id: str) -> str:
        thing, attendees = await self._read(thing_id)
        if self.stage(thing) in (Stage.AWAITED, Stage.BOOKING):
            raise NotYet(WAIT_FOR_BOOKING)
        if self.stage(thing) is not Stage.BOOKED or thing.event_id is None:
            return "skipped"
        async with self._desk.uow(reading=True) as uow:
            known = await uow.outlook.written(thing.event_id)
        if known is not None and known.sent == marks_of(attendees):
            return "skipped"  # an earlier task of the same crowd has said it all
        try:
            guests = await guests_of(known, self._meetings, attendees) if known else []
            if known is not None:
                async with self._desk.uow() as uow:
                    await uow.outlook.write(unanswered(known, attendees))
                    await uow.commit()
            held = await self._meetings.set_attendees(thing.event_id, [*attendees, *guests])
        except Gone:
            return await self._look_again(thing.event_id)
        theirs = {mark(guest.mail) for guest in guests}
        ours = [mail for mail in held if mark(mail) not in theirs]
        written = self._written(thing, thing.event_id, attendees, ours)
        async with self._desk.uow() as uow:
            if known is not None:  # of the time this says nothing new
                times = {"times": known.times, "written_at": known.written_at}
                written = replace(written, **times)
            await uow.outlook.write(written)
            await uow.commit()
        return "done"

    async def _look_again(self, event_id: str) -> str:
        """Somebody deleted it in Outlook: a look at it asks what to do."""
        async with self._desk.uow() as uow:
            await owe_look(uow, self._desk, event_id)
            await uow.commit()
        return "gone"

    async def _hosts(self, thing_id: str) -> str:
        """Those who lead open the meeting and let people in: co-organizers of it."""
        async with self._desk.uow(reading=True) as uow:
            thing = await self.load(uow, thing_id, lock=False)
            invited = await self.invited(uow, thing)
        if self.stage(thing) is not Stage.BOOKED or thing.join_url is None:
            return "skipped"
        leads = [person_id for person_id, lead in invited.items() if lead]
        await self._meetings.host(thing.join_url, leads)
        return "done"

    async def _move(self, thing_id: str) -> str:
        async with self._desk.uow(reading=True) as uow:
            thing = await self.load(uow, thing_id, lock=False)
        if self.stage(thing) is Stage.BOOKING:
            raise NotYet(WAIT_FOR_BOOKING)
        if self.stage(thing) is not Stage.BOOKED or thing.event_id is None:
            return "skipped"
        wanted = self.times(thing)
        try:
            # Already there, by somebody's hand or by an attempt whose answer was lost: to say it
            # once more would tell everybody once more.
            if (await self._meetings.look(thing.event_id)).times != wanted:
                await self._meetings.move(thing.event_id, await self.draft(thing, ()))
        except Gone:
            return await self._look_again(thing.event_id)
        async with self._desk.uow() as uow:
            known = await uow.outlook.written(thing.event_id)
            if known is not None:
                now = self._desk.now
                changed = replace(known, times=wanted, ends_at=wanted[-1], written_at=now)
                await uow.outlook.write(changed)
                await uow.commit()
        return "done"

    async def _cancel(self, thing_id: str) -> str:
        async with self._desk.uow(reading=True) as uow:
            thing = await self.load(uow, thing_id, lock=False)
            attendees = await self.attendees(uow, thing)
        if not thing.booking_asked or self.stage(thing) is not Stage.CANCELLED:
            return "skipped"
        # A booking may have reached Outlook just before the thing was cancelled, and died
        # before it could say so: the same transaction id finds that event, or makes one to
        # cancel at once.
        try:
            meeting = await self._made(thing_id, thing, attendees)
        except Gone:
            return "done"  # cancelled by an earlier attempt whose answer was lost
        if meeting and not meeting.cancelled:
            await self._meetings.cancel(meeting.event_id, await self.cancellation(thing))
        return "done"


def _id_of(row: OutboxRow) -> str:
    return row.subject.partition(":")[2]

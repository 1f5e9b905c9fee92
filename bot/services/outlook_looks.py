"""Looking at one of our events in Outlook: what did somebody do there by hand?

What differs from what we last wrote and from what we want is somebody's doing. Nothing follows by
itself but this: who should be invited is invited again. All else is asked (`outlook_asking`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.errors import Gone
from bot.domain.messages import OutboxRow
from bot.domain.outlook import Topic, WrittenEvent, mark, people_of
from bot.services.desk import Desk, record, task
from bot.services.keeping import UnitOfWork
from bot.services.meeting_booking import PEOPLE, MeetingBooking, NotYet, Stage
from bot.services.outlook_asking import Wanted, settle
from bot.services.outlook_places import places_of
from bot.services.outlook_ports import SeenEvent
from bot.services.outlook_writing import marks_of
from bot.services.ports import Meetings

WAIT_FOR_OURS = timedelta(seconds=10)


class OutlookLooks:
    """Carries out the `outlook.look` rows of the outbox."""

    def __init__(
        self, desk: Desk, meetings: Meetings, bookings: Mapping[str, MeetingBooking[Any]]
    ) -> None:
        self._desk = desk
        self._meetings = meetings
        self._bookings = bookings

    async def carry_out(self, row: OutboxRow) -> str:
        """Look once, and compare.

        Raises:
            OutsideFault: Outlook did not answer; the outbox tries again.
            NotYet: something of ours is under way there.
        """
        event_id = row.subject.partition(":")[2]
        async with self._desk.uow(reading=True) as uow:
            known = await uow.outlook.written(event_id)
        known = known or await self._series_of(event_id)
        if known is None:
            return "skipped"
        event_id = known.event_id
        noun, _, thing_id = known.subject.partition(":")
        booking = self._bookings[noun]
        version = await self._settled(booking, known, thing_id)
        if version is None:
            return "skipped"
        seen = await self._see(event_id)
        async with self._desk.uow() as uow:
            thing = await booking.load(uow, thing_id)
            if not _is_booked(booking, thing, event_id):
                return "skipped"
            # Ours may have changed, and set out to Outlook, while we were looking.
            if thing.version != version or await uow.outbox.unfinished(known.subject, "meeting."):
                raise NotYet(WAIT_FOR_OURS)
            await self._compare(uow, booking, thing, event_id, seen)
            await uow.commit()
        return "done"

    async def gave_up(self, row: OutboxRow, error: str) -> None:
        """The next reconciliation looks again."""

    async def struggling(self, row: OutboxRow, error: str) -> None:
        """Nobody waits for it."""

    async def _series_of(self, event_id: str) -> WrittenEvent | None:
        """An event that is not ours may be one day of a series that is."""
        try:
            series_id = (await self._meetings.look(event_id)).series_id
        except Gone:
            return None
        async with self._desk.uow(reading=True) as uow:
            return await uow.outlook.written(series_id) if series_id else None

    async def _settled(
        self, booking: MeetingBooking[Any], known: WrittenEvent, thing_id: str
    ) -> int | None:
        """The thing's version, once nothing of ours is under way to Outlook."""
        async with self._desk.uow(reading=True) as uow:
            thing = await booking.load(uow, thing_id, lock=False)
            if not _is_booked(booking, thing, known.event_id):
                return None
            if booking.times(thing)[-1] <= self._desk.now:
                return None
            if await uow.outbox.unfinished(known.subject, "meeting."):
                raise NotYet(WAIT_FOR_OURS)
            version: int = thing.version
            return version

    async def _see(self, event_id: str) -> SeenEvent | None:
        try:
            seen = await self._meetings.look(event_id)
        except Gone:
            return None
        return None if seen.cancelled or not seen.times else seen

    async def _compare(
        self,
        uow: UnitOfWork,
        booking: MeetingBooking[Any],
        thing: Any,
        event_id: str,
        seen: SeenEvent | None,
    ) -> None:
        known = await uow.outlook.written(event_id)
        if known is None:
            return
        wanted: list[Wanted] = []
        if seen is None:
            wanted.append(
                Wanted(Topic.DELETED, f"deleted:{event_id}", await booking.keepers(uow, thing))
            )
        else:
            known = await self._known_now(uow, booking, thing, known, seen)
            if seen.times not in (known.times, booking.times(thing)):
                key = f"moved:{event_id}:{known.written_at.timestamp():.0f}:{_print(seen.times)}"
                keepers = await booking.keepers(uow, thing)
                wanted.append(Wanted(Topic.MOVED, key, keepers, times=seen.times))
            await self._people(uow, booking, thing, known, seen)
            wanted += await self._declined(uow, thing, seen)
        await settle(uow, self._desk, known.subject, event_id, wanted)

    async def _known_now(
        self,
        uow: UnitOfWork,
        booking: MeetingBooking[Any],
        thing: Any,
        known: WrittenEvent,
        seen: SeenEvent,
    ) -> WrittenEvent:
        """What we last wrote; of an event that was made before we kept that, what is there."""
        if known.times:
            return known
        here = {mark(one.mail) for one in seen.invited}
        ours = [one for one in await booking.attendees(uow, thing) if mark(one.mail) in here]
        times = booking.times(thing)
        known = replace(
            known, times=times, sent=marks_of(ours), held=tuple(sorted(here)),
            written_at=self._desk.now, ends_at=times[-1],
        )  # fmt: skip
        await uow.outlook.write(known)
        return known

    async def _people(
        self,
        uow: UnitOfWork,
        booking: MeetingBooking[Any],
        thing: Any,
        known: WrittenEvent,
        seen: SeenEvent,
    ) -> None:
        """Who should be invited and is not is invited again.

        At most once a day for the same ones: an address that Outlook never takes must not make us
        write for ever.
        """
        ours = people_of(marks_of(await booking.attendees(uow, thing)))
        here = {mark(one.mail) for one in seen.invited}
        never_sent = ours - people_of(known.sent)
        taken_off = (set(known.held) - here) & ours
        lacking = sorted(never_sent | taken_off)
        if not lacking:
            return
        day = self._desk.now.date().isoformat()
        key = f"back-{_digest(lacking)}-{day}"
        if await task(uow, self._desk, PEOPLE, known.subject, key=key):
            await uow.outlook.write(replace(known, sent=()))
            about = booking.history_subject(thing)
            await record(uow, self._desk, about, "outlook_people_back", by=None)

    async def _declined(self, uow: UnitOfWork, thing: Any, seen: SeenEvent) -> list[Wanted]:
        """Those who have a place there are asked about it."""
        away = {one.mail.lower() for one in seen.invited if one.declined}
        if not away:
            return []
        places = await places_of(uow, thing)
        people = await uow.people.many(places)
        return [
            Wanted(
                topic,
                f"{topic.value}:{seen.event_id}:{person_id}:{which}:v{thing.version}",
                [person_id],
                person_id=person_id,
            )
            for person_id, (topic, which) in places.items()
            if (person := people.get(person_id)) and (person.mail or "").lower() in away
        ]


def _is_booked(booking: MeetingBooking[Any], thing: Any, event_id: str) -> bool:
    return booking.stage(thing) is Stage.BOOKED and thing.event_id == event_id


def _print(times: tuple[datetime, ...]) -> str:
    return _digest([str(int(instant.timestamp())) for instant in times])


def _digest(words: list[str]) -> str:
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:16]

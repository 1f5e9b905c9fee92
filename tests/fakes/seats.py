"""Seats, in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from bot.domain.seats import STANDING, TAKEN, Seat, SeatStatus
from tests.fakes.rows import Fake, insert


class FakeSeats(Fake):
    async def get(self, session_id: str, person_id: str) -> Seat | None:
        return self._m.seats.get((session_id, person_id))

    async def of_sessions(self, session_ids: Collection[str]) -> Sequence[Seat]:
        return [seat for one in sorted(session_ids) for seat in await self.of_session(one)]

    async def of_session(self, session_id: str) -> Sequence[Seat]:
        theirs = [seat for seat in self._m.seats.values() if seat.session_id == session_id]
        return sorted(theirs, key=lambda seat: seat.ticket)

    async def taken_of(self, session_ids: Collection[str]) -> Sequence[Seat]:
        return [seat for seat in await self.of_sessions(session_ids) if seat.status in TAKEN]

    async def own(self, session_ids: Collection[str], person_id: str) -> Mapping[str, Seat]:
        found = {one: await self.get(one, person_id) for one in session_ids}
        return {one: seat for one, seat in found.items() if seat is not None}

    async def waiting(self, session_ids: Collection[str]) -> Mapping[str, int]:
        return {one: len(await self._waiting(one)) for one in session_ids}

    async def rank(self, seat: Seat) -> int:
        before = [s for s in await self._waiting(seat.session_id) if s.ticket < seat.ticket]
        return 1 + len(before)

    async def front(self, session_id: str) -> Sequence[Seat]:
        front = [*await self.taken_of({session_id}), *(await self._waiting(session_id))[:1]]
        return sorted(front, key=lambda seat: seat.ticket)

    async def last_ticket(self, session_id: str) -> int:
        return max((seat.ticket for seat in await self.of_session(session_id)), default=0)

    async def _waiting(self, session_id: str) -> Sequence[Seat]:
        every = await self.of_session(session_id)
        return [seat for seat in every if seat.status is SeatStatus.WAITLISTED]

    async def of_person(self, person_id: str) -> Sequence[Seat]:
        theirs = [
            seat
            for seat in self._m.seats.values()
            if seat.person_id == person_id and seat.status in STANDING
        ]
        return sorted(theirs, key=lambda seat: (seat.asked_at, seat.session_id))

    async def add(self, seat: Seat) -> None:
        insert(self._w.seats, (seat.session_id, seat.person_id), seat)

    async def lapsed(self, now: datetime, limit: int) -> Sequence[str]:
        late = sorted(
            (seat.offered_until, seat.session_id)
            for seat in self._m.seats.values()
            if seat.status is SeatStatus.OFFERED
            and seat.offered_until
            and seat.offered_until <= now
        )
        return list(dict.fromkeys(session_id for _, session_id in late[:limit]))

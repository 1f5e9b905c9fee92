"""Seats and places in the waitlist."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select

from bot.domain.seats import STANDING, Seat, SeatStatus
from storage import tables
from storage.entity import Entity
from storage.types import one_of
from storage.work import Work

SEAT = Entity(Seat, tables.seats, ("session_id", "person_id"))
_C = tables.seats.c

_OF_SESSION = SEAT.select.where(_C.session_id == bindparam("session")).order_by(_C.ticket)
_OF_PERSON = SEAT.select.where(
    _C.person_id == bindparam("person"), one_of(_C.status, STANDING)
).order_by(_C.asked_at, _C.session_id)
_OF_SESSIONS = SEAT.select.where(_C.session_id.in_(bindparam("ids", expanding=True))).order_by(
    _C.session_id, _C.ticket
)
_LAPSED = (
    select(_C.session_id)
    .where(one_of(_C.status, {SeatStatus.OFFERED}), _C.offered_until <= bindparam("now"))
    .order_by(_C.offered_until, _C.session_id)
    .limit(bindparam("limit"))
)


class SqlSeats:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, session_id: str, person_id: str) -> Seat | None:
        return await self._work.get(SEAT, session_id, person_id)

    async def of_session(self, session_id: str) -> Sequence[Seat]:
        """In the order of their tickets. Count them only under the session's lock."""
        return await self._work.all(SEAT, _OF_SESSION, {"session": session_id})

    async def of_sessions(self, session_ids: Collection[str]) -> Sequence[Seat]:
        if not session_ids:
            return []
        return await self._work.all(SEAT, _OF_SESSIONS, {"ids": sorted(session_ids)})

    async def of_person(self, person_id: str) -> Sequence[Seat]:
        return await self._work.all(SEAT, _OF_PERSON, {"person": person_id})

    async def add(self, seat: Seat) -> None:
        self._work.add(SEAT, seat)

    async def lapsed(self, now: datetime, limit: int) -> Sequence[str]:
        found = await self._work.run(_LAPSED, {"now": now, "limit": limit})
        return list(dict.fromkeys(found.scalars()))

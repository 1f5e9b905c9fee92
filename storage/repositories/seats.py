"""Seats and places in the waitlist."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select

from bot.domain.seats import STANDING, TAKEN, Seat, SeatStatus
from storage import tables
from storage.entity import Entity
from storage.together import asked_by_key, asked_together
from storage.types import among, one_of
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
_TAKEN_OF = SEAT.select.where(
    _C.session_id.in_(bindparam("ids", expanding=True)), one_of(_C.status, TAKEN)
).order_by(_C.session_id, _C.ticket)
asked_together(
    _TAKEN_OF,
    SEAT.select.where(among(_C.session_id, "many"), one_of(_C.status, TAKEN)).order_by(
        _C.session_id, _C.ticket
    ),
    parameters=("ids",),
    places=SEAT.key_places[:1],
)
asked_by_key(SEAT)
_OWN = SEAT.select.where(
    _C.session_id.in_(bindparam("ids", expanding=True)), _C.person_id == bindparam("person")
)
_WAITS = one_of(_C.status, {SeatStatus.WAITLISTED})
_WAITING = (
    select(_C.session_id, func.count())
    .where(_C.session_id.in_(bindparam("ids", expanding=True)), _WAITS)
    .group_by(_C.session_id)
)
_BEFORE = select(func.count()).where(
    _C.session_id == bindparam("session"), _WAITS, _C.ticket < bindparam("ticket")
)
_FIRST_WAITING = select(func.min(_C.ticket)).where(_C.session_id == bindparam("session"), _WAITS)
_FRONT = SEAT.select.where(
    _C.session_id == bindparam("session"),
    or_(one_of(_C.status, TAKEN), _C.ticket == _FIRST_WAITING.scalar_subquery()),
).order_by(_C.ticket)
_LAST_TICKET = select(func.coalesce(func.max(_C.ticket), 0)).where(
    _C.session_id == bindparam("session")
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

    async def taken_of(self, session_ids: Collection[str]) -> Sequence[Seat]:
        if not session_ids:
            return []
        return await self._work.all(SEAT, _TAKEN_OF, {"ids": sorted(session_ids)})

    async def own(self, session_ids: Collection[str], person_id: str) -> Mapping[str, Seat]:
        if len(session_ids) == 1:  # perhaps it is known already
            (session_id,) = session_ids
            seat = await self.get(session_id, person_id)
            return {} if seat is None else {session_id: seat}
        if not session_ids:
            return {}
        asked = {"ids": sorted(session_ids), "person": person_id}
        return {seat.session_id: seat for seat in await self._work.all(SEAT, _OWN, asked)}

    async def waiting(self, session_ids: Collection[str]) -> Mapping[str, int]:
        if not session_ids:
            return {}
        rows = (await self._work.run(_WAITING, {"ids": sorted(session_ids)})).all()
        return dict.fromkeys(session_ids, 0) | {row[0]: row[1] for row in rows}

    async def rank(self, seat: Seat) -> int:
        asked = {"session": seat.session_id, "ticket": seat.ticket}
        return 1 + (await self._work.run(_BEFORE, asked)).scalar_one()

    async def front(self, session_id: str) -> Sequence[Seat]:
        """Count them only under the session's lock."""
        return await self._work.all(SEAT, _FRONT, {"session": session_id})

    async def last_ticket(self, session_id: str) -> int:
        return (await self._work.run(_LAST_TICKET, {"session": session_id})).scalar_one()

    async def of_person(self, person_id: str) -> Sequence[Seat]:
        return await self._work.all(SEAT, _OF_PERSON, {"person": person_id})

    async def add(self, seat: Seat) -> None:
        self._work.add(SEAT, seat)

    async def lapsed(self, now: datetime, limit: int) -> Sequence[str]:
        found = await self._work.run(_LAPSED, {"now": now, "limit": limit})
        return list(dict.fromkeys(found.scalars()))

"""Seats and places in the waitlist."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select

from bot.domain.seats import STANDING, TAKEN, Seat, SeatStatus
from storage import tables
from storage.types import one_of
from storage.work import Entity, Work

SEAT = Entity(Seat, tables.seats, ("session_id", "person_id"))
_C = tables.seats.c
_ALL = select(*SEAT.columns)


class SqlSeats:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, session_id: str, person_id: str) -> Seat | None:
        query = _ALL.where(_C.session_id == session_id, _C.person_id == person_id)
        known = self._work.known(SEAT, session_id, person_id)
        return known or await self._work.one(SEAT, query)

    async def of_session(self, session_id: str) -> Sequence[Seat]:
        """In the order of their tickets. Count them only under the session's lock."""
        query = _ALL.where(_C.session_id == session_id).order_by(_C.ticket)
        return await self._work.all(SEAT, query)

    async def of_person(self, person_id: str) -> Sequence[Seat]:
        query = _ALL.where(_C.person_id == person_id, one_of(_C.status, STANDING))
        return await self._work.all(SEAT, query.order_by(_C.asked_at, _C.session_id))

    async def add(self, seat: Seat) -> None:
        self._work.add(SEAT, seat)

    async def taken(self, session_ids: Collection[str]) -> Mapping[str, int]:
        if not session_ids:
            return {}
        theirs = (_C.session_id.in_(sorted(set(session_ids))), one_of(_C.status, TAKEN))
        counted = select(_C.session_id, func.count()).where(*theirs).group_by(_C.session_id)
        return {row[0]: row[1] for row in (await self._work.run(counted)).all()}

    async def lapsed(self, now: datetime, limit: int) -> Sequence[str]:
        late = (one_of(_C.status, {SeatStatus.OFFERED}), _C.offered_until <= now)
        query = select(_C.session_id).where(*late).order_by(_C.offered_until, _C.session_id)
        return list(dict.fromkeys((await self._work.run(query.limit(limit))).scalars()))

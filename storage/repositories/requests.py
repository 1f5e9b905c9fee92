"""Requests and their numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import or_, select

from bot.domain.requests import Request, RequestStatus
from storage import tables
from storage.repositories.upsert import insert_for
from storage.tables.requests import AWAITING_COORDINATORS
from storage.types import one_of
from storage.work import Entity, Work

REQUEST = Entity(Request, tables.requests, ("request_id",))
_C = tables.requests.c
_ALL = select(*REQUEST.columns)


class SqlRequests:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, request_id: str) -> Request | None:
        query = _ALL.where(_C.request_id == request_id)
        return self._work.known(REQUEST, request_id) or await self._work.one(REQUEST, query)

    async def locked(self, request_id: str) -> Request | None:
        query = _ALL.where(_C.request_id == request_id).with_for_update()
        return await self._work.one(REQUEST, query)

    async def by_number(self, year: int, number: int) -> Request | None:
        query = _ALL.where(_C.year == year, _C.number == number)
        return await self._work.one(REQUEST, query)

    async def add(self, request: Request) -> None:
        self._work.add(REQUEST, request)

    async def next_number(self, year: int) -> int:
        # Rivals: every other submission of the year. The counter's row stays locked until commit.
        counters = tables.request_counters
        first = insert_for(self._work, counters).values(year=year, last=1)
        counted = first.on_conflict_do_update(
            index_elements=[counters.c.year], set_={"last": counters.c.last + 1}
        )
        return (await self._work.run(counted.returning(counters.c.last))).scalar_one()

    async def of_person(self, person_id: str) -> Sequence[Request]:
        theirs = or_(_C.requester_id == person_id, _C.counterpart_id == person_id)
        newest = _ALL.where(theirs).order_by(_C.created_at.desc(), _C.number.desc())
        return await self._work.all(REQUEST, newest)

    async def open_in(self, regions: Collection[str]) -> Sequence[Request]:
        if not regions:
            return []
        theirs = (one_of(_C.status, AWAITING_COORDINATORS), _C.region.in_(sorted(set(regions))))
        oldest = _ALL.where(*theirs).order_by(_C.agreed_at, _C.year, _C.number)
        return await self._work.all(REQUEST, oldest)

    async def expired(self, now: datetime, limit: int) -> Sequence[str]:
        late = (one_of(_C.status, {RequestStatus.SUBMITTED}), _C.expires_at <= now)
        query = select(_C.request_id).where(*late).order_by(_C.expires_at, _C.request_id)
        return (await self._work.run(query.limit(limit))).scalars().all()

"""Requests and their numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, or_, select

from bot.domain.requests import Request, RequestStatus
from storage import tables
from storage.counters import next_of
from storage.entity import Entity
from storage.tables.requests import AWAITING_COORDINATORS
from storage.types import one_of
from storage.work import Work, by_key

REQUEST = Entity(Request, tables.requests, ("request_id",))
_C = tables.requests.c

_NUMBERED = REQUEST.select.where(_C.year == bindparam("year"), _C.number == bindparam("number"))
_MANY = REQUEST.select.where(_C.request_id.in_(bindparam("ids", expanding=True)))
_THEIRS = or_(_C.requester_id == bindparam("person"), _C.counterpart_id == bindparam("person"))
_OF_PERSON = REQUEST.select.where(_THEIRS).order_by(_C.created_at.desc(), _C.number.desc())
_AWAITING = REQUEST.select.where(
    one_of(_C.status, AWAITING_COORDINATORS),
    _C.region.in_(bindparam("regions", expanding=True)),
).order_by(_C.agreed_at, _C.year, _C.number)
_EXPIRED = (
    select(_C.request_id)
    .where(one_of(_C.status, {RequestStatus.SUBMITTED}), _C.expires_at <= bindparam("now"))
    .order_by(_C.expires_at, _C.request_id)
    .limit(bindparam("limit"))
)


class SqlRequests:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, request_id: str) -> Request | None:
        return await self._work.get(REQUEST, request_id)

    async def many(self, request_ids: Collection[str]) -> Mapping[str, Request]:
        if not request_ids:
            return {}
        found = await self._work.all(REQUEST, _MANY, {"ids": sorted(request_ids)})
        return by_key(found, "request_id")

    async def locked(self, request_id: str) -> Request | None:
        return await self._work.lock(REQUEST, request_id)

    async def by_number(self, year: int, number: int) -> Request | None:
        return await self._work.one(REQUEST, _NUMBERED, {"year": year, "number": number})

    async def add(self, request: Request) -> None:
        self._work.add(REQUEST, request)

    async def next_number(self, year: int) -> int:
        return await next_of(self._work, tables.request_counters, year)

    async def of_person(self, person_id: str) -> Sequence[Request]:
        return await self._work.all(REQUEST, _OF_PERSON, {"person": person_id})

    async def open_in(self, regions: Collection[str]) -> Sequence[Request]:
        if not regions:
            return []
        return await self._work.all(REQUEST, _AWAITING, {"regions": sorted(set(regions))})

    async def expired(self, now: datetime, limit: int) -> Sequence[str]:
        result = await self._work.run(_EXPIRED, {"now": now, "limit": limit})
        return result.scalars()

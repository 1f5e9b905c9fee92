"""Sessions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from bot.domain.requests import Visibility
from bot.domain.sessions import JOINABLE, Session, SessionStatus
from bot.services.keeping import SessionFilter
from storage import tables
from storage.types import one_of
from storage.work import Entity, Work, by_key

SESSION = Entity(Session, tables.sessions, ("session_id",))
_C = tables.sessions.c
_ALL = select(*SESSION.columns)


class SqlSessions:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, session_id: str) -> Session | None:
        query = _ALL.where(_C.session_id == session_id)
        return self._work.known(SESSION, session_id) or await self._work.one(SESSION, query)

    async def locked(self, session_id: str) -> Session | None:
        # Rivals: everybody else who joins, leaves, staffs or moves this session.
        query = _ALL.where(_C.session_id == session_id).with_for_update()
        return await self._work.one(SESSION, query)

    async def many(self, session_ids: Collection[str]) -> Mapping[str, Session]:
        if not session_ids:
            return {}
        query = _ALL.where(_C.session_id.in_(sorted(set(session_ids))))
        return by_key(await self._work.all(SESSION, query), "session_id")

    async def by_code(self, code: str) -> Session | None:
        return await self._work.one(SESSION, _ALL.where(_C.code == code))

    async def of_request(self, request_id: str) -> Session | None:
        alive = (_C.request_id == request_id, _C.status != SessionStatus.CANCELLED)
        return await self._work.one(SESSION, _ALL.where(*alive))

    async def add(self, session: Session) -> None:
        self._work.add(SESSION, session)

    async def upcoming(
        self, now: datetime, which: SessionFilter, *, limit: int, offset: int
    ) -> tuple[Sequence[Session], int]:
        where = _upcoming(now, which)
        page = _ALL.where(*where).order_by(_C.starts_at, _C.session_id).limit(limit).offset(offset)
        found = await self._work.all(SESSION, page)
        if len(found) < limit and (found or not offset):
            return found, offset + len(found)
        count = select(func.count()).select_from(tables.sessions).where(*where)
        return found, (await self._work.run(count)).scalar_one()

    async def over(self, now: datetime, limit: int) -> Sequence[str]:
        past = (one_of(_C.status, {SessionStatus.BOOKED}), _C.ends_at <= now)
        query = select(_C.session_id).where(*past).order_by(_C.ends_at, _C.session_id)
        return (await self._work.run(query.limit(limit))).scalars().all()


def _upcoming(now: datetime, which: SessionFilter) -> list[ColumnElement[bool]]:
    """Open ones that can be joined, and what the reader asked for."""
    where = [
        one_of(_C.visibility, {Visibility.OPEN}),
        one_of(_C.status, JOINABLE),
        _C.starts_at > now,
    ]
    for column, wanted in (
        (_C.offering, which.offering),
        (_C.language, which.language),
        (_C.region, which.region),
    ):
        if wanted is not None:
            where.append(column == wanted)
    if which.starts_from is not None:
        where.append(_C.starts_at >= which.starts_from)
    if which.starts_before is not None:
        where.append(_C.starts_at < which.starts_before)
    return where

"""Sessions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Executable, bindparam, func, select

from bot.domain.people import Side
from bot.domain.requests import Visibility
from bot.domain.sessions import AHEAD, JOINABLE, AssignmentStatus, Session, SessionStatus
from bot.services.keeping import SessionFilter
from storage import tables
from storage.entity import Entity
from storage.together import asked_by_key
from storage.types import one_of
from storage.work import Work, by_key

SESSION = Entity(Session, tables.sessions, ("session_id",))
_C = tables.sessions.c

_MANY = SESSION.select.where(_C.session_id.in_(bindparam("ids", expanding=True)))
asked_by_key(SESSION)
_CODED = SESSION.select.where(_C.code == bindparam("code"))
_OF_REQUEST = SESSION.select.where(
    _C.request_id == bindparam("request"), _C.status != SessionStatus.CANCELLED
)
_LISTED = (one_of(_C.visibility, {Visibility.OPEN}), one_of(_C.status, JOINABLE))
_FILTERS: Mapping[str, ColumnElement[bool]] = {
    "offering": _C.offering == bindparam("offering"),
    "language": _C.language == bindparam("language"),
    "region": _C.region == bindparam("region"),
    "starts_from": _C.starts_at >= bindparam("starts_from"),
    "starts_before": _C.starts_at < bindparam("starts_before"),
}
_OVER = (
    select(_C.session_id)
    .where(one_of(_C.status, AHEAD), _C.ends_at <= bindparam("now"))
    .order_by(_C.ends_at, _C.session_id)
    .limit(bindparam("limit"))
)
_A = tables.assignments.c
_ACCEPTED = (
    select(func.count(_A.side.distinct()))
    .where(_A.session_id == _C.session_id, _A.status == AssignmentStatus.ACCEPTED)
    .correlate(tables.sessions)
    .scalar_subquery()
)
_UNFILLED = (
    select(_C.session_id)
    .where(
        one_of(_C.status, AHEAD),
        _C.starts_at > bindparam("now"),
        _C.starts_at < bindparam("before"),
        len(Side) > _ACCEPTED,
    )
    .order_by(_C.starts_at, _C.session_id)
    .limit(bindparam("limit"))
)


class SqlSessions:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, session_id: str) -> Session | None:
        return await self._work.get(SESSION, session_id)

    async def locked(self, session_id: str) -> Session | None:
        # Rivals: everybody else who joins, leaves, staffs or moves this session.
        return await self._work.lock(SESSION, session_id)

    async def many(self, session_ids: Collection[str]) -> Mapping[str, Session]:
        if not session_ids:
            return {}
        found = await self._work.all(SESSION, _MANY, {"ids": sorted(set(session_ids))})
        return by_key(found, "session_id")

    async def by_code(self, code: str) -> Session | None:
        return await self._work.one(SESSION, _CODED, {"code": code})

    async def of_request(self, request_id: str) -> Session | None:
        return await self._work.one(SESSION, _OF_REQUEST, {"request": request_id})

    async def add(self, session: Session) -> None:
        self._work.add(SESSION, session)

    async def upcoming(
        self, now: datetime, which: SessionFilter, *, limit: int, offset: int
    ) -> tuple[Sequence[Session], int]:
        asked: dict[str, Any] = {
            name: value for name in _FILTERS if (value := getattr(which, name)) is not None
        }
        page, count = _upcoming(frozenset(asked))
        asked["now"] = now
        found = await self._work.all(SESSION, page, {**asked, "limit": limit, "offset": offset})
        if len(found) < limit and (found or not offset):
            return found, offset + len(found)
        return found, (await self._work.run(count, asked)).scalar_one()

    async def over(self, now: datetime, limit: int) -> Sequence[str]:
        return (await self._work.run(_OVER, {"now": now, "limit": limit})).scalars()

    async def unfilled(self, now: datetime, before: datetime, limit: int) -> Sequence[str]:
        near = {"now": now, "before": before, "limit": limit}
        return (await self._work.run(_UNFILLED, near)).scalars()


@cache
def _upcoming(asked: frozenset[str]) -> tuple[Executable, Executable]:
    """A page of the list and how many there are, with the filters of these names."""
    where = [_FILTERS[name] for name in sorted(asked)]
    where += [*_LISTED, _C.starts_at > bindparam("now")]
    page = SESSION.select.where(*where).order_by(_C.starts_at, _C.session_id)
    count = select(func.count()).select_from(tables.sessions).where(*where)
    return page.limit(bindparam("limit")).offset(bindparam("offset")), count

"""Sessions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    ScalarSelect,
    Text,
    bindparam,
    case,
    func,
    select,
)

from bot.domain.people import Side
from bot.domain.requests import Visibility
from bot.domain.seats import TAKEN, Seat, SeatStatus
from bot.domain.sessions import (
    AHEAD,
    JOINABLE,
    STANDING,
    AssignmentStatus,
    Session,
    SessionStatus,
)
from bot.services.keeping import Listed, SessionFilter
from storage import tables
from storage.entity import Entity
from storage.repositories.seats import SEAT
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
_OPEN = (one_of(_C.visibility, {Visibility.OPEN}), one_of(_C.status, JOINABLE))
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

# How full a session of a list is, and how the list's reader stands to it.
_S = tables.seats.c
_READER = bindparam("reader", type_=Text)
_OWN = tables.seats.alias("own")
_SEAT = [_OWN.c[name] for name in SEAT.names]
_SEAT_FROM = len(SESSION.names)
_SEAT_TO = _SEAT_FROM + len(SEAT.names)
_WAITS = one_of(_S.status, {SeatStatus.WAITLISTED})


def _seats(*which: ColumnElement[bool]) -> ScalarSelect[int]:
    return (
        select(func.count())
        .where(_S.session_id == _C.session_id, *which)
        .correlate(tables.sessions, _OWN)
        .scalar_subquery()
    )


_TAKEN, _WAITING = _seats(one_of(_S.status, TAKEN)), _seats(_WAITS)
_RANK = case(
    (_OWN.c.status == SeatStatus.WAITLISTED, 1 + _seats(_WAITS, _S.ticket < _OWN.c.ticket))
)
_LEADS = (
    select(_A.assignment_id)
    .where(
        _A.session_id == _C.session_id,
        one_of(_A.status, STANDING),
        _A.person_id == _READER,
    )
    .correlate(tables.sessions)
    .exists()
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
        self, reader_id: str, now: datetime, which: SessionFilter, *, limit: int, offset: int
    ) -> tuple[Sequence[Listed], int]:
        asked: dict[str, Any] = {
            name: value for name in _FILTERS if (value := getattr(which, name)) is not None
        }
        page, count = _upcoming(frozenset(asked))
        asked["now"] = now
        of_page = {**asked, "reader": reader_id, "limit": limit, "offset": offset}
        rows = (await self._work.run(page, of_page)).all()
        if not rows and offset:  # beyond the end
            return [], (await self._work.run(count, asked)).scalar_one()
        return [_listed(row) for row in rows], rows[0][-1] if rows else 0

    async def over(self, now: datetime, limit: int) -> Sequence[str]:
        return (await self._work.run(_OVER, {"now": now, "limit": limit})).scalars()

    async def unfilled(self, now: datetime, before: datetime, limit: int) -> Sequence[str]:
        near = {"now": now, "before": before, "limit": limit}
        return (await self._work.run(_UNFILLED, near)).scalars()


@cache
def _upcoming(asked: frozenset[str]) -> tuple[Executable, Executable]:
    """A page of the list and how many there are, with the filters of these names.

    The page has a session's columns, those of its reader's seat, and the rest of a `Listed`;
    and how many there are.
    """
    where = [_FILTERS[name] for name in sorted(asked)]
    where += [*_OPEN, _C.starts_at > bindparam("now")]
    count = select(func.count()).select_from(tables.sessions).where(*where)
    page = (
        select(*SESSION.columns, *_SEAT, _TAKEN, _WAITING, _RANK, _LEADS, count.scalar_subquery())
        .outerjoin(_OWN, (_OWN.c.session_id == _C.session_id) & (_OWN.c.person_id == _READER))
        .where(*where)
        .order_by(_C.starts_at, _C.session_id)
    )
    return page.limit(bindparam("limit")).offset(bindparam("offset")), count


def _listed(row: Sequence[Any]) -> Listed:
    taken, waiting, rank, leads, _ = row[_SEAT_TO:]
    own = row[_SEAT_FROM:_SEAT_TO]
    seat = None if own[0] is None else Seat(*own)
    return Listed(Session(*row[:_SEAT_FROM]), taken, waiting, seat, rank, bool(leads))

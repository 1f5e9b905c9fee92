"""Sessions for which the bot asks pair after pair."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select

from bot.domain.people import Side
from bot.domain.rounds import Round, RoundStatus
from bot.domain.sessions import AHEAD, STANDING
from storage import tables
from storage.entity import Entity
from storage.types import one_of
from storage.work import Work, by_key

ROUND = Entity(Round, tables.rounds, ("session_id",))
_MANY = ROUND.select.where(tables.rounds.c.session_id.in_(bindparam("ids", expanding=True)))
_R, _S, _A = tables.rounds.c, tables.sessions.c, tables.assignments.c
_HELD = (
    select(func.count(_A.side.distinct()))
    .where(_A.session_id == _R.session_id, one_of(_A.status, STANDING))
    .correlate(tables.rounds)
    .scalar_subquery()
)
_WAITING = (
    select(_R.session_id)
    .select_from(tables.rounds.join(tables.sessions))
    .where(
        one_of(_R.status, {RoundStatus.RUNNING}),
        one_of(_S.status, AHEAD),
        _S.starts_at > bindparam("now"),
        len(Side) > _HELD,
    )
    .order_by(_S.starts_at, _S.session_id)
    .limit(bindparam("limit"))
)


class SqlRounds:
    """Change one only under its session's lock."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, session_id: str) -> Round | None:
        return await self._work.get(ROUND, session_id)

    async def many(self, session_ids: Collection[str]) -> Mapping[str, Round]:
        if not session_ids:
            return {}
        found = await self._work.all(ROUND, _MANY, {"ids": sorted(set(session_ids))})
        return by_key(found, "session_id")

    async def add(self, asking: Round) -> None:
        self._work.add(ROUND, asking)

    async def waiting(self, now: datetime, limit: int) -> Sequence[str]:
        return (await self._work.run(_WAITING, {"now": now, "limit": limit})).scalars()

"""Sessions for which the bot asks pair after pair."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import bindparam

from bot.domain.rounds import Round
from storage import tables
from storage.entity import Entity
from storage.work import Work, by_key

ROUND = Entity(Round, tables.rounds, ("session_id",))
_MANY = ROUND.select.where(tables.rounds.c.session_id.in_(bindparam("ids", expanding=True)))


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

"""A copy of the database before it goes on (`bot.services.restoring`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from bot.domain.messages import RowState, Via
from storage import tables
from storage.engine import Database, reading, writing
from storage.turn_statements import STILL_OWED
from storage.types import one_of
from storage.work import Work

RESTORED = "restored"
SAID = {Via.CHAT, Via.MAIL, Via.ACTIVITY}  # a card brought up to date says nothing anew
_O = tables.outbox.c
_UNDER_WAY = {RowState.LEASED, RowState.SENDING}
_FREE: dict[str, Any] = {"lease_until": None, "lease_token": None}


class SqlRestored:
    """The port `Restored`."""

    def __init__(self, engine: Database) -> None:
        self._engine = engine

    async def newest(self) -> datetime | None:
        found: list[datetime] = []
        for column in (_O.created_at, tables.history.c.at, tables.activities_seen.c.at):
            async with reading(self._engine) as connection:
                latest = (await connection.execute(select(func.max(column)))).scalar_one()
            found += [latest] if latest else []
        return max(found, default=None)

    async def free(self) -> None:
        held = update(tables.outbox).where(
            _O.lease_until.is_not(None), one_of(_O.state, _UNDER_WAY)
        )
        await self._change(held.values(state=RowState.PENDING, **_FREE))

    async def meetings_owed(self, until: datetime) -> int:
        waits = (one_of(_O.state, {RowState.PENDING}), _O.due_at <= until)
        owed = select(func.count()).where(*waits, one_of(_O.via, {Via.MEETING}))
        async with reading(self._engine) as connection:
            return (await connection.execute(owed)).scalar_one()

    async def mute(self, until: datetime) -> Mapping[str, int]:
        waits = (one_of(_O.state, {RowState.PENDING}), _O.due_at <= until)
        said = update(tables.outbox).where(*waits, one_of(_O.via, SAID))
        said = said.values(state=RowState.SKIPPED, last_error=RESTORED, done_at=until)
        async with writing(self._engine) as connection:
            work = Work(connection, reading=False)
            muted = (await work.run(said.returning(_O.kind))).scalars()
            await connection.commit()
        return dict(sorted(Counter(muted).items()))

    async def hush(self) -> int:
        owed = update(tables.activities_seen).where(STILL_OWED)
        return await self._change(owed.values(outcome="done", owed=None))

    async def skip_numbers(self, count: int) -> None:
        for counters in (tables.request_counters, tables.application_counters):
            await self._change(update(counters).values(last=counters.c.last + count))

    async def _change(self, statement: Any) -> int:
        async with writing(self._engine) as connection:
            touched = await Work(connection, reading=False).change(statement)
            await connection.commit()
        return touched

"""Rows that were given up, for whoever looks after them from the command line.

Those of meetings are tried again from the coordinators' cards too (`Outbox.revive`).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Update, bindparam, update

from bot.domain.messages import OutboxRow, RowState
from storage import tables
from storage.engine import Database, reading, writing
from storage.repositories.messages import ROW
from storage.types import one_of
from storage.work import Work

_C = tables.outbox.c
_DEAD = one_of(_C.state, {RowState.DEAD})
_LIST = ROW.select.where(_DEAD).order_by(_C.done_at, _C.seq)
_THESE = update(tables.outbox).where(_DEAD, _C.row_id.in_(bindparam("rows", expanding=True)))
_DUE, _DONE = bindparam("at", type_=_C.due_at.type), bindparam("at", type_=_C.done_at.type)
_AGAIN = _THESE.values(state=RowState.PENDING, due_at=_DUE, attempts=0, done_at=None)
_LEAVE = _THESE.values(state=RowState.SKIPPED, done_at=_DONE)


class SqlGivenUp:
    """The dead letters of one database."""

    def __init__(self, engine: Database) -> None:
        self._engine = engine

    async def all(self) -> list[OutboxRow]:
        """The longest dead first."""
        async with reading(self._engine) as connection:
            return [*await Work(connection, reading=True).all(ROW, _LIST)]

    async def again(self, row_ids: Collection[str], now: datetime) -> int:
        """Due now, with three more days before they are given up; how many of them were dead."""
        return await self._change(_AGAIN, row_ids, now)

    async def leave(self, row_ids: Collection[str], now: datetime) -> int:
        """Somebody has seen to it, or nobody has to; how many of them were dead."""
        return await self._change(_LEAVE, row_ids, now)

    async def _change(self, statement: Update, row_ids: Collection[str], now: datetime) -> int:
        values: dict[str, Any] = {"rows": list(row_ids), "at": now}
        async with writing(self._engine) as connection:
            changed = await Work(connection, reading=False).change(statement, values)
            await connection.commit()
        return changed

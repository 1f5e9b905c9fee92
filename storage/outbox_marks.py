"""What became of rows, written together: while one transaction commits, the next one gathers.

Nobody waits for company, and a crowd shares one commit. Each asker is answered once their own
mark is committed, as if they had been alone.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update

from bot.domain.messages import LiveCard, RowState
from storage import tables
from storage.engine import Database, writing
from storage.entity import upsert_of
from storage.repositories.messages import CARD
from storage.statements import Parameters, Step
from storage.types import one_of

_T = tables.outbox
_C = _T.c
_MINE = update(_T).where(_C.lease_token == bindparam("token"))
_OUT = _MINE.where(one_of(_C.state, {RowState.LEASED, RowState.SENDING}))
_BEGUN = (
    _MINE.where(
        _C.row_id.in_(bindparam("rows", expanding=True)), one_of(_C.state, {RowState.LEASED})
    )
    .values(state=RowState.SENDING)
    .returning(_C.row_id)
)
_DONE = _OUT.where(_C.row_id == bindparam("row")).values(
    state=bindparam("became", type_=_C.state.type),
    done_at=bindparam("at", type_=_C.done_at.type),
    receipt=bindparam("told", type_=_C.receipt.type),
    last_error=bindparam("why", type_=_C.last_error.type),
    lease_until=None,
    lease_token=None,
)


@dataclass(slots=True)
class _Mark:
    """One row's: begun where `done` is None. `answer` is whether the lease still held."""

    row_id: str
    token: str
    answer: asyncio.Future[bool]
    done: Parameters | None = None
    card: LiveCard | None = None


@dataclass(slots=True)
class Marks:
    """Writes marks. `turn` is held meanwhile: take it to change the same rows otherwise."""

    database: Database
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _waiting: list[_Mark] = field(default_factory=list[_Mark])
    _writer: asyncio.Task[None] | None = None

    async def begun(self, row_id: str, token: str) -> bool:
        """The row is about to be sent; False where the lease was lost."""
        return await self._asked(_Mark(row_id, token, _future()))

    async def done(
        self,
        row_id: str,
        token: str,
        state: RowState,
        at: datetime,
        *,
        receipt: str | None = None,
        why: str | None = None,
        card: LiveCard | None = None,
    ) -> None:
        """The row is over; the card that was shown is remembered with it."""
        done = {"row": row_id, "token": token, "became": state, "at": at}
        done |= {"told": receipt, "why": why}
        await self._asked(_Mark(row_id, token, _future(), done, card))

    async def _asked(self, mark: _Mark) -> bool:
        self._waiting.append(mark)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_all())
        return await mark.answer

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                async with self.turn:
                    some, self._waiting = self._waiting, []
                    await self._write_or_split(some)
        finally:
            self._writer = None

    async def _write_or_split(self, marks: Sequence[_Mark]) -> None:
        """Where one spoils it, or a rival is met, each is written alone."""
        try:
            await self._write(marks)
        except Exception as error:  # noqa: BLE001  # whoever asked gets it
            if len(marks) > 1:
                for mark in marks:
                    await self._write_or_split([mark])
            elif not marks[0].answer.done():
                marks[0].answer.set_exception(error)

    async def _write(self, marks: Sequence[_Mark]) -> None:
        begun = defaultdict[str, list[str]](list)
        for mark in marks:
            if mark.done is None:
                begun[mark.token].append(mark.row_id)
        held: set[tuple[str, str]] = set()
        async with writing(self.database) as connection:
            for token, rows in begun.items():
                found = await connection.execute(_BEGUN, {"token": token, "rows": rows})
                held |= {(row_id, token) for row_id in found.scalars()}
            steps = [Step(_DONE, done)] if (done := [m.done for m in marks if m.done]) else []
            if cards := {(m.card.subject, m.card.person_id): m.card for m in marks if m.card}:
                values: list[Any] = [CARD.values(cards[key]) for key in sorted(cards)]
                steps.append(Step(upsert_of(connection.dialect, CARD), values))
            await connection.commit(steps)
        for mark in marks:
            if not mark.answer.done():  # else whoever asked has gone away
                mark.answer.set_result(mark.done is not None or (mark.row_id, mark.token) in held)


def _future() -> asyncio.Future[bool]:
    return asyncio.get_running_loop().create_future()

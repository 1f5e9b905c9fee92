"""The worker's side of the outbox; each call is a short transaction of its own.

A lease's token is compared in every later call: a worker that was too slow, and whose row
another one has taken, changes nothing any more. Which leases still hold is not decided here
(`bot.services.leases`): what stands in `lease_until` only has to change.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, bindparam, delete, func, select, text, tuple_, update

from bot.domain.messages import OutboxRow, RowState, Via
from storage import tables
from storage.engine import Database, reading, writing
from storage.repositories.messages import ROW
from storage.types import one_of
from storage.work import Work

REMINDERS = "reminder."
_T = tables.outbox
_C = _T.c
_FREE: Mapping[str, Any] = {"lease_until": None, "lease_token": None}
# Few rows are leased at any moment; an index finds them.
_LEASED = _C.lease_until.is_not(None)
_HELD = update(_T).where(_LEASED, _C.lease_token.in_(bindparam("tokens", expanding=True)))
_LEASES = select(_C.lease_token, func.max(_C.lease_until)).where(_LEASED).group_by(_C.lease_token)
_SENDING = (
    ROW.select.where(_LEASED, _C.lease_token.in_(bindparam("tokens", expanding=True)))
    .where(one_of(_C.state, {RowState.SENDING}))
    .order_by(_C.lease_until, _C.seq)
)
# No worker is given a row while another row of its subject and recipient is out.
_OUT = _T.alias("out")
_FREE_LINE = tuple_(_C.subject, func.coalesce(_C.recipient_id, "")).not_in(
    select(_OUT.c.subject, func.coalesce(_OUT.c.recipient_id, "")).where(
        _OUT.c.lease_until.is_not(None)
    )
)
# Two that claim at once would not see one another's rows, and might part a line between them.
# Given up with the transaction; the number is only ours.
_ONE_CLAIMS = text("SELECT pg_advisory_xact_lock(7340002)")


class SqlOutboxQueue:
    """Claims rows and says what became of them."""

    def __init__(self, engine: Database) -> None:
        self._engine = engine

    async def claim(
        self, now: datetime, limit: int, lease_until: datetime, token: str, vias: Collection[Via]
    ) -> Sequence[OutboxRow]:
        """Lease due rows, soonest due first; committed before anybody is called."""
        due = select(_C.seq).where(
            one_of(_C.state, {RowState.PENDING}), _C.due_at <= now, _FREE_LINE
        )
        if set(vias) != set(Via):
            due = due.where(_C.via.in_(sorted(set(vias))))
        # Rivals: whoever drops or revives rows. PostgreSQL steps over what they are changing.
        first = due.order_by(_C.due_at, _C.seq).limit(limit).with_for_update(skip_locked=True)
        taken = update(_T).where(_C.seq.in_(first.scalar_subquery()))
        taken = taken.values(state=RowState.LEASED, lease_until=lease_until, lease_token=token)
        async with writing(self._engine) as connection:
            work = Work(connection, reading=False)
            if work.dialect == "postgresql":
                await work.run(_ONE_CLAIMS)
            rows = (await work.run(taken.returning(_C.seq, *ROW.columns))).all()
            await connection.commit()
        claimed = [(seq, OutboxRow(**dict(zip(ROW.names, row, strict=True)))) for seq, *row in rows]
        claimed.sort(key=lambda each: (each[1].due_at, each[0]))
        return [row for _, row in claimed]

    async def leases(self) -> Mapping[str, datetime]:
        """The tokens of all leases there are, and until when each was last written to hold."""
        async with reading(self._engine) as connection:
            return dict((await connection.execute(_LEASES)).all())

    async def renew(self, tokens: Collection[str], lease_until: datetime) -> None:
        """Write another end into the leases of these tokens."""
        await self._change(_HELD.values(lease_until=lease_until), {"tokens": list(tokens)})

    async def hand_back(self, tokens: Collection[str]) -> int:
        """Make pending again what these leases hold and nobody has begun to send."""
        leased = _HELD.where(one_of(_C.state, {RowState.LEASED}))
        back = leased.values(state=RowState.PENDING, **_FREE)
        return await self._change(back, {"tokens": list(tokens)})

    async def sending(self, row_id: str, token: str) -> bool:
        """Written before the outside is called; False when the lease was lost."""
        mine = self._mine(row_id, token, RowState.LEASED)
        return await self._change(mine.values(state=RowState.SENDING)) == 1

    async def sent(self, row_id: str, token: str, at: datetime, receipt: str | None) -> None:
        """Done."""
        values = {"state": RowState.SENT, "done_at": at, "receipt": receipt, "last_error": None}
        await self._change(self._mine(row_id, token).values(**values, **_FREE))

    async def skip(self, row_id: str, token: str, at: datetime, why: str) -> None:
        """No longer true, or no longer wanted."""
        values = {"state": RowState.SKIPPED, "done_at": at, "last_error": why}
        await self._change(self._mine(row_id, token).values(**values, **_FREE))

    async def retry(self, row_id: str, token: str, due_at: datetime, error: str) -> None:
        """Back to pending, one attempt more."""
        values = {"state": RowState.PENDING, "due_at": due_at, "last_error": error}
        again = self._mine(row_id, token).values(attempts=_C.attempts + 1, **values, **_FREE)
        await self._change(again)

    async def postpone(self, row_id: str, token: str, due_at: datetime) -> None:
        """Back to pending at another time, no attempt counted."""
        values = {"state": RowState.PENDING, "due_at": due_at}
        await self._change(self._mine(row_id, token).values(**values, **_FREE))

    async def bury(self, row_id: str, token: str, at: datetime, error: str) -> None:
        """Tried too often, or refused for good; the last attempt counts too."""
        values = {"state": RowState.DEAD, "done_at": at, "last_error": error}
        dead = self._mine(row_id, token).values(attempts=_C.attempts + 1, **values, **_FREE)
        await self._change(dead)

    async def stale(self, tokens: Collection[str]) -> Sequence[OutboxRow]:
        """Rows left in `sending` by those who held these leases."""
        async with reading(self._engine) as connection:
            rows = (await connection.execute(_SENDING, {"tokens": list(tokens)})).all()
        return [OutboxRow(**dict(zip(ROW.names, row, strict=True))) for row in rows]

    async def settle(self, row: OutboxRow, state: str, at: datetime, why: str) -> None:
        """Decide a stale row; nothing happens where its worker came back meanwhile.

        The doubtful attempt counts, so that a row which kills its worker ends in a dead letter.
        """
        values: dict[str, Any] = {"state": RowState(state), "last_error": why, **_FREE}
        values["due_at" if state == RowState.PENDING else "done_at"] = at
        doubtful = self._mine(row.row_id, row.lease_token or "", RowState.SENDING)
        await self._change(doubtful.values(attempts=_C.attempts + 1, **values))

    async def counts(self) -> Mapping[str, int]:
        """How many rows stand in each state; those without any are 0."""
        counted = select(_C.state, func.count()).group_by(_C.state)
        async with reading(self._engine) as connection:
            found = {row[0].value: row[1] for row in (await connection.execute(counted)).all()}
        return {state.value: found.get(state.value, 0) for state in RowState}

    async def oldest_due(self, now: datetime) -> datetime | None:
        """Since when the longest overdue row waits."""
        waits = (one_of(_C.state, {RowState.PENDING}), _C.due_at <= now)
        return await self._instant(select(func.min(_C.due_at)).where(*waits))

    async def next_reminder(self, now: datetime) -> datetime | None:
        """When the next reminder is due, after now."""
        ahead = (one_of(_C.state, {RowState.PENDING}), _C.due_at > now)
        reminders = select(func.min(_C.due_at)).where(*ahead)
        return await self._instant(reminders.where(_C.kind.startswith(REMINDERS)))

    async def forget(self, before: datetime) -> int:
        """Delete rows that were sent or skipped before that. Dead ones wait for somebody."""
        finished = one_of(_C.state, {RowState.SENT, RowState.SKIPPED})
        old = delete(_T).where(finished, func.coalesce(_C.done_at, _C.due_at) < before)
        return await self._change(old)

    def _mine(self, row_id: str, token: str, *states: RowState) -> Any:
        """The row, while this lease on it holds."""
        held = one_of(_C.state, states or {RowState.LEASED, RowState.SENDING})
        return update(_T).where(_C.row_id == row_id, _C.lease_token == token, held)

    async def _change(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None
    ) -> int:
        async with writing(self._engine) as connection:
            touched = await Work(connection, reading=False).change(statement, parameters)
            await connection.commit()
        return touched

    async def _instant(self, query: Executable) -> datetime | None:
        async with reading(self._engine) as connection:
            return (await connection.execute(query)).scalar_one()

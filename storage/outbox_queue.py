"""The worker's side of the outbox; each call is a short transaction of its own.

A lease's token is compared in every later call: a worker that was too slow, and whose row
another one has taken, changes nothing any more. Which leases still hold is not decided here
(`bot.services.leases`): what stands in `lease_until` only has to change.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Executable,
    bindparam,
    case,
    delete,
    func,
    select,
    text,
    tuple_,
    union_all,
    update,
)

from bot.domain.messages import LiveCard, OutboxRow, RowState, Via
from storage import tables
from storage.engine import Database, reading, writing
from storage.outbox_marks import Marks
from storage.repositories.messages import ROW
from storage.types import one_of
from storage.work import Work

REMINDERS = "reminder."
FORGOTTEN_AT_ONCE = FALLEN_AT_ONCE = 5000  # nobody else writes to SQLite meanwhile
_T = tables.outbox
_C = _T.c
_FREE: Mapping[str, Any] = {"lease_until": None, "lease_token": None}
# Few rows are leased at any moment; an index finds them.
_LEASED = _C.lease_until.is_not(None)
_HELD = update(_T).where(_LEASED, _C.lease_token.in_(bindparam("tokens", expanding=True)))
_RENEW = _HELD.values(lease_until=bindparam("until", type_=_C.lease_until.type))
_GIVE_BACK = _HELD.where(one_of(_C.state, {RowState.LEASED})).values(
    state=RowState.PENDING, **_FREE
)
_MINE = update(_T).where(
    _C.row_id == bindparam("row"),
    _C.lease_token == bindparam("token"),
    one_of(_C.state, {RowState.LEASED, RowState.SENDING}),
)
_DUE_AT = bindparam("due", type_=_C.due_at.type)
_TRIED: Mapping[str, Any] = {"attempts": _C.attempts + 1, "last_error": bindparam("why")}
_POSTPONE = _MINE.values(state=RowState.PENDING, due_at=_DUE_AT, **_FREE)
_RETRY = _POSTPONE.values(**_TRIED)
_BURY = _MINE.values(
    state=RowState.DEAD, done_at=bindparam("at", type_=_C.done_at.type), **_TRIED, **_FREE
)
_PENDING = one_of(_C.state, {RowState.PENDING})
_OLDEST_DUE = select(func.min(_C.due_at)).where(_PENDING, _C.due_at <= bindparam("now"))
_NEXT_REMINDER = select(func.min(_C.due_at)).where(
    _PENDING, _C.due_at > bindparam("now"), _C.kind.startswith(REMINDERS)
)
_FORGET = delete(_T).where(
    _C.seq.in_(
        select(_C.seq)
        .where(
            one_of(_C.state, {RowState.SENT, RowState.SKIPPED}), _C.done_at < bindparam("before")
        )
        .limit(bindparam("limit"))
        .scalar_subquery()
    )
)
# One count a partial index: what is finished is most of the table, and is not counted.
_UNFINISHED = union_all(
    *(
        select(_C.state, func.count()).where(which).group_by(_C.state)
        for which in (_PENDING, _LEASED, one_of(_C.state, {RowState.DEAD}))
    )
)
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
# When it is needed: a reminder before what it reminds of, all else at once. So the nearest
# session's reminders go first, and whoever waits for an answer does not wait for reminders.
_NEED = case(
    (_C.kind.startswith(REMINDERS), func.coalesce(_C.expires_at, _C.due_at)), else_=_C.due_at
)
# Written down when a row falls due: an index on it before that would be walked past every
# reminder of the coming months, and a backlog sorted at each claim.
_FALLEN = (
    select(_C.seq)
    .where(_PENDING, _C.need_at.is_(None), _C.due_at <= bindparam("now"))
    .order_by(_C.due_at)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_FALL_DUE = update(_T).where(_C.seq.in_(_FALLEN.scalar_subquery())).values(need_at=_NEED)
_DUE = (
    select(_C.seq)
    .where(
        _PENDING,
        _C.need_at.is_not(None),
        _C.due_at <= bindparam("now"),  # the release before puts off what this one found due
        _C.via.in_(bindparam("vias", expanding=True)),
        _FREE_LINE,
    )
    .order_by(_C.need_at, _C.due_at, _C.seq)
    .limit(bindparam("limit"))
    # Rivals: whoever drops or revives rows. PostgreSQL steps over what they are changing.
    .with_for_update(skip_locked=True)
)
_CLAIM = (
    update(_T)
    .where(_C.seq.in_(_DUE.scalar_subquery()))
    .values(
        state=RowState.LEASED,
        lease_until=bindparam("until", type_=_C.lease_until.type),
        lease_token=bindparam("token"),
        need_at=None,
    )
    .returning(_C.seq, *ROW.columns)
)


def _need(row: OutboxRow) -> datetime:
    """The same as `_NEED`."""
    return (row.expires_at or row.due_at) if row.kind.startswith(REMINDERS) else row.due_at


class SqlOutboxQueue:
    """Claims rows and says what became of them."""

    def __init__(self, engine: Database) -> None:
        self._engine = engine
        self._marks = Marks(engine)

    async def claim(
        self, now: datetime, limit: int, lease_until: datetime, token: str, vias: Collection[Via]
    ) -> Sequence[OutboxRow]:
        """Lease due rows, the most needed first; committed before anybody is called."""
        if not vias:
            return []
        asked = {"now": now, "vias": sorted(set(vias)), "limit": limit}
        lease = {"until": lease_until, "token": token}
        while (taken := await self._claimed(now, {**asked, **lease})) is None:
            pass
        claimed = [(seq, OutboxRow(*row)) for seq, *row in taken]
        claimed.sort(key=lambda each: (_need(each[1]), each[1].due_at, each[0]))
        return [row for _, row in claimed]

    async def _claimed(
        self, now: datetime, asked: Mapping[str, Any]
    ) -> Sequence[Sequence[Any]] | None:
        """Rows of a claim; None where more may have fallen due than were looked at in one go."""
        async with writing(self._engine) as connection:
            work = Work(connection, reading=False)
            if work.dialect == "postgresql":
                await work.run(_ONE_CLAIMS)
            fallen = await work.change(_FALL_DUE, {"now": now, "limit": FALLEN_AT_ONCE})
            whole = fallen < FALLEN_AT_ONCE  # else the most needed may be among the rest
            rows = (await work.run(_CLAIM, asked)).all() if whole else None
            await connection.commit()
        return rows

    async def leases(self) -> Mapping[str, datetime]:
        """The tokens of all leases there are, and until when each was last written to hold."""
        async with reading(self._engine) as connection:
            return dict((await connection.execute(_LEASES)).all())

    async def renew(self, tokens: Collection[str], lease_until: datetime) -> None:
        """Write another end into the leases of these tokens."""
        async with self._marks.turn:
            await self._change(_RENEW, {"tokens": list(tokens), "until": lease_until})

    async def hand_back(self, tokens: Collection[str]) -> int:
        """Make pending again what these leases hold and nobody has begun to send."""
        async with self._marks.turn:
            return await self._change(_GIVE_BACK, {"tokens": list(tokens)})

    async def sending(self, row_id: str, token: str) -> bool:
        """Written before the outside is called; False when the lease was lost."""
        return await self._marks.begun(row_id, token)

    async def sent(
        self,
        row_id: str,
        token: str,
        at: datetime,
        receipt: str | None,
        card: LiveCard | None = None,
    ) -> None:
        """Done; the card that is now before somebody is remembered with it."""
        done = (row_id, token, RowState.SENT, at)
        await self._marks.done(*done, receipt=receipt, card=card)

    async def skip(self, row_id: str, token: str, at: datetime, why: str) -> None:
        """No longer true, or no longer wanted."""
        await self._marks.done(row_id, token, RowState.SKIPPED, at, why=why)

    async def retry(self, row_id: str, token: str, due_at: datetime, error: str) -> None:
        """Back to pending, one attempt more."""
        mine = {"row": row_id, "token": token}
        await self._change(_RETRY, {**mine, "due": due_at, "why": error})

    async def postpone(self, row_id: str, token: str, due_at: datetime) -> None:
        """Back to pending at another time, no attempt counted."""
        await self._change(_POSTPONE, {"row": row_id, "token": token, "due": due_at})

    async def bury(self, row_id: str, token: str, at: datetime, error: str) -> None:
        """Tried too often, or refused for good; the last attempt counts too."""
        await self._change(_BURY, {"row": row_id, "token": token, "at": at, "why": error})

    async def stale(self, tokens: Collection[str]) -> Sequence[OutboxRow]:
        """Rows left in `sending` by those who held these leases."""
        async with reading(self._engine) as connection:
            rows = (await connection.execute(_SENDING, {"tokens": list(tokens)})).all()
        return [OutboxRow(*row) for row in rows]

    async def settle(self, row: OutboxRow, state: str, at: datetime, why: str) -> None:
        """Decide a stale row; nothing happens where its worker came back meanwhile.

        The doubtful attempt counts, so that a row which kills its worker ends in a dead letter.
        """
        held = _MINE.where(one_of(_C.state, {RowState.SENDING}))
        values: dict[str, Any] = {"state": RowState(state), **_TRIED, **_FREE}
        values["due_at" if state == RowState.PENDING else "done_at"] = at
        mine = {"row": row.row_id, "token": row.lease_token or "", "why": why}
        await self._change(held.values(**values), mine)

    async def counts(self) -> Mapping[str, int]:
        """How many rows stand in each state; those without any are 0."""
        counted = select(_C.state, func.count()).group_by(_C.state)
        async with reading(self._engine) as connection:
            found = {row[0].value: row[1] for row in (await connection.execute(counted)).all()}
        return {state.value: found.get(state.value, 0) for state in RowState}

    async def unfinished(self) -> Mapping[str, int]:
        """The same of those states that a row does not stay in, and of the dead."""
        async with reading(self._engine) as connection:
            found = {row[0].value: row[1] for row in (await connection.execute(_UNFINISHED)).all()}
        states = (RowState.PENDING, RowState.LEASED, RowState.SENDING, RowState.DEAD)
        return {state.value: found.get(state.value, 0) for state in states}

    async def oldest_due(self, now: datetime) -> datetime | None:
        """Since when the longest overdue row waits."""
        return await self._instant(_OLDEST_DUE, now)

    async def next_reminder(self, now: datetime) -> datetime | None:
        """When the next reminder is due, after now."""
        return await self._instant(_NEXT_REMINDER, now)

    async def forget(self, before: datetime) -> int:
        """Delete rows that were sent or skipped before that. Dead ones wait for somebody."""
        gone = 0
        while some := await self._change(_FORGET, {"before": before, "limit": FORGOTTEN_AT_ONCE}):
            gone += some
        return gone

    async def _change(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None
    ) -> int:
        async with writing(self._engine) as connection:
            touched = await Work(connection, reading=False).change(statement, parameters)
            await connection.commit()
        return touched

    async def _instant(self, query: Executable, now: datetime) -> datetime | None:
        async with reading(self._engine) as connection:
            return (await connection.execute(query, {"now": now})).scalar_one()

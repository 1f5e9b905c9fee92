"""The worker's side of the outbox, in memory."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from bot.domain.messages import LiveCard, OutboxRow, RowState, Via
from tests.fakes.uow import FakeUnitsOfWork

UNDER_WAY = {RowState.LEASED, RowState.SENDING}


class FakeOutboxQueue:
    """Works on what the units of work have committed."""

    def __init__(self, units: FakeUnitsOfWork) -> None:
        self._units = units

    @property
    def _rows(self) -> list[OutboxRow]:
        return list(self._units.memory.outbox.values())

    async def claim(
        self, now: datetime, limit: int, lease_until: datetime, token: str, vias: Collection[Via]
    ) -> Sequence[OutboxRow]:
        out = {(row.subject, row.recipient_id) for row in self._rows if row.lease_token}
        due = [
            row
            for row in self._rows
            if row.state is RowState.PENDING
            and row.due_at <= now
            and row.via in vias
            and (row.subject, row.recipient_id) not in out
        ]
        taken = sorted(due, key=_need)[:limit]
        for row in taken:
            row.state, row.lease_until, row.lease_token = RowState.LEASED, lease_until, token
        return copy.deepcopy(taken)

    async def leases(self) -> Mapping[str, datetime]:
        held = [(row.lease_token, row.lease_until) for row in self._rows]
        return {token: until for token, until in held if token and until}

    async def renew(self, tokens: Collection[str], lease_until: datetime) -> None:
        for row in self._rows:
            if row.lease_token in tokens:
                row.lease_until = lease_until

    async def hand_back(self, tokens: Collection[str]) -> int:
        back = [
            row for row in self._rows if row.state is RowState.LEASED and row.lease_token in tokens
        ]
        for row in back:
            self._end(row, RowState.PENDING)
        return len(back)

    async def sending(self, row_id: str, token: str) -> bool:
        row = self._mine(row_id, token, {RowState.LEASED})
        if row is not None:
            row.state = RowState.SENDING
        return row is not None

    async def sent(
        self,
        row_id: str,
        token: str,
        at: datetime,
        receipt: str | None,
        card: LiveCard | None = None,
    ) -> None:
        if card is not None:
            self._units.memory.cards[card.subject, card.person_id] = card
        if row := self._mine(row_id, token):
            self._end(row, RowState.SENT)
            row.done_at, row.receipt, row.last_error = at, receipt, None

    async def skip(self, row_id: str, token: str, at: datetime, why: str) -> None:
        if row := self._mine(row_id, token):
            self._end(row, RowState.SKIPPED)
            row.done_at, row.last_error = at, why

    async def retry(self, row_id: str, token: str, due_at: datetime, error: str) -> None:
        if row := self._mine(row_id, token):
            self._end(row, RowState.PENDING)
            row.due_at, row.last_error = due_at, error
            row.attempts += 1

    async def postpone(self, row_id: str, token: str, due_at: datetime) -> None:
        if row := self._mine(row_id, token):
            self._end(row, RowState.PENDING)
            row.due_at = due_at

    async def bury(self, row_id: str, token: str, at: datetime, error: str) -> None:
        if row := self._mine(row_id, token):
            self._end(row, RowState.DEAD)
            row.done_at, row.last_error = at, error
            row.attempts += 1

    async def stale(self, tokens: Collection[str]) -> Sequence[OutboxRow]:
        left = [
            row for row in self._rows if row.state is RowState.SENDING and row.lease_token in tokens
        ]
        return copy.deepcopy(sorted(left, key=lambda row: row.lease_until or row.due_at))

    async def settle(self, row: OutboxRow, state: str, at: datetime, why: str) -> None:
        if mine := self._mine(row.row_id, row.lease_token or "", {RowState.SENDING}):
            self._end(mine, RowState(state))
            mine.last_error = why
            mine.attempts += 1
            if mine.state is RowState.PENDING:
                mine.due_at = at
            else:
                mine.done_at = at

    async def counts(self) -> Mapping[str, int]:
        states = [row.state for row in self._rows]
        return {state.value: states.count(state) for state in RowState}

    async def unfinished(self) -> Mapping[str, int]:
        return {
            state: count
            for state, count in (await self.counts()).items()
            if state not in (RowState.SENT, RowState.SKIPPED)
        }

    async def oldest_due(self, now: datetime) -> datetime | None:
        pending = [row.due_at for row in self._rows if row.state is RowState.PENDING]
        return min((due_at for due_at in pending if due_at <= now), default=None)

    async def next_reminder(self, now: datetime) -> datetime | None:
        ahead = [
            row.due_at
            for row in self._rows
            if row.state is RowState.PENDING
            and row.due_at > now
            and row.kind.startswith("reminder.")
        ]
        return min(ahead, default=None)

    async def forget(self, before: datetime) -> int:
        outbox = self._units.memory.outbox
        finished = {RowState.SENT, RowState.SKIPPED}
        old = [r for r in self._rows if r.state in finished and (r.done_at or r.due_at) < before]
        for row in old:
            del outbox[row.row_id]
        return len(old)

    def _mine(
        self, row_id: str, token: str, states: Collection[RowState] = UNDER_WAY
    ) -> OutboxRow | None:
        row = self._units.memory.outbox.get(row_id)
        held = row is not None and row.lease_token == token and row.state in states
        return row if held else None

    def _end(self, row: OutboxRow, state: RowState) -> None:
        row.state, row.lease_until, row.lease_token = state, None, None


def _need(row: OutboxRow) -> tuple[datetime, datetime]:
    reminds = row.kind.startswith("reminder.")
    return (row.expires_at or row.due_at) if reminds else row.due_at, row.due_at

"""The outbox as the services see it, in memory."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.messages import OutboxRow, RowState
from tests.fakes.rows import Fake, insert


class FakeOutbox(Fake):
    async def add(self, row: OutboxRow) -> bool:
        if any(row.dedupe_key == there.dedupe_key for there in self._w.outbox.values()):
            return False
        insert(self._w.outbox, row.row_id, row)
        return True

    async def get(self, row_id: str) -> OutboxRow | None:
        return self._m.outbox.get(row_id)

    async def drop(self, subject: str, *, kinds: str, recipient_id: str | None = None) -> int:
        theirs = [
            row
            for row in self._w.outbox.values()
            if row.state is RowState.PENDING
            and row.subject == subject
            and row.kind.startswith(kinds)
            and recipient_id in (None, row.recipient_id)
        ]
        for row in theirs:
            del self._m.outbox[row.row_id]
        return len(theirs)

    async def unfinished(self, subject: str, kinds: str) -> bool:
        under_way = (RowState.PENDING, RowState.LEASED, RowState.SENDING)
        return any(
            row.subject == subject and row.kind.startswith(kinds) and row.state in under_way
            for row in self._m.outbox.values()
        )

    async def dead(self, subject_prefix: str = "") -> Sequence[OutboxRow]:
        dead = [
            row
            for row in self._m.outbox.values()
            if row.state is RowState.DEAD and row.subject.startswith(subject_prefix)
        ]
        return sorted(dead, key=lambda row: row.done_at or row.due_at)

    async def revive(self, subject: str, kinds: str) -> int:
        self._rows.write()
        waiting = [row for row in self._m.outbox.values() if row.state is RowState.PENDING]
        theirs = [
            row
            for row in [*await self.dead(), *(row for row in waiting if row.attempts)]
            if row.subject == subject and row.kind.startswith(kinds)
        ]
        for row in theirs:
            row.due_at = row.created_at if row.state is RowState.PENDING else row.due_at
            row.state, row.attempts, row.done_at = RowState.PENDING, 0, None
        return len(theirs)

    async def failing(self, error: str) -> int:
        waiting = [row for row in self._m.outbox.values() if row.state is RowState.PENDING]
        return sum(row.last_error == error for row in waiting)

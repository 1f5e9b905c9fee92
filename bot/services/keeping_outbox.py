"""What the courier needs of storage: the rows that are due, and what became of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.messages import LiveCard, OutboxRow, Via


class OutboxQueue(Protocol):
    """The worker's side of the outbox; each call is a transaction of its own."""

    async def claim(
        self, now: datetime, limit: int, lease_until: datetime, token: str, vias: Collection[Via]
    ) -> Sequence[OutboxRow]:
        """Lease due pending rows, soonest due first.

        Rows of one subject and recipient are one line: none is given while another of its line
        is leased, so that one worker at a time works on it.
        """
        ...

    async def leases(self) -> Mapping[str, datetime]:
        """The tokens of all leases there are, and until when each was last written to hold."""
        ...

    async def renew(self, tokens: Collection[str], lease_until: datetime) -> None:
        """Write another end into the leases of these tokens."""
        ...

    async def hand_back(self, tokens: Collection[str]) -> int:
        """Make pending again what these leases hold and nobody has begun to send."""
        ...

    async def sending(self, row_id: str, token: str) -> bool:
        """Written before the outside is called; False when the lease was lost."""
        ...

    async def sent(
        self,
        row_id: str,
        token: str,
        at: datetime,
        receipt: str | None,
        card: LiveCard | None = None,
    ) -> None:
        """Done; the card that is now before somebody is remembered with it."""
        ...

    async def skip(self, row_id: str, token: str, at: datetime, why: str) -> None: ...
    async def retry(self, row_id: str, token: str, due_at: datetime, error: str) -> None:
        """Back to pending, one attempt more."""
        ...

    async def postpone(self, row_id: str, token: str, due_at: datetime) -> None:
        """Back to pending at another time, no attempt counted (quiet hours)."""
        ...

    async def bury(self, row_id: str, token: str, at: datetime, error: str) -> None: ...
    async def stale(self, tokens: Collection[str]) -> Sequence[OutboxRow]:
        """Rows left in `sending` by those who held these leases."""
        ...

    async def settle(self, row: OutboxRow, state: str, at: datetime, why: str) -> None:
        """Decide a stale row: "pending" when it is repeatable, "skipped" when it is not."""
        ...

    async def counts(self) -> Mapping[str, int]: ...
    async def unfinished(self) -> Mapping[str, int]:
        """The same of those states that a row does not stay in, and of the dead."""
        ...

    async def oldest_due(self, now: datetime) -> datetime | None: ...
    async def next_reminder(self, now: datetime) -> datetime | None: ...
    async def forget(self, before: datetime) -> int:
        """Delete finished rows older than that."""
        ...

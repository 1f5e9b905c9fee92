"""What is owed to the outside: how it is owed, and how the courier carries it out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.messages import LiveCard, OutboxRow, Via


class Outbox(Protocol):
    """What the program owes the outside."""

    async def add(self, row: OutboxRow) -> bool:
        """Owe it; False (and nothing) when a row with the same dedupe key is there already."""
        ...

    async def get(self, row_id: str) -> OutboxRow | None: ...
    async def drop(self, subject: str, *, kinds: str, recipient_id: str | None = None) -> int:
        """Delete the pending rows of a subject whose kind starts with `kinds`; how many they were.

        Deleted, not skipped: the same thing may be owed again (somebody joins a second time).
        """
        ...

    async def unfinished(self, subject: str, kinds: str) -> bool:
        """Whether a row of the subject, of a kind that starts so, is still to be carried out."""
        ...

    async def dead(self, subject_prefix: str = "") -> Sequence[OutboxRow]: ...
    async def revive(self, subject: str, kinds: str) -> int:
        """Make dead rows of a subject pending and due again, and those due that wait for it."""
        ...

    async def failing(self, error: str) -> int:
        """How many rows wait for another attempt after this fault."""
        ...


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

"""Whose rows of the outbox are whose, told without asking anybody what time it is.

A worker keeps its leases alive by writing another instant into them. One who sees a lease stand
still for its whole length, by a clock that only ever ticks, may take its rows. So neither a clock
that jumps nor two machines that differ by an hour part a worker from what it is sending. Where
no other worker can be (SQLite), a lease that is not ours is a dead one's: nobody waits for it.

Why: docs/decisions/0034-leases-without-a-clock.md.
"""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.clock import Clock
from bot.services.keeping_outbox import OutboxQueue

LENGTH = timedelta(seconds=30)
BEATS = 6  # so many times in its length a lease is kept alive, and the others' are looked at
_LEAST = timedelta(milliseconds=1)


class _Seen(NamedTuple):
    until: datetime
    since: float


class Leases:
    """One worker's leases, and what it has seen of the others'.

    Args:
        alone: No other worker can be at work on this database.
        monotonic: Seconds that pass alike for everybody, from any beginning.
    """

    def __init__(
        self,
        queue: OutboxQueue,
        clock: Clock,
        *,
        length: timedelta = LENGTH,
        alone: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._queue = queue
        self._clock = clock
        self._length = length
        self._alone = alone
        self._monotonic = monotonic
        self._mine: Counter[str] = Counter()
        self._others: dict[str, _Seen] = {}
        self._looked: float | None = None
        self._until: datetime | None = None

    def begin(self) -> tuple[str, datetime]:
        """Open a lease: its token, and what to write as its end."""
        token = secrets.token_hex(8)
        self._mine[token] = 1
        return token, self._end()

    def hold(self, token: str, rows: int = 1) -> None:
        """Keep it for so many rows more."""
        self._mine[token] += rows

    def drop(self, token: str) -> None:
        """Let one row go; with the last one the lease is over."""
        self._mine[token] -= 1
        if self._mine[token] <= 0:
            del self._mine[token]

    @property
    def mine(self) -> list[str]:
        """Tokens of those that this worker holds."""
        return list(self._mine)

    async def tend(self) -> list[str]:
        """Keep ours alive, look at the others': the tokens of those whose worker is dead."""
        now = self._monotonic()
        beat = self._length.total_seconds() / BEATS
        if self._looked is not None and now - self._looked < beat:
            return []
        if self._mine:
            await self._queue.renew(self.mine, self._end())
        found = await self._queue.leases()
        if self._looked is not None and now - self._looked > self._length.total_seconds() / 2:
            self._others.clear()  # we could not look, so perhaps they could not write
        self._looked = now
        seen = self._others
        self._others = {
            token: seen[token]
            if token in seen and seen[token].until == until
            else _Seen(until, now)
            for token, until in found.items()
            if token not in self._mine
        }
        length = self._length.total_seconds()
        return [
            token
            for token, lease in self._others.items()
            if self._alone or now - lease.since >= length
        ]

    def _end(self) -> datetime:
        """Another instant each time, also on a clock that stands or was put back."""
        until = self._clock.now() + self._length
        if self._until is not None and until <= self._until:
            until = self._until + _LEAST
        self._until = until
        return until

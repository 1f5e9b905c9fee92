"""When the town itself stood still: Teams and Graph are in it, and so is whoever kills.

On a machine that is short of processors, what the program did meanwhile is noticed late; it had
no more time than the town had.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

BEAT, LATE = 0.05, 0.1  # seconds


@dataclass
class Pace:
    """Stretches of the machine's monotonic time in which nothing was done here."""

    _still: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])

    def between(self, first: float, last: float) -> float:
        """Seconds from one instant to another, without those in which the town stood still."""
        lost = (min(last, end) - max(first, start) for start, end in self._still)
        return last - first - sum(seconds for seconds in lost if seconds > 0)

    @asynccontextmanager
    async def watched(self) -> AsyncGenerator[None]:
        """While the block runs."""
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _watch(self) -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(BEAT)
            now = time.monotonic()
            if now - before > BEAT + LATE:
                self._still.append((before, now))

"""What always holds, checked on live data: by `doctor --deep`, and hourly by the worker.

A violation is a bug of ours, a machine that is down, or a hand in the database: never something
that a person does in the chat. What each one says is a class of `storage.invariants`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog

from bot.clock import Clock

log = structlog.get_logger(__name__)

Count = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Looked:
    """One invariant, and the ids of what breaks it: the first few; none where all is well."""

    invariant: str
    ids: tuple[str, ...] = ()


class Invariants(Protocol):
    """Looks at what is kept. Each look only reads, and is answered from indexes."""

    async def look(self, now: datetime) -> Sequence[Looked]:
        """All invariants, in a steady order."""
        ...


class InvariantsService:
    """Says what is broken: in the log by ids, and in the figures."""

    def __init__(self, invariants: Invariants, clock: Clock, count: Count | None = None) -> None:
        self._invariants = invariants
        self._clock = clock
        self._count = count

    async def run(self) -> int:
        """Look at everything; how many invariants are broken."""
        return sum(bool(looked.ids) for looked in await self.look())

    async def look(self) -> Sequence[Looked]:
        """Look at everything, and tell the log and the figures."""
        found = await self._invariants.look(self._clock.now())
        for looked in found:
            if self._count is not None:
                self._count(looked.invariant, len(looked.ids))
            if looked.ids:
                log.error("invariant.broken", code=looked.invariant, ids=list(looked.ids))
        return found

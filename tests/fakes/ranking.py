"""A ranking that a test writes down: who comes first on each side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.pairing import Availability, Reason
from bot.domain.people import Side
from bot.domain.sessions import STANDING
from bot.services.pairing_views import Half, Pairs, PairView
from bot.services.views import Named
from tests.fakes.uow import FakeUnitsOfWork


@dataclass
class FakeRanking:
    """Pairs of those in `union` with those in `employer`, the best first of each.

    As the real one does it: whoever holds a side stays in every pair, whoever was asked before is
    in none. `before` is called first: somebody who is quicker than the one who asks.
    """

    units: FakeUnitsOfWork
    union: Sequence[str] = ()
    employer: Sequence[str] = ()
    busy: set[str] = field(default_factory=set)
    asked_for: list[str] = field(default_factory=list)

    async def next_best(
        self,
        request_id: str,
        starts_at: datetime,
        limit: int = 5,
        vacated: Side | None = None,
        *,
        calendars: bool = True,
    ) -> Pairs:
        if calendars:
            self.asked_for.append(request_id)
        memory = self.units.memory
        sessions = {s.session_id for s in memory.sessions.values() if s.request_id == request_id}
        asked = [a for a in memory.assignments.values() if a.session_id in sessions]
        held = {a.side: a.person_id for a in asked if a.status in STANDING and a.side != vacated}
        tried = {a.person_id for a in asked}
        names = {Side.UNION: self.union, Side.EMPLOYER: self.employer}
        free = {
            side: [held[side]] if side in held else [n for n in names[side] if n not in tried]
            for side in Side
        }
        pairs = [
            PairView(
                self._half(one, Side.UNION, held), self._half(two, Side.EMPLOYER, held), cost, ()
            )
            for cost, (one, two) in enumerate(
                (one, two) for one in free[Side.UNION] for two in free[Side.EMPLOYER]
            )
        ]
        counts = {side: len(people) for side, people in free.items()}
        return Pairs(request_id, starts_at, tuple(pairs[:limit]), True, counts)

    def _half(self, person_id: str, side: Side, held: dict[Side, str]) -> Half:
        state = Availability.BUSY if person_id in self.busy else Availability.FREE
        return Half(
            Named(person_id, person_id.title()),
            side,
            0,
            True,
            state,
            (Reason("free"),),
            standing=held.get(side) == person_id,
        )

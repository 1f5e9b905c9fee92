"""Units of work in memory, held to the same contract suite as the ones on SQL.

A unit works on its own copy of everything; committing puts the copy in place. Writing units
wait for one another, as on SQLite.
"""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Collection
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import Self

from tests.fakes.candidates import (
    FakeAbsences,
    FakeApplications,
    FakeCohorts,
    FakeEndorsements,
    FakeInterviews,
    FakeRounds,
    FakeSelfIdentifications,
    FakeTrainingSeats,
)
from tests.fakes.memory import Memory
from tests.fakes.outbox import FakeOutbox
from tests.fakes.outlook import FakeOutlook
from tests.fakes.repositories import (
    FakeAssignments,
    FakeDrafts,
    FakeFacilitators,
    FakeGrants,
    FakeHistory,
    FakeLiveCards,
    FakePeople,
    FakeRequests,
    FakeSessions,
)
from tests.fakes.rows import Rows
from tests.fakes.seats import FakeSeats


def _copy(memory: Memory) -> Memory:
    """Everything once more; by pickle, which takes a fifth of `copy.deepcopy`'s time."""
    return pickle.loads(pickle.dumps(memory, pickle.HIGHEST_PROTOCOL))


class FakeUnitOfWork:
    def __init__(self, units: FakeUnitsOfWork, *, read_only: bool) -> None:
        self._units = units
        self._read_only = read_only

    async def __aenter__(self) -> Self:
        if not self._read_only:
            async with asyncio.timeout(5):  # a unit inside another one would wait for ever
                await self._units.turn.acquire()
        self._rows = rows = Rows(_copy(self._units.memory), read_only=self._read_only)
        self.people = FakePeople(rows)
        self.grants = FakeGrants(rows)
        self.facilitators = FakeFacilitators(rows)
        self.requests = FakeRequests(rows)
        self.sessions = FakeSessions(rows)
        self.seats = FakeSeats(rows)
        self.assignments = FakeAssignments(rows)
        self.outbox = FakeOutbox(rows)
        self.live_cards = FakeLiveCards(rows)
        self.history = FakeHistory(rows)
        self.drafts = FakeDrafts(rows)
        self.absences = FakeAbsences(rows)
        self.applications = FakeApplications(rows)
        self.endorsements = FakeEndorsements(rows)
        self.self_identifications = FakeSelfIdentifications(rows)
        self.interviews = FakeInterviews(rows)
        self.cohorts = FakeCohorts(rows)
        self.training = FakeTrainingSeats(rows)
        self.rounds = FakeRounds(rows)
        self.outlook = FakeOutlook(rows)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._rows.finished = True
        if not self._read_only:
            self._units.turn.release()

    async def commit(self) -> None:
        memory = self._rows.read()
        if not self._read_only:
            memory.check()
            self._units.memory = _copy(memory)
        self._rows.finished = True


class FakeUnitsOfWork:
    """`memory` is what has been committed: tests may fill it and look into it."""

    def __init__(self, memory: Memory | None = None) -> None:
        self.memory = memory or Memory()
        self.turn = asyncio.Lock()

    def __call__(self, *, reading: bool = False) -> FakeUnitOfWork:
        return FakeUnitOfWork(self, read_only=reading)

    def one_moment(
        self, seconds: float, likely: Collection[tuple[str, str]] = ()
    ) -> AbstractContextManager[None]:
        """Nothing is remembered here: every unit reads anew."""
        return nullcontext()

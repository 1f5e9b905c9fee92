"""The contract suites run three times: in memory, on SQLite, on PostgreSQL."""

from collections.abc import AsyncIterator
from typing import NamedTuple

import pytest

from bot.services.keeping import UnitsOfWork
from bot.services.keeping_outbox import OutboxQueue
from storage.engine import make_engine
from storage.outbox_queue import SqlOutboxQueue
from storage.unit_of_work import SqlUnitsOfWork
from tests.fakes.outbox_queue import FakeOutboxQueue
from tests.fakes.uow import FakeUnitsOfWork


class Store(NamedTuple):
    units: UnitsOfWork
    queue: OutboxQueue

    async def add(self, *things) -> None:
        """Keep these, in one transaction: each goes to the repository of its class."""
        async with self.units() as uow:
            for thing in things:
                home = {
                    "Person": uow.people,
                    "Grant": uow.grants,
                    "Facilitator": uow.facilitators,
                    "Request": uow.requests,
                    "Session": uow.sessions,
                    "Seat": uow.seats,
                    "Assignment": uow.assignments,
                    "OutboxRow": uow.outbox,
                    "HistoryEntry": uow.history,
                    "Absence": uow.absences,
                    "Application": uow.applications,
                    "Endorsement": uow.endorsements,
                    "SelfIdentification": uow.self_identifications,
                    "Interview": uow.interviews,
                    "Cohort": uow.cohorts,
                    "TrainingSeat": uow.training,
                    "Round": uow.rounds,
                }[type(thing).__name__]
                await home.add(thing)
            await uow.commit()


@pytest.fixture(
    params=["fake", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
)
def store_url(request: pytest.FixtureRequest) -> str | None:
    if request.param == "fake":
        return None
    return request.getfixturevalue(
        "sqlite_ready" if request.param == "sqlite" else "postgres_ready"
    )


@pytest.fixture
async def store(store_url: str | None) -> AsyncIterator[Store]:
    if store_url is None:
        units = FakeUnitsOfWork()
        yield Store(units, FakeOutboxQueue(units))
        return
    engine = make_engine(store_url)
    yield Store(SqlUnitsOfWork(engine), SqlOutboxQueue(engine))
    await engine.dispose()


@pytest.fixture
async def postgres_uow(postgres_ready: str) -> AsyncIterator[SqlUnitsOfWork]:
    engine = make_engine(postgres_ready)
    yield SqlUnitsOfWork(engine)
    await engine.dispose()

"""The same small public service as in the unit tests, on the real databases."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import pytest

from bot.domain.sessions import Session
from storage.engine import Database
from storage.outbox_queue import SqlOutboxQueue
from storage.unit_of_work import SqlUnitsOfWork
from tests.unit.services.world import World


@dataclass
class SqlWorld(World):
    """A world whose rows are in a database. `seed` puts what the other one starts with in it."""

    engine: Any = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self.seeded = copy.deepcopy(self.units.memory)

    async def seed(self) -> None:
        """Rebuild the use cases on the database, with the same people in it."""
        self.units = SqlUnitsOfWork(self.engine)
        self.build(self.units, SqlOutboxQueue(self.engine))
        async with self.units() as uow:
            for person in self.seeded.people.values():
                await uow.people.add(person)
            for grant in self.seeded.grants.values():
                await uow.grants.add(grant)
            for facilitator in self.seeded.facilitators.values():
                await uow.facilitators.add(facilitator)
            await uow.commit()

    async def session(self, request_id: str) -> Session:
        """The request's session that is not cancelled."""
        async with self.units(reading=True) as uow:
            found = await uow.sessions.of_request(request_id)
            assert found is not None
            return found


@pytest.fixture
async def world(engine: Database) -> SqlWorld:
    made = SqlWorld(engine=engine)
    await made.seed()
    return made

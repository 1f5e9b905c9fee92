"""What ends because time has passed ends once, however many workers see to it at once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.domain.requests import RequestStatus
from storage.engine import Database, make_engine
from storage.outbox_queue import SqlOutboxQueue
from storage.unit_of_work import SqlUnitsOfWork
from tests.integration.services.conftest import SqlWorld
from tests.unit.services.world import MANAGER, STEWARD

REQUESTS = 8


@pytest.fixture
async def others(world: SqlWorld, ready_url: str) -> AsyncIterator[list[SqlWorld]]:
    """Two more workers on the same database."""
    engines: list[Database] = [make_engine(ready_url) for _ in range(2)]
    made: list[SqlWorld] = []
    for engine in engines:
        other = SqlWorld(engine=engine)
        other.units = SqlUnitsOfWork(engine)
        other.build(other.units, SqlOutboxQueue(engine))
        made.append(other)
    yield made
    for engine in engines:
        await engine.dispose()


async def told(engine: Database, kind: str) -> Counter[str]:
    """How often each request was told so to each of its parties."""
    query = "SELECT subject || '/' || recipient_id FROM outbox WHERE kind = :kind"
    async with engine.connect() as connection:
        return Counter((await connection.execute(text(query), {"kind": kind})).scalars())


async def test_requests_that_nobody_answered(world: SqlWorld, others: list[SqlWorld]):
    ids: list[str] = []
    for number in range(REQUESTS):
        view = await world.requests.submit(MANAGER, world.form(f"form-{number}"))
        ids.append(view.request.request_id)
    for each in (world, *others):
        each.clock.set(world.clock.now() + timedelta(days=60))
    await asyncio.gather(*(each.upkeep.run() for each in (world, *others)))
    await world.upkeep.run()
    async with world.units(reading=True) as uow:
        kept = [await uow.requests.get(request_id) for request_id in ids]
    assert {request.status for request in kept if request} == {RequestStatus.EXPIRED}
    assert await told(world.engine, "request.expired") == Counter(
        f"request:{request_id}/{MANAGER}" for request_id in ids
    )
    assert await told(world.engine, "request.asked") == Counter(
        f"request:{request_id}/{STEWARD}" for request_id in ids
    )

"""A database that lets go in the middle, has no room, or is away: half of nothing is kept."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest

from bot.domain.messages import OutboxRow, RowState, Via
from bot.services.outbox import Courier, Ready
from storage.engine import Database, make_engine
from storage.faults import database_away
from storage.migrate import upgrade
from storage.outbox_queue import SqlOutboxQueue
from storage.unit_of_work import SqlUnitsOfWork
from tests.integration.program.machinery import free_ports
from tests.integration.program.wire import Wire
from tests.integration.storage.samples import NOW, a_row
from tests.unit.services.world import World

LET_GO = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


async def fault_of(work: Awaitable[object]) -> Exception:
    """What goes wrong in it, in whatever words the driver has."""
    try:
        await work
    except Exception as error:  # noqa: BLE001  # whichever it is
        return error
    raise AssertionError("nothing went wrong")


@pytest.fixture
async def own(postgres_url: str) -> str:
    """A database whose connections are all this test's."""
    await upgrade(postgres_url)
    return postgres_url


async def row(units: SqlUnitsOfWork, row_id: str) -> OutboxRow | None:
    async with units(reading=True) as uow:
        return await uow.outbox.get(row_id)


@pytest.mark.postgres
@pytest.mark.parametrize("when", ["before the second", "before the commit"])
async def test_a_connection_dropped_in_the_middle_of_a_transaction(own: str, when: str):
    engine = make_engine(own)
    units, admin = SqlUnitsOfWork(engine), await asyncpg.connect(own.replace("+asyncpg", ""))

    async def work() -> None:
        async with units() as uow:
            await uow.outbox.add(a_row("first"))
            await admin.execute(LET_GO)
            if when == "before the second":
                await uow.outbox.add(a_row("second"))
            await uow.commit()

    assert database_away(await fault_of(work()))
    assert await row(units, "first") is None
    async with units() as uow:
        await uow.outbox.add(a_row("again"))
        await uow.commit()
    assert await row(units, "again") == a_row("again")
    await admin.close()
    await engine.dispose()


async def test_a_disk_that_is_full(sqlite_ready: str):
    """What has no room is not kept, not even in part; what is there is read; then it goes on."""
    engine = make_engine(sqlite_ready)
    units = SqlUnitsOfWork(engine)
    async with units() as uow:
        await uow.outbox.add(a_row("before"))
        await uow.commit()
    full = Room(engine)
    full.fill()

    async def work() -> None:
        async with units() as uow:
            for number in range(200):
                await uow.outbox.add(a_row(f"r{number}", args={"long": "x" * 1000}))
            await uow.commit()

    fault = await fault_of(work())
    assert "disk is full" in str(fault)
    assert database_away(fault)
    assert await row(units, "before") == a_row("before")
    assert await row(units, "r0") is None
    full.clear()
    async with units() as uow:
        await uow.outbox.add(a_row("after"))
        await uow.commit()
    assert await row(units, "after") == a_row("after")
    await engine.dispose()
    with closing(sqlite3.connect(Path(sqlite_ready.partition("///")[2]))) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)


class Room:
    """How far a database's file may grow."""

    def __init__(self, engine: Database) -> None:
        self._links = engine.home._idle

    def fill(self) -> None:
        for link in self._links:
            (pages,) = link.connection.execute("PRAGMA page_count").fetchone()
            link.connection.execute(f"PRAGMA max_page_count = {pages}")

    def clear(self) -> None:
        for link in self._links:
            link.connection.execute("PRAGMA max_page_count = 1000000")


class Letters:
    """Counts what is sent; the wire is cut while the first is on its way."""

    def __init__(self, wire: Wire) -> None:
        self.sent: list[str] = []
        self._wire = wire

    async def prepare(self, row: OutboxRow) -> Ready:
        async def send() -> str:
            self.sent.append(row.row_id)
            await self._wire.cut()
            return "receipt"

        return Ready(send)

    async def failed(self, row: OutboxRow, error: str, *, final: bool) -> None:
        raise AssertionError(error)


@pytest.fixture
async def wire(own: str) -> AsyncIterator[Wire]:
    made = Wire(own, free_ports(1)[0])
    await made.join()
    yield made
    await made.cut()


@pytest.mark.postgres
@pytest.mark.parametrize("repeatable", [True, False])
async def test_sent_while_the_database_went_away_and_written_when_it_is_back(
    wire: Wire, repeatable: bool
):
    engine, world = make_engine(wire.url), World()
    units, letters = SqlUnitsOfWork(engine), Letters(wire)
    async with units() as uow:
        await uow.outbox.add(a_row("row", due_at=NOW, repeatable=repeatable))
        await uow.commit()
    world.clock.set(NOW)
    courier = Courier(SqlOutboxQueue(engine), {Via.CHAT: letters}, world.clock)
    await courier.run_once()
    for _ in range(3):  # it stays away
        assert database_away(await fault_of(courier.run_once()))
    await wire.join()
    async with asyncio.timeout(20):
        await courier.run_until_idle()
    written = await row(units, "row")
    assert written is not None
    assert (letters.sent, written.state, written.receipt) == (["row"], RowState.SENT, "receipt")
    await engine.dispose()

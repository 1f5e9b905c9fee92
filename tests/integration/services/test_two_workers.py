"""Several workers on one database: each row once, each line in order, whoever comes and goes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from bot.clock import ManualClock
from bot.domain.messages import OutboxRow, RowState, Via
from bot.services.leases import Leases
from bot.services.outbox import Courier, Postpone, Ready, Skip
from storage.engine import Database, make_engine
from storage.outbox_queue import SqlOutboxQueue
from storage.unit_of_work import SqlUnitsOfWork
from tests.unit.services.world import NOW

LINES, ROWS = 12, 120
LENGTH = timedelta(seconds=6)


class Ledger:
    """What was sent, by which worker; shared by all of them, as the outside is."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.stuck: asyncio.Event | None = None

    @property
    def rows(self) -> list[str]:
        return [row_id for _, row_id in self.sent]


class Carrier:
    def __init__(self, ledger: Ledger, worker: str) -> None:
        self._ledger = ledger
        self._worker = worker

    async def prepare(self, row: OutboxRow) -> Ready | Skip | Postpone:
        async def send() -> str:
            if self._ledger.stuck is not None and self._worker == "slow":
                await self._ledger.stuck.wait()
            await asyncio.sleep(0)
            self._ledger.sent.append((self._worker, row.row_id))
            return row.row_id

        return Ready(send)

    async def failed(self, row: OutboxRow, error: str, *, final: bool) -> None:
        raise AssertionError(error)


class Worker:
    """One process, with its own connections and its own seconds."""

    def __init__(self, url: str, ledger: Ledger, name: str) -> None:
        self.name = name
        self.seconds = 0.0
        self.database: Database = make_engine(url)
        queue, clock = SqlOutboxQueue(self.database), ManualClock(NOW)
        self.leases = Leases(queue, clock, length=LENGTH, monotonic=lambda: self.seconds)
        carriers = {Via.CHAT: Carrier(ledger, name)}
        self.courier = Courier(queue, carriers, clock, leases=self.leases, at_once=4)


Hire = Callable[[str], Worker]


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
async def hire(ready_url: str, ledger: Ledger) -> AsyncIterator[Hire]:
    hired: list[Worker] = []

    def another(name: str) -> Worker:
        hired.append(Worker(ready_url, ledger, name))
        return hired[-1]

    yield another
    for worker in hired:
        await worker.courier.drain()
        await worker.database.dispose()


async def owe(uow: SqlUnitsOfWork, count: int = ROWS, lines: int = LINES) -> None:
    async with uow() as unit:
        for number in range(count):
            await unit.outbox.add(
                OutboxRow(
                    row_id=f"{number:04d}",
                    via=Via.CHAT,
                    kind="request.asked",
                    subject=f"request:{number % lines}",
                    dedupe_key=f"{number}",
                    due_at=NOW - timedelta(hours=1) + timedelta(seconds=number),
                    created_at=NOW - timedelta(hours=1),
                    recipient_id="person",
                )
            )
        await unit.commit()


async def states(uow: SqlUnitsOfWork, count: int) -> set[RowState]:
    async with uow(reading=True) as unit:
        rows = [await unit.outbox.get(f"{number:04d}") for number in range(count)]
    return {row.state for row in rows if row is not None}


def in_order(ledger: Ledger, lines: int) -> bool:
    """Whether the rows of each line were sent in the order in which they fell due."""
    numbers = [int(row_id) for row_id in ledger.rows]
    each = [[n for n in numbers if n % lines == line] for line in range(lines)]
    return all(line == sorted(line) for line in each)


async def test_each_row_is_sent_once_and_each_line_in_order(
    uow: SqlUnitsOfWork, hire: Hire, ledger: Ledger
):
    await owe(uow)
    workers = [hire(name) for name in ("one", "two", "three")]

    async def work(worker: Worker) -> None:
        while len(ledger.sent) < ROWS:
            await worker.courier.run_due()  # waits where its hands are full: the others go on

    async with asyncio.timeout(60):
        await asyncio.gather(*(work(worker) for worker in workers))
    assert sorted(ledger.rows) == [f"{number:04d}" for number in range(ROWS)]
    assert in_order(ledger, LINES)


async def test_a_worker_that_stops_leaves_its_rows_to_the_others_at_once(
    uow: SqlUnitsOfWork, hire: Hire, ledger: Ledger
):
    await owe(uow, 20, lines=20)
    ledger.stuck = asyncio.Event()
    slow, other = hire("slow"), hire("other")
    assert await slow.courier.run_once() == 20
    stopping = asyncio.create_task(slow.courier.drain())
    ledger.stuck.set()
    await stopping
    assert {name for name, _ in ledger.sent} == {"slow"}
    assert len(ledger.sent) == 4  # those that it had in hand
    assert await other.courier.run_until_idle() == 16
    assert sorted(ledger.rows) == [f"{number:04d}" for number in range(20)]


async def test_the_rows_of_a_worker_that_was_killed_are_taken_after_its_lease(
    uow: SqlUnitsOfWork, hire: Hire, ledger: Ledger
):
    """Those that it was sending are perhaps sent; they may be said twice, and so they are."""
    await owe(uow, 6, lines=6)
    ledger.stuck = asyncio.Event()
    dead, other = hire("slow"), hire("other")
    assert await dead.courier.run_once() == 6
    for _ in range(6):
        assert await other.courier.run_once() == 0
        other.seconds += 1
    await other.courier.run_until_idle()
    assert sorted(ledger.rows) == [f"{number:04d}" for number in range(6)]
    assert await states(uow, 6) == {RowState.SENT}
    dead.courier.drain_seconds = 0


async def test_what_a_living_worker_sends_for_long_is_left_to_it(
    uow: SqlUnitsOfWork, hire: Hire, ledger: Ledger
):
    await owe(uow, 6, lines=2)
    ledger.stuck = asyncio.Event()
    slow, other = hire("slow"), hire("other")
    assert await slow.courier.run_once() == 6
    for _ in range(20):
        slow.seconds += 1
        other.seconds += 1
        assert await slow.leases.tend() == await other.leases.tend() == []
    assert await other.courier.run_once() == 0
    ledger.stuck.set()
    await slow.courier.run_until_idle()
    assert sorted(ledger.rows) == [f"{number:04d}" for number in range(6)]
    assert in_order(ledger, 2)

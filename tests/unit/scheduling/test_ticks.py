"""The worker's heart: it beats on, whatever fails and whatever a clock shows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError

from bot.metrics import Metrics
from bot.scheduling.ticks import EVERY, Ticks
from bot.services.outbox import Courier
from tests.fakes.outbox_queue import FakeOutboxQueue
from tests.unit.services.world import World

AWAY = OperationalError("SELECT", {}, ConnectionRefusedError())
HOUR = timedelta(hours=1)
SECONDS = 10.0
Begin = Callable[..., Ticks]


class Work:
    """Fails as often as is said, then is done when it is let."""

    def __init__(self, *faults: Exception) -> None:
        self.faults = list(faults)
        self.begun, self.let, self.done = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.let.set()

    async def __call__(self) -> int:
        self.begun.set()
        if self.faults:
            raise self.faults.pop()
        await self.let.wait()
        self.done.set()
        return 0


async def _nothing() -> int:
    return 0


@pytest.fixture
async def begin() -> AsyncIterator[Begin]:
    """Ticks of which only the one that looks at Outlook has something to do."""
    world, begun = World(), list[Ticks]()

    def make(
        outlook: Callable[[], Awaitable[int]],
        *,
        seconds: float = 0.01,
        wall_clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> Ticks:
        queue = FakeOutboxQueue(world.units)
        courier, metrics = Courier(queue, {}, world.clock), Metrics()
        ticks = Ticks(courier, world.upkeep, queue, world.clock, metrics, _nothing, outlook)
        ticks.every = {**dict.fromkeys(EVERY, 3600.0), "outlook": seconds}
        ticks.wall_clock, ticks.pace_seconds = wall_clock, 0.01
        ticks.start()
        begun.append(ticks)
        return ticks

    yield make
    for ticks in begun:
        await ticks.stop()


async def test_on_a_clock_that_was_put_back_it_does_not_wait_for_an_hour(begin: Begin) -> None:
    """What such a clock leaves behind: a tick that is due in an hour and its pause."""
    work = Work()
    begin(work, seconds=60.0, wall_clock=lambda: datetime.now(UTC) - HOUR)
    await asyncio.wait_for(work.done.wait(), SECONDS)


async def test_on_a_clock_that_goes_as_it_should_it_waits(begin: Begin) -> None:
    work, looks = Work(), asyncio.Semaphore(0)

    def wall_clock() -> datetime:
        looks.release()
        return datetime.now(UTC)

    begin(work, seconds=60.0, wall_clock=wall_clock)
    for _ in range(3):
        await asyncio.wait_for(looks.acquire(), SECONDS)
    assert not work.begun.is_set()


@pytest.mark.parametrize("fault", [KeyError("a bug"), AWAY])
async def test_after_a_tick_that_fails_the_next_one_comes(begin: Begin, fault: Exception) -> None:
    work = Work(fault)
    ticks = begin(work)
    assert not await ticks.beats()
    await asyncio.wait_for(work.done.wait(), SECONDS)
    assert work.faults == []


async def test_it_is_ready_once_a_tick_has_come_to_its_end(begin: Begin) -> None:
    work = Work()
    work.let.clear()
    ticks = begin(work)
    await asyncio.wait_for(work.begun.wait(), SECONDS)
    assert not await ticks.beats()
    work.let.set()
    await asyncio.wait_for(work.done.wait(), SECONDS)
    await ticks.stop()
    assert await ticks.beats()


async def test_a_stop_waits_for_the_tick_under_way(begin: Begin) -> None:
    work = Work()
    work.let.clear()
    ticks = begin(work)
    await asyncio.wait_for(work.begun.wait(), SECONDS)
    stopping = asyncio.create_task(ticks.stop())
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(stopping), 0.1)
    assert not work.done.is_set()
    work.let.set()
    await asyncio.wait_for(stopping, SECONDS)
    assert work.done.is_set()

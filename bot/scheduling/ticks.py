"""The worker's heart: every half second what is due, every few seconds what has run out."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import Clock
from bot.metrics import Metrics
from bot.services.keeping_outbox import OutboxQueue
from bot.services.outbox import Courier
from bot.services.upkeep import Upkeep
from storage.faults import database_away

log = structlog.get_logger(__name__)

HOUR = 3600.0
EVERY = {"outbox": 0.5, "upkeep": 2.0, "forget": HOUR, "invariants": HOUR, "outlook": 5.0}
"""Seconds from one tick to the next."""
KEPT = timedelta(days=90)
HEARTBEAT = 30.0
PACE_SECONDS, SLACK = 1.0, timedelta(seconds=2)


def _machine_time() -> datetime:
    """What the scheduler goes by."""
    return datetime.now(UTC)


class Ticks:
    """Runs the outbox and the upkeep beside the web server, or alone."""

    def __init__(
        self,
        courier: Courier,
        upkeep: Upkeep,
        queue: OutboxQueue,
        clock: Clock,
        metrics: Metrics,
        invariants: Callable[[], Awaitable[int]],
        outlook: Callable[[], Awaitable[int]],
    ) -> None:
        self._courier = courier
        self._upkeep = upkeep
        self._queue = queue
        self._clock = clock
        self._metrics = metrics
        self._invariants = invariants
        self._outlook = outlook
        self.every: Mapping[str, float] = EVERY
        self.wall_clock: Callable[[], datetime] = _machine_time
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._last_beat: float | None = None
        self._pacer: asyncio.Task[None] | None = None
        self.pace_seconds = PACE_SECONDS
        self._under_way: set[asyncio.Task[object]] = set()
        # A tick that finds the last one still at work is passed over: nothing to warn about.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)

    def start(self) -> None:
        """Begin to tick on the running event loop."""
        for name, work in (
            ("outbox", self._carry),
            ("upkeep", self._see_to),
            ("forget", self._forget),
            ("invariants", self._invariants),
            ("outlook", self._outlook),
        ):
            tick, seconds = self._guarded(name, work), self.every[name]
            # apscheduler ships no types.
            self._scheduler.add_job(tick, "interval", seconds=seconds, id=name)  # pyright: ignore[reportUnknownMemberType]
        self._scheduler.start()
        self._pacer = asyncio.create_task(self._keep_pace(), name="ticks-pace")

    async def _keep_pace(self) -> None:
        """The scheduler waits for instants: on a clock put back an hour, for an hour too long."""
        while True:
            await asyncio.sleep(self.pace_seconds)
            now = self.wall_clock()
            for job in cast("Any", self._scheduler).get_jobs():
                if job.next_run_time - now > job.trigger.interval + SLACK:
                    log.warning("tick.clock_was_put_back", job=job.id)
                    job.modify(next_run_time=now)

    async def stop(self) -> None:
        """Stop to tick and let the rows under way end."""
        if self._pacer is not None:
            self._pacer.cancel()
        if self._scheduler.running:
            self._scheduler.pause()
            await self._courier.drain()
            await asyncio.gather(*self._under_way, return_exceptions=True)
            self._scheduler.shutdown(wait=False)

    async def beats(self) -> bool:
        """Whether the ticks are alive: for readiness."""
        return self._last_beat is not None and time.monotonic() - self._last_beat < HEARTBEAT

    async def _carry(self) -> int:
        return await self._courier.run_due()

    async def _see_to(self) -> int:
        now = self._clock.now()
        done = await self._upkeep.run()
        self._metrics.upkeep_at.set(now.timestamp())
        return done

    async def _forget(self) -> int:
        return await self._queue.forget(self._clock.now() - KEPT)

    def _guarded(
        self, name: str, work: Callable[[], Awaitable[int]]
    ) -> Callable[[], Awaitable[None]]:
        """A tick that fails is logged, and the next one comes all the same."""

        async def tick() -> None:
            task = asyncio.current_task()
            assert task is not None  # noqa: S101  # the scheduler made it
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
            try:
                await work()
            except Exception as error:
                if database_away(error):
                    log.warning("tick.database_away", job=name, kind=type(error).__name__)
                else:
                    log.exception("tick.failed", job=name)
            else:
                self._last_beat = time.monotonic()

        return tick

"""The worker's heart: every half second what is due, every few seconds what has run out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import Clock
from bot.metrics import Metrics
from bot.services.keeping import OutboxQueue
from bot.services.outbox import Courier
from bot.services.upkeep import Upkeep

log = structlog.get_logger(__name__)

OUTBOX_SECONDS = 0.5
UPKEEP_SECONDS = 2.0
FORGET_SECONDS = 3600.0
KEPT = timedelta(days=90)
HEARTBEAT = timedelta(seconds=30)


class Ticks:
    """Runs the outbox and the upkeep beside the web server, or alone."""

    def __init__(
        self,
        courier: Courier,
        upkeep: Upkeep,
        queue: OutboxQueue,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self._courier = courier
        self._upkeep = upkeep
        self._queue = queue
        self._clock = clock
        self._metrics = metrics
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._last_beat: datetime | None = None
        self._under_way: set[asyncio.Task[object]] = set()
        # A tick that finds the last one still at work is passed over: nothing to warn about.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)

    def start(self) -> None:
        """Begin to tick on the running event loop."""
        for name, work, seconds in (
            ("outbox", self._carry, OUTBOX_SECONDS),
            ("upkeep", self._see_to, UPKEEP_SECONDS),
            ("forget", self._forget, FORGET_SECONDS),
        ):
            tick = self._guarded(name, work)
            # apscheduler ships no types.
            self._scheduler.add_job(tick, "interval", seconds=seconds, id=name)  # pyright: ignore[reportUnknownMemberType]
        self._scheduler.start()

    async def stop(self) -> None:
        """Stop to tick and let the rows under way end."""
        if self._scheduler.running:
            self._scheduler.pause()
            await self._courier.drain()
            await asyncio.gather(*self._under_way, return_exceptions=True)
            self._scheduler.shutdown(wait=False)

    async def beats(self) -> bool:
        """Whether the ticks are alive: for readiness."""
        now = datetime.now(UTC)
        return self._last_beat is not None and now - self._last_beat < HEARTBEAT

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
            except Exception:
                log.exception("tick.failed", job=name)
            else:
                # The machine's own clock: the sandbox's may jump.
                self._last_beat = datetime.now(UTC)

        return tick

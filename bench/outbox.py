"""The worker: notices through the courier to the chat, rows claimed, and a long queue polled."""

from __future__ import annotations

import asyncio
import statistics
import time
from datetime import UTC, datetime, timedelta

from bench import data
from bench.harness import Bench, Figures, timed
from bot.domain.messages import Via
from storage.engine import Database
from storage.outbox_queue import SqlOutboxQueue

NOTICES, CLAIMED, BATCH, AHEAD, POLLS = 6_000, 5_000, 50, 100_000, 50
WARM = 500
LEASE = timedelta(minutes=2)


async def measure(bench: Bench) -> Figures:
    """On each database."""
    figures: Figures = {}
    for engine in bench.databases:
        url = bench.database(engine)
        async with data.migrated(url) as database:
            await data.fill(
                database,
                people=data.RECIPIENTS,
                sessions=data.SESSIONS,
                service_url=bench.neighbours.service_url,
            )
            await data.owe(database, NOTICES)
            await data.analyzed(database)
        figures |= await _carried(bench, engine, url)
        url = bench.database(engine)
        async with data.migrated(url) as database:
            figures |= await _queued(engine, database)
    return figures


async def _carried(bench: Bench, engine: str, url: str) -> Figures:
    """From a notice that arrives to the last: worded, sent, written down."""
    before = bench.neighbours.sent
    async with bench.serving(env=bench.environment(url, ROLE="worker")) as worker:
        await bench.neighbours.until_sent(before + WARM, 60)
        first, began, cpu = bench.neighbours.sent, time.perf_counter(), worker.cpu()
        memory = worker.memory_mb()
        await bench.neighbours.until_sent(before + NOTICES, 240)
        wall, count = time.perf_counter() - began, before + NOTICES - first
        used, grown = worker.cpu() - cpu, worker.memory_mb() - memory
    return {
        f"outbox.notices_per_second.{engine}": count / wall,
        f"outbox.notices_per_cpu_second.{engine}": count / used,
        f"outbox.notice_cpu_ms.{engine}": used * 1000 / count,
        f"outbox.grown_mb.{engine}": grown,
    }


async def _queued(engine: str, database: Database) -> Figures:
    queue = SqlOutboxQueue(database)

    async def claim() -> int:
        now = datetime.now(UTC)
        rows = await queue.claim(now, BATCH, now + LEASE, "bench", tuple(Via))
        await asyncio.gather(*(queue.sent(row.row_id, "bench", now, None) for row in rows))
        return len(rows)

    ahead = datetime.now(UTC) + timedelta(days=30)
    await data.owe(database, AHEAD, kind="reminder.seat", due_at=ahead)
    await data.analyzed(database)
    polls = await timed(claim, POLLS)
    await data.owe(database, CLAIMED, kind="reminder.lead")
    began, count = time.perf_counter(), 0
    while (claimed := await claim()) and count < CLAIMED:
        count += claimed
    return {
        f"outbox.poll_{AHEAD}_ahead_ms.{engine}": statistics.median(polls),
        f"outbox.claimed_per_second.{engine}": count / (time.perf_counter() - began),
    }

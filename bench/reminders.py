"""A hundred thousand reminders through one worker: its memory along the way, and how many a second.

Long; run it by name: `python -m bench reminders`. The neighbours take whatever comes.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from bench import data
from bench.harness import Bench, Figures

COUNT, PARTS, PATIENCE_SECONDS = 100_000, 10, 900.0


async def measure(bench: Bench) -> Figures:
    """On the database that a large programme would have."""
    engine = bench.databases[-1]
    url, soon = bench.database(engine), datetime.now(UTC) + timedelta(days=1)
    async with data.migrated(url) as database:
        await data.fill(
            database,
            people=data.RECIPIENTS,
            sessions=data.SESSIONS,
            service_url=bench.neighbours.service_url,
        )
        # A kind that every recipient is told at any hour.
        await data.owe(database, COUNT, expires_at=soon)
    before, memory = bench.neighbours.sent, list[float]()
    async with bench.serving(env=bench.environment(url, ROLE="worker")) as worker:
        await bench.neighbours.until_sent(before + 1, PATIENCE_SECONDS)
        began, cpu = time.perf_counter(), worker.cpu()
        for part in range(1, PARTS + 1):
            await bench.neighbours.until_sent(before + COUNT * part // PARTS, PATIENCE_SECONDS)
            memory.append(worker.memory_mb())
            print(f"    {part * 100 // PARTS:3} %: {memory[-1]:6.1f} MB", flush=True)
        wall, used = time.perf_counter() - began, worker.cpu() - cpu
    return {
        f"reminders.per_second.{engine}": COUNT / wall,
        f"reminders.per_cpu_second.{engine}": COUNT / used,
        f"reminders.memory_mb_after_a_tenth.{engine}": memory[0],
        f"reminders.memory_mb_at_the_end.{engine}": memory[-1],
    }

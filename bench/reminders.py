"""A hundred thousand reminders through one worker: its memory along the way, and how many a second.

Long; run it by name: `python -m bench reminders`. The neighbours take whatever comes.
"""

from __future__ import annotations

import time

from bench import data
from bench.harness import Bench, Figures

COUNT, AT_ONCE, PATIENCE_SECONDS = 100_000, 5_000, 600.0


async def measure(bench: Bench) -> Figures:
    """On the database that a large programme would have; five thousand fall due at a time."""
    engine = bench.databases[-1]
    url, memory = bench.database(engine), list[float]()
    async with data.migrated(url) as database:
        await data.fill(
            database,
            people=data.RECIPIENTS,
            sessions=data.SESSIONS,
            service_url=bench.neighbours.service_url,
        )
        sent, wall, used = bench.neighbours.sent, 0.0, 0.0
        async with bench.serving(env=bench.environment(url, ROLE="worker")) as worker:
            for done in range(0, COUNT, AT_ONCE):
                await data.owe(database, AT_ONCE, after=done)
                began, cpu = time.perf_counter(), worker.cpu()
                sent += AT_ONCE
                await bench.neighbours.until_sent(sent, PATIENCE_SECONDS)
                wall, used = wall + time.perf_counter() - began, used + worker.cpu() - cpu
                memory.append(worker.memory_mb())
                print(f"    {done + AT_ONCE:7,}: {memory[-1]:6.1f} MB", flush=True)
    return {
        f"reminders.per_second.{engine}": COUNT / wall,
        f"reminders.per_cpu_second.{engine}": COUNT / used,
        f"reminders.memory_mb_after_5000.{engine}": memory[0],
        f"reminders.memory_mb_after_100000.{engine}": memory[-1],
    }

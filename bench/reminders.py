"""A hundred thousand reminders due at once through one worker: how many a second, and its memory.

Long; run it by name: `python -m bench reminders`; `BENCH_REMINDERS` says how many are due. The
neighbours take whatever comes.
"""

from __future__ import annotations

import os
import time

from bench import data
from bench.harness import Bench, Figures

COUNT = int(os.environ.get("BENCH_REMINDERS", "100000"))
STEP, PATIENCE_SECONDS = 10_000, 600.0


async def measure(bench: Bench) -> Figures:
    """On each database."""
    figures: Figures = {}
    for engine in bench.databases:
        figures |= await _carried(bench, engine)
    return figures


async def _carried(bench: Bench, engine: str) -> Figures:
    """All of them owed before the worker starts, as after a night without it."""
    url, figures = bench.database(engine), dict[str, float]()
    async with data.migrated(url) as database:
        await data.fill(
            database,
            people=data.RECIPIENTS,
            sessions=data.SESSIONS,
            service_url=bench.neighbours.service_url,
        )
        await data.owe(database, COUNT)
        await data.analyzed(database)
    first = bench.neighbours.sent
    async with bench.serving(env=bench.environment(url, ROLE="worker")) as worker:
        await bench.neighbours.until_sent(first + 1, PATIENCE_SECONDS)
        began, cpu = time.perf_counter(), worker.cpu()
        name = f"reminders.{COUNT}_due"
        for done in range(STEP, COUNT + 1, STEP):
            await bench.neighbours.until_sent(first + done, PATIENCE_SECONDS)
            figures[f"{name}.memory_mb_after_{done}.{engine}"] = worker.memory_mb()
            print(f"    {engine} {done:7,}: {worker.memory_mb():6.1f} MB", flush=True)
        wall, used = time.perf_counter() - began, worker.cpu() - cpu
    return {
        f"{name}.per_second.{engine}": COUNT / wall,
        f"{name}.per_cpu_second.{engine}": COUNT / used,
        **figures,
    }

"""From `python -m bot run` to ready, by role, with Graph configured; memory then; import time."""

from __future__ import annotations

import asyncio
import sys
import time
from asyncio import create_subprocess_exec

from bench import data
from bench.harness import ROOT, Bench, Figures

IMPORTS = 3


async def measure(bench: Bench) -> Figures:
    """Each role on its own, on SQLite; the database is there and up to date."""
    figures: Figures = {}
    for role in ("all", "web", "worker"):
        url = bench.database("sqlite")
        async with data.migrated(url):
            pass
        neighbours = bench.neighbours.url
        graph = {"GRAPH_URL": f"{neighbours}/graph", "SERVICE_MAILBOX": "service@bench.example"}
        env = bench.environment(url, ROLE=role, **graph)
        async with bench.serving(("-m", "bot", "run"), env) as server:
            figures[f"start.{role}.ready_seconds"] = server.ready_seconds
            figures[f"start.{role}.cpu_seconds"] = server.cpu()
            figures[f"start.{role}.memory_mb"] = server.memory_mb()
    nothing = await _fastest("pass")
    figures["start.import_bot_app_seconds"] = await _fastest("import bot.app") - nothing
    return figures


async def _fastest(statement: str) -> float:
    """Seconds that Python takes for a statement, the best of a few."""
    taken: list[float] = []
    for _ in range(IMPORTS):
        began = time.perf_counter()
        process = await create_subprocess_exec(sys.executable, "-c", statement, cwd=ROOT)
        async with asyncio.timeout(60):
            await process.wait()
        taken.append(time.perf_counter() - began)
    return min(taken)

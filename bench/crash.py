"""The long form of the crash test, on both databases: kills, faults, and what was wrong (0).

A shorter one: `BENCH_KILLS=20 BENCH_FAULTS=200 python -m bench crash`.
"""

from __future__ import annotations

import asyncio
import os
import secrets

from bench.harness import Bench, Figures
from tests.crash.towns import Totals, Wanted, live

WANTED = Wanted(
    kills=int(os.environ.get("BENCH_KILLS", "1000")),
    faults=int(os.environ.get("BENCH_FAULTS", "10000")),
)


async def measure(_: Bench) -> Figures:
    """A failed town is printed with its seed; the figures say how many sentences were wrong."""
    seed = secrets.randbelow(10**6)
    figures: Figures = {"crash.seed": seed}
    for name in ("sqlite", "postgresql"):
        totals: Totals = await asyncio.to_thread(live, name, seed, WANTED, _say)
        figures[f"crash.{name}.kills"] = totals.kills
        figures[f"crash.{name}.faults"] = totals.faults.total()
        figures[f"crash.{name}.sessions"] = totals.sessions
        figures[f"crash.{name}.wrong"] = len(totals.wrong)
    return figures


def _say(line: str) -> None:
    print(line, flush=True)

"""The long form of the crash test, on both databases: kills, faults, and what was wrong (0)."""

from __future__ import annotations

import asyncio
import secrets

from bench.harness import Bench, Figures
from tests.crash.__main__ import Totals, Wanted, live

WANTED = Wanted(kills=1000, faults=10_000)


async def measure(_: Bench) -> Figures:
    """A failed town is printed with its seed; the figures say how many sentences were wrong."""
    seed = secrets.randbelow(10**6)
    figures: Figures = {"crash.seed": seed}
    for name in ("sqlite", "postgresql"):
        totals: Totals = await asyncio.to_thread(live, name, seed, WANTED)
        for told in totals.wrong:
            print(f"  WRONG  {told}", flush=True)
        figures[f"crash.{name}.kills"] = totals.kills
        figures[f"crash.{name}.faults"] = totals.faults.total()
        figures[f"crash.{name}.sessions"] = totals.sessions
        figures[f"crash.{name}.wrong"] = len(totals.wrong)
    return figures

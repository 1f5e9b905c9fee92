"""All benchmarks, or those that are named: `python -m bench turns start`."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from importlib import import_module
from pathlib import Path

from bench.harness import Figures, opened

MODULES = (
    "turns",
    "seats",
    "outbox",
    "reminders",
    "morning",
    "history",
    "pairing",
    "start",
    "size",
    "sources",
    "crash",
)
OUT = Path("var/bench.json")


async def _measure(names: list[str]) -> Figures:
    figures: Figures = {}
    async with opened() as bench:
        for name in names:
            module = import_module(f"bench.{name}")
            print(f"\n{name}: {str(module.__doc__).splitlines()[0]}")
            began = time.perf_counter()
            found: Figures = await module.measure(bench)
            for key, value in found.items():
                print(f"  {key:60} {_shown(value):>12}", flush=True)
            print(f"  ({time.perf_counter() - began:.0f} s)")
            figures |= found
    return figures


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or value >= 1000 else f"{value:,.2f}"


def main() -> None:
    """Measure, print, and write the figures; those of other modules are kept."""
    named = sys.argv[1:]
    measured = asyncio.run(_measure(named or list(MODULES)))
    figures: Figures = json.loads(OUT.read_text()) if OUT.exists() and named else {}
    figures |= {name: round(value, 3) for name, value in measured.items()}
    if any(name.startswith("turn.") for name in measured):
        figures |= _ratios(figures)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n")
    print(f"\nWritten to {OUT}.")


def _ratios(figures: Figures) -> Figures:
    """How many times the CPU of a turn of ours botbuilder's echo takes, and ours bare aiohttp's."""
    stock, bare = figures.get("echo.stock.cpu_ms"), figures.get("echo.bare.cpu_ms")
    found: Figures = {}
    print()
    for name, ours in sorted(figures.items()):
        subject, _, last = name.rpartition(".")
        if subject.startswith("turn.") and last == "cpu_ms" and stock and bare:
            found[f"{subject}.times_cheaper_than_stock_echo"] = round(stock / ours, 2)
            found[f"{subject}.times_bare_echo"] = round(ours / bare, 1)
            print(f"  {subject:28} {stock / ours:6.1f} x cheaper than botbuilder's echo,")
            print(f"  {'':28} {ours / bare:6.1f} x the cost of bare aiohttp's")
    return found


if __name__ == "__main__":
    main()

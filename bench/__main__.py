"""All benchmarks, or those that are named: `python -m bench turns start`."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from importlib import import_module
from pathlib import Path

from bench.harness import Figures, opened

MODULES = ("turns",)
OUT = Path("var/bench.json")


async def _measure(names: list[str]) -> Figures:
    figures: Figures = {}
    async with opened() as bench:
        for name in names:
            print(f"\n{name}: {import_module(f'bench.{name}').__doc__.splitlines()[0]}")
            began = time.perf_counter()
            found: Figures = await import_module(f"bench.{name}").measure(bench)
            for key, value in found.items():
                print(f"  {key:60} {_shown(value):>12}", flush=True)
            print(f"  ({time.perf_counter() - began:.0f} s)")
            figures |= found
    return figures


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or value >= 1000 else f"{value:,.2f}"


def main() -> None:
    """Measure, print, and write the figures; those of other modules are kept."""
    figures = asyncio.run(_measure(sys.argv[1:] or list(MODULES)))
    kept = json.loads(OUT.read_text()) if OUT.exists() and sys.argv[1:] else {}
    rounded = {name: round(value, 3) for name, value in figures.items()}
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps({**kept, **rounded}, indent=1, sort_keys=True) + "\n")
    print(f"\nWritten to {OUT}.")


if __name__ == "__main__":
    main()

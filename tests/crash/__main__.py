"""The long form of the crash test: `make crash`, or

    python -m tests.crash [--kills 1000] [--faults 10000] [--seed N] [--database sqlite postgresql]

Town after town, some side by side, each with the next seed, until so many kills and so many faults
were met; then what was met, and what was wrong. The seed of a town that failed is printed: it
alone can be lived again with `--towns 1 --seed N`.
"""

from __future__ import annotations

import argparse
import random
import sys
import time

from tests.crash.towns import LANES, Totals, Wanted, live


def _say(line: str) -> None:
    print(line, flush=True)


def _told(name: str, seed: int, totals: Totals, seconds: float) -> None:
    print(f"\n{name}, seed {seed}: {totals.line()}, {seconds:,.0f} s")
    print(f"  rows perhaps sent, and decided so: {totals.doubtful:,}")
    for kind, count in sorted(totals.faults.items()):
        print(f"  {kind:24} {count:6,}")
    for told in totals.wrong:
        print(f"  WRONG  {told}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--faults", type=int, default=10_000)
    parser.add_argument("--towns", type=int, help="so many, whatever they meet")
    parser.add_argument("--lanes", type=int, default=LANES, help="so many at the same time")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    both = ["sqlite", "postgresql"]
    parser.add_argument("--database", nargs="+", choices=both, default=both)
    asked = parser.parse_args()
    wrong = 0
    for name in asked.database:
        began = time.monotonic()
        wanted = Wanted(asked.kills, asked.faults, asked.towns)
        totals = live(name, asked.seed, wanted, _say, asked.lanes)
        _told(name, asked.seed, totals, time.monotonic() - began)
        wrong += len(totals.wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

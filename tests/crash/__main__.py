"""The long form of the crash test: `make crash`, or

    python -m tests.crash [--kills 1000] [--faults 10000] [--seed N] [--database sqlite postgresql]

One town after the other, each with the next seed, until so many kills and so many faults were met;
then what was met, and what was wrong. The seed of a town that failed is printed: it alone can be
lived again with `--towns 1 --seed N`.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests import postgres
from tests.crash.forks import Forks
from tests.crash.run import Outcome, Plan, run
from tests.crash.town import Impatient
from tests.integration.program.conftest import fill

BUSY = Plan(0, sessions=6, requests=3, people=8, calls_a_life=10.0, level=0.22, kills_at_calls=0.03)


@dataclass
class Totals:
    """What all towns of one database met together."""

    towns: int = 0
    kills: int = 0
    faults: Counter[str] = field(default_factory=Counter[str])
    calls: int = 0
    messages: int = 0
    sessions: int = 0
    doubtful: int = 0
    wrong: list[str] = field(default_factory=list[str])

    def add(self, one: Outcome) -> None:
        """One town more."""
        self.towns += 1
        self.kills += one.kills
        self.faults += one.faults
        self.calls += one.calls
        self.messages += one.messages
        self.sessions += one.sessions
        self.doubtful += one.doubtful
        self.wrong += [f"seed {one.seed}: {told}" for told in one.wrong]


@dataclass(frozen=True)
class Wanted:
    """When it is enough."""

    kills: int
    faults: int
    towns: int | None = None

    def met(self, totals: Totals) -> bool:
        if self.towns is not None:
            return totals.towns >= self.towns
        return totals.kills >= self.kills and totals.faults.total() >= self.faults


@contextmanager
def server(name: str) -> Generator[postgres.Admin | None]:
    """PostgreSQL for as long as the run takes; nothing for SQLite."""
    if name == "sqlite":
        yield None
        return
    cluster = postgres.Cluster()
    cluster.start()
    admin = postgres.Admin(cluster.url)
    try:
        yield admin
    finally:
        admin.close()
        cluster.stop()


def live(name: str, seed: int, wanted: Wanted) -> Totals:
    """Town after town on one database."""
    totals, forks = Totals(), Forks()
    try:
        with server(name) as admin:
            while not wanted.met(totals):
                totals.add(_town(forks, admin, seed + totals.towns))
                print(f"  {name}: {_line(totals)}", flush=True)
    finally:
        forks.close()
    return totals


def _town(forks: Forks, admin: postgres.Admin | None, seed: int) -> Outcome:
    folder = Path(tempfile.mkdtemp(prefix="ec-crash-"))
    made = admin.create() if admin else None
    url = made.url if made else f"sqlite+aiosqlite:///{folder / 'bot.db'}"
    try:
        asyncio.run(fill(url, folder))
        outcome = asyncio.run(run(forks, folder, url, BUSY.seeded(seed)))
    except Impatient as error:
        outcome = Outcome(seed, wrong=[str(error)])
    finally:
        if admin and made:
            admin.drop(made.name)
    if outcome.wrong:
        print(f"  kept: {folder}", file=sys.stderr)
    else:
        shutil.rmtree(folder)
    return outcome


def _line(totals: Totals) -> str:
    return (
        f"{totals.towns} towns, {totals.kills:,} kills, {totals.faults.total():,} faults,"
        f" {totals.calls:,} calls, {totals.sessions:,} sessions, {len(totals.wrong)} wrong"
    )


def _told(name: str, seed: int, totals: Totals, seconds: float) -> None:
    print(f"\n{name}, seed {seed}: {_line(totals)}, {seconds:,.0f} s")
    print(f"  rows perhaps sent, and decided so: {totals.doubtful:,}")
    for kind, count in sorted(totals.faults.items()):
        print(f"  {kind:20} {count:6,}")
    for told in totals.wrong:
        print(f"  WRONG  {told}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--faults", type=int, default=10_000)
    parser.add_argument("--towns", type=int, help="so many, whatever they meet")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    both = ["sqlite", "postgresql"]
    parser.add_argument("--database", nargs="+", choices=both, default=both)
    asked = parser.parse_args()
    wrong = 0
    for name in asked.database:
        began = time.monotonic()
        totals = live(name, asked.seed, Wanted(asked.kills, asked.faults, asked.towns))
        _told(name, asked.seed, totals, time.monotonic() - began)
        wrong += len(totals.wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

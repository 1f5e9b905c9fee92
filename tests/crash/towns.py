"""Many towns on one database, some of them side by side: a town waits more than it works.

Each lane is a process of its own with its own fork server, and lives one town after the other.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Generator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from sqlalchemy import make_url

from tests import postgres
from tests.crash.forks import Forks
from tests.crash.run import Outcome, Plan, run
from tests.crash.town import Impatient
from tests.integration.program.conftest import fill

BUSY = Plan(
    0, sessions=6, requests=3, candidates=2, people=8, calls_a_life=40.0, level=0.4,
    kills_at_calls=0.02, again=0.6,
)  # fmt: skip
# One process does on SQLite what four do on PostgreSQL: it is killed as often by living less.
PLANS = {"postgresql": BUSY, "sqlite": replace(BUSY, calls_a_life=16.0)}
LANES = 4


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

    def line(self) -> str:
        """In one line."""
        return (
            f"{self.towns} towns, {self.kills:,} kills, {self.faults.total():,} faults,"
            f" {self.calls:,} calls, {self.sessions:,} sessions, {len(self.wrong)} wrong"
        )


@dataclass(frozen=True)
class Wanted:
    """When it is enough."""

    kills: int
    faults: int
    towns: int | None = None

    def met(self, totals: Totals) -> bool:
        """Whether no other town is needed."""
        if self.towns is not None:
            return totals.towns >= self.towns
        return totals.kills >= self.kills and totals.faults.total() >= self.faults

    def begins(self, totals: Totals, under_way: int) -> bool:
        """Whether another town begins beside those that are under way."""
        if self.towns is not None:
            return totals.towns + under_way < self.towns
        return not self.met(totals)


class Ground:
    """Databases with the sandbox's people in their roles, made once and copied for each town."""

    def __init__(self, admin: postgres.Admin | None, folder: Path) -> None:
        self._admin = admin
        self._made = admin.create() if admin else None
        self._template = folder / "bot.db"
        url = self._made.url if self._made else f"sqlite+aiosqlite:///{self._template}"
        asyncio.run(fill(url, folder))

    def copy(self, folder: Path) -> str:
        """The address of one more."""
        if self._admin and self._made:
            url: str = self._admin.create(self._made.name).url
            return url
        shutil.copy(self._template, folder / "bot.db")
        return f"sqlite+aiosqlite:///{folder / 'bot.db'}"

    def drop(self, url: str) -> None:
        """It is not needed any more."""
        if self._admin:
            self._admin.drop(make_url(url).database or "")


@contextmanager
def ground(name: str) -> Generator[Ground]:
    """PostgreSQL for as long as the run takes; a file for SQLite."""
    cluster = postgres.Cluster() if name == "postgresql" else None
    folder = Path(tempfile.mkdtemp(prefix="ec-crash-"))
    admin = None
    try:
        if cluster:
            cluster.start()
            admin = postgres.Admin(cluster.url)
        yield Ground(admin, folder)
    finally:
        shutil.rmtree(folder)
        if admin:
            admin.close()
        if cluster:
            cluster.stop()


def live(
    name: str, seed: int, wanted: Wanted, say: Callable[[str], None], lanes: int = LANES
) -> Totals:
    """Town after town on one database, each with the next seed, several at the same time."""
    totals, begun = Totals(), 0
    spawn = multiprocessing.get_context("spawn")
    with ground(name) as copies, ProcessPoolExecutor(lanes, mp_context=spawn) as pool:
        under_way: dict[Future[Outcome], tuple[Path, str]] = {}
        while True:
            while len(under_way) < lanes and wanted.begins(totals, len(under_way)):
                folder = Path(tempfile.mkdtemp(prefix="ec-crash-"))
                url = copies.copy(folder)
                plan = PLANS[name].seeded(seed + begun)
                under_way[pool.submit(_town, plan, folder, url)] = folder, url
                begun += 1
            if not under_way:
                return totals
            for ended in wait(under_way, return_when=FIRST_COMPLETED).done:
                folder, url = under_way.pop(ended)
                outcome = ended.result()
                totals.add(outcome)
                copies.drop(url)
                say(f"  {name}: {totals.line()}")
                for told in outcome.wrong:
                    say(f"    seed {outcome.seed}, kept in {folder}: {told}")
                if not outcome.wrong:
                    shutil.rmtree(folder, ignore_errors=True)


@cache
def _forks() -> Forks:
    """One in each lane; it ends with its lane, which holds the other end of its pipe."""
    return Forks()


def _town(plan: Plan, folder: Path, url: str) -> Outcome:
    try:
        return asyncio.run(run(_forks(), folder, url, plan))
    except Impatient as error:
        return Outcome(plan.seed, wrong=[str(error)])

"""One run: a town of its own, its story with everything that goes wrong, the verdict."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote

from bot.core import new_id
from bot.domain.rules import Rules
from bot.services.desk import Desk
from storage.engine import make_engine
from storage.unit_of_work import SqlUnitsOfWork
from tests.crash.chaos import Chaos
from tests.crash.cuts import cut
from tests.crash.forks import Forks
from tests.crash.replicas import Balancer, Replicas
from tests.crash.story import Story
from tests.crash.town import Town, doomed
from tests.crash.verdict import judge
from tests.integration.program.stage import staged

CAPACITY = 3


@dataclass(frozen=True)
class Plan:
    """How much goes wrong, and how much there is to go wrong."""

    seed: int
    sessions: int = 3
    requests: int = 1
    candidates: int = 1
    people: int = 5
    days: bool = True
    calls_a_life: float = 12.0  # and turns, on average
    level: float = 0.25
    again: float = 0.3  # of the activities, that come two or three times
    cuts: bool = True
    kills_at_calls: float = 0.02
    plant: str | None = None

    def seeded(self, seed: int) -> Plan:
        """The same, with other luck."""
        return replace(self, seed=seed)

    def planted(self, bug: str) -> Plan:
        """The same, with a bug of `plants.PARTS` in the program."""
        return replace(self, plant=bug)


@dataclass
class Outcome:
    """What a run went through, and what was wrong in the end."""

    seed: int
    kills: int = 0
    faults: Counter[str] = field(default_factory=Counter[str])
    calls: int = 0
    messages: int = 0
    sessions: int = 0
    doubtful: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list[str])


@asynccontextmanager
async def opened(forks: Forks, folder: Path, url: str, plan: Plan) -> AsyncGenerator[Town]:
    """A town on a database that is migrated and has its roles and roster."""
    rng = random.Random(plan.seed)
    chaos = Chaos(rng)
    outer = chaos.before("teams", "/connector/"), chaos.before("graph", "/v1.0/")
    settings = {"BOT_DATABASE_URL": url, "BOT_CAPACITY": str(CAPACITY), "BOT_LEASE_SECONDS": "2"}
    roles = ["all"] if url.startswith("sqlite") else ["web", "web", "worker", "worker"]
    async with staged(folder, outer=outer, **settings) as stage:
        replicas = Replicas(forks, stage.environment, folder, roles, plan.plant)
        chaos.replicas = replicas
        balancer = Balancer(replicas, rng)
        database = make_engine(url)
        desk = Desk(SqlUnitsOfWork(database), stage.clock, Rules(capacity=CAPACITY), new_id)
        await balancer.open(stage.bot_port)
        town = Town(stage, desk, database, replicas, balancer, chaos)
        try:
            async with town.pace.watched():
                yield town
        finally:
            replicas.end()
            await balancer.close()
            await database.dispose()
            await asyncio.sleep(0)  # connections of the dead are closed in the next round


async def run(forks: Forks, folder: Path, url: str, plan: Plan) -> Outcome:
    """Live the story, wait until all is quiet, and judge."""
    began = time.monotonic()
    async with opened(forks, folder, url, plan) as town:
        chaos = town.chaos
        story = Story(
            town,
            sessions=plan.sessions,
            requests=plan.requests,
            candidates=plan.candidates,
            people=plan.people,
            days=plan.days,
        )
        town.replicas.start_all()
        await story.begin()
        chaos.level, chaos.kills, town.balancer.chaos = plan.level, plan.kills_at_calls, plan.again
        async with AsyncExitStack() as trouble:
            replicas = town.replicas
            await trouble.enter_async_context(doomed(replicas, chaos.rng, plan.calls_a_life))
            if plan.cuts:
                await trouble.enter_async_context(cut(url, replicas, chaos.rng, chaos.faults))
            await story.live()
        chaos.level = chaos.kills = town.balancer.chaos = 0.0
        if town.replicas.ended_alone:
            town.broken.append(f"{town.replicas.ended_alone} processes ended by themselves")
        await town.balancer.quiet()
        await town.settled()
        wrong = await judge(town)
        if wrong:
            await _keep(town, folder)
        faults = chaos.faults + Counter({"activity again": town.balancer.faults})
        return Outcome(
            seed=plan.seed,
            kills=town.replicas.kills,
            faults=faults,
            calls=len(chaos.calls),
            messages=sum(call.method == "POST" and call.done for call in chaos.calls),
            sessions=plan.sessions + plan.requests,
            doubtful=sum(row.last_error == "perhaps_sent" for row in await town.outbox()),
            seconds=time.monotonic() - began,
            wrong=wrong,
        )


async def _keep(town: Town, folder: Path) -> None:
    """Beside the logs, for whoever looks for the cause: what was called, and what is owed."""
    lives = ("pid", "slot", "began", "died")
    calls = [
        {**asdict(replace(call, life=None)), "path": unquote(call.path)}
        | {f"life_{name}": getattr(call.life, name, None) for name in lives}
        for call in town.chaos.calls
    ]
    rows = [asdict(row) for row in await town.outbox()]
    for name, found in (("calls", calls), ("rows", rows)):
        with (folder / f"{name}.jsonl").open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(one, default=str) + "\n" for one in found)

"""Two web processes behind a balancer and workers that come and go, on PostgreSQL."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from sandbox.teams.ids import chat_id
from tests import postgres
from tests.integration.program.balancer import Balancer, balancing
from tests.integration.program.conftest import fill
from tests.integration.program.deeds import LEADS, MANAGER, Wish, request, staffed
from tests.integration.program.machinery import Program, free_ports
from tests.integration.program.stage import Stage, staged, who, words

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.postgres]

LEASE = "2"
WEBS = 2


@pytest.fixture(scope="module")
def database(postgres_admin: postgres.Admin):
    made = postgres_admin.create()
    yield made.url
    postgres_admin.drop(made.name)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    folder = tmp_path_factory.mktemp("replicas")
    await asyncio.to_thread(asyncio.run, fill(database, folder))
    async with staged(folder, BOT_DATABASE_URL=database, BOT_LEASE_SECONDS=LEASE) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def processes(stage: Stage) -> list[Program]:
    """All that begin together: the last of them are workers."""
    names = [("web", f"web-{number}") for number in range(WEBS)]
    return await launch(stage, *names, *(("worker", f"worker-{number}") for number in range(2)))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def balancer(stage: Stage, processes: list[Program]) -> AsyncIterator[Balancer]:
    """Two web processes."""
    async with balancing(stage.session, stage.bot_port) as made:
        made.behind += processes[:WEBS]
        stage.program = made.behind[0]
        yield made


@pytest.fixture(scope="module")
def workers(processes: list[Program]) -> list[Program]:
    """Those that are at work, oldest first."""
    return processes[WEBS:]


async def launch(stage: Stage, *wanted: tuple[str, str]) -> list[Program]:
    """Start processes side by side, each with its role and its name."""
    every = [stage.launch(free_ports(1)[0], name, BOT_ROLE=role) for role, name in wanted]
    await asyncio.gather(*map(stage.ready, every))
    return every


async def ask(database: str, query: str, *values: Any) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(database.replace("+asyncpg", ""))
    try:
        return await connection.fetch(query, *values)
    finally:
        await connection.close()


def twice(stage: Stage, *keys: str) -> dict[str, int]:
    """What these people were told more than once."""
    told = Counter((key, each.words) for key in keys for each in stage.said_to(key))
    return {f"{key}: {said[:60]}": count for (key, said), count in told.items() if count > 1}


async def test_together_they_do_the_whole_job_once(
    stage: Stage, balancer: Balancer, workers: list[Program], database: str
) -> None:
    reference = await staffed(stage, Wish(team="Two of each"))
    await stage.sees(MANAGER, words("request.status.scheduled"))
    (event,) = stage.events()
    assert event.invited == {who(key).mail for key in LEADS}
    assert reference in stage.last(MANAGER).words
    assert {program.url for program in balancer.behind} == set(balancer.answered)
    assert twice(stage, *LEADS) == {}
    await stage.until(lambda: settled(database), "something is still under way")
    assert await asyncio.to_thread(workers.pop().stop) == 0


async def test_a_worker_killed_in_the_middle_of_a_card_is_followed_by_another(
    stage: Stage, balancer: Balancer, workers: list[Program], database: str
) -> None:
    """Its rows are taken after the lease; those that it had not begun, and the one it had."""
    await stage.install("union-quebec")
    chat = chat_id(who("union-quebec"))
    stage.teams_valve.hold("POST", chat)
    asking = Wish(team="Killed in the middle", counterpart="union-quebec")
    reference = await request(stage, asking)
    await stage.until(lambda: stage.teams_valve.held, "no card goes out")
    await asyncio.to_thread(workers.pop().kill)
    await stage.until(stage.teams_valve.deserted, "the dead still hold the line")
    stage.teams_valve.open()
    assert await leased(database) > 0
    (heir,) = await launch(stage, ("worker", "heir"))
    workers.append(heir)
    await stage.sees("union-quebec", reference)
    await stage.until(lambda: settled(database), "something is still leased")
    assert [reference in each.words for each in stage.said_to("union-quebec")].count(True) == 1
    assert "outbox.stale_row_settled" in heir.events()


async def test_a_worker_that_is_asked_to_end_ends_its_card_and_leaves_the_rest(
    stage: Stage, balancer: Balancer, workers: list[Program], database: str
) -> None:
    (ending,) = workers
    before = ending.events().count("outbox.stale_row_settled")
    await stage.install("union-halifax", "manager-montreal")
    chat = chat_id(who("union-halifax"))
    stage.teams_valve.hold("POST", chat)
    first = Wish(team="Asked to end", counterpart="union-halifax")
    reference = await request(stage, first)
    await stage.until(lambda: stage.teams_valve.held, "no card goes out")
    stopping = asyncio.create_task(asyncio.to_thread(ending.stop))
    stage.teams_valve.open()
    assert await stopping == 0
    await stage.sees("union-halifax", reference)
    assert await leased(database) == 0  # given back at once, not left to a lease
    assert ending.events().count("outbox.stale_row_settled") == before


async def test_web_processes_are_replaced_one_by_one_while_people_write(
    stage: Stage, balancer: Balancer
) -> None:
    key = "manager-montreal"
    before = len(stage.said_to(key))
    asked = 0

    async def ask_for_help() -> None:
        nonlocal asked
        asked += 1
        await stage.page(key, "messages", {"text": "aide"})
        await stage.until(lambda: len(stage.said_to(key)) >= before + asked, "no answer")

    await ask_for_help()
    olds = list(balancer.behind)
    nexts = await launch(stage, *(("web", f"next-{number}") for number in range(len(olds))))
    for old, new in zip(olds, nexts, strict=True):
        balancer.behind.append(new)
        balancer.behind.remove(old)
        ending = asyncio.create_task(asyncio.to_thread(old.stop))
        await ask_for_help()
        assert await ending == 0
        await ask_for_help()
    said = [each.words for each in stage.said_to(key)[before:]]
    assert len(said) == asked
    assert all(words("help.title", "fr") in each for each in said)


async def leased(database: str) -> int:
    return len(await ask(database, "SELECT 1 FROM outbox WHERE lease_token IS NOT NULL"))


async def settled(database: str) -> bool:
    return await leased(database) == 0

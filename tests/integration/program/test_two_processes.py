"""Web and worker apart, on PostgreSQL: together they do the job, also after it was away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from tests import postgres
from tests.integration.program.conftest import fill
from tests.integration.program.deeds import LEADS, MANAGER, Wish, request, staffed
from tests.integration.program.machinery import free_ports
from tests.integration.program.stage import Stage, staged, who, words
from tests.integration.program.wire import Wire

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.postgres]


@pytest.fixture(scope="module")
def database(postgres_admin: postgres.Admin):
    """A PostgreSQL database for the tests of this module."""
    made = postgres_admin.create()
    yield made.url
    postgres_admin.drop(made.name)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def wire(database: str) -> AsyncIterator[Wire]:
    wire = Wire(database, free_ports(1)[0])
    await wire.join()
    yield wire
    await wire.cut()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(
    database: str, wire: Wire, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    """Two processes: `program` answers Teams, the last of `runners` does the rest."""
    folder = tmp_path_factory.mktemp("two")
    await asyncio.to_thread(asyncio.run, fill(database, folder))
    async with staged(folder, BOT_DATABASE_URL=wire.url) as made:
        made.program = made.launch(made.bot_port, "web", BOT_ROLE="web")
        worker = made.launch(free_ports(1)[0], "worker", BOT_ROLE="worker")
        await made.ready(made.program)
        await made.ready(worker)
        yield made


async def test_together_they_do_the_whole_job(stage: Stage) -> None:
    reference = await staffed(stage, Wish(team="Two processes"))
    await stage.sees(MANAGER, words("request.status.scheduled"))
    (event,) = stage.events()
    assert event.invited == {who(key).mail for key in LEADS}
    assert reference in stage.last(MANAGER).words


async def test_only_the_web_answers_teams(stage: Stage) -> None:
    worker = stage.runners[-1]
    async with stage.session.post(f"{worker.url}/api/messages", json={}) as answer:
        assert answer.status == 404
    async with stage.session.get(f"{worker.url}/health/ready") as answer:
        checks = (await answer.json())["checks"]
    assert checks == {"database": "ok", "scheduler": "ok"}


async def test_the_database_away_for_a_while(stage: Stage, wire: Wire) -> None:
    """
    without it: typed words    ▸ “I cannot reach my records”, once, in each language
                a click        ▸ the same, and the card stays
                readiness      ▸ 503, of both processes
    with it:    the words      ▸ sent again by Teams, and answered
                the click      ▸ does what it should; cards and mail go out
    """
    await stage.install("manager-montreal", "union-halifax")
    english, french = len(stage.said_to(MANAGER)), len(stage.said_to("manager-montreal"))
    await stage.until(lambda: quiet(stage), "something is still being said")
    await wire.cut()
    for _ in range(2):
        await stage.page(MANAGER, "messages", {"text": "my requests"})
    await stage.page("manager-montreal", "messages", {"text": "aide"})
    await stage.sees(MANAGER, words("error.away"), after=english)
    await stage.sees("manager-montreal", words("error.away", "fr"), after=french)
    card = stage.said_to("union-halifax")[-1]
    answer = await stage.invoke("union-halifax", card.id, "session.list", {})
    assert (answer["statusCode"], answer["value"]) == (200, words("error.away"))
    for program in stage.runners:
        async with stage.session.get(f"{program.url}/health/ready") as ready:
            assert (ready.status, (await ready.json())["checks"]["database"]) == (503, "failing")

    await wire.join()
    await stage.sees("manager-montreal", words("help.title", "fr"), after=french + 1)
    listed = words("request.list.title")
    await stage.until(lambda: told(stage, listed, english) == 2, "the words are not answered")
    assert told(stage, words("error.away"), english) == 1
    answer = await stage.invoke("union-halifax", card.id, "session.list", {})
    assert answer["type"] == "application/vnd.microsoft.card.adaptive"
    for program in stage.runners:
        await stage.ready(program)
    reference = await request(stage, Wish(team="After the database", counterpart="union-halifax"))
    await stage.sees("union-halifax", reference)


def told(stage: Stage, said: str, after: int) -> int:
    """How often the manager was told this."""
    return len([each for each in stage.said_to(MANAGER)[after:] if said in each.words])


async def quiet(stage: Stage) -> bool:
    """Whether the outbox has nothing under way and nothing due."""
    try:
        figures = await stage.figures(stage.runners[-1])
    except aiohttp.ClientError:
        return False
    at_work = [figures[f'bot_outbox_rows{{state="{state}"}}'] for state in ("leased", "sending")]
    return figures["bot_outbox_oldest_due_seconds"] == 0 and not any(at_work)

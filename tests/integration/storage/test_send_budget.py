"""One budget of sends for all processes: each `Database` here is a process of its own."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import text

from bot.domain.errors import Throttled
from bot.teams.limits import HALF_HOURLY, PER_CONVERSATION, SendLimits
from storage.engine import Database, make_engine
from storage.send_budget import AHEAD_SECONDS, CLEAN_EVERY, SqlSendBudget

pytestmark = pytest.mark.postgres

NOW = "extract(epoch FROM clock_timestamp())::float8"
A_SECOND = 200
Join = Callable[..., SqlSendBudget]


@pytest.fixture
async def database(postgres_ready: str) -> AsyncIterator[Database]:
    made = make_engine(postgres_ready)
    yield made
    await made.dispose()


@pytest.fixture
async def join(postgres_ready: str) -> AsyncIterator[Join]:
    """Another process."""
    joined: list[Database] = []

    def another(ahead: float = AHEAD_SECONDS) -> SqlSendBudget:
        joined.append(make_engine(postgres_ready))
        return SqlSendBudget(
            joined[-1],
            a_second=A_SECOND,
            windows=PER_CONVERSATION[:-1],
            half_hourly=HALF_HOURLY,
            ahead=ahead,
        )

    yield another
    for one in joined:
        await one.dispose()


async def say(database: Database, sql: str) -> float:
    """One statement; what it gives."""
    async with database.connect() as connection:
        found = (await connection.execute(text(sql))).scalar_one()
        await connection.commit()
    return float(found)


async def sent_before(database: Database, instants: str, *, count: int = 1) -> None:
    """What conversation `a` was sent: SQL for its instants, the newest first."""
    await say(
        database,
        "INSERT INTO send_threads (conversation_id, sent, half_hour, count, used_at)"
        f" VALUES ('a', {instants}, floor({NOW} / 1800)::int, {count}, {NOW}) RETURNING 1",
    )


async def test_three_processes_together_send_no_more_than_one(database: Database, join: Join):
    began = await say(database, f"SELECT {NOW}")

    async def process(name: str) -> None:
        limits = SendLimits(a_second=1000, budget=join())
        sends = (
            limits.acquire(f"{name}{number}", 30, bulk=bool(number % 2)) for number in range(40)
        )
        await asyncio.gather(*sends)

    await asyncio.gather(*(process(name) for name in "abc"))
    assert await say(database, f"SELECT {NOW}") - began >= 119 / A_SECOND - AHEAD_SECONDS
    next_at = await say(database, "SELECT next_at FROM send_budget")
    assert next_at - began >= 120 / A_SECOND - 1e-3  # each had a place of its own


async def test_a_reply_goes_before_what_can_wait(database: Database, join: Join):
    await say(database, f"INSERT INTO send_budget VALUES ('teams', {NOW} + 20) RETURNING 1")
    budget = join(ahead=30)
    bulk = await budget.reserve("a", bulk=True)
    assert (bulk.granted, bulk.counted, bulk.own) == (False, False, False)
    assert 0 < bulk.wait <= 20
    reply = await budget.reserve("a", bulk=False)
    assert reply.granted
    assert reply.wait <= 20


async def test_a_conversations_windows_hold_over_all_processes(join: Join):
    one, other = join(), join()
    granted = [(await each.reserve("a", bulk=False)).granted for each in (one, other) * 3]
    assert granted == [True] * 6
    assert (await one.reserve("a", bulk=False)).granted
    last = await other.reserve("a", bulk=False)
    assert (last.granted, last.own) == (False, True)
    assert 0 < last.wait <= 1.1
    assert (await other.reserve("b", bulk=False)).granted


@pytest.mark.parametrize(
    ("instants", "wait"),
    [
        (f"array_fill({NOW} + 5, ARRAY[7])", 6.1),
        (f"array_fill({NOW} - 1.2, ARRAY[7])", None),
        (f"array_fill({NOW} + 5, ARRAY[8])", 7.1),
        (f"array_fill({NOW} - 10, ARRAY[60])", 20.1),
        (f"array_fill({NOW} - 31, ARRAY[60])", None),
        (f"array_fill({NOW} + 3600, ARRAY[60])", None),  # the server's clock was put back
    ],
    ids=["7 in 1 s", "over", "8 in 2 s", "60 in 30 s", "over", "impossible"],
)
async def test_each_window(database: Database, join: Join, instants: str, wait: float | None):
    await sent_before(database, instants)
    got = await join().reserve("a", bulk=False)
    assert (got.granted, got.own) == (wait is None, wait is not None)
    if wait is not None:
        assert wait - 0.9 <= got.wait <= wait


async def test_half_an_hour_holds_so_many(database: Database, join: Join):
    await sent_before(database, f"ARRAY[{NOW} - 60]", count=HALF_HOURLY - 1)
    budget = join()
    assert (await budget.reserve("a", bulk=True)).granted
    got = await budget.reserve("a", bulk=True)
    assert (got.granted, got.own) == (False, True)
    assert got.wait <= 1800


async def test_a_server_whose_clock_was_put_back_makes_nobody_wait(database: Database, join: Join):
    await say(database, f"INSERT INTO send_budget VALUES ('teams', {NOW} + 3600) RETURNING 1")
    budget = join()
    assert (await budget.reserve("a", bulk=True)).granted
    assert await say(database, f"SELECT next_at - {NOW} FROM send_budget") < 1


async def test_who_would_wait_too_long_is_told(database: Database, join: Join):
    await sent_before(database, f"array_fill({NOW}, ARRAY[60])")
    limits = SendLimits(budget=join())
    with pytest.raises(Throttled) as caught:
        await limits.acquire("a", 5)
    assert caught.value.retry_after is not None
    assert 20 < caught.value.retry_after.total_seconds() <= 30.1


async def test_quiet_conversations_are_forgotten(database: Database, join: Join):
    await sent_before(database, f"ARRAY[{NOW} - 9000]")
    await say(database, "UPDATE send_threads SET used_at = used_at - 9000 RETURNING 1")
    budget = join()
    for _ in range(CLEAN_EVERY - 1):
        await budget.reserve(None, bulk=True)
    assert await say(database, "SELECT count(*) FROM send_threads") == 1
    await budget.reserve(None, bulk=True)
    assert await say(database, "SELECT count(*) FROM send_threads") == 0


async def test_none_of_it_is_logged(database: Database):
    """A commit then waits for no disk; after a crash of the server the limits begin anew."""
    tables = "relname IN ('send_budget', 'send_threads', 'mailbox_places')"
    query = f"SELECT count(*) FROM pg_class WHERE relpersistence = 'u' AND {tables}"
    assert await say(database, query) == 3

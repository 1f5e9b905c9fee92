"""How transactions use the drivers: what runs where, in how many round trips, and what is lost."""

import asyncio
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import Executable, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.domain.errors import Conflict
from storage import tables
from storage.engine import make_engine, reading, writing
from storage.entity import update_of
from storage.faults import database_away
from storage.migrate import upgrade
from storage.repositories.people import PERSON
from storage.statements import Step
from tests.integration.storage.samples import a_person


def counting(to: int) -> Executable:
    """A query that is as long as one likes."""
    return text(
        f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {to})"
        " SELECT count(*) AS found FROM n"
    ).columns()


LONG, SHORT = counting(1_000_000), counting(100)


def adding(key: str) -> Step:
    return Step(insert(tables.people), PERSON.values(a_person(key)))


def naming(key: str, name: str, *, was: str | None = None) -> Step:
    found = {"was_person_id": key, "was_name": was, "to_name": name}
    return Step(update_of(PERSON, ("name",)), found, 1, "people")


async def names(engine) -> list[str]:
    async with reading(engine) as transaction:
        return (await transaction.execute(select(tables.people.c.name))).scalars()


@pytest.fixture
async def sqlite(sqlite_ready):
    engine = make_engine(sqlite_ready)
    yield engine
    await engine.dispose()


@pytest.fixture
async def postgres(postgres_ready):
    engine = make_engine(postgres_ready)
    yield engine
    await engine.dispose()


@pytest.fixture
def other_process(sqlite_ready):
    with closing(sqlite3.connect(sqlite_ready.partition("///")[2], isolation_level=None)) as other:
        yield other


async def test_a_long_query_does_not_hold_up_the_loop(sqlite):
    async with reading(sqlite) as transaction:
        asked = asyncio.create_task(transaction.execute(LONG))
        turns = 0
        while not asked.done():
            await asyncio.sleep(0)
            turns += 1
        assert asked.result().scalar_one() == 1_000_000
    assert turns > 100
    assert await names(sqlite) == []


async def test_a_long_query_within_a_change_breaks_nothing_off(sqlite):
    async with writing(sqlite) as transaction:
        await transaction.run([adding("person-1")])
        assert (await transaction.execute(LONG)).scalar_one() == 1_000_000
        await transaction.commit([naming("person-1", "Manager, Halifax", was=a_person("x").name)])
    assert await names(sqlite) == ["Manager, Halifax"]


async def test_many_quick_queries_are_not_taken_for_a_long_one(sqlite):
    async with reading(sqlite) as transaction:
        for _ in range(200):
            asked = transaction.execute(SHORT)
            with pytest.raises(StopIteration):  # it never waited: nothing went to a thread
                asked.send(None)


@pytest.mark.parametrize("first", ["read", "write", "commit"])
async def test_another_process_is_waited_for_aside(sqlite, other_process, first):
    other_process.execute("BEGIN IMMEDIATE")

    async def change():
        async with writing(sqlite) as transaction:
            if first == "read":
                await transaction.execute(select(tables.people.c.name))
            if first == "write":
                await transaction.run([adding("person-2")])
            await transaction.commit([adding("person-1")])

    waiting = asyncio.create_task(change())
    for _ in range(100):
        await asyncio.sleep(0)
    assert not waiting.done()
    other_process.execute("COMMIT")
    await waiting
    assert len(await names(sqlite)) == (2 if first == "write" else 1)


async def test_a_writer_that_stays_locked_out_is_away_and_not_a_bug(sqlite, other_process):
    other_process.execute("BEGIN IMMEDIATE")
    sqlite.home.busy_seconds = 0.05
    async with writing(sqlite) as transaction:
        with pytest.raises(DBAPIError, match="database is locked") as caught:
            await transaction.commit([adding("person-1")])
    assert database_away(caught.value)
    other_process.execute("ROLLBACK")


async def test_a_change_whose_task_is_cancelled_leaves_the_next_one_alone(sqlite, other_process):
    other_process.execute("BEGIN IMMEDIATE")

    async def change():
        async with writing(sqlite) as transaction:
            await transaction.commit([adding("person-1")])

    waiting = asyncio.create_task(change())
    for _ in range(100):
        await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    other_process.execute("ROLLBACK")
    async with writing(sqlite) as transaction:
        await transaction.commit([adding("person-2")])
    assert set(await names(sqlite)) == {a_person("x").name}


async def test_a_step_that_touches_nothing_undoes_all_of_them(engine):
    async with writing(engine) as transaction:
        with pytest.raises(Conflict, match="people"):
            await transaction.commit([adding("person-1"), naming("person-2", "Nobody")])
    assert await names(engine) == []


async def test_what_an_error_left_is_undone(engine):
    async with writing(engine) as transaction:
        await transaction.run([adding("person-1")])
        with pytest.raises(IntegrityError):
            await transaction.run([adding("person-1")])
    assert await names(engine) == []


async def test_many_rows_go_in_at_once(engine):
    rows = [PERSON.values(a_person(f"person-{n}")) for n in range(50)]
    async with writing(engine) as transaction:
        await transaction.commit([Step(insert(tables.people), rows)])
    assert len(await names(engine)) == 50


async def test_more_transactions_than_connections_wait_for_one_another(engine):
    async def read() -> int:
        async with reading(engine) as transaction:
            await asyncio.sleep(0)
            return (await transaction.execute(select(tables.people.c.name))).rowcount

    assert await asyncio.gather(*(read() for _ in range(60))) == [0] * 60


async def test_postgresql_is_asked_no_more_than_there_is_to_say(postgres):
    said = []
    postgres.home.on_statement = lambda statement, _: said.append(statement.split()[0])
    async with reading(postgres) as transaction:
        await transaction.execute(select(tables.people.c.name))
    async with writing(postgres) as transaction:
        await transaction.commit([adding("person-1")])
    async with writing(postgres) as transaction:
        await transaction.execute(select(tables.people.c.name))
        await transaction.commit([adding("person-2")])
    async with writing(postgres) as transaction:
        await transaction.commit()
    assert said == ["SELECT", "INSERT", "BEGIN", "SELECT", "INSERT", "COMMIT"]


@pytest.fixture
async def alone(postgres_url):
    """A database that nobody else is connected to."""
    await upgrade(postgres_url)
    engine = make_engine(postgres_url)
    yield engine
    await engine.dispose()


async def _cut(url: str) -> None:
    """End all other connections of the database."""
    other = make_engine(url)
    async with reading(other) as transaction:
        await transaction.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    await other.dispose()


async def test_a_change_whose_connection_is_cut_is_not_made_and_the_next_one_is(
    alone, postgres_url
):
    async with writing(alone) as transaction:
        await transaction.run([adding("person-1")])
        await _cut(postgres_url)
        with pytest.raises(DBAPIError) as caught:
            await transaction.commit([adding("person-2")])
    assert database_away(caught.value)
    assert await names(alone) == []
    async with writing(alone) as transaction:
        await transaction.commit([adding("person-1")])
    assert len(await names(alone)) == 1


async def test_a_writer_finds_another_connection_where_its_own_was_cut_before(alone, postgres_url):
    await names(alone)
    await _cut(postgres_url)
    async with writing(alone) as transaction:
        await transaction.run([adding("person-1")])
        await transaction.commit([adding("person-2")])
    assert len(await names(alone)) == 2


async def test_a_cancelled_task_s_connection_is_not_used_again(postgres):
    async with reading(postgres) as transaction:
        link = transaction.link

    async def wait_for_ever():
        async with writing(postgres) as transaction:
            assert transaction.link is link
            await transaction.execute(text("SELECT pg_sleep(60)"))

    waiting = asyncio.create_task(wait_for_ever())
    for _ in range(100):
        await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    async with reading(postgres) as transaction:
        assert transaction.link is not link

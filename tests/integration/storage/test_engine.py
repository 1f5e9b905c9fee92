"""How the two databases are set, and what the tables refuse by themselves."""

import asyncio
import traceback
from datetime import datetime

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from bot.domain.errors import Conflict
from storage import tables
from storage.engine import WRITES, make_engine, reading, writing
from storage.types import NaiveInstantError
from tests.integration.storage.samples import (
    a_facilitator,
    a_grant,
    a_person,
    a_request,
    a_row,
    a_seat,
    a_session,
    an_assignment,
)


async def test_sqlite_loses_nothing_and_waits_its_turn(sqlite_url):
    engine = make_engine(sqlite_url)
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
    async with engine.connect() as connection:
        found = {
            name: (await connection.execute(text(f"PRAGMA {name}"))).scalar_one() for name in wanted
        }
    await engine.dispose()
    assert found == wanted


async def test_the_folder_of_a_sqlite_file_is_made(tmp_path):
    engine = make_engine(f"sqlite+aiosqlite:///{tmp_path}/not/yet/bot.db")
    async with engine.connect():
        assert (tmp_path / "not" / "yet" / "bot.db").exists()
    await engine.dispose()


async def test_a_writing_transaction_locks_sqlite_from_its_first_statement(sqlite_ready):
    mine, other = make_engine(sqlite_ready), make_engine(sqlite_ready)
    async with other.connect() as impatient:
        await impatient.execute(text("PRAGMA busy_timeout = 0"))
        await impatient.rollback()
        rival = await impatient.execution_options(**{WRITES: True})
        async with writing(mine) as transaction:
            await transaction.execute(select(tables.people.c.person_id))
            with pytest.raises(DBAPIError, match="database is locked"):
                await rival.begin()
        await rival.begin()
        await rival.rollback()
    await mine.dispose()
    await other.dispose()


async def test_postgresql_gives_up_rather_than_hang(postgres_ready):
    engine = make_engine(postgres_ready)
    wanted = {
        "statement_timeout": "30s",
        "lock_timeout": "10s",
        "idle_in_transaction_session_timeout": "1min",
        "transaction_isolation": "read committed",
    }
    async with engine.connect() as connection:
        found = {
            name: (await connection.execute(text(f"SHOW {name}"))).scalar_one() for name in wanted
        }
    await engine.dispose()
    assert found == wanted


async def test_postgresql_comes_back_after_its_connections_were_cut(postgres_url):
    engine = make_engine(postgres_url)
    async with reading(engine) as connection:
        await connection.execute(text("SELECT 1"))
    other = make_engine(postgres_url)
    async with other.connect() as connection:
        await connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    await other.dispose()
    async with reading(engine) as connection:
        assert (await connection.execute(text("SELECT 1"))).scalar_one() == 1
    await engine.dispose()


async def test_a_naive_instant_is_refused(engine):
    naive = datetime(2027, 1, 4, 9)  # noqa: DTZ001  (the point of it)
    async with engine.connect() as connection:
        for query in (
            select(tables.people).where(tables.people.c.welcomed_at == naive),
            select(tables.requests).where(tables.requests.c.preferred_at == (naive,)),
        ):
            with pytest.raises(StatementError) as caught:
                await connection.execute(query)
            assert isinstance(caught.value.orig, NaiveInstantError)


WORDS = [
    (tables.grants, a_grant(), "role"),
    (tables.grants, a_grant(), "side"),
    (tables.facilitators, a_facilitator(), "side"),
    (tables.requests, a_request(), "status"),
    (tables.requests, a_request(), "side"),
    (tables.requests, a_request(), "visibility"),
    (tables.sessions, a_session(), "status"),
    (tables.sessions, a_session(), "visibility"),
    (tables.seats, a_seat(), "status"),
    (tables.assignments, an_assignment(), "status"),
    (tables.assignments, an_assignment(), "side"),
    (tables.outbox, a_row(), "state"),
    (tables.outbox, a_row(), "via"),
]


@pytest.mark.parametrize(
    ("table", "thing", "column"), WORDS, ids=[f"{t.name}.{column}" for t, _, column in WORDS]
)
async def test_the_database_knows_the_words_too(engine, table, thing, column):
    async with writing(engine) as connection:
        if table in (tables.seats, tables.assignments):
            await connection.execute(insert(tables.sessions).values(vars(a_session())))
        await connection.execute(insert(table).values(vars(thing)))
        with pytest.raises(IntegrityError, match=rf"ck_{table.name}_{column}"):
            await connection.execute(text(f"UPDATE {table.name} SET {column} = 'unheard of'"))


async def test_a_lease_has_a_holder_and_an_end(engine):
    async with writing(engine) as connection:
        await connection.execute(insert(tables.outbox).values(vars(a_row())))
        with pytest.raises(IntegrityError, match="ck_outbox_lease"):
            await connection.execute(text("UPDATE outbox SET state = 'leased'"))


async def test_many_write_at_once_without_being_turned_away(engine):
    async def write(n):
        async with writing(engine) as connection:
            await connection.execute(insert(tables.people).values(vars(a_person(f"person-{n}"))))
            await connection.commit()

    await asyncio.gather(*(write(n) for n in range(100)))
    async with reading(engine) as connection:
        assert len((await connection.execute(select(tables.people.c.person_id))).all()) == 100


async def test_a_transaction_inside_another_one_is_a_bug_that_is_told_at_once(sqlite_ready):
    engine = make_engine(sqlite_ready)
    async with writing(engine):
        with pytest.raises(RuntimeError, match="inside another"):
            async with writing(engine):
                pass
    async with writing(engine):
        pass
    await engine.dispose()


async def test_an_error_tells_no_values(engine):
    names = "Manager, Halifax"
    async with writing(engine) as connection:
        with pytest.raises(DBAPIError) as caught:
            await connection.execute(text("SELECT 1 FROM nowhere WHERE name = :n"), {"n": names})
    assert names not in str(caught.value)


async def test_a_conflict_tells_no_values(uow):
    async with uow() as unit:
        await unit.requests.add(a_request(participants=0, team="Manager, Halifax"))
        with pytest.raises(Conflict) as caught:
            await unit.commit()
    told = "".join(traceback.format_exception(caught.value))
    assert "ck_requests_participants" in told
    assert "Halifax" not in told


async def test_a_fault_that_is_no_rivals_is_not_a_conflict(uow, engine):
    async with writing(engine) as connection:
        await connection.execute(text("ALTER TABLE drafts RENAME TO elsewhere"))
        await connection.commit()
    try:
        async with uow(reading=True) as unit:
            with pytest.raises(DBAPIError, match="drafts"):
                await unit.drafts.of("person-1")
    finally:
        async with writing(engine) as connection:
            await connection.execute(text("ALTER TABLE elsewhere RENAME TO drafts"))
            await connection.commit()

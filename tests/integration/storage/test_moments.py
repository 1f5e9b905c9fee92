"""Readings that share a moment: nothing is asked twice, and nothing written is missed."""

import asyncio
from dataclasses import replace

import pytest

from storage.engine import Database, make_engine
from storage.unit_of_work import SqlUnitsOfWork
from tests.integration.storage.samples import a_person, a_seat, a_session

LONG = 3600.0


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def database(request: pytest.FixtureRequest):
    name = "sqlite_ready" if request.param == "sqlite" else "postgres_ready"
    engine = make_engine(request.getfixturevalue(name))
    async with SqlUnitsOfWork(engine)() as uow:
        await uow.people.add(a_person())
        await uow.sessions.add(a_session())
        await uow.seats.add(a_seat())
        await uow.commit()
    yield engine
    await engine.dispose()


async def asked(database: Database, units: SqlUnitsOfWork, times: int = 3) -> int:
    """How many statements it takes to look at the same things so many times at once."""
    said: list[str] = []

    async def look() -> None:
        async with units(reading=True) as uow:
            assert await uow.people.get("person-1") is not None
            assert [s.person_id for s in await uow.seats.of_session("session-1")] == ["person-1"]

    database.home.on_statement = lambda sql, _: said.append(sql)
    await asyncio.gather(*(look() for _ in range(times)))
    database.home.on_statement = None
    return len([sql for sql in said if sql.lstrip().upper().startswith("SELECT")])


async def test_each_question_is_put_once(database: Database):
    units = SqlUnitsOfWork(database)
    assert await asked(database, units) == 6
    with units.one_moment(LONG):
        assert await asked(database, units) == 2
    assert await asked(database, units) == 6


async def test_a_moment_passes(database: Database):
    units = SqlUnitsOfWork(database)
    with units.one_moment(0.0):
        assert await asked(database, units, 1) == 2
        assert await asked(database, units, 1) == 2


async def test_what_one_of_them_writes_is_seen_by_all(database: Database):
    units = SqlUnitsOfWork(database)

    async def name() -> str | None:
        async with units(reading=True) as uow:
            person = await uow.people.get("person-1")
        assert person is not None
        return person.name

    async def rename() -> None:
        async with units() as uow:
            person = await uow.people.get("person-1")
            assert person is not None
            person.name = "Another"
            await uow.commit()

    with units.one_moment(LONG):
        before = await asyncio.create_task(name())
        await asyncio.create_task(rename())
        after = await asyncio.create_task(name())
    assert (before, after) == (a_person().name, "Another")


async def test_a_question_that_fails_is_put_anew_by_whoever_waits(database: Database):
    units = SqlUnitsOfWork(database)

    async def look() -> str | None:
        async with units(reading=True) as uow:
            person = await uow.people.get("person-1")
        return person and person.name

    with units.one_moment(LONG):
        first, second = asyncio.create_task(look()), asyncio.create_task(look())
        await asyncio.sleep(0)
        first.cancel()
        assert await second == a_person().name
        await asyncio.gather(first, return_exceptions=True)


async def test_nothing_is_written_in_a_moment(database: Database):
    units = SqlUnitsOfWork(database)
    with units.one_moment(LONG):
        async with units(reading=True) as uow:
            with pytest.raises(RuntimeError):
                await uow.people.add(replace(a_person(), person_id="another"))

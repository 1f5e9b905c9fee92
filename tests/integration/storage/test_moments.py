"""Readings that share a moment: nothing is asked twice, and nothing written is missed."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.people import Side
from bot.domain.seats import SeatStatus
from storage.engine import Database, make_engine
from storage.unit_of_work import SqlUnitsOfWork
from tests.integration.storage.samples import a_grant, a_person, a_seat, a_session, an_assignment

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


PEOPLE = [f"someone-{number}" for number in range(6)]
SESSIONS = ["session-a", "session-b"]
LIKELY = [(SESSIONS[number % 2], person) for number, person in enumerate(PEOPLE)]


@pytest.fixture
async def crowd(database: Database) -> SqlUnitsOfWork:
    """Two sessions, whose seats some have; the last person and what they ask about are unknown."""
    units = SqlUnitsOfWork(database)
    async with units() as uow:
        for number, session_id in enumerate(SESSIONS):
            await uow.sessions.add(
                a_session(session_id=session_id, code=f"K7M-2Q{number}", transaction_id=session_id)
            )
        for number, (session_id, person_id) in enumerate(LIKELY[:-1]):
            await uow.people.add(a_person(person_id))
            await uow.grants.add(a_grant(person_id, region="quebec"))
            status = (SeatStatus.WAITLISTED, SeatStatus.CONFIRMED)[number % 4 > 1]
            seat = a_seat(session_id=session_id, person_id=person_id, ticket=9 - number)
            await uow.seats.add(replace(seat, status=status))
        for number, side in enumerate(Side):
            await uow.assignments.add(
                an_assignment(f"lead-{number}", session_id="session-b", side=side)
            )
        await uow.commit()
    return units


async def looked(units: SqlUnitsOfWork, session_id: str, person_id: str) -> list[object]:
    """What a reminder asks."""
    async with units(reading=True) as uow:
        return [
            await uow.sessions.get(session_id),
            await uow.seats.get(session_id, person_id),
            await uow.people.known(person_id),
            await uow.grants.of(person_id),
            await uow.seats.taken_of({session_id}),
            await uow.seats.own({session_id}, person_id),
            await uow.assignments.of_sessions({session_id}),
            await uow.assignments.of_session(session_id),
            await uow.people.get(person_id),
        ]


async def test_what_many_ask_is_asked_together_and_answered_as_alone(
    database: Database, crowd: SqlUnitsOfWork
):
    alone = [await looked(crowd, *each) for each in LIKELY]
    said: list[str] = []
    database.home.on_statement = lambda sql, _: said.append(sql)
    with crowd.one_moment(LONG, LIKELY):
        together = await asyncio.gather(
            *(asyncio.create_task(looked(crowd, *each)) for each in LIKELY)
        )
    database.home.on_statement = None
    assert together == alone
    selects = [sql for sql in said if sql.lstrip().upper().startswith("SELECT")]
    assert len(selects) == len(set(selects)) == 7


async def test_what_was_not_foreseen_is_asked_alone(crowd: SqlUnitsOfWork):
    async def ask() -> list[object]:
        async with crowd(reading=True) as uow:
            return [
                await uow.people.get("person-1"),
                await uow.seats.get("session-1", "person-1"),
                await uow.seats.get(*LIKELY[1][:1], PEOPLE[0]),
                [s.person_id for s in await uow.seats.taken_of({"session-1"})],
            ]

    alone = await ask()
    with crowd.one_moment(LONG, LIKELY):
        assert await asyncio.create_task(ask()) == alone
    assert alone == [a_person(), a_seat(), None, ["person-1"]]

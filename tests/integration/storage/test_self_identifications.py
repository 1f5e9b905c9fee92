"""Self-identifications and their readings, whatever keeps them."""

from sqlalchemy import inspect, text

from storage.tables import self_identifications
from tests.integration.storage.candidates import (
    a_reading,
    a_self_identification,
    an_application,
)
from tests.integration.storage.samples import DAY, HOUR, NOW


async def give(store, *things):
    async with store.units() as uow:
        for thing in things:
            await uow.self_identifications.add(thing)
        await uow.commit()


async def test_what_is_given_comes_back_sealed(store):
    await store.add(*(an_application(f"application-{n}") for n in (1, 2, 3)))
    second, first = a_self_identification("application-2"), a_self_identification("application-1")
    await give(store, second, first)
    async with store.units(reading=True) as uow:
        given = uow.self_identifications
        assert await given.get("application-1") == first
        assert await given.get("application-3") is None
        assert await given.all() == [first, second]
        assert await given.many(["application-2", "application-3"]) == {"application-2": second}
        assert await given.many([]) == {}


async def test_it_is_sealed_with_a_new_key(store):
    await store.add(an_application())
    await give(store, a_self_identification())
    async with store.units() as uow:
        for each in await uow.self_identifications.all():
            each.sealed = "sealed anew"
        await uow.commit()
    async with store.units(reading=True) as uow:
        kept = await uow.self_identifications.get("application-1")
    assert kept == a_self_identification(sealed="sealed anew")


async def test_it_is_erased_alone_and_its_readings_stay(store):
    await store.add(*(an_application(f"application-{n}") for n in (1, 2)))
    await give(store, a_self_identification(), a_self_identification("application-2"))
    async with store.units() as uow:
        await uow.self_identifications.get("application-1")
        await uow.self_identifications.read(a_reading())
        assert await uow.self_identifications.remove("application-1")
        assert await uow.self_identifications.get("application-1") is None
        assert not await uow.self_identifications.remove("application-1")
        await uow.commit()
    async with store.units(reading=True) as uow:
        given = uow.self_identifications
        assert await given.all() == [a_self_identification("application-2")]
        assert await given.readings("application-1") == [a_reading()]
        assert await uow.applications.get("application-1") == an_application()


async def test_it_may_be_given_again_after_it_was_erased(store):
    await store.add(an_application())
    await give(store, a_self_identification())
    again = a_self_identification(sealed="again", given_at=NOW + DAY)
    async with store.units() as uow:
        await uow.self_identifications.get("application-1")
        await uow.self_identifications.remove("application-1")
        await uow.self_identifications.add(again)
        await uow.commit()
    async with store.units(reading=True) as uow:
        assert await uow.self_identifications.get("application-1") == again


async def test_readings_are_told_oldest_first(store):
    await store.add(*(an_application(f"application-{n}") for n in (1, 2)))
    late, early = a_reading("reading-1", at=NOW + HOUR), a_reading("reading-2")
    other = a_reading("reading-3", application_id="application-2", reader_id="other")
    async with store.units() as uow:
        for reading in (late, early, other):
            await uow.self_identifications.read(reading)
        await uow.commit()
    async with store.units(reading=True) as uow:
        assert await uow.self_identifications.readings("application-1") == [early, late]
        assert await uow.self_identifications.readings("application-2") == [other]


async def test_nothing_else_is_kept_beside_what_is_sealed(engine):
    def columns(connection):
        found = inspect(connection).get_columns(self_identifications.name)
        return {column["name"] for column in found}

    async with engine.connect() as connection:
        assert await connection.run_sync(columns) == {"application_id", "sealed", "given_at"}
        query = text("SELECT count(*) FROM self_identifications")
        assert (await connection.execute(query)).scalar_one() == 0

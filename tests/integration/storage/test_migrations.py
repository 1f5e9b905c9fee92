"""The migrations make what the tables say, on both databases, once or twice or two at a time."""

import asyncio
import re
import shutil
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import bindparam, text

from bot.domain.outlook import WrittenEvent
from bot.domain.people import Side
from bot.domain.roster import Facilitator, Standing
from storage import migrate
from storage.engine import make_engine
from storage.tables import metadata
from storage.types import Instant
from storage.unit_of_work import SqlUnitsOfWork

STRUCTURE = {
    "sqlite": """
        SELECT type, name, sql FROM sqlite_master
        WHERE name NOT LIKE 'sqlite_%' AND name <> 'alembic_version'
        AND type <> 'trigger'  -- these only a migration makes
    """,
    "postgresql": """
        SELECT 'column', table_name || '.' || column_name,
            concat_ws(' ', data_type, is_nullable, column_default)
        FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name <> 'alembic_version'
        UNION ALL
        SELECT 'index', indexname, indexdef FROM pg_indexes
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
        UNION ALL
        SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
        FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
        AND conrelid::regclass::text <> 'alembic_version'
    """,
}


async def structure(url: str) -> dict[tuple[str, str], str]:
    """All that the database says of its tables, white space apart."""
    engine = make_engine(url)
    async with engine.connect() as connection:
        rows = (await connection.execute(text(STRUCTURE[connection.dialect.name]))).all()
    await engine.dispose()
    return {(kind, name): _pieces(sql) for kind, name, sql in rows}


def _pieces(sql: str) -> str:
    """Columns and constraints in any order: a table is created the same either way."""
    # SQLite quotes the name of a table that a migration has copied.
    return " ".join(sorted(re.sub(r'[\s,"]+', " ", sql).split()))


async def test_migrations_make_what_the_tables_say(database_url):
    await migrate.upgrade(database_url)
    migrated = await structure(database_url)
    engine = make_engine(database_url)
    async with engine.begin() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(
                MigrationContext.configure(sync, opts={"compare_type": True}), metadata
            )
        )
        await connection.execute(text("DROP TABLE alembic_version"))
        await connection.run_sync(metadata.drop_all)
        await connection.run_sync(metadata.create_all)
    await engine.dispose()
    assert differences == []
    assert migrated == await structure(database_url)


async def test_a_second_migration_changes_nothing(database_url):
    assert await migrate.current(database_url) is None
    await migrate.upgrade(database_url)
    once = await structure(database_url)
    await migrate.upgrade(database_url)
    assert await structure(database_url) == once
    assert await migrate.current(database_url) == migrate.head()


async def test_two_replicas_that_start_together_both_find_the_tables(database_url):
    await asyncio.gather(migrate.upgrade(database_url), migrate.upgrade(database_url))
    assert await migrate.current(database_url) == migrate.head()


async def test_a_migration_that_fails_leaves_nothing_behind(database_url):
    engine = make_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE seats (n INTEGER)"))  # in the migration's way
    await engine.dispose()
    with pytest.raises(Exception, match="seats"):
        await migrate.upgrade(database_url)
    assert {name for kind, name in await structure(database_url) if kind == "table"} <= {"seats"}
    assert await migrate.current(database_url) is None


async def test_a_migration_written_from_the_tables_makes_them(database_url, tmp_path, capsys):
    home = shutil.copytree(migrate.HOME, tmp_path / "migrations")
    for written in (home / "versions").glob("*.py"):
        written.unlink()
    await migrate.write_revision("First tables", home)
    await migrate.write_revision("Nothing new", home)
    names = sorted(path.name for path in (home / "versions").glob("*.py"))
    assert names == ["0001_first_tables.py", "0002_nothing_new.py"]
    await migrate.upgrade(database_url, home)
    anew = await structure(database_url)
    engine = make_engine(database_url)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.drop_all)
        await connection.execute(text("DROP TABLE alembic_version"))
    await engine.dispose()
    await migrate.upgrade(database_url)
    assert anew == await structure(database_url)


ROSTER = """
    INSERT INTO facilitators (
        person_id, side, languages, region, topics, organization, team, active
    ) VALUES
        ('leads', 'union', '["en", "fr"]', 'quebec', '["harassment"]', 'department', 'west', {yes}),
        ('rests', 'employer', '["fr"]', 'atlantic', '[]', 'agency', NULL, {no})
"""


async def rows(url: str, query: str) -> list[tuple[object, ...]]:
    engine = make_engine(url)
    async with engine.connect() as connection:
        found = [tuple(row) for row in (await connection.execute(text(query))).all()]
    await engine.dispose()
    return found


async def test_a_roster_of_the_first_release_keeps_who_is_active(database_url):
    await migrate.upgrade(database_url)
    await migrate.downgrade(database_url, "0001")
    words = {"yes": "TRUE", "no": "FALSE"}
    engine = make_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(text(ROSTER.format(**words)))
    before = await rows(database_url, "SELECT * FROM facilitators ORDER BY person_id")
    await migrate.upgrade(database_url)
    async with SqlUnitsOfWork(engine)(reading=True) as uow:
        roster = await uow.facilitators.many(["leads", "rests"])
    assert roster == {
        "leads": Facilitator(
            "leads",
            Side.UNION,
            ("en", "fr"),
            "quebec",
            ("harassment",),
            "department",
            team="west",
            standing=Standing.ACTIVE,
        ),
        "rests": Facilitator(
            "rests",
            Side.EMPLOYER,
            ("fr",),
            "atlantic",
            (),
            "agency",
            standing=Standing.PAUSED,
        ),
    }
    await migrate.downgrade(database_url, "0001")
    after = await rows(database_url, "SELECT * FROM facilitators ORDER BY person_id")
    await engine.dispose()
    assert after == before


BOOKED = """
    INSERT INTO sessions (
        session_id, code, offering, starts_at, ends_at, zone, language, region, organization,
        visibility, capacity, transaction_id, created_at, status, version, booking_asked,
        event_id, cancel_reason
    ) VALUES
        ('s-1', 'a', 'o', :at, :ends, 'z', 'en', 'r', 'x', 'open', 9, 't-1', :at, 'booked', 1,
            TRUE, 'event-1', ''),
        ('s-2', 'b', 'o', :at, :ends, 'z', 'en', 'r', 'x', 'open', 9, 't-2', :at, 'cancelled', 1,
            TRUE, 'event-2', ''),
        ('s-3', 'c', 'o', :at, :ends, 'z', 'en', 'r', 'x', 'open', 9, 't-3', :at, 'planned', 1,
            FALSE, NULL, '')
"""


async def test_what_is_booked_already_is_known_from_then_on(database_url):
    await migrate.upgrade(database_url)
    await migrate.downgrade(database_url, "0002")
    at, ends = datetime(2027, 2, 1, 14, tzinfo=UTC), datetime(2027, 2, 1, 17, tzinfo=UTC)
    engine = make_engine(database_url)
    async with engine.begin() as connection:
        instants = [bindparam(name, type_=Instant()) for name in ("at", "ends")]
        await connection.execute(text(BOOKED).bindparams(*instants), {"at": at, "ends": ends})
    await migrate.upgrade(database_url)
    async with SqlUnitsOfWork(engine)(reading=True) as uow:
        known = await uow.outlook.written("event-1")
        assert await uow.outlook.known(["event-1", "event-2"]) == {"event-1"}
    await engine.dispose()
    assert known == WrittenEvent("event-1", "session:s-1", (), (), (), ends, ends)


async def test_taken_back_a_database_is_as_the_first_release_made_it(database_url, tmp_path):
    home = shutil.copytree(migrate.HOME, tmp_path / "migrations")
    for later in sorted((home / "versions").glob("*.py"))[1:]:
        later.unlink()
    await migrate.upgrade(database_url, home)
    first = await structure(database_url)
    await migrate.upgrade(database_url)
    await migrate.downgrade(database_url, "0001")
    assert await structure(database_url) == first
    assert await migrate.current(database_url) == "0001"


async def test_a_database_of_a_newer_program_is_left_alone(database_url):
    await migrate.upgrade(database_url)
    engine = make_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await engine.dispose()
    with pytest.raises(migrate.NewerDatabase, match="9999"):
        await migrate.upgrade(database_url)
    assert await migrate.current(database_url) == "9999"

"""Two releases side by side: what the one before does is still possible on today's structure.

`releases/<revision>.<database>.sql` are the statements that a release ran through its own tests,
one a line, as its driver got them.
"""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Connection, MetaData, Table, inspect, text

from bot.core import NotMigrated, require_migrated
from bot.settings import Settings
from storage import migrate
from storage.engine import Database, make_engine

RELEASES = Path(__file__).parent / "releases"
WORDS = re.compile(r"'([^']*)'")


def revisions() -> list[str]:
    """Those that came before today's."""
    names = sorted(path.name[:4] for path in (migrate.HOME / "versions").glob("[0-9]*.py"))
    return names[:-1]


async def structure(url: str, folder: Path, last: str) -> MetaData:
    """The tables as a release's migrations made them."""
    home = shutil.copytree(migrate.HOME, folder / last)
    for later in (home / "versions").glob("[0-9]*.py"):
        if later.name[:4] > last:
            later.unlink()
    await migrate.upgrade(url, home)
    return await reflected(url)


async def reflected(url: str) -> MetaData:
    engine, found = make_engine(url), MetaData()
    async with engine.connect() as connection:
        await connection.run_sync(found.reflect)
        await connection.run_sync(_checks, found)
    await engine.dispose()
    return found


def _checks(connection: Connection, found: MetaData) -> None:
    for table in found.tables.values():
        table.info["checks"] = {
            str(each["name"]): str(each["sqltext"])
            for each in inspect(connection).get_check_constraints(table.name)
        }


def in_the_way(before: Table, after: Table | None) -> list[str]:
    """What a program that knows the table as it was could not do to it as it is."""
    if after is None:
        return [f"{before.name} is gone"]
    found = [_changed(column, after) for column in before.columns]
    found += [
        f"{after.name}.{column.name} must be given"
        for column in after.columns
        if column.name not in before.columns and not (column.nullable or column.server_default)
    ]
    if [key.name for key in before.primary_key] != [key.name for key in after.primary_key]:
        found.append(f"{before.name} has another key")
    for name, words in before.info["checks"].items():
        now = after.info["checks"].get(name, "")
        if now and not set(WORDS.findall(words)) <= set(WORDS.findall(now)):
            found.append(f"{name} refuses words that were good")
    return [line for line in found if line]


def _changed(column: Column[Any], after: Table) -> str:
    now, name = after.columns.get(column.name), f"{column.table.name}.{column.name}"
    if now is None:
        return f"{name} is gone"
    if str(now.type) != str(column.type):
        return f"{name} is another type"
    stricter = column.nullable and not now.nullable and now.server_default is None
    return f"{name} may no longer be empty" if stricter else ""


@pytest.mark.parametrize("revision", revisions())
async def test_a_release_before_finds_its_tables_as_it_needs_them(
    database_url: str, sqlite_url: str, tmp_path: Path, revision: str
):
    before = await structure(database_url, tmp_path, revision)
    await migrate.upgrade(database_url)
    after = await reflected(database_url)
    found = [
        line
        for name, table in before.tables.items()
        for line in in_the_way(table, after.tables.get(name))
    ]
    assert (found == []) is (revision >= await oldest(database_url)), found


async def oldest(url: str) -> str:
    """Down to which revision a database says that it serves."""
    engine = make_engine(url)
    async with engine.connect() as connection:
        found = (await connection.execute(text("SELECT oldest FROM compatibility"))).scalar_one()
    await engine.dispose()
    return str(found)


@pytest.mark.parametrize("revision", sorted({path.name[:4] for path in RELEASES.iterdir()}))
async def test_a_release_befores_statements_are_still_understood(engine: Database, revision: str):
    dialect = engine.dialect.name
    statements = (RELEASES / f"{revision}.{dialect}.sql").read_text("utf-8").splitlines()
    assert len(statements) > 100
    async with engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        understood = _understood_by_sqlite if dialect == "sqlite" else _understood_by_postgresql
        refused = [f"{why}: {sql}" for sql in statements if (why := await understood(driver, sql))]
    assert refused == []


async def _understood_by_postgresql(driver: Any, sql: str) -> str:
    try:
        await driver.prepare(sql)
    except Exception as error:  # noqa: BLE001  # told with its statement
        return str(error)
    return ""


async def _understood_by_sqlite(driver: Any, sql: str) -> str:
    try:
        await driver.execute(f"EXPLAIN {sql}", [None] * sql.count("?"))
    except Exception as error:  # noqa: BLE001  # as above
        return str(error)
    return ""


def _table(*columns: str, checks: str = "") -> Callable[[], Table]:
    """A table of a database of its own: `name type [NOT NULL] [DEFAULT …]`."""

    def made() -> Table:
        import sqlalchemy  # noqa: PLC0415  # for this alone

        engine, found = sqlalchemy.create_engine("sqlite://"), MetaData()
        with engine.connect() as connection:
            connection.execute(
                text(f"CREATE TABLE t ({', '.join((*columns, *([checks] if checks else [])))})")
            )
            found.reflect(connection)
            _checks(connection, found)
        engine.dispose()
        return found.tables["t"]

    return made


KEY, NAME = "id TEXT PRIMARY KEY", "name TEXT"


@pytest.mark.parametrize(
    ("columns", "checks", "told"),
    [
        ((KEY,), "", ["t.name is gone"]),
        ((KEY, "name INTEGER"), "", ["t.name is another type"]),
        ((KEY, "name TEXT NOT NULL"), "", ["t.name may no longer be empty"]),
        ((KEY, NAME, "more TEXT NOT NULL"), "", ["t.more must be given"]),
        ((KEY, NAME, "more TEXT NOT NULL DEFAULT 'x'"), "", []),
        ((KEY, NAME, "more TEXT"), "", []),
        (("id TEXT", "name TEXT", "PRIMARY KEY (id, name)"), "", ["t has another key"]),
        ((KEY, NAME), "CONSTRAINT c CHECK (name IN ('a'))", ["c refuses words that were good"]),
        ((KEY, NAME), "CONSTRAINT c CHECK (name IN ('a', 'b', 'z'))", []),
    ],
)
def test_what_stands_in_the_way_is_seen(columns: tuple[str, ...], checks: str, told: list[str]):
    usual = "CONSTRAINT c CHECK (name IN ('a', 'b'))"
    before = _table(KEY, NAME, checks=usual)()
    assert in_the_way(before, _table(*columns, checks=checks)()) == told


# --------------------------------------------------------- the column that two releases share

OLD_INSERT = """
    INSERT INTO facilitators
        (person_id, side, languages, region, topics, organization, team, active)
    VALUES (:person, 'union', '[]', 'quebec', '[]', 'department', NULL, {active})
"""
OLD_READ = "SELECT active FROM facilitators WHERE person_id = :person"
NEW_READ = "SELECT standing FROM facilitators WHERE person_id = :person"


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("done", "active", "standing"),
    [
        ([OLD_INSERT.format(active="TRUE")], True, "active"),
        ([OLD_INSERT.format(active="FALSE")], False, "paused"),
        ([OLD_INSERT.format(active="TRUE"), "standing = 'paused'"], False, "paused"),
        ([OLD_INSERT.format(active="TRUE"), "standing = 'retired'"], False, "retired"),
        ([OLD_INSERT.format(active="TRUE"), "active = FALSE"], False, "paused"),
        ([OLD_INSERT.format(active="FALSE"), "active = TRUE"], True, "active"),
        ([OLD_INSERT.format(active="FALSE"), "wish = 'more'"], False, "paused"),
        (
            [OLD_INSERT.format(active="TRUE"), "standing = 'retired'", "team = 'west'"],
            False,
            "retired",
        ),
    ],
)
async def test_who_leads_is_the_same_for_both_releases(
    postgres_ready: str, done: list[str], active: bool, standing: str
):
    engine, person = make_engine(postgres_ready), {"person": "p"}
    async with engine.begin() as connection:
        insert, *changes = done
        await connection.execute(text(insert), person)
        for change in changes:
            update = f"UPDATE facilitators SET {change} WHERE person_id = :person"
            await connection.execute(text(update), person)
        assert (await connection.execute(text(OLD_READ), person)).scalar_one() is active
        assert (await connection.execute(text(NEW_READ), person)).scalar_one() == standing
    await engine.dispose()


# ------------------------------------------------------------------------ who may start where


@pytest.mark.parametrize(
    ("oldest", "starts"), [("0001", True), (None, True), ("9998", False), ("", False)]
)
async def test_on_a_newer_structure_a_program_starts_where_that_one_says_it_may(
    database_url: str, bare_settings: Callable[[str], Settings], oldest: str | None, starts: bool
):
    await migrate.upgrade(database_url)
    settings = bare_settings(database_url)
    await require_migrated(settings)
    engine = make_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        await connection.execute(text("DELETE FROM compatibility"))
        if oldest != "":
            await connection.execute(
                text("INSERT INTO compatibility VALUES (:oldest)"),
                {"oldest": oldest or migrate.head()},
            )
    await engine.dispose()
    if starts:
        await require_migrated(settings)
    else:
        with pytest.raises(migrate.NewerDatabase, match="9999"):
            await require_migrated(settings)
    with pytest.raises(migrate.NewerDatabase):
        await migrate.upgrade(database_url)


async def test_on_an_older_structure_no_program_starts(
    database_url: str, bare_settings: Callable[[str], Settings]
):
    await migrate.upgrade(database_url)
    await migrate.downgrade(database_url, "0003")
    with pytest.raises(NotMigrated):
        await require_migrated(bare_settings(database_url))


@pytest.fixture
def bare_settings(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Settings]:
    """Settings of a database, and else as they come."""

    def of(url: str) -> Settings:
        monkeypatch.setenv("BOT_DATABASE_URL", url)
        return Settings.load()

    return of

"""Fixtures: databases with the program's tables in them, made once and copied for each test."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest

from storage.engine import Database, make_engine
from storage.migrate import upgrade
from storage.tables import metadata
from storage.unit_of_work import SqlUnitsOfWork
from tests import postgres


def _migrate(url: str) -> None:
    """On a loop of its own, away from the tests'."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, upgrade(url)).result()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.db"
    _migrate(f"sqlite+aiosqlite:///{path}")
    return path


class Reused:
    """One PostgreSQL database for the whole run, emptied after each test.

    Emptying takes 2 ms, a copy of a template 200: most of the suite's time.
    """

    EMPTY = ";".join(f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables))
    LET_GO = """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
    """

    def __init__(self, admin: postgres.Admin) -> None:
        self._admin = admin
        self._database = admin.create()
        self.url: str = self._database.url
        _migrate(self.url)
        self._connection = admin._run(asyncpg.connect(self.url.replace("+asyncpg", "")))

    def empty(self) -> None:
        self._admin._run(self._connection.execute(self.LET_GO))
        self._admin._run(self._connection.execute(self.EMPTY))

    def drop(self) -> None:
        self._admin._run(self._connection.close())
        self._admin.drop(self._database.name)


@pytest.fixture(scope="session")
def postgres_reused(postgres_admin: postgres.Admin) -> Iterator[Reused]:
    reused = Reused(postgres_admin)
    yield reused
    reused.drop()


@pytest.fixture
def sqlite_ready(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a SQLite file of the test's own, with all tables, empty."""
    path = tmp_path / "ready.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
def postgres_ready(postgres_reused: Reused) -> Iterator[str]:
    """The address of a PostgreSQL database with all tables, empty."""
    yield postgres_reused.url
    postgres_reused.empty()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def ready_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database, once on each engine: a test that asks for it runs twice."""
    name = "sqlite_ready" if request.param == "sqlite" else "postgres_ready"
    return request.getfixturevalue(name)


@pytest.fixture
async def engine(ready_url: str) -> AsyncIterator[Database]:
    made = make_engine(ready_url)
    yield made
    await made.dispose()


@pytest.fixture
def uow(engine: Database) -> SqlUnitsOfWork:
    return SqlUnitsOfWork(engine)

"""Fixtures: databases with the program's tables in them, made once and copied for each test."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.engine import make_engine
from storage.migrate import upgrade
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


@pytest.fixture(scope="session")
def postgres_template(postgres_admin: postgres.Admin) -> Iterator[str]:
    database = postgres_admin.create()
    _migrate(database.url)
    yield database.name
    postgres_admin.drop(database.name)


@pytest.fixture
def sqlite_ready(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a SQLite file of the test's own, with all tables, empty."""
    path = tmp_path / "ready.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
def postgres_ready(postgres_admin: postgres.Admin, postgres_template: str) -> Iterator[str]:
    """The address of a PostgreSQL database of the test's own, with all tables, empty."""
    database = postgres_admin.create(postgres_template)
    yield database.url
    postgres_admin.drop(database.name)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def ready_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database, once on each engine: a test that asks for it runs twice."""
    name = "sqlite_ready" if request.param == "sqlite" else "postgres_ready"
    return request.getfixturevalue(name)


@pytest.fixture
async def engine(ready_url: str) -> AsyncIterator[AsyncEngine]:
    made = make_engine(ready_url)
    yield made
    await made.dispose()


@pytest.fixture
def uow(engine: AsyncEngine) -> SqlUnitsOfWork:
    return SqlUnitsOfWork(engine)

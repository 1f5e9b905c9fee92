"""What the crash tests share: the parent of all lives, and databases with their roles."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import postgres
from tests.crash.forks import Forks
from tests.integration.program.conftest import fill, filled

__all__ = ["filled"]


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    made = Forks()
    yield made
    made.close()


@pytest.fixture
def sqlite_town(filled: Path, tmp_path: Path) -> str:
    """A SQLite file with the sandbox's people in their roles."""
    shutil.copy(filled, tmp_path / "bot.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}"


@pytest.fixture
def postgres_town(postgres_admin: postgres.Admin, tmp_path: Path) -> Iterator[str]:
    """A PostgreSQL database with the same."""
    database = postgres_admin.create()
    with ThreadPoolExecutor(1) as thread:  # on a loop of its own, away from the test's
        thread.submit(asyncio.run, fill(database.url, tmp_path)).result()
    yield database.url
    postgres_admin.drop(database.name)

"""The endpoint with its database and its neighbours, for the tests of this folder."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.clock import ManualClock
from bot.teams.endpoint import TeamsConfig
from storage.engine import Database, make_engine
from storage.migrate import upgrade
from tests.fakes.bot_framework import BotFramework
from tests.fakes.endpoint import Bot, config, serving


@pytest.fixture
async def framework() -> AsyncIterator[BotFramework]:
    async with BotFramework().serving() as framework:
        yield framework


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file brought up to date once; each test gets a copy."""
    path = tmp_path_factory.mktemp("migrated") / "bot.db"
    asyncio.run(upgrade(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture
async def sqlite(migrated: Path, tmp_path: Path) -> AsyncIterator[Database]:
    copy = shutil.copy(migrated, tmp_path / "bot.db")
    engine = make_engine(f"sqlite+aiosqlite:///{copy}")
    yield engine
    await engine.dispose()


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[Database]:
    await upgrade(database_url)
    engine = make_engine(database_url)
    yield engine
    await engine.dispose()


@pytest.fixture
async def bot(framework: BotFramework, sqlite: Database) -> AsyncIterator[Bot]:
    """With authentication, on SQLite."""
    async with serving(framework, sqlite, config(framework)) as bot:
        yield bot


@pytest.fixture
async def stored(framework: BotFramework, engine: Database) -> AsyncIterator[Bot]:
    """With authentication, once on each database."""
    async with serving(framework, engine, config(framework)) as bot:
        yield bot


@pytest.fixture
async def sandbox(framework: BotFramework, sqlite: Database) -> AsyncIterator[Bot]:
    """Without an app id."""
    async with serving(framework, sqlite, TeamsConfig()) as bot:
        yield bot


@pytest.fixture
async def broken(bot: Bot) -> Bot:
    """A bot whose database refuses whatever it is asked."""

    def away(*_: Any) -> None:
        raise OperationalError("SELECT", {}, ConnectionRefusedError())

    def mend() -> None:
        bot.engine.home.on_statement = None

    bot.engine.home.on_statement = away
    bot.mend = mend
    return bot


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime.now(UTC))

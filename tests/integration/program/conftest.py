"""What the tests of the whole program share."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
import structlog

from bot.__main__ import main
from bot.clock import SystemClock
from bot.core import new_id
from bot.domain.people import Role
from bot.domain.rules import Rules
from bot.files import read_facilitators
from bot.services.desk import Desk
from bot.services.roles import RolesService
from sandbox.graph.world import WORLD
from sandbox.seed import write_seed
from storage.engine import make_engine
from storage.migrate import upgrade
from storage.unit_of_work import SqlUnitsOfWork
from tests.integration.program.stage import PEOPLE, START, Stage, staged
from tests.integration.program.terminal import Run, Said


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    """An environment without settings and a folder without `.env`; the logs as they were."""
    for name in [*os.environ]:
        if name.startswith(("BOT_", "LC_", "LANG")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield monkeypatch
    root.handlers, root.level = handlers, level
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


@pytest.fixture
def run(bare: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Type a command; settings and language are given by name."""

    def type_in(*words: str, **settings: str) -> Said:
        for name, value in settings.items():
            bare.setenv(name, value)
        try:
            code = main(words)
        except SystemExit as wrong_call:
            code = int(wrong_call.code or 0)
        return Said(code, *capsys.readouterr())

    return type_in


@pytest.fixture
def ready(run: Run, bare: pytest.MonkeyPatch, sqlite_ready: str) -> Run:
    """The same, on a database that is up to date."""
    bare.setenv("BOT_DATABASE_URL", sqlite_ready)
    return run


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def settled(bare: pytest.MonkeyPatch, sqlite_ready: str) -> pytest.MonkeyPatch:
    bare.setenv("BOT_DATABASE_URL", sqlite_ready)
    bare.setenv("BOT_PORT", "0")
    return bare


async def fill(url: str, folder: Path) -> None:
    """The sandbox's roles and roster in a new database, as the command line writes them."""
    await upgrade(url)
    engine = make_engine(url)
    desk = Desk(SqlUnitsOfWork(engine), SystemClock(), Rules(), new_id)
    roles = RolesService(desk)
    write_seed(PEOPLE, folder, on=START.date())
    await roles.enlist(read_facilitators(folder / "facilitators.csv"))
    for person in PEOPLE.everyone:
        for grant in person.roles:
            role = Role(grant.role)
            await roles.grant(None, person.id, role, grant.region or "", grant.side or "")
    await engine.dispose()


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the sandbox's people in their roles, to be copied."""
    path = tmp_path_factory.mktemp("filled") / "bot.db"
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, fill(f"sqlite+aiosqlite:///{path}", path.parent)).result()
    return path


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """The program, running between both halves of the sandbox; one for the tests of a module."""
    async with staged(tmp_path_factory.mktemp("stage"), filled) as made:
        await made.start()
        yield made


@pytest.fixture
def stage(house: Stage) -> Iterator[Stage]:
    """The same, with nothing held back and no fault to come."""
    yield house
    house.teams_valve.open()
    house.graph_valve.open()
    house.graph[WORLD].faults.waiting.clear()

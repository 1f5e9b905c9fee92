"""Fixtures that every floor's tests share: databases, Chromium, the contracts' folder."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests import components, postgres, rooms

if TYPE_CHECKING:
    from playwright.async_api import Browser

ROOT = Path(__file__).resolve().parent.parent

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def project_root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def postgres_admin() -> Iterator[postgres.Admin]:
    """The server of BOT_TEST_POSTGRES_URL, else a cluster that lives as long as the run."""
    named = os.environ.get("BOT_TEST_POSTGRES_URL")
    if named:
        admin = postgres.Admin(named.replace("+asyncpg", ""))
        yield admin
        admin.close()
        return
    try:
        cluster = postgres.Cluster()
    except postgres.PostgresMissing:
        components.missing("postgresql")
        return
    try:
        cluster.start()
        admin = postgres.Admin(cluster.url)
        yield admin
        admin.close()
    finally:
        cluster.stop()


@pytest.fixture
def postgres_url(postgres_admin: postgres.Admin) -> Iterator[str]:
    """A fresh, empty PostgreSQL database."""
    database = postgres_admin.create()
    yield database.url
    postgres_admin.drop(database.name)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A fresh SQLite file, not there yet."""
    return f"sqlite+aiosqlite:///{tmp_path / 'test.db'}"


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
)
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh, empty database, once on each engine: a test that asks for it runs twice."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return request.getfixturevalue(name)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator["Browser"]:
    """The machine's Chromium, headless. Tests that use it are marked
    `@pytest.mark.browser` and `@pytest.mark.asyncio(loop_scope="session")`.
    """
    path = components.chromium_path()
    if path is None:
        components.missing("chromium")
        return
    from playwright.async_api import async_playwright  # noqa: PLC0415  (slow, and browser tests only)

    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def contracts_dir() -> Path:
    """Where the Graph contract and the Teams manifest schema are."""
    folder = Path(os.environ.get("BOT_CONTRACTS_DIR") or ROOT.parent / "shared" / "contracts")
    if not folder.is_dir():
        components.missing("contracts")
    return folder


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rooms", action="store_true", help="measure coverage, and show it by room")


def pytest_configure(config: pytest.Config) -> None:
    rooms.start(config)


def pytest_sessionfinish(session: pytest.Session) -> None:
    rooms.finish(session.config)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    rooms.report(terminalreporter)
    components.report(terminalreporter)

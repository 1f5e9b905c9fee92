"""What the browser tests share: the program and the sandbox, filled once and started for a test."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

pytest.register_assert_rewrite(
    *(
        f"tests.browser.main_job_{part}"
        for part in ("english", "french", "parts", "stage", "world")
    ),
    *(f"tests.browser.facilitators_{part}" for part in ("english", "french")),
)

from tests.browser import main_job_world  # noqa: E402  (its asserts tell what they compared)

# A Monday, so that all that follows is the same on any day: 15 working days lead across the
# change of the clocks on March 14, and Good Friday is March 26.
START = datetime(2027, 2, 22, 9, 30, tzinfo=ZoneInfo("America/Toronto"))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the sandbox's people and open sessions."""
    return await main_job_world.fill(tmp_path_factory.mktemp("filled"), START)


@pytest_asyncio.fixture(loop_scope="session")
async def world(filled: Path, tmp_path: Path) -> AsyncIterator[main_job_world.World]:
    """The program and the sandbox, as after `make run`, on a Monday morning."""
    async with main_job_world.running(filled, tmp_path, START) as running:
        yield running

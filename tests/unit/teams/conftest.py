from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.teams.connector import new_session
from tests.fakes.bot_framework import BotFramework


@pytest.fixture
async def framework() -> AsyncIterator[BotFramework]:
    async with BotFramework().serving() as framework:
        yield framework


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with new_session(proxies=False) as session:
        yield session

"""The whole main job, played by several people on the sandbox's page in Chromium."""

import pytest
from playwright.async_api import Browser

from tests.browser import main_job_english as english
from tests.browser import main_job_french as french
from tests.browser.main_job_stage import open_stage
from tests.browser.main_job_world import World

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_in_english(chromium: Browser, world: World):
    async with open_stage(chromium, world, "en") as stage:
        reference = await english.asks(stage)
        await english.agrees(stage, reference)
        await english.approves(stage, reference)
        code = await english.accept(stage)
        await english.join(stage, code)
        await english.are_reminded(stage)
        await english.is_held(stage)


async def test_in_french(chromium: Browser, world: World):
    async with open_stage(chromium, world, "fr") as stage:
        reference = await french.asks(stage)
        await french.agree_at_last(stage, reference)
        await french.approves(stage)
        meeting_id = await french.is_booked(stage)
        await french.moves_and_is_cancelled(stage, meeting_id)

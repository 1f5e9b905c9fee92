"""Facilitators from the application to the first session, played by several people in Chromium."""

import pytest
from playwright.async_api import Browser

from tests.browser import facilitators_english as english
from tests.browser import facilitators_french as french
from tests.browser.main_job_stage import open_stage
from tests.browser.main_job_world import World

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_in_english(chromium: Browser, world: World):
    async with open_stage(chromium, world, "en", "facilitators") as stage:
        await english.applies(stage)
        await english.are_asked(stage)
        await english.is_interviewed(stage)
        await english.is_accepted(stage)
        await english.is_oriented(stage)
        await english.looks_after_themself(stage)
        await english.leads_a_first_session(stage)


async def test_in_french(chromium: Browser, world: World):
    async with open_stage(chromium, world, "fr", "facilitators") as stage:
        await french.looks_after_themself(stage)
        await french.applies(stage)
        await french.are_asked(stage)
        await french.is_interviewed(stage)
        await french.is_told_kindly(stage)

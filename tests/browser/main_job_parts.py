"""What several people do the same way: joining, answering an offer, filling a form's steps."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime

from bot.domain import catalogue
from bot.domain.sessions import CODE
from tests.browser.main_job_stage import Actor
from tests.browser.main_job_world import JSON, World

REFERENCE = re.compile(r"EC-\d{4}-\d{4}")


def title_of(offering: str, actor: Actor) -> str:
    """The title of a conversation, in somebody's language."""
    return catalogue.offering(offering).title[actor.tr.language]


def organization_of(key: str, actor: Actor) -> str:
    return catalogue.organization(key).name[actor.tr.language]


def region_of(key: str, actor: Actor) -> str:
    return catalogue.region(key).name[actor.tr.language]


async def code_on(actor: Actor) -> str:
    """The code of the session, as a person reads it on the card."""
    found = CODE.search(await actor.card.inner_text())
    assert found is not None, await actor.card.inner_text()
    return found[0]


async def reference_on(actor: Actor) -> str:
    """The reference of the request, as a person reads it on the card."""
    found = REFERENCE.search(await actor.card.inner_text())
    assert found is not None, await actor.card.inner_text()
    return found[0]


async def everybody_says(world: World, keys: Sequence[str], words: str) -> None:
    """Several write the same, one after another: the order of arrival is the test's."""
    for key in keys:
        await world.say(key, words)


async def meeting_of(world: World, key: str, starts_at: datetime) -> JSON:
    """Somebody's one meeting at an instant, in Outlook, once it is there."""

    async def found() -> list[JSON]:
        return [
            each
            for each in await world.events(key)
            if datetime.fromisoformat(each["startsAt"]) == starts_at
        ]

    (meeting,) = await world.until(found, f"{key} has no meeting at {starts_at}")
    return meeting


async def received(world: World, key: str, after: datetime) -> dict[str, list[JSON]]:
    """What reached somebody after an instant: by mail, and in Teams' activity feed."""
    mail, notifications = await asyncio.gather(world.mail(key), world.notifications(key))
    return {
        "mail": [each for each in mail if _at(each) >= after],
        "activity": [each for each in notifications if _at(each) >= after],
    }


def _at(entry: JSON) -> datetime:
    return datetime.fromisoformat(entry["receivedAt"])

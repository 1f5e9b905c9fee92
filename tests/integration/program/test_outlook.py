"""Outlook and the program come together again, whatever happens to what Outlook tells it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from sandbox.graph.models import Event, Invitation, Subscription
from sandbox.graph.world import WORLD
from tests.integration.program.deeds import (
    COORDINATOR,
    LEADS,
    MANAGER,
    OTHER_COORDINATOR,
    Wish,
    staffed,
)
from tests.integration.program.machinery import HOST
from tests.integration.program.stage import Seen, Stage, staged, who, words

pytestmark = pytest.mark.asyncio(loop_scope="module")

MOVED, DELETED = (words(f"outlook.title.{topic}") for topic in ("moved", "deleted"))
HOUR = timedelta(hours=1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """As everywhere, with an address at which Outlook may tell the program things."""
    async with staged(tmp_path_factory.mktemp("stage"), filled) as made:
        made.settings["BOT_PUBLIC_URL"] = f"http://{HOST}:{made.bot_port}"
        await made.start()
        await made.until(lambda: watched(made), "nobody subscribed")
        yield made


@pytest.fixture(autouse=True)
def no_mishap_is_left(house: Stage) -> Iterator[None]:
    """Each test has its own."""
    yield
    house.graph[WORLD].notifier.mishaps.clear()


def watched(stage: Stage) -> list[Subscription]:
    return list(stage.graph[WORLD].store.of(Subscription))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def event(house: Stage) -> Event:
    """A session's meeting, and nothing more to do; one for all, as it is after each of them."""
    await staffed(house, Wish(team="Changed in Outlook", day="2027-03-18"))
    await house.until(house.events, "never booked")
    await house.settled()
    await looked(house)  # at what we did ourselves
    return house.events()[-1]


async def by_hand(stage: Stage, event_id: str, what: str, **body: Any) -> None:
    """Somebody does something in Outlook; what Outlook tells of it has arrived, or never will."""
    url = f"{stage.graph_url}/events/{event_id}/{what}"
    async with stage.session.post(url, json=body) as answer:
        assert answer.status == 202, await answer.text()
    await stage.graph[WORLD].notifier.idle()


async def mishap(stage: Stage, kind: str, **more: Any) -> None:
    url = f"{stage.graph_url}/notifications/mishaps"
    async with stage.session.post(url, json={"kind": kind, **more}) as answer:
        assert answer.status == 202


async def looked(stage: Stage) -> None:
    """What was told until now has been looked at."""
    await stage.graph[WORLD].notifier.idle()
    stage.jump(seconds=11)
    await stage.settled()


def asked(stage: Stage, key: str, title: str) -> list[Seen]:
    return [each for each in stage.said_to(key) if title in each.words]


async def test_a_move_told_twice_is_asked_once_and_kept(stage: Stage, event: Event) -> None:
    """
    somebody moves the meeting in Outlook    ▸ both coordinators are asked, once
    [Keep Outlook's time]                    ▸ everybody has the new time, Outlook no second update
    """
    starts_at = event.starts_at
    updates = len([m for m in stage.invitations(LEADS[0]) if m.kind == "update"])
    await mishap(stage, "doubled")
    await by_hand(stage, event.id, "move", minutes=-60)
    await looked(stage)
    card = await stage.sees(COORDINATOR, MOVED)
    french = words("outlook.title.moved", "fr")
    await stage.sees(OTHER_COORDINATOR, french)
    done = await stage.click(COORDINATOR, "outlook.answer", on=card)
    assert words("outlook.done.adopt") in done.words
    await stage.settled()
    await looked(stage)
    assert event.starts_at == starts_at - HOUR
    assert len(asked(stage, COORDINATOR, MOVED)) == 1
    assert len(asked(stage, OTHER_COORDINATOR, french)) == 1
    settled = words("outlook.state.answered", "fr")
    await stage.until(
        lambda: settled in asked(stage, OTHER_COORDINATOR, french)[0].words, "the card is old"
    )
    told = [m for m in stage.invitations(LEADS[0]) if m.kind == "update"]
    assert len(told) == updates + 1  # by the hand that moved it, not by us


@pytest.mark.parametrize("kind", ["dropped", "wrong_state"])
async def test_what_is_not_told_is_found_within_half_a_day(
    stage: Stage, event: Event, kind: str
) -> None:
    times = (event.starts_at, event.ends_at)
    before = len(asked(stage, COORDINATOR, MOVED))
    await mishap(stage, kind)
    await by_hand(stage, event.id, "move", minutes=-60)
    await looked(stage)
    assert len(asked(stage, COORDINATOR, MOVED)) == before
    stage.jump(hours=24)
    await stage.until(lambda: len(asked(stage, COORDINATOR, MOVED)) > before, "never found")
    card = asked(stage, COORDINATOR, MOVED)[-1]
    action = {"id": _question(card), "answer": "put_back"}
    await stage.invoke(COORDINATOR, card.id, "outlook.answer", action)
    await stage.until(lambda: (event.starts_at, event.ends_at) == times, "not put back")
    await looked(stage)
    assert len(asked(stage, COORDINATOR, MOVED)) == before + 1


def _question(card: Seen) -> str:
    assert card.card is not None
    return str(card.card["refresh"]["action"]["data"]["id"])


async def test_a_late_word_finds_nothing_left_to_ask(stage: Stage, event: Event) -> None:
    before = len(asked(stage, COORDINATOR, MOVED))
    await mishap(stage, "late", seconds=0.5)
    url = f"{stage.graph_url}/events/{event.id}/move"
    for minutes in (-60, 60):
        async with stage.session.post(url, json={"minutes": minutes}) as answer:
            assert answer.status == 202
    await stage.graph[WORLD].notifier.idle()
    await looked(stage)
    assert len(asked(stage, COORDINATOR, MOVED)) == before


async def test_a_facilitator_declines_in_outlook_and_goes_on_leading(
    stage: Stage, event: Event
) -> None:
    lead = LEADS[1]
    (copy,) = stage.graph[WORLD].store.of(Invitation, who(lead).mail)
    assert copy.event_id == event.id
    await by_hand(stage, copy.id, "respond", response="declined")
    await looked(stage)
    language = who(lead).language
    card = await stage.sees(lead, words("outlook.title.lead_declined", language))
    answer = {"id": _question(card), "answer": "keep"}
    await stage.invoke(lead, card.id, "outlook.answer", answer)
    await stage.sees(lead, words("outlook.done.keep_lead", language))


async def test_who_is_taken_off_by_hand_is_invited_again(stage: Stage, event: Event) -> None:
    mail = who(LEADS[0]).mail
    await by_hand(stage, event.id, "remove", mail=mail)
    assert mail.lower() not in event.invited
    await looked(stage)
    assert mail.lower() in event.invited


async def test_deleted_while_the_program_was_down_it_is_booked_again(
    stage: Stage, event: Event
) -> None:
    """
    the machine fails; somebody deletes the meeting; nobody is there to be told
      ▸ the next day the coordinators are asked
    [Book it again]
      ▸ one new meeting with the same people, and a new link
    """
    invited = set(event.invited)
    await stage.die()
    await mishap(stage, "dropped")
    await by_hand(stage, event.id, "delete")
    await stage.start()
    stage.jump(hours=24)
    card = await stage.sees(COORDINATOR, DELETED)
    count = len(stage.events())
    for _ in range(2):
        answer = {"id": _question(card), "answer": "book_again"}
        await stage.invoke(COORDINATOR, card.id, "outlook.answer", answer)
    await stage.until(lambda: len(stage.events()) > count, "not booked again")
    await stage.settled()
    (anew,) = stage.events()[count:]
    assert anew.invited == invited
    await looked(stage)
    assert len(stage.events()) == count + 1
    assert len(asked(stage, COORDINATOR, DELETED)) == 1


async def test_a_subscription_that_was_removed_is_made_again(stage: Stage) -> None:
    (before,) = watched(stage)
    url = f"{stage.graph_url}/notifications/lifecycle/subscriptionRemoved"
    async with stage.session.post(url) as answer:
        assert answer.status == 202
    await stage.until(lambda: watched(stage), "not subscribed again")
    (after,) = watched(stage)
    assert after.id != before.id
    assert after.said["clientState"] != before.said["clientState"]


async def test_the_requester_sees_none_of_it(stage: Stage) -> None:
    assert asked(stage, MANAGER, MOVED) == asked(stage, MANAGER, DELETED) == []

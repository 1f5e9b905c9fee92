"""One conversation answered by two web processes: one turn at a time, nothing lost, nothing twice.

Each bot here has locks of its own; only the database knows of both.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from botbuilder.core import TurnContext

from bot.clock import ManualClock
from bot.teams.turn import Turn
from storage.engine import Database, make_engine
from tests.fakes.bot_framework import BotFramework
from tests.fakes.endpoint import CHAT, Bot, config, serving

Pair = tuple[Bot, Bot]
MESSAGES = 16
AGAIN = 503


@pytest.fixture
async def pair(
    framework: BotFramework, engine: Database, database_url: str, clock: ManualClock
) -> AsyncIterator[Pair]:
    other = make_engine(database_url)
    async with (
        serving(framework, engine, config(framework), clock) as one,
        serving(framework, other, config(framework), clock) as two,
    ):
        yield one, two
    await other.dispose()


async def counts(context: TurnContext) -> None:
    """A turn that takes a while, and would lose what another did meanwhile."""
    turn = Turn.of(context)
    seen = [*turn.state.get("seen", []), context.activity.text]
    await asyncio.sleep(0)
    turn.state["seen"] = seen
    turn.say(f"{len(seen)}: {context.activity.text}")


async def deliver(bot: Bot, **fields: Any) -> Any:
    """As Teams does: what is refused is sent again."""
    async with asyncio.timeout(30):
        while True:
            status, body = await bot.post(**fields)
            if status != AGAIN:
                assert status == 200
                return body


async def test_many_messages_at_once_are_answered_one_after_the_other(
    pair: Pair, framework: BotFramework
):
    for bot in pair:
        bot.handler = counts
    texts = [f"m{number}" for number in range(MESSAGES)]
    await asyncio.gather(
        *(deliver(pair[n % 2], id=f"a{n}", text=text) for n, text in enumerate(texts))
    )
    kept: list[str] = (await pair[0].store.load(CHAT)).data["seen"]
    assert sorted(kept) == sorted(texts)
    assert sorted(framework.said) == sorted(f"{n}: {text}" for n, text in enumerate(kept, 1))


async def test_the_same_message_to_both_at_once_is_heard_once(pair: Pair, framework: BotFramework):
    for bot in pair:
        bot.handler = counts
    await asyncio.gather(*(deliver(bot, id="a1", text="once") for bot in pair * 3))
    assert framework.said == ["1: once"]
    assert (await pair[0].store.load(CHAT)).data == {"seen": ["once"]}


async def test_the_same_click_to_both_at_once_gets_the_same_answer(pair: Pair):
    answered = 0

    async def once(context: TurnContext) -> None:
        nonlocal answered
        turn = Turn.of(context)
        answered += 1
        turn.state["clicks"] = turn.state.get("clicks", 0) + 1
        turn.respond({"turn": answered})

    for bot in pair:
        bot.handler = once
    click = {"type": "invoke", "text": None, "name": "adaptiveCard/action", "id": "click"}
    bodies = await asyncio.gather(*(deliver(bot, **click) for bot in pair * 2))
    assert len({str(body) for body in bodies}) == 1
    assert (await pair[1].store.load(CHAT)).data == {"clicks": 1}


async def test_the_same_message_late_and_to_the_other_process_is_not_heard_again(
    pair: Pair, framework: BotFramework
):
    one, two = pair
    for bot in pair:
        bot.handler = counts
    await deliver(one, id="a1", text="first")
    await deliver(two, id="a2", text="second")
    for bot in (two, one):
        assert await bot.post(id="a1", text="first") == (200, None)
        assert await bot.post(id="a2", text="second") == (200, None)
    assert framework.said == ["1: first", "2: second"]

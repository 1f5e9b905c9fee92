"""What goes wrong in a turn: a bug, a rival, a database that is away."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from botbuilder.core import TurnContext
from sqlalchemy.exc import OperationalError

from bot.clock import ManualClock
from bot.domain.errors import Conflict
from bot.teams.turn import Turn
from storage.bot_state import Outcome, Seen, dump
from storage.engine import Database
from tests.fakes.bot_framework import BotFramework
from tests.fakes.endpoint import CHAT, Bot, config, serving

# -------------------------------------------------------------------------------------- bugs


async def test_a_bug_is_told_with_a_reference_and_changes_nothing(stored: Bot):
    async def handler(context: TurnContext) -> None:
        turn = Turn.of(context)
        turn.say("never heard")
        turn.state["step"] = 2
        if context.activity.text == "break":
            raise ZeroDivisionError
        turn.state["step"] = 1

    stored.handler = handler
    assert await stored.post(id="a1") == (200, None)
    assert await stored.post(id="a2", text="break") == (200, None)
    assert stored.framework.said == ["never heard", "bug 8"]
    assert (await stored.store.load(CHAT)).data == {"step": 1}
    assert await stored.post(id="a2", text="break") == (200, None)
    assert stored.turns == 2


async def test_a_bug_in_an_invoke_is_a_clear_answer(bot: Bot):
    async def handler(context: TurnContext) -> None:
        raise KeyError(context.activity.name)

    bot.handler = handler
    status, body = await bot.invoke(name="adaptiveCard/action")
    reference = body["value"].pop("message")
    assert (status, body) == (
        200,
        {"statusCode": 500, "type": "application/vnd.microsoft.error", "value": {"code": "bug"}},
    )
    assert len(reference) == 8
    assert bot.framework.said == ["bug 8"]


@pytest.mark.parametrize("state", [{"at": datetime.now(UTC)}, {"who": object()}, {1: 2}])
async def test_state_that_is_not_plain_is_a_bug(bot: Bot, state: dict[str, Any]):
    async def handler(context: TurnContext) -> None:
        Turn.of(context).state.update(state)

    bot.handler = handler
    assert await bot.post() == (200, None)
    assert bot.framework.said == ["bug 8"]


async def test_a_handler_that_never_ends_is_a_bug(bot: Bot):
    async def handler(_: TurnContext) -> None:
        await asyncio.Event().wait()

    bot.handler = handler
    bot.endpoint.turns.longest_seconds = 0.01
    assert await bot.post() == (200, None)
    assert bot.framework.said == ["bug 8"]
    bot.handler = None
    assert await bot.post(id="a2") == (200, None)


async def test_mishaps_that_cannot_even_be_told(
    framework: BotFramework, engine: Database, clock: ManualClock
):
    async def handler(_: TurnContext) -> None:
        raise ZeroDivisionError

    async def mute(*_: Any) -> None:
        raise LookupError

    async with serving(framework, engine, config(framework), clock, on_mishap=mute) as bot:
        bot.handler = handler
        assert await bot.post(id="a1") == (200, None)
        status, body = await bot.invoke(id="a2", name="adaptiveCard/action")
        assert (status, body["statusCode"], body["value"]["code"]) == (200, 500, "bug")
        assert framework.said == []


# -------------------------------------------------------------------------------------- rivals


async def test_a_turn_whose_state_changed_runs_again_and_is_heard_once(stored: Bot):
    async def handler(context: TurnContext) -> None:
        turn = Turn.of(context)
        turn.say(f"attempt {turn.attempt}, saw {turn.state.get('other')}")
        turn.state["mine"] = True
        if turn.attempt == 1:  # another replica is faster
            await stored.store.save(CHAT, 0, dump({"other": True}))

    stored.handler = handler
    assert await stored.post() == (200, None)
    assert stored.framework.said == ["attempt 2, saw True"]
    assert (await stored.store.load(CHAT)).data == {"other": True, "mine": True}


async def test_an_activity_that_another_replica_answered_meanwhile_is_not_answered_again(
    stored: Bot,
):
    async def handler(context: TurnContext) -> None:
        Turn.of(context).respond({"turn": "this one's"})
        seen = Seen(Outcome.DONE, 200, '{"turn":"the other one\'s"}', owner="other")
        await stored.store.save(CHAT, 0, None, activity_id="activity-1", seen=seen)

    stored.handler = handler
    assert await stored.invoke(name="x") == (200, {"turn": "the other one's"})
    assert stored.turns == 1


async def test_a_turn_that_always_loses_is_sent_again(bot: Bot):
    async def handler(_: TurnContext) -> None:
        raise Conflict("seat")

    bot.handler = handler
    assert await bot.post() == (503, {"error": {"code": "conversation_busy"}})
    assert (bot.turns, bot.framework.said) == (3, [])
    bot.handler = None
    assert await bot.post() == (200, None)
    assert bot.framework.said == ["heard bonjour"]


# -------------------------------------------------------------------------- the database away


async def test_without_the_database_a_message_is_sent_again_and_then_answered(broken: Bot):
    assert await broken.post() == (503, {"error": {"code": "database_away"}})
    assert await broken.post() == (503, {"error": {"code": "database_away"}})
    assert broken.framework.said == ["away"]
    broken.mend()
    assert await broken.post() == (200, None)
    assert broken.framework.said == ["away", "heard bonjour"]


async def test_without_the_database_an_invoke_is_told_so(broken: Bot):
    status, body = await broken.invoke(name="adaptiveCard/action")
    assert (status, body["statusCode"], body["value"]["code"]) == (200, 503, "away")
    assert broken.turns == 0


async def test_the_database_goes_away_in_the_middle_of_a_turn(bot: Bot):
    async def handler(context: TurnContext) -> None:
        Turn.of(context).say("never heard")
        raise OperationalError("UPDATE", {}, ConnectionResetError())

    bot.handler = handler
    assert await bot.post() == (503, {"error": {"code": "database_away"}})
    assert bot.framework.said == ["away"]

"""What a turn leaves behind: cards in the chat, replies owed after a death half way, its state."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from botbuilder.core import CardFactory, MessageFactory, TurnContext

from bot.clock import ManualClock
from bot.teams.adapter import remember_as
from bot.teams.endpoint import TeamsConfig, build_connector
from bot.teams.keeper import Keeper
from bot.teams.sending import Sender
from bot.teams.turn import Turn
from storage.bot_state import Outcome, activities_seen
from storage.engine import Database
from tests.fakes.bot_framework import BotFramework, Scripted
from tests.fakes.endpoint import CARD, CHAT, Bot, config, serving

# ------------------------------------------------------------------------------ what is sent


async def test_a_card_is_remembered_and_replaced_in_place(stored: Bot):
    async def handler(context: TurnContext) -> None:
        turn = Turn.of(context)
        old = turn.card_id("form")
        if old is None:
            turn.show(CARD, summary="first", remember_as="form")
        else:
            turn.update(old, CARD, summary="second", remember_as="form")

    stored.handler = handler
    await stored.post(id="a1")
    assert (await stored.store.load(CHAT)).data == {"cards": {"form": "sent-1"}}
    await stored.post(id="a2")
    assert [(call.method, call.path) for call in stored.framework.calls] == [
        ("POST", "/v3/conversations/a%3Achat/activities/a1"),
        ("PUT", "/v3/conversations/a%3Achat/activities/sent-1"),
    ]
    assert (await stored.store.load(CHAT)).data == {"cards": {"form": "sent-1"}}


async def test_a_card_that_is_gone_is_sent_anew(bot: Bot):
    async def handler(context: TurnContext) -> None:
        turn = Turn.of(context)
        turn.update("old", CARD, summary="card", remember_as="form")
        turn.delete("older")

    bot.handler = handler
    bot.framework.scripted.extend([Scripted(404, {}), Scripted(), Scripted(404, {})])
    assert await bot.post() == (200, None)
    assert [call.method for call in bot.framework.calls] == ["PUT", "POST", "DELETE"]
    assert (await bot.store.load(CHAT)).data == {"cards": {"form": "sent-2"}}


async def test_botbuilders_own_ways_to_send_are_held_back_too(bot: Bot):
    async def handler(context: TurnContext) -> None:
        card = MessageFactory.attachment(CardFactory.adaptive_card(CARD))
        sent = await context.send_activity(remember_as(card, "form"))
        assert sent is not None
        assert bot.framework.calls == []
        newer = MessageFactory.attachment(CardFactory.adaptive_card(CARD))
        newer.id = "old"
        await context.update_activity(newer)
        await context.delete_activity("older")
        await context.send_activity("text")

    bot.handler = handler
    assert await bot.post() == (200, None)
    assert [call.method for call in bot.framework.calls] == ["POST", "PUT", "DELETE", "POST"]
    first = bot.framework.calls[0].body
    assert first["attachments"] == [
        {"contentType": "application/vnd.microsoft.card.adaptive", "content": CARD}
    ]
    assert first["recipient"]["id"] == "29:person"
    assert first["replyToId"] == "activity-1"
    assert (await bot.store.load(CHAT)).data == {"cards": {"form": "sent-1"}}


@pytest.mark.parametrize("code", ["ConversationBlockedByUser", "BotNotInConversationRoster", None])
async def test_a_person_who_cannot_be_written_to(bot: Bot, code: str | None):
    bot.framework.scripted.append(Scripted(403, {"error": {"code": code}}))
    assert await bot.post() == (200, None)
    assert len(bot.framework.calls) == 1
    assert (await bot.store.load(CHAT, "activity-1")).seen is not None


async def test_a_reply_to_a_message_that_was_deleted_meanwhile_is_said_all_the_same(bot: Bot):
    bot.framework.scripted.append(Scripted(404, {}))
    assert await bot.post() == (200, None)
    reply, message = bot.framework.calls
    assert reply.path == "/v3/conversations/a%3Achat/activities/activity-1"
    assert message.path == "/v3/conversations/a%3Achat/activities"
    assert "replyToId" not in message.body


async def test_the_floor_above_is_told_which_cards_are_in_the_chat(
    framework: BotFramework, engine: Database, clock: ManualClock
):
    shown: list[tuple[str, dict[str, str]]] = []

    async def on_shown(conversation_id: str, cards: Any) -> None:
        shown.append((conversation_id, dict(cards)))
        raise LookupError  # its own affair: the turn is over

    async def handler(context: TurnContext) -> None:
        Turn.of(context).show(CARD, summary="card", remember_as="session:1")

    async with serving(framework, engine, config(framework), clock, on_shown=on_shown) as bot:
        bot.handler = handler
        assert await bot.post() == (200, None)
    assert shown == [(CHAT, {"session:1": "sent-1"})]


# ------------------------------------------------------------------------ killed half way, late


def at_once(bot: Bot) -> Keeper:
    """Its keeper, which believes the clock."""
    bot.endpoint.keeper.steady_seconds = 0
    return bot.endpoint.keeper


async def test_replies_that_teams_did_not_take_are_sent_later(
    framework: BotFramework, engine: Database, clock: ManualClock
):
    framework.scripted.extend([Scripted(), Scripted(500, {})])
    async with serving(framework, engine, config(framework), clock) as bot:

        async def handler(context: TurnContext) -> None:
            turn = Turn.of(context)
            for text in ("one", "two"):
                turn.say(text)
            turn.show(CARD, summary="three", remember_as="form")

        bot.handler = handler
        keeper = at_once(bot)
        assert await bot.post() == (200, None)
        assert framework.said == ["one", "two"]
        assert await bot.post() == (200, None)
        assert await keeper.sweep() == 0
        clock.advance(timedelta(minutes=2))
        assert await keeper.sweep() == 1
        assert framework.said == ["one", "two", "two", "three"]
        stored = await bot.store.load(CHAT, "activity-1")
        assert stored.data == {"cards": {"form": "sent-4"}}
        assert stored.seen is not None
        assert (stored.seen.outcome, stored.seen.owed) == (Outcome.DONE, None)
        clock.advance(timedelta(minutes=2))
        assert await keeper.sweep() == 0


async def test_a_process_that_died_before_it_answered_is_answered_by_another(
    framework: BotFramework, engine: Database, clock: ManualClock
):
    died = asyncio.Event()
    framework.scripted.append(Scripted(wait=died))
    async with serving(framework, engine, config(framework), clock) as bot:
        dying = asyncio.create_task(bot.post())
        await framework.came.wait()
        async with serving(framework, engine, config(framework), clock) as other:
            assert await other.post() == (200, None)
            clock.advance(timedelta(minutes=2))
            assert await at_once(other).sweep() == 1
            assert await at_once(other).sweep() == 0
            assert other.turns == 0
        assert framework.said == ["heard bonjour", "heard bonjour"]
        died.set()
        await dying


async def test_a_clock_that_jumps_takes_nobodys_words_while_they_say_them(
    framework: BotFramework, engine: Database, clock: ManualClock
):
    seconds, gate = 0.0, asyncio.Event()
    framework.scripted.append(Scripted(wait=gate))
    async with serving(framework, engine, config(framework), clock) as bot:
        saying = asyncio.create_task(bot.post())
        await framework.came.wait()
        other = Keeper(
            turns=bot.endpoint.turns,
            store=bot.store,
            sender=Sender(build_connector(config(framework), bot.session, None)),
            clock=clock,
            monotonic=lambda: seconds,
        )
        for jump in (timedelta(hours=1), -timedelta(hours=1), timedelta(hours=1)):
            clock.advance(jump)
            assert await other.sweep() == 0
            seconds += 14
        gate.set()
        assert await saying == (200, None)
        await bot.endpoint.keeper.finish()
        seconds += 600
        assert await other.sweep() == 0
    assert framework.said == ["heard bonjour"]


async def test_a_turn_under_way_is_not_taken_over_by_its_own_process(
    framework: BotFramework, engine: Database, clock: ManualClock
):
    gate = asyncio.Event()
    framework.scripted.append(Scripted(wait=gate))
    async with serving(framework, engine, config(framework), clock) as bot:
        slow = asyncio.create_task(bot.post())
        await framework.came.wait()
        clock.advance(timedelta(hours=2))
        await at_once(bot).sweep()
        gate.set()
        assert await slow == (200, None)
        assert framework.said == ["heard bonjour"]


async def test_what_is_owed_for_hours_is_let_go(
    framework: BotFramework, engine: Database, clock: ManualClock
):
    framework.scripted.append(Scripted(500, {}))
    async with serving(framework, engine, config(framework), clock) as bot:
        await bot.post()
        clock.advance(timedelta(hours=3))
        assert await at_once(bot).sweep() == 1
        assert await at_once(bot).sweep() == 0
        assert framework.said == ["heard bonjour"]


async def test_yesterdays_activities_are_forgotten_and_state_is_not(
    framework: BotFramework, engine: Database, clock: ManualClock
):
    async with serving(framework, engine, config(framework), clock) as bot:

        async def handler(context: TurnContext) -> None:
            Turn.of(context).state["place"] = "kept"

        bot.handler = handler
        await bot.post()
        await bot.endpoint.keeper.finish()
        assert await bot.endpoint.keeper.expire() == 0
        clock.advance(timedelta(days=1, seconds=1))
        assert await bot.endpoint.keeper.expire() == 1
        stored = await bot.store.load(CHAT, "activity-1")
        assert (stored.data, stored.seen) == ({"place": "kept"}, None)


async def test_the_keeper_marks_turns_done_in_the_background_and_when_it_stops(stored: Bot):
    await stored.endpoint.start()
    await stored.post(id="a1")
    await stored.endpoint.stop()
    async with stored.engine.connect() as connection:
        rows = (await connection.execute(activities_seen.select())).all()
    assert [(row.activity_id, row.outcome, row.owed) for row in rows] == [("a1", "done", None)]


async def test_state_survives_a_restart(
    framework: BotFramework, engine: Database, clock: ManualClock
):
    async def handler(context: TurnContext) -> None:
        turn = Turn.of(context)
        turn.state["count"] = turn.state.get("count", 0) + 1
        turn.say(f"number {turn.state['count']}")

    for number in range(3):
        async with serving(framework, engine, config(framework), clock) as bot:
            bot.handler = handler
            await bot.post(id=f"a{number}")
    assert framework.said == ["number 1", "number 2", "number 3"]


async def test_housekeeping_goes_on_after_a_failure(broken: Bot, clock: ManualClock):
    ticks = asyncio.Semaphore(0)
    more = asyncio.Event()

    async def sleep(_: float) -> None:
        ticks.release()
        await more.wait()

    keeper = Keeper(
        turns=broken.endpoint.turns,
        store=broken.store,
        sender=Sender(build_connector(TeamsConfig(), broken.session, None)),
        clock=clock,
        sleep=sleep,
    )
    broken.endpoint.turns.done[CHAT, "a1"] = None
    await keeper.start()
    await ticks.acquire()
    assert list(broken.endpoint.turns.done) == [(CHAT, "a1")]
    broken.mend()
    more.set()
    await ticks.acquire()
    await ticks.acquire()
    assert list(broken.endpoint.turns.done) == []
    more.clear()
    await keeper.stop()

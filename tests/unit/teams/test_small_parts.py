"""The lock line, the typing sign, held-back words as text, the adapter's own door."""

import asyncio
from datetime import UTC, datetime

import aiohttp
import pytest
from botbuilder.core import TurnContext

from bot.teams.activities import incoming
from bot.teams.adapter import TeamsAdapter
from bot.teams.auth import Gate
from bot.teams.connector import Connector
from bot.teams.credentials import NoTokens
from bot.teams.errors import Refused
from bot.teams.inbound import Inbound
from bot.teams.locks import ConversationLocks
from bot.teams.sending import Owed
from bot.teams.service_urls import ServiceUrls
from bot.teams.turn import TURN, Held, Send, Turn
from bot.teams.typing_sign import TypingSign
from tests.fakes.bot_framework import APP_ID, BotFramework, Scripted


def a_turn() -> Turn:
    return Turn("a:1", "f:1", {"replyToId": "f:1", "conversation": {"id": "a:1"}}, {})


async def test_a_line_forgets_itself_when_nobody_waits():
    locks = ConversationLocks(most_waiting=2)
    async with locks.held("a"), locks.held("b"):
        assert len(locks) == 2
        waiting = asyncio.create_task(_hold(locks, "a"))
        await asyncio.sleep(0)
        assert locks.waiting("a") == 2
        with pytest.raises(Refused, match="conversation_busy"):
            await _hold(locks, "a")
        assert locks.waiting("a") == 2
    await waiting
    assert (len(locks), locks.waiting("a")) == (0, 0)


async def _hold(locks: ConversationLocks, conversation_id: str) -> None:
    async with locks.held(conversation_id):
        pass


async def test_the_typing_sign_is_for_slow_turns(
    session: aiohttp.ClientSession, framework: BotFramework
):
    connector = Connector(session, NoTokens(), ServiceUrls((), sandbox=True))
    reference = {"replyToId": "f:1", "conversation": {"id": "a:1"}}
    TypingSign(connector, after=30).while_slow(framework.service_url, "a:1", reference).cancel()
    assert framework.calls == []
    framework.scripted.append(Scripted(400, {}))
    sign = TypingSign(connector, after=0)
    sign.while_slow(framework.service_url, "a:1", reference)
    await framework.came.wait()
    assert [call.body for call in framework.calls] == [
        {"type": "typing", "conversation": {"id": "a:1"}}
    ]


def test_words_that_are_owed_come_back_as_they_were():
    turn = a_turn()
    turn.say("Été, « oui » 🙂")
    turn.show({"type": "AdaptiveCard"}, summary="card", remember_as="form")
    turn.update("m1", {"type": "AdaptiveCard"}, summary="card", or_reply=False)
    turn.delete("m2")
    owed = Owed("https://example.org/", datetime(2026, 1, 2, 3, 4, tzinfo=UTC), turn.held)
    assert Owed.read(owed.text()) == owed


def test_a_turn_remembers_and_forgets_cards():
    turn = a_turn()
    assert turn.card_id("form") is None
    turn.forget_card("form")
    turn.state["cards"] = {"form": "m1"}
    assert turn.card_id("form") == "m1"
    turn.forget_card("form")
    assert turn.card_id("form") is None


async def test_without_claims_only_a_sandbox_runs():
    inbound = Inbound({"type": "message", "conversation": {"id": "c"}, "from": {"id": "p"}})
    ran: list[bool] = []

    async def handler(context: TurnContext) -> None:
        identity = context.turn_state[TeamsAdapter.BOT_IDENTITY_KEY]
        ran.append(identity.is_authenticated)

    with pytest.raises(PermissionError):
        await TeamsAdapter(APP_ID).run(inbound, a_turn(), handler)
    await TeamsAdapter(None).run(inbound, a_turn(), handler)
    await TeamsAdapter(APP_ID).run(Inbound(inbound.body, {"aud": APP_ID}), a_turn(), handler)
    assert ran == [False, True]


async def test_traces_and_typing_are_not_sent():
    turn = a_turn()
    context = TurnContext(TeamsAdapter(None), incoming({"type": "message"}))
    context.turn_state[TURN] = turn
    await context.send_trace_activity("step", {"a": 1})
    await context.send_activity("said")
    assert [(one.send, one.activity["text"]) for one in turn.held] == [(Send.REPLY, "said")]
    assert Held(Send.REPLY, {}).activity_id is None


def test_a_gate_with_tokens_needs_a_tenant():
    with pytest.raises(ValueError, match="no tenant"):
        Gate(service_urls=ServiceUrls(()), tokens=object(), tenants=())

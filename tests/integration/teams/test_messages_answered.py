"""What was let in at /api/messages is answered: an invoke with its body, all once and in order."""

import asyncio
from typing import Any

import pytest
from botbuilder.core import TurnContext
from sqlalchemy import select

from bot.teams.turn import Turn
from storage.bot_state import activities_seen
from storage.engine import Database
from tests.fakes.bot_framework import TENANT, Scripted
from tests.fakes.endpoint import Bot, refusal, until

# ------------------------------------------------------------------------------------ invokes


@pytest.mark.parametrize(
    ("name", "body"),
    [
        (
            "adaptiveCard/action",
            {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": {}},
        ),
        (
            "application/search",
            {
                "statusCode": 200,
                "type": "application/vnd.microsoft.search.searchResponse",
                "value": {"results": [{"title": "Résultat", "value": "1"}]},
            },
        ),
        ("task/fetch", {"task": {"type": "continue", "value": {"title": "t", "card": {}}}}),
        ("task/submit", {"task": {"type": "message", "value": "ok"}}),
        ("composeExtension/query", {"composeExtension": {"type": "result", "attachments": []}}),
    ],
)
@pytest.mark.parametrize("way", ["respond", "activity", "return", "models"])
async def test_each_kind_of_invoke_gets_its_body(bot: Bot, name: str, body: Any, way: str):
    from botbuilder.core import InvokeResponse  # noqa: PLC0415  # this test alone
    from botbuilder.schema import Activity  # noqa: PLC0415
    from botbuilder.schema import InvokeResponse as SchemaInvokeResponse  # noqa: PLC0415

    async def handler(context: TurnContext) -> Any:
        if way == "respond":
            Turn.of(context).respond(body)
        elif way == "return":
            return InvokeResponse(status=200, body=body)
        else:
            kind = InvokeResponse if way == "activity" else SchemaInvokeResponse
            value = kind(status=200, body=body)
            await context.send_activity(Activity(type="invokeResponse", value=value))
        return None

    bot.handler = handler
    assert await bot.invoke(name=name, value={}) == (200, body)


async def test_what_is_for_one_click_is_stored_nowhere(bot: Bot, sqlite: Database):
    async def handler(context: TurnContext) -> None:
        Turn.of(context).respond({"value": "for you alone"}, kept={"value": "ask again"})

    bot.handler = handler
    assert await bot.invoke(id="a1") == (200, {"value": "for you alone"})
    assert await bot.invoke(id="a1") == (200, {"value": "ask again"})
    async with sqlite.connect() as connection:
        rows = (await connection.execute(select(activities_seen.c.body))).scalars().all()
    assert rows == ['{"value":"ask again"}']


async def test_an_invoke_that_nobody_answers(bot: Bot):
    async def handler(_: TurnContext) -> None:
        return None

    bot.handler = handler
    assert await bot.invoke(name="handoff/action") == (501, None)


async def test_an_invoke_and_a_message_in_one_turn(bot: Bot):
    async def handler(context: TurnContext) -> None:
        Turn.of(context).say("and a word")
        Turn.of(context).respond({"statusCode": 200})

    bot.handler = handler
    assert await bot.invoke(name="adaptiveCard/action") == (200, {"statusCode": 200})
    assert bot.framework.said == ["and a word"]


# ------------------------------------------------------------------------- once, and in order


async def test_an_activity_delivered_three_times_is_answered_once(stored: Bot):
    assert [await stored.post() for _ in range(3)] == [(200, None)] * 3
    assert (stored.turns, stored.framework.said) == (1, ["heard bonjour"])


async def test_an_activity_delivered_twice_at_once_is_answered_once(stored: Bot):
    answers = await asyncio.gather(*(stored.post() for _ in range(4)))
    assert answers == [(200, None)] * 4
    assert (stored.turns, stored.framework.said) == (1, ["heard bonjour"])


async def test_an_invoke_delivered_twice_gets_the_same_answer(stored: Bot):
    async def handler(context: TurnContext) -> None:
        Turn.of(context).respond({"statusCode": 200, "value": {"turn": stored.turns}})

    stored.handler = handler
    first = await stored.invoke(name="adaptiveCard/action")
    assert first == (200, {"statusCode": 200, "value": {"turn": 1}})
    assert await stored.invoke(name="adaptiveCard/action") == first
    assert stored.turns == 1


async def test_turns_of_one_conversation_run_one_at_a_time_and_in_order(stored: Bot):
    running = 0
    gate = asyncio.Event()

    async def handler(context: TurnContext) -> None:
        nonlocal running
        running += 1
        assert running == 1
        await gate.wait()
        turn = Turn.of(context)
        turn.state["texts"] = [*turn.state.get("texts", []), context.activity.text]
        turn.say(context.activity.text)
        running -= 1

    stored.handler = handler
    posts: list[asyncio.Task[Any]] = []
    for number in range(6):
        posts.append(asyncio.create_task(stored.post(id=f"a{number}", text=f"t{number}")))
        await until(lambda: stored.endpoint.turns.locks.waiting("a:chat") > len(posts) - 1)
    gate.set()
    assert await asyncio.gather(*posts) == [(200, None)] * 6
    in_order = [f"t{number}" for number in range(6)]
    assert stored.framework.said == in_order
    assert (await stored.store.load("a:chat")).data == {"texts": in_order}


async def test_turns_of_two_conversations_do_not_wait_for_each_other(bot: Bot):
    gate = asyncio.Event()

    async def handler(context: TurnContext) -> None:
        if context.activity.conversation.id == "a:slow":
            await gate.wait()

    bot.handler = handler
    slow_chat = {"id": "a:slow", "tenantId": TENANT}
    slow = asyncio.create_task(bot.post(id="a1", conversation=slow_chat))
    assert await bot.post(id="a2") == (200, None)
    gate.set()
    assert await slow == (200, None)
    assert len(bot.endpoint.turns.locks) == 0


async def test_a_crowd_is_let_in_some_at_a_time_in_the_order_it_came(bot: Bot):
    bot.endpoint.turns.room = asyncio.Semaphore(3)
    heard: list[str] = []
    at_once: list[int] = []

    async def handler(context: TurnContext) -> None:
        heard.append(context.activity.conversation.id)
        at_once.append(len(heard) - len(ended))
        await asyncio.sleep(0)
        ended.append(context.activity.conversation.id)

    bot.handler, ended = handler, list[str]()
    chats = [f"a:{number:02d}" for number in range(20)]
    posts = (bot.post(id=chat, conversation={"id": chat, "tenantId": TENANT}) for chat in chats)
    assert await asyncio.gather(*posts) == [(200, None)] * 20
    assert sorted(heard) == chats
    assert max(at_once) <= 3


async def test_a_conversation_that_floods_us_is_asked_to_come_back(bot: Bot):
    gate = asyncio.Event()

    async def handler(_: TurnContext) -> None:
        await gate.wait()

    bot.handler = handler
    bot.endpoint.turns.locks.most_waiting = 3
    posts = [asyncio.create_task(bot.post(id=f"a{number}")) for number in range(3)]
    await until(lambda: bot.endpoint.turns.locks.waiting("a:chat") == 3)
    assert await bot.post(id="a9") == (503, refusal("conversation_busy"))
    gate.set()
    assert await asyncio.gather(*posts) == [(200, None)] * 3
    assert await bot.post(id="a9") == (200, None)


# ------------------------------------------------------------------------------------ neighbours


async def test_the_answers_of_the_server_say_little(bot: Bot):
    async with bot.session.get(f"{bot.url}/health/live") as got:
        assert "Server" not in got.headers
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        assert got.headers["Cache-Control"] == "no-store"
        assert await got.json() == {"status": "ok"}
    for path in ("/", "/api", "/api/messages/", "/static/", "/health/"):
        async with bot.session.get(bot.url + path) as got:
            assert got.status == 404


async def test_turns_and_refusals_are_counted(bot: Bot):
    await bot.post()
    await bot.post()
    await bot.post(headers={})
    async with bot.session.get(f"{bot.url}/metrics") as got:
        lines = (await got.text()).splitlines()
    assert 'bot_turns_total{result="ok",type="message"} 1.0' in lines
    assert 'bot_turns_total{result="duplicate",type="message"} 1.0' in lines
    assert 'bot_requests_refused_total{code="token_missing"} 1.0' in lines
    assert "bot_turn_seconds_count 2.0" in lines


async def test_teams_throttles_and_the_answer_still_comes(bot: Bot):
    bot.framework.scripted.append(
        Scripted(429, {"error": {"code": "TooMany"}}, {"Retry-After": "0"})
    )
    assert await bot.post() == (200, None)
    assert bot.framework.said == ["heard bonjour", "heard bonjour"]

"""The web server's own paths."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.metrics import Metrics
from bot.web import CannotListen, create_web, listen


async def fetch(app: web.Application, path: str) -> tuple[int, Any]:
    runner, port = await listen(app, "127.0.0.1", 0)
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{port}{path}") as got,
        ):
            text = await got.text()
            return got.status, json.loads(text) if text.startswith("{") else text
    finally:
        await runner.cleanup()


async def nothing(_: web.Request) -> web.Response:
    return web.Response()


def app(**checks: Callable[[], Awaitable[object]]) -> web.Application:
    return create_web(messages=nothing, metrics=Metrics(), checks=checks)


async def well() -> None: ...


async def unwell() -> bool:
    return False


async def broken() -> None:
    raise ConnectionRefusedError


async def test_ready_when_every_check_holds():
    assert await fetch(app(database=well, scheduler=well), "/health/ready") == (
        200,
        {"status": "ok", "checks": {"database": "ok", "scheduler": "ok"}},
    )


@pytest.mark.parametrize("check", [unwell, broken])
async def test_not_ready_when_one_does_not(check: Callable[[], Awaitable[object]]):
    assert await fetch(app(database=check, scheduler=well), "/health/ready") == (
        503,
        {"status": "failing", "checks": {"database": "failing", "scheduler": "ok"}},
    )
    assert await fetch(app(database=check), "/health/live") == (200, {"status": "ok"})


async def test_the_outbox_is_looked_at_before_its_figures_are_shown():
    metrics = Metrics()

    async def refresh() -> None:
        metrics.outbox_rows.labels("pending").set(7)

    served = create_web(messages=nothing, metrics=metrics, refresh=refresh)
    status, text = await fetch(served, "/metrics")
    assert status == 200
    assert 'bot_outbox_rows{state="pending"} 7.0' in text.splitlines()


async def test_metrics_are_shown_though_the_database_is_away():
    status, text = await fetch(
        create_web(messages=nothing, metrics=Metrics(), refresh=broken), "/metrics"
    )
    assert (status, "bot_up 1.0" in text.splitlines()) == (200, True)


async def test_what_nobody_caught_says_nothing_of_itself():
    metrics = Metrics()
    served = create_web(messages=nothing, metrics=metrics)

    async def bug(_: web.Request) -> web.Response:
        raise ZeroDivisionError("a secret")

    served.router.add_get("/bug", bug)
    assert await fetch(served, "/bug") == (500, {"error": {"code": "bug"}})


async def test_a_port_that_is_taken_is_an_error_and_leaves_nothing_open():
    runner, port = await listen(app(), "127.0.0.1", 0)
    with pytest.raises(CannotListen) as refused:
        await listen(app(), "127.0.0.1", port)
    assert (refused.value.host, refused.value.port) == ("127.0.0.1", port)
    await runner.cleanup()


async def test_stopping_waits_for_the_turns_under_way():
    began, finish = asyncio.Event(), asyncio.Event()

    async def slow(_: web.Request) -> web.Response:
        began.set()
        await finish.wait()
        return web.Response(text="done")

    runner, port = await listen(create_web(messages=slow, metrics=Metrics()), "127.0.0.1", 0)
    async with aiohttp.ClientSession() as session:
        asked = asyncio.create_task(session.post(f"http://127.0.0.1:{port}/api/messages"))
        await began.wait()
        stopping = asyncio.create_task(runner.cleanup())
        await asyncio.sleep(0)
        assert not stopping.done()
        finish.set()
        answer = await asked
        assert (answer.status, await answer.text()) == (200, "done")
        await stopping


async def test_a_process_that_does_not_answer_teams_has_no_such_door():
    runner, port = await listen(create_web(messages=None, metrics=Metrics()), "127.0.0.1", 0)
    url = f"http://127.0.0.1:{port}/api/messages"
    async with aiohttp.ClientSession() as session, session.post(url, json={}) as got:
        assert got.status == 404
    await runner.cleanup()

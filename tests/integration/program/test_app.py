"""The composition root: what each role starts, what readiness looks at, and how all of it ends."""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from bot import app
from bot.app import Program
from bot.core import NotMigrated
from bot.domain.outlook import Watch
from bot.settings import Settings
from bot.web import CannotListen
from storage.alone import NotAlone
from storage.engine import make_engine
from storage.unit_of_work import SqlUnitsOfWork
from tests.fakes.bot_framework import BotFramework
from tests.fakes.endpoint import until
from tests.integration.program.machinery import free_ports


async def get(session: aiohttp.ClientSession, program: Program, path: str) -> tuple[int, Any]:
    async with session.get(f"http://127.0.0.1:{program.port}{path}") as answer:
        json = answer.content_type == "application/json"
        return answer.status, await (answer.json() if json else answer.text())


async def ready(session: aiohttp.ClientSession, program: Program) -> dict[str, str]:
    """What readiness says, once the worker has had its first beat."""
    async with asyncio.timeout(20):
        while (answer := await get(session, program, "/health/ready"))[0] != 200:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return answer[1]["checks"]


@pytest.mark.parametrize(
    ("role", "checks", "answers"),
    [
        ("all", {"database": "ok", "scheduler": "ok"}, 400),
        ("web", {"database": "ok"}, 400),
        ("worker", {"database": "ok", "scheduler": "ok"}, 404),
    ],
)
async def test_each_role(
    settled: pytest.MonkeyPatch,
    session: aiohttp.ClientSession,
    role: str,
    checks: dict[str, str],
    answers: int,
) -> None:
    settled.setenv("BOT_ROLE", role)
    program = Program(Settings.load())
    await program.start()
    try:
        assert await ready(session, program) == checks
        url = f"http://127.0.0.1:{program.port}/api/messages"
        async with session.post(url, json={}) as answer:
            assert answer.status == answers
        status, figures = await get(session, program, "/metrics")
        assert status == 200
        assert 'bot_outbox_rows{state="pending"} 0.0' in figures
        assert "bot_outbox_oldest_due_seconds 0.0" in figures
        never = "bot_upkeep_timestamp_seconds 0.0"
        async with asyncio.timeout(20):
            while role != "web" and never in figures:
                await asyncio.sleep(0.02)
                figures = (await get(session, program, "/metrics"))[1]
        assert (never in figures) is (role == "web")
    finally:
        await program.stop()
    await program.stop()  # twice is harmless


SUBSCRIBED = "bot_graph_subscription_expires_timestamp_seconds"
RECONCILED = "bot_graph_reconciled_timestamp_seconds"
FIGURES = ("bot_outbox_oldest_due_seconds", "bot_outbox_denied_rows", SUBSCRIBED, RECONCILED)
LIVES_UNTIL, COMPARED_AT = datetime(2001, 9, 9, tzinfo=UTC), datetime(2001, 9, 8, tzinfo=UTC)


async def shown(session: aiohttp.ClientSession, url: str) -> dict[str, float]:
    async with session.get(url) as answer:
        lines = [line.split() for line in (await answer.text()).splitlines()]
    return {line[0]: float(line[1]) for line in lines if line[0] in FIGURES}


async def watched(settings: Settings) -> None:
    """As a worker elsewhere has left it."""
    engine = make_engine(settings.database_url)
    async with SqlUnitsOfWork(engine)() as uow:
        await uow.outlook.add_watch(
            Watch(
                "calendar", LIVES_UNTIL, LIVES_UNTIL, subscription_id="s",
                expires_at=LIVES_UNTIL, reconciled_at=COMPARED_AT,
            )
        )  # fmt: skip
        await uow.commit()
    await engine.dispose()


async def test_figures_with_a_port_of_their_own(
    settled: pytest.MonkeyPatch, session: aiohttp.ClientSession
) -> None:
    """No way from outside leads to them then."""
    (port,) = free_ports(1)
    settled.setenv("BOT_ROLE", "web")
    settled.setenv("BOT_METRICS_PORT", str(port))
    program = Program(Settings.load())
    await program.start()
    try:
        assert (await get(session, program, "/metrics"))[0] == 404
        at = f"http://127.0.0.1:{port}/metrics"
        never = dict.fromkeys(FIGURES, 0.0)
        assert await shown(session, at) == never
        await watched(program.settings)
        since = {SUBSCRIBED: LIVES_UNTIL.timestamp(), RECONCILED: COMPARED_AT.timestamp()}
        assert await shown(session, at) == {**never, **since}
        async with session.post(f"http://127.0.0.1:{port}/api/messages", json={}) as answer:
            assert answer.status == 404
    finally:
        await program.stop()


async def test_with_an_identity(
    settled: pytest.MonkeyPatch, session: aiohttp.ClientSession
) -> None:
    """Readiness looks at Graph's token too; who is not let in is not answered."""
    async with BotFramework().serving() as framework:
        for name, value in framework.identity().items():
            settled.setenv(name, value)
        program = Program(Settings.load())
        await program.start()
        try:
            checks = await ready(session, program)
            assert checks == {"database": "ok", "graph": "ok", "scheduler": "ok"}
            url = f"http://127.0.0.1:{program.port}/api/messages"
            activity = framework.activity()
            async with session.post(url, json=activity) as answer:
                assert answer.status == 401
            async with session.post(url, json=activity, headers=framework.bearer()) as answer:
                assert answer.status == 200
            await until(lambda: bool(framework.calls))
            (call,) = framework.calls
            assert "settings.language" in str(call.body)
            assert (call.authorization or "").startswith("Bearer ours-")
        finally:
            await program.stop()


async def test_without_tables_nothing_starts(bare: pytest.MonkeyPatch) -> None:
    program = Program(Settings.load())
    with pytest.raises(NotMigrated):
        await program.start()
    await program.stop()


async def test_a_port_that_is_taken_leaves_nothing_open(settled: pytest.MonkeyPatch) -> None:
    first = Program(Settings.load())
    await first.start()
    settled.setenv("BOT_PORT", str(first.port))
    settled.setenv("BOT_ROLE", "web")
    second = Program(Settings.load())
    with pytest.raises(CannotListen):
        await second.start()
    await second.stop()
    await first.stop()


async def test_a_second_worker_on_sqlite_is_refused_and_a_web_process_is_not(
    settled: pytest.MonkeyPatch,
) -> None:
    first = Program(Settings.load())
    await first.start()
    for role in ("all", "worker"):
        settled.setenv("BOT_ROLE", role)
        second = Program(Settings.load())
        with pytest.raises(NotAlone):
            await second.start()
        await second.stop()
    settled.setenv("BOT_ROLE", "web")
    web = Program(Settings.load())
    await web.start()
    await web.stop()
    await first.stop()
    settled.setenv("BOT_ROLE", "worker")
    await (successor := Program(Settings.load())).start()
    await successor.stop()


async def test_what_cannot_be_stopped_holds_up_nothing_else(settled: pytest.MonkeyPatch) -> None:
    program = Program(Settings.load())
    ended: list[str] = []

    async def broken() -> None:
        raise RuntimeError

    async def sound() -> None:
        ended.append("sound")

    program._undo += [sound, broken]
    await program.stop()
    assert ended == ["sound"]


async def test_a_signal_ends_it(
    settled: pytest.MonkeyPatch, session: aiohttp.ClientSession, unused_tcp_port: int
) -> None:
    settled.setenv("BOT_PORT", str(unused_tcp_port))
    running = asyncio.create_task(app.run(Settings.load()))
    url = f"http://127.0.0.1:{unused_tcp_port}/health/live"
    async with asyncio.timeout(20):
        while not await _lives(session, url):  # noqa: ASYNC110  # nobody sets an event for it
            await asyncio.sleep(0.02)
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(20):
        await running
    assert not await _lives(session, url)


async def _lives(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False

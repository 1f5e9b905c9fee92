"""The endpoint on loopback, with Teams' services beside it, for the tests of `/api/messages`."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from botbuilder.core import TurnContext

from bot.clock import Clock, SystemClock
from bot.metrics import Metrics
from bot.teams.connector import new_session
from bot.teams.endpoint import Endpoint, TeamsConfig, Voices, build_connector
from bot.teams.turn import Turn
from bot.teams.voices import OnShown
from bot.web import create_web, listen
from storage.bot_state import BotStateStore
from storage.engine import Database
from tests.fakes.bot_framework import APP_ID, ISSUER, TENANT, BotFramework

Handler = Callable[[TurnContext], Awaitable[Any]]
CHAT = "a:chat"
CARD = {"type": "AdaptiveCard", "version": "1.5", "body": []}


@dataclass
class Bot:
    """The endpoint under test, its neighbours, and what a test does with it."""

    framework: BotFramework
    endpoint: Endpoint
    store: BotStateStore
    engine: Database
    session: aiohttp.ClientSession
    metrics: Metrics
    url: str
    handler: Handler | None = None
    turns: int = 0
    mend: Callable[[], None] = lambda: None

    async def on_turn(self, context: TurnContext) -> Any:
        self.turns += 1
        if self.handler is not None:
            return await self.handler(context)
        Turn.of(context).say(f"heard {context.activity.text}")
        return None

    async def post(
        self, activity: Any = None, *, headers: dict[str, str] | None = None, **fields: Any
    ) -> tuple[int, Any]:
        body = json.dumps(self.framework.activity(**fields) if activity is None else activity)
        return await self.raw(body, headers=headers)

    async def raw(self, body: Any, *, headers: dict[str, str] | None = None) -> tuple[int, Any]:
        full = {"Content-Type": "application/json"}
        full |= self.framework.bearer() if headers is None else headers
        async with self.session.post(f"{self.url}/api/messages", data=body, headers=full) as got:
            text = await got.text()
            return got.status, json.loads(text) if text else None

    async def invoke(self, **fields: Any) -> tuple[int, Any]:
        return await self.post(**({"type": "invoke", "text": None} | fields))


@asynccontextmanager
async def serving(
    framework: BotFramework,
    engine: Database,
    config: TeamsConfig,
    clock: Clock | None = None,
    *,
    on_mishap: Callable[..., Awaitable[None]] | None = None,
    on_shown: OnShown | None = None,
) -> AsyncGenerator[Bot]:
    """Serve until the block ends."""
    clock = clock or SystemClock()
    session = new_session(proxies=False)
    store, metrics = BotStateStore(engine, clock), Metrics()
    connector = build_connector(config, session, None)
    bot: Bot

    async def on_turn(context: TurnContext) -> Any:
        return await bot.on_turn(context)

    async def on_bug(context: TurnContext, reference: str) -> None:
        Turn.of(context).say(f"bug {len(reference)}")

    async def on_away(context: TurnContext) -> None:
        Turn.of(context).say("away")

    endpoint = Endpoint(
        config,
        session=session,
        connector=connector,
        store=store,
        voices=Voices(on_turn, on_mishap or on_bug, on_mishap or on_away, on_shown),
        metrics=metrics,
        clock=clock,
    )
    runner, port = await listen(
        create_web(messages=endpoint.handle, metrics=metrics), "127.0.0.1", 0
    )
    bot = Bot(framework, endpoint, store, engine, session, metrics, f"http://127.0.0.1:{port}")
    yield bot
    await runner.cleanup()
    await endpoint.stop()
    await connector.close()
    await session.close()


def config(framework: BotFramework) -> TeamsConfig:
    return TeamsConfig(
        app_id=APP_ID,
        tenants=(TENANT,),
        token_issuers=(ISSUER,),
        openid_metadata_url=framework.openid_url,
        service_url_hosts=("127.0.0.1",),
    )


def refusal(code: str) -> dict[str, Any]:
    """What an activity that is not let in gets for an answer."""
    return {"error": {"code": code}}


async def until(holds: Callable[[], bool]) -> None:
    """Let the others run until something holds."""
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110  # nobody sets an event for it, and no time passes
            await asyncio.sleep(0)

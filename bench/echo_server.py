"""Echoes: `stock` is botbuilder's own CloudAdapter, `bare` plain aiohttp, `ours` our adapter.

All answer every message with an echo through the Connector. `stock` checks the caller's token
as ours does; its own token is a constant, which spares it what MSAL costs. `ours` is the whole
endpoint (gate, token, lock, TurnContext, connector) on a store that keeps nothing. The echo of
the Microsoft 365 Agents SDK is `bench.echo_agents`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import orjson
from aiohttp import web

from bench.sampling import profiled

Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]


def stock() -> Handle:
    """As botbuilder's samples set it up."""
    from botbuilder.core import ActivityHandler, TurnContext
    from botbuilder.integration.aiohttp import (
        CloudAdapter,
        ConfigurationBotFrameworkAuthentication,
    )
    from botframework.connector.auth import PasswordServiceClientCredentialFactory
    from msrest.authentication import BasicTokenAuthentication

    class Credentials(PasswordServiceClientCredentialFactory):
        async def create_credentials(self, *_: Any, **__: Any) -> Any:
            return BasicTokenAuthentication({"access_token": "ours"})

    class Configuration:
        APP_ID = os.environ["BOT_APP_ID"]
        TO_CHANNEL_FROM_BOT_LOGIN_URL = os.environ["BOT_LOGIN_URL"]
        TO_CHANNEL_FROM_BOT_OAUTH_SCOPE = "https://api.botframework.com"
        TO_BOT_FROM_CHANNEL_TOKEN_ISSUER = "https://api.botframework.com"  # noqa: S105  # a name
        OAUTH_URL = os.environ["BOT_LOGIN_URL"]
        TO_BOT_FROM_CHANNEL_OPENID_METADATA_URL = os.environ["BOT_OPENID_METADATA_URL"]
        TO_BOT_FROM_EMULATOR_OPENID_METADATA_URL = os.environ["BOT_OPENID_METADATA_URL"]
        CALLER_ID = ""

    class Echo(ActivityHandler):
        async def on_message_activity(self, turn_context: TurnContext) -> None:
            await turn_context.send_activity(f"echo {turn_context.activity.text}")

    credentials = Credentials(Configuration.APP_ID, "bench")
    authentication = ConfigurationBotFrameworkAuthentication(
        Configuration(), credentials_factory=credentials
    )
    adapter, bot = CloudAdapter(authentication), Echo()

    async def handle(request: web.Request) -> web.StreamResponse:
        answer = await adapter.process(request, bot)
        return answer or web.Response()

    return handle


def bare() -> Handle:
    """The least that an echo can be: no authentication, one pooled session."""
    sessions: list[aiohttp.ClientSession] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        if not sessions:
            sessions.append(aiohttp.ClientSession())
        activity = orjson.loads(await request.read())
        reply = {"type": "message", "text": f"echo {activity['text']}"}
        where = f"v3/conversations/{activity['conversation']['id']}/activities/{activity['id']}"
        async with sessions[0].post(
            f"{activity['serviceUrl']}{where}",
            data=orjson.dumps(reply),
            headers={"Content-Type": "application/json"},
        ) as response:
            await response.read()
        return web.Response()

    return handle


def ours() -> Handle:
    """Our endpoint with an ActivityHandler that echoes; what a turn costs without its database."""
    from botbuilder.core import ActivityHandler, TurnContext

    from bot.clock import SystemClock
    from bot.metrics import Metrics
    from bot.teams.connector import new_session
    from bot.teams.credentials import Identity, build_credential
    from bot.teams.endpoint import Endpoint, TeamsConfig, Voices, build_connector
    from bot.teams.limits import SendLimits
    from storage.bot_state import Stored

    class Echo(ActivityHandler):
        async def on_message_activity(self, turn_context: TurnContext) -> None:
            await turn_context.send_activity(f"echo {turn_context.activity.text}")

    class Nothing:
        async def load(self, *_: Any) -> Stored:
            return Stored()

        async def save(self, _: str, version: int, *__: Any, **___: Any) -> int:
            return version

    config = TeamsConfig(
        app_id=os.environ["BOT_APP_ID"],
        tenants=(os.environ["BOT_TENANT_ID"],),
        openid_metadata_url=os.environ["BOT_OPENID_METADATA_URL"],
        service_url_hosts=("127.0.0.1",),
    )
    identity = Identity(
        app_id=os.environ["BOT_APP_ID"],
        tenant_id=os.environ["BOT_TENANT_ID"],
        secret="bench",  # noqa: S106  # nobody's
        login_url=os.environ["BOT_LOGIN_URL"],
    )
    made: list[Endpoint] = []

    async def nobody(*_: Any) -> None:
        return None

    def endpoint() -> Endpoint:
        session, store = new_session(), Nothing()
        return Endpoint(
            config,
            session=session,
            connector=build_connector(
                config, session, build_credential(identity, session), SendLimits(a_second=0)
            ),
            store=store,  # pyright: ignore[reportArgumentType]  # what the echo needs of it
            voices=Voices(Echo().on_turn, nobody, nobody),
            metrics=Metrics(),
            clock=SystemClock(),
        )

    async def handle(request: web.Request) -> web.StreamResponse:
        if not made:
            made.append(endpoint())
        answer = await made[0].handle(request)
        made[0].turns.done.clear()  # the keeper's work, which has no database here
        return answer

    return handle


async def _ready(_: web.Request) -> web.StreamResponse:
    return web.Response()


if __name__ == "__main__":
    if where := os.environ.get("BENCH_PROFILE"):
        profiled(where)
    app = web.Application()
    app.router.add_post(
        "/api/messages", {"stock": stock, "bare": bare, "ours": ours}[sys.argv[1]]()
    )
    app.router.add_get("/health/ready", _ready)
    web.run_app(
        app, host="127.0.0.1", port=int(os.environ["BOT_PORT"]), access_log=None, print=None
    )

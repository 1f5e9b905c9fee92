"""The echo of the Microsoft 365 Agents SDK, as its samples set it up; in an environment of its own.

It checks the caller's token, with the keys of the bench's neighbours; its own token is a
constant, which spares it what MSAL costs. `bench.agents` makes the environment.
"""

# The SDK is not in the environment that types are checked in.
# pyright: basic, reportMissingImports=false

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from microsoft_agents.hosting.aiohttp import (
    CloudAdapter,
    jwt_authorization_middleware,
    start_agent_process,
)
from microsoft_agents.hosting.core import (
    AgentApplication,
    AgentAuthConfiguration,
    MemoryStorage,
    TurnContext,
    TurnState,
)
from microsoft_agents.hosting.core.authorization import _entra_issuers

ISSUER = "https://api.botframework.com"


class Tokens:
    """What MSAL would be asked for."""

    async def get_access_token(self, *_: Any, **__: Any) -> str:
        return "ours"


class Connections:
    """One connection, whoever asks."""

    def __init__(self, configuration: AgentAuthConfiguration) -> None:
        self._configuration = configuration
        self._tokens = Tokens()

    def get_connection(self, *_: Any) -> Tokens:
        return self._tokens

    get_default_connection = get_token_provider = get_connection
    get_token_provider_from_activity = get_connection

    def get_default_connection_configuration(self) -> AgentAuthConfiguration:
        return self._configuration


def main() -> None:
    """Serve."""
    metadata = urlsplit(os.environ["BOT_OPENID_METADATA_URL"])
    _entra_issuers.BOTFRAMEWORK_JWKS_URIS[ISSUER] = f"{metadata.scheme}://{metadata.netloc}/keys"
    configuration = AgentAuthConfiguration(
        client_id=os.environ["BOT_APP_ID"], tenant_id=os.environ["BOT_TENANT_ID"]
    )
    connections: Any = Connections(configuration)
    adapter = CloudAdapter(connection_manager=connections)
    agent = AgentApplication[TurnState](
        storage=MemoryStorage(), adapter=adapter, connection_manager=connections
    )

    @agent.activity("message")
    async def echo(context: TurnContext, _: TurnState) -> None:
        await context.send_activity(f"echo {context.activity.text}")

    async def handle(request: web.Request) -> web.StreamResponse:
        return await start_agent_process(request, agent, adapter) or web.Response()

    async def ready(_: web.Request) -> web.StreamResponse:
        return web.Response()

    messages = web.Application(middlewares=[jwt_authorization_middleware])
    messages["agent_configuration"] = configuration
    messages.router.add_post("/messages", handle)
    app = web.Application()
    app.router.add_get("/health/ready", ready)
    app.add_subapp("/api", messages)
    web.run_app(
        app, host="127.0.0.1", port=int(os.environ["BOT_PORT"]), access_log=None, print=None
    )


if __name__ == "__main__":
    main()

"""The Teams side of a process, put together: what `/api/messages` answers with."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import aiohttp
import orjson
import structlog
from aiohttp import web

from bot.clock import Clock
from bot.metrics import Metrics
from bot.teams.adapter import TeamsAdapter
from bot.teams.auth import Gate
from bot.teams.connector import Connector
from bot.teams.credentials import CachedTokens, NoTokens
from bot.teams.errors import Refused
from bot.teams.keeper import Keeper
from bot.teams.keys import SigningKeys
from bot.teams.limits import SendLimits
from bot.teams.mishaps import Mishaps
from bot.teams.sending import Sender
from bot.teams.service_urls import ServiceUrls
from bot.teams.tokens import TokenCheck
from bot.teams.turns import Turns
from bot.teams.voices import Voices
from storage.bot_state import BotStateStore

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential

log = structlog.get_logger(__name__)

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class TeamsConfig:
    """What the Teams side needs of the settings. `app_id` None is the sandbox."""

    app_id: str | None = None
    tenants: Collection[str] = ()
    token_issuers: Collection[str] = ("https://api.botframework.com",)
    openid_metadata_url: str = "https://login.botframework.com/v1/.well-known/openidconfiguration"
    connector_scope: str = "https://api.botframework.com/.default"
    service_url_hosts: Collection[str] = field(default_factory=tuple[str, ...])

    @property
    def service_urls(self) -> ServiceUrls:
        """The addresses that the bot may write to."""
        return ServiceUrls(self.service_url_hosts, sandbox=self.app_id is None)


def build_connector(
    config: TeamsConfig,
    session: aiohttp.ClientSession,
    credential: AsyncTokenCredential | None,
    limits: SendLimits | None = None,
    metrics: Metrics | None = None,
) -> Connector:
    """The process's Connector client. Without a credential it sends no tokens (the sandbox)."""
    tokens = CachedTokens(credential, config.connector_scope) if credential else NoTokens()
    connector = Connector(session, tokens, config.service_urls, limits=limits)
    if metrics is not None:
        counter = metrics.connector_calls
        connector.on_call = lambda operation, result: counter.labels(operation, result).inc()
    return connector


class Endpoint:
    """Answers `/api/messages`."""

    def __init__(
        self,
        config: TeamsConfig,
        *,
        session: aiohttp.ClientSession,
        connector: Connector,
        store: BotStateStore,
        voices: Voices,
        metrics: Metrics,
        clock: Clock,
    ) -> None:
        self._metrics = metrics
        tokens = None
        if config.app_id is not None:
            tokens = TokenCheck(
                SigningKeys(session, config.openid_metadata_url),
                audience=config.app_id,
                issuers=config.token_issuers,
                clock=clock,
            )
        self._gate = Gate(service_urls=config.service_urls, tokens=tokens, tenants=config.tenants)
        adapter, sender = TeamsAdapter(config.app_id), Sender(connector)
        self.turns = Turns(
            adapter=adapter,
            store=store,
            sender=sender,
            voices=voices,
            mishaps=Mishaps(adapter, sender, voices),
            metrics=metrics,
            clock=clock,
        )
        self.keeper = Keeper(turns=self.turns, store=store, sender=sender, clock=clock)

    async def start(self) -> None:
        """Begin the housekeeping."""
        await self.keeper.start()

    async def stop(self) -> None:
        """End it. Turns under way have ended before: the web server waits for them."""
        await self.keeper.stop()

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one request."""
        try:
            inbound = await self._gate.admit(request)
            answer = await self.turns.answer(inbound)
        except Refused as refused:
            return self._refuse(refused)
        if answer.body is None:
            return web.Response(status=answer.status)
        return web.Response(status=answer.status, body=orjson.dumps(answer.body), content_type=JSON)

    def _refuse(self, refused: Refused) -> web.Response:
        log.info("request_refused", status=refused.status, code=refused.code)
        self._metrics.refusals.labels(refused.code).inc()
        headers: dict[str, str] = {}
        if refused.retry_after is not None:
            headers["Retry-After"] = str(refused.retry_after)
        if refused.status == web.HTTPUnauthorized.status_code:
            headers["WWW-Authenticate"] = "Bearer"
        return web.Response(
            status=refused.status,
            body=orjson.dumps({"error": {"code": refused.code}}),
            content_type=JSON,
            headers=headers,
        )

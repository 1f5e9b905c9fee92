"""Teams' services on loopback: the Connector, the OpenID keys, and the login for our own tokens."""

import asyncio
import json
import time
from collections import deque
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

APP_ID = "11111111-1111-1111-1111-111111111111"
TENANT = "22222222-2222-2222-2222-222222222222"
ISSUER = "https://api.botframework.com"

_SPARE_KEYS: list[rsa.RSAPrivateKey] = []


def rsa_key(number: int = 0) -> rsa.RSAPrivateKey:
    """The n-th key of this run: making one takes a while."""
    while len(_SPARE_KEYS) <= number:
        _SPARE_KEYS.append(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    return _SPARE_KEYS[number]


@dataclass
class Call:
    method: str
    path: str
    body: Any
    authorization: str | None


@dataclass
class Scripted:
    """An answer out of the ordinary. `drop` closes the connection without one."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    wait: asyncio.Event | None = None


class BotFramework:
    """Records calls of the Connector; answers each with a new id, or with what is scripted."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.scripted: deque[Scripted] = deque()
        self.keys: dict[str, rsa.RSAPrivateKey] = {"key-1": rsa_key()}
        self.endorsements: list[str] = ["msteams"]
        self.keys_away = False
        self.key_fetches = 0
        self.logins: list[dict[str, str]] = []
        self.login_status = 200
        self.url = ""
        self.came = asyncio.Event()

    @property
    def service_url(self) -> str:
        return f"{self.url}/teams/"

    @property
    def openid_url(self) -> str:
        return f"{self.url}/openid"

    @property
    def said(self) -> list[str | None]:
        """The texts and summaries sent, in order."""
        return [
            call.body.get("text") or call.body.get("summary")
            for call in self.calls
            if call.method in {"POST", "PUT"}
        ]

    def identity(self) -> dict[str, str]:
        """The settings of a program that is known here."""
        return {
            "BOT_APP_ID": APP_ID,
            "BOT_APP_SECRET": "hunter2",
            "BOT_TENANT_ID": TENANT,
            "BOT_LOGIN_URL": f"{self.url}/login",
            "BOT_OPENID_METADATA_URL": self.openid_url,
            "BOT_SERVICE_URL_HOSTS": "127.0.0.1",
            "BOT_GRAPH_URL": f"{self.url}/v1.0",
            "BOT_SERVICE_MAILBOX": "conversations@example.org",
        }

    def token(
        self, key_id: str = "key-1", key: rsa.RSAPrivateKey | None = None, **claims: Any
    ) -> str:
        """A token as Teams signs them; a claim given as None is left out."""
        now = int(time.time())
        full = {
            "iss": ISSUER,
            "aud": APP_ID,
            "nbf": now - 60,
            "exp": now + 3600,
            "serviceurl": self.service_url,
        } | claims
        full = {name: value for name, value in full.items() if value is not None}
        return jwt.encode(full, key or self.keys[key_id], "RS256", headers={"kid": key_id})

    def bearer(self, **claims: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(**claims)}"}

    def activity(self, **fields: Any) -> dict[str, Any]:
        """A message in somebody's own chat; a field given as None is left out."""
        full = {
            "type": "message",
            "id": "activity-1",
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "from": {"id": "29:person", "aadObjectId": "33333333-3333-3333-3333-333333333333"},
            "recipient": {"id": f"28:{APP_ID}"},
            "conversation": {"id": "a:chat", "conversationType": "personal", "tenantId": TENANT},
            "channelData": {"tenant": {"id": TENANT}},
            "locale": "fr-CA",
            "text": "bonjour",
        } | fields
        return {name: value for name, value in full.items() if value is not None}

    @asynccontextmanager
    async def serving(self):
        app = web.Application()
        app.router.add_route("*", "/teams/{path:.*}", self._teams)
        app.router.add_get("/openid", self._openid)
        app.router.add_get("/keys", self._keys)
        app.router.add_post("/login/{tenant}/oauth2/v2.0/token", self._login)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()

    async def _teams(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        body = json.loads(raw) if raw else None
        path = request.raw_path.removeprefix("/teams")
        self.calls.append(Call(request.method, path, body, request.headers.get("Authorization")))
        self.came.set()
        if not self.scripted:
            return web.json_response({"id": f"sent-{len(self.calls)}"})
        answer = self.scripted.popleft()
        if answer.wait is not None:
            await answer.wait.wait()
        if answer.drop:
            assert request.transport is not None
            request.transport.close()
        if answer.status == 200 and answer.body is None:
            return web.json_response({"id": f"sent-{len(self.calls)}"})
        return web.json_response(answer.body, status=answer.status, headers=answer.headers)

    async def _openid(self, _: web.Request) -> web.Response:
        self.key_fetches += 1
        if self.keys_away:
            return web.Response(status=503)
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{self.url}/keys"})

    async def _keys(self, _: web.Request) -> web.Response:
        algorithm = jwt.algorithms.RSAAlgorithm
        keys = [
            algorithm.to_jwk(key.public_key(), as_dict=True)
            | {"kid": key_id, "use": "sig", "endorsements": self.endorsements}
            for key_id, key in self.keys.items()
        ]
        return web.json_response({"keys": keys})

    async def _login(self, request: web.Request) -> web.Response:
        form = await request.post()
        self.logins.append({name: str(value) for name, value in form.items()})
        if self.login_status != 200:
            return web.json_response({"error": "invalid_client"}, status=self.login_status)
        return web.json_response(
            {"access_token": f"ours-{len(self.logins)}", "expires_in": 3600, "token_type": "Bearer"}
        )

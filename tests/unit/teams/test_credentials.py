"""Our own tokens: kept, renewed ahead, and never a surprise."""

import asyncio
from typing import Any

import aiohttp
import pytest
from azure.core.credentials import AccessToken
from azure.identity import aio

from bot.domain.errors import OutsideFault, Rejected
from bot.teams.credentials import CachedTokens, Identity, LocalLogin, NoTokens, build_credential
from tests.fakes.bot_framework import APP_ID, TENANT, BotFramework


class Credential:
    """Gives a new token each time, for an hour, or fails."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.asked: list[str] = []
        self.error: Exception | None = None
        self.gate: asyncio.Event | None = None

    async def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        self.asked += scopes
        if self.gate is not None:
            await self.gate.wait()
        if self.error is not None:
            raise self.error
        return AccessToken(f"token-{len(self.asked)}", int(self.now) + 3600)

    async def close(self) -> None: ...

    async def __aexit__(self, *_: object) -> None: ...


@pytest.fixture
def credential() -> Credential:
    return Credential()


@pytest.fixture
def tokens(credential: Credential) -> CachedTokens:
    return CachedTokens(credential, "scope", now=lambda: credential.now)


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_token_is_asked_for_once(tokens: CachedTokens, credential: Credential):
    assert [await tokens.header() for _ in range(3)] == ["Bearer token-1"] * 3
    assert credential.asked == ["scope"]


async def test_those_who_ask_at_once_share_one(tokens: CachedTokens, credential: Credential):
    credential.gate = asyncio.Event()
    asking = [asyncio.create_task(tokens.header()) for _ in range(5)]
    await settled()
    credential.gate.set()
    assert await asyncio.gather(*asking) == ["Bearer token-1"] * 5
    assert credential.asked == ["scope"]


async def test_it_is_renewed_ahead_while_the_old_one_serves(
    tokens: CachedTokens, credential: Credential
):
    await tokens.header()
    credential.now += 3600 - 599
    assert await tokens.header() == "Bearer token-1"
    await settled()
    assert await tokens.header() == "Bearer token-2"


async def test_a_failed_renewal_is_tried_again_in_a_while(
    tokens: CachedTokens, credential: Credential
):
    await tokens.header()
    credential.now += 3600 - 599
    credential.error = RuntimeError("login away")
    for _ in range(3):
        assert await tokens.header() == "Bearer token-1"
        await settled()
    assert len(credential.asked) == 2
    credential.error = None
    credential.now += 31
    await tokens.header()
    await settled()
    assert await tokens.header() == "Bearer token-3"


async def test_no_token_at_all_is_an_outside_fault(tokens: CachedTokens, credential: Credential):
    credential.error = RuntimeError("login away")
    with pytest.raises(OutsideFault, match=r"login\.unavailable"):
        await tokens.header()
    credential.error = None
    assert await tokens.header() == "Bearer token-2"


async def test_an_old_token_is_not_used(tokens: CachedTokens, credential: Credential):
    await tokens.header()
    credential.now += 3600
    credential.error = RuntimeError("login away")
    with pytest.raises(OutsideFault):
        await tokens.header()


async def test_closing_stops_a_renewal(tokens: CachedTokens, credential: Credential):
    credential.gate = asyncio.Event()
    asking = asyncio.create_task(tokens.header())
    await settled()
    await tokens.close()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_the_sandbox_has_no_tokens():
    assert await NoTokens().header() is None
    await NoTokens().close()


async def test_a_login_on_this_machine(session: aiohttp.ClientSession, framework: BotFramework):
    identity = Identity(APP_ID, TENANT, secret="s", login_url=f"{framework.url}/login")
    async with build_credential(identity, session) as credential:
        tokens = CachedTokens(credential, "https://api.botframework.com/.default")
        assert await tokens.header() == "Bearer ours-1"
    assert framework.logins == [
        {
            "grant_type": "client_credentials",
            "client_id": APP_ID,
            "client_secret": "s",
            "scope": "https://api.botframework.com/.default",
        }
    ]


async def test_a_login_that_refuses_us(session: aiohttp.ClientSession, framework: BotFramework):
    framework.login_status = 401
    identity = Identity(APP_ID, TENANT, secret="s", login_url=f"{framework.url}/login")
    tokens = CachedTokens(LocalLogin(identity, session), "scope")
    with pytest.raises(Rejected, match=r"login\.401"):
        await tokens.header()


async def test_each_way_to_prove_who_we_are(session: aiohttp.ClientSession):
    with_secret = build_credential(Identity(APP_ID, TENANT, secret="s"), session)
    managed = build_credential(Identity(APP_ID, TENANT, managed=True), session)
    assert isinstance(with_secret, aio.ClientSecretCredential)
    assert isinstance(managed, aio.ManagedIdentityCredential)
    await with_secret.close()
    await managed.close()


def test_a_secret_is_not_printed():
    assert "hunter2" not in repr(Identity(APP_ID, TENANT, secret="hunter2"))

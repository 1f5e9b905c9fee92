"""The cache of Teams' signing keys, on a clock that the test moves."""

from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.teams.keys import KeysAway, SigningKeys
from tests.fakes.bot_framework import BotFramework, rsa_key

DAY = 24 * 3600


class Time:
    now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def keys(session: aiohttp.ClientSession, framework: BotFramework, time: Time) -> SigningKeys:
    return SigningKeys(session, framework.openid_url, monotonic=time.monotonic)


async def test_they_are_kept_for_a_day(keys: SigningKeys, framework: BotFramework, time: Time):
    for hour in range(24):
        time.now = hour * 3600
        assert (await keys.get("key-1")) is not None
    assert framework.key_fetches == 1
    time.now = DAY + 1
    assert (await keys.get("key-1")) is not None
    assert framework.key_fetches == 2


async def test_a_key_that_is_withdrawn_is_gone_the_next_day(
    keys: SigningKeys, framework: BotFramework, time: Time
):
    assert await keys.get("key-1") is not None
    framework.keys = {"key-2": rsa_key(1)}
    time.now = DAY + 1
    assert await keys.get("key-1") is None
    assert await keys.get("key-2") is not None


async def test_an_unknown_key_is_asked_for_twice_a_minute_at_most(
    keys: SigningKeys, framework: BotFramework, time: Time
):
    for second in range(61):
        time.now = second
        assert await keys.get(f"unknown-{second}") is None
    assert framework.key_fetches == 1 + 2


async def test_old_keys_serve_while_new_ones_cannot_be_had(
    keys: SigningKeys, framework: BotFramework, time: Time
):
    assert await keys.get("key-1") is not None
    framework.keys_away = True
    time.now = DAY + 1
    for _ in range(3):
        assert await keys.get("key-1") is not None
    assert framework.key_fetches == 2
    framework.keys_away = False
    time.now += 31
    assert await keys.get("key-1") is not None
    assert framework.key_fetches == 3


async def test_without_any_keys_it_says_so_and_asks_again(
    keys: SigningKeys, framework: BotFramework
):
    framework.keys_away = True
    for _ in range(2):
        with pytest.raises(KeysAway):
            await keys.get("key-1")
    framework.keys_away = False
    assert await keys.get("key-1") is not None


@pytest.mark.parametrize(
    "document",
    [
        [],
        {},
        {"keys": []},
        {"keys": 7},
        {"keys": ["text", {"kty": "EC", "kid": "a"}, {"kty": "RSA"}]},
        {"keys": [{"kty": "RSA", "kid": "a", "n": "!", "e": "AQAB"}]},
        {"keys": [{"kty": "RSA", "kid": "a", "use": "enc", "n": "AQAB", "e": "AQAB"}]},
    ],
)
async def test_a_document_without_a_key_that_can_be_read(
    session: aiohttp.ClientSession, document: Any
):
    async def openid(request: web.Request) -> web.Response:
        return web.json_response({"jwks_uri": f"http://{request.host}/keys"})

    async def listed(_: web.Request) -> web.Response:
        return web.json_response(document)

    app = web.Application()
    app.router.add_get("/openid", openid)
    app.router.add_get("/keys", listed)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/openid"
    try:
        with pytest.raises(KeysAway):
            await SigningKeys(session, url).get("a")
    finally:
        await runner.cleanup()


async def test_nobody_answers(session: aiohttp.ClientSession, unused_tcp_port: int):
    with pytest.raises(KeysAway):
        await SigningKeys(session, f"http://127.0.0.1:{unused_tcp_port}/").get("a")

"""What comes in at /api/messages, over HTTP: bodies, tokens and senders, let in or refused."""

import gzip
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.fakes.bot_framework import APP_ID, ISSUER, TENANT, rsa_key
from tests.fakes.endpoint import Bot, refusal

# ------------------------------------------------------------------------------------ bodies


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b"   ", "empty"),
        (b"{", "json"),
        (b'{"type": "message"', "json"),
        (b"\xff\xfe", "json"),
        (b'{"a": "\\ud800"}', "json"),
        (b"[" * 5000, "json"),
        (b"NaN", "json"),
        (b"[]", "json_object"),
        (b'"message"', "json_object"),
        (b"null", "json_object"),
    ],
)
async def test_a_body_that_is_no_activity(bot: Bot, body: bytes, code: str):
    assert await bot.raw(body) == (400, refusal(code))
    assert (await bot.post())[0] == 200
    assert bot.framework.said == ["heard bonjour"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"type": None}, "type"),
        ({"type": 7}, "type"),
        ({"type": ""}, "type"),
        ({"id": None}, "id"),
        ({"id": ""}, "id"),
        ({"id": 12}, "id"),
        ({"id": "a\nb"}, "id"),
        ({"id": "x" * 513}, "id"),
        ({"type": "invoke", "id": None}, "id"),
        ({"conversation": None}, "conversation_id"),
        ({"conversation": "a:chat"}, "conversation_id"),
        ({"conversation": {"tenantId": TENANT}}, "conversation_id"),
        ({"conversation": {"id": ["a"], "tenantId": TENANT}}, "conversation_id"),
        ({"from": None}, "from_id"),
        ({"from": {"name": "Somebody"}}, "from_id"),
    ],
)
async def test_an_activity_without_what_an_answer_needs(
    bot: Bot, fields: dict[str, Any], code: str
):
    assert await bot.post(**fields) == (400, refusal(code))
    assert bot.turns == 0


async def test_a_conversation_update_needs_no_id(bot: Bot):
    status, _ = await bot.post(type="conversationUpdate", id=None, text=None)
    assert status == 200
    assert bot.framework.calls[0].path == "/v3/conversations/a%3Achat/activities"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "text/json"])
async def test_another_content_type(bot: Bot, kind: str):
    headers = {**bot.framework.bearer(), "Content-Type": kind}
    assert await bot.raw(b"{}", headers=headers) == (415, refusal("content_type"))


async def test_another_method(bot: Bot):
    async with bot.session.get(f"{bot.url}/api/messages") as got:
        assert (got.status, got.headers["Allow"]) == (405, "POST")


async def test_a_huge_body_is_refused_by_its_header(bot: Bot):
    body = json.dumps(bot.framework.activity(text="a" * 300_000))
    assert await bot.raw(body) == (413, refusal("size"))
    assert bot.turns == 0


async def test_a_huge_chunked_body_is_refused_on_the_way(bot: Bot):
    async def chunks():
        for _ in range(40):
            yield b" " * 10_000

    assert await bot.raw(chunks()) == (413, refusal("size"))


async def test_a_small_body_that_unpacks_to_a_huge_one_is_refused(bot: Bot):
    body = gzip.compress(json.dumps(bot.framework.activity(text="a" * 5_000_000)).encode())
    headers = {**bot.framework.bearer(), "Content-Encoding": "gzip"}
    assert len(body) < 50_000
    assert await bot.raw(body, headers=headers) == (413, refusal("size"))


async def test_a_body_that_does_not_unpack(bot: Bot):
    headers = {**bot.framework.bearer(), "Content-Encoding": "gzip"}
    assert (await bot.raw(b"not gzip", headers=headers))[0] == 400


async def test_the_largest_body_is_let_in(bot: Bot):
    activity = bot.framework.activity()
    activity["text"] = "a" * (256 * 1024 - len(json.dumps(activity)))
    activity["text"] += "a" * (256 * 1024 - len(json.dumps(activity)))
    body = json.dumps(activity)
    assert len(body) == 256 * 1024
    assert await bot.raw(body) == (200, None)


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("x" * 10_000, "x" * 10_000),
        ("**bold** <b>html</b> {{user}} 🙂 \u202eright to left l’apostrophe '", None),
        ("a\u0000b\\u0000", "ab\\u0000"),
    ],
)
async def test_any_text_comes_through(bot: Bot, text: str, heard: str | None):
    assert await bot.post(text=text) == (200, None)
    assert bot.framework.said == [f"heard {heard or text}"]


async def test_fields_of_a_wrong_type_do_not_break_a_turn(bot: Bot):
    status, _ = await bot.post(
        text={"a": 1}, locale=7, timestamp="yesterday", membersAdded="me", entities={"a": 1}
    )
    assert status == 200
    assert bot.framework.said == ["heard None"]


# ------------------------------------------------------------------------------------ tokens


async def test_a_good_token_is_let_in(bot: Bot):
    assert await bot.post() == (200, None)
    assert bot.framework.said == ["heard bonjour"]


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Basic abc", "Bearer not.a.token", "Bearer a.b.c", "Bearer é"],
)
async def test_an_unsigned_activity(bot: Bot, header: str | None):
    headers = {} if header is None else {"Authorization": header}
    status, body = await bot.post(headers=headers)
    assert status == 401
    assert body["error"]["code"] in {"token_missing", "token_malformed"}
    assert bot.turns == 0


# What a token says, or what it says at the moment of the test.
Claims = dict[str, Any] | Callable[[int], dict[str, Any]]


@pytest.mark.parametrize(
    ("claims", "status", "code"),
    [
        (lambda now: {"exp": now - 600}, 401, "token_expired"),
        ({"exp": None}, 401, "token_invalid"),
        ({"exp": "soon"}, 401, "token_invalid"),
        (lambda now: {"nbf": now + 600}, 401, "token_not_yet_valid"),
        ({"aud": "another-bot"}, 401, "token_audience"),
        ({"aud": None}, 401, "token_invalid"),
        ({"iss": "https://sts.example.org"}, 401, "token_issuer"),
        ({"iss": None}, 401, "token_invalid"),
        ({"serviceurl": None}, 401, "token_without_service_url"),
        ({"serviceurl": "https://smba.trafficmanager.net/ca/"}, 403, "service_url_not_of_token"),
    ],
)
async def test_a_token_that_is_not_good(bot: Bot, claims: Claims, status: int, code: str):
    claims = claims(int(time.time())) if callable(claims) else claims
    assert await bot.post(headers=bot.framework.bearer(**claims)) == (status, refusal(code))
    assert bot.turns == 0
    assert await bot.post() == (200, None)


@pytest.mark.parametrize(("claim", "off"), [("exp", -200), ("nbf", 200)])
async def test_clocks_may_differ_by_five_minutes(bot: Bot, claim: str, off: int):
    headers = bot.framework.bearer(**{claim: int(time.time()) + off})
    assert await bot.post(headers=headers) == (200, None)


async def test_a_token_signed_by_somebody_else(bot: Bot):
    forged = bot.framework.token(key=rsa_key(1))
    headers = {"Authorization": f"Bearer {forged}"}
    assert await bot.post(headers=headers) == (401, refusal("token_invalid"))


async def test_a_token_of_another_algorithm(bot: Bot):
    import jwt  # noqa: PLC0415  # this test alone

    for forged in (
        jwt.encode({"aud": APP_ID, "iss": ISSUER}, "s" * 32, "HS256", headers={"kid": "key-1"}),
        jwt.encode({"aud": APP_ID, "iss": ISSUER}, None, "none", headers={"kid": "key-1"}),
    ):
        headers = {"Authorization": f"Bearer {forged}"}
        assert await bot.post(headers=headers) == (401, refusal("token_algorithm"))


async def test_a_changed_token(bot: Bot):
    head, claims, signature = bot.framework.token().split(".")
    other = bot.framework.token(aud=APP_ID, serviceurl="https://example.org").split(".")[1]
    headers = {"Authorization": f"Bearer {head}.{other}.{signature}"}
    assert claims != other
    assert await bot.post(headers=headers) == (401, refusal("token_invalid"))


async def test_a_rotated_key_is_fetched_once(bot: Bot):
    assert await bot.post(id="a1") == (200, None)
    bot.framework.keys["key-2"] = rsa_key(1)
    assert await bot.post(id="a2", headers=bot.framework.bearer(key_id="key-2")) == (200, None)
    assert bot.framework.key_fetches == 2


async def test_unknown_keys_do_not_make_us_fetch_each_time(bot: Bot):
    for number in range(5):
        token = bot.framework.token(key_id=f"made-up-{number}", key=rsa_key(1))
        headers = {"Authorization": f"Bearer {token}"}
        assert await bot.post(headers=headers) == (401, refusal("token_key_unknown"))
    assert bot.framework.key_fetches == 2
    assert await bot.post() == (200, None)


async def test_a_key_for_another_channel(bot: Bot):
    bot.framework.endorsements = ["webchat"]
    assert await bot.post() == (403, refusal("channel_not_endorsed"))


async def test_the_keys_cannot_be_fetched(bot: Bot):
    bot.framework.keys_away = True
    assert await bot.post() == (503, refusal("keys_away"))
    bot.framework.keys_away = False
    assert await bot.post() == (200, None)


async def test_the_same_token_is_verified_once_and_its_time_each_time(bot: Bot):
    headers = bot.framework.bearer()
    assert [await bot.post(id=f"a{n}", headers=headers) for n in range(3)] == [(200, None)] * 3
    assert bot.framework.key_fetches == 1


# ------------------------------------------------------------------------- tenants, serviceUrl


@pytest.mark.parametrize(
    "fields",
    [
        {"conversation": {"id": "a:chat", "tenantId": "another"}},
        {"channelData": {"tenant": {"id": "another"}}},
        {"conversation": {"id": "a:chat"}, "channelData": None},
        {"conversation": {"id": "a:chat", "tenantId": 7}, "channelData": {"tenant": "x"}},
    ],
)
async def test_a_foreign_tenant(bot: Bot, fields: dict[str, Any]):
    assert await bot.post(**fields) == (403, refusal("tenant"))
    assert bot.turns == 0


@pytest.mark.parametrize(
    "url",
    [
        "https://smba.trafficmanager.net.example.org/ca/",
        "http://smba.trafficmanager.net/ca/",
        "https://example.org/",
        "ftp://127.0.0.1/",
        "",
        "//127.0.0.1",
    ],
)
async def test_a_foreign_service_url(bot: Bot, url: str):
    bearer = bot.framework.bearer(serviceurl=url or "x")
    status, body = await bot.post(serviceUrl=url, headers=bearer)
    assert status == 403
    assert body["error"]["code"] in {"service_url", "service_url_not_of_token"}
    assert bot.turns == 0


async def test_the_sandbox_lets_in_this_machine_without_a_token(sandbox: Bot):
    assert await sandbox.post(headers={}) == (200, None)
    assert sandbox.framework.said == ["heard bonjour"]
    assert sandbox.framework.calls[0].authorization is None


async def test_the_sandbox_writes_to_nobody_else(sandbox: Bot):
    for url in ("https://smba.trafficmanager.net/ca/", "http://192.168.0.7:3979"):
        assert await sandbox.post(headers={}, serviceUrl=url) == (403, refusal("service_url"))

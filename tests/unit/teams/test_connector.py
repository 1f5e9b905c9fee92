"""The Connector client against a Connector on loopback; its clock is the test's."""

from datetime import timedelta

import aiohttp
import pytest

from bot.domain.errors import Gone, OutsideFault, Rejected, Throttled, Unreachable
from bot.teams.connector import Connector, Patience
from bot.teams.credentials import NoTokens
from bot.teams.limits import SendLimits
from bot.teams.service_urls import ServiceUrls
from tests.fakes.bot_framework import BotFramework, Scripted


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Token:
    """Good until it is forgotten; then another one."""

    def __init__(self) -> None:
        self.number = 1

    async def header(self) -> str | None:
        return "Bearer ours" + "!" * (self.number - 1)

    def forget(self) -> None:
        self.number += 1

    async def close(self) -> None: ...


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def connector(session: aiohttp.ClientSession, time: Time) -> Connector:
    return Connector(
        session,
        Token(),
        ServiceUrls((), sandbox=True),
        limits=SendLimits(monotonic=time.monotonic, sleep=time.sleep),
        patience=Patience(one_call=2.0),
        monotonic=time.monotonic,
        sleep=time.sleep,
    )


async def test_each_operation_and_where_it_goes(connector: Connector, framework: BotFramework):
    url = framework.service_url
    assert await connector.send(url, "19:a;messageid=1", {"text": "é"}) == "sent-1"
    assert await connector.reply(url, "a:1", "f:2/3", {"text": "b"}) == "sent-2"
    await connector.update(url, "a:1", "m?1", {"text": "c"})
    await connector.delete(url, "a:1", "m1")
    assert await connector.create_conversation(url, {"members": []}) == "sent-5"
    assert await connector.member(url, "a:1", "29:x") == {"id": "sent-6"}
    assert await connector.team(url, "19:t") == {"id": "sent-7"}
    called = [(call.method, call.path, call.body) for call in framework.calls]
    assert called == [
        ("POST", "/v3/conversations/19%3Aa%3Bmessageid%3D1/activities", {"text": "é"}),
        ("POST", "/v3/conversations/a%3A1/activities/f%3A2%2F3", {"text": "b"}),
        ("PUT", "/v3/conversations/a%3A1/activities/m%3F1", {"text": "c", "id": "m?1"}),
        ("DELETE", "/v3/conversations/a%3A1/activities/m1", None),
        ("POST", "/v3/conversations", {"members": []}),
        ("GET", "/v3/conversations/a%3A1/members/29%3Ax", None),
        ("GET", "/v3/teams/19%3At", None),
    ]
    assert {call.authorization for call in framework.calls} == {"Bearer ours"}


async def test_each_call_is_counted_with_what_came_of_it(
    connector: Connector, framework: BotFramework
):
    counted: list[tuple[str, str]] = []
    connector.on_call = lambda operation, result: counted.append((operation, result))
    framework.scripted.append(Scripted(503))
    await connector.unhurried().send(framework.service_url, "c", {})
    assert counted == [("send", "teams.503"), ("send", "ok")]


async def test_members_come_in_pages(connector: Connector, framework: BotFramework):
    first = {"members": [{"id": "1"}], "continuationToken": "a+b"}
    framework.scripted.extend([Scripted(body=first), Scripted(body={"members": [{"id": "2"}]})])
    url = framework.service_url
    assert await connector.paged_members(url, "c") == ([{"id": "1"}], "a+b")
    assert await connector.paged_members(url, "c", continuation="a+b") == ([{"id": "2"}], None)
    assert [call.path for call in framework.calls] == [
        "/v3/conversations/c/pagedmembers?pageSize=200",
        "/v3/conversations/c/pagedmembers?pageSize=200&continuationToken=a%2Bb",
    ]


async def test_a_foreign_service_url_is_never_called(connector: Connector):
    with pytest.raises(Rejected, match=r"teams\.service_url_not_allowed"):
        await connector.send("https://example.org/", "c", {})


@pytest.mark.parametrize("part", ["", ".", ".."])
async def test_an_id_is_never_a_step_in_the_path(
    connector: Connector, framework: BotFramework, part: str
):
    with pytest.raises(Rejected, match=r"teams\.id"):
        await connector.send(framework.service_url, part, {})
    assert framework.calls == []


async def test_without_a_token_none_is_sent(
    session: aiohttp.ClientSession, framework: BotFramework
):
    connector = Connector(session, NoTokens(), ServiceUrls((), sandbox=True))
    await connector.send(framework.service_url, "c", {})
    assert framework.calls[0].authorization is None
    await connector.close()


@pytest.mark.parametrize("status", [412, 429, 502, 503, 504])
async def test_what_may_pass_is_tried_again(
    connector: Connector, framework: BotFramework, time: Time, status: int
):
    framework.scripted.extend([Scripted(status, {}), Scripted(status, {})])
    assert await connector.send(framework.service_url, "c", {}) == "sent-3"
    assert len(time.slept) == 2
    assert 0.15 <= time.slept[0] <= 0.3
    assert 0.3 <= time.slept[1] <= 0.6


async def test_retry_after_is_kept(connector: Connector, framework: BotFramework, time: Time):
    framework.scripted.append(Scripted(429, {}, {"Retry-After": "3"}))
    assert await connector.send(framework.service_url, "c", {}) == "sent-2"
    assert 3.0 <= time.slept[0] <= 3.25


async def test_a_retry_after_that_is_too_long_for_a_turn_is_said(
    connector: Connector, framework: BotFramework, time: Time
):
    framework.scripted.append(Scripted(429, {}, {"Retry-After": "60"}))
    with pytest.raises(Throttled) as caught:
        await connector.send(framework.service_url, "c", {})
    assert (caught.value.retry_after, time.slept) == (timedelta(seconds=60), [])


async def test_it_gives_up_after_four_attempts(
    connector: Connector, framework: BotFramework, time: Time
):
    framework.scripted.extend([Scripted(503, {})] * 5)
    with pytest.raises(OutsideFault, match=r"teams\.503"):
        await connector.send(framework.service_url, "c", {})
    assert len(framework.calls) == 4
    assert time.now < 10


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, None, Rejected),
        (403, None, Rejected),
        (403, "BotDisabledByAdmin", Rejected),
        (403, "ConversationBlockedByUser", Unreachable),
        (403, "BotNotInConversationRoster", Unreachable),
        (403, "MessageWritesBlocked", Unreachable),
        (403, "ForbiddenOperationException", Unreachable),
        (404, None, Gone),
        (500, None, OutsideFault),
    ],
)
async def test_what_does_not_pass_is_not_tried_again(
    connector: Connector,
    framework: BotFramework,
    status: int,
    code: str | None,
    kind: type[OutsideFault],
):
    framework.scripted.append(Scripted(status, {"error": {"code": code}} if code else None))
    with pytest.raises(OutsideFault) as caught:
        await connector.send(framework.service_url, "c", {})
    assert type(caught.value) is kind
    assert len(framework.calls) == 1


async def test_a_token_that_is_not_taken_any_more_is_replaced(
    connector: Connector, framework: BotFramework
):
    framework.scripted.append(Scripted(401, {}))
    assert await connector.send(framework.service_url, "c", {}, once=True) == "sent-2"
    assert [call.authorization for call in framework.calls] == ["Bearer ours", "Bearer ours!"]


async def test_tokens_that_are_never_taken_lose_nothing(
    connector: Connector, framework: BotFramework
):
    """A secret that has run out: the row is tried again until somebody has mended it."""
    framework.scripted.extend([Scripted(401, {})] * 4)
    with pytest.raises(OutsideFault, match=r"teams\.401") as caught:
        await connector.send(framework.service_url, "c", {})
    assert not isinstance(caught.value, Gone | Rejected | Unreachable)
    assert caught.value.perhaps_done is False


@pytest.mark.parametrize("answer", [Scripted(502, {}), Scripted(504, {}), Scripted(drop=True)])
async def test_what_may_have_arrived_is_said_again_only_where_that_is_wanted(
    connector: Connector, framework: BotFramework, answer: Scripted
):
    framework.scripted.append(answer)
    with pytest.raises(OutsideFault):
        await connector.send(framework.service_url, "c", {}, once=True)
    assert len(framework.calls) == 1
    framework.scripted.append(answer)
    assert await connector.send(framework.service_url, "c", {}) == "sent-3"


async def test_what_cannot_have_arrived_is_said_again(
    connector: Connector, framework: BotFramework
):
    framework.scripted.extend([Scripted(503, {}), Scripted(429, {})])
    assert await connector.send(framework.service_url, "c", {}, once=True) == "sent-3"


async def test_nobody_listens(connector: Connector, unused_tcp_port: int, time: Time):
    with pytest.raises(OutsideFault, match=r"teams\.not_connected"):
        await connector.send(f"http://127.0.0.1:{unused_tcp_port}", "c", {}, once=True)
    assert len(time.slept) == 3


@pytest.mark.parametrize(
    ("answer", "activity_id"),
    [(Scripted(201, {"id": "x"}), "x"), (Scripted(202, []), ""), (Scripted(200, {"id": 7}), "")],
)
async def test_answers_without_an_id(
    connector: Connector, framework: BotFramework, answer: Scripted, activity_id: str
):
    framework.scripted.append(answer)
    assert await connector.send(framework.service_url, "c", {}) == activity_id


async def test_a_redirect_is_not_followed(connector: Connector, framework: BotFramework):
    framework.scripted.append(Scripted(307, {}, {"Location": "https://example.org/"}))
    with pytest.raises(OutsideFault, match=r"teams\.307"):
        await connector.send(framework.service_url, "c", {})

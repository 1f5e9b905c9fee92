"""Faults on demand and Teams' send limits."""

import aiohttp
import pytest

from sandbox.teams.errors import ConnectorError
from sandbox.teams.faults import SendLimits

from .conftest import card_message

MANAGER = "manager-halifax"


async def send(teams):
    return await teams.raw("POST", f"{teams.chat(MANAGER)}/activities", json=card_message())


async def test_the_next_calls_are_throttled_then_it_goes_on(halifax):
    order = {"times": 2, "status": 429, "retryAfter": 3}
    assert await halifax.call("POST", "/faults", order) == (200, {"waiting": 2})
    for _ in range(2):
        status, text, headers = await send(halifax)
        assert (status, headers["Retry-After"]) == (429, "3")
        assert '"Throttled"' in text
    assert (await send(halifax))[0] == 201
    assert len(await halifax.messages(MANAGER)) == 1


async def test_a_fault_may_be_for_some_calls_only(halifax):
    await halifax.call("POST", "/faults", {"status": 503, "match": "/members"})
    assert (await send(halifax))[0] == 201
    assert (await halifax.call("GET", f"{halifax.chat(MANAGER)}/members"))[0] == 503
    assert (await halifax.call("GET", f"{halifax.chat(MANAGER)}/members"))[0] == 200


async def test_a_fault_after_the_deed_loses_only_the_answer(halifax):
    await halifax.call("POST", "/faults", {"status": 504, "after": True})
    assert (await send(halifax))[0] == 504
    assert len(await halifax.messages(MANAGER)) == 1


async def test_a_fault_may_drop_the_connection(halifax):
    await halifax.call("POST", "/faults", {"status": 0})
    with pytest.raises(aiohttp.ClientConnectionError):
        await send(halifax)
    assert (await send(halifax))[0] == 201


async def test_faults_can_be_taken_back(halifax):
    await halifax.call("POST", "/faults", {"times": 5, "status": 500})
    assert await halifax.call("DELETE", "/faults") == (200, {"waiting": 0})
    assert (await send(halifax))[0] == 201


@pytest.mark.parametrize("order", [{}, {"status": 999}, {"status": "x"}, []])
async def test_a_fault_that_makes_no_sense_is_refused(halifax, order):
    assert (await halifax.call("POST", "/faults", order))[0] == 400
    assert await halifax.call("GET", "/faults") == (200, {"waiting": 0})


async def test_the_page_is_spared(halifax):
    await halifax.call("POST", "/faults", {"status": 500})
    assert (await halifax.call("GET", "/api/people"))[0] == 200
    assert await halifax.call("GET", "/faults") == (200, {"waiting": 1})


async def test_strict_limits_refuse_the_eighth_message_of_a_second(start_teams):
    async with start_teams(strict_limits=True) as teams:
        await teams.install(MANAGER)
        answers = [await send(teams) for _ in range(8)]
        assert [status for status, _, _ in answers] == [201] * 7 + [429]
        assert answers[-1][2]["Retry-After"] == "1"


def test_limits_are_per_conversation_and_pass_with_time():
    moment = 100.0
    limits = SendLimits(real=lambda: moment)
    for _ in range(7):
        limits.check("a")
    with pytest.raises(ConnectorError):
        limits.check("a")
    limits.check("b")
    moment = 101.5
    limits.check("a")  # the eighth of the two seconds
    with pytest.raises(ConnectorError) as caught:
        limits.check("a")
    assert (caught.value.status, caught.value.retry_after) == (429, 1)
    moment = 103.0
    limits.check("a")


def test_fifty_requests_a_second_are_the_tenants_budget():
    moment = 100.0
    limits = SendLimits(real=lambda: moment)
    for _ in range(50):
        limits.request()
    moment = 100.9
    with pytest.raises(ConnectorError) as caught:
        limits.request()
    assert (caught.value.status, caught.value.retry_after, limits.refused) == (429, 1, 1)
    moment = 101.0
    limits.request()
    assert limits.refused == 1


async def test_strict_limits_count_every_request(start_teams):
    async with start_teams(strict_limits=True) as teams:
        await teams.install(MANAGER)
        path = f"{teams.chat(MANAGER)}/members"
        answers = [await teams.call("GET", path) for _ in range(51)]
        assert [status for status, _ in answers].count(429) >= 1

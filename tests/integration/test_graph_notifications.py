"""The local Graph tells who subscribed of what people do by hand, with every mishap on demand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.clock import SandboxClock
from tests.contracts.listener import Listener, listening
from tests.contracts.raw_client import EVENTS, MANAGER, Client, event, serving

UNTIL = "2026-12-18T00:00:00+00:00"


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    async with listening() as made:
        yield made


@pytest.fixture
async def call(listener: Listener) -> AsyncIterator[Client]:
    """The local Graph, with a subscription of the listener's and one event."""
    async with serving() as client:
        body = {
            "changeType": "updated,deleted",
            "expirationDateTime": UNTIL,
            "notificationUrl": listener.url,
            "lifecycleNotificationUrl": listener.lifecycle_url,
            "resource": EVENTS.removeprefix("/v1.0"),
            "clientState": "word",
        }
        await client("POST", "/v1.0/subscriptions", body)
        await client("POST", EVENTS, event())
        yield client


async def made(call: Client) -> str:
    return (await call("GET", EVENTS))[1]["value"][0]["id"]


async def by_hand(call: Client, what: str, **body: Any) -> None:
    assert (await call("POST", f"/events/{await made(call)}/{what}", body))[0] == 202


async def heard(listener: Listener, count: int) -> list[dict[str, Any]]:
    async with asyncio.timeout(10):
        while len(listener.told) < count:
            listener.heard.clear()
            await listener.heard.wait()
    return listener.told


async def test_a_move_by_hand_is_told(call: Client, listener: Listener) -> None:
    event_id = await made(call)
    await by_hand(call, "move", minutes=60)
    (told,) = await heard(listener, 1)
    assert told["changeType"] == "updated"
    assert told["clientState"] == "word"
    assert told["resourceData"]["id"] == event_id
    assert told["resource"].endswith(f"/Events/{event_id}")
    start = (await call("GET", f"{EVENTS}/{event_id}"))[1]["start"]["dateTime"]
    assert start.startswith("2026-12-15T19:00")


async def test_a_deletion_and_a_declined_invitation_are_told(
    call: Client, listener: Listener
) -> None:
    copies = (await call("GET", f"/v1.0/users/{MANAGER.id}/events"))[1]["value"]
    path = f"/events/{copies[0]['id']}/respond"
    assert (await call("POST", path, {"response": "declined"}))[0] == 202
    await heard(listener, 1)
    seen = (await call("GET", EVENTS))[1]["value"][0]["attendees"][0]
    assert seen["status"]["response"] == "declined"
    await by_hand(call, "delete")
    assert [each["changeType"] for each in await heard(listener, 2)] == ["updated", "deleted"]


async def test_who_asks_for_changes_is_not_told_of_new_ones(
    call: Client, listener: Listener
) -> None:
    await call("POST", EVENTS, event(subject="Another"))
    await by_hand(call, "move", minutes=15)
    (told,) = await heard(listener, 1)
    assert told["changeType"] == "updated"


async def test_who_does_not_answer_well_is_told_again(call: Client, listener: Listener) -> None:
    listener.status = 503
    await by_hand(call, "move", minutes=60)
    await heard(listener, 1)
    listener.status = 202
    await heard(listener, 2)
    assert listener.told[0] == listener.told[1]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("dropped", ["word"]),
        ("doubled", ["word", "word", "word"]),
        ("wrong_state", ["not yours", "word"]),
        ("late", ["word", "word"]),
    ],
)
async def test_mishaps_on_demand(
    call: Client, listener: Listener, kind: str, words: list[str]
) -> None:
    order = {"kind": kind, "times": 1, **({"seconds": 0.3} if kind == "late" else {})}
    assert (await call("POST", "/notifications/mishaps", order))[0] == 202
    event_id = await made(call)
    await by_hand(call, "move", minutes=60)
    if kind != "late":
        await heard(listener, len(words) - 1)
    await by_hand(call, "delete")
    told = await heard(listener, len(words))
    assert [each["clientState"] for each in told] == words
    assert {each["resourceData"]["id"] for each in told} == {event_id}
    if kind == "late":
        assert [each["changeType"] for each in told] == ["deleted", "updated"]


async def test_a_mishap_that_makes_no_sense_is_refused_and_others_forgotten(call: Client) -> None:
    for wrong in ({"kind": "lost"}, {"times": 1}, [], {"kind": "late", "more": 1}):
        assert (await call("POST", "/notifications/mishaps", wrong))[0] == 400
    await call("POST", "/notifications/mishaps", {"kind": "dropped", "times": 3})
    assert (await call("DELETE", "/notifications/mishaps"))[0] == 200


@pytest.mark.parametrize("what", ["reauthorizationRequired", "subscriptionRemoved", "missed"])
async def test_what_happens_to_the_subscription_itself(
    call: Client, listener: Listener, what: str
) -> None:
    assert (await call("POST", f"/notifications/lifecycle/{what}"))[0] == 202
    (told,) = await heard(listener, 1)
    assert (told["lifecycleEvent"], told["clientState"]) == (what, "word")
    left = (await call("GET", "/v1.0/subscriptions"))[1]["value"]
    assert len(left) == (0 if what == "subscriptionRemoved" else 1)


async def test_nothing_else_can_happen_to_it(call: Client) -> None:
    assert (await call("POST", "/notifications/lifecycle/nothing"))[0] == 404


async def test_a_subscription_ends_with_its_time(listener: Listener) -> None:
    now = [datetime(2026, 12, 15, 17, tzinfo=UTC)]

    async with serving(clock=SandboxClock(real=lambda: now[0])) as client:
        body = {
            "changeType": "updated",
            "expirationDateTime": UNTIL,
            "notificationUrl": listener.url,
            "resource": EVENTS.removeprefix("/v1.0"),
        }
        _, one = await client("POST", "/v1.0/subscriptions", body)
        now[0] = datetime(2026, 12, 18, 1, tzinfo=UTC)
        assert (await client("GET", "/v1.0/subscriptions"))[1]["value"] == []
        path = f"/v1.0/subscriptions/{one['id']}"
        again = {"expirationDateTime": "2026-12-20T00:00:00Z"}
        assert (await client("PATCH", path, again))[0] == 404


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("move", {"start": "not a time"}),
        ("move", {"minutes": "x"}),
        ("remove", {}),
        ("add", {}),
    ],
)
async def test_a_hand_that_slips_is_told_so(call: Client, what: str, body: Any) -> None:
    assert (await call("POST", f"/events/{await made(call)}/{what}", body))[0] == 400


@pytest.mark.parametrize(
    ("what", "body"), [("move", {}), ("delete", {}), ("respond", {"response": "declined"})]
)
async def test_what_is_not_there_cannot_be_touched(call: Client, what: str, body: Any) -> None:
    assert (await call("POST", f"/events/nothing/{what}", body))[0] == 404


async def test_somebody_is_taken_off_and_added_by_hand(call: Client) -> None:
    await by_hand(call, "remove", mail=MANAGER.mail.upper())
    assert (await call("GET", EVENTS))[1]["value"][0]["attendees"] == []
    await by_hand(call, "add", mail="guest@elsewhere.example")
    (guest,) = (await call("GET", EVENTS))[1]["value"][0]["attendees"]
    assert guest["emailAddress"]["address"] == "guest@elsewhere.example"


async def test_who_declined_is_free_again(call: Client) -> None:
    copies = (await call("GET", f"/v1.0/users/{MANAGER.id}/events"))[1]["value"]
    await call("POST", f"/events/{copies[0]['id']}/respond", {"response": "declined"})
    asked = {
        "schedules": [MANAGER.mail],
        "startTime": {"dateTime": "2026-12-15T18:00:00", "timeZone": "UTC"},
        "endTime": {"dateTime": "2026-12-15T21:30:00", "timeZone": "UTC"},
    }
    path = f"/v1.0/users/{MANAGER.mail}/calendar/getSchedule"
    (schedule,) = (await call("POST", path, asked))[1]["value"]
    assert "Mental Health" not in str(schedule)


async def test_a_delta_needs_days_or_its_own_link(call: Client) -> None:
    path = EVENTS.replace("/events", "/calendarView/delta")
    for query in ("", "?startDateTime=x&endDateTime=y", "?$deltatoken=nonsense"):
        assert (await call("GET", path + query))[0] == 400

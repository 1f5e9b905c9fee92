"""What the local Graph refuses, and the reasons that it gives."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from sandbox.people import SERVICE_MAILBOX
from tests.contracts.raw_client import (
    EVENTS,
    HEADERS,
    MANAGER,
    Client,
    attendee,
    event,
    serving,
)


@pytest.fixture
async def call() -> AsyncIterator[Client]:
    async with serving() as client:
        yield client


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"title": "x"}, "The property 'title' does not exist on type 'microsoft.graph.event'"),
    ({"id": "x"}, "The property 'id' does not exist"),
    ({"@odata.type": "#microsoft.graph.message"}, "must be of the type #microsoft.graph.event"),
    ({"subject": None}, "'body.subject' is missing"),
    ({"start": "2026-12-15T13:00:00"}, "'body.start' must be an object of dateTime and timeZone"),
    ({"start": {"dateTime": "2026-12-15T13:00:00"}}, "'body.start' is a naive time"),
    (
        {"start": {"dateTime": "2026-12-15T13:00:00Z", "timeZone": "UTC"}},
        "must be a local time such as 2026-12-01T13:00:00, without an offset",
    ),
    (
        {"start": {"dateTime": "2026-12-15T13:00:00", "timeZone": "Toronto"}},
        "the time zone 'Toronto' is unknown",
    ),
    (
        {"end": {"dateTime": "2026-12-15T13:00:00", "timeZone": "America/Toronto"}},
        "The end is not after the start",
    ),
    ({"onlineMeetingProvider": "zoom"}, "'body.onlineMeetingProvider' was not found"),
    ({"onlineMeetingProvider": None}, "isOnlineMeeting needs onlineMeetingProvider"),
    ({"hideAttendees": "yes"}, "'body.hideAttendees' must be true or false"),
    ({"subject": 3}, "'body.subject' must be a string"),
    ({"body": "text"}, "'body.body' must be an object"),
    ({"body": {"contentType": "HTML", "content": ""}}, "'body.body.contentType' was not found"),
    ({"attendees": {}}, "'body.attendees' must be a list"),
    ({"attendees": [{"type": "required"}]}, "'body.attendees[0].emailAddress' is missing"),
    ({"attendees": [attendee("nobody")]}, "is not a mail address"),
    ({"attendees": [attendee("a@b.example")] * 501}, "has more than 500 entries"),
    ({"reminderMinutesBeforeStart": -1}, "must be a number from 0 to 40320"),
]


@pytest.mark.parametrize(("changes", "message"), REFUSED)
async def test_a_wrong_event_is_refused_with_the_reason(
    call: Client, changes: dict[str, Any], message: str
) -> None:
    status, answer = await call("POST", EVENTS, event(**changes))
    assert status == 400
    assert message in answer["error"]["message"]
    assert set(answer["error"]) == {"code", "message", "innerError"}
    status, answer = await call("POST", EVENTS, event())
    assert status == 201
    assert answer["subject"] == "Mental Health"


async def test_a_missing_header_is_refused_with_its_name(call: Client) -> None:
    no_token = {"Prefer": HEADERS["Prefer"]}
    status, answer = await call("GET", EVENTS, headers=no_token)
    assert (status, answer["error"]["code"]) == (401, "InvalidAuthenticationToken")
    no_prefer = {"Authorization": "Bearer x"}
    status, answer = await call("GET", EVENTS, headers=no_prefer)
    assert status == 400
    assert answer["error"]["message"] == 'The header Prefer: IdType="ImmutableId" is missing.'
    unknown_zone = HEADERS | {"Prefer": f'{HEADERS["Prefer"]}, outlook.timezone="Nowhere"'}
    await call("POST", EVENTS, event())
    status, answer = await call("GET", EVENTS, headers=unknown_zone)
    assert status == 400
    assert "The time zone 'Nowhere'" in answer["error"]["message"]
    status, answer = await call("GET", '/v1.0/users?$search="mail:a"')
    assert status == 400
    assert "ConsistencyLevel: eventual" in answer["error"]["message"]


WRONG_CALLS: list[tuple[str, str, Any, int, str]] = [
    ("GET", "/v1.0/presence", None, 400, "Resource not found for the segment 'presence'."),
    ("PUT", EVENTS, {}, 400, "Resource not found for the segment 'events'."),
    ("GET", "/v1.0/users?$tip=1", None, 400, "The query specified in the URI is not valid"),
    ("GET", "/v1.0/users?$top=ten", None, 400, "'$top' must be a number."),
    ("GET", "/v1.0/users?$filter=x", None, 400, "This Graph has no $filter for people"),
    ("GET", f"/v1.0/users/{MANAGER.id}?$select=shoe", None, 400, "property named 'shoe'"),
    ("GET", "/v1.0/users/nobody", None, 404, "Resource 'nobody' does not exist"),
    ("GET", f"{EVENTS}/nothing", None, 404, "The specified object was not found in the store."),
    (
        "GET",
        f"/v1.0/users/{MANAGER.id}/calendarView?startDateTime=2026-12-01T00:00&endDateTime=x",
        None,
        400,
        "'startDateTime' is a naive time",
    ),
    (
        "GET",
        f"/v1.0/users/{MANAGER.id}/calendarView?endDateTime=2026-12-02T00:00:00Z",
        None,
        400,
        "'startDateTime' is missing",
    ),
    ("POST", f"/v1.0/users/{SERVICE_MAILBOX}/sendMail", {}, 400, "'message' is missing."),
    (
        "POST",
        f"/v1.0/users/{SERVICE_MAILBOX}/sendMail",
        {"message": {"subject": "x"}},
        400,
        "'body.message.toRecipients' is missing.",
    ),
    (
        "POST",
        f"/v1.0/users/{MANAGER.id}/teamwork/installedApps",
        {"teamsApp@odata.bind": "app"},
        400,
        "must end with /appCatalogs/teamsApps/{id}",
    ),
    (
        "POST",
        f"/v1.0/users/{MANAGER.id}/teamwork/sendActivityNotification",
        {
            "topic": {"source": "text", "value": "x", "webUrl": "https://elsewhere.example"},
            "activityType": "x",
            "previewText": {"content": "x"},
        },
        400,
        "must be a deep link of Microsoft Teams",
    ),
    (
        "POST",
        f"/v1.0/users/{SERVICE_MAILBOX}/calendar/getSchedule",
        {"schedules": [MANAGER.mail] * 21},
        400,
        "has more than 20 entries",
    ),
    (
        "POST",
        f"/v1.0/users/{SERVICE_MAILBOX}/calendar/getSchedule",
        {"schedules": [MANAGER.mail]},
        400,
        "'startTime' is missing.",
    ),
    ("GET", f"/v1.0/users/{SERVICE_MAILBOX}/onlineMeetings", None, 400, "A $filter of the form"),
    ("POST", "/v1.0/subscriptions", {}, 400, "'body.changeType' is missing."),
    ("GET", "/v1.0/subscriptions/nothing", None, 404, "The object was not found"),
]


@pytest.mark.parametrize(("method", "path", "body", "status", "message"), WRONG_CALLS)
async def test_a_wrong_call_is_refused_with_the_reason(
    call: Client, method: str, path: str, body: Any, status: int, message: str
) -> None:
    found, answer = await call(method, path, body)
    assert found == status
    assert message in answer["error"]["message"]


async def test_a_body_that_is_no_json_is_refused(call: Client) -> None:
    url = call.base + EVENTS
    async with aiohttp.ClientSession(headers=HEADERS) as session:
        async with session.post(url, data=b"{", headers={"Content-Type": "text/plain"}) as answer:
            told = await answer.json()
            assert "Content-Type" in told["error"]["message"]
        headers = {"Content-Type": "application/json"}
        async with session.post(url, data=b"{", headers=headers) as answer:
            told = await answer.json()
            assert told["error"]["message"] == "Unable to read JSON request payload."

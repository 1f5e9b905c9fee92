"""The local Graph by itself: what it refuses, what it keeps, what fails on demand, its pages."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from sandbox.clock import SandboxClock
from sandbox.graph.app import create_app
from sandbox.graph.calendar import JoinLink
from sandbox.graph.pages.words import Words, _all_words
from sandbox.people import SERVICE_MAILBOX, load_people

PEOPLE = load_people()
MANAGER = PEOPLE.by_key("manager-ottawa")
EMPLOYEE = PEOPLE.by_key("employee-st-johns")
HEADERS = {"Authorization": "Bearer sandbox", "Prefer": 'IdType="ImmutableId"'}
EVENTS = f"/v1.0/users/{SERVICE_MAILBOX}/events"
NOON = datetime(2026, 12, 15, 17, tzinfo=UTC)


def event(**changes: Any) -> dict[str, Any]:
    body = {
        "subject": "Mental Health",
        "body": {"contentType": "html", "content": "<p>Welcome</p>"},
        "start": {"dateTime": "2026-12-15T13:00:00", "timeZone": "America/Toronto"},
        "end": {"dateTime": "2026-12-15T16:30:00", "timeZone": "America/Toronto"},
        "attendees": [attendee(MANAGER.mail)],
        "isOnlineMeeting": True,
        "onlineMeetingProvider": "teamsForBusiness",
        "hideAttendees": True,
    }
    return {key: value for key, value in (body | changes).items() if value is not None}


def attendee(mail: str) -> dict[str, Any]:
    return {"type": "required", "emailAddress": {"address": mail, "name": ""}}


class Client:
    """Calls the local Graph and gives status and JSON."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self._session = session
        self.base = base

    async def __call__(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        told = HEADERS if headers is None else headers
        async with self._session.request(
            method, self.base + path, json=body, headers=told
        ) as answer:
            kind = answer.content_type
            return answer.status, (
                await answer.json() if kind == "application/json" else await answer.text()
            )


@asynccontextmanager
async def serving(**options: Any) -> AsyncGenerator[Client]:
    defaults: dict[str, Any] = {
        "clock": SandboxClock(real=lambda: NOON),
        "data_dir": None,
        "join_link": JoinLink(reads=1, seconds=float("inf")),
    }
    known = defaults | options
    app = create_app(PEOPLE, known.pop("clock"), **known)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with aiohttp.ClientSession() as session:
            yield Client(session, f"http://127.0.0.1:{runner.addresses[0][1]}")
    finally:
        await runner.cleanup()


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
    ("GET", "/v1.0/subscriptions/nothing", None, 404, "was not found in the store"),
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


async def test_a_second_run_finds_everything(tmp_path: Path) -> None:
    async with serving(data_dir=tmp_path) as call:
        _, made = await call("POST", EVENTS, event())
        before = await call("GET", f"/api/people/{MANAGER.id}/events")
    async with serving(data_dir=tmp_path) as call:
        after = await call("GET", f"/api/people/{MANAGER.id}/events")
        status, found = await call("GET", f"{EVENTS}/{made['id']}")
    assert status == 200
    assert found["onlineMeeting"]["joinUrl"].startswith("https://teams.microsoft.com/l/meetup")
    before[1][0]["joinUrl"] = found["onlineMeeting"]["joinUrl"]
    assert after == before


async def test_the_join_link_comes_by_itself_too() -> None:
    async with serving(join_link=JoinLink(reads=99, seconds=0.0)) as call:
        _, made = await call("POST", EVENTS, event())
        assert made["onlineMeeting"] is None
        _, found = await call("GET", f"{EVENTS}/{made['id']}")
        assert found["onlineMeeting"] is not None


async def test_a_new_text_without_its_meeting_block_loses_the_meeting(call: Client) -> None:
    _, made = await call("POST", EVENTS, event())
    await call("GET", f"{EVENTS}/{made['id']}")
    _, ready = await call("GET", f"{EVENTS}/{made['id']}")
    kept = {"contentType": "html", "content": ready["body"]["content"] + "<p>More</p>"}
    _, found = await call("PATCH", f"{EVENTS}/{made['id']}", {"body": kept})
    assert found["onlineMeeting"] == ready["onlineMeeting"]
    lost = {"contentType": "html", "content": "<p>New</p>"}
    _, found = await call("PATCH", f"{EVENTS}/{made['id']}", {"body": lost})
    assert (found["isOnlineMeeting"], found["onlineMeeting"]) == (False, None)


async def test_somebody_invited_sees_the_event_and_may_not_change_it(call: Client) -> None:
    await call("POST", EVENTS, event())
    own = f"/v1.0/users/{MANAGER.id}/events"
    _, found = await call("GET", own)
    seen = found["value"][0]
    assert (seen["isOrganizer"], seen["attendees"]) == (False, [])
    status, answer = await call("PATCH", f"{own}/{seen['id']}", {"subject": "x"})
    assert (status, answer["error"]["code"]) == (403, "ErrorAccessDenied")
    assert (await call("DELETE", f"{own}/{seen['id']}"))[0] == 204
    assert (await call("GET", own))[1]["value"] == []


async def test_who_is_taken_off_hears_nothing_of_later_moves(call: Client) -> None:
    _, made = await call("POST", EVENTS, event())
    await call("PATCH", f"{EVENTS}/{made['id']}", {"attendees": [attendee(EMPLOYEE.mail)]})
    later = {
        "start": {"dateTime": "2026-12-16T13:00:00", "timeZone": "America/Toronto"},
        "end": {"dateTime": "2026-12-16T16:30:00", "timeZone": "America/Toronto"},
    }
    await call("PATCH", f"{EVENTS}/{made['id']}", later)
    _, (gone,) = await call("GET", f"/api/people/{MANAGER.key}/events")
    assert (gone["startsAt"], gone["cancelled"]) == ("2026-12-15T18:00:00Z", True)
    _, (seen,) = await call("GET", f"/api/people/{EMPLOYEE.key}/events")
    assert (seen["startsAt"], seen["movedFrom"], seen["cancelled"]) == (
        "2026-12-16T18:00:00Z",
        "2026-12-15T18:00:00Z",
        False,
    )
    _, mail = await call("GET", f"/api/people/{MANAGER.key}/mail")
    assert [each["kind"] for each in mail] == ["invitation", "cancellation"]
    _, mail = await call("GET", f"/api/people/{EMPLOYEE.key}/mail")
    assert [each["kind"] for each in mail] == ["invitation", "update"]


async def test_a_meeting_takes_the_time_of_those_invited(call: Client) -> None:
    saturday = {
        "start": {"dateTime": "2026-12-19T13:00:00", "timeZone": "America/Toronto"},
        "end": {"dateTime": "2026-12-19T14:00:00", "timeZone": "America/Toronto"},
    }
    await call("POST", EVENTS, event(**saturday))
    _, found = await call(
        "POST",
        f"/v1.0/users/{SERVICE_MAILBOX}/calendar/getSchedule",
        {
            "schedules": [MANAGER.mail, EMPLOYEE.mail, "x@elsewhere.example"],
            "startTime": {"dateTime": "2026-12-19T12:00:00", "timeZone": "America/Toronto"},
            "endTime": {"dateTime": "2026-12-19T15:00:00", "timeZone": "America/Toronto"},
            "availabilityViewInterval": 30,
        },
    )
    assert [each["availabilityView"] for each in found["value"]] == ["002200", "000000", ""]
    assert found["value"][2]["error"]["responseCode"] == "ErrorMailRecipientNotFound"


async def test_throttling_on_demand(call: Client) -> None:
    order = {"times": 2, "status": 429, "retryAfter": 5, "operation": "sendMail"}
    assert (await call("POST", "/faults", order))[1] == [order | {"after": False}]
    message = {"message": {"toRecipients": [{"emailAddress": {"address": MANAGER.mail}}]}}
    sending = f"/v1.0/users/{SERVICE_MAILBOX}/sendMail"
    assert (await call("GET", f"/v1.0/users/{MANAGER.id}"))[0] == 200
    for _ in range(2):
        status, answer = await call("POST", sending, message)
        assert (status, answer["error"]["code"]) == (429, "ApplicationThrottled")
    assert (await call("POST", sending, message))[0] == 202
    assert (await call("GET", "/faults"))[1] == []


async def test_faults_are_forgotten_on_demand_and_nonsense_is_refused(call: Client) -> None:
    await call("POST", "/faults", {"times": 9, "status": 503})
    assert (await call("DELETE", "/faults"))[1] == []
    for nonsense in (
        {},
        {"status": 299},
        {"status": 429, "retryAfter": "x"},
        {"status": 0, "x": 1},
    ):
        assert (await call("POST", "/faults", nonsense))[0] == 400
    assert (await call("GET", f"/v1.0/users/{MANAGER.id}"))[0] == 200


async def test_an_installation_is_told_to_the_other_half() -> None:
    told: list[str] = []

    async def install(person_id: str) -> bool:
        told.append(person_id)
        return len(told) == 1

    async with serving(on_install=install) as call:
        path = f"/v1.0/users/{MANAGER.id}/teamwork/installedApps"
        body = {"teamsApp@odata.bind": "https://x.example/appCatalogs/teamsApps/app"}
        status, made = await call("POST", path, body)
        assert status == 201
        assert (await call("POST", path, body))[0] == 409
        assert [each["id"] for each in (await call("GET", path))[1]["value"]] == [made["id"]]
        assert (await call("DELETE", f"{path}/{made['id']}"))[0] == 204
        assert (await call("DELETE", f"{path}/{made['id']}"))[0] == 404
    assert told == [MANAGER.id, MANAGER.id]


async def test_subscriptions_are_kept_and_renewed(call: Client) -> None:
    body = {
        "changeType": "updated",
        "expirationDateTime": "2027-01-01T00:00:00Z",
        "notificationUrl": "https://bot.example/api/graph/notifications",
        "resource": EVENTS,
    }
    _, made = await call("POST", "/v1.0/subscriptions", body)
    path = f"/v1.0/subscriptions/{made['id']}"
    later = {"expirationDateTime": "2027-01-08T00:00:00Z"}
    assert (await call("PATCH", path, later))[1] == {**body, **later, "id": made["id"]}
    assert (await call("DELETE", path))[0] == 204
    assert (await call("GET", path))[0] == 404


async def test_pages_of_people_have_a_link_to_the_rest(call: Client) -> None:
    _, first = await call("GET", "/v1.0/users?$top=3&$select=id")
    _, rest = await call("GET", first["@odata.nextLink"].removeprefix(call.base))
    ids = [each["id"] for each in first["value"] + rest["value"]]
    assert ids == [person.id for person in PEOPLE.everyone[:6]]


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_the_pages_in_both_languages(call: Client, language: str) -> None:
    _, made = await call("POST", EVENTS, event(hideAttendees=False))
    await call("GET", f"{EVENTS}/{made['id']}")
    moved = {
        "start": {"dateTime": "2026-12-16T09:00:00", "timeZone": "America/Toronto"},
        "end": {"dateTime": "2026-12-16T12:30:00", "timeZone": "America/Toronto"},
    }
    await call("PATCH", f"{EVENTS}/{made['id']}", moved)
    message = {
        "subject": "<Rappel>",
        "body": {"contentType": "html", "content": '<p>"À demain"</p>'},
        "toRecipients": [{"emailAddress": {"address": MANAGER.mail}}],
    }
    await call("POST", f"/v1.0/users/{SERVICE_MAILBOX}/sendMail", {"message": message})
    status, page = await call("GET", f"/people/{MANAGER.id}?lang={language}")
    words = Words(language, MANAGER.zone_info)
    assert status == 200
    assert f'<html lang="{language}">' in page
    assert "&lt;Rappel&gt;" in page
    assert "&lt;p&gt;&quot;À demain&quot;&lt;/p&gt;" in page
    assert {
        "en": "Wednesday, December\u00a016, 2026, 9\u00a0am to 12:30\u00a0pm",
        "fr": "le mercredi 16\u00a0décembre 2026, de 9\u00a0h à 12\u00a0h\u00a030",
    }[language] in page
    for key in ("moved", "join", "organizer", "inbox", "notifications", "kind_update"):
        assert words(key) in page
    status, home = await call("GET", f"/?lang={language}")
    assert words("fault_away") in home
    assert words("kind_invitation") in home


async def test_a_page_of_nobody_is_not_found(call: Client) -> None:
    assert (await call("GET", "/people/nobody"))[0] == 404
    assert (await call("GET", "/api/people/nobody/mail"))[0] == 404


async def test_notifications_as_json(call: Client) -> None:
    body = {
        "topic": {"source": "text", "value": "T", "webUrl": "https://teams.microsoft.com/l/chat"},
        "activityType": "sessionSoon",
        "previewText": {"content": "In one hour"},
        "templateParameters": [{"name": "session", "value": "T"}],
    }
    path = f"/v1.0/users/{MANAGER.id}/teamwork/sendActivityNotification"
    assert (await call("POST", path, body))[0] == 204
    _, (told,) = await call("GET", f"/api/people/{MANAGER.mail}/notifications")
    assert {key: told[key] for key in ("activityType", "preview", "topic", "parameters")} == {
        "activityType": "sessionSoon",
        "preview": "In one hour",
        "topic": "T",
        "parameters": {"session": "T"},
    }
    assert told["receivedAt"] == NOON.isoformat()


def test_both_languages_have_the_same_words_and_placeholders() -> None:
    english, french = _all_words()["en"], _all_words()["fr"]
    assert list(english) == list(french)
    for key, text in english.items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", french[key]))


def test_every_zone_of_the_sandbox_has_a_name() -> None:
    for person in PEOPLE.everyone:
        for language in ("en", "fr"):
            words = Words(language, person.zone_info)
            assert words.zone_name != person.zone
    start = datetime(2027, 3, 1, 14, tzinfo=UTC)
    words = Words("fr", MANAGER.zone_info)
    told = words.when(start, start + timedelta(hours=1))
    assert told == "le lundi 1er\u00a0mars 2027, de 9\u00a0h à 10\u00a0h"

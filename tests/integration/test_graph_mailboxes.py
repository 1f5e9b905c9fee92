"""What the local Graph keeps, tells those invited, and lets fail on demand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.graph.calendar import JoinLink
from sandbox.people import SERVICE_MAILBOX
from tests.contracts.listener import listening
from tests.contracts.raw_client import (
    EMPLOYEE,
    EVENTS,
    MANAGER,
    NOON,
    PEOPLE,
    Client,
    attendee,
    event,
    serving,
)


@pytest.fixture
async def call() -> AsyncIterator[Client]:
    async with serving() as client:
        yield client


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
        {"status": 503, "operation": "dance"},
        [],
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
    async with listening() as listener:
        body = {
            "changeType": "updated",
            "expirationDateTime": "2026-12-18T00:00:00Z",
            "notificationUrl": listener.url,
            "resource": EVENTS,
            "clientState": "state",
        }
        _, made = await call("POST", "/v1.0/subscriptions", body)
    path = f"/v1.0/subscriptions/{made['id']}"
    later = {"expirationDateTime": "2026-12-21T00:00:00Z"}
    told = {**body, **later, "clientState": None, "id": made["id"]}
    assert (await call("PATCH", path, later))[1] == told
    assert (await call("DELETE", path))[0] == 204
    assert (await call("GET", path))[0] == 404


async def test_pages_of_people_have_a_link_to_the_rest(call: Client) -> None:
    _, first = await call("GET", "/v1.0/users?$top=3&$select=id")
    _, rest = await call("GET", first["@odata.nextLink"].removeprefix(call.base))
    ids = [each["id"] for each in first["value"] + rest["value"]]
    assert ids == [person.id for person in PEOPLE.everyone[:6]]


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

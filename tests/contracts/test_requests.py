"""What goes over the wire, word for word."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bot.domain.errors import Denied
from bot.graph.client import Graph
from bot.services.ports import Attendee, MeetingDraft
from sandbox.graph.faults import Fault
from sandbox.graph.models import Event, Message
from sandbox.people import SERVICE_MAILBOX, load_people
from tests.contracts.checker import Exchange
from tests.contracts.local_graph import LocalGraph

PERSON = load_people().by_key("employee-ottawa")
STARTS_AT = datetime(2027, 1, 15, 21, tzinfo=UTC)
DRAFT = MeetingDraft(
    transaction_id="t-1",
    subject="Mental Health",
    body_html="<p>Welcome</p>",
    starts_at=STARTS_AT,
    ends_at=STARTS_AT + timedelta(hours=3, minutes=30),
    zone="America/Vancouver",
    attendees=[Attendee(PERSON.mail, PERSON.name, required=True)],
    hide_attendees=True,
)
IMMUTABLE = 'IdType="ImmutableId"'
IN_UTC = f'{IMMUTABLE}, outlook.timezone="UTC"'


def typed(name: str, **properties: Any) -> dict[str, Any]:
    return {"@odata.type": f"#microsoft.graph.{name}", **properties}


def last(server: LocalGraph) -> Exchange:
    return server.recorder.exchanges[-1]


async def test_a_new_event(graph: Graph, server: LocalGraph) -> None:
    await graph.meetings.create(DRAFT)
    sent = last(server)
    assert (sent.method, sent.path, sent.query) == (
        "POST",
        f"/users/{SERVICE_MAILBOX}/events",
        (),
    )
    assert sent.headers["Prefer"] == IMMUTABLE
    assert sent.headers["Authorization"] == "Bearer sandbox"
    assert sent.body == typed(
        "event",
        transactionId="t-1",
        subject="Mental Health",
        body={"contentType": "html", "content": "<p>Welcome</p>"},
        # Vancouver stays seven hours behind UTC from November 2026 on.
        start={"dateTime": "2027-01-15T14:00:00", "timeZone": "America/Vancouver"},
        end={"dateTime": "2027-01-15T17:30:00", "timeZone": "America/Vancouver"},
        attendees=[
            typed(
                "attendee",
                emailAddress={"address": PERSON.mail, "name": PERSON.name},
                type="required",
            )
        ],
        hideAttendees=True,
        isOnlineMeeting=True,
        onlineMeetingProvider="teamsForBusiness",
        allowNewTimeProposals=False,
        responseRequested=True,
    )


async def test_a_change_of_people_sends_the_people_alone(graph: Graph, server: LocalGraph) -> None:
    made = await graph.meetings.create(DRAFT)
    await graph.meetings.set_attendees(made.event_id, [Attendee(PERSON.mail, PERSON.name)])
    sent = last(server)
    assert (sent.method, sent.path) == (
        "PATCH",
        f"/users/{SERVICE_MAILBOX}/events/{made.event_id}",
    )
    assert sent.headers["Prefer"] == IMMUTABLE
    assert sent.body == typed(
        "event",
        attendees=[
            typed(
                "attendee",
                emailAddress={"address": PERSON.mail, "name": PERSON.name},
                type="optional",
            )
        ],
    )


async def test_those_who_lead_are_made_co_organizers(graph: Graph, server: LocalGraph) -> None:
    made = await graph.meetings.create(DRAFT)
    await graph.meetings.read(made.event_id)
    ready = await graph.meetings.read(made.event_id)
    await graph.meetings.host(ready.join_url or "", [PERSON.id])
    asked, sent = server.recorder.exchanges[-2:]
    meetings = f"/users/{SERVICE_MAILBOX}/onlineMeetings"
    assert (asked.method, asked.path) == ("GET", meetings)
    assert asked.query == (("$filter", f"JoinWebUrl eq '{ready.join_url}'"),)
    assert (sent.method, sent.path.rpartition("/")[0]) == ("PATCH", meetings)
    assert sent.headers["Prefer"] == f"{IMMUTABLE}, include-unknown-enum-members"
    assert sent.body == typed(
        "onlineMeeting",
        allowRecording=False,
        allowTranscription=False,
        recordAutomatically=False,
        participants={
            "attendees": [{"identity": {"user": {"id": PERSON.id}}, "role": "coorganizer"}]
        },
    )


async def test_nobody_left_is_an_empty_list(graph: Graph, server: LocalGraph) -> None:
    made = await graph.meetings.create(DRAFT)
    await graph.meetings.set_attendees(made.event_id, [])
    assert last(server).body == typed("event", attendees=[])


async def test_a_move_sends_the_times_alone(graph: Graph, server: LocalGraph) -> None:
    made = await graph.meetings.create(DRAFT)
    later = STARTS_AT + timedelta(days=60)
    moved = replace(DRAFT, starts_at=later, ends_at=later + timedelta(hours=3))
    await graph.meetings.move(made.event_id, replace(moved, zone="America/Toronto"))
    assert last(server).body == typed(
        "event",
        start={"dateTime": "2027-03-16T17:00:00", "timeZone": "America/Toronto"},
        end={"dateTime": "2027-03-16T20:00:00", "timeZone": "America/Toronto"},
    )


async def test_reading_asks_for_what_is_needed_in_utc(graph: Graph, server: LocalGraph) -> None:
    made = await graph.meetings.create(DRAFT)
    await graph.meetings.read(made.event_id)
    sent = last(server)
    assert sent.query == (("$select", "id,isCancelled,onlineMeeting"),)
    assert sent.headers["Prefer"] == IN_UTC


async def test_cancelling_says_why(graph: Graph, server: LocalGraph) -> None:
    made = await graph.meetings.create(DRAFT)
    await graph.meetings.cancel(made.event_id, "Reportée")
    sent = last(server)
    assert sent.path == f"/users/{SERVICE_MAILBOX}/events/{made.event_id}/cancel"
    assert sent.body == {"Comment": "Reportée"}


async def test_what_cannot_be_cancelled_is_deleted(graph: Graph, server: LocalGraph) -> None:
    made = await graph.meetings.create(DRAFT)
    server.world.faults.waiting.append(Fault(status=400, operation="cancelEvent"))
    await graph.meetings.cancel(made.event_id, "Reportée")
    assert last(server).method == "DELETE"
    assert [event.cancelled for event in server.world.store.of(Event)] == [True]


async def test_what_may_not_be_cancelled_is_not_deleted(graph: Graph, server: LocalGraph) -> None:
    made = await graph.meetings.create(DRAFT)
    server.world.faults.waiting.append(Fault(status=403, operation="cancelEvent"))
    with pytest.raises(Denied):
        await graph.meetings.cancel(made.event_id, "Reportée")
    assert [event.cancelled for event in server.world.store.of(Event)] == [False]


async def test_a_used_transaction_is_looked_for_around_its_time(
    graph: Graph, server: LocalGraph
) -> None:
    first = await graph.meetings.create(DRAFT)
    nobody = MeetingDraft(
        **{name: getattr(DRAFT, name) for name in DRAFT.__slots__} | {"attendees": []}
    )
    assert (await graph.meetings.create(nobody)).event_id == first.event_id
    look = server.recorder.exchanges[-2]
    assert look.path == f"/users/{SERVICE_MAILBOX}/calendarView"
    assert dict(look.query) == {
        "startDateTime": "2027-01-15T20:00:00Z",
        "endDateTime": "2027-01-16T01:30:00Z",
        "$select": "id,isCancelled,onlineMeeting,transactionId",
        "$top": "100",
    }


async def test_free_busy_asks_for_twenty_at_a_time(graph: Graph, server: LocalGraph) -> None:
    mails = [f"person-{number}@sandbox.example" for number in range(45)]
    await graph.calendars.availability(mails, STARTS_AT, STARTS_AT + timedelta(hours=2))
    sent = server.recorder.exchanges
    assert {exchange.path for exchange in sent} == {
        f"/users/{SERVICE_MAILBOX}/calendar/getSchedule"
    }
    assert sorted(len(exchange.body["Schedules"]) for exchange in sent) == [5, 20, 20]
    first = next(each for each in sent if mails[0] in each.body["Schedules"])
    assert first.headers["Prefer"] == IN_UTC
    assert first.body == {
        "Schedules": mails[:20],
        "StartTime": {"dateTime": "2027-01-15T21:00:00", "timeZone": "UTC"},
        "EndTime": {"dateTime": "2027-01-15T23:00:00", "timeZone": "UTC"},
        "AvailabilityViewInterval": 30,
    }


async def test_mail(graph: Graph, server: LocalGraph) -> None:
    await graph.mail.send(to=PERSON.mail, subject="Rappel", html="<p>Demain</p>")
    sent = last(server)
    assert sent.path == f"/users/{SERVICE_MAILBOX}/sendMail"
    assert sent.body == {
        "Message": typed(
            "message",
            subject="Rappel",
            body={"contentType": "html", "content": "<p>Demain</p>"},
            toRecipients=[{"emailAddress": {"address": PERSON.mail}}],
        ),
        "SaveToSentItems": True,
    }


async def test_a_mail_that_failed_is_sent_once_more_by_nobody(
    graph: Graph, server: LocalGraph
) -> None:
    server.world.faults.waiting.append(Fault(status=503, after=True, operation="sendMail"))
    with pytest.raises(Exception, match="graph_unavailable"):
        await graph.mail.send(to=PERSON.mail, subject="Rappel", html="<p>Demain</p>")
    assert len(server.recorder.exchanges) == 1
    assert len(list(server.world.store.of(Message))) == 1


async def test_an_activity_notification(graph: Graph, server: LocalGraph) -> None:
    await graph.activity.notify(
        PERSON.id,
        activity_type="sessionSoon",
        preview="In one hour",
        topic="Mental Health",
        parameters={"session": "Mental Health"},
    )
    sent = last(server)
    assert sent.path == f"/users/{PERSON.id}/teamwork/sendActivityNotification"
    assert sent.body == {
        "topic": {
            "source": "text",
            "value": "Mental Health",
            "webUrl": "https://teams.microsoft.com/l/chat/0/0?users=28:sandbox",
        },
        "activityType": "sessionSoon",
        "previewText": {"content": "In one hour"},
        "templateParameters": [{"name": "session", "value": "Mental Health"}],
    }


async def test_installing(graph: Graph, server: LocalGraph) -> None:
    await graph.installer.install(PERSON.id)
    sent = last(server)
    assert sent.path == f"/users/{PERSON.id}/teamwork/installedApps"
    assert sent.body == typed(
        "userScopeTeamsAppInstallation",
        **{
            "teamsApp@odata.bind": "https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/app",
        },
    )


async def test_searching_people(graph: Graph, server: LocalGraph) -> None:
    await graph.directory.search(' employee "ott ', limit=5)
    sent = last(server)
    assert sent.path == "/users"
    assert dict(sent.query) == {
        "$search": '"displayName:employee \\"ott" OR "mail:employee \\"ott"',
        "$select": "id,displayName,mail,preferredLanguage,department,jobTitle",
        "$top": "5",
    }
    assert sent.headers["ConsistencyLevel"] == "eventual"


CALLS: list[tuple[str, str, Any]] = [
    ("GET", "/users", None),
    ("GET", "/users?$top=5&$skip=3&$select=id,mail", None),
    ("GET", f"/users/{PERSON.id}", None),
    ("GET", f"/users/{PERSON.mail}?$select=id,displayName", None),
    ("GET", f"/users/{SERVICE_MAILBOX}", None),
    ("GET", f"/users/{PERSON.id}/manager", None),
    ("GET", "/users/nobody", None),
    ("GET", f"/users/{SERVICE_MAILBOX}/events", None),
    ("GET", f"/users/{PERSON.id}/events", None),
    (
        "GET",
        f"/users/{PERSON.id}/calendarView?startDateTime=2027-01-01T00Z&endDateTime=2027-02-01T00Z",
        None,
    ),
    ("GET", f"/users/{PERSON.id}/teamwork/installedApps", None),
    ("GET", f"/users/{SERVICE_MAILBOX}/onlineMeetings?$filter=JoinWebUrl eq 'x'", None),
    ("GET", "/subscriptions", None),
]


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
async def test_the_local_graph_answers_as_the_contract_says(
    server: LocalGraph, graph: Graph, method: str, path: str, body: Any
) -> None:
    await graph.meetings.create(DRAFT)
    headers = {"Authorization": "Bearer x", "Prefer": IMMUTABLE}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.request(method, server.url + path, json=body) as answer,
    ):
        assert answer.status == (404 if "nobody" in path else 201 if body else 200)
    assert server.recorder.problems == []


async def test_the_online_meeting_of_an_event(graph: Graph, server: LocalGraph) -> None:
    made = await graph.meetings.create(DRAFT)
    await graph.meetings.read(made.event_id)
    ready = await graph.meetings.read(made.event_id)
    headers = {"Authorization": "Bearer x", "Prefer": IMMUTABLE}
    meetings = f"{server.url}/users/{SERVICE_MAILBOX}/onlineMeetings"
    async with aiohttp.ClientSession(headers=headers) as session:
        wanted = {"$filter": f"JoinWebUrl eq '{ready.join_url}'"}
        async with session.get(meetings, params=wanted) as answer:
            found = (await answer.json())["value"]
        assert [each["joinWebUrl"] for each in found] == [ready.join_url]
        change = {"recordAutomatically": False, "allowedPresenters": "roleIsPresenter"}
        async with session.patch(f"{meetings}/{found[0]['id']}", json=change) as answer:
            assert answer.status == 200
            assert (await answer.json())["allowedPresenters"] == "roleIsPresenter"
    assert server.recorder.problems == []

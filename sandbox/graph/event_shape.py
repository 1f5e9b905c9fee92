"""An event as Graph tells it: to its organizer, or to somebody invited."""

from __future__ import annotations

from typing import Any

from sandbox.graph import ids
from sandbox.graph.calendar import Calendar
from sandbox.graph.models import Event, Invitation
from sandbox.graph.recurrence import Day
from sandbox.graph.shapes import stamp, wall
from sandbox.people import People

NEVER = "0001-01-01T00:00:00Z"
USUAL: dict[str, Any] = {
    "allowNewTimeProposals": True,
    "hideAttendees": False,
    "importance": "normal",
    "isOnlineMeeting": False,
    "onlineMeetingProvider": "unknown",
    "responseRequested": True,
    "sensitivity": "normal",
    "showAs": "busy",
    "subject": "",
}
"""What an event is where its organizer does not say."""


def event_shape(
    event: Event,
    calendar: Calendar,
    people: People,
    zone: str,
    copy: Invitation | None = None,
    day: Day | None = None,
) -> dict[str, Any]:
    """Return an event with times in a zone.

    `copy` is the invitation of whoever looks at it; `day` is one of a series' days.
    """
    said = {**event.said, **copy.seen} if copy else event.said
    seen = copy or event
    online = calendar.meeting_of(event)
    hidden = copy is not None and said.get("hideAttendees", False)
    content = said.get("body", {}).get("content", "")
    return {
        **{name: said.get(name, usual) for name, usual in USUAL.items()},
        **_identity(event, seen),
        "body": {"contentType": "html", "content": content + calendar.meeting_block(event)},
        "start": wall((day or seen).starts_at, zone),
        "end": wall((day or seen).ends_at, zone),
        "originalStartTimeZone": said["start"]["timeZone"],
        "originalEndTimeZone": said["end"]["timeZone"],
        "attendees": [] if hidden else _attendees(said, event.responses, people),
        "organizer": {"emailAddress": {"address": event.owner, "name": event.owner}},
        "isCancelled": seen.cancelled,
        "isOrganizer": copy is None,
        "onlineMeeting": online and {"joinUrl": online["joinUrl"]},
        "responseStatus": {"response": _own_response(copy), "time": NEVER},
        **_series(said, seen, day),
        "isAllDay": False,
        "isDraft": False,
        "hasAttachments": False,
    }


def _series(said: dict[str, Any], seen: Event | Invitation, day: Day | None) -> dict[str, Any]:
    """Return what an event is of a series: all of it, one of its days, or nothing."""
    series = said.get("recurrence")
    if series is None:
        return {"type": "singleInstance", "recurrence": None, "seriesMasterId": None}
    if day is None:
        return {"type": "seriesMaster", "recurrence": series, "seriesMasterId": None}
    return {
        "type": "occurrence",
        "recurrence": None,
        "seriesMasterId": seen.id,
        "id": f"{seen.id}.{day.on.isoformat()}",
        "transactionId": None,
    }


def _identity(event: Event, seen: Event | Invitation) -> dict[str, Any]:
    change = f"{ids.short(event.id)[:16]}{event.changes}"
    return {
        "@odata.etag": f'W/"{change}"',
        "id": seen.id,
        "changeKey": change,
        "createdDateTime": stamp(event.created_at),
        "lastModifiedDateTime": stamp(event.changed_at),
        "transactionId": event.transaction_id,
        "iCalUId": ids.short(event.id),
    }


def _own_response(copy: Invitation | None) -> str:
    if copy is None:
        return "organizer"
    return "notResponded" if copy.response == "none" else copy.response


def _attendees(
    said: dict[str, Any], responses: dict[str, str], people: People
) -> list[dict[str, Any]]:
    return [
        {
            "type": each.get("type", "required"),
            "status": {
                "response": responses.get(each["emailAddress"]["address"].lower(), "none"),
                "time": NEVER,
            },
            "emailAddress": _address(each["emailAddress"], people),
        }
        for each in said.get("attendees", [])
    ]


def _address(told: dict[str, str], people: People) -> dict[str, str]:
    person = people.by_mail(told["address"])
    name = told.get("name") or (person.name if person else told["address"])
    return {"address": told["address"], "name": name}

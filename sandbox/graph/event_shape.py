"""An event as Graph tells it: to its organizer, or to somebody invited."""

from __future__ import annotations

from typing import Any

from sandbox.graph import ids
from sandbox.graph.calendar import Calendar
from sandbox.graph.models import Event, Invitation
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
    event: Event, calendar: Calendar, people: People, zone: str, copy: Invitation | None = None
) -> dict[str, Any]:
    """Return an event with times in a zone; `copy` is the invitation of whoever looks at it."""
    said = {**event.said, **copy.seen} if copy else event.said
    seen = copy or event
    online = calendar.meeting_of(event)
    hidden = copy is not None and said.get("hideAttendees", False)
    content = said.get("body", {}).get("content", "")
    return {
        **{name: said.get(name, usual) for name, usual in USUAL.items()},
        **_identity(event, seen),
        "body": {"contentType": "html", "content": content + calendar.meeting_block(event)},
        "start": wall(seen.starts_at, zone),
        "end": wall(seen.ends_at, zone),
        "originalStartTimeZone": said["start"]["timeZone"],
        "originalEndTimeZone": said["end"]["timeZone"],
        "attendees": [] if hidden else _attendees(said, people),
        "organizer": {"emailAddress": {"address": event.owner, "name": event.owner}},
        "isCancelled": seen.cancelled,
        "isOrganizer": copy is None,
        "onlineMeeting": online and {"joinUrl": online["joinUrl"]},
        "responseStatus": {"response": "notResponded" if copy else "organizer", "time": NEVER},
        "type": "singleInstance",
        "isAllDay": False,
        "isDraft": False,
        "hasAttachments": False,
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


def _attendees(said: dict[str, Any], people: People) -> list[dict[str, Any]]:
    return [
        {
            "type": each.get("type", "required"),
            "status": {"response": "none", "time": NEVER},
            "emailAddress": _address(each["emailAddress"], people),
        }
        for each in said.get("attendees", [])
    ]


def _address(told: dict[str, str], people: People) -> dict[str, str]:
    person = people.by_mail(told["address"])
    name = told.get("name") or (person.name if person else told["address"])
    return {"address": told["address"], "name": name}

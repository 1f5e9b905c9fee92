"""What a mailbox shows, gathered for the pages and for the JSON beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.graph.models import Event, Invitation, Message, Notification
from sandbox.graph.recurrence import Day
from sandbox.graph.world import World
from sandbox.people import Person

PROGRAMME = "programme"


@dataclass(frozen=True, slots=True)
class Box:
    """A mailbox: a person's, or (without one) the programme's own."""

    mail: str
    person: Person | None

    @property
    def id(self) -> str:
        """Return what stands for it in addresses of pages."""
        return self.person.id if self.person else PROGRAMME

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone of its calendar."""
        return self.person.zone_info if self.person else ZoneInfo("America/Toronto")


@dataclass(frozen=True, slots=True)
class Meeting:
    """An event as its owner or somebody invited sees it."""

    id: str
    subject: str
    html: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    join_url: str | None
    online: bool
    cancelled: bool
    moved_from: datetime | None
    organizer: str
    own: bool
    hidden: bool
    attendees: tuple[dict[str, str], ...]
    item_id: str = ""
    response: str = "none"

    def as_json(self) -> dict[str, Any]:
        """Return it for tests."""
        moved = self.moved_from
        return {
            "id": self.id,
            "subject": self.subject,
            "html": self.html,
            "startsAt": _stamp(self.starts_at),
            "endsAt": _stamp(self.ends_at),
            "zone": self.zone,
            "joinUrl": self.join_url,
            "cancelled": self.cancelled,
            "movedFrom": _stamp(moved) if moved else None,
            "organizer": self.organizer,
            "isOrganizer": self.own,
            "attendeesHidden": self.hidden,
            "attendees": list(self.attendees),
        }


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def box_of(world: World, name: str) -> Box | None:
    """Return the mailbox of an object id, an address, a readable key, or the programme's own."""
    if name.lower() in {PROGRAMME, world.mailbox}:
        return Box(world.mailbox, None)
    person = world.people.find(name)
    if person is None:
        known = {each.key: each for each in world.people.everyone}
        person = known.get(name)
    return Box(person.mail.lower(), person) if person else None


def boxes(world: World) -> Iterator[Box]:
    """Return all mailboxes, the programme's own last."""
    for person in world.people.everyone:
        yield Box(person.mail.lower(), person)
    yield Box(world.mailbox, None)


def meetings(world: World, box: Box) -> list[Meeting]:
    """Return the meetings of a mailbox in the order in which they take place; a series by day."""
    own = [
        _meeting(world, event, None, day)
        for event in world.store.of(Event, box.mail)
        for day in event.days
    ]
    others = [
        _meeting(world, event, copy, day)
        for copy in world.store.of(Invitation, box.mail)
        if (event := world.store.get(Event, copy.event_id))
        for day in copy.days
    ]
    return sorted([*own, *others], key=lambda each: each.starts_at)


def _meeting(world: World, event: Event, copy: Invitation | None, day: Day) -> Meeting:
    said = {**event.said, **copy.seen} if copy else event.said
    own_id = copy.id if copy else event.id
    cancelled = copy.cancelled if copy else event.cancelled
    online = world.calendar.meeting_of(event)
    hidden = copy is not None and bool(said.get("hideAttendees"))
    attendees = () if hidden or (copy and cancelled) else _attendees(world, event)
    return Meeting(
        id=f"{own_id}.{day.on.isoformat()}" if said.get("recurrence") else own_id,
        subject=said.get("subject", ""),
        html=said.get("body", {}).get("content", ""),
        starts_at=day.starts_at,
        ends_at=day.ends_at,
        zone=said["start"]["timeZone"],
        join_url=online["joinUrl"] if online and not cancelled else None,
        online=bool(event.meeting),
        cancelled=cancelled,
        moved_from=datetime.fromisoformat(copy.moved_from) if copy and copy.moved_from else None,
        organizer=event.owner,
        own=copy is None,
        hidden=bool(said.get("hideAttendees")),
        attendees=attendees,
        item_id=own_id,
        response=copy.response if copy else "none",
    )


def _attendees(world: World, event: Event) -> tuple[dict[str, str], ...]:
    found: list[dict[str, str]] = []
    for each in event.attendees:
        mail = each["emailAddress"]["address"]
        person = world.people.by_mail(mail)
        name = each["emailAddress"].get("name") or (person.name if person else mail)
        response = event.responses.get(mail.lower(), "none")
        kind = each.get("type", "required")
        found.append({"mail": mail, "name": name, "type": kind, "response": response})
    return tuple(found)


def messages(world: World, box: Box) -> list[Message]:
    """Return the mail of a mailbox, oldest first."""
    return list(world.store.of(Message, box.mail))


def notifications(world: World, box: Box) -> list[Notification]:
    """Return the activity notifications of a person, oldest first."""
    return list(world.store.of(Notification, box.person.id)) if box.person else []

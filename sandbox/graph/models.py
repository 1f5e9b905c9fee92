"""What a mailbox holds: events, invitations to other people's events, mail, notifications."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.graph.recurrence import Day, days_of
from sandbox.graph.rules import zone_name


def instant(told: dict[str, str]) -> datetime:
    """Return the instant of a Graph dateTimeTimeZone."""
    zone = ZoneInfo(zone_name(told["timeZone"]) or "UTC")
    wall = told["dateTime"].partition(".")[0]
    return datetime.fromisoformat(wall).replace(tzinfo=zone).astimezone(UTC)


@dataclass
class Event:
    """An event in its organizer's calendar. `owner` and all mail addresses are in lower case.

    `said` is what the organizer wrote (subject, body, start, end, attendees and so on);
    `transaction` is a print of the first body, to tell a repeated call from another one. `stamp`
    grows with every change of any event; `responses` are by address.
    """

    id: str
    owner: str
    said: dict[str, Any]
    created_at: str
    changed_at: str
    transaction_id: str | None = None
    transaction: str = ""
    changes: int = 0
    cancelled: bool = False
    meeting: dict[str, Any] | None = None
    reads: int = 0
    stamp: int = 0
    responses: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def starts_at(self) -> datetime:
        """Return when it starts."""
        return instant(self.said["start"])

    @property
    def ends_at(self) -> datetime:
        """Return when it ends."""
        return instant(self.said["end"])

    @property
    def days(self) -> list[Day]:
        """Return its days: one, or all of its series."""
        return days_of(self.said)

    @property
    def attendees(self) -> list[dict[str, Any]]:
        """Return the attendees as they were given."""
        found: list[dict[str, Any]] = self.said.get("attendees", [])
        return found

    @property
    def invited(self) -> set[str]:
        """Return the addresses of those invited."""
        return {each["emailAddress"]["address"].lower() for each in self.attendees}


@dataclass
class Invitation:
    """An event as it stands in the calendar of somebody invited.

    `seen` is a copy of what they were last told: who is taken off hears nothing of later moves.
    """

    id: str
    owner: str
    event_id: str
    seen: dict[str, Any]
    cancelled: bool = False
    moved_from: str | None = None
    response: str = "none"

    @property
    def starts_at(self) -> datetime:
        """Return when it starts, as far as this person knows."""
        return instant(self.seen["start"])

    @property
    def ends_at(self) -> datetime:
        """Return when it ends, as far as this person knows."""
        return instant(self.seen["end"])

    @property
    def days(self) -> list[Day]:
        """Return its days, as far as this person knows."""
        return days_of(self.seen)


@dataclass
class Message:
    """A mail that arrived. `kind`: mail, invitation, update or cancellation."""

    id: str
    owner: str
    sender: str
    kind: str
    subject: str
    html: str
    received_at: str
    event_id: str | None = None


@dataclass
class Notification:
    """An activity notification that Teams showed."""

    id: str
    owner: str
    activity_type: str
    preview: str
    topic: str
    link: str
    parameters: dict[str, str]
    received_at: str


@dataclass
class Subscription:
    """A change notification that somebody asked for."""

    id: str
    owner: str
    said: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass
class Installation:
    """The app, installed for a person."""

    id: str
    owner: str
    app_id: str


Thing = Event | Invitation | Message | Notification | Subscription | Installation
KINDS: dict[str, type[Thing]] = {
    kind.__name__: kind
    for kind in (Event, Invitation, Message, Notification, Subscription, Installation)
}


def as_json(thing: Thing) -> dict[str, Any]:
    """Return what is kept of a thing."""
    return asdict(thing)

"""Things to keep: valid, with ids that can be read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.messages import HistoryEntry, LiveCard, OutboxRow, Via
from bot.domain.people import Draft, Grant, Person, Role, Side
from bot.domain.requests import Request, Visibility
from bot.domain.roster import Facilitator
from bot.domain.seats import Seat, SeatStatus
from bot.domain.sessions import Assignment, Session

NOW = datetime(2027, 1, 4, 14, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def a_person(person_id: str = "person-1", **values: Any) -> Person:
    return Person(person_id, "tenant", **values)


def a_grant(person_id: str = "person-1", **values: Any) -> Grant:
    given = {"role": Role.COORDINATOR, "granted_at": NOW, "region": "quebec", "side": "union"}
    return Grant(person_id, **(given | values))


def a_facilitator(person_id: str = "person-1", **values: Any) -> Facilitator:
    given: dict[str, Any] = {
        "side": Side.UNION,
        "languages": ("en", "fr"),
        "region": "quebec",
        "topics": ("harassment", "mental-health"),
        "organization": "department",
    }
    return Facilitator(person_id, **(given | values))


def a_draft(person_id: str = "person-1", flow: str = "request", **values: Any) -> Draft:
    given: dict[str, Any] = {"step": "topic", "updated_at": NOW, "answers": {"team": "L’équipe 1"}}
    return Draft(person_id, flow, **(given | values))


def a_request(request_id: str = "request-1", **values: Any) -> Request:
    given: dict[str, Any] = {
        "year": 2027,
        "number": int(request_id.rpartition("-")[2]),
        "requester_id": "manager",
        "counterpart_id": "representative",
        "side": Side.EMPLOYER,
        "offering": "harassment",
        "organization": "department",
        "region": "quebec",
        "team": "Team of the west wing",
        "participants": 12,
        "language": "en",
        "zone": "America/Toronto",
        "preferred_at": (NOW + 30 * DAY, NOW + 31 * DAY),
        "visibility": Visibility.OPEN,
        "created_at": NOW,
    }
    return Request(request_id, **(given | values))


def a_session(session_id: str = "session-1", **values: Any) -> Session:
    starts_at = values.pop("starts_at", NOW + 30 * DAY)
    given: dict[str, Any] = {
        "code": f"K7M-{session_id}",
        "offering": "harassment",
        "starts_at": starts_at,
        "ends_at": starts_at + 3 * HOUR,
        "zone": "America/Toronto",
        "language": "en",
        "region": "quebec",
        "organization": "department",
        "visibility": Visibility.OPEN,
        "capacity": 3,
        "transaction_id": f"transaction-{session_id}",
        "created_at": NOW,
    }
    return Session(session_id, **(given | values))


def a_seat(person_id: str = "person-1", ticket: int = 1, **values: Any) -> Seat:
    given: dict[str, Any] = {
        "session_id": "session-1",
        "status": SeatStatus.CONFIRMED,
        "ticket": ticket,
        "asked_at": NOW,
        "changed_at": NOW,
    }
    return Seat(person_id=person_id, **(given | values))


def an_assignment(assignment_id: str = "assignment-1", **values: Any) -> Assignment:
    given: dict[str, Any] = {
        "session_id": "session-1",
        "person_id": "person-1",
        "side": Side.UNION,
        "offered_at": NOW,
        "answer_by": NOW + 2 * DAY,
    }
    return Assignment(assignment_id, **(given | values))


def a_row(row_id: str = "row-1", **values: Any) -> OutboxRow:
    given: dict[str, Any] = {
        "via": Via.CHAT,
        "kind": "request.agreed",
        "subject": "request:1",
        "dedupe_key": f"key-{row_id}",
        "due_at": NOW,
        "created_at": NOW,
    }
    return OutboxRow(row_id, **(given | values))


def a_card(person_id: str = "person-1", **values: Any) -> LiveCard:
    given: dict[str, Any] = {
        "subject": "request:1",
        "conversation_id": "conversation",
        "activity_id": "activity",
        "shown_at": NOW,
    }
    return LiveCard(person_id, **(given | values))


def an_entry(entry_id: str, **values: Any) -> HistoryEntry:
    given: dict[str, Any] = {"subject": "request:1", "at": NOW, "what": "request.submitted"}
    return HistoryEntry(entry_id, **(given | values))

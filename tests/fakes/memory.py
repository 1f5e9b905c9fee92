"""What the in-memory repositories share: the rows, and the rules that a database would keep."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from bot.domain.errors import Conflict
from bot.domain.messages import HistoryEntry, LiveCard, OutboxRow
from bot.domain.people import Draft, Grant, Person
from bot.domain.requests import Request
from bot.domain.roster import Facilitator
from bot.domain.seats import Seat
from bot.domain.sessions import STANDING, Assignment, Session, SessionStatus


@dataclass
class Memory:
    """All rows by their keys, in the order in which they came."""

    people: dict[str, Person] = field(default_factory=dict)
    grants: dict[tuple[str, str, str, str], Grant] = field(default_factory=dict)
    facilitators: dict[str, Facilitator] = field(default_factory=dict)
    drafts: dict[tuple[str, str], Draft] = field(default_factory=dict)
    requests: dict[str, Request] = field(default_factory=dict)
    counters: dict[int, int] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    seats: dict[tuple[str, str], Seat] = field(default_factory=dict)
    assignments: dict[str, Assignment] = field(default_factory=dict)
    outbox: dict[str, OutboxRow] = field(default_factory=dict)
    cards: dict[tuple[str, str], LiveCard] = field(default_factory=dict)
    history: dict[str, HistoryEntry] = field(default_factory=dict)

    def check(self) -> None:
        """Refuse what the database's constraints refuse."""
        sessions, requests = self.sessions.values(), self.requests.values()
        alive = (s for s in sessions if s.status is not SessionStatus.CANCELLED and s.request_id)
        standing = (a for a in self.assignments.values() if a.status in STANDING)
        _unique("requests", ((r.year, r.number) for r in requests))
        _unique("sessions", (s.code for s in sessions))
        _unique("sessions", (s.transaction_id for s in sessions))
        _unique("sessions", (s.request_id for s in alive))
        _unique("seats", ((s.session_id, s.ticket) for s in self.seats.values()))
        _unique("assignments", ((a.session_id, a.side) for a in standing))
        _true("requests", (r.requester_id != r.counterpart_id for r in requests))
        _true("requests", (r.participants > 0 for r in requests))
        _true("sessions", (s.capacity > 0 and s.ends_at > s.starts_at for s in sessions))
        _true("sessions", (s.request_id is None or s.request_id in self.requests for s in sessions))
        _true("seats", (s.session_id in self.sessions for s in self.seats.values()))
        _true("assignments", (a.session_id in self.sessions for a in self.assignments.values()))


def _unique(table: str, keys: Iterable[Hashable]) -> None:
    listed = list(keys)
    _true(table, [len(set(listed)) == len(listed)])


def _true(table: str, facts: Iterable[bool]) -> None:
    if not all(facts):
        raise Conflict(table)

"""What the in-memory repositories share: the rows, and the rules that a database would keep."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from bot.domain.applications import OPEN, Application, Endorsement, EndorserKind
from bot.domain.cohorts import Cohort, TrainingSeat
from bot.domain.errors import Conflict
from bot.domain.interviews import AHEAD, Interview
from bot.domain.messages import HistoryEntry, LiveCard, OutboxRow
from bot.domain.outlook import Question, Watch, WrittenEvent
from bot.domain.people import Draft, Grant, Person
from bot.domain.requests import Request
from bot.domain.roster import Absence, Facilitator
from bot.domain.rounds import Round
from bot.domain.seats import Seat
from bot.domain.self_identification import Reading, SelfIdentification
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
    absences: dict[str, Absence] = field(default_factory=dict)
    applications: dict[str, Application] = field(default_factory=dict)
    application_counters: dict[int, int] = field(default_factory=dict)
    endorsements: dict[tuple[str, EndorserKind], Endorsement] = field(default_factory=dict)
    self_identifications: dict[str, SelfIdentification] = field(default_factory=dict)
    readings: dict[str, Reading] = field(default_factory=dict)
    interviews: dict[str, Interview] = field(default_factory=dict)
    cohorts: dict[str, Cohort] = field(default_factory=dict)
    training: dict[tuple[str, str], TrainingSeat] = field(default_factory=dict)
    rounds: dict[str, Round] = field(default_factory=dict)
    written: dict[str, WrittenEvent] = field(default_factory=dict)
    watches: dict[str, Watch] = field(default_factory=dict)
    questions: dict[str, Question] = field(default_factory=dict)

    def check(self) -> None:
        """Refuse what the database's constraints refuse."""
        self._check_sessions()
        self._check_candidates()
        self._check_training()
        _unique("questions", (q.key for q in self.questions.values()))
        _true("rounds", (key in self.sessions for key in self.rounds))
        _true("absences", (a.to_on >= a.from_on for a in self.absences.values()))

    def _check_sessions(self) -> None:
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

    def _check_candidates(self) -> None:
        applications, interviews = self.applications.values(), self.interviews.values()
        _unique("applications", ((a.year, a.number) for a in applications))
        _unique("applications", (a.applicant_id for a in applications if a.status in OPEN))
        _true("applications", (a.applicant_id != a.manager_id for a in applications))
        _true("applications", (a.applicant_id != a.reference_id for a in applications))
        _true("endorsements", (key in self.applications for key, _ in self.endorsements))
        _true(
            "self_identifications", (key in self.applications for key in self.self_identifications)
        )
        _true("readings", (r.application_id in self.applications for r in self.readings.values()))
        _true("interviews", (i.application_id in self.applications for i in interviews))
        _true("interviews", (i.minutes > 0 for i in interviews))
        _unique("interviews", (i.transaction_id for i in interviews))
        _unique("interviews", (i.application_id for i in interviews if i.status in AHEAD))

    def _check_training(self) -> None:
        cohorts, training = self.cohorts.values(), self.training.values()
        _unique("cohorts", (c.code for c in cohorts))
        _unique("cohorts", (c.transaction_id for c in cohorts))
        _true("cohorts", (c.capacity > 0 and c.minutes > 0 for c in cohorts))
        _true("training", (t.cohort_id in self.cohorts for t in training))
        _true("training", (t.application_id in self.applications for t in training))


def _unique(table: str, keys: Iterable[Hashable]) -> None:
    listed = list(keys)
    _true(table, [len(set(listed)) == len(listed)])


def _true(table: str, facts: Iterable[bool]) -> None:
    if not all(facts):
        raise Conflict(table)

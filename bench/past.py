"""Years of history: people known, sessions held, and what they left in every table.

Ahead there is always the same: the open sessions and the requests in review that `bench.history`
asks for. Only what lies behind grows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bench.crowd import insert
from bench.data import code
from bench.harness import person_id
from bot.domain import catalogue
from bot.domain.messages import HistoryEntry, LiveCard, OutboxRow, RowState, Via
from bot.domain.people import Grant, Person, Role, Side
from bot.domain.requests import Request, RequestStatus, Visibility
from bot.domain.roster import Facilitator
from bot.domain.seats import Seat, SeatStatus
from bot.domain.sessions import Assignment, AssignmentStatus, Session, SessionStatus
from storage.engine import Database
from storage.repositories.assignments import ASSIGNMENT
from storage.repositories.messages import CARD, ENTRY, ROW
from storage.repositories.people import GRANT, PERSON
from storage.repositories.requests import REQUEST
from storage.repositories.roster import FACILITATOR
from storage.repositories.seats import SEAT
from storage.repositories.sessions import SESSION

FACILITATORS, IN_REVIEW, SEATS = 1500, 40, 6
COORDINATOR, FIRST_LEAD = 950_000, 960_000
REGION, OFFERING = "national-capital", "mental-health"
TORONTO, ORGANIZATION = "America/Toronto", "2229"
YEARS = 5
_REGIONS = [region.key for region in catalogue.regions()]


def lead_id(number: int) -> str:
    """The n-th of the roster; even ones are the union's."""
    return person_id(FIRST_LEAD + number % FACILITATORS)


@dataclass(frozen=True)
class Past:
    """So many people known and so many sessions held, over the last five years."""

    people: int
    sessions: int
    service_url: str
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))

    async def write(self, database: Database) -> None:
        """All of it."""
        await insert(database, PERSON, (self._person(n) for n in range(self.people)))
        leads = range(FIRST_LEAD, FIRST_LEAD + FACILITATORS)
        await insert(database, PERSON, (self._person(n) for n in (COORDINATOR, *leads)))
        grant = Grant(person_id(COORDINATOR), Role.COORDINATOR, self.now, region=REGION)
        await insert(database, GRANT, [grant])
        await insert(database, FACILITATOR, (self._facilitator(n) for n in range(FACILITATORS)))
        held = range(self.sessions)
        await insert(database, REQUEST, (self._request(n) for n in held))
        await insert(database, REQUEST, (self._open(n) for n in range(IN_REVIEW)))
        await insert(database, SESSION, (self._session(n) for n in held))
        await insert(database, ASSIGNMENT, (one for n in held for one in self._leads(n)))
        await insert(database, SEAT, (one for n in held for one in self._seats(n)))
        await insert(database, ENTRY, (one for n in held for one in self._entries(n)))
        await insert(database, CARD, (self._card(n) for n in held))
        await insert(database, ROW, (one for n in held for one in self._rows(n)))

    def _at(self, number: int) -> datetime:
        """When the n-th was held: the newest last, evenly over the years."""
        whole = timedelta(days=365 * YEARS).total_seconds()
        ago = timedelta(seconds=round(whole * (1 - number / self.sessions)))
        return self.now - timedelta(days=1) - ago

    def _person(self, number: int) -> Person:
        return Person(
            person_id=person_id(number),
            tenant_id="22222222-2222-2222-2222-222222222222",
            name=f"Employee {number}",
            locale="fr-CA" if number % 2 else "en-CA",
            mail=f"employee-{number}@bench.example",
            zone=TORONTO,
            welcomed_at=self.now - timedelta(minutes=number % 1_000_000),
            conversation_id=f"chat-{number}",
            service_url=self.service_url,
        )

    def _facilitator(self, number: int) -> Facilitator:
        return Facilitator(
            person_id=lead_id(number),
            side=Side.EMPLOYER if number % 2 else Side.UNION,
            languages=("en", "fr"),
            region=self._region(number),
            topics=self._topics(number),
            organization=ORGANIZATION,
            since_at=self.now - timedelta(days=365 * YEARS),
        )

    def _region(self, number: int) -> str:
        """A tenth of them in one region."""
        return REGION if number % 20 < 2 else _REGIONS[number % len(_REGIONS)]

    def _topics(self, number: int) -> tuple[str, ...]:
        """Half of them for one topic."""
        every = [entry.key for entry in catalogue.requestable_offerings()]
        return tuple(key for key in every if number % 4 < 2 or key != OFFERING)

    def _request(self, number: int) -> Request:
        return self._any_request(number, RequestStatus.COMPLETED, self._at(number))

    def _open(self, number: int) -> Request:
        starts = self.now + timedelta(days=40 + number % 20)
        return self._any_request(900_000 + number, RequestStatus.IN_REVIEW, starts)

    def _any_request(self, number: int, status: RequestStatus, at: datetime) -> Request:
        return Request(
            request_id=f"request-{number}",
            year=2027,
            number=number + 1,
            requester_id=person_id(number % self.people),
            counterpart_id=person_id((number + 1) % self.people),
            side=Side.EMPLOYER,
            offering=OFFERING,
            organization=ORGANIZATION,
            region=REGION,
            team="A team",
            participants=SEATS,
            language="en",
            zone=TORONTO,
            preferred_at=(at.replace(hour=15, minute=0, second=0),),
            visibility=Visibility.OPEN,
            created_at=min(at, self.now) - timedelta(days=30),
            status=status,
            agreed_at=min(at, self.now) - timedelta(days=20),
        )

    def _session(self, number: int) -> Session:
        starts = self._at(number)
        return Session(
            session_id=f"past-{number}",
            code=code(1_000_000 + number),
            offering=OFFERING,
            starts_at=starts,
            ends_at=starts + timedelta(hours=3),
            zone=TORONTO,
            language="en",
            region=REGION,
            organization=ORGANIZATION,
            visibility=Visibility.OPEN,
            capacity=15,
            transaction_id=f"past-{number}",
            created_at=starts - timedelta(days=30),
            request_id=f"request-{number}",
            status=SessionStatus.CLOSED,
            booking_asked=True,
            event_id=f"past-event-{number}",
            join_url="https://teams.example/join",
            booked_at=starts - timedelta(days=20),
        )

    def _leads(self, number: int) -> Iterator[Assignment]:
        pair = 2 * (number % (FACILITATORS // 2))
        for one, side in ((pair, Side.UNION), (pair + 1, Side.EMPLOYER)):
            yield Assignment(
                assignment_id=f"past-{number}-{side.value}",
                session_id=f"past-{number}",
                person_id=lead_id(one),
                side=side,
                offered_at=self._at(number) - timedelta(days=25),
                answer_by=self._at(number) - timedelta(days=23),
                status=AssignmentStatus.ACCEPTED,
                answered_at=self._at(number) - timedelta(days=24),
            )

    def _seats(self, number: int) -> Iterator[Seat]:
        """Half of them were never marked: confirmed they stay."""
        for ticket in range(SEATS):
            yield Seat(
                session_id=f"past-{number}",
                person_id=person_id((SEATS * number + ticket) % self.people),
                status=SeatStatus.ATTENDED if number % 2 else SeatStatus.CONFIRMED,
                ticket=ticket + 1,
                asked_at=self._at(number) - timedelta(days=10),
                changed_at=self._at(number) - timedelta(days=10),
            )

    def _entries(self, number: int) -> Iterator[HistoryEntry]:
        for step, what in enumerate(("submitted", "agreed", "scheduled", "held")):
            at = self._at(number) - timedelta(days=30 - step)
            about = f"request:request-{number}"
            yield HistoryEntry(f"entry-{number}-{step}", about, at, what)

    def _card(self, number: int) -> LiveCard:
        someone = number % self.people
        about, shown = f"request:request-{number}", self._at(number)
        return LiveCard(person_id(someone), about, f"chat-{someone}", f"card-{number}", shown)

    def _rows(self, number: int) -> Iterator[OutboxRow]:
        """What was sent in the last ninety days: a row is forgotten then."""
        sent_at = self.now - timedelta(days=90 * (1 - number / self.sessions))
        for kind in ("reminder.seat", "session.seat_confirmed", "request.completed"):
            yield OutboxRow(
                row_id=f"sent-{number}-{kind}",
                via=Via.CHAT,
                kind=kind,
                subject=f"session:past-{number}",
                dedupe_key=f"sent-{number}-{kind}",
                due_at=sent_at,
                created_at=sent_at,
                recipient_id=person_id(number % self.people),
                state=RowState.SENT,
                receipt=f"card-{number}",
                done_at=sent_at,
            )

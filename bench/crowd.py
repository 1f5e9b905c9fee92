"""Thousands of people with a seat each, and what reminds them: rows by the hundred thousand.

Written with the statements of the program's own storage, without its objects' watching.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from bench.data import CAPACITY, EMPLOYER, UNION, code
from bench.harness import person_id
from bot.domain import catalogue
from bot.domain.messages import OutboxRow, Via
from bot.domain.people import Person, Side
from bot.domain.requests import Visibility
from bot.domain.roster import Facilitator
from bot.domain.seats import Seat, SeatStatus
from bot.domain.sessions import Assignment, AssignmentStatus, Session, SessionStatus
from storage.engine import Database, writing
from storage.entity import Entity
from storage.repositories.assignments import ASSIGNMENT
from storage.repositories.messages import ROW
from storage.repositories.people import PERSON
from storage.repositories.roster import FACILITATOR
from storage.repositories.seats import SEAT
from storage.repositories.sessions import SESSION

AT_ONCE = 5000
TORONTO = "America/Toronto"


async def insert(database: Database, entity: Entity[Any], things: Iterable[Any]) -> None:
    """Write rows, some thousands in a transaction."""
    left = iter(things)
    while some := [entity.values(thing) for thing in islice(left, AT_ONCE)]:
        async with writing(database) as connection:
            await connection.execute(entity.insert, some)
            await connection.commit()


def _address(number: int) -> str:
    return f"chat-{number}"


@dataclass(frozen=True)
class Crowd:
    """So many people, fifteen to a session; session n starts n minutes after the first.

    Attributes:
        first_at: When the first session starts.
        which: The reminder that is owed ("1h", "1d"), due at `due_at`.
        id_of: The n-th person's object id; `chat_of` the id of their chat.
    """

    people: int
    first_at: datetime
    service_url: str
    due_at: datetime
    which: str = "1h"
    tenant_id: str = "22222222-2222-2222-2222-222222222222"
    id_of: Callable[[int], str] = person_id
    chat_of: Callable[[int], str] = _address
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def sessions(self) -> int:
        """How many it takes to seat them."""
        return -(-self.people // CAPACITY)

    async def settle(self, database: Database) -> None:
        """Everybody known, every session booked, every seat taken."""
        await insert(database, PERSON, (self._person(n) for n in (UNION, EMPLOYER)))
        await insert(database, PERSON, (self._person(n) for n in range(self.people)))
        leads = ((UNION, Side.UNION), (EMPLOYER, Side.EMPLOYER))
        await insert(database, FACILITATOR, (self._facilitator(*lead) for lead in leads))
        await insert(database, SESSION, (self._session(n) for n in range(self.sessions)))
        await insert(database, ASSIGNMENT, self._leads())
        await insert(database, SEAT, (self._seat(n) for n in range(self.people)))

    async def owe(self, database: Database) -> None:
        """One reminder a person, in the order least like that of need."""
        await insert(database, ROW, (self._row(n) for n in reversed(range(self.people))))

    def _person(self, number: int) -> Person:
        ours = number < self.people
        return Person(
            person_id=self.id_of(number) if ours else person_id(number),
            tenant_id=self.tenant_id,
            name=f"Employee {number}",
            locale="fr-CA" if number % 2 else "en-CA",
            mail=f"employee-{number}@bench.example",
            zone=TORONTO,
            welcomed_at=self.created_at,
            conversation_id=self.chat_of(number) if ours else _address(number),
            service_url=self.service_url,
        )

    def _facilitator(self, number: int, side: Side) -> Facilitator:
        return Facilitator(
            person_id=person_id(number),
            side=side,
            languages=("en", "fr"),
            region="national-capital",
            topics=tuple(entry.key for entry in catalogue.requestable_offerings()),
            organization="2229",
        )

    def _session(self, number: int) -> Session:
        offerings, regions = catalogue.requestable_offerings(), catalogue.regions()
        starts = self.first_at + timedelta(seconds=number)
        return Session(
            session_id=f"session-{number}",
            code=code(number),
            offering=offerings[number % len(offerings)].key,
            starts_at=starts,
            ends_at=starts + timedelta(hours=3),
            zone=TORONTO,
            language=("en", "fr")[number % 2],
            region=regions[number % len(regions)].key,
            organization="2229",
            visibility=Visibility.OPEN,
            capacity=CAPACITY,
            transaction_id=f"transaction-{number}",
            created_at=self.created_at,
            status=SessionStatus.BOOKED,
            booking_asked=True,
            event_id=f"event-{number}",
            join_url="https://teams.example/join",
            booked_at=self.created_at,
        )

    def _leads(self) -> Iterator[Assignment]:
        for number in range(self.sessions):
            for lead, side in ((UNION, Side.UNION), (EMPLOYER, Side.EMPLOYER)):
                yield Assignment(
                    assignment_id=f"{number}-{side.value}",
                    session_id=f"session-{number}",
                    person_id=person_id(lead),
                    side=side,
                    offered_at=self.created_at,
                    answer_by=self.first_at,
                    status=AssignmentStatus.ACCEPTED,
                    answered_at=self.created_at,
                )

    def _seat(self, number: int) -> Seat:
        return Seat(
            session_id=f"session-{number // CAPACITY}",
            person_id=self.id_of(number),
            status=SeatStatus.CONFIRMED,
            ticket=number % CAPACITY + 1,
            asked_at=self.created_at,
            changed_at=self.created_at,
        )

    def _row(self, number: int) -> OutboxRow:
        session = number // CAPACITY
        return OutboxRow(
            row_id=f"reminder-{number}",
            via=Via.CHAT,
            kind="reminder.seat",
            subject=f"session:session-{session}",
            dedupe_key=f"reminder-{number}",
            due_at=self.due_at,
            created_at=self.created_at,
            recipient_id=self.id_of(number),
            args={"which": self.which, "version": 1},
            expires_at=self.first_at + timedelta(seconds=session),
            repeatable=False,
        )

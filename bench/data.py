"""What the databases of the benchmarks hold: people, open sessions with their leads, rows to send.

Written by the program's own storage, so that a change of its tables is a change here.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.harness import person_id
from bot.domain import catalogue
from bot.domain.messages import OutboxRow, Via
from bot.domain.people import Person, Side
from bot.domain.requests import Visibility
from bot.domain.roster import Facilitator
from bot.domain.seats import Seat, SeatStatus
from bot.domain.sessions import (
    CODE_ALPHABET,
    Assignment,
    AssignmentStatus,
    Session,
    SessionStatus,
)
from storage.engine import Database, make_engine, writing
from storage.migrate import upgrade
from storage.repositories.messages import ROW
from storage.unit_of_work import SqlUnitsOfWork

UNION, EMPLOYER = 900_001, 900_002
CAPACITY, SESSIONS, RECIPIENTS = 15, 200, 600
_AT_ONCE = 5000
_ZONES = ("America/Toronto", "America/Halifax", "America/Vancouver", "America/Regina")


@asynccontextmanager
async def migrated(url: str) -> AsyncGenerator[Database]:
    """A database with the program's tables in it."""
    await upgrade(url)
    engine = make_engine(url)
    try:
        yield engine
    finally:
        await engine.dispose()


async def fill(
    engine: Database, *, people: int, sessions: int, seats: int = 6, service_url: str = ""
) -> None:
    """People (with a chat, given a service URL) and open sessions with some seats taken."""
    units, now = SqlUnitsOfWork(engine), datetime.now(UTC)
    async with units() as uow:
        for number in (UNION, EMPLOYER, *range(people)):
            await uow.people.add(_person(number, now, service_url))
        for number, side in ((UNION, Side.UNION), (EMPLOYER, Side.EMPLOYER)):
            await uow.facilitators.add(_facilitator(number, side))
        await uow.commit()
    for first in range(0, sessions, 50):
        async with units() as uow:
            for number in range(first, min(first + 50, sessions)):
                session = _session(number, now)
                await uow.sessions.add(session)
                for lead in _leads(session, now):
                    await uow.assignments.add(lead)
                for ticket in range(min(seats, people)):
                    await uow.seats.add(_seat(session, ticket, now))
            await uow.commit()


async def owe(engine: Database, count: int, *, after: int = 0, **fields: Any) -> None:
    """Rows of the outbox: by default notices of a session, due now, one a person."""
    for first in range(after, after + count, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, after + count))
        async with writing(engine) as connection:
            rows = [ROW.values(_row(number, fields)) for number in numbers]
            await connection.execute(ROW.insert, rows)
            await connection.commit()


async def analyzed(engine: Database) -> None:
    """PostgreSQL does so by itself after a minute; SQLite never, and is not helped to here."""
    if engine.dialect.name == "postgresql":
        async with engine.connect() as connection:
            await connection.exec_driver_sql("ANALYZE")
            await connection.commit()


def session_id(number: int) -> str:
    """The id of a session of the benchmark."""
    return f"session-{number}"


def code(number: int) -> str:
    """The code that a session is joined by."""
    return next(_codes(number))


def _codes(number: int) -> Iterator[str]:
    letters = len(CODE_ALPHABET)
    signs = "".join(CODE_ALPHABET[(number // letters**place) % letters] for place in range(6))
    yield f"{signs[:3]}-{signs[3:]}"


def _person(number: int, now: datetime, service_url: str) -> Person:
    return Person(
        person_id=person_id(number),
        tenant_id="22222222-2222-2222-2222-222222222222",
        name=f"Employee {number}",
        locale="fr-CA" if number % 2 else "en-CA",
        mail=f"employee-{number}@bench.example",
        welcomed_at=now,
        conversation_id=f"chat-{number}" if service_url else None,
        service_url=service_url or None,
    )


def _facilitator(number: int, side: Side) -> Facilitator:
    return Facilitator(
        person_id=person_id(number),
        side=side,
        languages=("en", "fr"),
        region="national-capital",
        topics=tuple(entry.key for entry in catalogue.requestable_offerings()),
        organization="2229",
    )


def _session(number: int, now: datetime) -> Session:
    offerings, regions = catalogue.requestable_offerings(), catalogue.regions()
    day = (now + timedelta(days=7 + number // 4)).replace(minute=0, second=0, microsecond=0)
    starts = day.replace(hour=14 + number % 4)
    return Session(
        session_id=session_id(number),
        code=code(number),
        offering=offerings[number % len(offerings)].key,
        starts_at=starts,
        ends_at=starts + timedelta(hours=3),
        zone=_ZONES[number % len(_ZONES)],
        language=("en", "fr")[number % 2],
        region=regions[number % len(regions)].key,
        organization="2229",
        visibility=Visibility.OPEN,
        capacity=CAPACITY,
        transaction_id=f"transaction-{number}",
        created_at=now,
        status=SessionStatus.BOOKED,
        booking_asked=True,
        event_id=f"event-{number}",
        join_url="https://teams.example/join",
        booked_at=now,
    )


def _leads(session: Session, now: datetime) -> Iterator[Assignment]:
    for number, side in ((UNION, Side.UNION), (EMPLOYER, Side.EMPLOYER)):
        yield Assignment(
            assignment_id=f"{session.session_id}-{side.value}",
            session_id=session.session_id,
            person_id=person_id(number),
            side=side,
            offered_at=now,
            answer_by=session.starts_at,
            status=AssignmentStatus.ACCEPTED,
            answered_at=now,
        )


def _seat(session: Session, ticket: int, now: datetime) -> Seat:
    return Seat(
        session_id=session.session_id,
        person_id=person_id(ticket),
        status=SeatStatus.CONFIRMED,
        ticket=ticket + 1,
        asked_at=now,
        changed_at=now,
    )


def _row(number: int, fields: dict[str, Any]) -> OutboxRow:
    now = datetime.now(UTC)
    usual: dict[str, Any] = {
        "row_id": f"row-{fields.get('kind', '')}-{number}",
        "via": Via.CHAT,
        "kind": "session.seat_confirmed",
        "subject": f"session:{session_id(number % SESSIONS)}",
        "dedupe_key": f"bench-{fields.get('kind', '')}-{number}",
        "due_at": now,
        "created_at": now,
        "recipient_id": person_id(number % RECIPIENTS),
    }
    return OutboxRow(**{**usual, **fields})

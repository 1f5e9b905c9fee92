"""Sessions put straight into an office: what the tests of finding and joining begin with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.people import Side
from bot.domain.requests import Visibility
from bot.domain.seats import Seat, SeatStatus
from bot.domain.sessions import Assignment, AssignmentStatus, Session, SessionStatus
from bot.services.ports import Reader
from tests.conversations.office import LEAD_EMPLOYER, LEAD_UNION, Office
from tests.conversations.talking import NOW, person

STARTS_AT = datetime(2027, 3, 4, 18, 0, tzinfo=UTC)  # Thursday, 1 pm in Ottawa
LINK = "https://teams.microsoft.com/l/meetup-join/19%3ameeting"
CODES = ("K7M-2QF", "B4D-9XZ", "H2W-6TN", "R8P-3VC", "M5J-7KQ")


def put(office: Office, number: int = 0, **changed: Any) -> Session:
    """An open session, booked, led by the usual two; `number` gives its code."""
    session = Session(
        session_id=f"s{number}",
        code=CODES[number] if number < len(CODES) else f"ZZ{number // 10 + 2}-ZZ{number % 10 + 2}",
        offering="mental-health",
        starts_at=STARTS_AT,
        ends_at=STARTS_AT + timedelta(minutes=210),
        zone="America/Toronto",
        language="en",
        region="national-capital",
        organization="2222",
        visibility=Visibility.OPEN,
        capacity=15,
        transaction_id=f"t{number}",
        created_at=NOW,
        status=SessionStatus.BOOKED,
        join_url=LINK,
    )
    session = replace(session, **changed)
    session.ends_at = session.starts_at + timedelta(minutes=210)
    memory = office.units.memory
    memory.sessions[session.session_id] = session
    for side, who in ((Side.UNION, LEAD_UNION), (Side.EMPLOYER, LEAD_EMPLOYER)):
        lead = Assignment(
            f"{session.session_id}-{side}",
            session.session_id,
            who.person_id,
            side,
            NOW,
            session.starts_at,
            AssignmentStatus.ACCEPTED,
            NOW,
        )
        memory.assignments[lead.assignment_id] = lead
    return session


async def take_seats(office: Office, session: Session, many: int) -> None:
    """Other people join."""
    for number in range(many):
        who = person(500 + number, f"Employee {number}")
        await office.services.seats.join(who.person_id, session.session_id, session.code)


def place(office: Office, session: Session, who: Reader) -> str | None:
    """Where somebody stands with a session, in the database."""
    seat: Seat | None = office.units.memory.seats.get((session.session_id, who.person_id))
    return seat.status.value if seat else None


def seats(office: Office, session: Session, status: SeatStatus) -> int:
    """How many are in that state."""
    kept = office.units.memory.seats.values()
    return sum(s.session_id == session.session_id and s.status is status for s in kept)

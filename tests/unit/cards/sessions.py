"""Sessions as one reader sees them, in every state that a card must show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.people import Side
from bot.domain.requests import Visibility
from bot.domain.seats import Seat, SeatStatus
from bot.domain.sessions import AssignmentStatus, Session, SessionStatus
from bot.services.views import Lead, Named, SessionView

STARTS_AT = datetime(2027, 3, 4, 18, 0, tzinfo=UTC)  # Thursday, 1 pm in Ottawa
LINK = "https://teams.microsoft.com/l/meetup-join/19%3ameeting"
CHAT = "https://teams.microsoft.com/l/chat/0/0?users=28:bot&message=join%20K7M-2QF"


def session(**changed: Any) -> Session:
    """Booked, open to everybody, three and a half hours on mental health."""
    made = Session(
        session_id="s1",
        code="K7M-2QF",
        offering="mental-health",
        starts_at=STARTS_AT,
        ends_at=STARTS_AT + timedelta(minutes=210),
        zone="America/Toronto",
        language="en",
        region="national-capital",
        organization="2222",
        visibility=Visibility.OPEN,
        capacity=15,
        transaction_id="t1",
        created_at=STARTS_AT - timedelta(days=60),
        status=SessionStatus.BOOKED,
        join_url=LINK,
    )
    return replace(made, **changed)


def seat(status: SeatStatus, **changed: Any) -> Seat:
    """The reader's own place."""
    at = STARTS_AT - timedelta(days=30)
    return replace(Seat("s1", "me", status, 3, at, at), **changed)


def lead(side: Side, name: str, status: AssignmentStatus = AssignmentStatus.ACCEPTED) -> Lead:
    return Lead(f"a-{side}", side, Named(f"p-{side}", name), status, STARTS_AT, "")


LEADS = (
    lead(Side.UNION, "Facilitator, union, Montréal"),
    lead(Side.EMPLOYER, "Facilitator, employer, Vancouver"),
)


def view(may: str = "", *, of: Session | None = None, **changed: Any) -> SessionView:
    """As a reader sees it; `may` as in the view, with blanks between the words."""
    made = SessionView(
        session=of or session(),
        seats_taken=11,
        waiting=0,
        seat=None,
        rank=None,
        leads=LEADS,
        may=frozenset(may.split()),
        shares_code=False,
        is_lead=False,
    )
    return replace(made, **changed)


def in_every_state() -> dict[str, SessionView]:
    """One view a state, by what it shows."""
    held = SeatStatus.CONFIRMED
    coming = session(status=SessionStatus.STAFFED, join_url=None)
    own = session(visibility=Visibility.TEAM)
    people = tuple(Named(f"p{n}", f"Employee {n}, Ottawa") for n in range(4))
    until = STARTS_AT - timedelta(days=2)
    return {
        "to join": view("join"),
        "one left": view("join", seats_taken=14),
        "full": view("join", seats_taken=15),
        "full, others wait": view("join", seats_taken=15, waiting=3),
        "in person": view("join", of=session(place="Montréal, QC", language="fr")),
        "elsewhere": view("join", of=session(zone="America/Vancouver")),
        "seat, booked": view("leave", seat=seat(held)),
        "seat, not booked": view("leave", seat=seat(held), of=coming),
        "seat, Outlook away": view(
            "leave", seat=seat(held), of=replace(coming, status=SessionStatus.BOOKING, fault="down")
        ),
        "waiting": view(
            "leave", seat=seat(SeatStatus.WAITLISTED), rank=2, waiting=3, seats_taken=15
        ),
        "offered": view(
            "accept_seat decline_seat",
            seat=seat(SeatStatus.OFFERED, offered_until=until),
            seats_taken=15,
        ),
        "leads": view(is_lead=True, people=people),
        "requester": view(
            "join add_people", of=own, shares_code=True, people=people, join_link=CHAT
        ),
        "requester, nobody yet": view(
            "join add_people", of=own, shares_code=True, seats_taken=0, join_link=CHAT
        ),
        "coordinator": view(
            "join cancel reschedule", shares_code=True, people=people, join_link=CHAT
        ),
        "coordinator, planned": view(
            "cancel reschedule",
            of=session(status=SessionStatus.PLANNED, join_url=None),
            shares_code=True,
            seats_taken=0,
            join_link=CHAT,
        ),
        "left": view("join", seat=seat(SeatStatus.LEFT)),
        "cancelled": view(
            of=session(status=SessionStatus.CANCELLED, cancel_reason="A facilitator is ill."),
            seat=seat(held),
        ),
        "held": view(of=session(status=SessionStatus.HELD), seat=seat(held)),
        "under way": view(seat=seat(held), begun=True),
        "under way, no seat": view(begun=True),
    }

"""Sessions, their seats, who was asked to lead them, and the rounds of asking."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.domain import seats as seating
from bot.domain.people import Side
from bot.domain.requests import Visibility
from bot.domain.rounds import RoundStatus
from bot.domain.seats import SeatStatus
from bot.domain.sessions import AHEAD, JOINABLE, STANDING, AssignmentStatus, SessionStatus
from storage.metadata import metadata
from storage.types import Instant, listed, only, word

sessions = Table(
    "sessions",
    metadata,
    Column("session_id", Text, primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("offering", Text, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("zone", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("organization", Text, nullable=False),
    word("visibility", Visibility),
    Column("capacity", Integer, nullable=False),
    Column("transaction_id", Text, nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("request_id", Text, ForeignKey("requests.request_id")),
    Column("place", Text),
    word("status", SessionStatus),
    Column("version", Integer, nullable=False),
    Column("booking_asked", Boolean, nullable=False),
    Column("event_id", Text),
    Column("join_url", Text),
    Column("booked_at", Instant),
    Column("fault", Text),
    Column("cancel_reason", Text, nullable=False),
    only("visibility", Visibility),
    only("status", SessionStatus),
    CheckConstraint("capacity > 0", name="capacity"),
    CheckConstraint("ends_at > starts_at", name="ends_after_start"),
)

# A request has one session at a time; a cancelled one leaves room for the next.
_alive = text("request_id IS NOT NULL AND status <> 'cancelled'")
Index(
    "uq_sessions_of_request",
    sessions.c.request_id,
    unique=True,
    sqlite_where=_alive,
    postgresql_where=_alive,
)
_listed = text(f"{listed('visibility', {Visibility.OPEN})} AND {listed('status', JOINABLE)}")
Index(
    "ix_sessions_upcoming",
    sessions.c.starts_at,
    sessions.c.session_id,
    sqlite_where=_listed,
    postgresql_where=_listed,
)
_ahead = text(listed("status", AHEAD))
Index(
    "ix_sessions_ahead",
    sessions.c.starts_at,
    sessions.c.session_id,
    sqlite_where=_ahead,
    postgresql_where=_ahead,
)
Index("ix_sessions_over", sessions.c.ends_at, sqlite_where=_ahead, postgresql_where=_ahead)

seats = Table(
    "seats",
    metadata,
    Column("session_id", Text, ForeignKey("sessions.session_id"), primary_key=True),
    Column("person_id", Text, primary_key=True),
    word("status", SeatStatus),
    Column("ticket", Integer, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("offered_until", Instant),
    Column("added_by", Text),
    # Two people with the same ticket would wait in no order at all.
    UniqueConstraint("session_id", "ticket"),
    only("status", SeatStatus),
)

_standing = text(listed("status", seating.STANDING))
Index(
    "ix_seats_standing",
    seats.c.person_id,
    sqlite_where=_standing,
    postgresql_where=_standing,
)
_taken = text(listed("status", seating.TAKEN))
Index(
    "ix_seats_taken",
    seats.c.session_id,
    seats.c.ticket,
    sqlite_where=_taken,
    postgresql_where=_taken,
)
_waiting = text(listed("status", {SeatStatus.WAITLISTED}))
Index(
    "ix_seats_waiting",
    seats.c.session_id,
    seats.c.ticket,
    sqlite_where=_waiting,
    postgresql_where=_waiting,
)
_offered = text(listed("status", {SeatStatus.OFFERED}))
Index(
    "ix_seats_offered",
    seats.c.offered_until,
    sqlite_where=_offered,
    postgresql_where=_offered,
)

assignments = Table(
    "assignments",
    metadata,
    Column("assignment_id", Text, primary_key=True),
    Column("session_id", Text, ForeignKey("sessions.session_id"), nullable=False, index=True),
    Column("person_id", Text, nullable=False),
    word("side", Side),
    Column("offered_at", Instant, nullable=False),
    Column("answer_by", Instant, nullable=False),
    word("status", AssignmentStatus),
    Column("answered_at", Instant),
    Column("reason", Text, nullable=False),
    # Its session's, none once that is cancelled; kept true by triggers, so that how much somebody
    # led is read from one index.
    Column("starts_at", Instant),
    Column("ends_at", Instant),
    only("side", Side),
    only("status", AssignmentStatus),
    Index(None, "person_id", "offered_at"),
)

# One union and one employer co-facilitator: never two who lead, or may lead, for one side.
_stands = text(listed("status", STANDING))
Index(
    "uq_assignments_standing",
    assignments.c.session_id,
    assignments.c.side,
    unique=True,
    sqlite_where=_stands,
    postgresql_where=_stands,
)
Index(
    "ix_assignments_led",
    assignments.c.person_id,
    assignments.c.starts_at,
    assignments.c.ends_at,
    assignments.c.status,
    sqlite_where=_stands,
    postgresql_where=_stands,
)
_open = text(listed("status", {AssignmentStatus.OFFERED}))
Index(
    "ix_assignments_offered",
    assignments.c.answer_by,
    sqlite_where=_open,
    postgresql_where=_open,
)
_accepted = text(listed("status", {AssignmentStatus.ACCEPTED}))
Index(
    "ix_assignments_accepted",
    assignments.c.person_id,
    assignments.c.session_id,
    sqlite_where=_accepted,
    postgresql_where=_accepted,
)

rounds = Table(
    "rounds",
    metadata,
    Column("session_id", Text, ForeignKey("sessions.session_id"), primary_key=True),
    Column("started_by", Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    word("status", RoundStatus),
    Column("version", Integer, nullable=False),
    only("status", RoundStatus),
)

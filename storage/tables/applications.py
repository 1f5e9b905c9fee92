"""Applications to become a facilitator, what others say of them, and interviews."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
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

from bot.domain.applications import (
    OPEN,
    ApplicationStatus,
    Decision,
    EndorsementStatus,
    EndorserKind,
)
from bot.domain.interviews import AHEAD, Ending, InterviewStatus
from bot.domain.people import Side
from storage.metadata import metadata
from storage.types import Instant, Instants, WordOf, Words, listed, only, word

PICKED = frozenset({InterviewStatus.BOOKING, InterviewStatus.BOOKED})  # its time is known

applications = Table(
    "applications",
    metadata,
    Column("application_id", Text, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("applicant_id", Text, nullable=False),
    word("side", Side),
    Column("organization", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("levels", JSON, nullable=False),
    Column("topics", Words, nullable=False),
    Column("experience", Text, nullable=False),
    Column("motivation", Text, nullable=False),
    Column("manager_id", Text, nullable=False),
    Column("reference_id", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    word("status", ApplicationStatus),
    Column("agent", Text),
    Column("agent_other", Text, nullable=False),
    Column("submitted_at", Instant),
    Column("decided_at", Instant),
    Column("decided_by", Text),
    Column("reason", Text, nullable=False),
    Column("proposal", Text),
    Column("proposal_by", Text),
    Column("proposal_note", Text, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("year", "number"),
    only("side", Side),
    only("status", ApplicationStatus),
    only("proposal", Decision),
    CheckConstraint("applicant_id NOT IN (manager_id, reference_id)", name="not_their_own_word"),
    Index(None, "applicant_id", "created_at"),
    Index(None, "status", "region"),
)

# One open application a person, however many times they press the button.
_open = text(listed("status", OPEN))
Index(
    "uq_applications_open",
    applications.c.applicant_id,
    unique=True,
    sqlite_where=_open,
    postgresql_where=_open,
)

application_counters = Table(
    "application_counters",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

endorsements = Table(
    "endorsements",
    metadata,
    Column("application_id", Text, ForeignKey("applications.application_id"), primary_key=True),
    Column("kind", WordOf(EndorserKind), primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    word("status", EndorsementStatus),
    Column("answered_at", Instant),
    Column("note", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("tell_at", Instant),
    only("kind", EndorserKind),
    only("status", EndorsementStatus),
    Index(None, "person_id", "asked_at"),
)
_unanswered = text("tell_at IS NOT NULL")
Index(
    "ix_endorsements_silent",
    endorsements.c.tell_at,
    sqlite_where=_unanswered,
    postgresql_where=_unanswered,
)

interviews = Table(
    "interviews",
    metadata,
    Column("interview_id", Text, primary_key=True),
    Column("application_id", Text, ForeignKey("applications.application_id"), nullable=False),
    Column("coordinator_id", Text, nullable=False),
    Column("options", Instants, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("zone", Text, nullable=False),
    Column("answer_by", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("transaction_id", Text, nullable=False, unique=True),
    word("status", InterviewStatus),
    Column("starts_at", Instant),
    Column("booking_asked", Boolean, nullable=False),
    Column("event_id", Text),
    Column("join_url", Text),
    Column("fault", Text),
    Column("reason", Text, nullable=False),
    Column("ending", Text, nullable=False),
    Column("version", Integer, nullable=False),
    only("status", InterviewStatus),
    only("ending", ["", *Ending]),
    CheckConstraint("minutes > 0", name="minutes"),
    Index(None, "application_id", "created_at"),
)

# A candidate has one interview before them at a time.
_ahead = text(listed("status", AHEAD))
Index(
    "uq_interviews_ahead",
    interviews.c.application_id,
    unique=True,
    sqlite_where=_ahead,
    postgresql_where=_ahead,
)
_offered = text(listed("status", {InterviewStatus.OFFERED}))
Index(
    "ix_interviews_offered",
    interviews.c.answer_by,
    sqlite_where=_offered,
    postgresql_where=_offered,
)
_picked = text(listed("status", PICKED))
Index(
    "ix_interviews_picked",
    interviews.c.starts_at,
    sqlite_where=_picked,
    postgresql_where=_picked,
)

"""People, the roles they hold, the roster and its absences, and forms left half way."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, CheckConstraint, Column, Date, Index, Table, Text, text

from bot.domain.people import Role, Side
from bot.domain.roster import Standing, Wish
from storage.metadata import metadata
from storage.types import Instant, WordOf, Words, only, word

people = Table(
    "people",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("tenant_id", Text, nullable=False),
    Column("name", Text),
    Column("mail", Text),
    Column("department", Text),
    Column("language", Text),
    Column("locale", Text),
    Column("zone", Text),
    Column("teams_zone", Text),
    Column("conversation_id", Text),
    Column("service_url", Text),
    Column("welcomed_at", Instant),
    Column("unreachable_at", Instant),
    Column("muted", Words, nullable=False),
    Column("skipped_reminders", Words, nullable=False),
    Column("last_organization", Text),
    Column("last_region", Text),
    Column("last_team", Text),
)

# Where somebody was met last.
_met = text("welcomed_at IS NOT NULL AND service_url IS NOT NULL")
Index("ix_people_met", people.c.welcomed_at, sqlite_where=_met, postgresql_where=_met)

grants = Table(
    "grants",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("role", WordOf(Role), primary_key=True),
    Column("region", Text, primary_key=True),
    Column("side", Text, primary_key=True),
    Column("granted_at", Instant, nullable=False),
    Column("granted_by", Text),
    only("role", Role),
    only("side", ["", *Side]),
)

facilitators = Table(
    "facilitators",
    metadata,
    Column("person_id", Text, primary_key=True),
    word("side", Side),
    Column("languages", Words, nullable=False),
    Column("region", Text, nullable=False, index=True),
    Column("topics", Words, nullable=False),
    Column("organization", Text, nullable=False),
    Column("team", Text),
    word("standing", Standing, usual=Standing.ACTIVE),
    Column("since_at", Instant),
    word("wish", Wish, usual=Wish.USUAL),
    Column("wish_until_on", Date),
    # The first release's, kept in step by the database: docs/decisions/0036-rolling-upgrades.md.
    Column("active", Boolean, nullable=False, server_default="1"),
    only("side", Side),
    only("standing", Standing),
    only("wish", Wish),
)

absences = Table(
    "absences",
    metadata,
    Column("absence_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("from_on", Date, nullable=False),
    Column("to_on", Date, nullable=False),
    Column("zone", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    CheckConstraint("to_on >= from_on", name="ends_after_start"),
    Index(None, "person_id", "to_on"),
)

drafts = Table(
    "drafts",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("flow", Text, primary_key=True),
    Column("step", Text, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("answers", JSON, nullable=False),
)

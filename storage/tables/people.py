"""People, the roles they hold, the roster of facilitators, and forms left half way."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Table, Text

from bot.domain.people import Role, Side
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
    Column("region", Text, nullable=False),
    Column("topics", Words, nullable=False),
    Column("organization", Text, nullable=False),
    Column("team", Text),
    Column("active", Boolean, nullable=False),
    only("side", Side),
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

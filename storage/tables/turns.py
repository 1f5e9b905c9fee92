"""The state of each conversation, and the activities that have been answered."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text, text

from storage.metadata import metadata
from storage.types import Instant

LONGEST_ID = 512

conversation_state = Table(
    "conversation_state",
    metadata,
    Column("conversation_id", String(LONGEST_ID), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("data", Text, nullable=False),
    Column("updated_at", Instant(), nullable=False),
)

activities_seen = Table(
    "activities_seen",
    metadata,
    Column("conversation_id", String(LONGEST_ID), primary_key=True),
    Column("activity_id", String(LONGEST_ID), primary_key=True),
    Column("at", Instant(), nullable=False, index=True),
    Column("outcome", String(16), nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text),
    Column("owed", Text),
    Column("owner", String(32), nullable=False),
)
Index(
    "ix_activities_seen_owed",
    activities_seen.c.at,
    sqlite_where=text("outcome = 'answering'"),
    postgresql_where=text("outcome = 'answering'"),
)

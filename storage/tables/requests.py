"""Requests, and the counter that numbers them within their year."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.domain.people import Side
from bot.domain.requests import RequestStatus, Visibility
from storage.metadata import metadata
from storage.types import Instant, Instants, Words, listed, only, word

AWAITING_COORDINATORS = frozenset(
    {
        RequestStatus.AGREED,
        RequestStatus.IN_REVIEW,
        RequestStatus.NEEDS_INFORMATION,
        RequestStatus.APPROVED,
    }
)

requests = Table(
    "requests",
    metadata,
    Column("request_id", Text, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("requester_id", Text, nullable=False),
    Column("counterpart_id", Text, nullable=False),
    word("side", Side),
    Column("offering", Text, nullable=False),
    Column("organization", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("participants", Integer, nullable=False),
    Column("language", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("preferred_at", Instants, nullable=False),
    word("visibility", Visibility),
    Column("created_at", Instant, nullable=False),
    word("status", RequestStatus),
    Column("accessibility", Words, nullable=False),
    Column("accessibility_note", Text, nullable=False),
    Column("submitted_at", Instant),
    Column("agreed_at", Instant),
    Column("expires_at", Instant),
    Column("nudged_at", Instant),
    Column("declined_by", Text),
    Column("reason", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("year", "number"),
    only("side", Side),
    only("visibility", Visibility),
    only("status", RequestStatus),
    CheckConstraint("participants > 0", name="participants"),
    CheckConstraint("requester_id <> counterpart_id", name="joint"),
    Index(None, "requester_id", "created_at"),
    Index(None, "counterpart_id", "created_at"),
)

_awaiting = text(listed("status", AWAITING_COORDINATORS))
Index(
    "ix_requests_awaiting",
    requests.c.region,
    requests.c.agreed_at,
    sqlite_where=_awaiting,
    postgresql_where=_awaiting,
)
_submitted = text(listed("status", {RequestStatus.SUBMITTED}))
Index(
    "ix_requests_expiring",
    requests.c.expires_at,
    sqlite_where=_submitted,
    postgresql_where=_submitted,
)

request_counters = Table(
    "request_counters",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

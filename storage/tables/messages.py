"""What is owed to the outside, the cards that people have before them, and time lines.

`seq` keeps the order of arrival among rows of one instant, `need_at` that in which what is due is
needed; no one outside storage sees them.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    Table,
    Text,
    text,
)

from bot.domain.messages import RowState, Via
from storage.metadata import metadata
from storage.types import Instant, listed, only, word

_SEQUENCE = BigInteger().with_variant(Integer, "sqlite")

outbox = Table(
    "outbox",
    metadata,
    Column("seq", _SEQUENCE, primary_key=True, autoincrement=True),
    Column("row_id", Text, nullable=False, unique=True),
    word("via", Via),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("dedupe_key", Text, nullable=False, unique=True),
    Column("due_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("recipient_id", Text),
    Column("args", JSON, nullable=False),
    Column("repeatable", Boolean, nullable=False),
    Column("expires_at", Instant),
    word("state", RowState),
    Column("attempts", Integer, nullable=False),
    Column("lease_until", Instant),
    Column("lease_token", Text),
    Column("receipt", Text),
    Column("last_error", Text),
    Column("done_at", Instant),
    Column("need_at", Instant),
    only("via", Via),
    only("state", RowState),
    CheckConstraint(
        "(state IN ('leased', 'sending')) = (lease_token IS NOT NULL AND lease_until IS NOT NULL)",
        name="lease",
    ),
)

# No index on the state alone: SQLite would take it, and sort every reminder of the coming year.
_pending = text(listed("state", {RowState.PENDING}))
Index(
    "ix_outbox_due",
    outbox.c.due_at,
    outbox.c.seq,
    sqlite_where=_pending,
    postgresql_where=_pending,
)
# First what is not known to be due yet, by when it will be; then what is due, by its need.
Index(
    "ix_outbox_need",
    outbox.c.need_at,
    outbox.c.due_at,
    outbox.c.seq,
    sqlite_where=_pending,
    postgresql_where=_pending,
)
Index(
    "ix_outbox_subject",
    outbox.c.subject,
    sqlite_where=_pending,
    postgresql_where=_pending,
)
_leased = text("lease_until IS NOT NULL")
Index(
    "ix_outbox_leases",
    outbox.c.lease_until,
    outbox.c.seq,
    sqlite_where=_leased,
    postgresql_where=_leased,
)
_dead = text(listed("state", {RowState.DEAD}))
Index(
    "ix_outbox_dead",
    outbox.c.done_at,
    sqlite_where=_dead,
    postgresql_where=_dead,
)
_finished = text(listed("state", {RowState.SENT, RowState.SKIPPED}))
Index(
    "ix_outbox_finished",
    outbox.c.done_at,
    sqlite_where=_finished,
    postgresql_where=_finished,
)

live_cards = Table(
    "live_cards",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("person_id", Text, primary_key=True),
    Column("conversation_id", Text, nullable=False),
    Column("activity_id", Text, nullable=False, index=True),
    Column("shown_at", Instant, nullable=False),
)

history = Table(
    "history",
    metadata,
    Column("seq", _SEQUENCE, primary_key=True, autoincrement=True),
    Column("entry_id", Text, nullable=False, unique=True),
    Column("subject", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("what", Text, nullable=False),
    Column("actor_id", Text),
    Column("note", Text, nullable=False),
    Index(None, "subject", "at", "seq"),
)

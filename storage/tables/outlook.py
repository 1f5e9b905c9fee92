"""What we last wrote into Outlook, the watch on its mailbox, and what we ask about it."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text, text

from bot.domain.outlook import QuestionStatus, Topic
from storage.metadata import metadata
from storage.types import Instant, Instants, Words, listed, only, word

written_events = Table(
    "written_events",
    metadata,
    Column("event_id", Text, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("times", Instants, nullable=False),
    Column("sent", Words, nullable=False),
    Column("held", Words, nullable=False),
    Column("written_at", Instant, nullable=False),
    Column("ends_at", Instant, index=True),
)

mailbox_watches = Table(
    "mailbox_watches",
    metadata,
    Column("watch_id", Text, primary_key=True),
    Column("renew_at", Instant, nullable=False),
    Column("reconcile_at", Instant, nullable=False),
    Column("subscription_id", Text),
    Column("client_state", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("expires_at", Instant),
    Column("delta_link", Text),
    Column("window_ends_at", Instant),
    Column("reconciled_at", Instant),
    Column("lease_until", Instant),
    Column("attempts", Integer, nullable=False),
    Column("fault", Text),
)

questions = Table(
    "questions",
    metadata,
    Column("question_id", Text, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    word("topic", Topic),
    Column("subject", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("times", Instants, nullable=False),
    word("status", QuestionStatus),
    Column("answer", Text, nullable=False),
    Column("answered_by", Text),
    Column("answered_at", Instant),
    Column("version", Integer, nullable=False),
    only("topic", Topic),
    only("status", QuestionStatus),
)
_open = text(listed("status", {QuestionStatus.OPEN}))
Index(
    "ix_questions_open",
    questions.c.subject,
    sqlite_where=_open,
    postgresql_where=_open,
)

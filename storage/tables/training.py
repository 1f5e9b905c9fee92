"""Cohorts of the orientation, and the candidates' places in them."""

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
)

from bot.domain.cohorts import CohortStatus, TrainingStatus
from storage.metadata import metadata
from storage.types import Instant, Instants, Numbers, Words, only, word

cohorts = Table(
    "cohorts",
    metadata,
    Column("cohort_id", Text, primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("language", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("starts", Instants, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("transaction_id", Text, nullable=False, unique=True),
    Column("regions", Words, nullable=False),
    Column("topics", Words, nullable=False),
    Column("balance_sides", Boolean, nullable=False),
    Column("balance_regions", Boolean, nullable=False),
    word("status", CohortStatus),
    Column("booking_asked", Boolean, nullable=False),
    Column("event_id", Text),
    Column("join_url", Text),
    Column("fault", Text),
    Column("cancel_reason", Text, nullable=False),
    Column("marked", Numbers, nullable=False),
    Column("version", Integer, nullable=False),
    only("status", CohortStatus),
    CheckConstraint("capacity > 0", name="capacity"),
    CheckConstraint("minutes > 0", name="minutes"),
    Index(None, "status"),
)

training_seats = Table(
    "training_seats",
    metadata,
    Column("cohort_id", Text, ForeignKey("cohorts.cohort_id"), primary_key=True),
    Column("person_id", Text, primary_key=True),
    Column("application_id", Text, ForeignKey("applications.application_id"), nullable=False),
    word("status", TrainingStatus),
    Column("asked_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("answer_by", Instant),
    Column("attended", Numbers, nullable=False),
    only("status", TrainingStatus),
    Index(None, "person_id", "asked_at"),
)

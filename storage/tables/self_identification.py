"""Self-identifications, sealed and apart from all else; who opened them, in another table.

The readings stay when a self-identification is erased: that somebody read it remains true.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from storage.metadata import metadata
from storage.types import Instant

self_identifications = Table(
    "self_identifications",
    metadata,
    Column("application_id", Text, ForeignKey("applications.application_id"), primary_key=True),
    Column("sealed", Text, nullable=False),
    Column("given_at", Instant, nullable=False),
)

self_identification_readings = Table(
    "self_identification_readings",
    metadata,
    Column("reading_id", Text, primary_key=True),
    Column("application_id", Text, ForeignKey("applications.application_id"), nullable=False),
    Column("reader_id", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "application_id", "at"),
)

"""What the processes of one deployment share beside the work itself: limits kept together.

Used on PostgreSQL alone; on SQLite there is one worker, and its memory will do. Nothing here
outlives a crash of the server (the tables are UNLOGGED there), and nothing needs to. Instants
are seconds of the server's clock: those who share them may have clocks of their own.
"""

from __future__ import annotations

from sqlalchemy import ARRAY, JSON, Column, Float, Integer, Table, Text

from storage.metadata import metadata

# When the next send of each budget may go out.
send_budget = Table(
    "send_budget",
    metadata,
    Column("name", Text, primary_key=True),
    Column("next_at", Float, nullable=False),
)

# A conversation's last sends, the newest first, and how many there were in a half hour.
send_threads = Table(
    "send_threads",
    metadata,
    Column("conversation_id", Text, primary_key=True),
    Column("sent", ARRAY(Float).with_variant(JSON, "sqlite"), nullable=False),
    Column("half_hour", Integer, nullable=False),
    Column("count", Integer, nullable=False),
    Column("used_at", Float, nullable=False),
)

# Places at a mailbox, of which each call takes one.
mailbox_places = Table(
    "mailbox_places",
    metadata,
    Column("mailbox", Text, primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("holder", Text),
    Column("until", Float, nullable=False),
)

# The oldest revision whose program may still run on this structure.
compatibility = Table("compatibility", metadata, Column("oldest", Text, primary_key=True))

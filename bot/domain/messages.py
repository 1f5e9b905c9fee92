"""What the program owes the outside: one row for each thing to send or do.

pending ──claim──▶ leased ──▶ sending ──▶ sent
   ▲                  │          │
   └──── retry ◀──────┴──────────┤
skipped (no longer true, or perhaps sent already)    dead (tried too often: somebody looks)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class RowState(StrEnum):
    """Where a row stands."""

    PENDING = "pending"
    LEASED = "leased"
    SENDING = "sending"
    SENT = "sent"
    SKIPPED = "skipped"
    DEAD = "dead"


class Via(StrEnum):
    """Who carries a row out."""

    CHAT = "chat"  # a new card in the recipient's own chat
    REFRESH = "refresh"  # a card already there, shown anew
    MAIL = "mail"
    ACTIVITY = "activity"
    MEETING = "meeting"  # something to do in the service mailbox's calendar


@dataclass
class OutboxRow:
    """One thing owed.

    `kind` names the notice ("request.agreed") or the task ("meeting.book"); `subject` what it is
    about ("request:<id>", "session:<id>"). `dedupe_key` is unique: the same thing is owed once.
    It is worded when it is sent, from `args` (ids and plain values) and from how things stand then.
    `repeatable` says that doing it twice does no harm, so a doubtful attempt is made again.
    """

    row_id: str
    via: Via
    kind: str
    subject: str
    dedupe_key: str
    due_at: datetime
    created_at: datetime
    recipient_id: str | None = None
    args: dict[str, Any] = field(default_factory=dict[str, Any])
    repeatable: bool = True
    expires_at: datetime | None = None
    state: RowState = RowState.PENDING
    attempts: int = 0
    lease_until: datetime | None = None
    lease_token: str | None = None
    receipt: str | None = None
    last_error: str | None = None
    done_at: datetime | None = None


@dataclass
class LiveCard:
    """The last card shown to a person on a subject, so that it can be kept true."""

    person_id: str
    subject: str
    conversation_id: str
    activity_id: str
    shown_at: datetime


@dataclass
class HistoryEntry:
    """One line of a subject's time line. `note` is what somebody wrote; `actor_id` who did it."""

    entry_id: str
    subject: str
    at: datetime
    what: str
    actor_id: str | None = None
    note: str = ""

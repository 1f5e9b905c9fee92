"""What the local Teams remembers, in one small SQLite file: a second run finds it as it was."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    conversation TEXT NOT NULL,
    sender TEXT NOT NULL,
    at TEXT NOT NULL,
    text TEXT NOT NULL,
    cards TEXT NOT NULL,
    summary TEXT NOT NULL,
    updated_at TEXT,
    failed INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS messages_of_conversation ON messages (conversation, seq);
CREATE TABLE IF NOT EXISTS chats (
    person TEXT PRIMARY KEY,
    status TEXT NOT NULL DEFAULT 'new',
    blocked INTEGER NOT NULL DEFAULT 0,
    read_seq INTEGER NOT NULL DEFAULT 0
);
"""
_COLUMNS = "id, conversation, sender, at, text, cards, summary, updated_at, failed"
_ROW = f"SELECT {_COLUMNS} FROM messages"  # noqa: S608 - the columns above, no one's words


class Status(StrEnum):
    """Where a person stands with the app: never met, installed, removed by them."""

    NEW = "new"
    INSTALLED = "installed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a chat, by "bot" or "person"; `at` and `updated_at` are ISO instants."""

    id: str
    conversation: str
    sender: str
    at: str
    text: str = ""
    cards: tuple[dict[str, Any], ...] = ()
    summary: str = ""
    updated_at: str | None = None
    failed: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the message as the page reads it."""
        return {
            "id": self.id,
            "from": self.sender,
            "at": self.at,
            "text": self.text,
            "cards": list(self.cards),
            "summary": self.summary,
            "updatedAt": self.updated_at,
            "failed": self.failed,
        }


@dataclass(frozen=True, slots=True)
class Chat:
    """How a person stands with the bot."""

    status: Status = Status.NEW
    blocked: bool = False
    unread: int = 0

    @property
    def installed(self) -> bool:
        """Say whether the bot may write here, blocking apart."""
        return self.status is Status.INSTALLED


class Store:
    """Every call is one short statement, done before the event loop goes on: calls cannot cross."""

    def __init__(self, path: Path | None) -> None:
        """Open the file, or keep all in memory where there is none."""
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path or ":memory:", isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def new_id(self, milliseconds: int) -> str:
        """Return a message id as Teams makes them: the time, made unique."""
        while self._db.execute(
            "SELECT 1 FROM messages WHERE id = ?", [str(milliseconds)]
        ).fetchone():
            milliseconds += 1
        return str(milliseconds)

    def add(self, message: Message) -> None:
        """Keep a new message."""
        self._db.execute(
            f"INSERT INTO messages ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            _values(message),
        )

    def replace(self, message: Message) -> None:
        """Keep a message's new text and cards in its old place."""
        self._db.execute(
            "UPDATE messages SET text = ?, cards = ?, summary = ?, updated_at = ?, failed = ?"
            " WHERE id = ?",
            [*_values(message)[4:], message.id],
        )

    def remove(self, message_id: str) -> None:
        """Forget a message."""
        self._db.execute("DELETE FROM messages WHERE id = ?", [message_id])

    def message(self, conversation: str, message_id: str) -> Message | None:
        """Return one message of a conversation."""
        row = self._db.execute(
            f"{_ROW} WHERE conversation = ? AND id = ?", [conversation, message_id]
        ).fetchone()
        return row and _message(row)

    def messages(self, conversation: str) -> list[Message]:
        """Return a conversation from its beginning."""
        rows = self._db.execute(f"{_ROW} WHERE conversation = ? ORDER BY seq", [conversation])
        return [_message(row) for row in rows]

    def chat(self, person_id: str, conversation: str) -> Chat:
        """Return how a person stands with the bot, and how much they have not read."""
        row = self._db.execute(
            "SELECT status, blocked, read_seq FROM chats WHERE person = ?", [person_id]
        ).fetchone() or (Status.NEW, 0, 0)
        (unread,) = self._db.execute(
            "SELECT count(*) FROM messages WHERE conversation = ? AND sender = 'bot' AND seq > ?",
            [conversation, row[2]],
        ).fetchone()
        return Chat(Status(row[0]), bool(row[1]), unread)

    def set_status(self, person_id: str, status: Status) -> None:
        """Note an install or an uninstall."""
        self._set(person_id, "status", status)

    def set_blocked(self, person_id: str, *, blocked: bool) -> None:
        """Note that a person blocks the bot, or no longer."""
        self._set(person_id, "blocked", int(blocked))

    def mark_read(self, person_id: str, conversation: str) -> None:
        """Note that a person has seen all that is there now."""
        (last,) = self._db.execute(
            "SELECT coalesce(max(seq), 0) FROM messages WHERE conversation = ?", [conversation]
        ).fetchone()
        self._set(person_id, "read_seq", last)

    def _set(self, person_id: str, column: str, value: str | int) -> None:
        self._db.execute(
            f"INSERT INTO chats (person, {column}) VALUES (?, ?)"  # noqa: S608
            f" ON CONFLICT (person) DO UPDATE SET {column} = excluded.{column}",
            [person_id, value],
        )


def _values(message: Message) -> list[Any]:
    return [
        message.id,
        message.conversation,
        message.sender,
        message.at,
        message.text,
        json.dumps(message.cards),
        message.summary,
        message.updated_at,
        int(message.failed),
    ]


def _message(row: tuple[Any, ...]) -> Message:
    message_id, conversation, sender, at, text, cards, summary, updated_at, failed = row
    return Message(
        message_id,
        conversation,
        sender,
        at,
        text,
        tuple(json.loads(cards)),
        summary,
        updated_at,
        bool(failed),
    )

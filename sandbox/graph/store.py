"""Keeps what the mailboxes hold: in memory, and in a SQLite file so that a second run finds it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from sandbox.graph.models import KINDS, Event, Thing, as_json

Kept = TypeVar("Kept", bound=Thing)


class Store:
    """All things by kind and id, in the order in which they came."""

    def __init__(self, data_dir: Path | None) -> None:
        """Open the file, or keep nothing beyond the run where there is no folder."""
        self.version = 0
        self._things: dict[str, dict[str, Thing]] = {name: {} for name in KINDS}
        path = ":memory:"
        if data_dir is not None:
            data_dir.mkdir(parents=True, exist_ok=True)
            path = str(data_dir / "graph.db")
        self._file = sqlite3.connect(path, isolation_level=None)
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute(
            "CREATE TABLE IF NOT EXISTS things (kind TEXT, id TEXT, body TEXT,"
            " PRIMARY KEY (kind, id))"
        )
        for kind, body in self._file.execute("SELECT kind, body FROM things ORDER BY rowid"):
            thing = KINDS[kind](**json.loads(body))
            self._things[kind][thing.id] = thing
        self.stamp = max((event.stamp for event in self.of(Event)), default=0)

    def stamped(self, event: Event) -> None:
        """Keep an event that has changed as the newest of all."""
        self.stamp += 1
        event.stamp = self.stamp
        self.put(event)

    def put(self, thing: Thing) -> None:
        """Keep a thing, new or changed."""
        kind = type(thing).__name__
        self._things[kind][thing.id] = thing
        self._file.execute(
            "INSERT INTO things VALUES (?, ?, ?)"
            " ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
            (kind, thing.id, json.dumps(as_json(thing))),
        )
        self.version += 1

    def remove(self, thing: Thing) -> None:
        """Forget a thing."""
        kind = type(thing).__name__
        self._things[kind].pop(thing.id, None)
        self._file.execute("DELETE FROM things WHERE kind = ? AND id = ?", (kind, thing.id))
        self.version += 1

    def get(self, kind: type[Kept], thing_id: str) -> Kept | None:
        """Return the thing of this kind and id."""
        found = self._things[kind.__name__].get(thing_id)
        return found if isinstance(found, kind) else None

    def of(self, kind: type[Kept], owner: str | None = None) -> Iterator[Kept]:
        """Return all things of a kind, of one owner or of everybody, oldest first."""
        for thing in list(self._things[kind.__name__].values()):
            if isinstance(thing, kind) and owner in (None, thing.owner):
                yield thing

    def close(self) -> None:
        """Close the file."""
        self._file.close()

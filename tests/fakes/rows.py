"""What every in-memory repository stands on: its unit's rows, to read or to write."""

from __future__ import annotations

from typing import TypeVar

from bot.domain.errors import Conflict
from tests.fakes.memory import Memory

Key = TypeVar("Key")
Thing = TypeVar("Thing")


class Rows:
    """One unit's copy of the memory."""

    def __init__(self, memory: Memory, *, read_only: bool) -> None:
        self._memory = memory
        self._read_only = read_only
        self.finished = False

    def read(self) -> Memory:
        if self.finished:
            raise RuntimeError("a unit of work was used after its commit")
        return self._memory

    def write(self) -> Memory:
        if self._read_only:
            raise RuntimeError("a unit of work opened for reading was asked to write")
        return self.read()


class Fake:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    @property
    def _m(self) -> Memory:
        return self._rows.read()

    @property
    def _w(self) -> Memory:
        return self._rows.write()


def insert(table: dict[Key, Thing], key: Key, thing: Thing) -> None:
    if key in table:
        raise Conflict("already there")
    table[key] = thing

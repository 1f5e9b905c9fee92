"""SQLite on one visit to the connection's thread a statement, instead of four.

SQLAlchemy's adapter for aiosqlite opens a cursor, executes, fetches and closes, each a trip to
the connection's thread and back. All results of ours are small and read whole, so one trip
does: a unit that reads one person takes a third less (docs/decisions/0005-sqlite.md). It leans
on SQLAlchemy's adapter classes; the storage suite runs wholly through it.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.util import await_only


def _visit(run: Callable[[], sqlite3.Cursor]) -> tuple[SimpleNamespace, deque[Any]]:
    """In the connection's thread: run, fetch all, close."""
    cursor = run()
    rows = deque[Any](cursor.fetchall() if cursor.description else ())
    told = SimpleNamespace(
        description=cursor.description, rowcount=cursor.rowcount, lastrowid=cursor.lastrowid
    )
    cursor.close()
    return told, rows


class OneHopCursor(AsyncAdapt_aiosqlite_cursor):
    """Opens nothing until it executes, and has nothing left to close."""

    __slots__ = ()

    def __init__(self, adapt_connection: Any) -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection  # noqa: SLF001  (as its base class does)
        self._cursor: Any = SimpleNamespace(description=None, rowcount=-1, lastrowid=None)
        self._rows = deque()
        self._soft_closed_memoized: Any = {}

    def execute(self, operation: Any, parameters: Any = None) -> None:
        """Run one statement and take all its rows."""
        self._go("execute", operation, parameters or ())

    def executemany(self, operation: Any, seq_of_parameters: Any) -> None:
        """Run one statement for many rows."""
        self._go("executemany", operation, seq_of_parameters)

    def _go(self, method: str, *arguments: Any) -> None:
        connection: Any = self._connection
        adapter: Any = self._adapt_connection
        try:
            run = partial(getattr(connection._conn, method), *arguments)  # noqa: SLF001
            self._cursor, self._rows = await_only(connection._execute(_visit, run))  # noqa: SLF001
        except Exception as error:  # noqa: BLE001  (translated by the adapter, as in its own methods)
            adapter._handle_exception(error)  # noqa: SLF001

    async def _async_soft_close(self) -> None:
        """Closed already."""

    def close(self) -> None:
        """Closed already; the rows go."""
        self._rows.clear()


class OneHopConnection(AsyncAdapt_aiosqlite_connection):
    """Makes such cursors, and visits the thread to roll back only what there is."""

    __slots__ = ()
    _cursor_cls = OneHopCursor

    def begin(self, kind: str) -> None:
        """Begin, as `BEGIN` or `BEGIN IMMEDIATE`.

        Raises:
            OperationalError: another writer kept the lock too long.
        """
        connection: Any = self._connection
        try:
            await_only(connection._execute(connection._conn.execute, kind))  # noqa: SLF001
        except sqlite3.Error as error:
            raise OperationalError(kind, None, error) from error

    def rollback(self) -> None:
        """Nothing to do outside a transaction: the pool rolls back whatever comes back to it."""
        connection: Any = self._connection
        if connection._connection and connection.in_transaction:  # noqa: SLF001
            super().rollback()


class OneHop(AsyncAdapt_aiosqlite_dbapi):
    """The driver to give to `create_async_engine(module=…)`."""

    def __init__(self) -> None:
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *arguments: Any, **options: Any) -> AsyncAdapt_aiosqlite_connection:
        """Connect as the adapter does, with our class."""
        made = super().connect(*arguments, **options)
        return OneHopConnection(self, made.driver_connection)

"""The database, and the two ways into a transaction: to write, and only to read.

Both run on the drivers themselves (`storage.sqlite`, `storage.postgres`). Migrations, which need
SQLAlchemy's own connections, go through `migrating`. Why SQLite is set as it is:
docs/decisions/0005-sqlite.md; why no dialect stands between:
docs/decisions/0030-drivers-without-a-dialect.md.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import orjson
from sqlalchemy import Connection, event, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from storage import postgres, sqlite
from storage.transactions import Home, Transaction

WRITES = "ec_writes"


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


_COMMON: dict[str, Any] = {
    "hide_parameters": True,  # an error goes to the log, and values may be names
    "json_serializer": _json,
    "json_deserializer": orjson.loads,
}


class Database(AsyncEngine):
    """A database. As an engine of SQLAlchemy's it serves migrations; `home` serves the program."""

    def __init__(self, engine: AsyncEngine, home: Home) -> None:
        super().__init__(engine.sync_engine)
        self.home = home

    async def dispose(self, close: bool = True) -> None:  # noqa: FBT001, FBT002  # as its base
        """Close every connection."""
        await self.home.close()
        await super().dispose(close)


def make_engine(url: str) -> Database:
    """Make the database for `sqlite+aiosqlite:///…` or `postgresql+asyncpg://…`.

    The folder of a SQLite file is made where it is missing.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_async_engine(url, **_COMMON)
        event.listen(engine.sync_engine, "connect", _prepare)
        event.listen(engine.sync_engine, "begin", _begin)
        return Database(engine, sqlite.SqliteFile(parsed, engine.dialect))
    engine = create_async_engine(
        url,
        connect_args={"server_settings": postgres.SETTINGS, "timeout": postgres.CONNECT_SECONDS},
        **_COMMON,
    )
    return Database(engine, postgres.PostgresServer(parsed, engine.dialect))


class Opened:
    """A transaction's beginning and end, for `async with`."""

    __slots__ = ("_home", "_transaction", "_writes")

    def __init__(self, home: Home, *, writes: bool) -> None:
        self._home = home
        self._writes = writes

    async def __aenter__(self) -> Transaction:
        self._transaction = await self._home.begin(writes=self._writes)
        return self._transaction

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._home.end(self._transaction, error)


def writing(database: Database) -> Opened:
    """Open a transaction that will write; the caller commits, else it is rolled back.

    On SQLite it holds the database's write lock from its first statement: what it reads
    stays true until it commits. On PostgreSQL rows are locked one by one.
    """
    return Opened(database.home, writes=True)


def reading(database: Database) -> Opened:
    """Open a transaction that only reads: it waits for no writer, and none waits for it."""
    return Opened(database.home, writes=False)


@asynccontextmanager
async def migrating(database: Database) -> AsyncGenerator[AsyncConnection]:
    """Open a transaction on a connection of SQLAlchemy's, which alembic needs; it will write."""
    async with database.connect() as connection:
        await connection.execution_options(**{WRITES: True})  # the connection itself is changed
        yield connection


def _prepare(connection: Any, _entry: ConnectionPoolEntry) -> None:
    # The driver begins late and never IMMEDIATE: BEGIN is ours, below.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (f"PRAGMA busy_timeout = {sqlite.BUSY_SECONDS * 1000}", *sqlite.PRAGMAS):
        cursor.execute(pragma)
    _write_ahead(connection, cursor)
    cursor.close()


def _write_ahead(connection: Any, cursor: Any) -> None:
    for left in reversed(range(sqlite.WAL_TRIES)):
        try:
            cursor.execute(sqlite.WAL)
        except sqlite3.OperationalError:
            if not left:
                raise
            connection.run_async(_pause)
        else:
            return


async def _pause(_connection: Any) -> None:
    await asyncio.sleep(sqlite.WAL_PAUSE)


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

"""The engine, and the two ways into a transaction: to write, and only to read.

Why SQLite is set as it is: docs/decisions/0005-sqlite.md.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import orjson
from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from storage.one_hop import OneHop

Database = AsyncEngine  # what the rest of the program calls an engine

BUSY_SECONDS = 5  # well within the 15 s after which Teams sends a turn again
SQLITE_PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
)
WAL = "PRAGMA journal_mode = WAL"
WAL_TRIES, WAL_PAUSE = 100, 0.05
POSTGRESQL_TIMEOUTS = {
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
}
WRITES = "ec_writes"


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


_COMMON: dict[str, Any] = {
    "hide_parameters": True,  # an error goes to the log, and values may be names
    "json_serializer": _json,
    "json_deserializer": orjson.loads,
}


class _Turn:
    """On SQLite writers wait for one another anyway; waiting here is fair and does not poll."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._holder: asyncio.Task[Any] | None = None

    async def __aenter__(self) -> None:
        if self._holder is not None and self._holder is asyncio.current_task():
            raise RuntimeError("a transaction that writes was begun inside another one")
        async with asyncio.timeout(BUSY_SECONDS):
            await self._lock.acquire()
        self._holder = asyncio.current_task()

    async def __aexit__(self, *_: object) -> None:
        self._holder = None
        self._lock.release()


_turns: WeakKeyDictionary[Engine, _Turn] = WeakKeyDictionary()


def make_engine(url: str) -> AsyncEngine:
    """Make the engine for `sqlite+aiosqlite:///…` or `postgresql+asyncpg://…`.

    The folder of a SQLite file is made where it is missing.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(url, parsed.database)
    return create_async_engine(
        url,
        pool_size=10,
        max_overflow=10,
        pool_timeout=10,
        pool_pre_ping=True,
        pool_recycle=1800,
        isolation_level="READ COMMITTED",
        connect_args={"server_settings": POSTGRESQL_TIMEOUTS, "timeout": 10},
        **_COMMON,
    )


def _sqlite(url: str, database: str | None) -> AsyncEngine:
    if database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(url, module=OneHop(), **_COMMON)
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    _turns[engine.sync_engine] = _Turn()
    return engine


def _prepare(connection: Any, _entry: ConnectionPoolEntry) -> None:
    # The driver begins late and never IMMEDIATE: BEGIN is ours, below.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(pragma)
    _write_ahead(connection, cursor)
    cursor.close()


def _write_ahead(connection: Any, cursor: Any) -> None:
    """Kept in the file once said; a new file that two open at once refuses one without waiting."""
    for left in reversed(range(WAL_TRIES)):
        try:
            cursor.execute(WAL)
        except sqlite3.OperationalError:
            if not left:
                raise
            connection.run_async(_pause)
        else:
            return


async def _pause(_connection: Any) -> None:
    await asyncio.sleep(WAL_PAUSE)


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    driver: Any = connection.connection.dbapi_connection
    driver.begin("BEGIN IMMEDIATE" if writes else "BEGIN")


@asynccontextmanager
async def writing(engine: AsyncEngine) -> AsyncGenerator[AsyncConnection]:
    """Open a transaction that will write; the caller commits, else it is rolled back.

    On SQLite it holds the database's write lock from its first statement: what it reads
    stays true until it commits. On PostgreSQL rows are locked one by one.
    """
    async with AsyncExitStack() as stack:
        turn = _turns.get(engine.sync_engine)
        if turn is not None:
            await stack.enter_async_context(turn)
        connection = await stack.enter_async_context(engine.connect())
        if turn is not None:
            connection = await connection.execution_options(**{WRITES: True})
            await connection.begin()
        yield connection


@asynccontextmanager
async def reading(engine: AsyncEngine) -> AsyncGenerator[AsyncConnection]:
    """Open a transaction that only reads: it waits for no writer, and none waits for it."""
    async with engine.connect() as connection:
        yield connection

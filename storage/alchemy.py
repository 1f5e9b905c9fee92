"""SQLAlchemy's own engine, for migrations (and for tests that ask whatever comes to their mind).

Loaded when it is first used: its asyncio package brings the whole ORM, a twentieth of a start.
"""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from storage import postgres, sqlite
from storage.dialects import JSON_BY_ORJSON
from storage.engine import WRITES

_COMMON: dict[str, Any] = {"hide_parameters": True, **JSON_BY_ORJSON}


def make(url: str) -> AsyncEngine:
    """The engine for `sqlite+aiosqlite:///…` or `postgresql+asyncpg://…`."""
    if not url.startswith("sqlite"):
        arguments = {"server_settings": postgres.SETTINGS, "timeout": postgres.CONNECT_SECONDS}
        return create_async_engine(url, connect_args=arguments, **_COMMON)
    engine = create_async_engine(url, **_COMMON)
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


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

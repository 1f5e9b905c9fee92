"""How the two databases spell what SQLAlchemy says."""

from __future__ import annotations

import sqlite3
from typing import Any

import orjson
from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


JSON_BY_ORJSON: dict[str, Any] = {"json_serializer": _json, "json_deserializer": orjson.loads}


def sqlite_dialect() -> Dialect:
    """SQLite's, for the library of this Python."""
    driver: Any = sqlite3
    return SQLiteDialect_pysqlite(dbapi=driver, **JSON_BY_ORJSON)


def postgresql_dialect() -> Dialect:
    """PostgreSQL's, with placeholders as asyncpg has them."""
    return PGDialect_asyncpg(**JSON_BY_ORJSON)

"""The database, and the two ways into a transaction: to write, and only to read.

Both run on the drivers themselves (`storage.sqlite`, `storage.postgres`). Migrations, which need
SQLAlchemy's own connections, go through `migrating`. Why SQLite is set as it is:
docs/decisions/0005-sqlite.md; why no dialect stands between:
docs/decisions/0030-drivers-without-a-dialect.md.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from sqlalchemy import Dialect, make_url

from storage.dialects import postgresql_dialect, sqlite_dialect
from storage.postgres import PostgresServer
from storage.sqlite import SqliteFile
from storage.transactions import Home, Transaction

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

WRITES = "ec_writes"


class Database:
    """A database: `home` serves the program, SQLAlchemy's engine serves migrations."""

    def __init__(self, url: str, dialect: Dialect, home: Home) -> None:
        self._url = url
        self.dialect = dialect
        self.home = home

    @cached_property
    def alchemy(self) -> AsyncEngine:
        """SQLAlchemy's engine."""
        from storage import alchemy  # noqa: PLC0415  # slow to load, and not for every start

        return alchemy.make(self._url)

    def connect(self) -> AsyncConnection:
        """A connection of SQLAlchemy's."""
        return self.alchemy.connect()

    def begin(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction on a connection of SQLAlchemy's, committed at its end."""
        return self.alchemy.begin()

    async def dispose(self) -> None:
        """Close every connection."""
        await self.home.close()
        if "alchemy" in vars(self):
            await self.alchemy.dispose()


def make_engine(url: str) -> Database:
    """Make the database for `sqlite+aiosqlite:///…` or `postgresql+asyncpg://…`.

    The folder of a SQLite file is made where it is missing.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        dialect = sqlite_dialect()
        return Database(url, dialect, SqliteFile(parsed, dialect))
    dialect = postgresql_dialect()
    return Database(url, dialect, PostgresServer(parsed, dialect))


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

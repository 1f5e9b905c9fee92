"""PostgreSQL through asyncpg itself: prepared statements, and no round trip that is not needed.

What only reads is not in a transaction (each statement sees its own moment at READ COMMITTED
anyway). What writes begins with its first statement; one statement alone is its own transaction.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import asyncpg
import orjson
from sqlalchemy import URL, Dialect, Executable
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from storage import transactions
from storage.statements import Parameters, Ready, Rows, Statements, Step, checked
from storage.transactions import OnStatement

SETTINGS = {
    "jit": "off",  # a plan of ours that seems dear runs shorter than it takes to compile
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
    "default_transaction_isolation": "read committed",
}
MOST, WAIT_SECONDS, CONNECT_SECONDS, ANSWER_SECONDS = 20, 10, 10, 35
OLDEST_SECONDS = 1800

_DRIVER: Any = asyncpg  # which says nothing of its types
# The driver's own words: of a connection that is gone, or that got an answer to no question.
_DRIVERS = (asyncpg.InterfaceError, asyncpg.InternalClientError)
_LOST = (asyncpg.PostgresConnectionError, asyncpg.AdminShutdownError, *_DRIVERS)


class Link:
    """One connection, and since when it is."""

    __slots__ = ("connection", "since")

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.since = time.monotonic()

    @property
    def good(self) -> bool:
        """Whether it may be used once more."""
        young = time.monotonic() - self.since < OLDEST_SECONDS
        return young and not self.connection.is_closed()


class PostgresServer:
    """The connections to one database."""

    def __init__(self, url: URL, dialect: Dialect) -> None:
        self.statements = Statements(dialect)
        self.on_statement: OnStatement | None = None
        _, self._options = dialect.create_connect_args(url)
        self._slots = asyncio.Semaphore(MOST)
        self._idle: list[Link] = []

    async def begin(self, *, writes: bool) -> PostgresTransaction:
        """Take a connection, or wait for one."""
        if self._slots.locked():
            try:
                async with asyncio.timeout(WAIT_SECONDS):
                    await self._slots.acquire()
            except TimeoutError as error:
                raise PoolTimeout("no connection is free") from error
        else:
            await self._slots.acquire()
        try:
            return PostgresTransaction(self, await self.link(), writes=writes)
        except BaseException:
            self._slots.release()
            raise

    async def end(
        self, transaction: transactions.Transaction, error: BaseException | None = None
    ) -> None:
        """Roll back what was not committed; a connection in doubt is closed."""
        assert isinstance(transaction, PostgresTransaction)  # noqa: S101  # it came from here
        connection = transaction.link.connection
        try:
            if error is not None and not isinstance(error, Exception):
                connection.terminate()  # cancelled: who knows what it was doing
            elif connection.is_in_transaction():
                await connection.execute("ROLLBACK")
        except (asyncpg.PostgresError, *_DRIVERS, OSError):
            connection.terminate()
        finally:
            if not connection.is_closed():
                self._idle.append(transaction.link)
            self._slots.release()

    async def link(self) -> Link:
        """A good connection: one that was used before, else a new one."""
        while self._idle:
            link = self._idle.pop()
            if link.good:
                return link
            link.connection.terminate()
        return await self.fresh()

    async def fresh(self) -> Link:
        """A new connection."""
        connection: Any = await _DRIVER.connect(
            **self._options,
            server_settings=SETTINGS,
            timeout=CONNECT_SECONDS,
            command_timeout=ANSWER_SECONDS,  # a server that vanished says nothing at all
            statement_cache_size=1000,
            max_cached_statement_lifetime=0,
        )
        await connection.set_type_codec(
            "json", schema="pg_catalog", encoder=str.encode, decoder=orjson.loads, format="binary"
        )
        return Link(connection)

    async def close(self) -> None:
        """Close what is idle; nothing else is open any more."""
        while self._idle:
            connection = self._idle.pop().connection
            try:
                await connection.close(timeout=CONNECT_SECONDS)
            except (TimeoutError, OSError, asyncpg.PostgresError, *_DRIVERS):
                connection.terminate()


class PostgresTransaction:
    """Reads as they come; one that writes begins with its first statement."""

    dialect: transactions.Dialect = "postgresql"

    def __init__(self, home: PostgresServer, link: Link, *, writes: bool) -> None:
        self.link = link
        self.writes = writes
        self._home = home
        self._used = False
        self._begun = False

    async def execute(
        self, statement: Executable, parameters: Parameters | Sequence[Parameters] | None = None
    ) -> Rows:
        """Run a statement."""
        await self._begin()
        return await self._do(Step(statement, parameters or {}))

    async def run(self, steps: Sequence[Step]) -> None:
        """Run several, one after the other."""
        if steps:
            await self._begin()
        for step in steps:
            await self._do(step)

    async def commit(self, steps: Sequence[Step] = ()) -> None:
        """Run these and commit. The only statement of a transaction is its own commit."""
        if self._begun or len(steps) > 1:
            await self.run(steps)
            await self._say("COMMIT")
            self._begun = False
        elif steps:
            await self._do(steps[0])

    async def _begin(self) -> None:
        if self.writes and not self._begun:
            await self._say("BEGIN")
            self._begun = True

    async def _say(self, sql: str) -> None:
        await self._ask(Ready(sql, (), (), gives=False, reads=sql == "BEGIN"), ())

    async def _do(self, step: Step) -> Rows:
        if not isinstance(step.parameters, Sequence):
            ready = self._home.statements.ready(step.statement, step.parameters)
            return checked(step, await self._ask(ready, ready.values(step.parameters)))
        ready = self._home.statements.ready(step.statement, step.parameters[0])
        values = [ready.values(each) for each in step.parameters]
        try:
            await self.link.connection.executemany(ready.sql, values)
        except Exception as error:
            raise self._translated(error, ready.sql) from error
        return checked(step, Rows())

    async def _ask(self, ready: Ready, values: Sequence[Any]) -> Rows:
        if self._home.on_statement is not None:
            self._home.on_statement(ready.sql, values)
        try:
            return await self._answer(ready, values)
        except _LOST as error:
            if self._used or (self.writes and not ready.reads):
                raise self._translated(error, ready.sql) from error
        except Exception as error:
            raise self._translated(error, ready.sql) from error
        # Lost while nobody used it, and nothing was asked of it yet: another one will do.
        self.link.connection.terminate()
        self.link = await self._home.fresh()
        try:
            return await self._answer(ready, values)
        except Exception as error:
            raise self._translated(error, ready.sql) from error

    async def _answer(self, ready: Ready, values: Sequence[Any]) -> Rows:
        connection = self.link.connection
        if ready.gives:
            rows = ready.rows(await connection.fetch(ready.sql, *values))
            self._used = True
            return Rows(rows, len(rows))
        told = await connection.execute(ready.sql, *values)
        self._used = True
        count = told.rpartition(" ")[2]
        return Rows((), int(count) if count.isdigit() else -1)

    def _translated(self, error: Exception, sql: str) -> Exception:
        """The same in SQLAlchemy's classes, which the rest of storage knows; no values in it."""
        if isinstance(error, asyncpg.IntegrityConstraintViolationError):
            return IntegrityError(sql, None, error, hide_parameters=True)
        if isinstance(error, asyncpg.DataError):
            return DataError(sql, None, error, hide_parameters=True)
        lost = self.link.connection.is_closed()
        if isinstance(error, _DRIVERS):
            return InterfaceError(
                sql, None, error, hide_parameters=True, connection_invalidated=lost
            )
        if isinstance(error, asyncpg.PostgresError):
            return DBAPIError(sql, None, error, hide_parameters=True, connection_invalidated=lost)
        return error

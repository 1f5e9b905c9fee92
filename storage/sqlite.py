"""SQLite without a thread in between, but for what may take long.

What only reads runs on the event loop: a row found by its key takes 10 µs there and 80 by way of
a thread. A read that turns out long is broken off after about a millisecond and begun anew in a
thread, and so is all that would have to wait. What writes more than a row goes to a thread, and
so do the last statements of a transaction, together with their COMMIT in one visit: the disk is
waited for there.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import sqlalchemy.exc
from sqlalchemy import URL, Dialect, Executable

from storage import transactions
from storage.aside import Aside
from storage.statements import Parameters, Ready, Rows, Statements, Step, checked
from storage.transactions import OnStatement

T = TypeVar("T")

BUSY_SECONDS = 5  # well within the 15 s after which Teams sends a turn again
PRAGMAS = ("PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON")
WAL = "PRAGMA journal_mode = WAL"
WAL_TRIES, WAL_PAUSE = 100, 0.05
# Instructions of SQLite's machine that may run on the event loop, about a millisecond of them.
# SQLite asks after each so many of a statement, all the times that it was run taken together, so
# that a quick one is asked about now and then.
STRIDE, QUICK = 2_000, 10

OPTIONS = {"isolation_level": None, "check_same_thread": False, "cached_statements": 500}

_LATER = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_INTERRUPT)
_MOST_IDLE = 10


class Turn:
    """On SQLite writers wait for one another anyway; waiting here is fair and does not poll."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._holder: asyncio.Task[Any] | None = None

    async def take(self) -> None:
        """Wait until the writers who came before have ended."""
        if self._holder is not None and self._holder is asyncio.current_task():
            raise RuntimeError("a transaction that writes was begun inside another one")
        if self._lock.locked():
            async with asyncio.timeout(BUSY_SECONDS):
                await self._lock.acquire()
        else:
            await self._lock.acquire()
        self._holder = asyncio.current_task()

    def give_back(self) -> None:
        """Let the next one write."""
        self._holder = None
        self._lock.release()


class Link:
    """One connection.

    Attributes:
        patient: It may take its time, being in a thread.
        strides: How far what runs on the event loop may still go.
    """

    __slots__ = ("abandoned", "connection", "patient", "strides")

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.patient = False
        self.strides = QUICK
        self.abandoned = False
        connection.set_progress_handler(self._too_long, STRIDE)

    def _too_long(self) -> bool:
        self.strides -= 1
        return self.strides < 0 and not self.patient

    def patiently(self, work: Callable[[], T], busy_seconds: float) -> T:
        """In a thread: wait for other processes, and let long queries end."""
        self.patient = True
        self.connection.execute(f"PRAGMA busy_timeout = {int(busy_seconds * 1000)}")
        try:
            return work()
        finally:
            self.connection.execute("PRAGMA busy_timeout = 0")
            self.patient = False


class SqliteFile:
    """The connections to a file."""

    def __init__(self, url: URL, dialect: Dialect) -> None:
        self.statements = Statements(dialect)
        self.on_statement: OnStatement | None = None
        self.busy_seconds: float = BUSY_SECONDS
        (self._path, *_), options = dialect.create_connect_args(url)
        self._options: dict[str, Any] = {**options, **OPTIONS}
        self._writer, self._reader = Aside("sqlite-writer"), Aside("sqlite-reader")
        self._turn = Turn()
        self._idle: list[Link] = []

    async def begin(self, *, writes: bool) -> SqliteTransaction:
        """Open a transaction; one that writes waits for those before it."""
        if writes:
            await self._turn.take()
        try:
            link = self._idle.pop() if self._idle else await self._connect()
        except BaseException:
            if writes:
                self._turn.give_back()
            raise
        return SqliteTransaction(self, link, writes=writes)

    async def end(
        self, transaction: transactions.Transaction, error: BaseException | None = None
    ) -> None:
        """Roll back what was not committed; the connection is free again."""
        assert isinstance(transaction, SqliteTransaction)  # noqa: S101  # it came from here
        link = transaction.link
        try:
            if link.abandoned:
                return
            link.connection.rollback()
            if len(self._idle) < _MOST_IDLE:
                self._idle.append(link)
            else:
                link.connection.close()
        finally:
            if transaction.writes:
                self._turn.give_back()

    async def visit(self, transaction: SqliteTransaction, work: Callable[[], T]) -> T:
        """Do it in a thread. A task cancelled meanwhile leaves the connection to that thread."""
        link = transaction.link
        thread = self._writer if transaction.writes else self._reader
        try:
            return await thread.do(lambda: link.patiently(work, self.busy_seconds))
        except asyncio.CancelledError:
            link.abandoned = True
            thread.do(link.connection.close)
            raise

    async def close(self) -> None:
        """Close what is idle; nothing else is open any more."""
        while self._idle:
            self._idle.pop().connection.close()
        self._writer.stop()
        self._reader.stop()

    async def _connect(self) -> Link:
        return await self._reader.do(self._connected)

    def _connected(self) -> Link:
        """The driver begins no transaction of its own accord: BEGIN is ours."""
        try:
            connection = sqlite3.connect(self._path, **self._options)
            link = Link(connection)
            link.patiently(lambda: _prepare(connection), self.busy_seconds)
        except sqlite3.Error as error:
            raise translated(error, "connect") from error
        return link


def _prepare(connection: sqlite3.Connection) -> None:
    for pragma in PRAGMAS:
        connection.execute(pragma)
    for left in reversed(range(WAL_TRIES)):
        # Kept in the file once said; a new file that two open at once refuses one without waiting.
        try:
            connection.execute(WAL)
        except sqlite3.OperationalError:
            if not left:
                raise
            time.sleep(WAL_PAUSE)
        else:
            return


class SqliteTransaction:
    """Begins with its first statement; one that writes keeps all other writers out from then on."""

    dialect: transactions.Dialect = "sqlite"

    def __init__(self, home: SqliteFile, link: Link, *, writes: bool) -> None:
        self.link = link
        self.writes = writes
        self._home = home
        self._begin = "BEGIN IMMEDIATE" if writes else "BEGIN"

    async def execute(
        self, statement: Executable, parameters: Parameters | Sequence[Parameters] | None = None
    ) -> Rows:
        """Run a statement: here where it is quick, else in a thread."""
        if statement.is_select:
            ready = self._home.statements.ready(statement, _one(parameters))
            values = ready.values(_one(parameters))
            self._tell(ready, values)
            return await self._read(ready, values)
        return (await self._write([Step(statement, parameters or {})]))[0]

    async def run(self, steps: Sequence[Step]) -> None:
        """Run several in one visit."""
        if steps:
            await self._write(steps)

    async def commit(self, steps: Sequence[Step] = ()) -> None:
        """Run these and commit, in one visit."""
        if steps or self.link.connection.in_transaction:
            await self._write(steps, commit=True)

    async def _read(self, ready: Ready, values: Sequence[Any]) -> Rows:
        connection = self.link.connection

        def work() -> list[Any]:
            self._start()
            return connection.execute(ready.sql, values).fetchall()

        try:
            try:
                found = work()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode not in _LATER:
                    raise
                found = await self._home.visit(self, work)
        except sqlite3.Error as error:
            raise translated(error, ready.sql) from error
        rows = ready.rows(found)
        return Rows(rows, len(rows))

    async def _write(self, steps: Sequence[Step], *, commit: bool = False) -> list[Rows]:
        prepared = [(step, *self._ready(step)) for step in steps]
        connection = self.link.connection

        def work() -> list[Rows]:
            self._start()
            done = [self._done(*each) for each in prepared]
            if commit:
                connection.commit()
            return done

        try:
            if not commit and all(map(_small, steps)) and self._started_at_once():
                return self._unbroken(work)
            return await self._home.visit(self, work)
        except sqlite3.Error as error:
            raise translated(error, prepared[0][1].sql if prepared else "COMMIT") from error

    def _start(self) -> None:
        self.link.strides = QUICK
        if not self.link.connection.in_transaction:
            self.link.connection.execute(self._begin)

    def _started_at_once(self) -> bool:
        """Whether the transaction has begun; not while another process is writing."""
        try:
            self._start()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            return False
        return True

    def _unbroken(self, work: Callable[[], T]) -> T:
        """Here and now; a change broken off half way would take the whole transaction with it."""
        self.link.patient = True
        try:
            return work()
        finally:
            self.link.patient = False

    def _ready(self, step: Step) -> tuple[Ready, Any]:
        given, statements = step.parameters, self._home.statements
        if isinstance(given, Sequence):
            ready = statements.ready(step.statement, given[0])
            values: list[Any] = [ready.values(each) for each in given]
        else:
            ready = statements.ready(step.statement, given)
            values = ready.values(given)
        self._tell(ready, values)
        return ready, values

    def _done(self, step: Step, ready: Ready, values: Any) -> Rows:
        """Run one step."""
        connection = self.link.connection
        many = isinstance(step.parameters, Sequence)
        cursor = (connection.executemany if many else connection.execute)(ready.sql, values)
        found = cursor.fetchall() if ready.gives else ()
        rows = ready.rows(found)
        return checked(step, Rows(rows, len(rows) if ready.gives else cursor.rowcount))

    def _tell(self, ready: Ready, values: Sequence[Any]) -> None:
        if self._home.on_statement is not None:
            self._home.on_statement(ready.sql, values)


def _small(step: Step) -> bool:
    """One row, found by its key: as quick as reading it, while nothing goes to the disk yet."""
    one = not isinstance(step.parameters, Sequence)
    return one and (step.statement.is_insert or step.touches == 1)


def _one(parameters: Parameters | Sequence[Parameters] | None) -> Parameters:
    if isinstance(parameters, Sequence):
        raise TypeError("a query takes one set of parameters")
    return parameters or {}


def translated(error: sqlite3.Error, sql: str) -> sqlalchemy.exc.DBAPIError:
    """The same in SQLAlchemy's classes, which the rest of storage knows; no values in it."""
    kind = getattr(sqlalchemy.exc, type(error).__name__, sqlalchemy.exc.DBAPIError)
    told: sqlalchemy.exc.DBAPIError = kind(sql, None, error, hide_parameters=True)
    return told

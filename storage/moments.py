"""A moment: what several readings in a row, by several tasks, may know from one another.

Fifteen reminders of one session ask the same questions of it, and fifty of one batch the same of
their fifty people. Within a moment each question is put once, in a transaction of its own, and
where it can be, about all that the tasks are likely to ask about (`storage.together`). It is
over after a short time, or as soon as one of those who share it has written anything: whoever
reads afterwards begins the next one.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, cast

from sqlalchemy import Executable

from storage.engine import Database, reading
from storage.entity import Entity, T
from storage.statements import Parameters, Rows, Step
from storage.together import NOTHING, Likely, Thing, together
from storage.transactions import Dialect
from storage.work import Work

_Key = tuple[Executable, tuple[tuple[str, Any], ...]]


class _Readings:
    """Stands for a transaction: each question goes to the database by itself."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.dialect: Dialect = "sqlite" if database.dialect.name == "sqlite" else "postgresql"

    async def execute(
        self, statement: Executable, parameters: Parameters | Sequence[Parameters] | None = None
    ) -> Rows:
        async with reading(self._database) as transaction:
            return await transaction.execute(statement, parameters)

    async def run(self, steps: Sequence[Step]) -> None:
        raise RuntimeError("nothing is written in a moment")

    async def commit(self, steps: Sequence[Step] = ()) -> None:
        raise RuntimeError("nothing is written in a moment")


class Moment(Work):
    """What was asked, and the answers. `likely` is what will be asked about (`Likely`)."""

    def __init__(self, database: Database, likely: Likely) -> None:
        super().__init__(_Readings(database), reading=True)
        self._likely = likely
        self._parts: dict[Executable, Mapping[Thing, Rows]] = {}
        self._answers: dict[_Key, asyncio.Future[Rows | None]] = {}
        self._things: dict[_Key, Any] = {}

    async def run(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Rows:
        """Ask, or wait for the answer that another task has asked for."""
        wide = together(statement) if self._likely else None
        thing = wide.thing(parameters) if wide else None
        if wide is None or thing is None or thing not in self._likely:
            return await self._ask(statement, parameters)
        if (parts := self._parts.get(statement)) is None:
            found = await self._ask(wide.many, {"many": self._likely.like(thing)})
            if (parts := self._parts.get(statement)) is None:
                parts = self._parts[statement] = wide.apart(found)
        return parts.get(thing, NOTHING)

    async def _ask(self, statement: Executable, parameters: Mapping[str, Any] | None) -> Rows:
        key = _key(statement, parameters)
        while (asked := self._answers.get(key)) is not None:
            answer = await asyncio.shield(asked)
            if answer is not None:
                return answer
        mine = self._answers[key] = asyncio.get_running_loop().create_future()
        try:
            answer = await super().run(statement, parameters)
        except BaseException:
            del self._answers[key]
            mine.set_result(None)  # whoever waited asks anew
            raise
        mine.set_result(answer)
        return answer

    async def one(
        self, entity: Entity[T], query: Executable, parameters: Mapping[str, Any] | None = None
    ) -> T | None:
        """The object, made once."""
        row = (await self.run(query, parameters)).one_or_none()
        if row is None:
            return None
        return self.known(entity, *(row[at] for at in entity.key_places)) or self.absorb(
            entity, row
        )

    async def all(
        self, entity: Entity[T], query: Executable, parameters: Mapping[str, Any] | None = None
    ) -> list[T]:
        """The objects, made once."""
        rows = await self.run(query, parameters)
        key = _key(query, parameters)
        if key not in self._things:
            self._things[key] = [self.absorb(entity, row) for row in rows.all()]
        return list(self._things[key])


class Moments:
    """Says which moment, if any, a task shares."""

    def __init__(
        self, database: Database, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._monotonic = monotonic
        self._shared: ContextVar[_Shared | None] = ContextVar("moment", default=None)

    @contextmanager
    def shared(self, seconds: float, likely: Collection[tuple[str, str]] = ()) -> Generator[None]:
        """For tasks begun in here: a moment lasts so long.

        `likely` is what they will ask about: things, each with a person.
        """
        token = self._shared.set(_Shared(seconds, Likely.of(likely)))
        try:
            yield
        finally:
            self._shared.reset(token)

    def present(self) -> Moment | None:
        """The moment that this task is in."""
        shared = self._shared.get()
        if shared is None:
            return None
        now = self._monotonic()
        if shared.moment is None or now - shared.since > shared.seconds:
            shared.moment, shared.since = Moment(self._database, shared.likely), now
        return shared.moment

    def over(self) -> None:
        """Something was written: what was read before may not hold any more."""
        shared = self._shared.get()
        if shared is not None:
            shared.moment = None


class _Shared:
    __slots__ = ("likely", "moment", "seconds", "since")

    def __init__(self, seconds: float, likely: Likely) -> None:
        self.seconds = seconds
        self.likely = likely
        self.moment: Moment | None = None
        self.since = 0.0


def _key(statement: Executable, parameters: Mapping[str, Any] | None) -> _Key:
    names = tuple(parameters or ())
    return statement, tuple((name, _hashable((parameters or {})[name])) for name in names)


def _hashable(value: Any) -> Any:
    return tuple(cast("list[Any]", value)) if isinstance(value, list) else value

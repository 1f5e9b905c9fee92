"""One transaction's objects: rows turned into domain objects, watched, and written back.

Plainer than an ORM session, and enough: an object is read from one row and written to one
row. What was added or changed is written before the next query and at commit, and only the
columns that changed, on condition that they still hold what was read: where another writer
was quicker, `Conflict`.
"""

from __future__ import annotations

import copy
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from sqlalchemy import JSON, Column, CursorResult, Executable, Row, Table, insert, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeDecorator

from bot.domain.errors import Conflict

# PostgreSQL: serialization failure, deadlock, lock time-out.
_RIVALS = frozenset({"40001", "40P01", "55P03"})


class Plain(Protocol):
    """A plain dataclass of the domain."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


T = TypeVar("T", bound=Plain)


@dataclass(frozen=True)
class Entity(Generic[T]):
    """A domain class and the table that keeps it: fields and columns share their names."""

    of: type[T]
    table: Table
    key: tuple[str, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The fields, in the order of the class."""
        return tuple(field.name for field in fields(self.of))

    @cached_property
    def columns(self) -> list[Column[Any]]:
        """The columns of the fields."""
        return [self.table.c[name] for name in self.names]

    @cached_property
    def loose(self) -> frozenset[str]:
        """Columns kept as JSON: not comparable in SQL, and changed in place in Python."""
        return frozenset(name for name in self.names if _is_json(self.table.c[name]))

    @cached_property
    def guards(self) -> tuple[str, ...]:
        """Columns that must still be as they were read, whatever has changed."""
        return ("version",) if "version" in self.names else ()

    def key_of(self, thing: T) -> tuple[Any, ...]:
        """What the object is known by."""
        return tuple(getattr(thing, name) for name in self.key)

    def values(self, thing: T) -> dict[str, Any]:
        """The object's fields as they are now; mutable ones copied."""
        taken = {name: getattr(thing, name) for name in self.names}
        for name in self.loose:
            taken[name] = copy.deepcopy(taken[name])
        return taken


def _is_json(column: Column[Any]) -> bool:
    kind = column.type
    return isinstance(kind.impl_instance if isinstance(kind, TypeDecorator) else kind, JSON)


@dataclass
class _Watched:
    entity: Entity[Any]
    thing: Any
    seen: dict[str, Any]


class Work:
    """One open transaction and the objects that came out of it or go into it."""

    def __init__(self, connection: AsyncConnection, *, reading: bool) -> None:
        self.connection = connection
        self._reading = reading
        self._known: dict[tuple[str, tuple[Any, ...]], _Watched] = {}
        self._fresh: list[tuple[Entity[Any], Any]] = []
        self._finished = False

    # ------------------------------------------------------------------------------- reading

    def known(self, entity: Entity[T], *key: Any) -> T | None:
        """The object, where this transaction has it already."""
        watched = self._known.get((entity.table.name, key))
        return None if watched is None else watched.thing

    async def one(self, entity: Entity[T], query: Executable) -> T | None:
        """The only object of a query, if any."""
        row = (await self.run(query)).one_or_none()
        return None if row is None else self._absorb(entity, row)

    async def all(self, entity: Entity[T], query: Executable) -> list[T]:
        """The objects of a query that selects the entity's columns, in its order."""
        return [self._absorb(entity, row) for row in (await self.run(query)).all()]

    async def run(self, statement: Executable) -> CursorResult[*tuple[Any, ...]]:
        """Write what has changed, then run a statement."""
        if not statement.is_select:
            self._must_write()
        await self.flush()
        async with _rivals():
            return await self.connection.execute(statement)

    async def change(self, statement: Executable) -> int:
        """Run a statement that writes; how many rows it touched."""
        return (await self.run(statement)).rowcount

    def _absorb(self, entity: Entity[T], row: Row[*tuple[Any, ...]]) -> T:
        """The row as an object; one that is known already takes over the row's values."""
        read: dict[str, Any] = {name: row._mapping[name] for name in entity.names}  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001  (its public name)
        thing = self.known(entity, *(read[name] for name in entity.key))
        if thing is None:
            thing = entity.of(**read)
        else:
            for name, value in read.items():
                setattr(thing, name, value)
        self._watch(entity, thing)
        return thing

    # ------------------------------------------------------------------------------- writing

    def add(self, entity: Entity[T], thing: T) -> None:
        """Take an object to be inserted, and watch it from now on."""
        self._must_write()
        place = (entity.table.name, entity.key_of(thing))
        if place in self._known:
            raise Conflict(entity.table.name)
        self._fresh.append((entity, thing))
        self._known[place] = _Watched(entity, thing, {})

    async def finish(self) -> None:
        """Write what is left and commit. A second time, and any use afterwards, is a bug."""
        await self.flush()
        async with _rivals():
            await self.connection.commit()
        self._finished = True

    def forget(self, entity: Entity[Any], *key: Any) -> None:
        """Watch an object no longer: its row is gone."""
        self._known.pop((entity.table.name, key), None)

    async def flush(self) -> None:
        """Write what was changed, then what was added.

        In this order, since a change makes room: an offer declined, then another one made.
        """
        if self._finished:
            raise RuntimeError("a unit of work was used after its commit")
        if self._reading:
            return
        fresh, self._fresh = self._fresh, []
        new = {id(thing) for _, thing in fresh}
        async with _rivals():
            for watched in list(self._known.values()):
                if id(watched.thing) not in new:
                    await self._update(watched)
            for entity, things in _runs(fresh):
                await self.connection.execute(
                    insert(entity.table), [entity.values(thing) for thing in things]
                )
                for thing in things:
                    self._watch(entity, thing)

    async def _update(self, watched: _Watched) -> None:
        entity, seen = watched.entity, watched.seen
        now = entity.values(watched.thing)
        if now == seen:
            return
        changed = {name: value for name, value in now.items() if value != seen[name]}
        columns = entity.table.c
        where = [columns[name] == seen[name] for name in entity.key]
        compared = {*changed, *entity.guards} - entity.loose
        where += [columns[name].is_not_distinct_from(seen[name]) for name in sorted(compared)]
        result = await self.connection.execute(update(entity.table).where(*where).values(changed))
        if result.rowcount != 1:
            raise Conflict(entity.table.name)
        watched.seen = now

    def _watch(self, entity: Entity[T], thing: T) -> None:
        place = (entity.table.name, entity.key_of(thing))
        self._known[place] = _Watched(entity, thing, entity.values(thing))

    def _must_write(self) -> None:
        if self._reading:
            raise RuntimeError("a unit of work opened for reading was asked to write")


def _runs(
    fresh: Sequence[tuple[Entity[Any], Any]],
) -> list[tuple[Entity[Any], list[Any]]]:
    """Neighbours of one table together: one statement inserts them all."""
    runs: list[tuple[Entity[Any], list[Any]]] = []
    for entity, thing in fresh:
        if not runs or runs[-1][0] is not entity:
            runs.append((entity, []))
        runs[-1][1].append(thing)
    return runs


@asynccontextmanager
async def _rivals() -> AsyncGenerator[None]:
    """Say `Conflict` where the database says that somebody else was there first."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict(_constraint(error)) from error
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in _RIVALS:
            raise Conflict(str(getattr(error.orig, "sqlstate", ""))) from error
        raise


def _constraint(error: IntegrityError) -> str:
    """The constraint's name, without the values that broke it: those may be personal."""
    return str(getattr(error.orig, "constraint_name", None) or "integrity").partition(":")[0]


def by_key(things: Sequence[T], name: str) -> Mapping[str, T]:
    """Objects by one of their fields."""
    return {getattr(thing, name): thing for thing in things}

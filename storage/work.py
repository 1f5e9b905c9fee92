"""One transaction's objects: rows turned into domain objects, watched, and written back.

Plainer than an ORM session, and enough: an object is read from one row and written to one
row. What was added or changed is written before the next query and at commit, and only the
columns that changed, on condition that they still hold what was read: where another writer
was quicker, `Conflict`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.domain.errors import Conflict
from storage.entity import Entity, T, update_of, upsert_of
from storage.statements import Rows, Step
from storage.transactions import Transaction

# PostgreSQL: serialization failure, deadlock, lock time-out.
_RIVALS = frozenset({"40001", "40P01", "55P03"})


@dataclass(slots=True)
class _Watched:
    entity: Entity[Any]
    thing: Any
    seen: dict[str, Any]


class Work:
    """One open transaction and the objects that came out of it or go into it."""

    def __init__(self, connection: Transaction, *, reading: bool) -> None:
        self.connection = connection
        self.dialect = connection.dialect
        self._reading = reading
        self._known: dict[tuple[str, tuple[Any, ...]], _Watched] = {}
        self._fresh: list[tuple[Entity[Any], Any]] = []
        self._puts: list[Step] = []
        self._finished = False

    # ------------------------------------------------------------------------------- reading

    def known(self, entity: Entity[T], *key: Any) -> T | None:
        """The object, where this transaction has it already."""
        watched = self._known.get((entity.table.name, key))
        return None if watched is None else watched.thing

    async def get(self, entity: Entity[T], *key: Any) -> T | None:
        """The object with the key: the one known already, else its row's."""
        self._must_be_open()
        parameters = dict(zip(entity.key, key, strict=True))
        return self.known(entity, *key) or await self.one(entity, entity.by_key, parameters)

    async def lock(self, entity: Entity[T], *key: Any) -> T | None:
        """The object with the key, its row locked until the end, and as it is now."""
        return await self.one(entity, entity.locked, dict(zip(entity.key, key, strict=True)))

    async def one(
        self, entity: Entity[T], query: Executable, parameters: Mapping[str, Any] | None = None
    ) -> T | None:
        """The only object of a query, if any."""
        row = (await self.run(query, parameters)).one_or_none()
        return None if row is None else self.absorb(entity, row)

    async def all(
        self, entity: Entity[T], query: Executable, parameters: Mapping[str, Any] | None = None
    ) -> list[T]:
        """The objects of a query that gives the entity's columns, in its order."""
        return [self.absorb(entity, row) for row in (await self.run(query, parameters)).all()]

    async def run(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Rows:
        """Write what has changed, then run a statement."""
        if not statement.is_select:
            self._must_write()
        await self.flush()
        async with _rivals():
            return await self.connection.execute(statement, parameters)

    async def change(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None
    ) -> int:
        """Run a statement that writes; how many rows it touched."""
        return (await self.run(statement, parameters)).rowcount

    def absorb(self, entity: Entity[T], row: Sequence[Any]) -> T:
        """The row as an object; one that is known already takes over the row's values."""
        place = (entity.table.name, tuple([row[at] for at in entity.key_places]))
        watched = self._known.get(place)
        if watched is None:
            thing = entity.of(*row)
        else:
            thing = watched.thing
            for name, value in zip(entity.names, row, strict=True):
                setattr(thing, name, value)
        self._known[place] = _Watched(entity, thing, {} if self._reading else entity.values(thing))
        return thing

    # ------------------------------------------------------------------------------- writing

    def add(self, entity: Entity[T], thing: T) -> None:
        """Take an object to be inserted, and watch it from now on."""
        self._must_write()
        self._must_be_open()
        place = (entity.table.name, entity.key_of(thing))
        if place in self._known:
            raise Conflict(entity.table.name)
        self._fresh.append((entity, thing))
        self._known[place] = _Watched(entity, thing, {})

    async def put(self, entity: Entity[T], thing: T) -> None:
        """Insert the object's row or replace it; an object known already takes its values.

        Written with the next flush, as what is added.
        """
        self._must_write()
        await self.flush()
        values = entity.values(thing)
        self._puts.append(Step(upsert_of(self.dialect, entity), values))
        known = self._known.get((entity.table.name, entity.key_of(thing)))
        if known is not None:
            for name, value in entity.values(thing).items():
                setattr(known.thing, name, value)
            known.seen = entity.values(known.thing)

    async def finish(self) -> None:
        """Write what is left and commit. A second time, and any use afterwards, is a bug."""
        self._must_be_open()
        steps = self._steps()
        async with _rivals():
            await self.connection.commit(steps)
        self._finished = True

    def forget(self, entity: Entity[Any], *key: Any) -> None:
        """Watch an object no longer: its row is gone."""
        self._known.pop((entity.table.name, key), None)

    async def flush(self) -> None:
        """Write what was changed and added."""
        self._must_be_open()
        if steps := self._steps():
            async with _rivals():
                await self.connection.run(steps)

    def _steps(self) -> list[Step]:
        """What was changed, then what was added, taken as written.

        In this order, since a change makes room: an offer declined, then another one made.
        """
        if self._reading:
            return []
        fresh, self._fresh = self._fresh, []
        new = {id(thing) for _, thing in fresh}
        changed = (w for w in self._known.values() if id(w.thing) not in new)
        steps = [step for watched in changed if (step := self._update(watched))]
        puts, self._puts = self._puts, []
        steps += puts
        for entity, things in _runs(fresh):
            rows = [entity.values(thing) for thing in things]
            steps.append(Step(entity.insert, rows if len(rows) > 1 else rows[0]))
            for thing in things:
                self._watch(entity, thing)
        return steps

    def _update(self, watched: _Watched) -> Step | None:
        entity, seen = watched.entity, watched.seen
        now = entity.values(watched.thing)
        if now == seen:
            return None
        changed = tuple(name for name in entity.names if now[name] != seen[name])
        parameters = {f"was_{name}": seen[name] for name in (*entity.key, *entity.guards)}
        parameters |= {f"was_{name}": seen[name] for name in changed if name not in entity.loose}
        parameters |= {f"to_{name}": now[name] for name in changed}
        watched.seen = now
        return Step(update_of(entity, changed), parameters, 1, entity.table.name)

    def _watch(self, entity: Entity[T], thing: T) -> None:
        place = (entity.table.name, entity.key_of(thing))
        self._known[place] = _Watched(entity, thing, entity.values(thing))

    def _must_write(self) -> None:
        if self._reading:
            raise RuntimeError("a unit of work opened for reading was asked to write")

    def _must_be_open(self) -> None:
        if self._finished:
            raise RuntimeError("a unit of work was used after its commit")


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
        raise Conflict(_constraint(error)) from None  # its details quote the row: names, texts
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in _RIVALS:
            raise Conflict(str(getattr(error.orig, "sqlstate", ""))) from error
        raise


def _constraint(error: IntegrityError) -> str:
    """What was broken: PostgreSQL names it, SQLite's message is just that."""
    return str(getattr(error.orig, "constraint_name", None) or error.orig)


def by_key(things: Sequence[T], name: str) -> Mapping[str, T]:
    """Objects by one of their fields."""
    return {getattr(thing, name): thing for thing in things}

"""A domain class and its table, with the statements that every repository needs.

They are built once and take parameters: building a statement anew costs more than running it
(see docs/decisions/0005-sqlite.md).
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, fields
from functools import cache, cached_property
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from sqlalchemy import (
    JSON,
    ColumnElement,
    Insert,
    Select,
    Table,
    Update,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeDecorator, TypeEngine


class Plain(Protocol):
    """A plain dataclass of the domain."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


T = TypeVar("T", bound=Plain)
Merge = postgresql.Insert | sqlite.Insert


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
    def key_places(self) -> tuple[int, ...]:
        """Where in a row the key is."""
        return tuple(self.names.index(name) for name in self.key)

    @cached_property
    def columns(self) -> list[ColumnElement[Any]]:
        """The columns of the fields, in the same order."""
        return [self.table.c[name] for name in self.names]

    @cached_property
    def select(self) -> Select[*tuple[Any, ...]]:
        """All rows."""
        return select(*self.columns)

    @cached_property
    def by_key(self) -> Select[*tuple[Any, ...]]:
        """The row with the key; the parameters are named as the key's columns."""
        return self.select.where(*(self.table.c[name] == bindparam(name) for name in self.key))

    @cached_property
    def locked(self) -> Select[*tuple[Any, ...]]:
        """The same, locked. On SQLite a writing transaction has the lock already."""
        return self.by_key.with_for_update()

    @cached_property
    def insert(self) -> Insert:
        """A new row; the parameters are named as the columns."""
        return insert(self.table)

    @cached_property
    def guards(self) -> tuple[str, ...]:
        """Columns that must still be as they were read, whatever has changed."""
        return ("version",) if "version" in self.names else ()

    @cached_property
    def loose(self) -> frozenset[str]:
        """Columns kept as JSON: SQL does not compare them."""
        return frozenset(name for name in self.names if _is_json(self.table.c[name].type))

    def key_of(self, thing: T) -> tuple[Any, ...]:
        """What the object is known by."""
        return tuple(getattr(thing, name) for name in self.key)

    def values(self, thing: T) -> dict[str, Any]:
        """The object's fields as they are now; mappings, which may change in place, copied."""
        taken = {name: getattr(thing, name) for name in self.names}
        for name in self.loose:
            if isinstance(taken[name], dict):
                taken[name] = copy.deepcopy(taken[name])
        return taken


def _is_json(kind: TypeEngine[Any]) -> bool:
    return isinstance(kind.impl_instance if isinstance(kind, TypeDecorator) else kind, JSON)


@cache
def update_of(entity: Entity[Any], changed: tuple[str, ...]) -> Update:
    """Change columns of the row with the key, where they still hold what was read.

    Parameters: `to_<column>` for what is new, `was_<column>` for what was read.
    """
    columns = entity.table.c
    where = [columns[name] == bindparam(f"was_{name}") for name in entity.key]
    where += [
        columns[name].is_not_distinct_from(bindparam(f"was_{name}"))
        for name in sorted({*changed, *entity.guards} - entity.loose)
    ]
    return update(entity.table).where(*where).values({n: bindparam(f"to_{n}") for n in changed})


@cache
def merge(dialect: str, table: Table) -> Merge:
    """INSERT … ON CONFLICT …, which both databases know and SQLAlchemy spells twice."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


@cache
def upsert_of(dialect: str, entity: Entity[Any]) -> Merge:
    """A new row, or the one that has its key replaced."""
    return replacing(merge(dialect, entity.table), entity)


def replacing(statement: Merge, entity: Entity[Any]) -> Merge:
    """The same insertion; a row that has the key already is replaced."""
    rest = {name: statement.excluded[name] for name in entity.names if name not in entity.key}
    return statement.on_conflict_do_update(index_elements=list(entity.key), set_=rest)


@cache
def once_of(dialect: str, entity: Entity[Any], unique: str) -> Merge:
    """A new row, or nothing where the unique column's value is there already."""
    return merge(dialect, entity.table).on_conflict_do_nothing(index_elements=[unique])

"""INSERT … ON CONFLICT, which both databases know and SQLAlchemy spells twice."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from storage.work import Entity, Plain, Work

T = TypeVar("T", bound=Plain)
Insert = postgresql.Insert | sqlite.Insert


def insert_for(work: Work, table: Table) -> Insert:
    """The insert of this connection's database."""
    if work.connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


async def upsert(work: Work, entity: Entity[T], thing: T) -> None:
    """Insert the object's row, or replace the one that has its key."""
    await work.flush()  # a change to an older object of the same key comes first
    values: dict[str, Any] = entity.values(thing)
    rest = {name: value for name, value in values.items() if name not in entity.key}
    statement = insert_for(work, entity.table).values(values)
    replaced = statement.on_conflict_do_update(index_elements=list(entity.key), set_=rest)
    await work.all(entity, replaced.returning(*entity.columns))

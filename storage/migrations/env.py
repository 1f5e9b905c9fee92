"""What alembic runs. The connection, already in a transaction, comes from `storage.migrate`."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from storage.tables import metadata


def render_plain(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Write our column types as what the database keeps: a migration outlives them."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
    render_item=render_plain,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()

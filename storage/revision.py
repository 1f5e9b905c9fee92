"""Which structure the database has and which one the program needs; nothing of alembic in it.

Every start of the program asks this, and only `storage.migrate` changes anything.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import column, text
from sqlalchemy.exc import DBAPIError

from storage.engine import make_engine, reading

VERSIONS = Path(__file__).parent / "migrations" / "versions"
_UNDEFINED_TABLE = "42P01"
_OLDEST = text("SELECT max(oldest) FROM compatibility").columns(column("oldest"))
_REVISION = text("SELECT version_num FROM alembic_version")


class NewerDatabase(Exception):
    """A newer program has changed the database: this one does not know its structure."""


def head() -> str:
    """The revision that the program needs: migrations are numbered, the last one is it."""
    return max(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*_*.py"))


async def current(url: str) -> str | None:
    """The revision that a database has; None where it has none."""
    database = make_engine(url)
    try:
        async with reading(database) as transaction:
            row = (await transaction.execute(_REVISION)).one_or_none()
    except DBAPIError as error:
        if not _no_table(error):
            raise
        return None
    finally:
        await database.dispose()
    return None if row is None else str(row[0])


async def fits(url: str) -> bool:
    """Whether this program can run on a database's structure: its own, or one that still serves it.

    While a release takes the place of the one before, both run on the newer one's structure: it
    says down to which revision it serves (`compatibility.oldest`).

    Raises:
        NewerDatabase: it is ahead, and serves this program no longer.
    """
    found, needed = await current(url), head()
    if found is None or found <= needed:
        return found == needed
    database = make_engine(url)
    try:
        async with reading(database) as transaction:
            oldest = (await transaction.execute(_OLDEST)).scalar_one()
    finally:
        await database.dispose()
    if oldest is None or oldest > needed:
        raise NewerDatabase(found)
    return True


def _no_table(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    return state == _UNDEFINED_TABLE if state else "no such table" in str(error.orig)

"""Telling a database that is away from a program that is wrong."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# What the drivers raise before SQLAlchemy has a connection to speak of.
_ON_THE_WAY = (ConnectionError, TimeoutError, PoolTimeout, InterfaceError)

# OperationalError is also a missing table or a wrong column: those are bugs, not absences.
_BUGS = ("no such table", "no such column", "syntax error", "has no column")

# PostgreSQL: connection lost, shutting down, starting up, too many connections, disk full,
# read-only while it fails over, lock or statement time-out, deadlock, serialization.
_AWAY_STATES = ("08", "53", "57", "25006", "55P03", "40")


def database_away(error: BaseException) -> bool:
    """Whether an error says that the database cannot be used just now, and may pass."""
    if isinstance(error, _ON_THE_WAY):
        return True
    if not isinstance(error, DBAPIError):
        return isinstance(error, OSError)
    if error.connection_invalidated:
        return True
    state: str | None = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None)
    if state:
        return state.startswith(_AWAY_STATES)
    return isinstance(error, OperationalError) and not any(bug in str(error.orig) for bug in _BUGS)

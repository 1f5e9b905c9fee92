"""Telling a database that is away from a program that is wrong."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
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
        # A server that is starting up, or full, refuses in the driver's own words.
        return isinstance(error, OSError) or _state(error).startswith(_AWAY_STATES)
    if error.connection_invalidated:
        return True
    state = _state(error.orig)
    if state:
        return state.startswith(_AWAY_STATES)
    return isinstance(error, OperationalError) and not any(bug in str(error.orig) for bug in _BUGS)


def of_database(error: BaseException) -> bool:
    """Whether an error comes from the database at all: away, of another kind, not to be opened."""
    return isinstance(error, SQLAlchemyError) or bool(_state(error)) or database_away(error)


def _state(error: BaseException | None) -> str:
    """PostgreSQL's code for what happened (SQLSTATE), where the error has one."""
    state: object = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
    return state if isinstance(state, str) else ""

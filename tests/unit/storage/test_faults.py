"""A database that is away is not a bug, and a bug is not a database that is away."""

import sqlite3
from typing import Any

import pytest
from asyncpg.exceptions import (
    CannotConnectNowError,
    InvalidCatalogNameError,
    InvalidPasswordError,
    TooManyConnectionsError,
)
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from storage.faults import database_away, of_database


class OfPostgres(Exception):
    def __init__(self, sqlstate: str) -> None:
        super().__init__()
        self.sqlstate = sqlstate


def wrapped(kind: type[DBAPIError], original: BaseException, **options: Any) -> DBAPIError:
    return kind("SELECT 1", {}, original, **options)


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        TimeoutError(),
        OSError(28, "No space left on device"),
        PoolTimeout(),
        wrapped(OperationalError, sqlite3.OperationalError("database is locked")),
        wrapped(OperationalError, sqlite3.OperationalError("disk I/O error")),
        wrapped(OperationalError, sqlite3.OperationalError("database or disk is full")),
        wrapped(DBAPIError, OfPostgres("53100")),
        wrapped(OperationalError, sqlite3.OperationalError("unable to open database file")),
        wrapped(DBAPIError, OfPostgres("57P01")),
        wrapped(DBAPIError, OfPostgres("53300")),
        wrapped(DBAPIError, OfPostgres("08006")),
        wrapped(DBAPIError, OfPostgres("40001")),
        wrapped(DBAPIError, Exception(), connection_invalidated=True),
        CannotConnectNowError(),
        TooManyConnectionsError(),
    ],
)
def test_away(error: BaseException):
    assert database_away(error)


@pytest.mark.parametrize(
    "error",
    [
        ValueError(),
        KeyError("x"),
        wrapped(OperationalError, sqlite3.OperationalError("no such table: requests")),
        wrapped(OperationalError, sqlite3.OperationalError('near "x": syntax error')),
        wrapped(IntegrityError, sqlite3.IntegrityError("UNIQUE constraint failed")),
        wrapped(IntegrityError, OfPostgres("23505")),
        wrapped(ProgrammingError, OfPostgres("42P01")),
        wrapped(DBAPIError, OfPostgres("22001")),
        InvalidPasswordError(),
        InvalidCatalogNameError(),
    ],
)
def test_a_bug(error: BaseException):
    assert not database_away(error)


@pytest.mark.parametrize(
    ("error", "of_it"),
    [
        (ConnectionRefusedError(), True),
        (InvalidPasswordError(), True),
        (wrapped(DBAPIError, sqlite3.DatabaseError("file is not a database")), True),
        (ValueError(), False),
    ],
)
def test_what_comes_from_the_database_at_all(error: BaseException, *, of_it: bool):
    assert of_database(error) is of_it

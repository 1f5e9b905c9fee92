"""Column types: instants, words, and the small lists and mappings kept as JSON; lists of ids."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

import orjson
from sqlalchemy import (
    JSON,
    BindParameter,
    CheckConstraint,
    Column,
    ColumnElement,
    DateTime,
    Dialect,
    Text,
    bindparam,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

Word = TypeVar("Word", bound=StrEnum)


Quick = Callable[[Any], Any]


class NaiveInstantError(ValueError):
    """A date and time without a zone was about to be stored: which instant is it?"""


class Instant(TypeDecorator[datetime]):
    """An aware instant. PostgreSQL keeps `timestamptz`; SQLite a sortable text, in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse the naive; SQLite has no zones, so it gets UTC without one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise NaiveInstantError(str(value))
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware, in UTC, on both databases."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def quick(self, dialect: Dialect) -> Quick | None:
        """The same at less cost, of what the driver gives: text, or an instant in UTC."""
        return _from_text if dialect.name == "sqlite" else None


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(f"{value}+00:00")


class WordOf(TypeDecorator[Word]):
    """One of an enumeration's words, kept as its text."""

    impl = Text
    cache_ok = True

    def __init__(self, words: type[Word]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: Word | None, dialect: Dialect) -> str | None:
        """The word's text."""
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> Word | None:
        """The word itself."""
        return None if value is None else self.words(value)

    def quick(self, _: Dialect) -> Quick:
        """The same at less cost."""
        return {None: None, **{word.value: word for word in self.words}}.__getitem__


class Words(TypeDecorator[tuple[str, ...]]):
    """A short tuple of texts."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> list[str]:
        """A JSON list."""
        return [str(word) for word in value or ()]

    def process_result_value(self, value: list[str] | None, dialect: Dialect) -> tuple[str, ...]:
        """A tuple."""
        return tuple(value or ())

    def quick(self, dialect: Dialect) -> Quick:
        """The same at less cost, of what the driver gives: text, or a list."""
        return _words_of_text if dialect.name == "sqlite" else lambda value: tuple(value or ())


def _words_of_text(value: str | None) -> tuple[str, ...]:
    return () if value in (None, "[]") else tuple(orjson.loads(value) or ())


class Instants(TypeDecorator[tuple[datetime, ...]]):
    """A short tuple of aware instants, in an order that means something."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: tuple[datetime, ...] | None, dialect: Dialect) -> list[str]:
        """A JSON list of ISO texts in UTC."""
        naive = [instant for instant in value or () if instant.tzinfo is None]
        if naive:
            raise NaiveInstantError(str(naive[0]))
        return [instant.astimezone(UTC).isoformat() for instant in value or ()]

    def process_result_value(
        self, value: list[str] | None, dialect: Dialect
    ) -> tuple[datetime, ...]:
        """A tuple of aware instants."""
        return tuple(datetime.fromisoformat(text) for text in value or ())


class Numbers(TypeDecorator[tuple[int, ...]]):
    """A short tuple of whole numbers."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: tuple[int, ...] | None, dialect: Dialect) -> list[int]:
        """A JSON list."""
        return [int(number) for number in value or ()]

    def process_result_value(self, value: list[int] | None, dialect: Dialect) -> tuple[int, ...]:
        """A tuple."""
        return tuple(value or ())


class Ids(TypeDecorator[list[str]]):
    """Many texts as one parameter: an array on PostgreSQL, a JSON list on SQLite."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """As the database takes it."""
        return dialect.type_descriptor(ARRAY(Text()) if dialect.name == "postgresql" else JSON())


class _Each(FunctionElement[str]):
    """The rows of a list that is one parameter."""

    inherit_cache = True
    postgresql = "unnest"


@compiles(_Each, "sqlite")
def _each_sqlite(element: _Each, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **kw)})"


@compiles(_Each)
def _each_anywhere(element: _Each, compiler: SQLCompiler, **kw: Any) -> str:
    return f"{element.postgresql}({compiler.process(element.clauses, **kw)})"


def among(column: ColumnElement[Any], name: str = "ids") -> ColumnElement[bool]:
    """`column IN (…)` with one parameter, a list, however many there are.

    A parameter for each of 500 people costs more than their rows do, and PostgreSQL prepares
    a statement for each number of them.
    """
    each = _Each(bindparam(name, type_=Ids())).table_valued(Column("value", Text), name="value")
    return column.in_(select(each.c.value))


class _EachPair(_Each):
    """The rows of a list of pairs that is one parameter."""

    inherit_cache = True
    postgresql = "json_array_elements"


def among_pairs(
    first: ColumnElement[Any], second: ColumnElement[Any], *, name: str
) -> ColumnElement[bool]:
    """`(first, second) IN (…)` with one parameter, a list of pairs of texts."""
    each = _EachPair(bindparam(name, type_=JSON())).table_valued(Column("value", JSON), name="pair")
    one, other = (each.c.value.op("->>")(literal_column(place)) for place in "01")
    return tuple_(first, second).in_(select(one, other))


def word(name: str, words: type[StrEnum], *, usual: StrEnum | None = None) -> Column[Any]:
    """A column for one of an enumeration's words. `usual` is the word where none is given."""
    return Column(name, WordOf(words), nullable=False, server_default=usual and usual.value)


def only(name: str, words: Iterable[str]) -> CheckConstraint:
    """The database's own list of the words that the column may hold."""
    listed = ", ".join(f"'{text}'" for text in words)
    return CheckConstraint(f"{name} IN ({listed})", name=name)


def one_of(column: ColumnElement[Any], words: Collection[StrEnum]) -> ColumnElement[bool]:
    """`column IN (…)` with the words in the statement, so that a partial index can be used."""
    texts: BindParameter[Any] = bindparam(
        None, sorted(words), expanding=True, literal_execute=True, unique=True
    )
    return column.in_(texts)


def listed(column: str, words: Collection[StrEnum]) -> str:
    """The same as text, for the predicate of a partial index."""
    return f"{column} IN ({', '.join(repr(text.value) for text in sorted(words))})"

"""Statements made ready once, and what comes back from the database.

SQLAlchemy says what a statement is in a database's own words and how values are kept there;
the drivers run it (docs/decisions/0030-drivers-without-a-dialect.md). A statement built once is
looked up by itself, so that running it costs a few microseconds beside the driver's own time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from sqlalchemy import Dialect, Executable
from sqlalchemy.exc import MultipleResultsFound, NoResultFound
from sqlalchemy.sql.compiler import SQLCompiler

from bot.domain.errors import Conflict

Parameters = Mapping[str, Any]
Row = tuple[Any, ...]
Convert = Callable[[Any], Any]

T = TypeVar("T")

MOST = 2000


@dataclass(frozen=True, slots=True)
class Step:
    """One statement of several that succeed or fail together.

    Attributes:
        touches: How many rows it must change; another number is a `Conflict` over `what`.
    """

    statement: Executable
    parameters: Parameters | Sequence[Parameters]
    touches: int | None = None
    what: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """What a statement gave: rows, as plain tuples, and how many rows it touched."""

    rows: Sequence[Row] = ()
    rowcount: int = -1

    def all(self) -> Sequence[Row]:
        """All of them."""
        return self.rows

    def one_or_none(self) -> Row | None:
        """The only one, if any."""
        if len(self.rows) > 1:
            raise MultipleResultsFound
        return self.rows[0] if self.rows else None

    def one(self) -> Row:
        """The only one."""
        row = self.one_or_none()
        if row is None:
            raise NoResultFound
        return row

    def scalars(self) -> list[Any]:
        """The first column."""
        return [row[0] for row in self.rows]

    def scalar_one(self) -> Any:
        """The only value."""
        return self.one()[0]


@dataclass(frozen=True, slots=True)
class Ready:
    """A statement as a driver takes it.

    Attributes:
        binds: For each placeholder the parameter's name and its place in a list, or None and a
            value that never changes; and what makes of it what the database keeps.
        gives: Whether rows come back.
        reads: Whether it only reads.
        converts: The columns whose values are made into ours.
    """

    sql: str
    binds: tuple[tuple[str | None, Any, Convert | None], ...]
    converts: tuple[tuple[int, Convert], ...]
    gives: bool
    reads: bool

    def values(self, parameters: Parameters) -> list[Any]:
        """The values of the placeholders, in their order."""
        made: list[Any] = []
        for name, place, convert in self.binds:
            if name is None:
                made.append(place)
                continue
            value = parameters[name] if place is None else parameters[name][place]
            made.append(convert(value) if convert else value)
        return made

    def rows(self, found: Iterable[Sequence[Any]]) -> list[Row]:
        """The rows found, in our own types."""
        if not self.converts:
            return [tuple(row) for row in found]
        made: list[Row] = []
        for row in found:
            values = list(row)
            for place, convert in self.converts:
                values[place] = convert(values[place])
            made.append(tuple(values))
        return made


class Statements:
    """Those of one database."""

    def __init__(self, dialect: Dialect, *, most: int = MOST) -> None:
        self._dialect = dialect
        self._most = most
        self._compiled: dict[Any, SQLCompiler] = {}
        self._ready: dict[Any, Ready] = {}

    def ready(self, statement: Executable, parameters: Parameters) -> Ready:
        """The statement for parameters of these names, its lists as long as these."""
        # For `IN (…)`: its placeholders are as many as there are values.
        lists = {
            name: len(cast("list[Any]", value))
            for name, value in parameters.items()
            if type(value) is list
        }
        names = () if statement.is_select else tuple(parameters)
        key = (statement, names, *lists.items())
        found = self._ready.get(key)
        if found is None:
            found = self._keep(self._ready, key, self._make(statement, names, parameters))
        return found

    def _make(self, statement: Any, names: tuple[str, ...], parameters: Parameters) -> Ready:
        compiled = self._compiled.get((statement, names))
        if compiled is None:
            # A row inserted tells nothing back unless the statement says so.
            options: dict[str, Any] = {"column_keys": names, "for_executemany": True}
            compiled = statement.compile(
                dialect=self._dialect, **(options if statement.is_dml else {})
            )
            self._keep(self._compiled, (statement, names), compiled)
        state = compiled.construct_expanded_state(parameters)
        places = {
            name: (whole, place)
            for whole, parts in state.parameter_expansion.items()
            for place, name in enumerate(parts)
        }
        binds: list[tuple[str | None, Any, Convert | None]] = []
        for name in state.positiontup or ():
            whole, place = places.get(name, (name, None))
            kind = compiled.binds[whole].type.dialect_impl(self._dialect)
            convert = kind.bind_processor(self._dialect)
            if whole in parameters:
                binds.append((whole, place, convert))
            else:
                value = state.parameters[name]
                binds.append((None, convert(value) if convert else value, None))
        columns = list(getattr(statement, "exported_columns", ()))
        return Ready(
            sql=state.statement,
            binds=tuple(binds),
            converts=tuple(self._converts(columns)),
            gives=bool(columns) or not (statement.is_dml or statement.is_text),
            reads=bool(statement.is_select),
        )

    def _keep(self, kept: dict[Any, T], key: Any, value: T) -> T:
        """Keep it, and let the oldest go where there are too many."""
        if len(kept) >= self._most:
            del kept[next(iter(kept))]
        kept[key] = value
        return value

    def _converts(self, columns: Sequence[Any]) -> Iterable[tuple[int, Convert]]:
        for place, column in enumerate(columns):
            quick = getattr(column.type, "quick", None)
            if quick is None:
                kind = column.type.dialect_impl(self._dialect)
                convert = kind.result_processor(self._dialect, None)
            else:
                convert = quick(self._dialect)
            if convert is not None:
                yield place, convert


def checked(step: Step, rows: Rows) -> Rows:
    """What a step gave. Raises Conflict where it touched another number of rows."""
    if step.touches is not None and rows.rowcount != step.touches:
        raise Conflict(step.what)
    return rows

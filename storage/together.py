"""A question about one thing, and the same about many in one go.

Rows that a worker carries side by side ask the same of a person or a session each: what is put
down here is asked once for all of them (`storage.moments`). Each answer is what the question
about one would have given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Executable

from storage.entity import Entity
from storage.statements import Parameters, Row, Rows
from storage.types import among, among_pairs

Thing = tuple[str, ...]
NOTHING = Rows()


@dataclass(frozen=True, slots=True)
class Together:
    """The question about many.

    Attributes:
        many: It, with the parameter `many`; rows about one thing in the order of the question of
            one.
        parameters: What the question about one names the thing, by one id or two; a list of one
            id will do.
        places: Where in a row the thing is named.
    """

    many: Executable
    parameters: tuple[str, ...]
    places: tuple[int, ...]

    def thing(self, asked: Parameters | None) -> Thing | None:
        """What is asked about; None where it is more than one."""
        found = [_only((asked or {}).get(name)) for name in self.parameters]
        return None if None in found else tuple(found)

    def apart(self, found: Rows) -> Mapping[Thing, Rows]:
        """The answers, by what they are about."""
        parts = defaultdict[Thing, list[Row]](list)
        for row in found.all():
            parts[tuple([row[place] for place in self.places])].append(row)
        return {thing: Rows(rows, len(rows)) for thing, rows in parts.items()}


def _only(asked: Any) -> Any:
    if isinstance(asked, list):
        ids = cast("list[Any]", asked)
        return ids[0] if len(ids) == 1 else None
    return asked


@dataclass(frozen=True, slots=True)
class Likely:
    """What will be asked about: things and people, and each thing with its person."""

    ids: frozenset[Thing]
    pairs: frozenset[Thing]

    @classmethod
    def of(cls, pairs: Collection[tuple[str, str]]) -> Likely:
        """Of things, each with a person; nothing where there is but one."""
        if len(pairs) <= 1:
            return cls(frozenset(), frozenset())
        return cls(frozenset((one,) for pair in pairs for one in pair), frozenset(pairs))

    def __contains__(self, thing: Thing) -> bool:
        """Whether it is one of them."""
        return thing in (self.ids if len(thing) == 1 else self.pairs)

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.pairs)

    def like(self, thing: Thing) -> Sequence[Any]:
        """All that is named as this is, as a parameter."""
        if len(thing) == 1:
            return sorted(one for (one,) in self.ids)
        return sorted(self.pairs)


_QUESTIONS: dict[Executable, Together] = {}


def asked_together(
    one: Executable,
    many: Executable,
    *,
    parameters: tuple[str, ...],
    places: tuple[int, ...],
) -> None:
    """Say that a question about one thing may be asked about many."""
    _QUESTIONS[one] = Together(many, parameters, places)


def asked_by_key(entity: Entity[Any]) -> None:
    """Say that things may be got by their keys, of one column or two, many in one go."""
    columns = [entity.table.c[name] for name in entity.key]
    asked = among(columns[0], "many") if len(columns) == 1 else among_pairs(*columns, name="many")
    many = entity.select.where(asked)
    asked_together(entity.by_key, many, parameters=entity.key, places=entity.key_places)


def together(one: Executable) -> Together | None:
    """How a question is asked about many, if it ever is."""
    return _QUESTIONS.get(one)

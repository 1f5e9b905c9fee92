"""The organizations whose people may take part, and finding one from what somebody types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from bot.domain.reference_data import rows
from bot.domain.text import fold


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization whose people may take part; `id` is its GC OrgID."""

    id: str
    name: Mapping[str, str]
    abbreviation: Mapping[str, str] = field(default_factory=dict[str, str])
    also_known_as: tuple[str, ...] = ()


@cache
def organizations() -> tuple[Organization, ...]:
    """All organizations, by English name."""
    return tuple(
        Organization(
            row["id"],
            row["name"],
            row.get("abbreviation", {}),
            tuple(row.get("also_known_as", ())),
        )
        for row in rows("organizations.toml", "organizations")
    )


@cache
def organization(organization_id: str) -> Organization:
    """The organization of this GC OrgID. Raises KeyError when there is none."""
    return {entry.id: entry for entry in organizations()}[organization_id]


def find_organization(name: str) -> Organization | None:
    """The organization of this name, former name or abbreviation, in either language.

    An abbreviation that two organizations share (ASC) names neither.
    """
    wanted = fold(name)
    by_name = [entry for entry in organizations() if wanted in map(fold, _names(entry))]
    by_letters = [
        entry for entry in organizations() if wanted in map(fold, entry.abbreviation.values())
    ]
    found = by_name or by_letters
    return found[0] if len(found) == 1 else None


def search_organizations(text: str, language: str, limit: int = 15) -> tuple[Organization, ...]:
    """Organizations that the typed words may mean, the likeliest first.

    All words must begin a word of a name or be an abbreviation, in either language; accents and
    capitals do not count. First exact abbreviations, then names that begin so, then the others;
    in each, by name in the reader's language.
    """
    typed = fold(text)
    ranked = [
        (rank, fold(entry.name[language]), entry.id, entry)
        for entry in organizations()
        if (rank := _rank(entry, typed, language)) is not None
    ]
    return tuple(row[3] for row in sorted(ranked, key=lambda row: row[:3])[:limit])


def _rank(entry: Organization, typed: str, language: str) -> int | None:
    letters = {fold(short) for short in entry.abbreviation.values()}
    if typed in letters:
        return 0 if fold(entry.abbreviation.get(language, "")) == typed else 1
    names = [fold(name) for name in _names(entry)]
    if any(name.startswith(typed) for name in names):
        return 2
    return 3 if any(_begins_words(typed, name) for name in names) else None


def _begins_words(typed: str, name: str) -> bool:
    words = name.split()
    return all(any(word.startswith(part) for word in words) for part in typed.split())


def _names(entry: Organization) -> tuple[str, ...]:
    return (*entry.name.values(), *entry.also_known_as)

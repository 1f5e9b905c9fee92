"""What the programme offers, where, and to whose people: the facts, read from `data/*.toml`.

Titles are by language; a title, a length or an abbreviation that no source gives is missing, and
an offering with such a gap cannot be requested. Descriptions and objectives are our own words, in
the message catalogues (`offering.<key>.about`, `offering.<key>.objectives.1` to `.3`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

from bot.domain.organizations import (
    Organization,
    find_organization,
    organization,
    organizations,
    search_organizations,
)
from bot.domain.reference_data import rows
from bot.domain.text import fold

__all__ = [
    "BargainingAgent",
    "Offering",
    "Organization",
    "Region",
    "bargaining_agent",
    "bargaining_agents",
    "find_by_title",
    "find_organization",
    "offering",
    "offerings",
    "organization",
    "organizations",
    "region",
    "regions",
    "requestable",
    "requestable_offerings",
    "search_organizations",
    "teachable_offerings",
]

LANGUAGES: Final = ("en", "fr")

Kind = Literal["conversation", "workshop", "training"]


@dataclass(frozen=True, slots=True)
class Offering:
    """An entry of the catalogue.

    Attributes:
        title: by language; a language is missing where no source gives its title.
        minutes: the usual length of a conversation, with `shortest` and `longest` around it.
        days: the lengths of a workshop, in days.
        preparation_minutes: what each participant reads or fills in beforehand.
        audience: who it is for, where it is not a whole work team: `offering.audience.<it>`.
    """

    key: str
    kind: Kind
    status: Literal["available", "under-review", "coming-soon"]
    title: Mapping[str, str]
    minutes: int | None = None
    shortest: int | None = None
    longest: int | None = None
    days: tuple[int, ...] = ()
    preparation_minutes: int | None = None
    audience: str | None = None

    @property
    def objectives(self) -> tuple[str, ...]:
        """The keys of its objectives in the message catalogues."""
        if self.kind != "conversation" or self.status != "available":
            return ()
        return tuple(f"offering.{self.key}.objectives.{number}" for number in (1, 2, 3))


@dataclass(frozen=True, slots=True)
class Region:
    """One of the six regions; `usual_zones` are offered first, none is imposed."""

    key: str
    name: Mapping[str, str]
    usual_zones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BargainingAgent:
    """A union of federal public servants; its English abbreviation is its key."""

    name: Mapping[str, str]
    abbreviation: Mapping[str, str]
    french_confirmed: bool

    @property
    def key(self) -> str:
        """Stable in rows and forms: "PSAC"."""
        return self.abbreviation["en"]


@cache
def offerings() -> tuple[Offering, ...]:
    """Everything in the catalogue, in its own order."""
    return tuple(_offering(row) for row in rows("catalogue.toml", "offerings"))


@cache
def regions() -> tuple[Region, ...]:
    """The six regions, from east to west."""
    return tuple(
        Region(row["key"], row["name"], tuple(row["usual_zones"]))
        for row in rows("regions.toml", "regions")
    )


@cache
def bargaining_agents() -> tuple[BargainingAgent, ...]:
    """All bargaining agents."""
    return tuple(
        BargainingAgent(row["name"], row["abbreviation"], row["french_confirmed"])
        for row in rows("bargaining_agents.toml", "bargaining_agents")
    )


@cache
def offering(key: str) -> Offering:
    """The offering of this key. Raises KeyError when there is none."""
    return {entry.key: entry for entry in offerings()}[key]


@cache
def region(key: str) -> Region:
    """The region of this key. Raises KeyError when there is none."""
    return {entry.key: entry for entry in regions()}[key]


@cache
def bargaining_agent(key: str) -> BargainingAgent:
    """The agent of this English abbreviation. Raises KeyError when there is none."""
    return {entry.key: entry for entry in bargaining_agents()}[key]


def requestable(entry: Offering) -> bool:
    """Whether a team may ask for it: a conversation, available, titled in both languages, timed."""
    return (
        entry.kind == "conversation"
        and entry.status == "available"
        and entry.minutes is not None
        and all(language in entry.title for language in LANGUAGES)
    )


@cache
def requestable_offerings() -> tuple[Offering, ...]:
    """The conversations that a team may ask for today."""
    return tuple(entry for entry in offerings() if requestable(entry))


@cache
def teachable_offerings() -> tuple[Offering, ...]:
    """What a facilitator can be trained in today: available, and titled in both languages."""
    return tuple(
        entry
        for entry in offerings()
        if entry.status == "available" and all(language in entry.title for language in LANGUAGES)
    )


def find_by_title(title: str) -> Offering | None:
    """The offering of this title, in either language, however it is typed."""
    wanted = fold(title)
    for entry in offerings():
        if wanted in {fold(name) for name in entry.title.values()}:
            return entry
    return None


def _offering(row: Mapping[str, Any]) -> Offering:
    minutes = row.get("minutes", {})
    return Offering(
        key=row["key"],
        kind=row["kind"],
        status=row["status"],
        title=row["title"],
        minutes=minutes.get("usual"),
        shortest=minutes.get("shortest"),
        longest=minutes.get("longest"),
        days=tuple(row.get("days", ())),
        preparation_minutes=row.get("preparation_minutes"),
        audience=row.get("audience"),
    )

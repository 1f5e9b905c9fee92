"""The people of the sandbox, read from `data/people.toml`. Both halves use them, and the seed."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

DATA = Path(__file__).parent / "data" / "people.toml"
MAIL_DOMAIN = "sandbox.example"
TENANT_ID = "7c9b1d52-4f0e-4a36-9d1c-2e8f5a6b7c80"
SERVICE_MAILBOX = f"conversations@{MAIL_DOMAIN}"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role to be granted when the sandbox is filled; `region` and `side` for coordinators."""

    role: str
    region: str | None = None
    side: str | None = None


@dataclass(frozen=True, slots=True)
class Facilitator:
    """What makes a person a facilitator: `topics` are keys of the catalogue."""

    side: str
    languages: tuple[str, ...]
    region: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Team:
    """A work team; `organization` is a GC OrgID."""

    key: str
    name: Mapping[str, str]
    organization: int
    region: str
    zone: str


@dataclass(frozen=True, slots=True)
class Person:
    """One person to be. `id` is the Entra object id, `key` the readable name used in tests."""

    id: str
    key: str
    name: str
    role: Mapping[str, str]
    language: str
    zone: str
    color: str
    team: Team
    manager_id: str | None = None
    roles: tuple[Grant, ...] = ()
    facilitator: Facilitator | None = None

    @property
    def mail(self) -> str:
        """Return the person's address, which is also their userPrincipalName."""
        return f"{self.key}@{MAIL_DOMAIN}"

    @property
    def locale(self) -> str:
        """Return the language tag that Teams gives."""
        return f"{self.language}-CA"

    @property
    def region(self) -> str:
        """Return the key of the team's region."""
        return self.team.region

    @property
    def organization(self) -> int:
        """Return the GC OrgID of the team's organization."""
        return self.team.organization

    @property
    def department(self) -> str:
        """Return the team's name in the person's language, as a directory would hold it."""
        return self.team.name[self.language]

    @property
    def job_title(self) -> str:
        """Return the role in the person's language."""
        return self.role[self.language]

    @property
    def initials(self) -> str:
        """Return the two letters of the avatar: those of the role and of the place."""
        first, _, place = self.name.rpartition(", ")
        return (first[:1] + place[:1]).upper()

    @property
    def zone_info(self) -> ZoneInfo:
        """Return the person's time zone."""
        return ZoneInfo(self.zone)


@dataclass(frozen=True)
class People:
    """Everybody, in the order of the file."""

    everyone: Sequence[Person]
    teams: Mapping[str, Team] = field(default_factory=dict[str, Team])

    @cached_property
    def _by_id(self) -> dict[str, Person]:
        return {person.id: person for person in self.everyone}

    @cached_property
    def _by_mail(self) -> dict[str, Person]:
        return {person.mail.lower(): person for person in self.everyone}

    @cached_property
    def _by_key(self) -> dict[str, Person]:
        return {person.key: person for person in self.everyone}

    def get(self, person_id: str) -> Person | None:
        """Return the person with this object id."""
        return self._by_id.get(person_id.lower())

    def by_mail(self, mail: str) -> Person | None:
        """Return the person with this address."""
        return self._by_mail.get(mail.lower())

    def by_key(self, key: str) -> Person:
        """Return the person with this readable key; a KeyError is a mistake in the caller."""
        return self._by_key[key]

    def find(self, id_or_mail: str) -> Person | None:
        """Return the person with this object id or address, as Graph's `/users/{id}` does."""
        return self.get(id_or_mail) or self.by_mail(id_or_mail)

    def search(self, text: str, *, top: int = 15, skip: int = 0) -> Sequence[Person]:
        """Return those whose name or address contains every word of `text`, accents or not."""
        words = _plain(text).split()
        found = [
            person
            for person in self.everyone
            if all(word in _plain(f"{person.name} {person.mail}") for word in words)
        ]
        return found[skip : skip + top]

    def of_team(self, team_key: str) -> Sequence[Person]:
        """Return the members of a team."""
        return [person for person in self.everyone if person.team.key == team_key]


def _plain(text: str) -> str:
    """Fold capitals and accents."""
    marked = unicodedata.normalize("NFD", text.casefold())
    return "".join(character for character in marked if not unicodedata.combining(character))


def load_people(path: Path = DATA) -> People:
    """Read the file; any mistake in it stops the sandbox at once."""
    with path.open("rb") as file:
        data = tomllib.load(file)
    teams = {key: Team(key=key, **facts) for key, facts in data["teams"].items()}
    ids = {facts["key"]: facts["id"] for facts in data["people"]}
    return People([_person(facts, teams, ids) for facts in data["people"]], teams)


def _person(facts: Mapping[str, Any], teams: Mapping[str, Team], ids: Mapping[str, str]) -> Person:
    facilitator = facts.get("facilitator")
    return Person(
        id=facts["id"],
        key=facts["key"],
        name=facts["name"],
        role=facts["role"],
        language=facts["language"],
        zone=facts["zone"],
        color=facts["color"],
        team=teams[facts["team"]],
        manager_id=ids[facts["manager"]] if "manager" in facts else None,
        roles=tuple(Grant(**grant) for grant in facts.get("roles", ())),
        facilitator=facilitator
        and Facilitator(
            side=facilitator["side"],
            languages=tuple(facilitator["languages"]),
            region=facilitator["region"],
            topics=tuple(facilitator["topics"]),
        ),
    )

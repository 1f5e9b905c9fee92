"""Facilitators and sessions from CSV files, as the programme keeps them today."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeVar

from bot.domain import calendar, catalogue
from bot.domain.errors import Refusal
from bot.domain.people import Side
from bot.domain.requests import Visibility
from bot.domain.roster import Facilitator, Standing
from bot.i18n import iana_zone
from bot.services.request_form import check_places
from bot.services.roles import RosterEntry
from bot.services.sessions import ImportedSession

Entry = TypeVar("Entry")
MAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")
PERSON_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

FACILITATOR_COLUMNS = (
    "object_id", "name", "email", "side", "languages", "region", "topics", "organization",
)  # fmt: skip
SESSION_COLUMNS = (
    "offering", "starts_on", "starts_at", "zone", "language", "region", "organization",
    "visibility", "union_facilitator", "employer_facilitator",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line(Generic[Entry]):
    """What a line says, and its number, from 1."""

    number: int
    entry: Entry


class BadLine(Exception):
    """A line of a file that cannot be taken in: its number, from 1, why, and how many were."""

    def __init__(self, number: int, why: Refusal, *, taken: int = 0) -> None:
        super().__init__(why.code)
        self.number = number
        self.why = why
        self.taken = taken


def read_facilitators(path: Path) -> list[RosterEntry]:
    """Read a roster: lists within a cell are separated by ";"; `team`, `standing` may follow.

    Raises:
        BadLine: the first line that cannot be read. Nothing has been taken in then.
    """
    return [line.entry for line in _read(path, FACILITATOR_COLUMNS, _facilitator)]


def read_sessions(path: Path) -> list[Line[ImportedSession]]:
    """Read sessions: `starts_on` 2027-03-04 and `starts_at` 13:00 on the clock of `zone`.

    `place` may be a further column; empty or absent is a virtual session.

    Raises:
        BadLine: the first line that cannot be read. Nothing has been taken in then.
    """
    return list(_read(path, SESSION_COLUMNS, _session))


def _read(
    path: Path, columns: Sequence[str], parse: Callable[[dict[str, str]], Entry]
) -> Iterator[Line[Entry]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file, strict=True)
        try:
            missing = [name for name in columns if name not in (rows.fieldnames or ())]
            if missing:
                raise BadLine(1, Refusal("file_columns_missing", columns=", ".join(missing)))
            for row in rows:
                if None in row:
                    raise Refusal("file_cells_many")
                entry = parse({k: (v or "").strip() for k, v in row.items()})
                yield Line(rows.line_num, entry)
        except Refusal as why:
            raise BadLine(rows.line_num, why) from None
        except UnicodeDecodeError:
            raise BadLine(rows.line_num + 1, Refusal("file_not_utf8")) from None
        except csv.Error:
            raise BadLine(rows.line_num + 1, Refusal("file_not_csv")) from None


def _facilitator(row: dict[str, str]) -> RosterEntry:
    organization = _organization(row["organization"])
    check_places(organization, row["region"])
    known = {entry.key for entry in catalogue.offerings()}
    return RosterEntry(
        Facilitator(
            person_id=person_id(row["object_id"]),
            side=_side(row["side"]),
            languages=_listed(row["languages"], set(catalogue.LANGUAGES), "language_unknown"),
            region=row["region"],
            topics=_listed(row["topics"], known, "offering_unavailable"),
            organization=organization,
            team=row.get("team") or None,
        ),
        name=row["name"] or None,
        mail=_mail(row["email"]),
        standing=_standing(row.get("standing") or ""),
    )


def _session(row: dict[str, str]) -> ImportedSession:
    zone = iana_zone(row["zone"])
    if zone is None:
        raise Refusal("zone_unknown", zone=row["zone"])
    try:
        local = datetime.fromisoformat(f"{row['starts_on']}T{row['starts_at']}")
    except ValueError:
        text = f"{row['starts_on']} {row['starts_at']}"
        raise Refusal("date_not_understood", text=text) from None
    if row["language"] not in catalogue.LANGUAGES:
        raise Refusal("language_unknown")
    if row["visibility"] not in {v.value for v in Visibility}:
        raise Refusal("visibility_unknown")
    return ImportedSession(
        offering=row["offering"],
        starts_at=calendar.localize(local, zone),
        zone=zone,
        language=row["language"],
        region=row["region"],
        organization=_organization(row["organization"]),
        visibility=Visibility(row["visibility"]),
        leads={
            Side.UNION: person_id(row["union_facilitator"]),
            Side.EMPLOYER: person_id(row["employer_facilitator"]),
        },
        place=row.get("place") or None,
    )


def person_id(text: str) -> str:
    """An Entra object id, as it is kept.

    Raises:
        Refusal: `object_id_bad`.
    """
    found = text.strip().lower()
    if not PERSON_ID.fullmatch(found):
        raise Refusal("object_id_bad", text=text[:60])
    return found


def _organization(text: str) -> str:
    """A GC OrgID, or a name or abbreviation that has one."""
    if text in {entry.id for entry in catalogue.organizations()}:
        return text
    found = catalogue.find_organization(text)
    if found is None:
        raise Refusal("organization_unknown")
    return found.id


def _mail(text: str) -> str | None:
    """An address that Outlook would take: with a wrong one, no meeting could be booked."""
    if text and not MAIL.fullmatch(text):
        raise Refusal("mail_bad", text=text[:60])
    return text.lower() or None


def _standing(text: str) -> Standing | None:
    if text and text not in {standing.value for standing in Standing}:
        raise Refusal("standing_unknown")
    return Standing(text) if text else None


def _side(text: str) -> Side:
    if text not in {side.value for side in Side}:
        raise Refusal("side_unknown")
    return Side(text)


def _listed(text: str, known: set[str], code: str) -> tuple[str, ...]:
    values = tuple(part.strip() for part in text.split(";") if part.strip())
    if not values or not set(values) <= known:
        raise Refusal(code)
    return values

"""The command line as somebody types it, in this process; and files as somebody saves them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ADMINISTRATOR = "aaaaaaaa-0000-4000-8000-000000000001"
UNION_LEAD = "aaaaaaaa-0000-4000-8000-000000000002"
EMPLOYER_LEAD = "AAAAAAAA-0000-4000-8000-000000000003"  # as some portals write them
NOBODY = "aaaaaaaa-0000-4000-8000-000000000009"

FACILITATORS = "object_id,name,email,side,languages,region,topics,organization"
SESSIONS = (
    "offering,starts_on,starts_at,zone,language,region,organization,visibility,"
    "union_facilitator,employer_facilitator"
)
UNION_LINE = (
    f'{UNION_LEAD},"O’Neil, d\'Arcy ""Dee"" (union)",Lead.One@example.org,union,en;fr,'
    "national-capital,mental-health,2304"
)
EMPLOYER_LINE = (
    f"{EMPLOYER_LEAD},Facilitatrice « employeur »,lead.two@example.org,employer,en;fr,"
    "national-capital,mental-health,2304"
)


class Said(NamedTuple):
    """What a command answered."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]


def facilitators(folder: Path, *lines: str, header: str = FACILITATORS) -> str:
    """A roster; without lines, one of each side."""
    return saved(folder / "roster.csv", header, *(lines or (UNION_LINE, EMPLOYER_LINE)))


def sessions(folder: Path, *lines: str) -> str:
    return saved(folder / "calendar.csv", SESSIONS, *lines)


def session_line(**changed: str) -> str:
    """A session of the two leads, with some cells changed."""
    cells = {
        "offering": "mental-health",
        "starts_on": "2097-03-05",
        "starts_at": "13:00",
        "zone": "America/Toronto",
        "language": "en",
        "region": "national-capital",
        "organization": "2304",
        "visibility": "open",
        "union_facilitator": UNION_LEAD,
        "employer_facilitator": EMPLOYER_LEAD,
    }
    return ",".join({**cells, **changed}.values())


def saved(path: Path, *lines: str, encoding: str = "utf-8", end: str = "\r\n") -> str:
    path.write_bytes(end.join([*lines, ""]).encode(encoding))
    return str(path)


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    """What the database says."""
    with sqlite3.connect(url.partition("///")[2]) as database:
        found = database.execute(query).fetchall()
    database.close()
    return found

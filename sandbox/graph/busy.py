"""What is in a sandbox person's calendar besides the programme's meetings: the same every time.

Half of the half-days are free, so that a newcomer finds facilitators for any date.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sandbox.people import Person

SATURDAY = 5
TITLES = {
    "team": {"en": "Team meeting", "fr": "Réunion d’équipe"},
    "one": {"en": "One-on-one", "fr": "Rencontre individuelle"},
    "briefing": {"en": "Briefing", "fr": "Séance d’information"},
    "training": {"en": "Training", "fr": "Formation"},
    "maybe": {"en": "Planning (tentative)", "fr": "Planification (provisoire)"},
    "away": {"en": "Away", "fr": "Absence"},
}
# Chosen by one byte of a hash of person and day: below each limit, this block.
MORNING = ((70, "team", 15, 30), (100, "one", 60, 60), (125, "briefing", 120, 60))
AFTERNOON = ((50, "one", 30, 30), (85, "training", 60, 120), (110, "maybe", 90, 60))
AWAY_BELOW = 10


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a day that is taken. `status` is Graph's freeBusyStatus."""

    title: str
    status: str
    starts_at: datetime
    ends_at: datetime


def blocks(person: Person, starts_at: datetime, ends_at: datetime) -> Iterator[Block]:
    """Return the person's blocks that touch a stretch of time."""
    day = (starts_at - timedelta(days=1)).astimezone(person.zone_info).date()
    last = ends_at.astimezone(person.zone_info).date()
    while day <= last:
        for block in _of_day(person, day):
            if block.starts_at < ends_at and starts_at < block.ends_at:
                yield block
        day += timedelta(days=1)


def _of_day(person: Person, on: date) -> Iterator[Block]:
    if on.weekday() >= SATURDAY:
        return
    draw = hashlib.sha256(f"{person.id} {on.isoformat()}".encode()).digest()
    if draw[0] < AWAY_BELOW:
        yield _block(person, on, "away", time(8), 9 * 60)
        return
    for half, start, byte in ((MORNING, time(9), draw[1]), (AFTERNOON, time(13), draw[2])):
        for limit, kind, after, minutes in half:
            if byte < limit:
                began = datetime.combine(on, start) + timedelta(minutes=after)
                yield _block(person, on, kind, began.time(), minutes)
                break


def _block(person: Person, on: date, kind: str, start: time, minutes: int) -> Block:
    local = datetime.combine(on, start, person.zone_info)
    status = {"maybe": "tentative", "away": "oof"}.get(kind, "busy")
    began = local.astimezone(UTC)
    return Block(TITLES[kind][person.language], status, began, began + timedelta(minutes=minutes))

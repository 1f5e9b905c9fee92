"""Events that repeat: what a series may be, and the days that it has. Weekly and numbered alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.graph.errors import bad_request
from sandbox.graph.rules import entity, many, one_of, text, whole, zone_name

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_DAYS = 100


def _day(value: Any, where: str) -> str:
    """Accept a date without a time."""
    try:
        date.fromisoformat(text(value, where))
    except ValueError:
        raise bad_request(f"'{where}' must be a date such as 2027-03-01.") from None
    return str(value)


def _zone(value: Any, where: str) -> str:
    """Accept a zone that Graph knows."""
    if zone_name(text(value, where)) is None:
        raise bad_request(f"'{where}': the time zone '{value}' is unknown.")
    return str(value)


RECURRENCE = entity(
    "patternedRecurrence",
    {
        "pattern": entity(
            "recurrencePattern",
            {
                "type": one_of("weekly"),
                "interval": whole(1, 99),
                "daysOfWeek": many(one_of(*WEEK), 7),
                "firstDayOfWeek": one_of(*WEEK),
            },
            need=("type", "interval", "daysOfWeek"),
        ),
        "range": entity(
            "recurrenceRange",
            {
                "type": one_of("numbered"),
                "startDate": _day,
                "numberOfOccurrences": whole(1, MOST_DAYS),
                "recurrenceTimeZone": _zone,
            },
            need=("type", "startDate", "numberOfOccurrences"),
        ),
    },
    need=("pattern", "range"),
)


@dataclass(frozen=True, slots=True)
class Day:
    """One occurrence: its date on the series' own clock, and its instants (aware UTC)."""

    on: date
    starts_at: datetime
    ends_at: datetime


def check_series(said: dict[str, Any]) -> None:
    """Refuse a series whose range does not begin with its own first day, as Graph does."""
    series = said.get("recurrence")
    if series and series["range"]["startDate"] != said["start"]["dateTime"][:10]:
        raise bad_request(
            "The recurrence range's startDate is not the date of the event's start.",
            "ErrorPropertyValidationFailure",
        )


def days_of(said: dict[str, Any]) -> list[Day]:
    """Return the days of an event: one, or those of its series, at the same wall clock's time."""
    first, last = _wall(said["start"]), _wall(said["end"])
    zones = _zone_of(said["start"]), _zone_of(said["end"])
    series = said.get("recurrence")
    if not series:
        return [_on(first, last, zones)]
    wanted = {WEEK.index(name) for name in series["pattern"]["daysOfWeek"]}
    monday = first.date() - timedelta(days=first.weekday())
    found: list[Day] = []
    shift = timedelta(0)
    while len(found) < series["range"]["numberOfOccurrences"]:
        on = first.date() + shift
        weeks = (on - monday).days // 7
        if on.weekday() in wanted and weeks % series["pattern"]["interval"] == 0:
            found.append(_on(first + shift, last + shift, zones))
        shift += timedelta(days=1)
    return found


def _on(start: datetime, end: datetime, zones: tuple[ZoneInfo, ZoneInfo]) -> Day:
    instants = [
        each.replace(tzinfo=zone).astimezone(UTC)
        for each, zone in zip((start, end), zones, strict=True)
    ]
    return Day(start.date(), *instants)


def _wall(told: dict[str, str]) -> datetime:
    return datetime.fromisoformat(told["dateTime"].partition(".")[0])


def _zone_of(told: dict[str, str]) -> ZoneInfo:
    return ZoneInfo(zone_name(told["timeZone"]) or "UTC")

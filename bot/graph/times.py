"""Instants as Graph wants them: the wall clock of a zone, and the zone's name beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone


def wall_time(instant: datetime, zone: str) -> str:
    """Return the zone's wall clock at an instant, without an offset.

    Raises:
        ValueError: the instant is naive, or the zone is unknown.
    """
    if instant.tzinfo is None:
        raise ValueError("a naive datetime says nothing about when")
    local = instant.astimezone(ZoneInfo(zone))
    return local.replace(tzinfo=None).isoformat(timespec="seconds")


def in_zone(instant: datetime, zone: str) -> DateTimeTimeZone:
    """Return Graph's own shape of an instant."""
    from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone

    return DateTimeTimeZone(date_time=wall_time(instant, zone), time_zone=zone)


def instant_of(told: DateTimeTimeZone | None) -> datetime | None:
    """Read an instant back; None where nothing was told."""
    if told is None or not told.date_time:
        return None
    local = datetime.fromisoformat(told.date_time)
    zone = UTC if told.time_zone in {None, "UTC"} else ZoneInfo(told.time_zone or "UTC")
    return (local if local.tzinfo else local.replace(tzinfo=zone)).astimezone(UTC)

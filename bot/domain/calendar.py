"""Working days of the federal public service, and hours on local clocks.

The holidays are those that the collective agreements give everywhere; the one more that they give
by place (a provincial or civic holiday) is not refused. See docs/decisions/0003-holidays.md.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays

from bot.domain.errors import Refusal
from bot.domain.reference_data import rows
from bot.domain.rules import Rules

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
_LIBRARY_LANGUAGES: Final = {"en": "en_CA", "fr": "fr"}


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day of rest. `observed_for` is the day it stands in for, when that is on a weekend."""

    on: date
    name: Mapping[str, str]
    observed_for: date | None = None


def holiday(on: date) -> Holiday | None:
    """The federal holiday of that day, or the one observed on it, with its name by language."""
    return federal_holidays(on.year).get(on)


@cache
def federal_holidays(year: int) -> Mapping[date, Holiday]:
    """The holidays of a year, those on a weekend also on the working day they are moved to.

    Source: the `holidays` library (Canada, government), and Easter Monday, which the collective
    agreements add.
    """
    days = {on: Holiday(on, name) for on, name in _designated(year)}
    for on in sorted(days):
        if on.weekday() < _SATURDAY:
            continue
        moved = on
        while moved in days or moved.weekday() >= _SATURDAY:
            moved += _DAY
        days[moved] = Holiday(moved, days[on].name, observed_for=on)
    return days


def working_day(on: date) -> bool:
    """Neither a weekend nor a federal holiday."""
    return on.weekday() < _SATURDAY and holiday(on) is None


def add_working_days(on: date, n: int) -> date:
    """The n-th working day after `on` (0: `on` itself, or the next working day)."""
    day, left = on, n
    while left > 0 or not working_day(day):
        day += _DAY
        left -= working_day(day)
    return day


def add_months(on: date, n: int) -> date:
    """The same day of a later month, or that month's last day where it has no such day."""
    years, month = divmod(on.month - 1 + n, 12)
    year, month = on.year + years, month + 1
    return date(year, month, min(on.day, monthrange(year, month)[1]))


def is_night(at: time, rules: Rules) -> bool:
    """Whether the quiet hours hold at this local time: from `quiet_from` until `quiet_until`."""
    start, end = rules.quiet_from, rules.quiet_until
    if start <= end:
        return start <= at < end
    return at >= start or at < end


def localize(local: datetime, zone: str) -> datetime:
    """The instant (aware UTC) of a time on the clocks of a zone.

    In the hour that clocks show twice, the first one: nobody is late who comes early.

    Raises:
        Refusal: `date_gap`, the clocks of that day skip this time.
    """
    instant = earliest_instant(local, zone)
    if instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local:
        raise Refusal("date_gap", date=local.date(), time=local.time())
    return instant


def earliest_instant(local: datetime, zone: str) -> datetime:
    """As `localize`, but a time that the clocks skip is the one they show an hour before."""
    readings = (local.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    return min(reading.astimezone(UTC) for reading in readings)


def check_start(
    local: datetime, zone: str, minutes: int, *, today_on: date, rules: Rules
) -> datetime:
    """The instant (aware UTC) at which a conversation of that length may start.

    Args:
        local: the naive date and time on the team's clocks.
        zone: the team's IANA zone.
        minutes: the whole length, which must fit into the working hours.
        today_on: the date of today in `zone`; the lead time counts working days from it.
        rules: the lead time, the furthest day and the working hours.

    Raises:
        Refusal: `date_past`, `date_too_soon` (with `earliest`), `date_too_far` (`latest`),
            `date_weekend`, `date_holiday` (with its `name` by language), `date_outside_hours`
            (`start`, `end`, `earliest`, `latest`), `date_gap`; each but the last two with `date`.
    """
    _check_day(local.date(), today_on, rules)
    starts_at = earliest_instant(local, zone)
    end = (starts_at + timedelta(minutes=minutes)).astimezone(ZoneInfo(zone))
    fits = rules.day_starts <= local.time() and (
        end.date() == local.date() and end.time() <= rules.day_ends
    )
    if not fits:
        raise Refusal(
            "date_outside_hours",
            start=local.time(),
            end=end.time(),
            earliest=rules.day_starts,
            latest=rules.day_ends,
        )
    return localize(local, zone)


def _check_day(on: date, today_on: date, rules: Rules) -> None:
    if on < today_on:
        raise Refusal("date_past", date=on)
    earliest = add_working_days(today_on, rules.lead_working_days)
    if on < earliest:
        raise Refusal("date_too_soon", date=on, earliest=earliest)
    latest = today_on + timedelta(days=rules.furthest_days)
    if on > latest:
        raise Refusal("date_too_far", date=on, latest=latest)
    if on.weekday() >= _SATURDAY:
        raise Refusal("date_weekend", date=on)
    if (rest := holiday(on)) is not None:
        raise Refusal("date_holiday", date=on, name=rest.name)


def _designated(year: int) -> list[tuple[date, Mapping[str, str]]]:
    """The days themselves, named by the library save where `holidays.toml` words them better."""
    english, french = (
        holidays.country_holidays(
            "CA", years=year, categories=("government",), language=language, observed=False
        )
        for language in _LIBRARY_LANGUAGES.values()
    )
    better = {row["library"]: row["name"] for row in rows("holidays.toml", "holidays")}
    days = {on: better.get(name, {"en": name, "fr": french[on]}) for on, name in english.items()}
    good_friday = next(on for on, name in english.items() if name == "Good Friday")
    days[good_friday + 3 * _DAY] = better["Easter Monday"]
    return sorted(days.items(), key=lambda day: day[0])

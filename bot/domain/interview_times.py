"""When two people could meet: free starts on working days, in the working hours of both clocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain import calendar
from bot.domain.errors import Refusal
from bot.domain.rules import Rules

OFFERED: Final = 3
STEP: Final = timedelta(minutes=30)
NOTICE: Final = timedelta(hours=24)  # nobody is invited for the next minute
MOST_DAYS: Final = 31
SHORTEST, LONGEST = 15, 180
_DAY: Final = timedelta(days=1)
# The hours aimed at, in turn, so that the three are not all at the same time of day.
_AIMS: Final = (time(10), time(14), time(10))

Stretch = tuple[datetime, datetime]


def check_days(from_on: date, to_on: date, today_on: date, rules: Rules) -> None:
    """Refuse days between which nobody can be invited.

    Raises:
        Refusal: `date_past` at `from_on`; `interview_days_backwards`, `interview_days_many`
            (with `most`) or `date_too_far` at `to_on`.
    """
    if from_on < today_on:
        raise Refusal("date_past", field="from_on", date=from_on)
    if to_on < from_on:
        raise Refusal("interview_days_backwards", field="to_on")
    if (to_on - from_on).days >= MOST_DAYS:
        raise Refusal("interview_days_many", field="to_on", most=MOST_DAYS)
    latest = today_on + timedelta(days=rules.furthest_days)
    if to_on > latest:
        raise Refusal("date_too_far", field="to_on", date=to_on, latest=latest)


def in_hours(starts_at: datetime, minutes: int, zone: str, rules: Rules) -> bool:
    """Whether a stretch lies in the working hours of one working day, on the clocks of a zone."""
    start = starts_at.astimezone(ZoneInfo(zone))
    end = (starts_at + timedelta(minutes=minutes)).astimezone(ZoneInfo(zone))
    return (
        start.date() == end.date()
        and calendar.working_day(start.date())
        and rules.day_starts <= start.time()
        and end.time() <= rules.day_ends
    )


def free_starts(
    days: tuple[date, date],
    minutes: int,
    zones: Sequence[str],
    busy: Sequence[Stretch],
    now: datetime,
    rules: Rules,
) -> list[datetime]:
    """Every start (aware UTC, each half hour) at which nobody is busy, soonest first.

    Args:
        days: the first and the last day, both included, on the clocks of the first zone.
        minutes: how long it takes.
        zones: in the working hours of all of which it must lie.
        busy: what takes anybody's time.
        now: whoever is invited has a day's notice.
        rules: the working hours.
    """
    return [
        at
        for at in _starts(days, zones[0], rules)
        if at >= now + NOTICE
        and all(in_hours(at, minutes, zone, rules) for zone in zones)
        and not any(start < at + timedelta(minutes=minutes) and at < end for start, end in busy)
    ]


def spread(starts: Sequence[datetime], minutes: int, zone: str) -> list[datetime]:
    """Three of them to offer: on different days if there are as many, at different hours."""
    length = timedelta(minutes=minutes)
    chosen: list[datetime] = []
    while len(chosen) < OFFERED:
        left = [at for at in starts if all(abs(at - other) >= length for other in chosen)]
        taken = {at.astimezone(ZoneInfo(zone)).date() for at in chosen}
        fresh = [at for at in left if at.astimezone(ZoneInfo(zone)).date() not in taken]
        if not left:
            break
        first_on = (fresh or left)[0].astimezone(ZoneInfo(zone)).date()
        of_day = [at for at in fresh or left if at.astimezone(ZoneInfo(zone)).date() == first_on]
        aim = _AIMS[len(chosen)]
        chosen.append(min(of_day, key=lambda at: (_distance(at, aim, zone), at)))
    return sorted(chosen)


def _starts(days: tuple[date, date], zone: str, rules: Rules) -> Iterator[datetime]:
    on, last_on = days
    while on <= last_on:
        at = calendar.earliest_instant(datetime.combine(on, rules.day_starts), zone)
        end = calendar.earliest_instant(datetime.combine(on, rules.day_ends), zone)
        while at < end:
            yield at
            at += STEP
        on += _DAY


def _distance(at: datetime, aim: time, zone: str) -> timedelta:
    local = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return abs(local - datetime.combine(local.date(), aim))

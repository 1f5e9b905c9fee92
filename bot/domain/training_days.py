"""The five days of a cohort, from its first: each possible on the clock where it is held."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain import calendar
from bot.domain.cohorts import DAYS
from bot.domain.errors import Refusal
from bot.domain.rules import Rules

_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)


class Rhythm(StrEnum):
    """How the days follow each other."""

    DAILY = "daily"  # five working days in a row, over weekends and holidays
    WEEKLY = "weekly"  # the same weekday, five weeks in a row


def five_days(first_on: date, rhythm: Rhythm) -> tuple[date, ...]:
    """The days that follow from the first. In a row, weekends and holidays are passed over."""
    if rhythm is Rhythm.WEEKLY:
        return tuple(first_on + number * _WEEK for number in range(DAYS))
    days = [first_on]
    while len(days) < DAYS:
        days.append(calendar.add_working_days(days[-1], 1))
    return tuple(days)


def one_series(days: tuple[date, ...]) -> bool:
    """Whether the weekdays of these days, week after week, give these days and no other between.

    So Outlook repeats an event. A holiday passed over is a weekday that no other week has either;
    two of them far apart may not be.
    """
    weekdays = {on.weekday() for on in days}
    stretch = (days[0] + number * _DAY for number in range((days[-1] - days[0]).days + 1))
    return tuple(on for on in stretch if on.weekday() in weekdays) == days


def check_days(
    first_on: date,
    rhythm: Rhythm,
    from_time: time,
    until_time: time,
    zone: str,
    *,
    now: datetime,
    rules: Rules,
) -> tuple[tuple[datetime, ...], int]:
    """The five instants (aware UTC) at which the days begin, and the minutes of each.

    The same hours on the clock of `zone`, whatever the clocks do between the days. Whoever is
    offered a seat must have the time to answer: that is the least lead.

    Raises:
        Refusal: `time_order`; `date_…` as `calendar.check_start`; `training_day_holiday` for a
            later week's day, with its `date`; `training_days_apart`. Each at the field `date`,
            `time` or `until`.
    """
    minutes = (until_time.hour - from_time.hour) * 60 + until_time.minute - from_time.minute
    if minutes <= 0:
        raise Refusal("time_order", field="until")
    lead = replace(rules, lead_working_days=rules.training_offer_working_days)
    today_on = now.astimezone(ZoneInfo(zone)).date()
    starts: list[datetime] = []
    days = five_days(first_on, rhythm)
    for on in days:
        local = datetime.combine(on, from_time)
        try:
            starts.append(calendar.check_start(local, zone, minutes, today_on=today_on, rules=lead))
        except Refusal as refusal:
            raise _at_its_field(refusal, on, first_on) from None
    if not one_series(days):
        raise Refusal("training_days_apart", field="date", date=first_on)
    return tuple(starts), minutes


def _at_its_field(refusal: Refusal, on: date, first_on: date) -> Refusal:
    """The same refusal where the form asks for it; of a later day it says which."""
    if refusal.code in ("date_outside_hours", "date_gap"):
        refusal.field = "time"
    elif on != first_on and refusal.code == "date_holiday":
        return Refusal("training_day_holiday", field="date", **refusal.values)
    else:
        refusal.field = "date"
    return refusal


def rhythm_of(starts: tuple[datetime, ...], zone: str) -> Rhythm:
    """How the days of a cohort follow each other."""
    local = [at.astimezone(ZoneInfo(zone)) for at in starts]
    return Rhythm.WEEKLY if len({at.weekday() for at in local}) == 1 else Rhythm.DAILY

"""How long somebody has to answer an offer to lead: less when the session is near, never at night.

Two days as a rule, counted on their own clock from when they can be expected to read: on a working
day of their zone, outside the quiet hours. When the session is near, a part of what is left, so
that others can still be asked. The end is such an instant too. One that would fall elsewhere comes
later, where there is time for that, else earlier.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain import calendar
from bot.domain.rules import Rules

SHARE: Final = 4  # of what is left until the session, one part
LATEST_SHARE: Final = 2  # never later than half of it, however the end is moved
MORNING: Final = timedelta(hours=2)  # after a night there is time to read
_DAY: Final = timedelta(days=1)


def answer_by(now: datetime, starts_at: datetime, zone: str, rules: Rules) -> datetime:
    """Until when (aware UTC) somebody who lives in a zone can answer an offer made now.

    Always after `now` and never after `starts_at`, where that is still to come.
    """
    if starts_at <= now:
        return starts_at
    read = reads_from(now, zone, rules)
    begins = read if read < starts_at else now  # where they never read before, what is left
    left = starts_at - begins
    due = min(_later(begins, rules.assignment_offer, zone), begins + left / SHARE)
    later = _next_open(due, zone, rules)
    if later <= max(due, begins + left / LATEST_SHARE):
        return later
    earlier = _last_open(due, zone, rules)
    return earlier if earlier > begins else due


def is_open(at: datetime, zone: str, rules: Rules) -> bool:
    """Whether somebody there can be expected to read: a working day, and not in the quiet hours."""
    local = at.astimezone(ZoneInfo(zone))
    return calendar.working_day(local.date()) and not calendar.is_night(local.time(), rules)


def reads_from(now: datetime, zone: str, rules: Rules) -> datetime:
    """When they can be expected to read: now, or when the next working day begins."""
    if is_open(now, zone, rules):
        return now
    local = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    gone = local.time() >= rules.quiet_until
    on = calendar.add_working_days(local.date() + _DAY if gone else local.date(), 0)
    return _instant(datetime.combine(on, rules.quiet_until), zone)


def too_near(at: datetime, starts_at: datetime, zone: str, rules: Rules) -> bool:
    """Whether a session that lacks somebody is so near, on its own clock, that it should move."""
    on = at.astimezone(ZoneInfo(zone)).date()
    starts_on = starts_at.astimezone(ZoneInfo(zone)).date()
    return calendar.add_working_days(on, rules.replace_by_working_days) >= starts_on


def _later(at: datetime, by: timedelta, zone: str) -> datetime:
    """So much later on the clocks there, which may have changed meanwhile."""
    return _instant(at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) + by, zone)


def _next_open(at: datetime, zone: str, rules: Rules) -> datetime:
    """The instant itself; else the same time of the next working day, or its morning."""
    local = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    if calendar.is_night(local.time(), rules):
        evening = local.time() >= rules.quiet_until
        morning = datetime.combine(local.date(), rules.quiet_until) + MORNING
        local = morning + _DAY if evening else morning
    on = calendar.add_working_days(local.date(), 0)
    if on == local.date():
        return at if is_open(at, zone, rules) else _instant(local, zone)
    return _instant(datetime.combine(on, local.time()), zone)


def _last_open(at: datetime, zone: str, rules: Rules) -> datetime:
    """The end of the waking hours before."""
    local = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    on = local.date()
    if local.time() < rules.quiet_from:
        on -= _DAY
    while not calendar.working_day(on):
        on -= _DAY
    return _instant(datetime.combine(on, _before(rules.quiet_from)), zone)


def _before(quiet_from: time) -> time:
    """The last minute that is not in the quiet hours."""
    minute = (quiet_from.hour * 60 + quiet_from.minute - 1) % (24 * 60)
    return time(minute // 60, minute % 60)


def _instant(local: datetime, zone: str) -> datetime:
    return calendar.earliest_instant(local, zone)

"""How long somebody has to answer an offer to lead: less when the session is near, never at night.

Two days as a rule. When the session is near, a part of what is left, so that others can still be
asked. The end is an instant at which the person can be expected to read: on a working day of their
own zone and outside the quiet hours. One that would fall elsewhere comes later, where there is time
for that, else earlier.
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
    left = starts_at - now
    if left <= timedelta(0):
        return starts_at
    due = now + min(rules.assignment_offer, left / SHARE)
    later = _next_open(due, zone, rules)
    if later <= max(due, now + left / LATEST_SHARE):
        return later
    earlier = _last_open(due, zone, rules)
    # So near that nobody waits for a morning.
    return earlier if earlier > now else due


def is_open(at: datetime, zone: str, rules: Rules) -> bool:
    """Whether somebody there can be expected to read: a working day, and not in the quiet hours."""
    local = at.astimezone(ZoneInfo(zone))
    return calendar.working_day(local.date()) and not calendar.is_night(local.time(), rules)


def too_near(at: datetime, starts_at: datetime, zone: str, rules: Rules) -> bool:
    """Whether a session that lacks somebody is so near, on its own clock, that it should move."""
    on = at.astimezone(ZoneInfo(zone)).date()
    starts_on = starts_at.astimezone(ZoneInfo(zone)).date()
    return calendar.add_working_days(on, rules.replace_by_working_days) >= starts_on


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

"""When people are reminded: so many local days before, in the reader's day, never at night.

Two clocks have a say. The session's: "7 days before" is the same local time seven dates earlier
where the session is held, whatever the clocks do in between; never 168 hours. The reader's: a
reminder that would come in their quiet hours comes at the end of their waking day before. It is
moved earlier and not later, because a reminder that comes late may come after what it is for.
"One hour before" is one hour, to the minute, and is not moved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.calendar import earliest_instant, is_night
from bot.domain.rules import Rules

# Before the quiet hours, not at their first minute: one late tick or one retry would be too late.
EVENING_MARGIN: Final = timedelta(minutes=15)

_WHICH: Final = re.compile(r"(?P<amount>[1-9]\d*)(?P<unit>[dhm])")


@dataclass(frozen=True, slots=True)
class Due:
    """One reminder to send: `which` as in the rules ("7d", "1h"), `due_at` in UTC."""

    which: str
    due_at: datetime


def reminder_instants(
    starts_at: datetime,
    zone: str,
    whiches: Iterable[str],
    reader_zone: str,
    now: datetime,
    rules: Rules,
) -> list[Due]:
    """The reminders still to come, in order.

    Args:
        starts_at: the start of the session, aware.
        zone: the session's IANA zone, whose local days are counted.
        whiches: lengths before the start: "7d" local days, "1h" hours, "30m" minutes.
        reader_zone: the IANA zone whose quiet hours are kept, except by hours and minutes.
        now: reminders that are not after this instant are left out, never sent late.
        rules: the quiet hours.
    """
    dues = [Due(which, _instant(starts_at, zone, which, reader_zone, rules)) for which in whiches]
    return sorted((due for due in dues if due.due_at > now), key=lambda due: due.due_at)


def is_last_call(which: str) -> bool:
    """Whether this reminder is one of the last hours, which no quiet hours hold back."""
    return _parse(which)[1] != "d"


def in_quiet_hours(instant: datetime, zone: str, rules: Rules) -> bool:
    """Whether it is night for a reader in this zone."""
    return is_night(instant.astimezone(ZoneInfo(zone)).time(), rules)


def next_allowed(instant: datetime, zone: str, rules: Rules) -> datetime:
    """This instant, or the end of the reader's quiet hours: for what cannot be sent earlier."""
    if not in_quiet_hours(instant, zone, rules):
        return instant
    local = instant.astimezone(ZoneInfo(zone))
    on = local.date()
    if local.time() >= rules.quiet_until:
        on += timedelta(days=1)
    return earliest_instant(datetime.combine(on, rules.quiet_until), zone)


def previous_allowed(instant: datetime, zone: str, rules: Rules) -> datetime:
    """This instant, or a quarter of an hour before the reader's quiet hours began."""
    if not in_quiet_hours(instant, zone, rules):
        return instant
    local = instant.astimezone(ZoneInfo(zone))
    on = local.date()
    if local.time() < rules.quiet_from:
        on -= timedelta(days=1)
    return earliest_instant(datetime.combine(on, rules.quiet_from) - EVENING_MARGIN, zone)


def _instant(
    starts_at: datetime, zone: str, which: str, reader_zone: str, rules: Rules
) -> datetime:
    amount, unit = _parse(which)
    if unit != "d":
        return starts_at - timedelta(**{"hours" if unit == "h" else "minutes": amount})
    local = starts_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    intended = earliest_instant(local - timedelta(days=amount), zone)
    return previous_allowed(intended, reader_zone, rules)


def _parse(which: str) -> tuple[int, str]:
    match = _WHICH.fullmatch(which)
    if match is None:
        raise ValueError(f"{which!r} is no length before a session: write 7d, 1h or 30m.")
    return int(match["amount"]), match["unit"]

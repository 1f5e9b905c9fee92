"""When a session may start: the coordinators' check, without the lead time asked of a team."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain import calendar
from bot.domain.errors import Refusal
from bot.domain.rules import Rules


def planned_start(
    local: datetime, zone: str, minutes: int, now: datetime, rules: Rules
) -> datetime:
    """The instant (aware UTC) of a naive local start that a coordinator chooses.

    A working day, within working hours, still to come. The team's lead time is for the team.

    Raises:
        Refusal: `date_…` at the field `date` or `time`, `session_in_past` at `time`.
    """
    free = replace(rules, lead_working_days=0)
    day = timedelta(hours=rules.day_ends.hour - rules.day_starts.hour)
    fitting = min(minutes, int(day.total_seconds() // 60))
    today_on = now.astimezone(ZoneInfo(zone)).date()
    try:
        starts_at = calendar.check_start(local, zone, fitting, today_on=today_on, rules=free)
    except Refusal as refusal:
        refusal.field = "time" if refusal.code in ("date_outside_hours", "date_gap") else "date"
        raise
    if starts_at <= now:
        raise Refusal("session_in_past", field="time")
    return starts_at


def check_planned(
    starts_at: datetime, zone: str, minutes: int, now: datetime, rules: Rules
) -> None:
    """The same of an instant. Raises `Refusal`."""
    local = starts_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    planned_start(local, zone, minutes, now, rules)

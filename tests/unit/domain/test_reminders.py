from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import localize
from bot.domain.reminders import (
    Due,
    in_quiet_hours,
    is_last_call,
    next_allowed,
    previous_allowed,
    reminder_instants,
)
from bot.domain.rules import Rules
from bot.i18n import CANADIAN_ZONES

wall = datetime.fromisoformat  # a naive time, as on a wall clock

RULES = Rules()
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
TORONTO, VANCOUVER, ST_JOHNS = "America/Toronto", "America/Vancouver", "America/St_Johns"

zones = st.sampled_from(CANADIAN_ZONES)
# Days on both sides of the changes of mid-March and early November.
around_changes = st.one_of(
    st.builds(
        lambda year, days: date(year, 3, 1) + timedelta(days=days),
        st.integers(2026, 2034),
        st.integers(0, 30),
    ),
    st.builds(
        lambda year, days: date(year, 10, 25) + timedelta(days=days),
        st.integers(2026, 2034),
        st.integers(0, 30),
    ),
)
working_times = st.builds(time, st.integers(8, 16), st.sampled_from((0, 15, 30, 45)))


def local(instant: datetime, zone: str) -> str:
    return instant.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def test_participants_reminders() -> None:
    starts_at = localize(wall("2027-03-18 13:00"), TORONTO)
    dues = reminder_instants(
        starts_at, TORONTO, RULES.participant_reminders, TORONTO, LONG_AGO, RULES
    )
    assert [(due.which, local(due.due_at, TORONTO)) for due in dues] == [
        ("7d", "2027-03-11 13:00"),  # before the clocks went forward on March 14: 167 hours
        ("1d", "2027-03-17 13:00"),
        ("1h", "2027-03-18 12:00"),
    ]
    assert starts_at - dues[0].due_at == timedelta(hours=167)
    assert all(due.due_at.tzinfo is UTC for due in dues)


def test_facilitators_reminders_over_the_autumn_change() -> None:
    starts_at = localize(wall("2027-11-10 09:00"), ST_JOHNS)
    dues = reminder_instants(
        starts_at, ST_JOHNS, RULES.facilitator_reminders, ST_JOHNS, LONG_AGO, RULES
    )
    assert [local(due.due_at, ST_JOHNS) for due in dues] == [
        "2027-10-27 09:00",
        "2027-11-08 09:00",
        "2027-11-10 08:00",
    ]


def test_vancouver_does_not_change_its_clocks() -> None:
    starts_at = localize(wall("2027-03-18 13:00"), VANCOUVER)
    (due,) = reminder_instants(starts_at, VANCOUVER, ["7d"], VANCOUVER, LONG_AGO, RULES)
    assert starts_at - due.due_at == timedelta(days=7)


def test_a_reminder_at_the_readers_night_comes_the_evening_before() -> None:
    """9 am in St. John's is 5:30 am in Vancouver: the reader hears at 5:45 pm the day before."""
    starts_at = localize(wall("2027-02-10 09:00"), ST_JOHNS)
    dues = reminder_instants(starts_at, ST_JOHNS, ["1d", "1h"], VANCOUVER, LONG_AGO, RULES)
    assert [(due.which, local(due.due_at, VANCOUVER)) for due in dues] == [
        ("1d", "2027-02-08 17:45"),
        ("1h", "2027-02-10 04:30"),  # the last hour's comes whatever the hour
    ]


def test_a_reminder_in_the_readers_evening_comes_earlier_that_day() -> None:
    """4:30 pm in Vancouver is 8 pm in St. John's."""
    starts_at = localize(wall("2027-02-10 16:30"), VANCOUVER)
    (due,) = reminder_instants(starts_at, VANCOUVER, ["7d"], ST_JOHNS, LONG_AGO, RULES)
    assert local(due.due_at, ST_JOHNS) == "2027-02-03 17:45"


def test_what_is_not_after_now_is_left_out() -> None:
    starts_at = localize(wall("2027-03-18 13:00"), TORONTO)
    day_before = localize(wall("2027-03-17 13:00"), TORONTO)

    def left(now: datetime) -> list[str]:
        whiches = ("1h", "7d", "1d", "30m")
        return [
            due.which for due in reminder_instants(starts_at, TORONTO, whiches, TORONTO, now, RULES)
        ]

    assert left(day_before - timedelta(seconds=1)) == ["1d", "1h", "30m"]
    assert left(day_before) == ["1h", "30m"]
    assert left(starts_at) == []


@pytest.mark.parametrize(("which", "last"), [("7d", False), ("1h", True), ("30m", True)])
def test_is_last_call(which: str, last: bool) -> None:
    assert is_last_call(which) is last


@pytest.mark.parametrize("which", ["", "d", "0d", "-1d", "1w", "1.5h", "7 d"])
def test_a_length_that_is_none_is_refused(which: str) -> None:
    with pytest.raises(ValueError, match="write 7d, 1h or 30m"):
        reminder_instants(LONG_AGO, TORONTO, [which], TORONTO, LONG_AGO, RULES)


@pytest.mark.parametrize(
    ("at", "previous", "following"),
    [
        ("07:59", "2027-03-03 17:45", "2027-03-04 08:00"),
        ("08:00", "2027-03-04 08:00", "2027-03-04 08:00"),
        ("17:59", "2027-03-04 17:59", "2027-03-04 17:59"),
        ("18:00", "2027-03-04 17:45", "2027-03-05 08:00"),
        ("23:30", "2027-03-04 17:45", "2027-03-05 08:00"),
        ("00:00", "2027-03-03 17:45", "2027-03-04 08:00"),
    ],
)
def test_allowed_instants(at: str, previous: str, following: str) -> None:
    instant = localize(wall(f"2027-03-04 {at}"), TORONTO)
    assert local(previous_allowed(instant, TORONTO, RULES), TORONTO) == previous
    assert local(next_allowed(instant, TORONTO, RULES), TORONTO) == following


@given(around_changes, working_times, zones, zones, st.integers(1, 30))
def test_days_before_across_clock_changes(
    on: date, at: time, zone: str, reader_zone: str, days: int
) -> None:
    starts_at = localize(datetime.combine(on, at), zone)
    (due,) = reminder_instants(starts_at, zone, [f"{days}d"], reader_zone, LONG_AGO, RULES)
    intended = localize(datetime.combine(on - timedelta(days=days), at), zone)
    assert not in_quiet_hours(due.due_at, reader_zone, RULES)
    if in_quiet_hours(intended, reader_zone, RULES):
        early = intended - due.due_at
        assert timedelta(minutes=15) <= early <= timedelta(hours=15, minutes=15)
        assert due.due_at.astimezone(ZoneInfo(reader_zone)).time() == time(17, 45)
    else:
        assert due.due_at == intended


@given(around_changes, working_times, zones, zones, st.integers(1, 12))
def test_hours_before_are_exact(
    on: date, at: time, zone: str, reader_zone: str, hours: int
) -> None:
    starts_at = localize(datetime.combine(on, at), zone)
    dues = reminder_instants(starts_at, zone, [f"{hours}h"], reader_zone, LONG_AGO, RULES)
    assert dues == [Due(f"{hours}h", starts_at - timedelta(hours=hours))]


@given(
    st.datetimes(wall("2026-01-01 00:00"), wall("2034-01-01 00:00"), timezones=st.just(UTC)), zones
)
def test_the_next_allowed_instant_is_soon_and_by_day(instant: datetime, zone: str) -> None:
    following = next_allowed(instant, zone, RULES)
    previous = previous_allowed(instant, zone, RULES)
    assert not in_quiet_hours(following, zone, RULES)
    assert not in_quiet_hours(previous, zone, RULES)
    assert timedelta(0) <= following - instant <= timedelta(hours=15)
    assert timedelta(0) <= instant - previous <= timedelta(hours=15, minutes=15)
    assert (following == instant) == (previous == instant)


@given(
    around_changes,
    working_times,
    zones,
    zones,
    st.datetimes(wall("2026-01-01 00:00"), wall("2034-12-31 00:00"), timezones=st.just(UTC)),
)
def test_reminders_are_in_order_after_now_and_before_the_start(
    on: date, at: time, zone: str, reader_zone: str, now: datetime
) -> None:
    starts_at = localize(datetime.combine(on, at), zone)
    whiches = ("7d", "1d", "1h", "14d", "2d")
    dues = reminder_instants(starts_at, zone, whiches, reader_zone, now, RULES)
    instants = [due.due_at for due in dues]
    assert instants == sorted(instants)
    assert all(now < instant < starts_at for instant in instants)

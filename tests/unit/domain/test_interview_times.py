"""When two people could meet: working hours of both clocks, and three times well spread."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Refusal
from bot.domain.interview_times import STEP, check_days, free_starts, in_hours, spread
from bot.domain.rules import Rules

RULES = Rules()
NOW = datetime(2027, 1, 11, 15, tzinfo=UTC)  # a Monday
OTTAWA, HALIFAX, REGINA = "America/Toronto", "America/Halifax", "America/Regina"
WEEK = (date(2027, 1, 13), date(2027, 1, 19))


def local(at: datetime, zone: str = OTTAWA) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%a %H:%M}"


def test_every_half_hour_of_a_working_day() -> None:
    day = date(2027, 1, 14)
    starts = free_starts((day, day), 60, (OTTAWA,), (), NOW, RULES)
    assert [local(at) for at in (starts[0], starts[1], starts[-1])] == [
        "Thu 08:00",
        "Thu 08:30",
        "Thu 16:00",
    ]
    assert len(starts) == 17


def test_the_working_hours_of_both() -> None:
    day = date(2027, 1, 14)
    starts = free_starts((day, day), 60, (HALIFAX, REGINA), (), NOW, RULES)
    assert local(starts[0], REGINA) == "Thu 08:00"
    assert local(starts[-1], HALIFAX) == "Thu 16:00"


def test_no_weekend_no_holiday_and_a_days_notice() -> None:
    easter = (date(2027, 3, 24), date(2027, 3, 30))
    starts = free_starts(easter, 60, (OTTAWA,), (), NOW, RULES)
    assert {at.date() for at in starts} == {date(2027, 3, day) for day in (24, 25, 30)}
    soon = free_starts((NOW.date(), NOW.date() + timedelta(days=1)), 60, (OTTAWA,), (), NOW, RULES)
    assert local(soon[0]) == "Tue 10:00"


def test_what_takes_somebodys_time_is_left_out_to_the_minute() -> None:
    day = date(2027, 1, 14)
    noon = datetime(2027, 1, 14, 17, tzinfo=UTC)
    busy = [(noon, noon + timedelta(minutes=30)), (noon + timedelta(hours=3), noon.replace(day=15))]
    starts = free_starts((day, day), 60, (OTTAWA,), busy, NOW, RULES)
    told = [local(at) for at in starts]
    assert "Thu 11:00" in told
    assert "Thu 11:30" not in told
    assert "Thu 12:00" not in told
    assert told[-1] == "Thu 14:00"


def test_clocks_that_move_take_nothing_away() -> None:
    monday = date(2027, 3, 15)  # the day after
    starts = free_starts((monday, monday), 60, (OTTAWA,), (), NOW, RULES)
    assert (local(starts[0]), local(starts[-1])) == ("Mon 08:00", "Mon 16:00")


def test_three_on_different_days_at_different_hours() -> None:
    starts = free_starts(WEEK, 60, (OTTAWA,), (), NOW, RULES)
    told = [local(at) for at in spread(starts, 60, OTTAWA)]
    assert told == ["Wed 10:00", "Thu 14:00", "Fri 10:00"]


def test_three_of_one_day_do_not_overlap() -> None:
    day = date(2027, 1, 14)
    starts = free_starts((day, day), 60, (OTTAWA,), (), NOW, RULES)
    assert [local(at) for at in spread(starts, 60, OTTAWA)] == [
        "Thu 09:00",
        "Thu 10:00",
        "Thu 14:00",
    ]


def test_fewer_where_there_are_no_three() -> None:
    at = datetime(2027, 1, 14, 15, tzinfo=UTC)
    assert spread([], 60, OTTAWA) == []
    assert spread([at, at + STEP], 60, OTTAWA) == [at]


@given(
    minutes=st.integers(15, 180),
    zones=st.lists(st.sampled_from([OTTAWA, HALIFAX, REGINA, "America/St_Johns"]), min_size=1),
    taken=st.lists(st.tuples(st.integers(0, 300), st.integers(1, 20)), max_size=8),
)
def test_what_is_proposed_suits_everybody(
    minutes: int, zones: list[str], taken: list[tuple[int, int]]
) -> None:
    busy = [(NOW + n * STEP, NOW + (n + m) * STEP) for n, m in taken]
    starts = free_starts(WEEK, minutes, zones, busy, NOW, RULES)
    offered = spread(starts, minutes, zones[0])
    assert len(offered) <= 3
    assert set(offered) <= set(starts)
    assert all(b - a >= timedelta(minutes=minutes) for a, b in pairwise(offered))
    for at in starts:
        assert all(in_hours(at, minutes, zone, RULES) for zone in zones)
        end = at + timedelta(minutes=minutes)
        assert not any(a < end and at < b for a, b in busy)


@pytest.mark.parametrize(
    ("from_on", "to_on", "field", "code"),
    [
        (date(2027, 1, 10), date(2027, 1, 20), "from_on", "date_past"),
        (date(2027, 1, 20), date(2027, 1, 19), "to_on", "interview_days_backwards"),
        (date(2027, 1, 20), date(2027, 2, 20), "to_on", "interview_days_many"),
        (date(2028, 1, 5), date(2028, 1, 12), "to_on", "date_too_far"),
    ],
)
def test_days_that_make_no_sense(from_on: date, to_on: date, field: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_days(from_on, to_on, NOW.date(), RULES)
    assert (refused.value.field, refused.value.code) == (field, code)


def test_days_that_do() -> None:
    check_days(NOW.date(), NOW.date() + timedelta(days=30), NOW.date(), RULES)

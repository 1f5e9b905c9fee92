"""The five days of a cohort: which they are, and what is no day for one."""

from contextlib import suppress
from datetime import UTC, date, datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import working_day
from bot.domain.errors import Refusal
from bot.domain.rules import Rules
from bot.domain.training_days import Rhythm, check_days, five_days, one_series, rhythm_of

NOW = datetime(2027, 1, 11, 15, tzinfo=UTC)  # a Monday, 10 am in Toronto
ZONES = ("America/Toronto", "America/St_Johns", "America/Regina", "America/Vancouver")


def checked(first_on, rhythm=Rhythm.DAILY, zone="America/Toronto", **hours):
    return check_days(
        first_on,
        rhythm,
        hours.get("from_time", time(9)),
        hours.get("until_time", time(16)),
        zone,
        now=NOW,
        rules=Rules(),
    )


def test_five_days_in_a_row_pass_over_the_weekend():
    days = five_days(date(2027, 3, 10), Rhythm.DAILY)
    assert [on.day for on in days] == [10, 11, 12, 15, 16]


def test_five_days_in_a_row_pass_over_holidays():
    victoria_day = five_days(date(2027, 5, 20), Rhythm.DAILY)
    assert [on.day for on in victoria_day] == [20, 21, 25, 26, 27]
    easter = five_days(date(2027, 3, 24), Rhythm.DAILY)  # Good Friday and Easter Monday
    assert [(on.month, on.day) for on in easter] == [(3, 24), (3, 25), (3, 30), (3, 31), (4, 1)]
    for days in (victoria_day, easter):
        assert one_series(days)
        checked(days[0])


def test_holidays_that_no_weekly_series_passes_over():
    """Over Christmas and the New Year the weekdays passed over once are worked once as well."""
    first_on = date(2027, 12, 24)  # then come the 29th to the 31st, and January 4
    assert not one_series(five_days(first_on, Rhythm.DAILY))
    with pytest.raises(Refusal) as refused:
        checked(first_on)
    assert (refused.value.code, refused.value.field) == ("training_days_apart", "date")
    assert refused.value.values == {"date": first_on}


def test_the_same_weekday_for_five_weeks():
    days = five_days(date(2027, 3, 10), Rhythm.WEEKLY)
    assert [(on.month, on.day) for on in days] == [(3, 10), (3, 17), (3, 24), (3, 31), (4, 7)]


def test_the_hours_stay_across_the_change_of_the_clocks():
    starts, minutes = checked(date(2027, 3, 10), Rhythm.WEEKLY)
    assert minutes == 420
    # The clocks go forward on March 14.
    assert [at.hour for at in starts] == [14, 13, 13, 13, 13]
    toronto = ZoneInfo("America/Toronto")
    assert {at.astimezone(toronto).time() for at in starts} == {time(9)}


@given(
    st.dates(date(2027, 1, 18), date(2027, 11, 20)),
    st.sampled_from(Rhythm),
    st.sampled_from(ZONES),
)
def test_whatever_is_accepted_is_five_working_days_at_the_same_hour(first_on, rhythm, zone):
    possible = None
    with suppress(Refusal):
        possible = checked(first_on, rhythm, zone)
    if possible is None:
        return
    starts, minutes = possible
    local = [at.astimezone(ZoneInfo(zone)) for at in starts]
    assert len(local) == 5
    assert all(working_day(at.date()) for at in local)
    assert {at.time() for at in local} == {time(9)}
    assert all(before < after for before, after in pairwise(local))
    assert minutes == 420
    assert rhythm_of(starts, zone) is rhythm
    assert one_series(tuple(at.date() for at in local))


@pytest.mark.parametrize(
    ("first_on", "rhythm", "code"),
    [
        (date(2027, 1, 4), Rhythm.DAILY, "date_past"),
        (date(2027, 1, 15), Rhythm.DAILY, "date_too_soon"),
        (date(2027, 3, 13), Rhythm.DAILY, "date_weekend"),
        (date(2027, 5, 24), Rhythm.DAILY, "date_holiday"),
        (date(2027, 5, 10), Rhythm.WEEKLY, "training_day_holiday"),
        (date(2028, 1, 5), Rhythm.WEEKLY, "date_too_far"),  # the second week is over a year away
    ],
)
def test_a_day_that_cannot_be(first_on, rhythm, code):
    with pytest.raises(Refusal) as refused:
        checked(first_on, rhythm)
    assert (refused.value.code, refused.value.field) == (code, "date")


def test_a_later_day_that_is_a_holiday_is_named():
    with pytest.raises(Refusal) as refused:
        checked(date(2027, 5, 3), Rhythm.WEEKLY)
    assert refused.value.values["date"] == date(2027, 5, 24)
    assert refused.value.values["name"] == {"en": "Victoria Day", "fr": "fête de la Reine"}


@pytest.mark.parametrize(
    ("from_time", "until_time", "code", "field"),
    [
        (time(16), time(9), "time_order", "until"),
        (time(9), time(9), "time_order", "until"),
        (time(7), time(15), "date_outside_hours", "time"),
        (time(10), time(18), "date_outside_hours", "time"),
    ],
)
def test_hours_that_cannot_be(from_time, until_time, code, field):
    with pytest.raises(Refusal) as refused:
        checked(date(2027, 3, 10), from_time=from_time, until_time=until_time)
    assert (refused.value.code, refused.value.field) == (code, field)

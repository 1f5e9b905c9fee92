from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import (
    add_working_days,
    check_start,
    earliest_instant,
    federal_holidays,
    holiday,
    is_night,
    localize,
    working_day,
)
from bot.domain.errors import Refusal
from bot.domain.rules import Rules

wall = datetime.fromisoformat  # a naive time, as on a wall clock

TODAY = date(2027, 3, 1)  # a Monday; fifteen working days later is March 22
RULES = Rules()
TORONTO = "America/Toronto"
FEDERAL = federal_holidays(2027)


def test_holidays_of_2027() -> None:
    assert {on.isoformat(): (day.name["en"], day.name["fr"]) for on, day in FEDERAL.items()} == {
        "2027-01-01": ("New Year's Day", "jour de l’An"),
        "2027-03-26": ("Good Friday", "Vendredi saint"),
        "2027-03-29": ("Easter Monday", "lundi de Pâques"),
        "2027-05-24": ("Victoria Day", "fête de la Reine"),
        "2027-07-01": ("Canada Day", "fête du Canada"),
        "2027-09-06": ("Labour Day", "fête du Travail"),
        "2027-09-30": (
            "National Day for Truth and Reconciliation",
            "Journée nationale de la vérité et de la réconciliation",
        ),
        "2027-10-11": ("Thanksgiving Day", "Action de grâces"),
        "2027-11-11": ("Remembrance Day", "jour du Souvenir"),
        "2027-12-25": ("Christmas Day", "Noël"),
        "2027-12-26": ("Boxing Day", "lendemain de Noël"),
        "2027-12-27": ("Christmas Day", "Noël"),
        "2027-12-28": ("Boxing Day", "lendemain de Noël"),
    }


def test_a_holiday_on_a_weekend_is_observed_on_the_next_working_day() -> None:
    observed = holiday(date(2028, 7, 3))
    assert observed is not None
    assert observed.name["en"] == "Canada Day"
    assert observed.observed_for == date(2028, 7, 1)
    assert holiday(date(2028, 7, 4)) is None


@pytest.mark.parametrize("year", range(2024, 2041))
def test_days_are_the_librarys_and_easter_monday(year: int) -> None:
    """Our rule for observed days and the library's agree, year after year."""
    library = set(holidays.country_holidays("CA", years=year, categories=("government",)))
    ours = set(federal_holidays(year))
    assert library <= ours
    assert [on.weekday() for on in ours - library] == [0]


@given(st.integers(2020, 2060))
def test_every_holiday_is_named_in_both_languages(year: int) -> None:
    for day in federal_holidays(year).values():
        assert set(day.name) == {"en", "fr"}
        assert all(day.name.values())


@pytest.mark.parametrize(
    ("on", "works"),
    [
        (date(2027, 3, 4), True),
        (date(2027, 3, 6), False),  # Saturday
        (date(2027, 3, 7), False),  # Sunday
        (date(2027, 5, 24), False),  # Victoria Day
        (date(2027, 8, 2), True),  # a civic holiday in some places only
        (date(2027, 6, 24), True),  # Quebec's alone
        (date(2027, 12, 27), False),  # Christmas, observed
    ],
)
def test_working_day(on: date, works: bool) -> None:
    assert working_day(on) is works


@pytest.mark.parametrize(
    ("on", "n", "reached"),
    [
        (TODAY, 15, date(2027, 3, 22)),
        (date(2027, 3, 25), 1, date(2027, 3, 30)),  # over Good Friday to Easter Monday
        (date(2027, 3, 26), 0, date(2027, 3, 30)),
        (date(2027, 3, 27), 1, date(2027, 3, 30)),
        (TODAY, 0, TODAY),
        (date(2026, 12, 23), 3, date(2026, 12, 30)),  # over Christmas and Boxing Day observed
    ],
)
def test_add_working_days(on: date, n: int, reached: date) -> None:
    assert add_working_days(on, n) == reached


@given(st.dates(date(2026, 1, 1), date(2035, 1, 1)), st.integers(0, 60))
def test_add_working_days_counts_each_one(on: date, n: int) -> None:
    reached = add_working_days(on, n)
    between = (on + timedelta(days=day) for day in range(1, (reached - on).days + 1))
    assert working_day(reached)
    assert sum(working_day(day) for day in between) == n or (n == 0 and not working_day(on))


@pytest.mark.parametrize(
    ("at", "night"),
    [
        (time(7, 59), True),
        (time(8), False),
        (time(17, 59), False),
        (time(18), True),
        (time(0), True),
    ],
)
def test_is_night(at: time, night: bool) -> None:
    assert is_night(at, RULES) is night


def test_is_night_with_other_hours() -> None:
    siesta = Rules(quiet_from=time(12), quiet_until=time(13))
    assert [is_night(time(hour), siesta) for hour in (11, 12, 13)] == [False, True, False]
    never = Rules(quiet_from=time(8), quiet_until=time(8))
    assert not any(is_night(time(hour), never) for hour in range(24))


@pytest.mark.parametrize(
    ("local", "zone", "instant"),
    [
        (wall("2027-01-15 13:00"), "America/Vancouver", datetime(2027, 1, 15, 20, tzinfo=UTC)),
        (wall("2027-01-15 13:00"), "America/St_Johns", datetime(2027, 1, 15, 16, 30, tzinfo=UTC)),
        (wall("2027-07-15 13:00"), TORONTO, datetime(2027, 7, 15, 17, tzinfo=UTC)),
        # Clocks go back at 2 am on November 7: 1:30 comes twice, the first one is meant.
        (wall("2027-11-07 01:30"), TORONTO, datetime(2027, 11, 7, 5, 30, tzinfo=UTC)),
    ],
)
def test_localize(local: datetime, zone: str, instant: datetime) -> None:
    found = localize(local, zone)
    assert found == instant
    assert found.tzinfo is UTC


def test_localize_refuses_a_time_that_clocks_skip() -> None:
    with pytest.raises(Refusal) as refused:
        localize(wall("2027-03-14 02:30"), TORONTO)
    assert refused.value.code == "date_gap"
    assert refused.value.values == {"date": date(2027, 3, 14), "time": time(2, 30)}
    assert localize(wall("2027-03-14 03:00"), TORONTO) == datetime(2027, 3, 14, 7, tzinfo=UTC)


def test_earliest_instant_is_never_late() -> None:
    skipped = earliest_instant(wall("2027-03-14 02:30"), TORONTO)
    assert skipped.astimezone(ZoneInfo(TORONTO)).time() == time(1, 30)


def start(local: datetime, minutes: int = 210, zone: str = TORONTO) -> datetime:
    return check_start(local, zone, minutes, today_on=TODAY, rules=RULES)


def test_check_start_gives_the_instant() -> None:
    assert start(wall("2027-04-08 13:00")) == datetime(2027, 4, 8, 17, tzinfo=UTC)
    assert start(wall("2027-04-08 08:00"), 540) == datetime(2027, 4, 8, 12, tzinfo=UTC)
    assert start(wall("2027-03-22 13:30")) == datetime(2027, 3, 22, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("local", "code", "values"),
    [
        (wall("2027-02-26 13:00"), "date_past", {"date": date(2027, 2, 26)}),
        (
            wall("2027-03-01 13:00"),
            "date_too_soon",
            {"date": TODAY, "earliest": date(2027, 3, 22)},
        ),
        (
            wall("2027-03-19 13:00"),
            "date_too_soon",
            {"date": date(2027, 3, 19), "earliest": date(2027, 3, 22)},
        ),
        (
            wall("2028-03-01 13:00"),
            "date_too_far",
            {"date": date(2028, 3, 1), "latest": date(2028, 2, 29)},
        ),
        (wall("2027-04-10 13:00"), "date_weekend", {"date": date(2027, 4, 10)}),
        (
            wall("2027-05-24 13:00"),
            "date_holiday",
            {
                "date": date(2027, 5, 24),
                "name": {"en": "Victoria Day", "fr": "fête de la Reine"},
            },
        ),
        (
            wall("2027-04-08 07:59"),
            "date_outside_hours",
            {"start": time(7, 59), "end": time(11, 29), "earliest": time(8), "latest": time(17)},
        ),
        (
            wall("2027-04-08 14:00"),
            "date_outside_hours",
            {"start": time(14), "end": time(17, 30), "earliest": time(8), "latest": time(17)},
        ),
    ],
)
def test_check_start_refuses(local: datetime, code: str, values: dict[str, object]) -> None:
    with pytest.raises(Refusal) as refused:
        start(local)
    assert (refused.value.code, refused.value.values) == (code, values)


def test_check_start_refuses_what_runs_past_midnight() -> None:
    with pytest.raises(Refusal) as refused:
        start(wall("2027-04-08 16:00"), 60 * 16)
    assert refused.value.code == "date_outside_hours"


def test_check_start_refuses_a_gap_where_nights_are_worked() -> None:
    """Cairo's clocks skip midnight to 1 am on a Friday."""
    rules = Rules(day_starts=time(0), day_ends=time(23), lead_working_days=0)
    with pytest.raises(Refusal) as refused:
        check_start(wall("2027-04-30 00:30"), "Africa/Cairo", 30, today_on=TODAY, rules=rules)
    assert refused.value.code == "date_gap"


@given(
    st.datetimes(wall("2027-03-22 00:00"), wall("2028-02-28 00:00")),
    st.sampled_from(["America/Vancouver", TORONTO, "America/St_Johns", "America/Regina"]),
    st.integers(30, 420),
)
def test_what_check_start_accepts_is_in_working_hours(
    local: datetime, zone: str, minutes: int
) -> None:
    try:
        starts_at = start(local, minutes, zone)
    except Refusal as refused:
        codes = {"date_weekend", "date_holiday", "date_outside_hours"}
        if refused.code not in codes:
            raise
        return
    begins = starts_at.astimezone(ZoneInfo(zone))
    ends = (starts_at + timedelta(minutes=minutes)).astimezone(ZoneInfo(zone))
    assert begins.replace(tzinfo=None) == local
    assert working_day(begins.date())
    assert time(8) <= begins.time()
    assert (ends.date(), ends.time() <= time(17)) == (begins.date(), True)

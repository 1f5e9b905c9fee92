"""The time to answer an offer: two days, less when the session is near, never ending at night."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.answering import answer_by, is_open, too_near
from bot.domain.rules import Rules

RULES = Rules()
ZONES = ("America/St_Johns", "America/Toronto", "America/Regina", "America/Vancouver")
OTTAWA = "America/Toronto"


def at(text: str, zone: str = OTTAWA) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "starts", "until"),
    [
        # A Monday: two days, to the minute.
        ("2027-01-11 10:00", "2027-02-16 09:00", "2027-01-13 10:00"),
        # A Thursday and a Friday: Monday at the same time.
        ("2027-01-14 10:00", "2027-02-16 09:00", "2027-01-18 10:00"),
        ("2027-01-15 16:30", "2027-02-16 09:00", "2027-01-18 16:30"),
        # In the evening and at night: two days from the morning on.
        ("2027-01-11 20:00", "2027-02-16 09:00", "2027-01-14 08:00"),
        ("2027-01-11 05:00", "2027-02-16 09:00", "2027-01-13 08:00"),
        # On a Friday evening and on a weekend: two days from Monday morning on.
        ("2027-01-15 19:00", "2027-02-16 09:00", "2027-01-20 08:00"),
        ("2027-01-16 09:00", "2027-02-16 09:00", "2027-01-20 08:00"),
        ("2027-01-17 22:00", "2027-02-16 09:00", "2027-01-20 08:00"),
        # Before Good Friday (March 26) and Easter Monday: Tuesday; on them: from Tuesday on.
        ("2027-03-24 11:00", "2027-05-04 09:00", "2027-03-30 11:00"),
        ("2027-03-26 11:00", "2027-05-04 09:00", "2027-04-01 08:00"),
        # Over the clock change (March 14, November 7): the same time on the clock.
        ("2027-03-12 17:30", "2027-05-04 09:00", "2027-03-15 17:30"),
        ("2027-11-05 08:30", "2027-12-07 09:00", "2027-11-08 08:30"),
        # On a Saturday for Monday noon: a quarter of that morning.
        ("2027-01-16 09:00", "2027-01-18 12:00", "2027-01-18 09:00"),
        # In the evening for the next morning: the first quarter of an hour.
        ("2027-01-11 20:00", "2027-01-12 09:00", "2027-01-12 08:15"),
        # On a Saturday for Sunday: there is no better time.
        ("2027-01-16 12:00", "2027-01-17 12:00", "2027-01-16 18:00"),
        # Four days ahead: one day.
        ("2027-01-11 10:00", "2027-01-15 10:00", "2027-01-12 10:00"),
        # A Friday noon for Tuesday: a day ends on Saturday, Monday noon is too late for others.
        ("2027-01-15 12:00", "2027-01-19 09:00", "2027-01-15 17:59"),
        # The same morning.
        ("2027-01-12 09:00", "2027-01-12 13:00", "2027-01-12 10:00"),
        # Too late for anything.
        ("2027-01-12 14:00", "2027-01-12 13:00", "2027-01-12 13:00"),
    ],
)
def test_examples(now: str, starts: str, until: str) -> None:
    assert answer_by(at(now), at(starts), OTTAWA, RULES) == at(until)


def test_the_person_s_own_clock_counts() -> None:
    """The end of the afternoon in Vancouver is the evening in St. John's."""
    now, starts = at("2027-01-11 19:00"), at("2027-02-16 09:00")
    assert answer_by(now, starts, "America/Vancouver", RULES) == at("2027-01-13 19:00")
    morning = at("2027-01-14 08:00", "America/St_Johns")
    assert answer_by(now, starts, "America/St_Johns", RULES) == morning


@given(
    now=st.datetimes(datetime(2027, 1, 1), datetime(2029, 1, 1)),  # noqa: DTZ001  # made aware below
    ahead=st.timedeltas(timedelta(minutes=5), timedelta(days=60)),
    zone=st.sampled_from(ZONES),
)
def test_always_between_now_and_the_start(now: datetime, ahead: timedelta, zone: str) -> None:
    made = now.replace(tzinfo=UTC)
    starts = made + ahead
    until = answer_by(made, starts, zone, RULES)
    assert made < until < starts
    if ahead > timedelta(days=14):
        assert is_open(until, zone, RULES)
        # An hour less where the clocks go forward meanwhile.
        assert until - made >= RULES.assignment_offer - timedelta(hours=1)


@given(
    now=st.datetimes(datetime(2027, 1, 1), datetime(2029, 1, 1)),  # noqa: DTZ001  # made aware below
    ahead=st.timedeltas(timedelta(minutes=5), timedelta(days=14)),
    zone=st.sampled_from(ZONES),
)
def test_never_at_night_where_anything_else_is_left(
    now: datetime, ahead: timedelta, zone: str
) -> None:
    """Only where they can read at no time before the session begins."""
    made = now.replace(tzinfo=UTC)
    until = answer_by(made, made + ahead, zone, RULES)
    if not is_open(until, zone, RULES):
        between = (made + timedelta(minutes=10) * n for n in range(ahead // timedelta(minutes=10)))
        assert not any(is_open(one, zone, RULES) for one in between)


def test_near_is_two_working_days_on_the_session_s_clock() -> None:
    starts = at("2027-02-18 09:00")  # a Thursday
    assert not too_near(at("2027-02-15 23:00"), starts, OTTAWA, RULES)
    assert too_near(at("2027-02-16 00:00"), starts, OTTAWA, RULES)
    monday = at("2027-02-22 09:00")
    assert not too_near(at("2027-02-17 12:00"), monday, OTTAWA, RULES)
    assert too_near(at("2027-02-18 12:00"), monday, OTTAWA, RULES)

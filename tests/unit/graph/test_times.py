"""Instants go out as a wall clock with its zone, and come back as instants."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone

from bot.graph.times import in_zone, instant_of, wall_time

ZONES = [
    "America/St_Johns", "America/Halifax", "America/Toronto", "America/Winnipeg",
    "America/Regina", "America/Edmonton", "America/Vancouver", "America/Whitehorse",
]  # fmt: skip


@pytest.mark.parametrize(
    ("instant", "zone", "wall"),
    [
        (datetime(2026, 12, 15, 18, tzinfo=UTC), "America/Toronto", "2026-12-15T13:00:00"),
        (datetime(2026, 7, 15, 17, tzinfo=UTC), "America/Toronto", "2026-07-15T13:00:00"),
        (datetime(2027, 1, 15, 21, tzinfo=UTC), "America/Vancouver", "2027-01-15T14:00:00"),
        (datetime(2026, 12, 15, 18, tzinfo=UTC), "America/St_Johns", "2026-12-15T14:30:00"),
        (datetime(2026, 12, 15, 18, tzinfo=UTC), "UTC", "2026-12-15T18:00:00"),
    ],
)
def test_the_wall_clock_of_a_zone(instant: datetime, zone: str, wall: str) -> None:
    assert wall_time(instant, zone) == wall


def test_naive_times_and_unknown_zones_are_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        wall_time(datetime(2026, 12, 15, 18), "UTC")  # noqa: DTZ001  (what is refused)
    with pytest.raises(ZoneInfoNotFoundError):
        wall_time(datetime(2026, 12, 15, 18, tzinfo=UTC), "Toronto")


@given(
    instant=st.datetimes(
        min_value=datetime(2026, 1, 1),  # noqa: DTZ001  (hypothesis wants it so)
        max_value=datetime(2030, 1, 1),  # noqa: DTZ001
        timezones=st.just(UTC),
    ).map(lambda at: at.replace(microsecond=0)),
    zone=st.sampled_from(ZONES),
)
def test_an_instant_comes_back_as_it_went(instant: datetime, zone: str) -> None:
    back = instant_of(in_zone(instant, zone))
    # In the hour that a clock strikes twice, the wall clock alone means the first.
    first = instant.astimezone(ZoneInfo(zone)).replace(fold=0).astimezone(UTC)
    assert back == first


@pytest.mark.parametrize(
    ("date_time", "time_zone", "instant"),
    [
        ("2026-12-15T18:00:00.0000000", "UTC", datetime(2026, 12, 15, 18, tzinfo=UTC)),
        ("2026-12-15T18:00:00", None, datetime(2026, 12, 15, 18, tzinfo=UTC)),
        ("2026-12-15T18:00:00Z", "UTC", datetime(2026, 12, 15, 18, tzinfo=UTC)),
        ("2026-12-15T13:00:00", "America/Toronto", datetime(2026, 12, 15, 18, tzinfo=UTC)),
    ],
)
def test_what_graph_tells(date_time: str, time_zone: str | None, instant: datetime) -> None:
    assert instant_of(DateTimeTimeZone(date_time=date_time, time_zone=time_zone)) == instant


def test_nothing_told_is_nothing_known() -> None:
    assert instant_of(None) is None
    assert instant_of(DateTimeTimeZone()) is None

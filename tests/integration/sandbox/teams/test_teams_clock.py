"""The clock as the page and the program use it."""

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.clock import SandboxClock

REAL = datetime(2027, 1, 4, 15, 0, tzinfo=UTC)


def frozen(path=None):
    return SandboxClock(path, real=lambda: REAL)


def test_it_is_real_until_moved():
    clock = frozen()
    assert clock.now() == REAL
    clock.advance(timedelta(hours=2))
    clock.advance(timedelta(days=1))
    assert clock.now() == REAL + timedelta(days=1, hours=2)
    assert clock.as_json() == {"now": "2027-01-05T17:00:00+00:00", "offset": 93_600.0}
    clock.reset()
    assert clock.now() == REAL


def test_it_jumps_to_an_instant_of_any_zone():
    clock = frozen()
    clock.set(datetime.fromisoformat("2027-03-04T09:00:00-04:00"))
    assert clock.now() == datetime(2027, 3, 4, 13, tzinfo=UTC)


def test_it_is_found_as_it_was_left(tmp_path):
    path = tmp_path / "sandbox" / "clock.json"
    frozen(path).advance(timedelta(days=3))
    assert frozen(path).now() == REAL + timedelta(days=3)


def test_subscribers_hear_of_each_jump():
    clock, heard = frozen(), []
    clock.subscribe(lambda moved: heard.append(moved.now()))
    clock.advance(timedelta(minutes=1))
    clock.reset()
    assert heard == [REAL + timedelta(minutes=1), REAL]


def test_naive_and_far_instants_are_refused():
    clock = frozen()
    for wrong in (datetime(2027, 1, 1), datetime(2300, 1, 1, tzinfo=UTC)):  # noqa: DTZ001
        with pytest.raises(ValueError, match=r"naive|2000 to 2200"):
            clock.set(wrong)
    with pytest.raises(ValueError, match="too far"):
        clock.advance(timedelta.max)
    assert clock.now() == REAL


async def test_it_is_moved_over_http(teams):
    status, shown = await teams.call("GET", "/clock")
    assert (status, shown["offset"]) == (200, 0.0)
    _, moved = await teams.call("POST", "/clock", {"advance": 86_400})
    assert moved["offset"] == 86_400.0
    _, moved = await teams.call("POST", "/clock", {"to": "2030-01-01T00:00:00Z"})
    assert moved["now"].startswith("2030-01-01T00:00:0")
    _, moved = await teams.call("POST", "/clock", {"reset": True})
    assert moved["offset"] == 0.0


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"advance": "1"},
        {"advance": True},
        {"advance": 1e300},
        {"to": "tomorrow"},
        {"to": "2030-01-01T00:00:00"},
        {"to": 5},
        {"reset": False},
        [],
    ],
)
async def test_an_order_that_makes_no_sense_is_refused(teams, order):
    assert (await teams.call("POST", "/clock", order))[0] == 400
    assert (await teams.call("GET", "/clock"))[1]["offset"] == 0.0


GAUGE = "bot_outbox_next_reminder_timestamp_seconds"


async def test_it_jumps_to_a_second_after_the_next_reminder(teams):
    due = (teams.clock.now() + timedelta(days=2)).replace(microsecond=0)
    teams.bot.metrics = f"# TYPE {GAUGE} gauge\n{GAUGE} {due.timestamp():.1f}\nother 1\n"
    status, body = await teams.call("POST", "/clock/next")
    assert (status, body["jumped"]) == (200, True)
    jumped = datetime.fromisoformat(body["now"]) - due
    assert timedelta(seconds=1) <= jumped < timedelta(seconds=5)


@pytest.mark.parametrize("metrics", ["", f"{GAUGE} NaN\n", f"{GAUGE} 1000\n", f"{GAUGE} +Inf\n"])
async def test_it_stays_where_no_reminder_is_ahead(teams, metrics):
    teams.bot.metrics = metrics
    _, body = await teams.call("POST", "/clock/next")
    assert body["jumped"] is False
    assert (await teams.call("GET", "/clock"))[1]["offset"] == 0.0


async def test_it_stays_where_the_program_is_away(start_teams):
    async with start_teams(bot_url="http://127.0.0.1:9") as teams:
        assert (await teams.call("POST", "/clock/next"))[1]["jumped"] is False

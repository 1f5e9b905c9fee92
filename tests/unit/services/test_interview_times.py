"""Times from both calendars, and what is known where one does not answer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.errors import OutsideFault, Refusal
from tests.unit.services.endorsing import APPLICATION, CANDIDATE
from tests.unit.services.selecting import OWN, SelectingWorld

DAYS = (date(2027, 1, 14), date(2027, 1, 18))
THURSDAY = datetime(2027, 1, 14, 15, tzinfo=UTC)  # 10 am in Ottawa
MINE, THEIRS = f"{OWN}@example.org", f"{CANDIDATE}@example.org"


@pytest.fixture
async def world() -> SelectingWorld:
    made = SelectingWorld()
    await made.ready()
    return made


async def test_three_that_are_free_in_both(world: SelectingWorld) -> None:
    hour = timedelta(hours=1)
    world.graph.busy += [(MINE, THURSDAY, THURSDAY + hour)]
    world.graph.busy += [(THEIRS, THURSDAY - hour, THURSDAY)]
    times = await world.inviting.times(OWN, APPLICATION, 60, DAYS)
    assert times.offered == (
        THURSDAY + hour,
        THURSDAY + timedelta(days=1, hours=4),
        THURSDAY + timedelta(days=4),
    )
    assert times.answered
    assert THURSDAY not in times.free
    assert THURSDAY - hour not in times.free
    assert world.graph.calls.count("taken") == 1


async def test_outlook_away_leaves_the_working_hours(world: SelectingWorld) -> None:
    world.graph.fail(OutsideFault("graph_503"), operation="taken")
    times = await world.inviting.times(OWN, APPLICATION, 60, DAYS)
    assert (times.answered, times.coordinator_answered, times.candidate_answered) == (
        False,
        False,
        False,
    )
    assert len(times.offered) == 3


async def test_one_calendar_that_does_not_answer(world: SelectingWorld) -> None:
    world.graph.people = [p for p in world.graph.people if p.mail != THEIRS]
    world.graph.busy.append((MINE, THURSDAY, THURSDAY + timedelta(days=1)))
    times = await world.inviting.times(OWN, APPLICATION, 60, DAYS)
    assert (times.coordinator_answered, times.candidate_answered) == (True, False)
    assert THURSDAY not in times.free


async def test_somebody_without_a_mail_is_looked_up_once(world: SelectingWorld) -> None:
    world.units.memory.people[OWN].mail = None
    assert (await world.inviting.times(OWN, APPLICATION, 60, DAYS)).answered
    assert (await world.inviting.times(OWN, APPLICATION, 60, DAYS)).answered
    assert world.graph.calls.count("person") == 1


async def test_the_directory_away_is_a_calendar_that_does_not_answer(
    world: SelectingWorld,
) -> None:
    world.units.memory.people[OWN].mail = None
    world.graph.fail(OutsideFault("graph_503"), operation="person")
    times = await world.inviting.times(OWN, APPLICATION, 60, DAYS)
    assert (times.coordinator_answered, times.candidate_answered) == (False, True)


async def test_nobody_with_a_mail(world: SelectingWorld) -> None:
    for who in (OWN, CANDIDATE):
        world.units.memory.people[who].mail = None
    world.graph.people.clear()
    times = await world.inviting.times(OWN, APPLICATION, 60, DAYS)
    assert not times.answered
    assert world.graph.calls.count("taken") == 0


async def test_a_length_and_days_that_make_no_sense(world: SelectingWorld) -> None:
    for minutes, days, code in (
        (5, DAYS, "interview_length"),
        (60, (DAYS[1], DAYS[0]), "interview_days_backwards"),
    ):
        with pytest.raises(Refusal) as refused:
            await world.inviting.times(OWN, APPLICATION, minutes, days)
        assert refused.value.code == code

"""An orientation is given other days: what moves with it, and who hears of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain.errors import MovedOn, NotFound, OutsideFault, Refusal
from bot.domain.messages import OutboxRow, Via
from bot.domain.training_days import Rhythm
from bot.services.relevance import still_true
from tests.unit.services.training_world import (
    FIRST_ON,
    PLANNER,
    STRANGER,
    TrainingWorld,
    form,
)
from tests.unit.services.world import EMPLOYER_COORDINATOR, NOW

LATER = date(2027, 4, 12)  # a Monday, by summer's clock
HOURS = (time(9), time(16))


@pytest.fixture
def world() -> TrainingWorld:
    return TrainingWorld()


async def reschedule(world: TrainingWorld, who: str = PLANNER, first_on: date = LATER) -> None:
    await world.cohorts.reschedule(who, "cohort-1", first_on, Rhythm.DAILY, HOURS)


def reminders(world: TrainingWorld, who: str) -> list[datetime]:
    """When somebody is reminded of the day before each."""
    return sorted(
        row.due_at
        for row in world.world.owed("reminder.training")
        if row.recipient_id == who and row.via == "chat" and row.args.get("which") == "1d"
    )


async def test_the_series_moves_and_all_who_have_a_place_are_told_once(
    world: TrainingWorld,
) -> None:
    people = world.crowd(union=13, employer=0)
    await world.opened(capacity=12)
    await world.training.accept(people[0], "cohort-1")
    await world.training.leave(people[1], "cohort-1")
    await world.world.settle()
    await reschedule(world, EMPLOYER_COORDINATOR)
    assert world.cohort().starts[0] == datetime(2027, 4, 12, 13, tzinfo=UTC)
    await world.world.settle()
    (meeting,) = world.world.graph.meetings.values()
    assert meeting.draft.starts_at == world.cohort().starts_at
    assert meeting.draft.repeats is not None
    assert meeting.draft.repeats.weekdays == (0, 1, 2, 3, 4)
    told = [person for person in people if "cohort.moved" in world.told(person)]
    assert told == [person for person in people if person != people[1]]
    assert world.told(PLANNER) == ["cohort.moved"]
    assert world.told(EMPLOYER_COORDINATOR) == []
    assert (world.stands(people[0]), world.stands(people[2])) == ("confirmed", "offered")


async def test_reminders_are_of_the_new_days(world: TrainingWorld) -> None:
    world.candidate("ada")
    await world.opened()
    await world.training.accept("ada", "cohort-1")
    before = reminders(world, "ada")
    await reschedule(world)
    after = reminders(world, "ada")
    assert (len(before), len(after)) == (5, 5)
    assert not set(before) & set(after)
    await reschedule(world, first_on=FIRST_ON)  # and back: each day is reminded of again
    assert reminders(world, "ada") == before


async def test_a_reminder_of_a_day_that_is_none_any_more_is_not_sent(world: TrainingWorld) -> None:
    world.candidate("ada")
    await world.opened()
    await world.training.accept("ada", "cohort-1")
    args = {"number": 1, "at": world.cohort().starts[0].isoformat()}
    row = OutboxRow(
        "row", Via.CHAT, "reminder.training", "cohort:cohort-1", "key", NOW, NOW,
        recipient_id="ada", args=args,
    )  # fmt: skip
    for moved in (False, True):
        if moved:
            await reschedule(world)
        async with world.world.units(reading=True) as uow:
            assert await still_true(uow, row) is not moved


async def test_a_plan_is_given_other_days_without_outlook(world: TrainingWorld) -> None:
    await world.cohorts.plan(PLANNER, form())
    assert "move" in (await world.cohorts.view(PLANNER, "cohort-1")).may
    await reschedule(world)
    await world.world.settle()
    assert world.world.graph.calls == []
    assert world.told(PLANNER) == []


async def test_moved_while_its_booking_is_under_way(world: TrainingWorld) -> None:
    world.world.graph.join_reads = 3
    await world.opened()
    await world.world.courier.run_until_idle()
    await reschedule(world)
    for _ in range(2):
        await world.world.settle()
    (meeting,) = world.world.graph.meetings.values()
    assert meeting.draft.starts_at == world.cohort().starts_at


async def test_moved_while_nobody_knows_of_its_series(world: TrainingWorld) -> None:
    world.world.graph.fail(OutsideFault("timeout"), operation="create", after=True)
    await world.opened()
    await world.world.courier.run_until_idle()
    await reschedule(world)
    world.world.clock.advance(timedelta(minutes=1))
    await world.world.settle()
    (meeting,) = world.world.graph.meetings.values()
    assert meeting.times[::2] == tuple(world.cohort().starts)


async def test_who_has_a_seat_elsewhere_is_not_told(world: TrainingWorld) -> None:
    last = world.crowd(union=13, employer=0)[-1]
    await world.opened()
    second = await world.opened(form_id="cohort-2", first_on=date(2027, 5, 3))
    await world.training.accept(last, second)
    await reschedule(world)
    await world.world.settle()
    assert "cohort.moved" not in world.told(last)


async def test_days_that_cannot_be_leave_it_as_it_was(world: TrainingWorld) -> None:
    await world.opened()
    for first_on, code in ((FIRST_ON, "cohort_same_days"), (date(2027, 4, 11), "date_weekend")):
        with pytest.raises(Refusal) as refused:
            await reschedule(world, first_on=first_on)
        assert (refused.value.code, refused.value.field) == (code, "date")
    with pytest.raises(NotFound):
        await reschedule(world, STRANGER)
    assert world.cohort().starts[0] == datetime(2027, 3, 10, 14, tzinfo=UTC)


@pytest.mark.parametrize("tended", [False, True])
async def test_what_has_begun_is_not_moved(world: TrainingWorld, tended: bool) -> None:
    await world.opened()
    world.world.clock.set(world.cohort().starts_at + timedelta(minutes=1))
    if tended:
        await world.training.tend("cohort-1")
    assert "move" not in (await world.cohorts.view(PLANNER, "cohort-1")).may
    with pytest.raises(MovedOn):
        await reschedule(world)

"""Several orientations at once: a candidate has one seat, or the offer of one, over all."""

from datetime import date, timedelta

import pytest

from bot.domain.errors import MovedOn
from tests.unit.services.training_world import PLANNER, TrainingWorld


@pytest.fixture
def world() -> TrainingWorld:
    return TrainingWorld()


async def test_one_cohort_at_a_time(world: TrainingWorld) -> None:
    world.candidate("ada")
    first = await world.opened()
    second = await world.opened(form_id="cohort-2", first_on=date(2027, 4, 12))
    assert world.stands("ada", first) == "offered"
    assert world.stands("ada", second) == ""
    await world.training.leave("ada", first)
    await world.training.tend(second)
    assert world.stands("ada", second) == "offered"
    await world.training.accept("ada", second)
    world.world.clock.advance(timedelta(minutes=1))
    with pytest.raises(MovedOn):  # the card of the first is still in the chat
        await world.training.wait("ada", first)


async def test_whoever_has_a_seat_goes_on_waiting_for_another(world: TrainingWorld) -> None:
    """Their cohort may be cancelled: what they waited for before is theirs again."""
    people = world.crowd(union=13, employer=0)
    first = await world.opened()
    last = people[-1]
    second = await world.opened(form_id="cohort-2", first_on=date(2027, 4, 12))
    assert (world.stands(last, first), world.stands(last, second)) == ("waitlisted", "offered")
    await world.training.accept(last, second)
    await world.training.leave(people[0], first)
    assert await world.training.due() == [second]
    await world.training.tend(second)
    assert (world.stands(last, first), world.stands(people[0], second)) == ("waitlisted", "offered")
    assert (await world.cohorts.view(PLANNER, first)).waiting == ()
    await world.world.settle()
    await world.cohorts.cancel(PLANNER, second, "Too few people")
    await world.training.tend(first)
    assert world.stands(last, first) == "offered"
    await world.world.settle()
    assert world.told(last)[-2:] == ["cohort.cancelled", "cohort.offered"]


@pytest.mark.parametrize("end", ["begun", "cancelled"])
async def test_who_has_a_seat_elsewhere_is_not_told_of_the_end_of_a_wait(
    world: TrainingWorld, end: str
) -> None:
    last = world.crowd(union=13, employer=0)[-1]
    first = await world.opened()
    second = await world.opened(form_id="cohort-2", first_on=date(2027, 4, 12))
    await world.training.accept(last, second)
    if end == "begun":
        world.world.clock.set(world.cohort(first).starts_at)
        await world.training.tend(first)
    else:
        await world.cohorts.cancel(PLANNER, first, "Too few people")
    assert (world.stands(last, first), world.applied(last)) == ("left", "in_orientation")
    await world.world.settle()
    assert not {"cohort.begun_without", "cohort.cancelled"} & set(world.told(last))

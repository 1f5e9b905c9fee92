"""Cohorts: planned, opened, booked as one series, cancelled; by those who steer them."""

from datetime import date, time, timedelta

import pytest

from bot.domain.errors import MovedOn, NotFound, OutsideFault, Refusal, Rejected
from bot.domain.messages import OutboxRow, Via
from bot.domain.people import Grant, Role, Side
from bot.services.relevance import still_true
from tests.unit.services.training_world import (
    ADMINISTRATOR,
    PLANNER,
    STRANGER,
    TrainingWorld,
    form,
)
from tests.unit.services.world import EMPLOYER_COORDINATOR, NOW


@pytest.fixture
def world() -> TrainingWorld:
    return TrainingWorld()


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"capacity": 11}, "seats_out_of_range", "capacity"),
        ({"capacity": 21}, "seats_out_of_range", "capacity"),
        ({"topics": ()}, "topic_missing", "topics"),
        ({"topics": ("nothing-like-it",)}, "topic_missing", "topics"),
        ({"language": "de"}, "language_unknown", "language"),
        ({"regions": ("mars",)}, "region_unknown", "regions"),
        ({"regions": ("atlantic",)}, "region_not_yours", "regions"),
        ({"first_on": date(2027, 3, 13)}, "date_weekend", "date"),
        ({"until_time": time(8)}, "time_order", "until"),
    ],
)
async def test_what_cannot_be_planned(world, changed, code, field) -> None:
    with pytest.raises(Refusal) as refused:
        await world.cohorts.plan(PLANNER, form(**changed))
    assert (refused.value.code, refused.value.field) == (code, field)
    assert world.memory.cohorts == {}


async def test_a_plan_asks_nobody(world: TrainingWorld) -> None:
    world.candidate("ada")
    view = await world.cohorts.plan(PLANNER, form())
    assert view.may == frozenset({"open", "move", "cancel"})
    assert view.seats_left == 12
    assert (world.memory.training, world.memory.outbox) == ({}, {})
    again = await world.cohorts.plan(PLANNER, form())
    assert again.cohort == view.cohort


async def test_only_coordinators_and_administrators_plan(world: TrainingWorld) -> None:
    for call in (
        world.cohorts.plan(STRANGER, form()),
        world.cohorts.regions_of(STRANGER),
        world.cohorts.steered(STRANGER),
    ):
        with pytest.raises(Refusal) as refused:
            await call
        assert refused.value.code == "not_planning"
    assert await world.cohorts.regions_of(PLANNER) == ("national-capital",)
    assert len(await world.cohorts.regions_of(ADMINISTRATOR)) == 6


async def test_both_coordinators_of_a_region_steer_it(world: TrainingWorld) -> None:
    await world.cohorts.plan(PLANNER, form(regions=("national-capital",)))
    view = await world.cohorts.open(EMPLOYER_COORDINATOR, "cohort-1")
    assert view.cohort.status == "open"
    elsewhere = Grant(STRANGER, Role.COORDINATOR, NOW, region="atlantic", side="union")
    world.memory.grants[(STRANGER, "coordinator", "atlantic", "union")] = elsewhere
    for call in (
        world.cohorts.view(STRANGER, "cohort-1"),
        world.cohorts.open(STRANGER, "cohort-1"),
        world.cohorts.cancel(STRANGER, "cohort-1", "why"),
        world.cohorts.retry_booking(STRANGER, "cohort-1"),
        world.cohorts.by_code(STRANGER, view.cohort.code),
    ):
        with pytest.raises(NotFound):
            await call
    assert await world.cohorts.steered(STRANGER) == []
    assert [v.cohort.cohort_id for v in await world.cohorts.steered(PLANNER)] == ["cohort-1"]
    found = await world.cohorts.by_code(PLANNER, f"orientation {view.cohort.code.lower()}")
    assert found.cohort.cohort_id == "cohort-1"
    with pytest.raises(NotFound):
        await world.cohorts.by_code(PLANNER, "nothing")


async def test_opening_twice_offers_and_books_once(world: TrainingWorld) -> None:
    world.candidate("ada")
    cohort_id = await world.opened()
    rows = len(world.memory.outbox)
    await world.cohorts.open(PLANNER, cohort_id)
    assert len(world.memory.outbox) == rows
    await world.world.settle()
    assert len(world.world.graph.meetings) == 1
    assert world.told("ada") == ["cohort.offered"]


async def test_it_is_opened_before_its_first_day(world: TrainingWorld) -> None:
    await world.cohorts.plan(PLANNER, form())
    world.world.clock.set(world.cohort().starts_at)
    with pytest.raises(MovedOn) as refused:
        await world.cohorts.open(PLANNER, "cohort-1")
    assert refused.value.code == "cohort_begun"


@pytest.mark.parametrize("accepted", [False, True])
async def test_cancelled_all_are_told_and_accepted_again(world, accepted) -> None:
    world.crowd(union=13, employer=0)
    cohort_id = await world.opened(capacity=12)
    if accepted:
        await world.training.accept("u0-national-capital", cohort_id)
    await world.world.settle()
    view = await world.cohorts.cancel(PLANNER, cohort_id, " Too few people ")
    assert (view.cohort.status, view.cohort.cancel_reason) == ("cancelled", "Too few people")
    await world.world.settle()
    everybody = [f"u{n}-national-capital" for n in range(13)]
    assert {world.stands(p) for p in everybody} == {"left"}
    assert {world.applied(p) for p in everybody} == {"accepted"}
    assert [world.told(p)[-1] for p in everybody] == ["cohort.cancelled"] * 13
    assert [world.told(p).count("cohort.cancelled") for p in everybody] == [1] * 13
    assert world.world.owed("reminder.") == []
    (meeting,) = world.world.graph.meetings.values()
    assert meeting.cancelled_with == "Too few people"
    rows = len(world.memory.outbox)
    await world.cohorts.cancel(PLANNER, cohort_id, "again")
    assert len(world.memory.outbox) == rows


async def test_who_planned_it_hears_that_somebody_else_cancelled_it(world: TrainingWorld) -> None:
    await world.cohorts.plan(PLANNER, form())
    await world.cohorts.cancel(EMPLOYER_COORDINATOR, "cohort-1", "Two on the same days")
    await world.world.settle()
    assert world.told(PLANNER) == ["cohort.called_off"]
    assert world.told(EMPLOYER_COORDINATOR) == []


async def test_who_planned_it_hears_that_its_day_came_before_it_was_opened(
    world: TrainingWorld,
) -> None:
    await world.cohorts.plan(PLANNER, form())
    world.world.clock.set(world.cohort().starts_at)
    for _ in range(2):
        await world.training.tend("cohort-1")
    await world.world.settle()
    assert world.told(PLANNER) == ["cohort.never_opened"]


async def test_cancelling_needs_a_word_of_why(world: TrainingWorld) -> None:
    cohort_id = await world.opened()
    with pytest.raises(Refusal) as refused:
        await world.cohorts.cancel(PLANNER, cohort_id, "  ")
    assert (refused.value.code, refused.value.field) == ("reason_missing", "reason")


async def test_a_plan_is_cancelled_without_outlook(world: TrainingWorld) -> None:
    await world.cohorts.plan(PLANNER, form())
    await world.cohorts.cancel(PLANNER, "cohort-1", "Not this year")
    await world.world.settle()
    assert world.world.graph.calls == []


async def test_cancelled_while_its_booking_is_under_way(world: TrainingWorld) -> None:
    world.world.graph.fail(OutsideFault("timeout"), operation="create", after=True)
    cohort_id = await world.opened()
    await world.world.courier.run_until_idle()
    await world.cohorts.cancel(PLANNER, cohort_id, "why")
    world.world.clock.advance(timedelta(minutes=1))
    await world.world.settle()
    (meeting,) = world.world.graph.meetings.values()
    assert meeting.cancelled_with == "why"


async def test_an_answer_that_was_lost_makes_no_second_series(world: TrainingWorld) -> None:
    world.candidate("ada")
    world.world.graph.fail(OutsideFault("timeout"), operation="create", after=True)
    cohort_id = await world.opened()
    await world.training.accept("ada", cohort_id)
    await world.world.courier.run_until_idle()
    assert world.cohort().join_url is None
    world.world.clock.advance(timedelta(minutes=1))
    await world.world.settle()
    (meeting,) = world.world.graph.meetings.values()
    assert "ada@example.org" in meeting.mails
    assert world.cohort().join_url is not None


async def test_who_planned_it_is_told_that_outlook_refused(world: TrainingWorld) -> None:
    world.world.graph.fail(Rejected("graph_rejected"), operation="create")
    cohort_id = await world.opened()
    await world.world.settle()
    assert world.told(PLANNER) == ["cohort.booking_failed"]
    assert world.told(EMPLOYER_COORDINATOR) == []
    view = await world.cohorts.view(PLANNER, cohort_id)
    assert "retry" in view.may
    await world.cohorts.retry_booking(PLANNER, cohort_id)
    await world.world.settle()
    assert world.cohort().fault is None
    assert world.cohort().join_url is not None


async def test_without_whoever_planned_it_all_who_steer_are_told(world: TrainingWorld) -> None:
    world.world.graph.fail(Rejected("graph_rejected"), operation="create")
    await world.opened(regions=("national-capital",))
    del world.memory.grants[(PLANNER, "coordinator", "national-capital", "union")]
    await world.world.settle()
    assert world.told(EMPLOYER_COORDINATOR) == ["cohort.booking_failed"]
    assert world.told(PLANNER) == []


async def test_the_cohort_that_matters_to_a_candidate(world: TrainingWorld) -> None:
    assert await world.cohorts.mine(STRANGER) is None
    world.candidate("ada")
    first = await world.opened()
    view = await world.cohorts.mine("ada")
    assert view is not None
    assert view.cohort.cohort_id == first
    await world.cohorts.cancel(PLANNER, first, "why")
    second = await world.opened(form_id="cohort-2", first_on=date(2027, 4, 12))
    view = await world.cohorts.mine("ada")
    assert view is not None
    assert view.cohort.cohort_id == second


def row(kind: str, to: str, **args: object) -> OutboxRow:
    return OutboxRow(
        "row", Via.CHAT, kind, "cohort:cohort-1", "key", NOW, NOW, recipient_id=to, args=args
    )


async def holds(world: TrainingWorld, kind: str, to: str, **args: object) -> bool:
    async with world.world.units(reading=True) as uow:
        return await still_true(uow, row(kind, to, **args))


async def test_what_is_no_longer_true_is_not_told(world: TrainingWorld) -> None:
    world.candidate("ada")
    cohort_id = await world.opened()
    assert await holds(world, "cohort.offered", "ada")
    assert await holds(world, "reminder.training_offer", "ada")
    assert not await holds(world, "reminder.training", "ada")
    assert not await holds(world, "cohort.waitlisted", "ada")
    assert not await holds(world, "cohort.offered", STRANGER)
    await world.training.accept("ada", cohort_id)
    assert not await holds(world, "cohort.offered", "ada")
    assert await holds(world, "reminder.training", "ada")
    assert await holds(world, "cohort.to_mark", PLANNER, number=1)
    world.cohort().marked = (1,)
    assert not await holds(world, "cohort.to_mark", PLANNER, number=1)
    assert await holds(world, "cohort.to_mark", PLANNER, number=2)
    assert await holds(world, "cohort.to_complete", PLANNER)
    await world.cohorts.cancel(PLANNER, cohort_id, "why")
    assert not await holds(world, "reminder.training", "ada")
    assert not await holds(world, "cohort.to_mark", PLANNER, number=2)
    assert not await holds(world, "cohort.to_complete", PLANNER)
    assert await holds(world, "cohort.cancelled", "ada")


async def test_sides_are_told_apart_in_the_view(world: TrainingWorld) -> None:
    world.crowd(union=2, employer=1)
    cohort_id = await world.opened()
    view = await world.cohorts.view(PLANNER, cohort_id)
    assert [one.side for one in view.trainees] == [Side.UNION, Side.UNION, Side.EMPLOYER]
    assert (view.offered, view.confirmed, view.seats_left) == (3, 0, 9)


async def test_what_is_over_is_completed_not_cancelled(world: TrainingWorld) -> None:
    world.candidate("ada")
    cohort_id = await world.running("ada")
    world.world.clock.set(world.cohort().ends_at)
    view = await world.cohorts.view(PLANNER, cohort_id)
    assert view.may == frozenset({"attend", "complete"})
    with pytest.raises(MovedOn):
        await world.cohorts.cancel(PLANNER, cohort_id, "why")

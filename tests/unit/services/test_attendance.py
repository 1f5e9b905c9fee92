"""The end of a cohort: who was there, who becomes a facilitator, who waits for another."""

from datetime import UTC, date, datetime

import pytest

from bot.domain.errors import MovedOn, Refusal
from bot.domain.people import Side
from bot.domain.roster import Facilitator, Standing
from bot.domain.self_identification import SelfIdentification
from tests.unit.services.training_world import PLANNER, TrainingWorld
from tests.unit.services.world import EMPLOYER_COORDINATOR, REGION


@pytest.fixture
def world() -> TrainingWorld:
    return TrainingWorld()


async def finished(world: TrainingWorld, *people: str, missed: dict[str, int] | None = None) -> str:
    """A cohort whose five days are over and marked."""
    cohort_id = await world.running(*people)
    world.world.clock.set(world.cohort().ends_at)
    for day in range(1, 6):
        absent = [person for person, on in (missed or {}).items() if on == day]
        await world.attendance.attend(PLANNER, cohort_id, day, absent)
    return cohort_id


async def test_all_present_then_exceptions(world: TrainingWorld) -> None:
    world.candidate("ada")
    world.candidate("bob", Side.EMPLOYER)
    cohort_id = await world.running("ada", "bob")
    view = await world.attendance.attend(PLANNER, cohort_id, 1)
    assert (view.day, view.marked) == (1, frozenset({1}))
    assert (world.seat("ada").attended, world.seat("bob").attended) == ((1,), (1,))
    await world.attendance.attend(PLANNER, cohort_id, 1, ["bob"])
    assert (world.seat("ada").attended, world.seat("bob").attended) == ((1,), ())
    await world.attendance.attend(PLANNER, cohort_id, 1)
    assert world.seat("bob").attended == (1,)


@pytest.mark.parametrize("day", [0, 2, 6])
async def test_a_day_that_has_not_begun_is_not_marked(world, day) -> None:
    world.candidate("ada")
    cohort_id = await world.running("ada")
    with pytest.raises(Refusal) as refused:
        await world.attendance.attend(PLANNER, cohort_id, day)
    assert refused.value.code == "training_day_ahead"


async def test_nothing_is_marked_before_it_runs(world: TrainingWorld) -> None:
    cohort_id = await world.opened()
    with pytest.raises(MovedOn):
        await world.attendance.attend(PLANNER, cohort_id, 1)


async def test_who_attended_is_a_facilitator(world: TrainingWorld) -> None:
    world.candidate("ada", region="quebec")
    cohort_id = await finished(world, "ada")
    view = await world.attendance.complete(PLANNER, cohort_id)
    assert view.cohort.status == "completed"
    assert (world.stands("ada"), world.applied("ada")) == ("completed", "active")
    assert world.memory.facilitators["ada"] == Facilitator(
        person_id="ada",
        side=Side.UNION,
        languages=("en", "fr"),
        region="quebec",
        topics=("mental-health",),
        organization="2222",
        standing=Standing.ACTIVE,
        since_at=world.world.clock.now(),
    )
    await world.world.settle()
    assert world.told("ada")[-1] == "cohort.completed"
    rows = len(world.memory.outbox)
    await world.attendance.complete(PLANNER, cohort_id)
    assert len(world.memory.outbox) == rows


async def test_who_missed_a_day_waits_for_another(world: TrainingWorld) -> None:
    for person in ("ada", "bob", "cyd"):
        world.candidate(person)
    cohort_id = await finished(world, "ada", "bob", "cyd", missed={"bob": 2, "cyd": 5})
    with pytest.raises(Refusal) as refused:
        await world.attendance.complete(PLANNER, cohort_id, ["cyd"])
    assert (refused.value.code, refused.value.field) == ("reason_missing", "reason")
    await world.attendance.complete(PLANNER, cohort_id, ["cyd"], "Had led before")
    assert [world.stands(p) for p in ("ada", "bob", "cyd")] == [
        "completed",
        "incomplete",
        "completed",
    ]
    assert [world.applied(p) for p in ("ada", "bob", "cyd")] == ["active", "accepted", "active"]
    assert "bob" not in world.memory.facilitators
    notes = {
        h.subject: h.note for h in world.memory.history.values() if h.what == "training_completed"
    }
    assert notes == {"application:app-ada": "", "application:app-cyd": "Had led before"}
    await world.world.settle()
    assert world.told("bob")[-1] == "cohort.incomplete"
    second = await world.opened(form_id="cohort-2", first_on=date(2027, 4, 12))
    assert world.stands("bob", second) == "offered"


async def test_every_day_is_marked_first(world: TrainingWorld) -> None:
    world.candidate("ada")
    cohort_id = await world.running("ada")
    world.world.clock.set(world.cohort().ends_at)
    await world.attendance.attend(PLANNER, cohort_id, 3)
    with pytest.raises(Refusal) as refused:
        await world.attendance.complete(PLANNER, cohort_id)
    assert refused.value.values == {"days": [1, 2, 4, 5]}
    assert world.cohort().status == "running"


async def test_a_day_on_which_nobody_was_there_is_marked_too(world: TrainingWorld) -> None:
    """The only one who is left was ill on a day: the orientation can still be concluded."""
    world.candidate("ada")
    cohort_id = await finished(world, "ada", missed={"ada": 2})
    view = await world.cohorts.view(PLANNER, cohort_id)
    assert view.marked == frozenset({1, 2, 3, 4, 5})
    await world.attendance.complete(PLANNER, cohort_id)
    assert (world.stands("ada"), world.applied("ada")) == ("incomplete", "accepted")


async def test_it_is_not_over_before_its_end(world: TrainingWorld) -> None:
    world.candidate("ada")
    cohort_id = await world.running("ada")
    with pytest.raises(MovedOn) as refused:
        await world.attendance.complete(PLANNER, cohort_id)
    assert refused.value.code == "cohort_not_over"


async def test_with_nobody_it_is_simply_closed(world: TrainingWorld) -> None:
    cohort_id = await world.running()
    world.world.clock.set(world.cohort().ends_at)
    view = await world.attendance.complete(PLANNER, cohort_id)
    assert view.cohort.status == "completed"


async def test_somebody_who_comes_back_keeps_their_topics(world: TrainingWorld) -> None:
    world.candidate("ada")
    world.memory.facilitators["ada"] = Facilitator(
        "ada", Side.EMPLOYER, ("fr",), "quebec", ("anti-racism",), "2300", standing=Standing.RETIRED
    )
    cohort_id = await finished(world, "ada")
    await world.attendance.complete(PLANNER, cohort_id)
    back = world.memory.facilitators["ada"]
    assert (back.side, back.standing) == (Side.UNION, Standing.ACTIVE)
    assert back.topics == ("anti-racism", "mental-health")
    assert back.languages == ("en", "fr")


async def test_who_leaves_on_the_way_is_not_replaced(world: TrainingWorld) -> None:
    world.crowd(union=13, employer=0)
    people = [f"u{n}-national-capital" for n in range(12)]
    cohort_id = await world.running(*people, capacity=12)
    await world.training.leave(people[0], cohort_id)
    assert world.applied(people[0]) == "accepted"
    assert world.stands("u12-national-capital") == "left"
    with pytest.raises(MovedOn):
        await world.training.wait("u12-national-capital", cohort_id)


async def test_each_day_asks_to_be_marked_at_its_end(world: TrainingWorld) -> None:
    world.candidate("ada")
    cohort_id = await world.running("ada")
    rows = [r for r in world.world.owed("cohort.to_mark") if r.recipient_id == PLANNER]
    length = world.cohort().ends_at - world.cohort().starts[-1]
    assert [r.due_at for r in rows] == [at + length for at in world.cohort().starts]
    await world.training.tend(cohort_id)
    assert len(world.world.owed("cohort.to_mark")) == 5


async def test_the_morning_after_the_last_day_it_asks_to_be_completed(world: TrainingWorld) -> None:
    """Nobody becomes a facilitator before somebody does; a weekend is let pass."""
    world.candidate("ada")
    world.candidate("bob")
    await world.running("ada", first_on=date(2027, 4, 12))  # Monday to Friday
    (row,) = world.world.owed("cohort.to_complete")
    assert (row.recipient_id, row.due_at) == (PLANNER, datetime(2027, 4, 19, 12, tzinfo=UTC))


async def test_without_whoever_planned_it_those_who_steer_it_mark_the_days(
    world: TrainingWorld,
) -> None:
    world.candidate("ada")
    cohort_id = await world.opened(regions=(REGION,))
    await world.training.accept("ada", cohort_id)
    del world.memory.grants[(PLANNER, "coordinator", REGION, "union")]
    world.world.clock.set(world.cohort().starts_at)
    await world.training.tend(cohort_id)
    told = {row.recipient_id for row in world.world.owed("cohort.to_")}
    assert told == {EMPLOYER_COORDINATOR}


async def test_who_gave_up_their_seat_is_not_marked(world: TrainingWorld) -> None:
    world.candidate("ada")
    world.candidate("bob")
    cohort_id = await world.running("ada", "bob")
    await world.training.leave("bob", cohort_id)
    await world.attendance.attend(PLANNER, cohort_id, 1)
    assert (world.seat("ada").attended, world.seat("bob").attended) == ((1,), ())


async def test_an_active_facilitator_of_another_topic_learns_this_one(world: TrainingWorld) -> None:
    world.candidate("ada")
    before = world.world.clock.now()
    world.memory.facilitators["ada"] = Facilitator(
        "ada", Side.UNION, ("fr",), "quebec", ("anti-racism",), "2300", since_at=before
    )
    cohort_id = await finished(world, "ada")
    await world.attendance.complete(PLANNER, cohort_id)
    assert world.memory.facilitators["ada"].since_at == before


async def test_what_they_said_of_themselves_is_erased_once_they_are_active(
    world: TrainingWorld,
) -> None:
    for person in ("ada", "bob"):
        world.candidate(person)
        said = SelfIdentification(f"app-{person}", "sealed", world.world.clock.now())
        world.memory.self_identifications[said.application_id] = said
    cohort_id = await finished(world, "ada", "bob", missed={"bob": 2})
    await world.attendance.complete(PLANNER, cohort_id)
    assert list(world.memory.self_identifications) == ["app-bob"]

"""The last seat of the orientation, on both databases: a crowd never gets more than there is."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import replace

import pytest

from bot.domain.cohorts import TAKEN, TrainingSeat, TrainingStatus
from bot.domain.errors import Conflict, MovedOn
from bot.domain.people import Person, Side
from tests.integration.services.conftest import SqlWorld
from tests.unit.services.training_world import PLANNER, TrainingWorld, form

CROWD = 24


class SqlTraining(TrainingWorld):
    """The same, on a database: candidates are put in it by `seed`."""

    def __init__(self, world: SqlWorld) -> None:
        self.drawn = TrainingWorld()
        self.world = world
        self.build()

    async def seed(self, union: int, employer: int) -> list[str]:
        people = self.drawn.crowd(union, employer)
        async with self.world.units() as uow:
            for person in people:
                await uow.people.add(Person(person, "tenant", person, f"{person}@example.org"))
            await uow.commit()
        async with self.world.units() as uow:
            for application in self.drawn.memory.applications.values():
                await uow.applications.add(replace(application))
            await uow.commit()
        return people

    async def seats(self) -> list[TrainingSeat]:
        async with self.world.units(reading=True) as uow:
            return list(await uow.training.of_cohort("cohort-1"))

    async def counts(self) -> Counter[str]:
        return Counter(seat.status.value for seat in await self.seats())


@pytest.fixture
def training(world: SqlWorld) -> SqlTraining:
    return SqlTraining(world)


async def again_and_again(call, *args):
    """Another writer was quicker: once more, as the routes do."""
    for _ in range(10):
        with suppress(Conflict):
            return await call(*args)
    raise AssertionError("never done")


async def test_a_crowd_for_the_last_seat(training: SqlTraining) -> None:
    people = await training.seed(CROWD // 2, CROWD // 2)
    await training.cohorts.plan(PLANNER, form(capacity=12))
    await training.cohorts.open(PLANNER, "cohort-1")
    offered = [s.person_id for s in await training.seats() if s.status is TrainingStatus.OFFERED]
    assert len(offered) == 12
    waiting = sorted(set(people) - set(offered))
    for person in waiting:
        await training.training.leave(person, "cohort-1")
    for person in offered[1:]:
        await training.training.accept(person, "cohort-1")
    await training.training.leave(offered[0], "cohort-1")  # nobody waits: it stays free
    await asyncio.gather(
        *(again_and_again(training.training.wait, person, "cohort-1") for person in waiting),
        *(again_and_again(training.training.tend, "cohort-1") for _ in range(4)),
    )
    counts = await training.counts()
    assert (counts["confirmed"], counts["offered"]) == (11, 1)
    assert counts["waitlisted"] == len(waiting) - 1


async def test_accepting_and_lapsing_at_once_is_one_or_the_other(training: SqlTraining) -> None:
    await training.seed(13, 0)
    await training.cohorts.plan(PLANNER, form(capacity=12))
    await training.cohorts.open(PLANNER, "cohort-1")
    (late,) = [s for s in await training.seats() if s.person_id == "u0-national-capital"]
    assert late.answer_by is not None
    training.world.clock.set(late.answer_by)

    async def accept(person: str) -> None:
        with suppress(MovedOn):
            await again_and_again(training.training.accept, person, "cohort-1")

    people = [f"u{n}-national-capital" for n in range(12)]
    await asyncio.gather(
        *(accept(person) for person in people),
        *(again_and_again(training.training.tend, "cohort-1") for _ in range(4)),
    )
    seats = await training.seats()
    assert sum(seat.status in TAKEN for seat in seats) == 1
    (last,) = [seat for seat in seats if seat.status in TAKEN]
    assert last.person_id == "u12-national-capital"


async def test_many_clicks_of_one_are_one_seat(training: SqlTraining) -> None:
    await training.seed(3, 3)
    await training.cohorts.plan(PLANNER, form())
    await training.cohorts.open(PLANNER, "cohort-1")
    await asyncio.gather(
        *(
            again_and_again(training.training.accept, "u0-national-capital", "cohort-1")
            for _ in range(8)
        )
    )
    counts = await training.counts()
    assert (counts["confirmed"], counts["offered"]) == (1, 5)
    async with training.world.units(reading=True) as uow:
        application = await uow.applications.get("app-u0-national-capital")
        assert application is not None
        assert (application.status, application.side) == ("in_orientation", Side.UNION)


async def test_from_the_first_offer_to_the_roster(training: SqlTraining) -> None:
    people = await training.seed(2, 2)
    await training.cohorts.plan(PLANNER, form())
    await training.cohorts.open(PLANNER, "cohort-1")
    for person in people:
        await training.training.accept(person, "cohort-1")
    await training.world.settle()
    (meeting,) = training.world.graph.meetings.values()
    assert meeting.mails == {f"{PLANNER}@example.org", *(f"{p}@example.org" for p in people)}
    async with training.world.units(reading=True) as uow:
        cohort = await uow.cohorts.get("cohort-1")
    assert cohort is not None
    assert cohort.join_url is not None
    training.world.clock.set(cohort.starts_at)
    assert await training.training.due() == ["cohort-1"]
    await training.training.tend("cohort-1")
    assert await training.training.due() == []
    training.world.clock.set(cohort.ends_at)
    for day in range(1, 6):
        await training.attendance.attend(PLANNER, "cohort-1", day, people[:1] if day == 2 else ())
    await training.attendance.complete(PLANNER, "cohort-1")
    assert await training.counts() == {"completed": 3, "incomplete": 1}
    async with training.world.units(reading=True) as uow:
        roster = await uow.facilitators.many(people)
    assert sorted(roster) == sorted(people[1:])

"""A world in which the bot asks in order, with a ranking that a test writes down."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.people import Side
from bot.domain.rounds import Round
from tests.fakes.ranking import FakeRanking
from tests.fakes.uow import FakeUnitsOfWork
from tests.unit.services.world import (
    EMPLOYER_LEADS,
    MANAGER,
    STEWARD,
    UNION_COORDINATOR,
    UNION_LEADS,
    World,
)

UNIONS = ("union-1", "union-2", "union-3")
EMPLOYERS = ("employer-1", "employer-2")


def make_ranking() -> FakeRanking:
    return FakeRanking(FakeUnitsOfWork(), UNIONS, EMPLOYERS)


def make_world(ranking: FakeRanking) -> World:
    world = World(units=ranking.units, ranking=ranking)
    roster = world.units.memory.facilitators
    roster["union-3"] = replace(roster["union-1"], person_id=world.meet("union-3"))
    return world


async def in_order(world: World) -> str:
    """An approved request for which the bot asks in order; gives its id."""
    view = await world.requests.submit(MANAGER, world.form())
    request = view.request
    await world.agreements.agree(STEWARD, request.request_id)
    pair = {Side.UNION: UNION_LEADS[0], Side.EMPLOYER: EMPLOYER_LEADS[0]}
    await world.staffing.approve(
        UNION_COORDINATOR, request.request_id, request.preferred_at[0], pair, in_order=True
    )
    await world.settle()
    return request.request_id


def asked(world: World) -> list[tuple[str, str]]:
    """Who was asked, in order, and how they answered."""
    rows = world.units.memory.assignments.values()
    return [(a.person_id, a.status.value) for a in rows]


def the_round(world: World) -> Round:
    (asking,) = world.units.memory.rounds.values()
    return asking


def of(world: World, person_id: str) -> str:
    (found,) = [
        a.assignment_id for a in world.units.memory.assignments.values() if a.person_id == person_id
    ]
    return found


async def decline(world: World, person_id: str) -> None:
    await world.assignments.decline(person_id, of(world, person_id), "Away")


async def accept(world: World, person_id: str) -> None:
    await world.assignments.accept(person_id, of(world, person_id))

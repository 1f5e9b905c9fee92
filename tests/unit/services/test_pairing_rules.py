"""Whatever the roster: whom the ranking and the plan propose may lead, and leads once at a time."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.pairing_plan import Plan, Problem
from bot.domain.people import Side
from bot.domain.requests import Request
from bot.domain.roster import Facilitator, Standing, Wish
from bot.matching.matcher import match
from bot.services.pairing import PairingService
from bot.services.pairing_views import PairView
from tests.unit.domain.pairings import one_of_each
from tests.unit.services.pairings import OTHER_DAY, absent, agreed, busy, choices
from tests.unit.services.world import NOW, ORGANIZATION, REGION, UNION_COORDINATOR, World

MOST = 12
TOPICS = ("mental-health", "anti-racism")


WHO = one_of_each(
    tuple(Side),
    (("en", "fr"), ("en",), ("fr",)),
    (REGION, "quebec"),
    (TOPICS, TOPICS[:1], TOPICS[1:]),
    (ORGANIZATION, "2300"),
    (None, "PAYROLL", "Audit"),
    (*[Standing.ACTIVE] * 4, Standing.PAUSED),
    (None, NOW - timedelta(days=100)),
    tuple(Wish),
)


@st.composite
def rosters(draw: st.DrawFn) -> list[Facilitator]:
    roster: list[Facilitator] = []
    for number in range(draw(st.integers(min_value=2, max_value=MOST))):
        side, languages, region, topics, organization, team, standing, since, wish = draw(WHO)
        roster.append(
            Facilitator(
                person_id=f"person-{number:02}",
                side=side,
                languages=languages,
                region=region,
                topics=topics,
                organization=organization,
                team=team,
                standing=standing,
                since_at=since,
                wish=wish,
            )
        )
    return roster


def may_lead(facilitator: Facilitator, side: Side, request: Request) -> bool:
    """Said again in other words than the program's."""
    team = (facilitator.team or "").lower()
    return (
        facilitator.side == side
        and facilitator.standing == "active"
        and request.offering in facilitator.topics
        and request.language in facilitator.languages
        and not (facilitator.organization == request.organization and team == "payroll")
    )


def check(world: World, pair: PairView, request: Request, away: set[str]) -> None:
    roster = world.units.memory.facilitators
    both = [roster[pair.of(side).person.person_id] for side in Side]
    for side, facilitator in zip(Side, both, strict=True):
        assert may_lead(facilitator, side, request)
        assert facilitator.person_id not in away
    one, other = both
    assert not (one.team and (one.organization, one.team) == (other.organization, other.team))


class Here:
    """The solver without its thread."""

    async def match(self, problem: Problem) -> Plan:
        return match(problem)


class Stage:
    """A world with three requests, as it was before every walk: making them takes longest."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self.run = runner.run
        self._world = World()
        self._world.pairing = PairingService(
            self._world.desk, self._world.graph, Here(), self._world.staffing
        )
        for number in range(MOST):
            self._world.meet(f"person-{number:02}")
        self.ids = self.run(self._ask())
        self._world.units.memory.facilitators.clear()
        self._memory = self._world.units.memory

    async def _ask(self) -> list[str]:
        requests = [
            await agreed(self._world, "form-1"),
            await agreed(self._world, "form-2", language="fr"),
            await agreed(self._world, "form-3", preferred=(OTHER_DAY,), offering="anti-racism"),
        ]
        return [request.request_id for request in requests]

    def world(self) -> World:
        self._world.units.memory = copy.deepcopy(self._memory)
        self._world.graph.busy.clear()
        return self._world


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with asyncio.Runner() as runner:
        yield Stage(runner)


@settings(max_examples=60, deadline=None)
@given(roster=rosters(), data=st.data())
def test_whom_the_ranking_and_the_plan_propose_may_lead(stage, roster, data):
    some = st.sets(st.sampled_from([f.person_id for f in roster]), max_size=3)
    stage.run(_walk(stage, roster, data.draw(some), data.draw(some)))


async def _walk(stage: Stage, roster: list[Facilitator], away: set[str], taken: set[str]) -> None:
    world = stage.world()
    for facilitator in roster:
        world.units.memory.facilitators[facilitator.person_id] = facilitator
    requests = [world.units.memory.requests[request_id] for request_id in stage.ids]
    for person_id in away:
        absent(world, person_id, requests[0].preferred_at[0].date())
    for person_id in taken:
        busy(world, person_id, requests[0].preferred_at[0])
    for request in requests:
        at = request.preferred_at[0]
        found = await world.pairing.best(UNION_COORDINATOR, request.request_id, at)
        same = await world.pairing.best(UNION_COORDINATOR, request.request_id, at)
        assert found == same
        for pair in found.pairs:
            check(world, pair, request, away if request is not requests[2] else set())
    plan = await world.pairing.plan_region(UNION_COORDINATOR, REGION)
    assert plan == await world.pairing.plan_region(UNION_COORDINATOR, REGION)
    by_id = {request.request_id: request for request in requests}
    for row in plan.rows:
        request = by_id[row.request.request_id]
        here = request is not requests[2]
        check(world, row.pair, request, away | taken if here else set())
    for one, other in combinations(choices(plan), 2):
        if one.starts_at == other.starts_at:
            assert not {one.union_id, one.employer_id} & {other.union_id, other.employer_id}
    outcome = await world.pairing.accept_plan(UNION_COORDINATOR, choices(plan))
    assert outcome.refused == ()

"""Whatever the roster: whom the ranking and the plan propose may lead, and leads once at a time."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.people import Side
from bot.domain.requests import Request
from bot.domain.roster import Facilitator, Standing, Wish
from bot.services.pairing_views import PairView
from tests.unit.services.pairings import OTHER_DAY, absent, agreed, busy, choices
from tests.unit.services.world import NOW, ORGANIZATION, REGION, UNION_COORDINATOR, World

TOPICS = ("mental-health", "anti-racism")


@st.composite
def facilitators(draw: st.DrawFn, number: int) -> Facilitator:
    return Facilitator(
        person_id=f"person-{number:02}",
        side=draw(st.sampled_from(Side)),
        languages=draw(st.sampled_from((("en",), ("fr",), ("en", "fr")))),
        region=draw(st.sampled_from((REGION, "quebec"))),
        topics=draw(st.sampled_from((TOPICS, TOPICS[:1], TOPICS[1:]))),
        organization=draw(st.sampled_from((ORGANIZATION, "2300"))),
        team=draw(st.sampled_from((None, "PAYROLL", "Audit"))),
        standing=draw(st.sampled_from((*[Standing.ACTIVE] * 4, Standing.PAUSED))),
        since_at=draw(st.sampled_from((None, NOW - timedelta(days=100)))),
        wish=draw(st.sampled_from(Wish)),
    )


@st.composite
def rosters(draw: st.DrawFn) -> list[Facilitator]:
    return [draw(facilitators(n)) for n in range(draw(st.integers(min_value=2, max_value=12)))]


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


@settings(max_examples=60, deadline=None)
@given(rosters(), st.data())
def test_whom_the_ranking_and_the_plan_propose_may_lead(roster, data):
    some = st.sets(st.sampled_from([f.person_id for f in roster]), max_size=3)
    asyncio.run(_walk(roster, data.draw(some), data.draw(some)))


async def _walk(roster: list[Facilitator], away: set[str], taken: set[str]) -> None:
    world = World()
    world.units.memory.facilitators.clear()
    for facilitator in roster:
        world.meet(facilitator.person_id)
        world.units.memory.facilitators[facilitator.person_id] = facilitator
    requests = [
        await agreed(world, "form-1"),
        await agreed(world, "form-2", language="fr"),
        await agreed(world, "form-3", preferred=(OTHER_DAY,), offering="anti-racism"),
    ]
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

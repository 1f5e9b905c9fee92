"""Pairing: a plan for all open requests of a region, accepted in whole or in part."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.errors import OutsideFault
from bot.domain.requests import RequestStatus
from bot.services.pairing_views import PlanChoice
from bot.services.ports import Availability
from tests.unit.services.pairings import (
    OTHER_DAY,
    NotedCalendars,
    agreed,
    approve,
    busy,
    choices,
    join,
)
from tests.unit.services.world import (
    EMPLOYER_LEADS,
    MANAGER,
    NOW,
    REGION,
    UNION_COORDINATOR,
    UNION_LEADS,
    World,
)


async def test_a_plan_pairs_all_that_can_be_and_is_accepted(world: World) -> None:
    """Two at the same time: nobody leads both; then each once, then accepting it twice."""
    first, second = await agreed(world), await agreed(world, "form-2")
    plan = await world.pairing.plan_region(UNION_COORDINATOR, REGION)
    assert [row.request.request_id for row in plan.rows] == [first.request_id, second.request_id]
    assert sorted(row.pair.union.person.person_id for row in plan.rows) == [*UNION_LEADS]
    assert sorted(row.pair.employer.person.person_id for row in plan.rows) == [*EMPLOYER_LEADS]
    assert (plan.unpaired, plan.gap, plan.calendars_answered) == ((), 0, True)
    assert plan.cost == plan.bound == 1200
    for _ in range(2):
        outcome = await world.pairing.accept_plan(UNION_COORDINATOR, choices(plan))
        assert outcome.approved == (first.request_id, second.request_id)
        assert outcome.refused == ()
    statuses = {r.status for r in world.units.memory.requests.values()}
    assert statuses == {RequestStatus.APPROVED}
    assert len(world.units.memory.assignments) == 4
    empty = await world.pairing.plan_region(UNION_COORDINATOR, REGION)
    assert (empty.rows, empty.unpaired) == ((), ())


async def test_a_plan_takes_another_wished_date_where_the_first_cannot_be(world: World) -> None:
    request = await agreed(world, preferred=(world.form().preferred[0], OTHER_DAY))
    for lead in UNION_LEADS:
        busy(world, lead, request.preferred_at[0])
    plan = await world.pairing.plan_region(UNION_COORDINATOR, REGION)
    (row,) = plan.rows
    assert row.starts_at == request.preferred_at[1]
    assert row.pair.union.availability is Availability.FREE


async def test_why_a_request_has_no_pair(world: World) -> None:
    nobody = await agreed(world, "form-1", offering="anti-racism")
    late = await agreed(world, "form-2")
    world.clock.set(late.preferred_at[0] + timedelta(days=1))
    passed = await world.pairing.plan_region(UNION_COORDINATOR, REGION)
    assert {u.request.request_id: u.why.key for u in passed.unpaired} == {
        nobody.request_id: "no_date",
        late.request_id: "no_date",
    }
    world.clock.set(NOW)
    plan = await world.pairing.plan_region(UNION_COORDINATOR, REGION)
    assert [(u.request.request_id, u.why.key) for u in plan.unpaired] == [
        (nobody.request_id, "nobody.union")
    ]


async def test_those_needed_elsewhere_are_told_apart(world: World) -> None:
    requests = [await agreed(world, f"form-{number}") for number in range(3)]
    plan = await world.pairing.plan_region(UNION_COORDINATOR, REGION)
    assert len(plan.rows) == 2
    (left,) = plan.unpaired
    assert left.why.key == "taken"
    assert left.request.request_id in {r.request_id for r in requests}


async def test_all_busy_leaves_a_request_without_a_pair(world: World) -> None:
    request = await agreed(world)
    for lead in EMPLOYER_LEADS:
        busy(world, lead, request.preferred_at[0])
    plan = await world.pairing.plan_region(UNION_COORDINATOR, REGION)
    assert [u.why.key for u in plan.unpaired] == ["nobody.employer"]


async def test_a_plan_without_outlook_says_so(world: World) -> None:
    await agreed(world)
    world.graph.fail(OutsideFault("graph_unavailable"), operation="availability")
    plan = await world.pairing.plan_region(UNION_COORDINATOR, REGION)
    assert not plan.calendars_answered
    assert len(plan.rows) == 1


async def test_a_plan_asks_outlook_about_those_it_chose_and_a_few_beside(world: World) -> None:
    calendars = NotedCalendars(world)
    for number in range(30):
        join(world, f"union-9{number:02}")
    await agreed(world)
    plan = await world.pairing.plan_region(UNION_COORDINATOR, REGION)
    assert len(plan.rows) == 1
    assert [len(mails) for mails in calendars.asked] == [6]


async def test_what_changed_since_is_refused_alone(world: World) -> None:
    first = await agreed(world)
    second = await agreed(world, "form-2", preferred=(OTHER_DAY,))
    plan = await world.pairing.plan_region(UNION_COORDINATOR, REGION)
    rows = choices(plan)
    third = await agreed(world, "form-3")
    await approve(world, third, rows[0].union_id, rows[0].employer_id)
    outcome = await world.pairing.accept_plan(UNION_COORDINATOR, rows)
    assert outcome.approved == (second.request_id,)
    ((refused, why),) = outcome.refused
    assert (refused, why.code) == (first.request_id, "facilitator_engaged")


async def test_rows_that_somebody_else_approved_otherwise_are_refused(world: World) -> None:
    request = await agreed(world)
    await approve(world, request, UNION_LEADS[1], EMPLOYER_LEADS[1])
    at = request.preferred_at[0]
    other = PlanChoice(request.request_id, at, UNION_LEADS[0], EMPLOYER_LEADS[0])
    moved = PlanChoice(
        request.request_id, at + timedelta(days=1), UNION_LEADS[1], EMPLOYER_LEADS[1]
    )
    for row in (other, moved):
        outcome = await world.pairing.accept_plan(UNION_COORDINATOR, [row])
        assert [why.code for _, why in outcome.refused] == ["request_moved_on"]
    stranger = await world.pairing.accept_plan(MANAGER, [other])
    assert [why.code for _, why in stranger.refused] == ["request_unknown"]


async def test_outlook_is_asked_three_times_at_most(world: World) -> None:
    """All are busy, four more with each look: at last somebody is planned who was not asked."""
    calendars = NotedCalendars(world)
    request = await agreed(world)
    for number in range(30):
        busy(world, join(world, f"union-0{number:02}"), request.preferred_at[0])
    plan = await world.pairing.plan_region(UNION_COORDINATOR, REGION)
    (row,) = plan.rows
    assert row.pair.union.availability is Availability.UNKNOWN
    assert len(calendars.asked) == 3

"""Assignments: every answer in every state, once; what it leaves behind."""

from datetime import timedelta

import pytest

from bot.domain.errors import MovedOn, NotFound, Refusal
from bot.domain.sessions import AssignmentStatus, SessionStatus
from tests.unit.services.world import (
    EMPLOYER_COORDINATOR,
    EMPLOYER_LEADS,
    MANAGER,
    UNION_COORDINATOR,
    UNION_LEADS,
    World,
)

UNION, EMPLOYER = UNION_LEADS[0], EMPLOYER_LEADS[0]


async def offer(world: World, person_id: str) -> str:
    (view,) = await world.assignments.mine(person_id)
    return view.assignment.assignment_id


async def status(world: World, assignment_id: str) -> AssignmentStatus:
    return world.units.memory.assignments[assignment_id].status


async def test_found_by_the_request_s_reference(world: World) -> None:
    await world.approved()
    assignment_id = await offer(world, UNION)
    view = await world.assignments.find(UNION, "EC-2027-0001")
    assert view.assignment.assignment_id == assignment_id
    assert view.reference == "EC-2027-0001"
    assert view.partner is not None
    assert view.partner.person.person_id == EMPLOYER


@pytest.mark.parametrize("reference", ["EC-2027-0002", "EC-2027-999999", "nonsense", ""])
async def test_no_such_reference(world: World, reference: str) -> None:
    await world.approved()
    with pytest.raises(NotFound):
        await world.assignments.find(UNION, reference)


async def test_somebody_else_s(world: World) -> None:
    await world.approved()
    assignment_id = await offer(world, UNION)
    for who in (EMPLOYER, MANAGER, UNION_COORDINATOR, "nobody"):
        for wanted in (
            world.assignments.view(who, assignment_id),
            world.assignments.accept(who, assignment_id),
            world.assignments.decline(who, assignment_id),
        ):
            with pytest.raises(NotFound) as refused:
                await wanted
            assert refused.value.code == "assignment_unknown"


async def test_after_a_cancellation_the_reference_finds_the_new_offer(world: World) -> None:
    request_id = await world.approved()
    first = await offer(world, UNION)
    session = world.session_of(request_id)
    await world.steering.cancel(UNION_COORDINATOR, session.session_id, "A storm")
    found = await world.assignments.find(UNION, "EC-2027-0001")
    assert found.assignment.assignment_id == first
    request = world.units.memory.requests[request_id]
    sides = {a.side: a.person_id for a in world.units.memory.assignments.values()}
    await world.staffing.approve(UNION_COORDINATOR, request_id, request.preferred_at[0], sides)
    found = await world.assignments.find(UNION, "EC-2027-0001")
    assert found.assignment.assignment_id != first
    assert found.assignment.status is AssignmentStatus.OFFERED


async def test_both_accept(world: World) -> None:
    request_id = await world.approved()
    one, two = await offer(world, UNION), await offer(world, EMPLOYER)
    await world.assignments.accept(UNION, one)
    assert world.session_of(request_id).status is SessionStatus.PLANNED
    await world.assignments.accept(EMPLOYER, two)
    await world.assignments.accept(EMPLOYER, two)
    assert world.session_of(request_id).status is SessionStatus.BOOKING
    assert len(world.owed("meeting.book")) == 1
    assert not world.owed("reminder.offer")


async def test_of_two_offers_at_one_time_one_is_accepted(world: World) -> None:
    """Both may stand: the coordinators of two regions asked at once, or a session moved."""
    first = world.session_of(await world.approved(form_id="form-1"))
    second = world.session_of(await world.approved(form_id="form-2"))
    assert first.starts_at == second.starts_at
    one, other = await world.assignments.mine(UNION)
    await world.assignments.accept(UNION, one.assignment.assignment_id)
    with pytest.raises(Refusal) as refused:
        await world.assignments.accept(UNION, other.assignment.assignment_id)
    assert refused.value.code == "assignment_overlaps"
    assert await status(world, other.assignment.assignment_id) is AssignmentStatus.OFFERED
    after = other.session.session.ends_at + timedelta(hours=1)
    await world.steering.reschedule(UNION_COORDINATOR, other.session.session.session_id, after)
    await world.assignments.accept(UNION, other.assignment.assignment_id)
    assert await status(world, other.assignment.assignment_id) is AssignmentStatus.ACCEPTED


async def test_a_time_that_was_not_seen(world: World) -> None:
    request_id = await world.approved()
    session = world.session_of(request_id)
    assignment_id = await offer(world, UNION)
    later = session.starts_at + timedelta(days=1)
    await world.steering.reschedule(UNION_COORDINATOR, session.session_id, later)
    with pytest.raises(MovedOn) as refused:
        await world.assignments.accept(UNION, assignment_id, session.version)
    assert refused.value.code == "assignment_time_changed"
    moved = world.session_of(request_id)
    await world.assignments.accept(UNION, assignment_id, moved.version)
    assert await status(world, assignment_id) is AssignmentStatus.ACCEPTED
    # A second click of the old card changes nothing and refuses nothing.
    await world.assignments.accept(UNION, assignment_id, session.version)


async def test_declining_tells_the_coordinators_once(world: World) -> None:
    await world.approved()
    assignment_id = await offer(world, UNION)
    await world.assignments.decline(UNION, assignment_id, " Away ")
    await world.assignments.decline(UNION, assignment_id, "Again")
    await world.settle()
    for who in (UNION_COORDINATOR, EMPLOYER_COORDINATOR):
        assert world.told(who).count("request.lead_declined") == 1
    assert world.units.memory.assignments[assignment_id].reason == "Away"
    with pytest.raises(MovedOn):
        await world.assignments.accept(UNION, assignment_id)


async def test_an_accepted_one_is_not_declined(world: World) -> None:
    await world.approved()
    assignment_id = await offer(world, UNION)
    await world.assignments.accept(UNION, assignment_id)
    with pytest.raises(MovedOn) as refused:
        await world.assignments.decline(UNION, assignment_id)
    assert refused.value.code == "assignment_moved_on"


async def test_too_late(world: World) -> None:
    request_id = await world.approved()
    assignment_id = await offer(world, UNION)
    world.clock.advance(world.rules.assignment_offer)
    for wanted in (
        world.assignments.accept(UNION, assignment_id),
        world.assignments.decline(UNION, assignment_id),
    ):
        with pytest.raises(MovedOn) as refused:
            await wanted
        assert refused.value.code == "offer_lapsed"
    assert (await world.assignments.view(UNION, assignment_id)).may == frozenset()
    await world.assignments.lapse(assignment_id)
    await world.assignments.lapse(assignment_id)
    assert await status(world, assignment_id) is AssignmentStatus.EXPIRED
    view = await world.triage.view(UNION_COORDINATOR, request_id)
    assert "replace" in view.may


async def test_lapsing_is_harmless_too_early_and_of_nothing(world: World) -> None:
    await world.approved()
    assignment_id = await offer(world, UNION)
    await world.assignments.lapse(assignment_id)
    await world.assignments.lapse("nothing")
    assert await status(world, assignment_id) is AssignmentStatus.OFFERED


async def test_cancelled_meanwhile(world: World) -> None:
    request_id = await world.approved()
    assignment_id = await offer(world, UNION)
    session = world.session_of(request_id)
    await world.steering.cancel(UNION_COORDINATOR, session.session_id, "A storm")
    for wanted in (
        world.assignments.accept(UNION, assignment_id),
        world.assignments.decline(UNION, assignment_id),
    ):
        with pytest.raises(MovedOn):
            await wanted
    assert await status(world, assignment_id) is AssignmentStatus.WITHDRAWN


async def test_mine_are_those_ahead_the_soonest_first(world: World) -> None:
    await world.booked(form_id="form-1")
    views = await world.assignments.mine(UNION)
    assert [v.assignment.status for v in views] == [AssignmentStatus.ACCEPTED]
    world.clock.set(views[0].session.session.ends_at)
    assert await world.assignments.mine(UNION) == []
    assert await world.assignments.mine(MANAGER) == []

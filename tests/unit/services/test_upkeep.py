"""What happens because time has passed: once, harmless twice, and never because of another."""

from datetime import timedelta

from bot.domain.requests import RequestStatus
from bot.domain.sessions import AssignmentStatus, SessionStatus
from tests.unit.services.world import (
    EMPLOYER_COORDINATOR,
    MANAGER,
    STEWARD,
    UNION_COORDINATOR,
    UNION_LEADS,
    World,
)


async def test_nobody_agreed_in_time(world: World) -> None:
    view = await world.requests.submit(MANAGER, world.form())
    assert view.request.expires_at is not None
    await world.settle()
    await world.at(view.request.expires_at - timedelta(seconds=1))
    assert "request.expired" not in world.told(MANAGER)
    await world.at(view.request.expires_at)
    await world.at(view.request.expires_at + timedelta(days=1))
    assert world.told(MANAGER) == ["request.expired"]
    kept = await world.requests.view(MANAGER, view.request.request_id)
    assert kept.request.status is RequestStatus.EXPIRED
    assert not world.owed("reminder.")


async def test_an_agreement_just_in_time_stands(world: World) -> None:
    """The round had found it expired, and the counterpart was quicker."""
    view = await world.requests.submit(MANAGER, world.form())
    request_id = view.request.request_id
    await world.agreements.agree(STEWARD, request_id)
    assert view.request.expires_at is not None
    world.clock.set(view.request.expires_at + timedelta(days=1))
    await world.upkeep._expire(request_id)
    kept = await world.requests.view(MANAGER, request_id)
    assert kept.request.status is RequestStatus.AGREED


async def test_an_offer_to_lead_lapses(world: World) -> None:
    await world.approved()
    (offer,) = await world.assignments.mine(UNION_LEADS[0])
    await world.settle()
    await world.at(offer.assignment.answer_by)
    kept = await world.assignments.view(UNION_LEADS[0], offer.assignment.assignment_id)
    assert kept.assignment.status is AssignmentStatus.EXPIRED
    assert world.told(UNION_LEADS[0])[-1] == "assignment.expired"
    assert world.told(UNION_COORDINATOR)[-1] == "request.lead_expired"


async def test_a_session_is_held_once(world: World) -> None:
    session = await world.booked()
    await world.at(session.ends_at - timedelta(seconds=1))
    assert (await world.session(session.request_id or "")).status is SessionStatus.BOOKED
    for _ in range(2):
        await world.at(session.ends_at)
        await world.upkeep._end(session.session_id)
    assert (await world.session(session.request_id or "")).status is SessionStatus.HELD
    for who in (MANAGER, STEWARD):
        assert world.told(who).count("request.completed") == 1


async def test_a_session_without_a_request_is_held_too(world: World) -> None:
    session = await world.booked()
    world.units.memory.sessions[session.session_id].request_id = None
    await world.at(session.ends_at)
    assert world.units.memory.sessions[session.session_id].status is SessionStatus.HELD
    assert "request.completed" not in world.told(MANAGER)


async def test_a_session_that_nobody_came_to_lead_goes_back_to_review(world: World) -> None:
    request_id = await world.approved()
    session = await world.session(request_id)
    await world.settle()
    await world.at(session.ends_at + timedelta(minutes=1))
    view = await world.requests.view(MANAGER, request_id)
    assert view.request.status is RequestStatus.IN_REVIEW
    assert world.units.memory.sessions[session.session_id].status is SessionStatus.CANCELLED
    for who in (MANAGER, STEWARD, UNION_COORDINATOR, EMPLOYER_COORDINATOR):
        assert world.told(who)[-1] == "request.session_missed"


async def test_one_without_a_request_that_was_never_booked_ends_quietly(world: World) -> None:
    request_id = await world.approved()
    session = await world.session(request_id)
    world.units.memory.sessions[session.session_id].request_id = None
    await world.settle()
    before = world.told(MANAGER)
    await world.at(session.ends_at + timedelta(minutes=1))
    assert world.units.memory.sessions[session.session_id].status is SessionStatus.CANCELLED
    assert world.told(MANAGER) == before


async def test_one_that_cannot_be_ended_holds_up_no_other(world: World) -> None:
    """A request that stands where it cannot, and another whose time is over."""
    broken = await world.booked()
    memory = world.units.memory
    memory.requests[broken.request_id or ""].status = RequestStatus.DECLINED
    second = await world.requests.submit(MANAGER, world.form("form-2"))
    assert second.request.expires_at is not None
    await world.at(max(broken.ends_at, second.request.expires_at))
    assert memory.sessions[broken.session_id].status is SessionStatus.BOOKED
    kept = await world.requests.view(MANAGER, second.request.request_id)
    assert kept.request.status is RequestStatus.EXPIRED


async def test_nothing_to_end(world: World) -> None:
    assert await world.upkeep.run() == 0

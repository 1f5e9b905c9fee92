"""Somebody who had accepted can no longer lead: who hears what, and what the meeting does."""

from datetime import timedelta

import pytest

from bot.domain.errors import MovedOn, NotFound, Refusal
from bot.domain.people import Side
from bot.domain.requests import RequestStatus
from bot.domain.sessions import AssignmentStatus, Session, SessionStatus
from tests.unit.services.world import (
    EMPLOYER_COORDINATOR,
    EMPLOYER_LEADS,
    MANAGER,
    STEWARD,
    UNION_COORDINATOR,
    UNION_LEADS,
    World,
)

UNION, SECOND = UNION_LEADS
EMPLOYER = EMPLOYER_LEADS[0]
COORDINATORS = (UNION_COORDINATOR, EMPLOYER_COORDINATOR)


def mine(world: World, person_id: str) -> str:
    """The id of somebody's newest assignment."""
    theirs = [a for a in world.units.memory.assignments.values() if a.person_id == person_id]
    return theirs[-1].assignment_id


def status(world: World, person_id: str) -> AssignmentStatus:
    return world.units.memory.assignments[mine(world, person_id)].status


async def withdraw(world: World, person_id: str = UNION, reason: str = "Surgery") -> None:
    await world.assignments.withdraw(person_id, mine(world, person_id), reason)


async def replaced(world: World, request_id: str, person_id: str = SECOND) -> None:
    """The coordinator chooses somebody, who accepts."""
    await world.staffing.replace(UNION_COORDINATOR, request_id, Side.UNION, person_id)
    await world.assignments.accept(person_id, mine(world, person_id))


def invited(world: World, session: Session) -> list[str]:
    return sorted(a.mail for a in world.graph.meetings[session.event_id or ""].draft.attendees)


def hosts(world: World, session: Session) -> list[str]:
    return sorted(world.graph.meetings[session.event_id or ""].hosts)


async def test_a_booked_session_stays_booked_and_its_meeting_follows(world: World) -> None:
    session = await world.booked()
    request_id = session.request_id or ""
    await withdraw(world)
    assert status(world, UNION) is AssignmentStatus.WITHDRAWN
    assert not [r for r in world.owed("reminder.lead") if r.recipient_id == UNION]
    assert [r for r in world.owed("reminder.lead") if r.recipient_id == EMPLOYER]
    await world.settle()
    kept = await world.session(request_id)
    assert kept.status is SessionStatus.BOOKED
    assert invited(world, kept) == [f"{EMPLOYER}@example.org"]
    assert hosts(world, kept) == [EMPLOYER]
    for who in COORDINATORS:
        assert world.told(who).count("request.lead_withdrawn") == 1
    quiet = {who: len(world.told(who)) for who in (MANAGER, STEWARD, EMPLOYER)}

    await replaced(world, request_id)
    await world.settle()
    kept = await world.session(request_id)
    assert kept.status is SessionStatus.BOOKED
    assert invited(world, kept) == [f"{EMPLOYER}@example.org", f"{SECOND}@example.org"]
    assert hosts(world, kept) == [EMPLOYER, SECOND]
    assert [r for r in world.owed("reminder.lead") if r.recipient_id == SECOND]
    for who in (MANAGER, STEWARD):
        assert world.told(who)[quiet[who] :] == ["request.lead_settled"]
    assert world.told(EMPLOYER)[quiet[EMPLOYER] :] == ["assignment.partner_new"]
    for who in COORDINATORS:
        assert world.told(who)[-1] == "request.lead_settled"
    request = world.units.memory.requests[request_id]
    assert request.status is RequestStatus.SCHEDULED


async def test_before_it_is_booked_the_session_waits(world: World) -> None:
    request_id = await world.approved()
    await world.assignments.accept(UNION, mine(world, UNION))
    await withdraw(world)
    await world.assignments.accept(EMPLOYER, mine(world, EMPLOYER))
    assert world.session_of(request_id).status is SessionStatus.PLANNED
    await replaced(world, request_id)
    assert world.session_of(request_id).status is SessionStatus.BOOKING
    await world.settle()
    assert "request.lead_settled" not in world.told(MANAGER)
    assert world.told(MANAGER)[-1] == "request.scheduled"


async def test_while_outlook_is_booking(world: World) -> None:
    """The booking goes on with who is left; the new one is invited once it is there."""
    request_id = await world.approved()
    for who in (UNION, EMPLOYER):
        await world.assignments.accept(who, mine(world, who))
    await withdraw(world)
    await replaced(world, request_id)
    await world.settle()
    kept = await world.session(request_id)
    assert kept.status is SessionStatus.BOOKED
    assert invited(world, kept) == [f"{EMPLOYER}@example.org", f"{SECOND}@example.org"]
    assert "assignment.booked" in world.told(SECOND)
    assert "assignment.booked" not in world.told(UNION)


async def test_both_withdraw_and_it_is_settled_when_both_are_there(world: World) -> None:
    session = await world.booked()
    request_id = session.request_id or ""
    await withdraw(world, UNION)
    await withdraw(world, EMPLOYER)
    await replaced(world, request_id)
    await world.settle()
    assert "request.lead_settled" not in world.told(MANAGER)
    other = EMPLOYER_LEADS[1]
    await world.staffing.replace(EMPLOYER_COORDINATOR, request_id, Side.EMPLOYER, other)
    await world.assignments.accept(other, mine(world, other))
    await world.settle()
    assert world.told(MANAGER).count("request.lead_settled") == 1
    assert "assignment.partner_new" in world.told(SECOND)


async def test_a_reason_is_needed_and_a_second_click_changes_nothing(world: World) -> None:
    await world.booked()
    with pytest.raises(Refusal) as refused:
        await withdraw(world, reason="  ")
    assert (refused.value.code, refused.value.field) == ("reason_missing", "reason")
    await withdraw(world, reason=" Surgery ")
    await withdraw(world, reason="Something else")
    await world.settle()
    assert world.units.memory.assignments[mine(world, UNION)].reason == "Surgery"
    assert world.told(UNION_COORDINATOR).count("request.lead_withdrawn") == 1


async def test_what_cannot_be_withdrawn(world: World) -> None:
    await world.approved()
    assignment_id = mine(world, UNION)
    with pytest.raises(MovedOn):
        await withdraw(world)
    for who in (EMPLOYER, MANAGER, UNION_COORDINATOR):
        with pytest.raises(NotFound):
            await world.assignments.withdraw(who, assignment_id, "No")


async def test_too_late_or_cancelled(world: World) -> None:
    session = await world.booked()
    assert (await world.assignments.view(UNION, mine(world, UNION))).may == {"withdraw"}
    world.clock.set(session.starts_at)
    with pytest.raises(MovedOn):
        await withdraw(world)
    assert (await world.assignments.view(UNION, mine(world, UNION))).may == frozenset()
    world.clock.set(session.starts_at - timedelta(days=5))
    await world.steering.cancel(UNION_COORDINATOR, session.session_id, "A storm")
    with pytest.raises(MovedOn):
        await withdraw(world)


async def test_whoever_withdrew_is_not_asked_again(world: World) -> None:
    session = await world.booked()
    await withdraw(world)
    with pytest.raises(Refusal) as refused:
        await world.staffing.replace(UNION_COORDINATOR, session.request_id or "", Side.UNION, UNION)
    assert refused.value.code == "facilitator_unqualified"


async def test_near_and_unsettled_the_coordinators_are_asked_to_postpone_once(
    world: World,
) -> None:
    session = await world.booked()
    await withdraw(world)
    await world.settle()
    # February 16, 2027, is a Tuesday: two working days before is the Friday.
    friday = session.starts_at - timedelta(days=4)
    await world.at(friday - timedelta(days=1))
    assert "request.postpone" not in world.told(UNION_COORDINATOR)
    for hours in (0, 1, 25):
        await world.at(friday + timedelta(hours=hours))
    for who in COORDINATORS:
        assert world.told(who).count("request.postpone") == 1
    later = session.starts_at + timedelta(days=7)
    await world.steering.reschedule(UNION_COORDINATOR, session.session_id, later)
    await world.at(later - timedelta(days=4))
    assert world.told(UNION_COORDINATOR).count("request.postpone") == 2


async def test_settled_in_time_nobody_is_asked_to_postpone(world: World) -> None:
    session = await world.booked()
    await withdraw(world)
    await replaced(world, session.request_id or "")
    await world.at(session.starts_at - timedelta(days=1))
    assert "request.postpone" not in world.told(UNION_COORDINATOR)


async def test_a_late_withdrawal_is_one_message(world: World) -> None:
    session = await world.booked()
    await world.at(session.starts_at - timedelta(days=1))
    await withdraw(world)
    await world.at(session.starts_at - timedelta(hours=20))
    told = world.told(UNION_COORDINATOR)
    assert told.count("request.lead_withdrawn_late") == 1
    assert "request.postpone" not in told
    assert "request.lead_withdrawn" not in told


async def test_it_is_held_with_one_side_if_nobody_was_found(world: World) -> None:
    session = await world.booked()
    await withdraw(world)
    await world.at(session.ends_at)
    kept = world.units.memory.sessions[session.session_id]
    assert kept.status is SessionStatus.HELD

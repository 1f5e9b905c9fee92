"""Whether what is owed still holds at the moment of sending it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.messages import OutboxRow, Via
from bot.domain.requests import RequestStatus
from bot.domain.seats import SeatStatus
from bot.domain.sessions import AssignmentStatus, SessionStatus
from bot.services.relevance import still_true
from tests.unit.services.world import (
    MANAGER,
    NOW,
    STEWARD,
    UNION_COORDINATOR,
    UNION_LEADS,
    World,
)


def row(kind: str, subject: str, to: str, **args: Any) -> OutboxRow:
    return OutboxRow("row", Via.CHAT, kind, subject, "key", NOW, NOW, to, args)


async def holds(world: World, owed: OutboxRow) -> bool:
    async with world.units(reading=True) as uow:
        return await still_true(uow, owed)


@pytest.mark.parametrize("kind", ["request.asked", "request.nudged", "reminder.agreement"])
async def test_an_agreement_is_asked_for_while_it_is_awaited(world: World, kind: str) -> None:
    view = await world.requests.submit(MANAGER, world.form())
    owed = row(kind, f"request:{view.request.request_id}", STEWARD)
    assert await holds(world, owed)
    assert not await holds(world, replace(owed, recipient_id=MANAGER))
    assert not await holds(world, replace(owed, recipient_id=None))
    assert not await holds(world, replace(owed, subject="request:none"))
    world.units.memory.requests[view.request.request_id].status = RequestStatus.WITHDRAWN
    assert not await holds(world, owed)


@pytest.mark.parametrize("kind", ["assignment.offered", "reminder.offer"])
async def test_an_offer_is_told_while_it_is_open(world: World, kind: str) -> None:
    await world.approved()
    (offer,) = await world.assignments.mine(UNION_LEADS[0])
    assignment_id = offer.assignment.assignment_id
    owed = row(kind, f"assignment:{assignment_id}", UNION_LEADS[0])
    assert await holds(world, owed)
    assert not await holds(world, replace(owed, subject="assignment:none"))
    world.units.memory.assignments[assignment_id].status = AssignmentStatus.WITHDRAWN
    assert not await holds(world, owed)


async def test_a_seat_is_reminded_of_while_it_is_theirs(world: World) -> None:
    session = await world.booked()
    world.meet("employee")
    await world.seats.join("employee", session.session_id, session.code)
    about = f"session:{session.session_id}"
    owed = row("reminder.seat", about, "employee", version=1, which="1d")
    assert await holds(world, owed)
    assert not await holds(world, replace(owed, recipient_id="somebody else"))
    assert not await holds(world, replace(owed, args={"version": 2}))  # of another time
    assert not await holds(world, replace(owed, args={}))
    assert not await holds(world, replace(owed, subject="session:none"))
    memory = world.units.memory
    (seat,) = memory.seats.values()
    seat.status = SeatStatus.LEFT
    assert not await holds(world, owed)
    seat.status = SeatStatus.CONFIRMED
    memory.sessions[session.session_id].status = SessionStatus.CANCELLED
    assert not await holds(world, owed)


async def test_a_lead_is_reminded_while_they_lead(world: World) -> None:
    session = await world.booked()
    about = f"session:{session.session_id}"
    owed = row("reminder.lead", about, UNION_LEADS[0], version=1, which="2d")
    assert await holds(world, owed)
    assert not await holds(world, replace(owed, recipient_id=UNION_LEADS[1]))
    memory = world.units.memory
    for assignment in memory.assignments.values():
        assignment.status = AssignmentStatus.WITHDRAWN
    assert not await holds(world, owed)
    for assignment in memory.assignments.values():
        assignment.status = AssignmentStatus.ACCEPTED
    memory.sessions[session.session_id].status = SessionStatus.HELD
    assert not await holds(world, owed)


async def test_everything_else_is_told_in_any_case(world: World) -> None:
    assert await holds(world, row("request.declined", "request:none", MANAGER))
    world.clock.advance(timedelta(days=1))
    assert await holds(world, row("role.granted", "help:somebody", MANAGER))


@pytest.mark.parametrize("kind", ["request.postpone", "request.round_exhausted"])
async def test_somebody_is_missing_until_both_sides_are_there(world: World, kind: str) -> None:
    session = await world.booked()
    owed = row(kind, f"request:{session.request_id}", UNION_COORDINATOR)
    assert not await holds(world, owed)
    (lead,) = await world.assignments.mine(UNION_LEADS[0])
    await world.assignments.withdraw(UNION_LEADS[0], lead.assignment.assignment_id, "Ill")
    assert await holds(world, owed)
    assert not await holds(world, replace(owed, subject="request:none"))
    world.units.memory.sessions[session.session_id].status = SessionStatus.HELD
    assert not await holds(world, owed)

"""The whole job on SQLite and PostgreSQL, and crowds at its doors."""

import asyncio
from collections import Counter
from datetime import timedelta

from bot.domain.errors import Conflict, Refusal
from bot.domain.people import Side
from bot.domain.requests import RequestStatus
from bot.domain.seats import SeatStatus
from bot.domain.sessions import SessionStatus
from bot.services.views import RequestView, SessionView
from tests.integration.services.conftest import SqlWorld
from tests.unit.services.world import (
    EMPLOYER_COORDINATOR,
    EMPLOYER_LEADS,
    MANAGER,
    STEWARD,
    UNION_COORDINATOR,
    UNION_LEADS,
)

CROWD = 40


async def test_from_the_request_to_the_held_session(world: SqlWorld) -> None:
    session = await world.booked()
    assert session.status is SessionStatus.BOOKED
    assert world.told(MANAGER) == ["request.agreed", "request.approved", "request.scheduled"]
    assert world.told(STEWARD) == ["request.asked", "request.approved", "request.scheduled"]
    for person_id in ("first", "second"):
        await world.seats.join(person_id, session.session_id, session.code)
    await world.seats.leave("first", session.session_id)
    for days in (14, 7, 2, 1, 0):
        await world.at(session.starts_at - timedelta(days=days, minutes=30))
    assert world.told("first") == []
    assert world.told("second") == ["reminder.seat"] * 3
    assert world.told(UNION_LEADS[0])[2:] == ["reminder.lead"] * 3
    await world.at(session.ends_at + timedelta(minutes=1))
    view = await world.requests.view(MANAGER, session.request_id or "")
    assert view.request.status is RequestStatus.COMPLETED
    counts = {state: count for state, count in (await world.queue.counts()).items() if count}
    assert set(counts) <= {"sent", "skipped"}


async def test_a_crowd_at_once_takes_exactly_the_seats_and_waits_in_order(
    world: SqlWorld,
) -> None:
    session = await world.booked()

    async def join(person_id: str) -> SessionView:
        while True:
            try:
                return await world.seats.join(person_id, session.session_id, session.code)
            except Conflict:  # the chat tries again, too
                continue

    views = await asyncio.gather(*(join(f"person-{n:02d}") for n in range(CROWD)))
    kept = await asyncio.gather(*(world.sessions.mine(f"person-{n:02d}") for n in range(CROWD)))
    standing = Counter(mine[0].seat.status for mine in kept if mine[0].seat)
    assert standing == {
        SeatStatus.CONFIRMED: session.capacity,
        SeatStatus.WAITLISTED: CROWD - session.capacity,
    }
    ranks = sorted(mine[0].rank for mine in kept if mine[0].rank is not None)
    assert ranks == list(range(1, CROWD - session.capacity + 1))
    assert len(views) == CROWD


async def test_many_leave_and_each_freed_seat_goes_to_one_who_waits(world: SqlWorld) -> None:
    session = await world.booked()
    everybody = [f"person-{n:02d}" for n in range(session.capacity + 10)]
    for person_id in everybody:
        await world.seats.join(person_id, session.session_id, session.code)
    leaving = everybody[:8]
    await asyncio.gather(*(world.seats.leave(who, session.session_id) for who in leaving))
    await world.settle()
    view = await world.sessions.view(MANAGER, session.session_id)
    assert (view.seats_taken, view.waiting) == (session.capacity, 2)
    told = [who for who in everybody if world.told(who) == ["session.seat_confirmed"]]
    assert told == everybody[session.capacity : session.capacity + 8]


async def test_of_two_coordinators_who_approve_at_once_one_does(world: SqlWorld) -> None:
    view = await world.requests.submit(MANAGER, world.form())
    request = view.request
    await world.agreements.agree(STEWARD, request.request_id)

    async def approve(coordinator: str, number: int) -> RequestView:
        pair = {Side.UNION: UNION_LEADS[number], Side.EMPLOYER: EMPLOYER_LEADS[number]}
        return await world.staffing.approve(
            coordinator, request.request_id, request.preferred_at[0], pair
        )

    answers = await asyncio.gather(
        approve(UNION_COORDINATOR, 0), approve(EMPLOYER_COORDINATOR, 1), return_exceptions=True
    )
    refused = [a for a in answers if isinstance(a, Refusal | Conflict)]
    assert len(refused) == 1
    session = await world.session(request.request_id)
    async with world.units(reading=True) as uow:
        assert len(await uow.assignments.of_session(session.session_id)) == 2


async def test_the_same_form_submitted_twice_at_once_is_one_request(world: SqlWorld) -> None:
    form = world.form()

    async def submit() -> RequestView:
        try:
            return await world.requests.submit(MANAGER, form)
        except Conflict:
            return await world.requests.submit(MANAGER, form)

    first, second = await asyncio.gather(submit(), submit())
    assert first.request.reference == second.request.reference
    views = await world.requests.mine(MANAGER)
    assert len(views[0]) == 1


async def test_both_facilitators_who_accept_at_once_book_one_meeting(world: SqlWorld) -> None:
    request_id = await world.approved()

    async def accept(person_id: str) -> None:
        (offer,) = await world.assignments.mine(person_id)
        while True:
            try:
                await world.assignments.accept(person_id, offer.assignment.assignment_id)
            except Conflict:
                continue
            return

    await asyncio.gather(accept(UNION_LEADS[0]), accept(EMPLOYER_LEADS[0]))
    await world.settle()
    assert (await world.session(request_id)).status is SessionStatus.BOOKED
    assert len(world.graph.meetings) == 1

"""A crowd for few seats: the long form, over the whole endpoint, is `python -m bench seats`."""

import asyncio
from datetime import timedelta

from bot.domain.people import Person
from bot.domain.requests import Visibility
from bot.domain.seats import SeatStatus
from bot.domain.sessions import Session, SessionStatus
from tests.integration.services.conftest import SqlWorld

CROWD, SEATS = 60, 15


async def opened(world: SqlWorld) -> Session:
    """An open session that is booked, and everybody known."""
    starts_at = world.clock.now() + timedelta(days=60)
    session = Session(
        session_id="session-1",
        code="K7M-2QF",
        offering="harassment",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3),
        zone="America/Toronto",
        language="en",
        region="quebec",
        organization="2229",
        visibility=Visibility.OPEN,
        capacity=SEATS,
        transaction_id="transaction-1",
        created_at=world.clock.now(),
        status=SessionStatus.BOOKED,
    )
    async with world.units() as uow:
        await uow.sessions.add(session)
        for number in range(CROWD):
            await uow.people.add(Person(f"person-{number:03d}"))
        await uow.commit()
    return session


async def test_whoever_came_first_has_a_seat_and_everybody_a_place(world: SqlWorld) -> None:
    session = await opened(world)
    ids = [f"person-{number:03d}" for number in range(CROWD)]
    joins = (world.seats.join(one, session.session_id) for one in ids)
    views = dict(zip(ids, await asyncio.gather(*joins), strict=True))
    async with world.units(reading=True) as uow:
        seats = await uow.seats.of_session(session.session_id)
    assert [seat.ticket for seat in seats] == list(range(1, CROWD + 1))
    assert [seat.status for seat in seats] == [SeatStatus.CONFIRMED] * SEATS + [
        SeatStatus.WAITLISTED
    ] * (CROWD - SEATS)
    for place, seat in enumerate(seats, start=1):
        view = views[seat.person_id]
        assert view.rank == (place - SEATS if place > SEATS else None)
        assert (view.seats_taken, view.waiting) == (min(place, SEATS), max(0, place - SEATS))


async def test_the_next_in_line_follows_whoever_leaves(world: SqlWorld) -> None:
    session = await opened(world)
    ids = [f"person-{number:03d}" for number in range(SEATS + 3)]
    for one in ids:
        await world.seats.join(one, session.session_id)
    gone = (world.seats.leave(one, session.session_id) for one in (ids[0], ids[SEATS]))
    await asyncio.gather(*gone)
    async with world.units(reading=True) as uow:
        standing = {s.person_id: s.status for s in await uow.seats.of_session(session.session_id)}
    left = {one for one, status in standing.items() if status is SeatStatus.LEFT}
    assert left == {ids[0], ids[SEATS]}
    assert sum(status is SeatStatus.CONFIRMED for status in standing.values()) == SEATS
    last = await world.sessions.view(ids[-1], session.session_id)
    assert (last.rank, last.waiting) == (1, 1)

"""Asking in order and replacing on SQLite and PostgreSQL, with rivals at the same moment."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

from bot.domain.errors import Conflict, MovedOn, Refusal
from bot.domain.people import Side
from bot.domain.rounds import RoundStatus
from bot.domain.sessions import Assignment, AssignmentStatus, Session, SessionStatus
from tests.integration.services.conftest import SqlWorld
from tests.unit.services.world import (
    EMPLOYER_COORDINATOR,
    EMPLOYER_LEADS,
    MANAGER,
    STEWARD,
    UNION_COORDINATOR,
    UNION_LEADS,
)

UNION, SECOND = UNION_LEADS
EMPLOYER = EMPLOYER_LEADS[0]
T = TypeVar("T")


async def again(wanted: Callable[[], Awaitable[T]]) -> T | None:
    """As the chat does it: once more where somebody else was quicker; None where it moved on."""
    while True:
        try:
            return await wanted()
        except Conflict:
            continue
        except MovedOn:
            return None


async def in_order(world: SqlWorld) -> Session:
    view = await world.requests.submit(MANAGER, world.form())
    request = view.request
    await world.agreements.agree(STEWARD, request.request_id)
    pair = {Side.UNION: UNION, Side.EMPLOYER: EMPLOYER}
    await world.staffing.approve(
        UNION_COORDINATOR, request.request_id, request.preferred_at[0], pair, in_order=True
    )
    return await world.session(request.request_id)


async def asked(world: SqlWorld, session: Session) -> dict[str, Assignment]:
    async with world.units(reading=True) as uow:
        found = await uow.assignments.of_session(session.session_id)
    return {a.person_id: a for a in found}


async def mine(world: SqlWorld, person_id: str) -> str:
    (view,) = await world.assignments.mine(person_id)
    return view.assignment.assignment_id


async def test_several_workers_ask_the_next_one_once(world: SqlWorld) -> None:
    session = await in_order(world)
    await world.assignments.decline(UNION, await mine(world, UNION))
    assert await world.upkeep.run() == 1
    await asyncio.gather(
        *(again(lambda: world.rounds.advance(session.session_id)) for _ in range(6))
    )
    rows = await asked(world, session)
    assert {p: a.status.value for p, a in rows.items()} == {
        UNION: "declined",
        EMPLOYER: "offered",
        SECOND: "offered",
    }
    async with world.units(reading=True) as uow:
        assert await uow.rounds.waiting(world.clock.now(), 10) == []


async def test_two_coordinators_start_while_the_worker_is_at_it(world: SqlWorld) -> None:
    request_id = await world.approved()
    session = await world.session(request_id)
    await world.assignments.decline(UNION, await mine(world, UNION))
    await asyncio.gather(
        again(lambda: world.rounds.start(UNION_COORDINATOR, request_id)),
        again(lambda: world.rounds.start(EMPLOYER_COORDINATOR, request_id)),
        again(lambda: world.rounds.advance(session.session_id)),
    )
    assert len(await asked(world, session)) == 3
    async with world.units(reading=True) as uow:
        asking = await uow.rounds.get(session.session_id)
    assert asking is not None
    assert asking.status is RoundStatus.RUNNING


async def test_accepting_while_it_is_stopped_and_while_somebody_else_is_chosen(
    world: SqlWorld,
) -> None:
    """Whoever accepts first leads; an offer that was taken back cannot be accepted any more."""
    session = await in_order(world)
    request_id = session.request_id or ""
    await world.assignments.accept(EMPLOYER, await mine(world, EMPLOYER))
    offer = await mine(world, UNION)
    await asyncio.gather(
        again(lambda: world.rounds.stop(UNION_COORDINATOR, request_id)),
        again(lambda: world.assignments.accept(UNION, offer)),
        again(
            lambda: world.staffing.replace(
                EMPLOYER_COORDINATOR, request_id, Side.UNION, SECOND, instead_of=offer
            )
        ),
    )
    rows = await asked(world, session)
    held = [p for p, a in rows.items() if a.side is Side.UNION and a.status.value == "accepted"]
    kept = await world.session(request_id)
    if held:
        assert held == [UNION]
        assert SECOND not in rows
        assert kept.status is SessionStatus.BOOKING
    else:
        assert rows[UNION].status is AssignmentStatus.WITHDRAWN
        assert rows[SECOND].status is AssignmentStatus.OFFERED
        assert kept.status is SessionStatus.PLANNED


async def test_withdrawing_from_a_booked_session_and_two_replacements(world: SqlWorld) -> None:
    """Two coordinators choose at once: one offer goes out, and the session stays booked."""
    session = await world.booked()
    request_id = session.request_id or ""
    await world.assignments.withdraw(UNION, await mine(world, UNION), "Ill")
    async with world.units(reading=True) as uow:
        near = (world.clock.now(), session.ends_at, 10)
        assert await uow.sessions.unfilled(*near) == [session.session_id]
    outcomes = await asyncio.gather(
        *(
            again(lambda who=who: world.staffing.replace(who, request_id, Side.UNION, SECOND))
            for who in (UNION_COORDINATOR, EMPLOYER_COORDINATOR)
        )
    )
    assert sum(outcome is not None for outcome in outcomes) == 1
    await world.assignments.accept(SECOND, await mine(world, SECOND))
    await world.settle()
    kept = await world.session(request_id)
    assert kept.status is SessionStatus.BOOKED
    assert world.graph.meetings[kept.event_id or ""].mails == {
        f"{EMPLOYER}@example.org",
        f"{SECOND}@example.org",
    }
    assert world.told(MANAGER)[-1] == "request.lead_settled"
    async with world.units(reading=True) as uow:
        assert await uow.sessions.unfilled(*near) == []


async def test_two_offers_at_one_time_accepted_at_once(world: SqlWorld) -> None:
    """By two clicks on two replicas: one is accepted, the other is still theirs to decline."""
    for form_id in ("form-1", "form-2"):
        await world.approved(form_id=form_id)
    offers = [view.assignment.assignment_id for view in await world.assignments.mine(UNION)]
    ended = await asyncio.gather(
        *(again(partial(world.assignments.accept, UNION, offer)) for offer in offers),
        return_exceptions=True,
    )
    (refused,) = [each for each in ended if isinstance(each, BaseException)]
    assert isinstance(refused, Refusal)
    assert refused.code == "assignment_overlaps"
    statuses = sorted(view.assignment.status for view in await world.assignments.mine(UNION))
    assert statuses == [AssignmentStatus.ACCEPTED, AssignmentStatus.OFFERED]

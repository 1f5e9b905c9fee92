"""Seats on the use cases: joins, waits, leaves, offers, people who are added, all at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import seats as seating
from bot.domain.errors import MovedOn, NotFound, Refusal
from bot.domain.messages import LiveCard
from bot.domain.requests import Visibility
from bot.domain.rules import Rules
from bot.domain.seats import Seat, SeatStatus
from bot.domain.sessions import Session, SessionStatus
from bot.services.seats import MOST_ADDED
from tests.unit.services.world import (
    EMPLOYER_LEADS,
    MANAGER,
    STEWARD,
    UNION_COORDINATOR,
    UNION_LEADS,
    World,
)


def standing(world: World, session: Session) -> dict[str, str]:
    rows = world.units.memory.seats.values()
    return {row.person_id: row.status.value for row in rows if row.session_id == session.session_id}


def small(world: World, session: Session, capacity: int) -> None:
    world.units.memory.sessions[session.session_id].capacity = capacity


async def joins(world: World, session: Session, *people: str) -> None:
    for person_id in people:
        await world.seats.join(person_id, session.session_id, session.code)


async def test_a_teams_own_session_is_open_to_its_code_and_its_parties(world: World) -> None:
    session = await world.booked()
    for code in (None, "", "B4D-9XZ"):
        with pytest.raises(NotFound) as refused:
            await world.seats.join("stranger", session.session_id, code)
        assert refused.value.code == "session_unknown"
    for person_id in (MANAGER, STEWARD):
        view = await world.seats.join(person_id, session.session_id)
        assert view.seat is not None
    await world.seats.join("stranger", session.session_id, session.code)
    await world.seats.leave("stranger", session.session_id)
    again = await world.seats.join("stranger", session.session_id)  # is of it already
    assert again.seat is not None
    assert again.seat.status is SeatStatus.CONFIRMED


async def test_an_open_session_needs_no_code(world: World) -> None:
    session = await world.booked(visibility=Visibility.OPEN)
    view = await world.seats.join("stranger", session.session_id)
    assert view.may == {"leave"}
    assert view.seats_left == 14


async def test_whoever_is_asked_to_lead_cannot_join(world: World) -> None:
    session = await world.booked()
    with pytest.raises(Refusal) as refused:
        await world.seats.join(UNION_LEADS[0], session.session_id, session.code)
    assert refused.value.code == "lead_cannot_join"
    view = await world.seats.join(UNION_LEADS[1], session.session_id, session.code)
    assert view.seat is not None


@pytest.mark.parametrize("status", [s for s in SessionStatus if s not in {"staffed", "booked"}])
async def test_only_a_staffed_session_takes_people(world: World, status: SessionStatus) -> None:
    session = await world.booked()
    await joins(world, session, "early")
    world.units.memory.sessions[session.session_id].status = status
    if status is SessionStatus.BOOKING:
        await joins(world, session, "late")
        return
    for call in (
        world.seats.join("late", session.session_id, session.code),
        world.seats.leave("early", session.session_id),
        world.seats.add_people(MANAGER, session.session_id, ["late"]),
    ):
        with pytest.raises(MovedOn) as refused:
            await call
        assert refused.value.code == "session_moved_on"
    assert standing(world, session) == {"early": "confirmed"}


async def test_from_the_start_on_nothing_changes(world: World) -> None:
    session = await world.booked()
    await joins(world, session, "early")
    world.clock.set(session.starts_at)
    for call in (
        world.seats.join("late", session.session_id, session.code),
        world.seats.leave("early", session.session_id),
    ):
        with pytest.raises(MovedOn) as refused:
            await call
        assert refused.value.code == "session_over"
        assert refused.value.values == {"at": session.starts_at}


async def test_a_freed_seat_goes_to_whoever_waited_longest_with_their_reminders(
    world: World,
) -> None:
    session = await world.booked()
    small(world, session, 2)
    await joins(world, session, "a", "b", "c", "d")
    await world.seats.leave("a", session.session_id)
    assert standing(world, session) == {
        "a": "left",
        "b": "confirmed",
        "c": "confirmed",
        "d": "waitlisted",
    }
    of = {
        person: sum(row.recipient_id == person for row in world.owed("reminder.seat"))
        for person in "abcd"
    }
    assert of["a"] == of["d"] == 0
    assert of["b"] == of["c"] > 0
    await world.courier.run_until_idle()
    assert (world.told("c"), world.told("d")) == (["session.seat_confirmed"], [])


async def test_leaving_the_waitlist_gives_nobody_a_seat(world: World) -> None:
    session = await world.booked()
    small(world, session, 1)
    await joins(world, session, "a", "b", "c")
    before = len(world.owed("meeting.people"))
    view = await world.seats.leave("b", session.session_id)
    assert view.may == {"join"}
    assert standing(world, session) == {"a": "confirmed", "b": "left", "c": "waitlisted"}
    assert len(world.owed("meeting.people")) == before


async def test_leaving_what_one_never_had_is_refused(world: World) -> None:
    session = await world.booked()
    for call in (
        world.seats.leave("stranger", session.session_id),
        world.seats.accept_offer("stranger", session.session_id),
    ):
        with pytest.raises(NotFound) as refused:
            await call
        assert refused.value.code == "seat_unknown"
    with pytest.raises(NotFound):
        await world.seats.leave("stranger", "no-such-session")


async def test_a_seat_kept_through_a_failed_booking_is_invited_once_it_is_made(
    world: World,
) -> None:
    """People may join before Outlook has the meeting: the invitation follows."""
    request_id = await world.approved()
    for person_id in (UNION_LEADS[0], EMPLOYER_LEADS[0]):
        (offer,) = await world.assignments.mine(person_id)
        await world.assignments.accept(person_id, offer.assignment.assignment_id)
    session = world.session_of(request_id)
    world.meet("early")
    await joins(world, session, "early")
    await world.settle()
    (meeting,) = world.graph.meetings.values()
    assert "early@example.org" in meeting.mails


async def test_adding_people_says_what_became_of_each(world: World) -> None:
    session = await world.booked()
    small(world, session, 2)
    await joins(world, session, "there")
    asked = ["new", "there", UNION_LEADS[0], "waits", "new"]
    added = await world.seats.add_people(STEWARD, session.session_id, asked)
    assert [one.person_id for one in added.seated] == ["new"]
    assert [one.person_id for one in added.waiting] == ["waits"]
    assert [one.person_id for one in added.already] == ["there"]
    assert [one.person_id for one in added.leading] == [UNION_LEADS[0]]
    assert added.view.may == {"join", "add_people"}
    again = await world.seats.add_people(STEWARD, session.session_id, asked)
    assert [one.person_id for one in again.already] == ["new", "there", "waits"]
    await world.courier.run_until_idle()
    assert (world.told("new"), world.told("waits")) == (["session.added"], ["session.added"])
    kept = world.units.memory.seats[session.session_id, "new"]
    assert kept.added_by == STEWARD


async def test_adding_oneself_needs_no_message(world: World) -> None:
    session = await world.booked()
    before = world.told(MANAGER)
    await world.seats.add_people(MANAGER, session.session_id, [MANAGER])
    await world.courier.run_until_idle()
    assert world.told(MANAGER) == before
    assert standing(world, session) == {MANAGER: "confirmed"}


async def test_who_may_add_and_how_many(world: World) -> None:
    session = await world.booked()
    for actor in ("stranger", UNION_COORDINATOR, UNION_LEADS[0]):
        with pytest.raises(NotFound) as unknown:
            await world.seats.add_people(actor, session.session_id, ["new"])
        assert unknown.value.code == "session_unknown"
    for people in ([], [f"p{n}" for n in range(MOST_ADDED + 1)]):
        with pytest.raises(Refusal) as refused:
            await world.seats.add_people(MANAGER, session.session_id, people)
        assert (refused.value.code, refused.value.field) == ("people_missing", "people")
    assert standing(world, session) == {}


async def test_the_requesters_card_counts_the_seats(world: World) -> None:
    session = await world.booked()
    subject = f"request:{session.request_id}"
    request_id = session.request_id or ""
    view = await world.requests.view(MANAGER, request_id)
    assert view.session is not None
    assert view.session.seats_taken == 0
    async with world.units() as uow:
        card = LiveCard(MANAGER, subject, "chat", "activity", world.clock.now())
        await uow.live_cards.put(card)
        await uow.commit()
    await joins(world, session, "a")
    assert [row.subject for row in world.owed("card.refresh")] == [subject]
    await world.courier.run_until_idle()
    await world.seats.leave("a", session.session_id)
    assert [row.subject for row in world.owed("card.refresh")] == [subject]


@pytest.fixture
async def offering() -> tuple[World, Session]:
    """A freed seat is offered for four hours: a had it and left, b has the offer, c waits."""
    world = World(Rules(seat_offer=timedelta(hours=4)))
    session = await world.booked()
    small(world, session, 1)
    await joins(world, session, "a", "b", "c")
    await world.seats.leave("a", session.session_id)
    assert standing(world, session) == {"a": "left", "b": "offered", "c": "waitlisted"}
    return world, session


async def test_an_offer_taken_in_time(offering: tuple[World, Session]) -> None:
    world, session = offering
    for _ in range(2):
        view = await world.seats.accept_offer("b", session.session_id)
        assert view.seat is not None
        assert view.seat.status is SeatStatus.CONFIRMED
    assert {row.recipient_id for row in world.owed("reminder.seat")} == {"b"}
    with pytest.raises(MovedOn) as refused:
        await world.seats.accept_offer("c", session.session_id)
    assert refused.value.code == "seat_moved_on"


async def test_an_offer_declined_goes_on_at_once(offering: tuple[World, Session]) -> None:
    world, session = offering
    await world.seats.leave("b", session.session_id)
    assert standing(world, session) == {"a": "left", "b": "declined", "c": "offered"}
    with pytest.raises(MovedOn) as refused:
        await world.seats.accept_offer("b", session.session_id)
    assert refused.value.code == "seat_offer_lapsed"


async def test_an_offer_that_lapses_goes_on_and_both_are_told(
    offering: tuple[World, Session],
) -> None:
    world, session = offering
    until = world.units.memory.seats[session.session_id, "b"].offered_until
    assert until is not None
    world.clock.set(until)
    with pytest.raises(MovedOn) as refused:
        await world.seats.accept_offer("b", session.session_id)
    assert refused.value.values == {"at": until}
    await world.at(until)
    assert standing(world, session) == {"a": "left", "b": "declined", "c": "offered"}
    assert world.told("b") == ["session.seat_offered", "session.seat_lapsed"]
    assert world.told("c") == ["session.seat_offered"]
    await world.at(until + timedelta(hours=4))
    assert standing(world, session)["c"] == "declined"
    view = await world.seats.join("b", session.session_id, session.code)
    assert view.seat is not None
    assert view.seat.status is SeatStatus.CONFIRMED


async def test_many_at_once_for_one_seat(world: World) -> None:
    session = await world.booked()
    small(world, session, 1)
    people = [f"p{n}" for n in range(10)]
    views = await asyncio.gather(
        *(world.seats.join(p, session.session_id, session.code) for p in people)
    )
    assert sum(view.rank is None for view in views) == 1
    assert sorted(view.rank for view in views if view.rank) == list(range(1, 10))
    tickets = [seat.ticket for seat in world.units.memory.seats.values()]
    assert sorted(tickets) == list(range(1, 11))


PEOPLE = ("a", "b", "c", "d", "e")
STEPS = st.lists(
    st.lists(
        st.tuples(st.sampled_from(["join", "leave", "accept", "add"]), st.sampled_from(PEOPLE)),
        min_size=1,
        max_size=5,
    ),
    max_size=6,
)


@settings(max_examples=25, deadline=None)
@given(steps=STEPS, capacity=st.integers(1, 3), hours=st.sampled_from([0, 4]))
def test_whatever_happens_at_once_nobody_is_lost_and_no_seat_is_given_twice(
    steps: list[list[tuple[str, str]]], capacity: int, hours: int
) -> None:
    asyncio.run(_story(steps, capacity, hours))


async def _story(steps: list[list[tuple[str, str]]], capacity: int, hours: int) -> None:
    world = World(Rules(seat_offer=timedelta(hours=hours)))
    session = await world.booked()
    small(world, session, capacity)
    for together in steps:
        answers = await asyncio.gather(
            *(_do(world, session, what, who) for what, who in together), return_exceptions=True
        )
        assert all(isinstance(each, Refusal) or each is None for each in answers), answers
        _check(world, session, capacity)
        world.clock.advance(timedelta(hours=1))
        await world.seats.lapse(session.session_id)
        _check(world, session, capacity)


async def _do(world: World, session: Session, what: str, who: str) -> None:
    match what:
        case "join":
            await world.seats.join(who, session.session_id, session.code)
        case "leave":
            await world.seats.leave(who, session.session_id)
        case "accept":
            await world.seats.accept_offer(who, session.session_id)
        case _:
            await world.seats.add_people(MANAGER, session.session_id, [who])


def _check(world: World, session: Session, capacity: int) -> None:
    rows: list[Seat] = [
        row for row in world.units.memory.seats.values() if row.session_id == session.session_id
    ]
    assert seating.taken(rows) <= capacity
    waiting = [row for row in rows if row.status is SeatStatus.WAITLISTED]
    if waiting:
        assert seating.taken(rows) == capacity
    assert len({row.ticket for row in rows}) == len(rows)
    reminded = {row.recipient_id for row in world.owed("reminder.seat")}
    assert reminded == {row.person_id for row in rows if row.status is SeatStatus.CONFIRMED}

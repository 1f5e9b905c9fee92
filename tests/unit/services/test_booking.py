"""Booking against an Outlook that throttles, times out, and forgets to answer."""

from datetime import timedelta

import pytest

from bot.domain.errors import DENIED, Denied, OutsideFault, Rejected, Throttled
from bot.domain.messages import RowState
from bot.domain.sessions import SessionStatus
from tests.unit.services.world import (
    EMPLOYER_COORDINATOR,
    EMPLOYER_LEADS,
    MANAGER,
    UNION_COORDINATOR,
    UNION_LEADS,
    World,
)


async def _accepted(world: World) -> str:
    """A request whose two facilitators accepted; nothing has been carried out yet."""
    request_id = await world.approved()
    for person_id in (UNION_LEADS[0], EMPLOYER_LEADS[0]):
        (offer,) = await world.assignments.mine(person_id)
        await world.assignments.accept(person_id, offer.assignment.assignment_id)
    return request_id


async def test_an_event_made_by_an_attempt_that_timed_out_is_found_again(world: World) -> None:
    request_id = await _accepted(world)
    world.graph.fail(OutsideFault("timeout"), operation="create", after=True)
    await world.courier.run_until_idle()
    assert world.session_of(request_id).status is SessionStatus.BOOKING
    world.clock.advance(timedelta(minutes=1))
    await world.settle()
    assert world.session_of(request_id).status is SessionStatus.BOOKED
    assert len(world.graph.meetings) == 1


async def test_a_join_link_that_comes_late_is_waited_for(world: World) -> None:
    world.graph.join_reads = 3
    request_id = await _accepted(world)
    await world.courier.run_until_idle()
    assert world.session_of(request_id).status is SessionStatus.BOOKING
    assert "request.scheduled" not in world.told(MANAGER)
    await world.settle()
    assert world.session_of(request_id).status is SessionStatus.BOOKED
    assert world.graph.calls.count("create") == 1


async def test_both_facilitators_host_the_meeting(world: World) -> None:
    await _accepted(world)
    await world.settle()
    (meeting,) = world.graph.meetings.values()
    assert meeting.hosts == (EMPLOYER_LEADS[0], UNION_LEADS[0])


async def test_a_meeting_stands_though_nobody_may_be_made_its_host(world: World) -> None:
    request_id = await _accepted(world)
    world.graph.fail(Denied(), operation="host", times=2)
    await world.courier.run_until_idle()
    world.clock.advance(timedelta(seconds=10))
    await world.courier.run_until_idle()
    session = world.session_of(request_id)
    assert (session.status, session.fault) == (SessionStatus.BOOKED, None)
    assert "request.booking_failed" not in world.told(UNION_COORDINATOR)
    (meeting,) = world.graph.meetings.values()
    assert meeting.hosts == ()
    world.clock.advance(timedelta(minutes=1))  # the permission is there
    await world.settle()
    assert len(meeting.hosts) == 2
    assert world.owed("meeting.hosts") == []


async def test_a_slow_outlook_makes_no_trouble_over_the_hosts(world: World) -> None:
    request_id = await _accepted(world)
    world.graph.fail(OutsideFault("graph_503"), operation="host", times=4)
    for _ in range(4):
        await world.courier.run_until_idle()
        world.clock.advance(timedelta(minutes=2))
    assert world.session_of(request_id).fault is None
    await world.settle()
    (meeting,) = world.graph.meetings.values()
    assert len(meeting.hosts) == 2


async def test_retry_after_is_kept_to(world: World) -> None:
    request_id = await _accepted(world)
    world.graph.fail(Throttled("throttled", retry_after=timedelta(minutes=7)), operation="create")
    at = world.clock.now()
    await world.courier.run_until_idle()
    (row,) = world.owed("meeting.book")
    assert row.due_at == at + timedelta(minutes=7)
    world.clock.advance(timedelta(minutes=7))
    await world.settle()
    assert world.session_of(request_id).status is SessionStatus.BOOKED


async def test_after_three_failures_the_card_says_so_and_the_booking_goes_on(world: World) -> None:
    request_id = await _accepted(world)
    world.graph.fail(OutsideFault("graph_503"), operation="create", times=3)
    for _ in range(3):
        await world.courier.run_until_idle()
        world.clock.advance(timedelta(minutes=2))
    view = await world.requests.view(UNION_COORDINATOR, request_id)
    assert view.fault == "graph_503"
    assert "retry_booking" in view.may
    await world.settle()
    view = await world.requests.view(UNION_COORDINATOR, request_id)
    assert view.fault is None
    assert world.session_of(request_id).status is SessionStatus.BOOKED


async def test_what_outlook_refuses_is_told_to_the_coordinators_and_tried_when_they_say(
    world: World,
) -> None:
    request_id = await _accepted(world)
    world.graph.fail(Rejected("graph_403"), operation="create")
    await world.courier.run_until_idle()
    for coordinator in (UNION_COORDINATOR, EMPLOYER_COORDINATOR):
        assert world.told(coordinator)[-1] == "request.booking_failed"
    session = world.session_of(request_id)
    assert session.fault == "graph_403"
    await world.steering.retry_booking(UNION_COORDINATOR, session.session_id)
    await world.settle()
    assert world.session_of(request_id).status is SessionStatus.BOOKED


async def test_a_permission_that_is_missing_is_told_once_and_waited_for(world: World) -> None:
    request_id = await _accepted(world)
    world.graph.fail(Denied(), operation="create", times=5)
    for _ in range(5):
        await world.courier.run_until_idle()
        world.clock.advance(timedelta(minutes=3))
    session = world.session_of(request_id)
    assert (session.status, session.fault) == (SessionStatus.BOOKING, DENIED)
    assert world.told(UNION_COORDINATOR).count("request.booking_failed") == 1
    await world.settle()
    session = world.session_of(request_id)
    assert (session.status, session.fault) == (SessionStatus.BOOKED, None)


async def test_a_coordinator_who_knows_that_it_is_mended_need_not_wait(world: World) -> None:
    request_id = await _accepted(world)
    world.graph.fail(Denied(), operation="create", times=9)
    for _ in range(9):
        await world.courier.run_until_idle()
        world.clock.advance(timedelta(minutes=25))
    await world.courier.run_until_idle()
    assert world.session_of(request_id).status is SessionStatus.BOOKING
    await world.steering.retry_booking(UNION_COORDINATOR, world.session_of(request_id).session_id)
    await world.settle()
    assert world.session_of(request_id).status is SessionStatus.BOOKED


async def test_with_graph_away_for_an_hour_nothing_is_lost(world: World) -> None:
    request_id = await _accepted(world)
    world.graph.fail(OutsideFault("graph_not_configured"), times=1000)
    for _ in range(8):
        await world.courier.run_until_idle()
        world.clock.advance(timedelta(minutes=10))
    session = world.session_of(request_id)
    assert session.status is SessionStatus.BOOKING
    world.meet("employee")
    joined = await world.seats.join("employee", session.session_id, session.code)
    assert joined.seat is not None
    world.graph.heal()
    world.clock.advance(timedelta(minutes=20))
    await world.settle()
    await world.settle()
    (meeting,) = world.graph.meetings.values()
    assert "employee@example.org" in meeting.mails
    assert world.session_of(request_id).status is SessionStatus.BOOKED


async def test_a_session_cancelled_before_outlook_was_asked_makes_no_event(world: World) -> None:
    request_id = await _accepted(world)
    session = world.session_of(request_id)
    await world.steering.cancel(UNION_COORDINATOR, session.session_id, "Postponed.")
    await world.settle()
    assert not world.graph.meetings


async def test_a_session_cancelled_while_outlook_makes_the_event_ends_it(world: World) -> None:
    request_id = await _accepted(world)
    world.graph.fail(OutsideFault("timeout"), operation="create", after=True)
    await world.courier.run_until_idle()
    session = world.session_of(request_id)
    await world.steering.cancel(UNION_COORDINATOR, session.session_id, "Postponed.")
    world.clock.advance(timedelta(minutes=1))
    await world.settle()
    (meeting,) = world.graph.meetings.values()
    assert meeting.cancelled_with == "Postponed."


async def test_a_session_moved_while_it_is_booked_ends_at_its_new_time(world: World) -> None:
    world.graph.join_reads = 3
    request_id = await _accepted(world)
    await world.courier.run_until_idle()
    session = world.session_of(request_id)
    later = session.starts_at + timedelta(days=7)
    await world.steering.reschedule(UNION_COORDINATOR, session.session_id, later)
    await world.settle()
    await world.settle()
    (meeting,) = world.graph.meetings.values()
    assert meeting.draft.starts_at == later


async def test_a_session_moved_while_nobody_knows_of_its_event_ends_at_its_new_time(
    world: World,
) -> None:
    request_id = await _accepted(world)
    world.graph.fail(OutsideFault("timeout"), operation="create", after=True)
    await world.courier.run_until_idle()
    session = world.session_of(request_id)
    later = session.starts_at + timedelta(days=7)
    await world.steering.reschedule(UNION_COORDINATOR, session.session_id, later)
    await world.settle()
    world.clock.advance(timedelta(minutes=1))
    await world.settle()
    assert world.session_of(request_id).status is SessionStatus.BOOKED
    (meeting,) = world.graph.meetings.values()
    assert meeting.times[0] == later


async def test_who_leaves_while_nobody_knows_of_the_event_is_not_invited(world: World) -> None:
    """Its making was asked for, with her, and without her again: as it was made, it is left."""
    request_id = await _accepted(world)
    session = world.session_of(request_id)
    world.graph.fail(OutsideFault("timeout"), operation="create", after=True, times=2)
    await world.courier.run_until_idle()
    world.meet("late")
    await world.seats.join("late", session.session_id, session.code)
    world.clock.advance(timedelta(minutes=1))
    await world.courier.run_until_idle()
    (meeting,) = world.graph.meetings.values()
    assert len(meeting.mails) == 3
    await world.seats.leave("late", session.session_id)
    world.clock.advance(timedelta(minutes=5))
    await world.settle()
    await world.settle()
    assert meeting.mails == {f"{who[0]}@example.org" for who in (UNION_LEADS, EMPLOYER_LEADS)}


async def test_somebody_without_a_mail_is_not_invited_and_keeps_the_seat(world: World) -> None:
    session = await world.booked()
    joined = await world.seats.join("stranger", session.session_id, session.code)
    await world.settle()
    assert joined.seat is not None
    (meeting,) = world.graph.meetings.values()
    assert len(meeting.mails) == 2
    (row,) = [r for r in world.units.memory.outbox.values() if r.kind == "meeting.book"]
    assert row.state is RowState.SENT


@pytest.mark.parametrize("kind", ["meeting.people", "meeting.move", "meeting.cancel"])
async def test_tasks_that_come_too_late_do_nothing(world: World, kind: str) -> None:
    session = await world.booked()
    await world.at(session.ends_at + timedelta(minutes=1))
    (row,) = [r for r in world.units.memory.outbox.values() if r.kind == "meeting.book"]
    row.kind = kind
    meeting = next(iter(world.graph.meetings.values()))
    before = (meeting.mails, meeting.draft.starts_at, None)
    assert await world.booking.carry_out(row) == "skipped"
    assert (meeting.mails, meeting.draft.starts_at, meeting.cancelled_with) == before

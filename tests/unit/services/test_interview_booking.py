"""Booking an interview against an Outlook that throttles, times out, and forgets to answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.errors import Denied, OutsideFault, Rejected, Throttled
from bot.domain.interviews import InterviewStatus
from bot.services.desk import interview_subject, task
from tests.unit.services.endorsing import APPLICATION, CANDIDATE
from tests.unit.services.selecting import ACROSS, DAY, MINUTES, OWN, SelectingWorld

S = InterviewStatus
LATER = DAY + timedelta(days=5)


@pytest.fixture
async def world() -> SelectingWorld:
    """The candidate has picked a time; nothing has been carried out yet."""
    made = SelectingWorld()
    await made.ready()
    await made.picked()
    return made


async def test_an_event_made_by_an_attempt_that_timed_out_is_found_again(
    world: SelectingWorld,
) -> None:
    world.graph.fail(OutsideFault("timeout"), operation="create", after=True)
    await world.courier.run_until_idle()
    assert world.interview.status is S.BOOKING
    world.clock.advance(timedelta(minutes=1))
    await world.settle()
    assert world.interview.status is S.BOOKED
    assert len(world.graph.meetings) == 1


async def test_a_join_link_that_comes_late_is_waited_for(world: SelectingWorld) -> None:
    world.graph.join_reads = 3
    await world.courier.run_until_idle()
    assert world.interview.status is S.BOOKING
    assert "interview.booked" not in world.told(CANDIDATE)
    await world.settle()
    assert world.interview.status is S.BOOKED
    assert world.graph.calls.count("create") == 1


async def test_a_meeting_stands_though_nobody_may_be_made_its_host(world: SelectingWorld) -> None:
    world.graph.fail(Denied(), operation="host")
    await world.settle()
    assert (world.interview.status, world.interview.fault) == (S.BOOKED, None)
    assert "interview.booking_failed" not in world.told(OWN)


async def test_retry_after_is_kept_to(world: SelectingWorld) -> None:
    world.graph.fail(Throttled("throttled", retry_after=timedelta(minutes=7)), operation="create")
    at = world.clock.now()
    await world.courier.run_until_idle()
    (row,) = world.owed("meeting.book")
    assert row.due_at == at + timedelta(minutes=7)
    world.clock.advance(timedelta(minutes=7))
    await world.settle()
    assert world.interview.status is S.BOOKED


async def test_after_three_failures_the_card_says_so_and_the_booking_goes_on(
    world: SelectingWorld,
) -> None:
    world.graph.fail(OutsideFault("graph_503"), operation="create", times=3)
    for _ in range(3):
        await world.courier.run_until_idle()
        world.clock.advance(timedelta(minutes=2))
    view = await world.selection.view(ACROSS, APPLICATION)
    assert world.interview.fault == "graph_503"
    assert "retry_booking" in view.may
    await world.settle()
    assert (world.interview.fault, world.interview.status) == (None, S.BOOKED)


@pytest.mark.parametrize("given_up", [False, True])
async def test_what_went_through_after_all_is_no_fault_any_more(
    world: SelectingWorld, given_up: bool
) -> None:
    await world.settle()
    if given_up:  # of the same meeting, and still to be mended by somebody
        world.graph.fail(Rejected("graph_403"), operation="set_attendees")
        async with world.units() as uow:
            lead = await uow.people.get(world.interview.coordinator_id)
            lead.mail = "married@example.gc.ca"
            about = interview_subject(world.interview.interview_id)
            await task(uow, world.desk, "meeting.people", about, key="again")
            await uow.commit()
        await world.courier.run_until_idle()
    world.graph.fail(OutsideFault("graph_503"), operation="move", times=3)
    await world.inviting.reschedule(OWN, world.interview.interview_id, LATER)
    for _ in range(3):
        await world.courier.run_until_idle()
        world.clock.advance(timedelta(minutes=2))
    assert world.interview.fault == ("graph_403" if given_up else "graph_503")
    await world.courier.run_until_idle()
    assert world.meeting.draft.starts_at == LATER
    assert world.interview.fault == ("graph_403" if given_up else None)


async def test_what_outlook_refuses_is_told_to_whoever_invited_each_time(
    world: SelectingWorld,
) -> None:
    for times in (1, 2):
        world.graph.fail(Rejected("graph_403"), operation="create")
        await world.courier.run_until_idle()
        assert world.told(OWN).count("interview.booking_failed") == min(times, 1)
        assert world.interview.fault == "graph_403"
        await world.inviting.retry_booking(ACROSS, world.interview.interview_id)
        assert world.interview.fault is None
    await world.settle()
    assert world.interview.status is S.BOOKED
    assert "interview.booking_failed" not in world.told(CANDIDATE)


async def test_with_graph_away_for_an_hour_nothing_is_lost(world: SelectingWorld) -> None:
    world.graph.fail(OutsideFault("graph_not_configured"), times=1000)
    for _ in range(8):
        await world.courier.run_until_idle()
        world.clock.advance(timedelta(minutes=10))
    assert world.interview.status is S.BOOKING
    world.graph.heal()
    world.clock.advance(timedelta(minutes=20))
    await world.settle()
    assert world.interview.status is S.BOOKED
    assert len(world.meeting.mails) == 2


async def test_cancelled_before_outlook_was_asked_makes_no_event(world: SelectingWorld) -> None:
    await world.inviting.cancel(OWN, world.interview.interview_id, "Postponed.")
    await world.settle()
    assert not world.graph.meetings


async def test_cancelled_while_outlook_makes_the_event_ends_it(world: SelectingWorld) -> None:
    world.graph.fail(OutsideFault("timeout"), operation="create", after=True)
    await world.courier.run_until_idle()
    await world.inviting.cancel(OWN, world.interview.interview_id, "Postponed.")
    world.clock.advance(timedelta(minutes=1))
    await world.settle()
    assert world.meeting.cancelled_with == "Postponed."


async def test_moved_while_it_is_booked_ends_at_its_new_time(world: SelectingWorld) -> None:
    world.graph.join_reads = 3
    await world.courier.run_until_idle()
    await world.inviting.reschedule(OWN, world.interview.interview_id, LATER)
    await world.settle()
    await world.settle()
    assert world.meeting.draft.starts_at == LATER
    assert world.interview.status is S.BOOKED


async def test_moved_while_nobody_knows_of_its_event_ends_at_its_new_time(
    world: SelectingWorld,
) -> None:
    world.graph.fail(OutsideFault("timeout"), operation="create", after=True)
    await world.courier.run_until_idle()
    await world.inviting.reschedule(OWN, world.interview.interview_id, LATER)
    world.clock.advance(timedelta(minutes=1))
    await world.settle()
    assert world.meeting.times[0] == LATER
    assert world.interview.status is S.BOOKED


async def test_somebody_without_a_mail_is_looked_up(world: SelectingWorld) -> None:
    world.units.memory.people[CANDIDATE].mail = None
    await world.settle()
    assert world.meeting.mails == {f"{CANDIDATE}@example.org", f"{OWN}@example.org"}


async def test_somebody_whom_the_directory_does_not_know_is_not_invited(
    world: SelectingWorld,
) -> None:
    world.units.memory.people[CANDIDATE].mail = None
    world.graph.people.clear()
    await world.settle()
    assert world.meeting.mails == {f"{OWN}@example.org"}
    assert world.interview.status is S.BOOKED


async def test_the_meeting_speaks_the_candidates_language_first(world: SelectingWorld) -> None:
    world.units.memory.people[CANDIDATE].language = "fr"
    await world.settle()
    assert world.meeting.draft.subject == "interview fr"


@pytest.mark.parametrize(
    "kind", ["meeting.people", "meeting.hosts", "meeting.move", "meeting.cancel"]
)
async def test_tasks_that_come_too_late_do_nothing(world: SelectingWorld, kind: str) -> None:
    await world.settle()
    await world.at(DAY + timedelta(minutes=MINUTES))
    (row,) = [r for r in world.units.memory.outbox.values() if r.kind == "meeting.book"]
    before = len(world.graph.calls)
    row.kind = kind
    assert await world.bookings.carry_out(row) == "skipped"
    assert len(world.graph.calls) == before

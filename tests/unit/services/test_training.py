"""Seats in the orientation: offered in fair order, answered, left, lapsed, offered on."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain.applications import ApplicationStatus
from bot.domain.cohorts import CohortStatus
from bot.domain.errors import MovedOn, NotFound
from bot.domain.people import Side
from bot.domain.training_days import Rhythm
from bot.services.cohort_booking import CohortBooking
from bot.services.meeting_booking import Stage
from tests.unit.services.training_world import (
    ADMINISTRATOR,
    PLANNER,
    STRANGER,
    CohortWords,
    TrainingWorld,
    form,
)
from tests.unit.services.world import NOW


@pytest.fixture
def world() -> TrainingWorld:
    return TrainingWorld()


async def test_those_who_speak_its_language_are_offered_a_seat(world: TrainingWorld) -> None:
    world.candidate("fluent")
    world.candidate("learner", levels={"en": "b", "fr": "e"})
    world.candidate("not-yet", status=ApplicationStatus.INTERVIEW)
    await world.opened()
    assert world.stands("fluent") == "offered"
    assert world.stands("learner") == ""
    assert world.stands("not-yet") == ""
    assert world.applied("fluent") == "accepted"
    await world.world.settle()
    assert world.told("fluent") == ["cohort.offered"]


async def test_a_cohort_for_some_regions_is_for_these_alone(world: TrainingWorld) -> None:
    world.candidate("here")
    world.candidate("elsewhere", region="atlantic")
    await world.opened(regions=("national-capital",))
    assert (world.stands("here"), world.stands("elsewhere")) == ("offered", "")


async def test_seats_alternate_between_the_sides_and_the_rest_waits(world: TrainingWorld) -> None:
    world.crowd(union=14, employer=4)
    await world.opened(capacity=12)
    offered = world.with_status("offered")
    assert len(offered) == 12
    # All four of the employer's side, and no union seat before theirs.
    assert sum(p.startswith("e") for p in offered) == 4
    assert len(world.with_status("waitlisted")) == 6
    await world.world.settle()
    assert world.told("u13-national-capital") == ["cohort.waitlisted"]


async def test_prioritized_candidates_go_first_within_the_balance() -> None:
    world = TrainingWorld("u13-national-capital")
    world.crowd(union=14, employer=14)
    await world.opened(capacity=12)
    assert world.stands("u13-national-capital") == "offered"
    assert world.stands("u5-national-capital") == "waitlisted"
    assert sum(p.startswith("e") for p in world.with_status("offered")) == 6


async def test_who_accepts_is_in_orientation_and_in_the_series(world: TrainingWorld) -> None:
    world.candidate("ada")
    cohort_id = await world.opened()
    view = await world.training.accept("ada", cohort_id)
    assert (view.relation, view.may) == ("candidate", frozenset({"leave"}))
    assert world.applied("ada") == "in_orientation"
    await world.world.settle()
    (meeting,) = world.world.graph.meetings.values()
    assert meeting.mails == {f"{PLANNER}@example.org", "ada@example.org"}
    assert meeting.draft.repeats is not None
    assert meeting.draft.repeats.times == 5
    assert meeting.draft.repeats.weekdays == (0, 1, 2, 3, 4)
    assert meeting.hosts == (PLANNER,)
    assert world.cohort().join_url is not None


async def test_accepting_twice_changes_nothing(world: TrainingWorld) -> None:
    world.candidate("ada")
    cohort_id = await world.opened()
    first = await world.training.accept("ada", cohort_id)
    rows = len(world.memory.outbox)
    assert (await world.training.accept("ada", cohort_id)).seat == first.seat
    assert len(world.memory.outbox) == rows


async def test_a_declined_seat_goes_to_the_next_who_keeps_the_balance(
    world: TrainingWorld,
) -> None:
    world.crowd(union=8, employer=8)
    cohort_id = await world.opened(capacity=12)
    declining = world.with_status("offered")[0]
    assert declining.startswith("e")
    await world.training.leave(declining, cohort_id)
    offered = world.with_status("offered")
    assert world.stands(declining) == "declined"
    assert world.applied(declining) == "accepted"
    assert sum(p.startswith("e") for p in offered) == 6
    assert "e6-national-capital" in offered
    await world.training.leave(declining, cohort_id)  # twice does no harm
    assert world.with_status("offered") == offered


async def test_who_leaves_waits_for_another_cohort(world: TrainingWorld) -> None:
    world.crowd(union=13, employer=0)
    cohort_id = await world.opened(capacity=12)
    await world.training.accept("u0-national-capital", cohort_id)
    await world.world.settle()
    assert [r.kind for r in world.world.owed("reminder.training")] != []
    view = await world.training.leave("u0-national-capital", cohort_id)
    assert view.may == frozenset({"wait"})
    assert world.applied("u0-national-capital") == "accepted"
    assert world.stands("u12-national-capital") == "offered"
    left = [r for r in world.world.owed("reminder.") if r.recipient_id == "u0-national-capital"]
    assert left == []
    await world.world.settle()
    (meeting,) = world.world.graph.meetings.values()
    assert meeting.mails == {f"{PLANNER}@example.org"}


async def test_who_changes_their_mind_waits_again(world: TrainingWorld) -> None:
    world.crowd(union=13, employer=0)
    cohort_id = await world.opened(capacity=12)
    await world.training.leave("u0-national-capital", cohort_id)
    view = await world.training.wait("u0-national-capital", cohort_id)
    assert view.seat is not None
    assert view.seat.status == "waitlisted"
    await world.training.leave("u1-national-capital", cohort_id)
    assert world.stands("u0-national-capital") == "offered"


async def test_silence_lets_the_offer_lapse_after_five_working_days(world: TrainingWorld) -> None:
    world.crowd(union=13, employer=0)
    cohort_id = await world.opened(capacity=12)
    seat = world.seat("u0-national-capital")
    # Monday, January 11, and five working days: the end of Monday the 18th.
    assert seat.answer_by == datetime(2027, 1, 18, 22, tzinfo=UTC)
    (reminder,) = [
        r
        for r in world.world.owed("reminder.training_offer")
        if r.recipient_id == "u0-national-capital"
    ]
    assert reminder.due_at == datetime(2027, 1, 15, 13, tzinfo=UTC)
    for number in range(1, 12):
        await world.training.accept(f"u{number}-national-capital", cohort_id)
    world.world.clock.set(seat.answer_by)
    with pytest.raises(MovedOn) as refused:
        await world.training.accept("u0-national-capital", cohort_id)
    assert refused.value.code == "training_offer_lapsed"
    await world.training.tend(cohort_id)
    assert world.stands("u0-national-capital") == "expired"
    assert world.stands("u12-national-capital") == "offered"
    with pytest.raises(MovedOn):
        await world.training.accept("u0-national-capital", cohort_id)
    rows = len(world.memory.outbox)
    await world.training.tend(cohort_id)
    assert len(world.memory.outbox) == rows


async def test_a_newly_accepted_candidate_is_offered_what_is_free(world: TrainingWorld) -> None:
    cohort_id = await world.opened()
    world.candidate("late")
    await world.training.tend(cohort_id)
    assert world.stands("late") == "offered"


async def test_who_withdrew_loses_the_seat(world: TrainingWorld) -> None:
    world.crowd(union=13, employer=0)
    cohort_id = await world.opened(capacity=12)
    await world.training.accept("u0-national-capital", cohort_id)
    for person in ("u0", "u1"):
        application = world.memory.applications[f"app-{person}-national-capital"]
        application.status = ApplicationStatus.WITHDRAWN
    await world.training.tend(cohort_id)
    assert world.stands("u0-national-capital") == "left"
    assert world.stands("u1-national-capital") == "left"
    assert world.stands("u12-national-capital") == "offered"


async def test_reminders_keep_to_the_clock_across_its_change(world: TrainingWorld) -> None:
    """Five Wednesdays from March 10: at 9 am each, an hour earlier in UTC from the second on."""
    world.candidate("ada")
    cohort_id = await world.opened(rhythm=Rhythm.WEEKLY)
    assert [at.hour for at in world.cohort().starts] == [14, 13, 13, 13, 13]
    await world.training.accept("ada", cohort_id)
    rows = [
        (r.args["number"], r.args["which"], r.due_at)
        for r in world.world.owed("reminder.training")
        if r.via == "chat" and r.recipient_id == "ada" and r.kind == "reminder.training"
    ]
    assert (1, "7d", datetime(2027, 3, 3, 14, tzinfo=UTC)) in rows
    assert (1, "1d", datetime(2027, 3, 9, 14, tzinfo=UTC)) in rows
    assert (2, "1d", datetime(2027, 3, 16, 13, tzinfo=UTC)) in rows
    assert (2, "1h", datetime(2027, 3, 17, 12, tzinfo=UTC)) in rows
    assert sorted(which for number, which, _ in rows if number > 1) == ["1d"] * 4 + ["1h"] * 4
    assert len(rows) == 11


async def test_nobody_else_sees_or_answers(world: TrainingWorld) -> None:
    world.candidate("ada")
    cohort_id = await world.opened()
    for call in (
        world.training.accept(STRANGER, cohort_id),
        world.training.leave(STRANGER, cohort_id),
        world.training.wait(STRANGER, cohort_id),
        world.cohorts.view(STRANGER, cohort_id),
        world.attendance.attend(STRANGER, cohort_id, 1),
        world.attendance.attend("ada", cohort_id, 1),
        world.attendance.complete("ada", cohort_id),
    ):
        with pytest.raises(NotFound):
            await call


async def test_a_candidate_sees_no_other(world: TrainingWorld) -> None:
    world.crowd(union=3, employer=3)
    cohort_id = await world.opened()
    view = await world.cohorts.view("u0-national-capital", cohort_id)
    assert (view.trainees, view.waiting) == ((), ())
    steering = await world.cohorts.view(ADMINISTRATOR, cohort_id)
    assert len(steering.trainees) == 6
    assert [one.side for one in steering.trainees] == [Side.UNION] * 3 + [Side.EMPLOYER] * 3


async def test_the_first_day_ends_offers_and_waiting(world: TrainingWorld) -> None:
    world.crowd(union=13, employer=0)
    cohort_id = await world.opened(capacity=12, first_on=date(2027, 1, 18), from_time=time(10))
    await world.training.accept("u0-national-capital", cohort_id)
    assert world.seat("u1-national-capital").answer_by == datetime(2027, 1, 18, 15, tzinfo=UTC)
    world.world.clock.set(world.cohort().starts_at)
    await world.training.tend(cohort_id)
    assert world.cohort().status == "running"
    assert world.stands("u0-national-capital") == "confirmed"
    assert world.stands("u1-national-capital") == "expired"
    assert world.stands("u12-national-capital") == "left"
    await world.world.courier.run_until_idle()
    assert world.told("u12-national-capital")[-1] == "cohort.begun_without"
    assert world.told("u1-national-capital")[-1] == "cohort.begun_without"
    assert world.world.owed("reminder.training_offer") == []


async def test_what_was_never_opened_is_cancelled_when_its_day_comes(world: TrainingWorld) -> None:
    await world.cohorts.plan(PLANNER, form())
    world.world.clock.set(world.cohort().starts_at)
    await world.training.tend("cohort-1")
    assert world.cohort().status == "cancelled"
    assert world.world.graph.meetings == {}


async def test_reminders_follow_new_settings(world: TrainingWorld) -> None:
    world.candidate("ada")
    cohort_id = await world.opened()
    await world.training.accept("ada", cohort_id)
    await world.world.people.save_settings(
        "ada", language="en", zone="America/Toronto", muted=["mail"], skipped_reminders=["1d"]
    )
    rows = [r for r in world.world.owed("reminder.training") if r.recipient_id == "ada"]
    assert {r.args["which"] for r in rows} == {"7d", "1h"}
    assert {r.via for r in rows} == {"chat", "activity"}
    assert min(r.due_at for r in rows) > NOW


async def test_upkeep_tends_to_what_has_come_due(world: TrainingWorld) -> None:
    """Nothing to do is nothing done; each thing that comes due is done once."""
    due = world.training.due
    assert await due() == []
    await world.cohorts.plan(PLANNER, form())
    assert await due() == []
    cohort_id = await world.opened()
    assert await due() == []
    world.crowd(union=13, employer=0)
    assert await due() == [cohort_id]
    await world.training.tend(cohort_id)
    assert await due() == []  # twelve are offered, one waits for nothing that is free
    application = world.memory.applications["app-u0-national-capital"]
    application.status = ApplicationStatus.WITHDRAWN
    assert await due() == [cohort_id]
    await world.training.tend(cohort_id)
    assert await due() == []
    world.world.clock.set(world.seat("u1-national-capital").answer_by)
    assert await due() == [cohort_id]
    await world.world.upkeep.run()
    assert world.stands("u1-national-capital") == "expired"
    assert await due() == []
    world.world.clock.set(world.cohort().starts_at)
    await world.world.upkeep.run()
    assert world.cohort().status == "running"
    assert await due() == []
    await world.world.upkeep.run()


async def test_a_free_seat_asks_for_whoever_waits(world: TrainingWorld) -> None:
    world.crowd(union=13, employer=0)
    cohort_id = await world.opened(capacity=12)
    world.cohort().capacity = 13
    assert await world.training.due() == [cohort_id]
    await world.training.tend(cohort_id)
    assert await world.training.due() == []


async def test_an_offer_on_the_last_day_has_no_reminder(world: TrainingWorld) -> None:
    cohort_id = await world.opened()
    world.world.clock.set(world.cohort().starts_at - timedelta(hours=20))
    world.candidate("late")
    await world.training.tend(cohort_id)
    assert world.seat("late").answer_by == world.cohort().starts_at
    assert world.world.owed("reminder.training_offer") == []


async def test_what_is_over_cannot_be_left(world: TrainingWorld) -> None:
    world.candidate("ada")
    cohort_id = await world.running("ada")
    world.world.clock.set(world.cohort().ends_at)
    for day in range(1, 6):
        await world.attendance.attend(PLANNER, cohort_id, day)
    await world.attendance.complete(PLANNER, cohort_id)
    with pytest.raises(MovedOn) as refused:
        await world.training.leave("ada", cohort_id)
    assert refused.value.code == "cohort_moved_on"
    with pytest.raises(MovedOn):
        await world.training.accept("ada", cohort_id)
    view = await world.training.wait("ada", cohort_id)
    assert view.may == frozenset()
    await world.world.people.save_settings(
        "ada", language="fr", zone="America/Toronto", muted=[], skipped_reminders=[]
    )
    assert world.world.owed("reminder.") == []


async def test_cancelling_spares_those_who_left_before(world: TrainingWorld) -> None:
    world.candidate("ada")
    world.candidate("bob")
    cohort_id = await world.opened()
    await world.training.leave("ada", cohort_id)
    await world.training.accept("bob", cohort_id)
    application = world.memory.applications["app-bob"]
    application.status = ApplicationStatus.WITHDRAWN  # meanwhile
    await world.cohorts.cancel(PLANNER, cohort_id, "why")
    await world.world.settle()
    assert "cohort.cancelled" not in world.told("ada")
    assert (world.stands("ada"), world.applied("bob")) == ("declined", "withdrawn")


async def test_how_far_a_booking_has_come(world: TrainingWorld) -> None:
    graph = world.world.graph
    booking = CohortBooking(world.world.desk, graph, graph, CohortWords())
    await world.cohorts.plan(PLANNER, form())
    for status, link, stage in (
        ("planned", None, Stage.AWAITED),
        ("open", None, Stage.BOOKING),
        ("open", "https://x", Stage.BOOKED),
        ("running", "https://x", Stage.BOOKED),
        ("completed", "https://x", Stage.OVER),
        ("cancelled", "https://x", Stage.CANCELLED),
    ):
        cohort = replace(world.cohort(), status=CohortStatus(status), join_url=link)
        assert booking.stage(cohort) is stage

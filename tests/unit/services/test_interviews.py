"""Interviews: three times offered, one picked, another time, and every way in which they end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.errors import MovedOn, NotFound, OutsideFault, Refusal
from bot.domain.interviews import Ending, InterviewStatus
from tests.unit.services.endorsing import APPLICATION, BOSS, CANDIDATE
from tests.unit.services.selecting import (
    ACROSS,
    ADMINISTRATOR,
    DAY,
    ELSEWHERE,
    KIND,
    MINUTES,
    OPTIONS,
    OWN,
    SelectingWorld,
)
from tests.unit.services.world import MANAGER, NOW

S = InterviewStatus
LATER = DAY + timedelta(days=5)
STRANGERS = (ELSEWHERE, ADMINISTRATOR, BOSS, MANAGER, "nobody")


@pytest.fixture
async def world() -> SelectingWorld:
    made = SelectingWorld()
    await made.ready()
    return made


def reminders(world: SelectingWorld, who: str) -> list[tuple[str, str, str]]:
    """Which, when and how somebody is reminded."""
    rows = [row for row in world.owed("reminder.interview") if row.recipient_id == who]
    rows = [row for row in rows if row.kind == "reminder.interview"]
    return sorted((row.args["which"], f"{row.due_at:%d %H:%M}", row.via.value) for row in rows)


async def test_the_candidate_is_offered_three_times(world: SelectingWorld) -> None:
    view = await world.inviting.invite(OWN, APPLICATION, OPTIONS, MINUTES)
    await world.inviting.invite(OWN, APPLICATION, OPTIONS, MINUTES)
    assert (world.stands(), view.interviewed) == ("interview", False)
    assert "invite" not in view.may
    assert {"cancel", "keep", "decline"} <= view.may
    interview = world.interview
    assert len(world.units.memory.interviews) == 1
    assert (interview.options, interview.minutes, interview.status) == (OPTIONS, 60, S.OFFERED)
    # Five working days, to the end of the candidate's day; or the last time, if that is sooner.
    assert interview.answer_by == DAY + timedelta(days=4)
    await world.settle()
    assert world.told(CANDIDATE) == ["interview.offered"]
    seen = await world.interviews.view(CANDIDATE, interview.interview_id)
    assert (seen.may, seen.options) == ({"pick", "none_suits"}, OPTIONS)
    assert (seen.coordinator.person_id, seen.relation) == (OWN, "candidate")
    assert await world.interviews.find(CANDIDATE, "") == seen
    assert (await world.interviews.find(ACROSS, "AP-2027-0001")).may == {"cancel"}


async def test_the_other_sides_coordinator_may_invite(world: SelectingWorld) -> None:
    await world.inviting.invite(ACROSS, APPLICATION, OPTIONS, MINUTES)
    assert world.interview.coordinator_id == ACROSS


async def test_two_coordinators_invite_at_once(world: SelectingWorld) -> None:
    await world.invited()
    with pytest.raises(MovedOn) as refused:
        await world.inviting.invite(ACROSS, APPLICATION, OPTIONS, MINUTES)
    assert refused.value.code == "interview_stands"
    with pytest.raises(MovedOn):
        await world.inviting.invite(OWN, APPLICATION, OPTIONS[:2], MINUTES)


async def test_nobody_is_invited_too_early_or_too_late(world: SelectingWorld) -> None:
    for status in ("submitted", "supported", "accepted", "declined", "withdrawn"):
        world.application().status = type(world.application().status)(status)
        with pytest.raises(MovedOn) as refused:
            await world.inviting.invite(OWN, APPLICATION, OPTIONS, MINUTES)
        assert refused.value.code == "application_moved_on"


@pytest.mark.parametrize(
    ("options", "minutes", "code"),
    [
        ((), 60, "interview_times_missing"),
        ((*OPTIONS, LATER), 60, "interview_times_many"),
        ((DAY, DAY), 60, "interview_time_twice"),
        ((DAY.replace(day=16),), 60, "date_weekend"),
        ((DAY.replace(month=3, day=26),), 60, "date_holiday"),
        ((NOW - timedelta(minutes=30),), 60, "session_in_past"),
        ((NOW - timedelta(days=3),), 60, "date_past"),
        ((DAY.replace(hour=11),), 60, "interview_outside_hours"),
        ((DAY.replace(hour=21, minute=30),), 60, "interview_outside_hours"),
        ((DAY,), 10, "interview_length"),
        ((DAY,), 181, "interview_length"),
    ],
)
async def test_times_that_cannot_be_offered(
    world: SelectingWorld, options: tuple[object, ...], minutes: int, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        await world.inviting.invite(OWN, APPLICATION, options, minutes)
    assert refused.value.code == code
    assert world.stands() == "referenced"


async def test_the_hours_of_both_count(world: SelectingWorld) -> None:
    world.units.memory.people[OWN].zone = "America/Los_Angeles"
    with pytest.raises(Refusal) as refused:
        await world.inviting.invite(OWN, APPLICATION, OPTIONS[:1], MINUTES)  # 7 am over there
    assert (refused.value.code, refused.value.field) == ("interview_outside_hours", "other")
    await world.inviting.invite(OWN, APPLICATION, (DAY + timedelta(hours=2),), MINUTES)


@pytest.mark.parametrize("who", STRANGERS)
async def test_interviews_are_for_those_who_select(world: SelectingWorld, who: str) -> None:
    interview = await world.picked()
    about = interview.interview_id
    for refused in (
        world.inviting.times(who, APPLICATION, 60, (NOW.date(), NOW.date())),
        world.inviting.invite(who, APPLICATION, OPTIONS, MINUTES),
        world.inviting.reschedule(who, about, LATER),
        world.inviting.cancel(who, about, "No."),
        world.inviting.retry_booking(who, about),
        world.interviews.pick(who, about, DAY),
        world.interviews.decline(who, about),
        world.interviews.view(who, about),
        world.interviews.find(who, "AP-2027-0001"),
        world.interviews.find(who, ""),
    ):
        with pytest.raises(NotFound):
            await refused
    assert world.interview.status is S.BOOKING


async def test_coordinators_do_not_pick_and_candidates_do_not_steer(world: SelectingWorld) -> None:
    about = (await world.picked()).interview_id
    for refused in (
        world.interviews.pick(OWN, about, DAY),
        world.interviews.decline(OWN, about),
        world.inviting.cancel(CANDIDATE, about, "No."),
        world.inviting.reschedule(CANDIDATE, about, LATER),
    ):
        with pytest.raises(NotFound):
            await refused
    with pytest.raises(NotFound):
        await world.interviews.view(CANDIDATE, "none")


async def test_an_administrator_who_stands_in_does_not_interview(world: SelectingWorld) -> None:
    interview = await world.invited()
    world.leave_post(OWN)
    days = (DAY.date(), LATER.date())
    for call in (
        world.inviting.invite(ADMINISTRATOR, APPLICATION, OPTIONS, MINUTES),
        world.inviting.times(ADMINISTRATOR, APPLICATION, MINUTES, days),
    ):
        with pytest.raises(Refusal) as refused:
            await call
        assert refused.value.code == "not_allowed"
    with pytest.raises(NotFound):
        await world.interviews.view(ADMINISTRATOR, interview.interview_id)


async def test_picked_booked_reminded_held(world: SelectingWorld) -> None:
    about = (await world.invited()).interview_id
    picked = await world.interviews.pick(CANDIDATE, about, OPTIONS[0])
    again = await world.interviews.pick(CANDIDATE, about, OPTIONS[0])
    assert picked.interview.status is again.interview.status is S.BOOKING
    assert world.owed("reminder.interview_offer") == []
    expected = [("1d", "13 15:00", "chat"), ("1d", "13 15:00", "mail")]
    expected += [("1h", "14 14:00", way) for way in ("activity", "chat", "mail")]
    assert reminders(world, CANDIDATE) == reminders(world, OWN) == expected
    await world.settle()
    assert world.interview.status is S.BOOKED
    assert world.interview.join_url == "https://teams.microsoft.com/l/meetup-join/event-1"
    assert world.told(CANDIDATE)[-1] == world.told(OWN)[-1] == "interview.booked"
    assert world.told(OWN).count("interview.booked") == 1
    meeting = world.meeting.draft
    assert (meeting.starts_at, meeting.ends_at) == (DAY, DAY + timedelta(minutes=MINUTES))
    assert world.meeting.mails == {f"{CANDIDATE}@example.org", f"{OWN}@example.org"}
    assert all(each.required for each in meeting.attendees)
    assert (world.meeting.hosts, meeting.hide_attendees) == ((OWN,), False)
    for before in (timedelta(days=1), timedelta(hours=1)):
        await world.at(DAY - before)
    assert world.told(CANDIDATE).count("reminder.interview") == 2
    assert world.mailed(OWN).count("reminder.interview") == 2
    await world.at(DAY + timedelta(minutes=MINUTES - 1))
    assert world.interview.status is S.BOOKED
    await world.at(DAY + timedelta(minutes=MINUTES))
    await world.at(DAY + timedelta(minutes=MINUTES + 1))
    assert world.interview.status is S.HELD
    assert world.told(OWN).count("interview.held") == world.told(ACROSS).count("interview.held")
    assert world.told(OWN).count("interview.held") == 1
    view = await world.selection.view(OWN, APPLICATION)
    assert {"accept", "keep", "decline", "invite"} == view.may


async def test_another_time_than_the_one_picked_is_refused(world: SelectingWorld) -> None:
    about = (await world.picked()).interview_id
    with pytest.raises(MovedOn) as refused:
        await world.interviews.pick(CANDIDATE, about, OPTIONS[1])
    assert refused.value.code == "interview_moved_on"


async def test_a_time_that_is_not_offered_or_has_passed(world: SelectingWorld) -> None:
    about = (await world.invited()).interview_id
    for at in (LATER, OPTIONS[0]):
        world.clock.set(OPTIONS[0])
        with pytest.raises(Refusal) as refused:
            await world.interviews.pick(CANDIDATE, about, at)
        assert refused.value.code == "interview_time_gone"
    seen = await world.interviews.view(CANDIDATE, about)
    assert seen.options == OPTIONS[1:]


async def test_none_suits_and_others_are_offered(world: SelectingWorld) -> None:
    about = (await world.invited()).interview_id
    view = await world.interviews.decline(CANDIDATE, about, " Mornings, please. ")
    await world.interviews.decline(CANDIDATE, about, "Again.")
    interview = view.interview
    assert (interview.status, interview.ending) == (S.CANCELLED, Ending.NONE_SUITS)
    assert interview.reason == "Mornings, please."
    await world.settle()
    assert world.told(OWN) == ["interview.none_suits"]
    assert world.told(CANDIDATE) == []  # what was not yet told is not told any more
    assert world.graph.meetings == {}
    view = await world.inviting.invite(OWN, APPLICATION, (LATER,), 30)
    assert (world.stands(), world.interview.options) == ("interview", (LATER,))
    assert view.interview
    assert view.interview.interview_id != about
    with pytest.raises(MovedOn):
        await world.interviews.pick(CANDIDATE, about, OPTIONS[0])


async def test_words_of_the_candidate_have_a_length(world: SelectingWorld) -> None:
    about = (await world.invited()).interview_id
    with pytest.raises(Refusal) as refused:
        await world.interviews.decline(CANDIDATE, about, "x" * 501)
    assert refused.value.code == "too_long"


async def test_a_candidate_who_cannot_come(world: SelectingWorld) -> None:
    about = (await world.picked()).interview_id
    await world.settle()
    assert (await world.interviews.view(CANDIDATE, about)).may == {"cannot"}
    await world.interviews.decline(CANDIDATE, about, "My child is ill.")
    await world.settle()
    assert (world.interview.ending, world.meeting.cancelled_with) == ("cannot", "My child is ill.")
    assert world.told(OWN)[-1] == "interview.cannot"
    assert world.owed("reminder.interview") == []
    view = await world.selection.view(OWN, APPLICATION)
    assert "invite" in view.may


async def test_nobody_calls_off_what_has_begun(world: SelectingWorld) -> None:
    about = (await world.picked()).interview_id
    await world.settle()
    world.clock.set(OPTIONS[0])
    with pytest.raises(MovedOn) as refused:
        await world.interviews.decline(CANDIDATE, about, "Too late.")
    assert (refused.value.code, world.interview.status) == ("interview_begun", S.BOOKED)
    await world.at(OPTIONS[0] + timedelta(minutes=MINUTES))
    with pytest.raises(MovedOn) as refused:
        await world.interviews.decline(CANDIDATE, about, "Too late.")
    assert (refused.value.code, world.interview.status) == ("interview_moved_on", S.HELD)


async def test_no_answer_in_time(world: SelectingWorld) -> None:
    interview = await world.invited()
    await world.at(interview.answer_by - timedelta(minutes=1))
    assert world.interview.status is S.OFFERED
    assert "reminder.interview_offer" in world.told(CANDIDATE)
    await world.at(interview.answer_by)
    await world.at(interview.answer_by + timedelta(minutes=1))
    assert (world.interview.status, world.interview.ending) == (S.CANCELLED, Ending.LAPSED)
    assert world.told(OWN) == ["interview.lapsed"]
    assert world.told(CANDIDATE).count("interview.lapsed") == 1
    assert "invite" in (await world.selection.view(OWN, APPLICATION)).may


async def test_an_answer_between_the_end_and_the_workers_round(world: SelectingWorld) -> None:
    interview = await world.invited()
    world.clock.set(interview.answer_by)
    with pytest.raises(MovedOn) as refused:
        await world.interviews.pick(CANDIDATE, interview.interview_id, OPTIONS[2])
    assert refused.value.code == "interview_lapsed"


async def test_a_coordinator_who_left_is_not_told_but_those_who_select(
    world: SelectingWorld,
) -> None:
    about = (await world.invited()).interview_id
    world.leave_post(OWN)
    await world.interviews.decline(CANDIDATE, about)
    await world.settle()
    assert (world.told(OWN), world.told(ACROSS)) == ([], ["interview.none_suits"])


async def test_moved_by_either_coordinator_the_others_are_told(world: SelectingWorld) -> None:
    about = (await world.picked()).interview_id
    await world.settle()
    await world.inviting.reschedule(ACROSS, about, DAY)
    await world.settle()
    assert "interview.moved" not in world.told(CANDIDATE)
    with pytest.raises(Refusal) as refused:
        await world.inviting.reschedule(ACROSS, about, DAY.replace(day=16))
    assert refused.value.code == "date_weekend"
    await world.inviting.reschedule(ACROSS, about, LATER)
    assert reminders(world, OWN) == reminders(world, CANDIDATE)
    assert {(which, due) for which, due, _ in reminders(world, OWN)} == {
        ("1d", "18 15:00"),
        ("1h", "19 14:00"),
    }
    await world.settle()
    assert world.meeting.draft.starts_at == LATER
    assert world.told(CANDIDATE)[-1] == world.told(OWN)[-1] == "interview.moved"
    assert "interview.moved" not in world.told(ACROSS)
    await world.at(DAY + timedelta(minutes=MINUTES))
    assert world.interview.status is S.BOOKED


async def test_what_is_offered_or_over_is_not_moved(world: SelectingWorld) -> None:
    about = (await world.invited()).interview_id
    with pytest.raises(MovedOn):
        await world.inviting.reschedule(OWN, about, LATER)
    await world.interviews.pick(CANDIDATE, about, DAY)
    world.clock.set(DAY)
    with pytest.raises(MovedOn) as refused:
        await world.inviting.reschedule(OWN, about, LATER)
    assert refused.value.code == "interview_moved_on"


async def test_cancelled_by_a_coordinator_with_a_word_of_why(world: SelectingWorld) -> None:
    about = (await world.picked()).interview_id
    await world.settle()
    for words, code in (("  ", "reason_missing"), ("x" * 501, "too_long")):
        with pytest.raises(Refusal) as refused:
            await world.inviting.cancel(ACROSS, about, words)
        assert (refused.value.code, refused.value.field) == (code, "reason")
    await world.inviting.cancel(ACROSS, about, "I am away.")
    await world.inviting.cancel(ACROSS, about, "I am away.")
    await world.settle()
    assert world.told(CANDIDATE)[-1] == world.told(OWN)[-1] == "interview.cancelled"
    assert world.told(CANDIDATE).count("interview.cancelled") == 1
    assert world.meeting.cancelled_with == "I am away."
    with pytest.raises(MovedOn):
        await world.interviews.pick(CANDIDATE, about, DAY)


@pytest.mark.parametrize("decide", ["keep", "decline"])
async def test_a_decision_ends_an_interview_that_is_ahead(
    world: SelectingWorld, decide: str
) -> None:
    await world.picked()
    await world.settle()
    if decide == "keep":
        await world.selection.keep(OWN, APPLICATION)
    else:
        await world.selection.decline(OWN, APPLICATION, KIND)
    await world.settle()
    assert (world.interview.ending, world.meeting.cancelled_with) == ("decided", "")
    assert "interview.cancelled" not in world.told(CANDIDATE)
    assert world.owed("reminder.interview") == []


async def test_a_time_that_outlook_never_booked(world: SelectingWorld) -> None:
    await world.picked()
    world.graph.fail(OutsideFault("graph_503"), times=1000)
    await world.at(DAY + timedelta(minutes=MINUTES))
    assert (world.interview.status, world.interview.ending) == (S.CANCELLED, Ending.UNBOOKED)
    assert world.told(OWN)[-1] == world.told(CANDIDATE)[-1] == "interview.unbooked"

"""Times from both calendars, and what is known where one does not answer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.errors import OutsideFault, Refusal
from bot.domain.interviews import InterviewStatus
from tests.unit.services.endorsing import APPLICATION, CANDIDATE
from tests.unit.services.selecting import ACROSS, MINUTES, OPTIONS, OWN, SelectingWorld

DAYS = (date(2027, 1, 14), date(2027, 1, 18))
THURSDAY = datetime(2027, 1, 14, 15, tzinfo=UTC)  # 10 am in Ottawa
LAST = THURSDAY + timedelta(days=5)
MINE, THEIRS = f"{OWN}@example.org", f"{CANDIDATE}@example.org"


@pytest.fixture
async def world() -> SelectingWorld:
    made = SelectingWorld()
    await made.ready()
    return made


async def test_three_that_are_free_in_both(world: SelectingWorld) -> None:
    hour = timedelta(hours=1)
    world.graph.busy += [(MINE, THURSDAY, THURSDAY + hour)]
    world.graph.busy += [(THEIRS, THURSDAY - hour, THURSDAY)]
    times = await world.inviting.times(OWN, APPLICATION, 60, DAYS)
    assert times.offered == (
        THURSDAY + hour,
        THURSDAY + timedelta(days=1, hours=4),
        THURSDAY + timedelta(days=4),
    )
    assert times.answered
    assert THURSDAY not in times.free
    assert THURSDAY - hour not in times.free
    assert world.graph.calls.count("taken") == 1


async def test_outlook_away_leaves_the_working_hours(world: SelectingWorld) -> None:
    world.graph.fail(OutsideFault("graph_503"), operation="taken")
    times = await world.inviting.times(OWN, APPLICATION, 60, DAYS)
    assert (times.answered, times.coordinator_answered, times.candidate_answered) == (
        False,
        False,
        False,
    )
    assert len(times.offered) == 3


async def test_one_calendar_that_does_not_answer(world: SelectingWorld) -> None:
    world.graph.people = [p for p in world.graph.people if p.mail != THEIRS]
    world.graph.busy.append((MINE, THURSDAY, THURSDAY + timedelta(days=1)))
    times = await world.inviting.times(OWN, APPLICATION, 60, DAYS)
    assert (times.coordinator_answered, times.candidate_answered) == (True, False)
    assert THURSDAY not in times.free


async def test_somebody_without_a_mail_is_looked_up_once(world: SelectingWorld) -> None:
    world.units.memory.people[OWN].mail = None
    assert (await world.inviting.times(OWN, APPLICATION, 60, DAYS)).answered
    assert (await world.inviting.times(OWN, APPLICATION, 60, DAYS)).answered
    assert world.graph.calls.count("person") == 1


async def test_the_directory_away_is_a_calendar_that_does_not_answer(
    world: SelectingWorld,
) -> None:
    world.units.memory.people[OWN].mail = None
    world.graph.fail(OutsideFault("graph_503"), operation="person")
    times = await world.inviting.times(OWN, APPLICATION, 60, DAYS)
    assert (times.coordinator_answered, times.candidate_answered) == (False, True)


async def test_nobody_with_a_mail(world: SelectingWorld) -> None:
    for who in (OWN, CANDIDATE):
        world.units.memory.people[who].mail = None
    world.graph.people.clear()
    times = await world.inviting.times(OWN, APPLICATION, 60, DAYS)
    assert not times.answered
    assert world.graph.calls.count("taken") == 0


async def test_a_length_and_days_that_make_no_sense(world: SelectingWorld) -> None:
    for minutes, days, code in (
        (5, DAYS, "interview_length"),
        (60, (DAYS[1], DAYS[0]), "interview_days_backwards"),
    ):
        with pytest.raises(Refusal) as refused:
            await world.inviting.times(OWN, APPLICATION, minutes, days)
        assert refused.value.code == code


async def test_a_time_that_the_coordinator_has_filled_since(world: SelectingWorld) -> None:
    about = (await world.invited()).interview_id
    mail = f"{OWN}@example.org"
    world.graph.busy.append(
        (mail, THURSDAY + timedelta(minutes=30), THURSDAY + timedelta(minutes=90))
    )
    with pytest.raises(Refusal) as refused:
        await world.interviews.pick(CANDIDATE, about, OPTIONS[0])
    assert refused.value.code == "interview_time_taken"
    await world.interviews.pick(CANDIDATE, about, OPTIONS[1])
    assert world.interview.starts_at == OPTIONS[1]


async def test_another_candidate_has_picked_this_hour(world: SelectingWorld) -> None:
    """Outlook has neither meeting yet: its calendar would still say free."""
    await world.picked()
    await world.ready("application-2", applicant_id="candidate-2")
    late = (THURSDAY + timedelta(minutes=30), THURSDAY + timedelta(minutes=MINUTES))
    await world.inviting.invite(OWN, "application-2", late, MINUTES)
    second = world.interview
    with pytest.raises(Refusal) as refused:
        await world.interviews.pick("candidate-2", second.interview_id, late[0])
    assert (refused.value.code, refused.value.field) == ("interview_time_taken", "at")
    await world.interviews.pick("candidate-2", second.interview_id, late[1])
    with pytest.raises(Refusal) as refused:
        await world.inviting.reschedule(ACROSS, second.interview_id, late[0])
    assert (refused.value.code, refused.value.field) == ("interview_overlaps", "other")
    await world.inviting.reschedule(ACROSS, second.interview_id, THURSDAY + timedelta(minutes=90))


async def test_a_calendar_that_does_not_answer_does_not_hold_up_the_candidate(
    world: SelectingWorld,
) -> None:
    about = (await world.invited()).interview_id
    world.graph.fail(OutsideFault("graph_503"), operation="availability")
    await world.interviews.pick(CANDIDATE, about, OPTIONS[0])
    assert world.interview.status is InterviewStatus.BOOKING


async def test_whoever_leads_it_has_to_be_free_whoever_moves_it(world: SelectingWorld) -> None:
    about = (await world.picked()).interview_id
    mails = [f"{who}@example.org" for who in (OWN, ACROSS)]
    later = LAST + timedelta(hours=2)
    world.graph.busy += [(mails[0], LAST, later), (mails[1], later, later + timedelta(hours=2))]
    days = (LAST.date(), LAST.date())
    times = await world.inviting.times(ACROSS, APPLICATION, MINUTES, days)
    assert (LAST in times.free, later in times.free) == (False, True)
    world.units.memory.people[ACROSS].zone = "Pacific/Auckland"  # asleep by then
    await world.inviting.reschedule(ACROSS, about, later)

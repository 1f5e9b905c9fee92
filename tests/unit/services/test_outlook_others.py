"""Interviews and the series of an orientation are meetings too."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.cohorts import TrainingStatus
from bot.domain.errors import NotFound
from bot.domain.interviews import InterviewStatus
from bot.domain.outlook import Answer, Topic
from tests.unit.services.endorsing import CANDIDATE
from tests.unit.services.looking import asked, look, questions
from tests.unit.services.selecting import ACROSS, ADMINISTRATOR, OWN, SelectingWorld
from tests.unit.services.training_world import PLANNER, STRANGER, TrainingWorld

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EVENT = "event-1"


@pytest.fixture
async def selecting() -> SelectingWorld:
    """An interview that is booked."""
    world = SelectingWorld()
    await world.ready()
    await world.picked()
    await world.settle()
    return world


def moved(world: SelectingWorld) -> None:
    at, until = world.interview.starts_at, world.interview.ends_at
    assert at is not None
    assert until is not None
    world.graph.by_hand_moved(EVENT, (at + HOUR, until + HOUR))


async def test_an_interviews_new_time_is_kept(selecting: SelectingWorld) -> None:
    before = selecting.interview
    moved(selecting)
    await look(selecting, EVENT)
    (question,) = questions(selecting)
    assert asked(selecting, OWN) == ["outlook.moved"]
    assert (asked(selecting, ACROSS), asked(selecting, CANDIDATE)) == ([], [])
    view = await selecting.outlook.answer(OWN, question.question_id, "adopt")
    await selecting.settle()
    assert before.starts_at is not None
    assert selecting.interview.starts_at == before.starts_at + HOUR
    assert selecting.told(CANDIDATE).count("interview.moved") == 1
    assert view.candidate is not None
    assert view.candidate.person_id == CANDIDATE
    await look(selecting, EVENT)
    assert questions(selecting) == []


async def test_an_interview_is_put_back(selecting: SelectingWorld) -> None:
    before = selecting.graph.meetings[EVENT].times
    moved(selecting)
    await look(selecting, EVENT)
    (question,) = questions(selecting)
    await selecting.outlook.answer(ACROSS, question.question_id, "put_back")
    await selecting.settle()
    assert selecting.graph.meetings[EVENT].times == before


async def test_a_deleted_interview_is_booked_again(selecting: SelectingWorld) -> None:
    selecting.graph.by_hand_deleted(EVENT)
    await look(selecting, EVENT)
    (question,) = questions(selecting)
    await selecting.outlook.answer(OWN, question.question_id, "book_again")
    await selecting.settle()
    assert selecting.interview.status is InterviewStatus.BOOKED
    assert selecting.interview.event_id == "event-2"
    assert len(selecting.graph.meetings["event-2"].mails) == 2


async def test_a_deleted_interview_is_cancelled(selecting: SelectingWorld) -> None:
    selecting.graph.by_hand_deleted(EVENT)
    await look(selecting, EVENT)
    (question,) = questions(selecting)
    await selecting.outlook.answer(OWN, question.question_id, "cancel", "We speak by phone.")
    assert selecting.interview.status is InterviewStatus.CANCELLED
    assert selecting.interview.reason == "We speak by phone."


@pytest.mark.parametrize("who", [CANDIDATE, ADMINISTRATOR, "stranger"])
async def test_an_interview_is_decided_on_by_who_selects(
    selecting: SelectingWorld, who: str
) -> None:
    moved(selecting)
    await look(selecting, EVENT)
    (question,) = questions(selecting)
    with pytest.raises(NotFound, match="question_unknown"):
        await selecting.outlook.answer(who, question.question_id, "put_back")


async def declined(selecting: SelectingWorld) -> str:
    selecting.graph.declines(EVENT, f"{CANDIDATE}@example.org")
    await look(selecting, EVENT)
    (question,) = questions(selecting)
    assert (question.topic, question.person_id) == (Topic.DECLINED, CANDIDATE)
    assert asked(selecting, CANDIDATE) == ["outlook.declined"]
    assert asked(selecting, OWN) == []
    return question.question_id


async def test_who_declined_the_interview_and_cannot_come_is_offered_other_times(
    selecting: SelectingWorld,
) -> None:
    question_id = await declined(selecting)
    with pytest.raises(NotFound, match="question_unknown"):
        await selecting.outlook.answer(OWN, question_id, "give_up")
    await selecting.outlook.answer(CANDIDATE, question_id, "give_up")
    view = await selecting.outlook.answer(CANDIDATE, question_id, "give_up")  # a second click
    await selecting.settle()
    assert view.question.answer == "give_up"
    assert selecting.interview.status is InterviewStatus.CANCELLED
    assert selecting.interview.ending == "cannot"
    assert selecting.told(OWN).count("interview.cannot") == 1
    assert selecting.graph.meetings[EVENT].cancelled_with is not None


async def test_who_declined_the_interview_and_comes_all_the_same(
    selecting: SelectingWorld,
) -> None:
    question_id = await declined(selecting)
    await selecting.outlook.answer(CANDIDATE, question_id, "keep")
    await look(selecting, EVENT)
    assert questions(selecting) == []
    assert selecting.interview.status is InterviewStatus.BOOKED


async def test_who_leads_the_interview_is_not_asked(selecting: SelectingWorld) -> None:
    selecting.graph.declines(EVENT, f"{OWN}@example.org")
    await look(selecting, EVENT)
    assert questions(selecting) == []


async def test_an_interview_that_has_begun_is_nothing_to_answer(
    selecting: SelectingWorld,
) -> None:
    question_id = await declined(selecting)
    assert selecting.interview.starts_at is not None
    selecting.clock.set(selecting.interview.starts_at)
    view = await selecting.outlook.view(CANDIDATE, question_id)
    assert (view.stands, view.may) == (False, ())


@pytest.fixture
async def training() -> TrainingWorld:
    """A cohort whose series is booked, with one candidate."""
    made = TrainingWorld()
    made.candidate("ada")
    cohort_id = await made.opened()
    await made.training.accept("ada", cohort_id)
    await made.world.settle()
    return made


async def test_a_series_that_was_moved_is_put_back_whole(training: TrainingWorld) -> None:
    world = training.world
    before = world.graph.meetings[EVENT].times
    assert len(before) == 10
    one_day = (*before[:4], before[4] + HOUR, before[5] + HOUR, *before[6:])
    world.graph.by_hand_moved(EVENT, one_day)
    await look(world, EVENT)
    (question,) = questions(world)
    assert (question.topic, asked(world, PLANNER)) == (Topic.MOVED, ["outlook.moved"])
    view = await training.outlook.view(PLANNER, question.question_id)
    assert view.may == (Answer.PUT_BACK,)  # five days are planned anew rather than moved
    assert (view.here, view.there) == (before[4:6], one_day[4:6])
    await training.outlook.answer(PLANNER, question.question_id, "put_back")
    await world.settle()
    assert world.graph.meetings[EVENT].times == before
    await look(world, EVENT)
    assert questions(world) == []


async def test_a_deleted_series_is_booked_again_or_the_cohort_cancelled(
    training: TrainingWorld,
) -> None:
    world = training.world
    world.graph.by_hand_deleted(EVENT)
    await look(world, EVENT)
    (question,) = questions(world)
    await training.outlook.answer(PLANNER, question.question_id, "book_again")
    await world.settle()
    assert training.cohort().event_id == "event-2"
    assert training.cohort().join_url is not None
    world.graph.by_hand_deleted("event-2")
    await look(world, "event-2")
    (again,) = questions(world)
    with pytest.raises(NotFound):
        await training.outlook.answer(STRANGER, again.question_id, "cancel", "x")
    await training.outlook.answer(PLANNER, again.question_id, "cancel", "Too few.")
    assert training.cohort().cancel_reason == "Too few."


async def test_who_declined_the_orientation_gives_up_the_place(training: TrainingWorld) -> None:
    world, cohort_id = training.world, training.cohort().cohort_id
    world.graph.declines(EVENT, "ada@example.org")
    await look(world, EVENT)
    (question,) = questions(world)
    assert (question.topic, asked(world, "ada")) == (Topic.DECLINED, ["outlook.declined"])
    assert asked(world, PLANNER) == []
    view = await training.outlook.view("ada", question.question_id)
    assert view.may == (Answer.KEEP, Answer.GIVE_UP)
    await training.outlook.answer("ada", question.question_id, "give_up")
    await world.settle()
    assert training.memory.training[cohort_id, "ada"].status is TrainingStatus.LEFT
    assert "ada@example.org" not in world.graph.meetings[EVENT].mails


async def test_a_place_that_is_kept_is_not_asked_about_again(training: TrainingWorld) -> None:
    world, cohort_id = training.world, training.cohort().cohort_id
    world.graph.declines(EVENT, "ada@example.org")
    await look(world, EVENT)
    (question,) = questions(world)
    await training.outlook.answer("ada", question.question_id, "keep")
    await look(world, EVENT)
    assert questions(world) == []
    assert training.memory.training[cohort_id, "ada"].status is TrainingStatus.CONFIRMED

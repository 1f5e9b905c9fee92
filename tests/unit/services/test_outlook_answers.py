"""What follows from the answers: what the program does anyway, once, for whom it may."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.errors import MovedOn, NotFound, Refusal
from bot.domain.outlook import Answer, QuestionStatus
from bot.domain.people import Side
from bot.domain.seats import SeatStatus
from bot.domain.sessions import AssignmentStatus, Session, SessionStatus
from tests.unit.services.looking import look, questions
from tests.unit.services.world import (
    EMPLOYER_COORDINATOR,
    EMPLOYER_LEADS,
    MANAGER,
    UNION_COORDINATOR,
    UNION_LEADS,
    World,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EVENT = "event-1"


@pytest.fixture
async def session(world: World) -> Session:
    """Booked, with one participant."""
    booked = await world.booked()
    world.meet("employee")
    await world.seats.join("employee", booked.session_id, booked.code)
    await world.settle()
    return world.units.memory.sessions[booked.session_id]


async def moved(world: World, session: Session, later: timedelta = HOUR) -> str:
    """The event is moved by hand; the question's id."""
    world.graph.by_hand_moved(EVENT, (session.starts_at + later, session.ends_at + later))
    await look(world, EVENT)
    return questions(world)[-1].question_id


async def deleted(world: World) -> str:
    world.graph.by_hand_deleted(EVENT)
    await look(world, EVENT)
    return questions(world)[-1].question_id


async def declined(world: World, person_id: str) -> str:
    world.graph.declines(EVENT, f"{person_id}@example.org")
    await look(world, EVENT)
    return questions(world)[-1].question_id


def kept(world: World, session: Session) -> Session:
    return world.units.memory.sessions[session.session_id]


async def test_outlooks_time_is_kept_and_everybody_is_told_once(
    world: World, session: Session
) -> None:
    question_id = await moved(world, session)
    before = world.graph.calls.count("move")
    await world.outlook.answer(UNION_COORDINATOR, question_id, "adopt")
    await world.settle()
    view = await world.outlook.answer(UNION_COORDINATOR, question_id, "adopt")  # a second click
    await world.settle()
    assert kept(world, session).starts_at == session.starts_at + HOUR
    assert kept(world, session).version == session.version + 1
    assert world.told("employee").count("session.moved") == 1
    assert world.told(UNION_LEADS[0]).count("assignment.moved") == 1
    assert world.told(MANAGER).count("request.moved") == 1
    assert world.graph.calls.count("move") == before  # Outlook has told them already
    assert (view.question.status, view.question.answer) == (QuestionStatus.ANSWERED, "adopt")
    assert view.question.answered_by == UNION_COORDINATOR
    await look(world, EVENT)
    assert questions(world) == []


async def test_another_length_is_kept_too(world: World, session: Session) -> None:
    world.graph.by_hand_moved(EVENT, (session.starts_at, session.ends_at + HOUR))
    await look(world, EVENT)
    (question,) = questions(world)
    await world.outlook.answer(UNION_COORDINATOR, question.question_id, "adopt")
    now = kept(world, session)
    assert (now.starts_at, now.ends_at) == (session.starts_at, session.ends_at + HOUR)


async def test_a_time_that_cannot_be_is_refused_and_can_still_be_put_back(
    world: World, session: Session
) -> None:
    question_id = await moved(world, session, timedelta(hours=14))  # in the night
    with pytest.raises(Refusal, match="date_outside_hours"):
        await world.outlook.answer(UNION_COORDINATOR, question_id, "adopt")
    assert kept(world, session) == session
    view = await world.outlook.answer(UNION_COORDINATOR, question_id, "put_back")
    await world.settle()
    assert view.question.answer == "put_back"
    assert world.graph.meetings[EVENT].times == (session.starts_at, session.ends_at)


async def test_what_was_done_and_not_written_down_is_as_good(
    world: World, session: Session
) -> None:
    """Killed between the two: the click that follows finds the session moved already."""
    question_id = await moved(world, session)
    await world.steering.reschedule(UNION_COORDINATOR, session.session_id, session.starts_at + HOUR)
    with pytest.raises(MovedOn, match="question_moved_on"):
        await world.outlook.answer(UNION_COORDINATOR, question_id, "adopt")
    await look(world, EVENT)
    assert questions(world) == []


async def test_put_back_twice_tells_everybody_once(world: World, session: Session) -> None:
    question_id = await moved(world, session)
    world.graph.invites.clear()
    for who in (UNION_COORDINATOR, EMPLOYER_COORDINATOR):
        view = await world.outlook.answer(who, question_id, "put_back")
        await world.settle()
    assert view.question.answered_by == UNION_COORDINATOR
    told = [each.mail for each in world.graph.invites if each.kind == "update"]
    assert len(told) == len(set(told)) == 3
    assert kept(world, session) == session
    history = [entry.what for entry in world.units.memory.history.values()]
    assert history.count("outlook_put_back") == 1
    await look(world, EVENT)
    assert questions(world) == []


async def test_moved_once_more_it_is_asked_once_more(world: World, session: Session) -> None:
    first = await moved(world, session)
    await world.outlook.answer(UNION_COORDINATOR, first, "put_back")
    await world.settle()
    second = await moved(world, session)
    assert second != first
    view = await world.outlook.answer(UNION_COORDINATOR, second, "adopt")
    assert view.question.status is QuestionStatus.ANSWERED


async def test_a_deleted_meeting_is_booked_again_with_its_people(
    world: World, session: Session
) -> None:
    world.notebook.carried.clear()
    question_id = await deleted(world)
    for _ in range(2):
        await world.outlook.answer(UNION_COORDINATOR, question_id, "book_again")
        await world.settle()
    now = kept(world, session)
    assert (now.status, now.event_id) == (SessionStatus.BOOKED, "event-2")
    assert now.join_url is not None
    assert now.join_url.endswith("event-2")
    assert now.transaction_id != session.transaction_id
    meeting = world.graph.meetings["event-2"]
    assert len(meeting.mails) == 3
    assert set(meeting.hosts) == {UNION_LEADS[0], EMPLOYER_LEADS[0]}
    assert world.graph.calls.count("create") == 2
    assert "request.scheduled" not in world.told(MANAGER)  # they know; the invitation is new
    await look(world, "event-2")
    await look(world, EVENT)
    assert questions(world) == []


async def test_a_deleted_meeting_is_cancelled_with_a_word_of_why(
    world: World, session: Session
) -> None:
    question_id = await deleted(world)
    with pytest.raises(Refusal, match="reason_missing"):
        await world.outlook.answer(UNION_COORDINATOR, question_id, "cancel", " ")
    view = await world.outlook.answer(UNION_COORDINATOR, question_id, "cancel", "Moved on.")
    await world.settle()
    assert kept(world, session).status is SessionStatus.CANCELLED
    assert kept(world, session).cancel_reason == "Moved on."
    assert view.question.status is QuestionStatus.ANSWERED
    assert world.told("employee").count("session.cancelled") == 1


async def test_a_seat_is_given_up(world: World, session: Session) -> None:
    question_id = await declined(world, "employee")
    await world.outlook.answer("employee", question_id, "give_up")
    view = await world.outlook.answer("employee", question_id, "give_up")
    await world.settle()
    seat = world.units.memory.seats[session.session_id, "employee"]
    assert seat.status is SeatStatus.LEFT
    assert view.may == ()
    assert "employee@example.org" not in world.graph.meetings[EVENT].mails


async def test_a_seat_is_kept_and_not_asked_about_again(world: World, session: Session) -> None:
    question_id = await declined(world, "employee")
    view = await world.outlook.answer("employee", question_id, "keep")
    assert view.question.answer == "keep"
    await look(world, EVENT)
    assert questions(world) == []
    assert world.owed("outlook.look") == []
    assert world.units.memory.seats[session.session_id, "employee"].status is SeatStatus.CONFIRMED


async def test_who_keeps_the_seat_and_declines_another_time_is_asked_anew(
    world: World, session: Session
) -> None:
    question_id = await declined(world, "employee")
    await world.outlook.answer("employee", question_id, "keep")
    later = session.starts_at + 7 * DAY
    await world.steering.reschedule(UNION_COORDINATOR, session.session_id, later)
    await world.settle()
    assert await declined(world, "employee") != question_id
    assert world.told("employee").count("outlook.declined") == 2


async def test_who_leads_withdraws_with_a_word_of_why(world: World, session: Session) -> None:
    lead = UNION_LEADS[0]
    question_id = await declined(world, lead)
    with pytest.raises(Refusal, match="reason_missing"):
        await world.outlook.answer(lead, question_id, "give_up")
    await world.outlook.answer(lead, question_id, "give_up", "I am away.")
    (assignment,) = [a for a in world.units.memory.assignments.values() if a.side is Side.UNION]
    assert (assignment.status, assignment.reason) == (AssignmentStatus.WITHDRAWN, "I am away.")
    await world.settle()
    assert "request.lead_withdrawn" in world.told(EMPLOYER_COORDINATOR)
    view = await world.outlook.view(lead, question_id)
    assert (view.stands, view.may) == (False, ())


async def test_who_leads_goes_on_leading(world: World, session: Session) -> None:
    question_id = await declined(world, UNION_LEADS[0])
    view = await world.outlook.answer(UNION_LEADS[0], question_id, "keep")
    assert view.question.status is QuestionStatus.ANSWERED


async def test_what_is_settled_elsewhere_is_nothing_to_answer(
    world: World, session: Session
) -> None:
    question_id = await declined(world, "employee")
    await world.seats.leave("employee", session.session_id)
    view = await world.outlook.view("employee", question_id)
    assert (view.stands, view.may) == (False, ())
    with pytest.raises(MovedOn, match="question_moved_on"):
        await world.outlook.answer("employee", question_id, "keep")


@pytest.mark.parametrize("who", ["employee", "stranger", MANAGER, UNION_LEADS[0]])
async def test_only_who_steers_it_is_asked_and_may_answer(
    world: World, session: Session, who: str
) -> None:
    question_id = await moved(world, session)
    for asking in (
        world.outlook.view(who, question_id),
        world.outlook.answer(who, question_id, "adopt"),
        world.outlook.answer(who, question_id, "put_back"),
        world.outlook.answer(who, "nothing", "put_back"),
    ):
        with pytest.raises(NotFound, match="question_unknown"):
            await asking
    assert kept(world, session) == session


async def test_a_person_is_asked_about_their_own_alone(world: World, session: Session) -> None:
    question_id = await declined(world, "employee")
    for who in (UNION_COORDINATOR, UNION_LEADS[0]):
        with pytest.raises(NotFound, match="question_unknown"):
            await world.outlook.answer(who, question_id, "give_up")
    assert world.units.memory.seats[session.session_id, "employee"].status is SeatStatus.CONFIRMED


@pytest.mark.parametrize("answer", ["", "cancel", "give_up", "nonsense"])
async def test_an_answer_that_was_not_offered_does_nothing(
    world: World, session: Session, answer: str
) -> None:
    question_id = await moved(world, session)
    with pytest.raises(Refusal, match="card_bad"):
        await world.outlook.answer(UNION_COORDINATOR, question_id, answer)
    assert questions(world)[0].status is QuestionStatus.OPEN


async def test_how_a_coordinator_sees_it(world: World, session: Session) -> None:
    question_id = await moved(world, session)
    view = await world.outlook.view(UNION_COORDINATOR, question_id)
    assert view.here == (session.starts_at, session.ends_at)
    assert view.there == (session.starts_at + HOUR, session.ends_at + HOUR)
    assert view.may == (Answer.ADOPT, Answer.PUT_BACK)
    assert (view.noun, view.thing_id) == ("session", session.session_id)
    assert (view.offering, view.request_id) == (session.offering, session.request_id)
    assert view.question.asked_at > datetime(2027, 1, 1, tzinfo=UTC)

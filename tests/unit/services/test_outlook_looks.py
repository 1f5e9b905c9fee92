"""What somebody does in Outlook by hand is asked about; what we do ourselves is not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.errors import OutsideFault, Rejected
from bot.domain.messages import RowState
from bot.domain.outlook import QuestionStatus, Topic, WrittenEvent, mark
from bot.domain.sessions import Session
from bot.services.outlook_ports import SeenEvent
from bot.services.outlook_writing import owe_look
from tests.fakes.graph import FakeGraph
from tests.unit.services.looking import asked, look, questions
from tests.unit.services.world import (
    EMPLOYER_COORDINATOR,
    EMPLOYER_LEADS,
    UNION_COORDINATOR,
    UNION_LEADS,
    World,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EVENT = "event-1"
COORDINATORS = (UNION_COORDINATOR, EMPLOYER_COORDINATOR)


@pytest.fixture
async def session(world: World) -> Session:
    """Booked, with one participant."""
    booked = await world.booked()
    world.meet("employee")
    await world.seats.join("employee", booked.session_id, booked.code)
    await world.settle()
    return world.units.memory.sessions[booked.session_id]


def times(session: Session, later: timedelta = HOUR) -> tuple:
    return (session.starts_at + later, session.ends_at + later)


def mails(world: World) -> set[str]:
    return {mail.removesuffix("@example.org") for mail in world.graph.meetings[EVENT].mails}


async def test_our_own_changes_are_nobodys(world: World, session: Session) -> None:
    later = session.starts_at + 7 * DAY
    await world.steering.reschedule(UNION_COORDINATOR, session.session_id, later)
    await world.seats.leave("employee", session.session_id)
    await look(world, EVENT)
    assert questions(world) == []
    assert mails(world) == {UNION_LEADS[0], EMPLOYER_LEADS[0]}


async def test_what_is_under_way_to_outlook_is_waited_for(world: World, session: Session) -> None:
    world.graph.fail(OutsideFault("graph_unavailable"), operation="move", times=1000)
    later = session.starts_at + 7 * DAY
    await world.steering.reschedule(UNION_COORDINATOR, session.session_id, later)
    await look(world, EVENT)
    assert questions(world) == []
    assert len(world.owed("outlook.look")) == 1
    world.graph.heal()
    world.clock.advance(HOUR)
    await world.settle()
    assert (questions(world), world.owed("outlook.look")) == ([], [])


async def test_a_change_of_ours_that_outlook_refused_for_good_is_nobodys(
    world: World, session: Session
) -> None:
    world.graph.fail(Rejected("graph_rejected"), operation="move")
    later = session.starts_at + 7 * DAY
    await world.steering.reschedule(UNION_COORDINATOR, session.session_id, later)
    await look(world, EVENT)
    assert questions(world) == []


async def test_a_move_of_ours_whose_answer_was_lost_is_told_once(
    world: World, session: Session
) -> None:
    lost = OutsideFault("graph_unanswered", perhaps_done=True)
    world.graph.fail(lost, operation="move", after=True)
    later = session.starts_at + 7 * DAY
    await world.steering.reschedule(UNION_COORDINATOR, session.session_id, later)
    await look(world, EVENT)
    world.clock.advance(HOUR)
    await world.settle()
    updates = [each.mail for each in world.graph.invites if each.kind == "update"]
    assert len(updates) == len(set(updates)) == 3
    assert questions(world) == []


async def test_a_move_by_hand_asks_the_coordinators_once(world: World, session: Session) -> None:
    world.graph.by_hand_moved(EVENT, times(session))
    await look(world, EVENT)
    await look(world, EVENT)
    (question,) = questions(world)
    assert (question.topic, question.subject) == (Topic.MOVED, f"session:{session.session_id}")
    assert question.times == times(session)
    for coordinator in COORDINATORS:
        assert asked(world, coordinator) == ["outlook.moved"]
    kept = world.units.memory.sessions[session.session_id]
    assert kept.starts_at == session.starts_at  # nothing happens by itself


async def test_moved_back_by_hand_there_is_nothing_to_ask(world: World, session: Session) -> None:
    world.graph.by_hand_moved(EVENT, times(session))
    await look(world, EVENT)
    world.graph.by_hand_moved(EVENT, times(session, timedelta(0)))
    await look(world, EVENT)
    assert questions(world) == []
    assert len(questions(world, QuestionStatus.OVERTAKEN)) == 1
    world.graph.by_hand_moved(EVENT, times(session))
    await look(world, EVENT)
    assert len(questions(world)) == 1
    assert asked(world, UNION_COORDINATOR) == ["outlook.moved", "outlook.moved"]


async def test_moved_again_the_question_is_about_the_newest_time(
    world: World, session: Session
) -> None:
    for hours in (1, 2):
        world.graph.by_hand_moved(EVENT, times(session, hours * HOUR))
        await look(world, EVENT)
    (question,) = questions(world)
    assert question.times == times(session, 2 * HOUR)
    assert len(questions(world, QuestionStatus.OVERTAKEN)) == 1


async def test_a_crowd_that_joins_meanwhile_is_no_reason_to_ask_again(
    world: World, session: Session
) -> None:
    world.graph.by_hand_moved(EVENT, times(session))
    await look(world, EVENT)
    for number in range(3):
        world.clock.advance(HOUR)
        world.meet(f"more-{number}")
        await world.seats.join(f"more-{number}", session.session_id, session.code)
        await world.settle()
        await look(world, EVENT)
    assert asked(world, UNION_COORDINATOR) == ["outlook.moved"]


async def test_a_deletion_by_hand_asks_the_coordinators_once(
    world: World, session: Session
) -> None:
    world.graph.by_hand_deleted(EVENT)
    await look(world, EVENT)
    await look(world, EVENT)
    (question,) = questions(world)
    assert question.topic is Topic.DELETED
    for coordinator in COORDINATORS:
        assert asked(world, coordinator) == ["outlook.deleted"]


@pytest.mark.parametrize("task", ["people", "move"])
async def test_a_deletion_shows_itself_at_our_next_change(
    world: World, session: Session, task: str
) -> None:
    world.graph.by_hand_deleted(EVENT)
    if task == "people":
        await world.seats.leave("employee", session.session_id)
    else:
        later = session.starts_at + 7 * DAY
        await world.steering.reschedule(UNION_COORDINATOR, session.session_id, later)
    await world.settle()
    assert [q.topic for q in questions(world)] == [Topic.DELETED]
    assert "request.booking_failed" not in world.told(UNION_COORDINATOR)


async def test_whoever_is_taken_off_by_hand_is_invited_again(
    world: World, session: Session
) -> None:
    lead = f"{UNION_LEADS[0]}@example.org"
    world.graph.by_hand_invited(EVENT, lead)
    await look(world, EVENT)
    assert mails(world) == {UNION_LEADS[0], EMPLOYER_LEADS[0], "employee"}
    assert questions(world) == []
    history = [entry.what for entry in world.units.memory.history.values()]
    assert history.count("outlook_people_back") == 1


async def test_an_address_that_outlook_never_keeps_is_tried_once_a_day(
    world: World, session: Session
) -> None:
    others = [f"{each}@example.org" for each in (UNION_LEADS[0], EMPLOYER_LEADS[0])]
    for _ in range(5):
        world.graph.by_hand_invited(EVENT, *others)
        await look(world, EVENT)
    assert "employee" not in mails(world)
    world.clock.advance(DAY)
    await look(world, EVENT)
    assert "employee" in mails(world)


async def test_whom_another_worker_wrote_over_is_invited_again(
    world: World, session: Session
) -> None:
    """Two workers wrote the people at once, and the older list came last."""
    leads = [f"{each}@example.org" for each in (UNION_LEADS[0], EMPLOYER_LEADS[0])]
    world.graph.by_hand_invited(EVENT, *leads)
    known = world.units.memory.written[EVENT]
    known.sent = tuple(sorted(mark(mail, required=True) for mail in leads))
    known.held = tuple(sorted(map(mark, leads)))
    await look(world, EVENT)
    assert mails(world) == {UNION_LEADS[0], EMPLOYER_LEADS[0], "employee"}


async def test_whom_somebody_invites_by_hand_stays(world: World, session: Session) -> None:
    guests = (*world.graph.meetings[EVENT].mails, "guest@elsewhere.example")
    world.graph.by_hand_invited(EVENT, *guests)
    await look(world, EVENT)
    world.meet("late")
    await world.seats.join("late", session.session_id, session.code)
    await world.seats.leave("employee", session.session_id)
    await world.settle()
    assert world.graph.meetings[EVENT].mails == {
        *(f"{each}@example.org" for each in (UNION_LEADS[0], EMPLOYER_LEADS[0], "late")),
        "guest@elsewhere.example",
    }
    await world.seats.leave("late", session.session_id)
    await world.settle()
    assert "guest@elsewhere.example" in world.graph.meetings[EVENT].mails
    assert questions(world) == []


@pytest.mark.parametrize("another_joins", [False, True])
async def test_who_leaves_before_outlook_has_answered_is_not_taken_for_a_guest(
    world: World, session: Session, *, another_joins: bool
) -> None:
    """Outlook has invited her, and its answer was lost; then she leaves."""
    for name in ("late", "later"):
        world.meet(name)
    await world.seats.join("late", session.session_id, session.code)
    world.graph.fail(OutsideFault("graph_unavailable"), operation="set_attendees", after=True)
    await world.courier.run_until_idle()
    assert "late" in mails(world)
    await world.seats.leave("late", session.session_id)
    if another_joins:
        await world.seats.join("later", session.session_id, session.code)
    world.clock.advance(HOUR)
    await world.settle()
    others = {"later"} if another_joins else set[str]()
    assert mails(world) == {UNION_LEADS[0], EMPLOYER_LEADS[0], "employee", *others}


async def test_a_crowds_invitations_are_written_once(world: World, session: Session) -> None:
    for number in range(8):
        world.meet(f"more-{number}")
        await world.seats.join(f"more-{number}", session.session_id, session.code)
    before = world.graph.calls.count("set_attendees")
    await world.settle()
    assert world.graph.calls.count("set_attendees") == before + 1


async def test_who_declines_is_asked_about_the_seat_once(world: World, session: Session) -> None:
    world.graph.declines(EVENT, "employee@example.org")
    await look(world, EVENT)
    await look(world, EVENT)
    (question,) = questions(world)
    assert (question.topic, question.person_id) == (Topic.DECLINED, "employee")
    assert asked(world, "employee") == ["outlook.declined"]
    assert asked(world, UNION_COORDINATOR) == []


async def test_another_time_is_asked_about_anew(world: World, session: Session) -> None:
    world.graph.declines(EVENT, "employee@example.org")
    await look(world, EVENT)
    later = session.starts_at + 7 * DAY
    await world.steering.reschedule(UNION_COORDINATOR, session.session_id, later)
    await look(world, EVENT)
    assert questions(world) == []
    world.graph.declines(EVENT, "employee@example.org")
    await look(world, EVENT)
    assert asked(world, "employee") == ["outlook.declined", "outlook.declined"]


async def test_a_facilitator_who_declines_is_asked_whether_to_withdraw(
    world: World, session: Session
) -> None:
    world.graph.declines(EVENT, f"{EMPLOYER_LEADS[0].title()}@example.org".lower())
    await look(world, EVENT)
    (question,) = questions(world)
    assert (question.topic, question.person_id) == (Topic.LEAD_DECLINED, EMPLOYER_LEADS[0])
    assert asked(world, EMPLOYER_LEADS[0]) == ["outlook.lead_declined"]


async def test_what_is_over_or_cancelled_is_not_looked_at(world: World, session: Session) -> None:
    world.graph.by_hand_moved(EVENT, times(session))
    world.clock.set(session.ends_at)
    await look(world, EVENT)
    await world.steering.cancel(UNION_COORDINATOR, session.session_id, "Postponed.")
    await look(world, EVENT)
    assert questions(world) == []


async def test_an_event_that_is_not_ours_is_nothing_to_us(world: World, session: Session) -> None:
    await look(world, "somebody-elses")
    rows = [r for r in world.units.memory.outbox.values() if r.subject == "event:somebody-elses"]
    assert [(row.state, row.receipt) for row in rows] == [(RowState.SENT, "skipped")]


async def test_an_event_of_before_is_taken_as_it_is(world: World, session: Session) -> None:
    about = f"session:{session.session_id}"
    before = WrittenEvent(EVENT, about, (), (), (), session.ends_at, session.ends_at)
    world.units.memory.written[EVENT] = before
    await look(world, EVENT)
    assert questions(world) == []
    assert world.units.memory.written[EVENT].times == times(session, timedelta(0))
    world.units.memory.written[EVENT] = before
    world.graph.by_hand_moved(EVENT, times(session))
    await look(world, EVENT)
    assert [q.topic for q in questions(world)] == [Topic.MOVED]


class Slow(FakeGraph):
    """While it answers, a coordinator moves the session, and somebody joins."""

    world: World
    session: Session

    async def look(self, event_id: str) -> SeenEvent:
        seen = await super().look(event_id)
        if self.calls.count("look") == 1:
            later = self.session.starts_at + 7 * DAY
            await self.world.steering.reschedule(UNION_COORDINATOR, self.session.session_id, later)
            self.world.meet("late")
            await self.world.seats.join("late", self.session.session_id, self.session.code)
        return seen


async def test_what_changed_while_we_looked_is_looked_at_again() -> None:
    slow = Slow()
    world = World(graph=slow)
    slow.world, slow.session = world, await world.booked()
    slow.calls.clear()
    async with world.desk.uow() as uow:
        await owe_look(uow, world.desk, EVENT)
        await uow.commit()
    for _ in range(3):
        await world.settle()
    assert questions(world) == []
    assert slow.meetings[EVENT].times[0] == slow.session.starts_at + 7 * DAY
    assert "late@example.org" in slow.meetings[EVENT].mails
    history = [entry.what for entry in world.units.memory.history.values()]
    assert "outlook_people_back" not in history

"""From the first word to a held session, on the use cases alone.

The manager asks; the union's representative agrees; a coordinator approves with a pair; both
accept; Outlook books; people join, leave and wait; reminders go; the session is held.
"""

from datetime import timedelta

from bot.domain.messages import RowState, Via
from bot.domain.requests import RequestStatus
from bot.domain.seats import SeatStatus
from bot.domain.sessions import SessionStatus
from tests.unit.services.world import (
    EMPLOYER_LEADS,
    MANAGER,
    STEWARD,
    UNION_COORDINATOR,
    UNION_LEADS,
    World,
)


async def test_from_the_request_to_the_held_session(world: World) -> None:
    session = await world.booked()
    view = await world.requests.view(MANAGER, session.request_id or "")
    assert view.request.status is RequestStatus.SCHEDULED
    assert session.status is SessionStatus.BOOKED
    assert session.join_url
    assert sorted(entry.what for entry in view.timeline) == sorted([
        "submitted", "agreed", "approved", "offered_union", "offered_employer",
        "accepted_union", "accepted_employer", "booked",
    ])  # fmt: skip
    assert world.told(MANAGER) == ["request.agreed", "request.approved", "request.scheduled"]
    assert world.told(STEWARD) == ["request.asked", "request.approved", "request.scheduled"]
    assert world.told(UNION_COORDINATOR) == ["request.to_review"]
    assert world.told(UNION_LEADS[0]) == ["assignment.offered", "assignment.booked"]
    people = [world.meet(f"employee-{n}") for n in range(3)]
    for person_id in people:
        joined = await world.seats.join(person_id, session.session_id, session.code)
        assert joined.seat is not None
        assert joined.seat.status is SeatStatus.CONFIRMED
    await world.settle()
    (meeting,) = world.graph.meetings.values()
    assert meeting.mails == {
        f"{person_id}@example.org" for person_id in (UNION_LEADS[0], EMPLOYER_LEADS[0], *people)
    }
    await world.seats.leave(people[0], session.session_id)
    await world.settle()
    assert f"{people[0]}@example.org" not in meeting.mails
    for days in (14, 7, 2, 1, 0):
        await world.at(session.starts_at - timedelta(days=days, minutes=30))
    assert world.told(people[0]) == []
    assert world.told(people[1]) == ["reminder.seat"] * 3
    assert world.told(UNION_LEADS[0])[2:] == ["reminder.lead"] * 3
    await world.at(session.ends_at + timedelta(minutes=1))
    view = await world.requests.view(MANAGER, session.request_id or "")
    assert view.request.status is RequestStatus.COMPLETED
    assert world.told(MANAGER)[-1] == "request.completed"
    assert not world.owed()
    assert {row.state for row in world.units.memory.outbox.values()} <= {
        RowState.SENT, RowState.SKIPPED,
    }  # fmt: skip


async def test_reminders_go_by_chat_and_mail_and_in_the_last_hour_by_teams(world: World) -> None:
    session = await world.booked()
    world.meet("employee")
    await world.seats.join("employee", session.session_id, session.code)
    await world.at(session.starts_at - timedelta(minutes=50))
    last = [
        (row.via, row.args["which"])
        for row in world.notebook.carried
        if row.recipient_id == "employee" and row.kind == "reminder.seat"
    ]
    assert sorted(last) == sorted(
        [(via, which) for which in ("7d", "1d", "1h") for via in (Via.CHAT, Via.MAIL)]
        + [(Via.ACTIVITY, "1h")]
    )


async def test_a_moved_session_is_reminded_at_its_new_time_only(world: World) -> None:
    session = await world.booked()
    world.meet("employee")
    await world.seats.join("employee", session.session_id, session.code)
    later = session.starts_at + timedelta(days=7)
    await world.steering.reschedule(UNION_COORDINATOR, session.session_id, later)
    await world.settle()
    (meeting,) = world.graph.meetings.values()
    assert meeting.draft.starts_at == later
    due = {(row.args["which"], row.due_at) for row in world.owed("reminder.seat")}
    assert due == {
        ("7d", later - timedelta(days=7)),
        ("1d", later - timedelta(days=1)),
        ("1h", later - timedelta(hours=1)),
    }
    assert world.told("employee") == ["session.moved"]
    assert world.told(MANAGER)[-1] == "request.moved"


async def test_a_cancelled_session_reminds_nobody_and_tells_everybody_once(world: World) -> None:
    session = await world.booked()
    world.meet("employee")
    await world.seats.join("employee", session.session_id, session.code)
    await world.steering.cancel(UNION_COORDINATOR, session.session_id, "A facilitator is ill.")
    await world.steering.cancel(UNION_COORDINATOR, session.session_id, "A facilitator is ill.")
    await world.settle()
    (meeting,) = world.graph.meetings.values()
    assert meeting.cancelled_with == "A facilitator is ill."
    assert not world.owed("reminder.")
    assert world.told("employee") == ["session.cancelled"]
    assert world.told(MANAGER)[-1] == "request.session_cancelled"
    assert world.told(UNION_LEADS[0])[-1] == "assignment.cancelled"
    view = await world.requests.view(MANAGER, session.request_id or "")
    assert view.request.status is RequestStatus.IN_REVIEW


async def test_a_session_that_nobody_led_in_time_goes_back_to_the_coordinators(
    world: World,
) -> None:
    request_id = await world.approved()
    session = world.session_of(request_id)
    await world.at(session.ends_at + timedelta(minutes=1))
    view = await world.requests.view(UNION_COORDINATOR, request_id)
    assert view.request.status is RequestStatus.IN_REVIEW
    assert view.session is None
    assert world.told(UNION_COORDINATOR)[-1] == "request.session_missed"
    assert world.told(MANAGER)[-1] == "request.session_missed"
    assert not world.owed("reminder.")
    await world.at(session.ends_at + timedelta(minutes=2))
    assert world.told(MANAGER).count("request.session_missed") == 1

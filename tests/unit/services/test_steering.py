"""Steering a session: moved, cancelled, tried again; who may, and what it leaves behind."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.errors import MovedOn, NotFound, Refusal
from bot.domain.messages import OutboxRow, RowState, Via
from bot.domain.requests import RequestStatus
from bot.domain.sessions import SessionStatus
from bot.services.planning import planned_start
from tests.unit.services.world import (
    EMPLOYER_COORDINATOR,
    MANAGER,
    NOW,
    STEWARD,
    UNION_COORDINATOR,
    UNION_LEADS,
    World,
)


@pytest.mark.parametrize("who", [MANAGER, STEWARD, UNION_LEADS[0], "nobody"])
async def test_not_theirs_to_steer(world: World, who: str) -> None:
    session = await world.booked()
    later = session.starts_at + timedelta(days=1)
    for wanted in (
        world.steering.cancel(who, session.session_id, "Because"),
        world.steering.reschedule(who, session.session_id, later),
        world.steering.retry_booking(who, session.session_id),
    ):
        with pytest.raises(NotFound) as refused:
            await wanted
        assert refused.value.code == "session_unknown"


@pytest.mark.parametrize(
    ("starts_at", "code"),
    [
        (datetime(2027, 1, 11, 14, 0, tzinfo=UTC), "session_in_past"),
        (datetime(2027, 2, 21, 14, 0, tzinfo=UTC), "date_weekend"),
        (datetime(2027, 3, 26, 13, 0, tzinfo=UTC), "date_holiday"),
        (datetime(2027, 2, 17, 22, 0, tzinfo=UTC), "date_outside_hours"),
    ],
)
async def test_new_times_that_cannot_be(world: World, starts_at: datetime, code: str) -> None:
    session = await world.booked()
    with pytest.raises(Refusal) as refused:
        await world.steering.reschedule(UNION_COORDINATOR, session.session_id, starts_at)
    assert refused.value.code == code


async def test_moved_to_where_it_is_nobody_is_told(world: World) -> None:
    session = await world.booked()
    later = session.starts_at + timedelta(days=1)
    for _ in range(2):
        view = await world.steering.reschedule(UNION_COORDINATOR, session.session_id, later)
        assert view.session.starts_at == later
        await world.settle()
    assert world.told(MANAGER).count("request.moved") == 1


async def test_moved_twice_is_told_twice(world: World) -> None:
    session = await world.booked()
    for days in (1, 2):
        later = session.starts_at + timedelta(days=days)
        await world.steering.reschedule(UNION_COORDINATOR, session.session_id, later, "Room")
        await world.settle()
    assert world.told(MANAGER).count("request.moved") == 2
    assert world.told(UNION_LEADS[0]).count("assignment.moved") == 2
    view = await world.triage.view(UNION_COORDINATOR, session.request_id or "")
    assert [e.note for e in view.timeline if e.what == "rescheduled"] == ["Room", "Room"]


async def test_what_is_over_is_not_moved(world: World) -> None:
    session = await world.booked()
    world.clock.set(session.starts_at)
    with pytest.raises(MovedOn):
        await world.steering.reschedule(
            UNION_COORDINATOR, session.session_id, session.starts_at + timedelta(days=1)
        )


async def test_cancelling_is_written_on_the_request_too(world: World) -> None:
    """The next session of the request has a history of its own."""
    session = await world.booked()
    await world.steering.cancel(UNION_COORDINATOR, session.session_id, "A storm")
    same = await world.steering.cancel(EMPLOYER_COORDINATOR, session.session_id, "Again")
    assert same.session.cancel_reason == "A storm"
    view = await world.triage.view(UNION_COORDINATOR, session.request_id or "")
    assert view.request.status is RequestStatus.IN_REVIEW
    assert view.session is None
    assert [(e.what, e.note) for e in view.timeline if e.what == "cancelled"] == [
        ("cancelled", "A storm")
    ]


@pytest.mark.parametrize("nothing", ["", "  "])
async def test_a_reason_is_needed(world: World, nothing: str) -> None:
    session = await world.booked()
    with pytest.raises(Refusal) as refused:
        await world.steering.cancel(UNION_COORDINATOR, session.session_id, nothing)
    assert refused.value.code == "reason_missing"
    assert world.session_of(session.request_id or "").status is SessionStatus.BOOKED


async def test_a_held_session_is_not_cancelled(world: World) -> None:
    session = await world.booked()
    await world.at(session.ends_at + timedelta(minutes=1))
    with pytest.raises(MovedOn):
        await world.steering.cancel(UNION_COORDINATOR, session.session_id, "Too late")


async def test_tried_again_after_it_was_given_up(world: World) -> None:
    session = await world.booked()
    subject = f"session:{session.session_id}"
    dead = OutboxRow(
        "dead", Via.MEETING, "meeting.move", subject, "dead", NOW, NOW, state=RowState.DEAD
    )
    world.units.memory.outbox["dead"] = dead
    world.units.memory.sessions[session.session_id].fault = "graph_denied"
    view = await world.triage.view(UNION_COORDINATOR, session.request_id or "")
    assert (view.fault, "retry_booking" in view.may) == ("graph_denied", True)
    done = await world.steering.retry_booking(UNION_COORDINATOR, session.session_id)
    assert done.session.fault is None
    assert world.units.memory.outbox["dead"].state is RowState.PENDING


def test_a_start_before_the_working_day(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        planned_start(
            datetime(2027, 3, 15, 7, 0),  # noqa: DTZ001
            "America/Halifax",
            60,
            NOW,
            world.rules,
        )
    assert (refused.value.code, refused.value.field) == ("date_outside_hours", "time")


def test_a_long_session_may_fill_the_day(world: World) -> None:
    local = datetime(2027, 2, 16, 8, 0)  # noqa: DTZ001
    assert planned_start(local, "America/Toronto", 7 * 450, NOW, world.rules) == datetime(
        2027, 2, 16, 13, 0, tzinfo=UTC
    )

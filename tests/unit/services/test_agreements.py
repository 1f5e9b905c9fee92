"""The joint agreement, on the use cases alone."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.errors import MovedOn, NotFound, Refusal
from bot.domain.requests import RequestStatus
from tests.unit.services.world import EMPLOYER_COORDINATOR, MANAGER, STEWARD, World


async def submitted(world: World) -> str:
    view = await world.requests.submit(MANAGER, world.form())
    return view.request.request_id


async def test_agreeing_goes_to_the_coordinators_once(world: World) -> None:
    request_id = await submitted(world)
    first = await world.agreements.agree(STEWARD, request_id)
    second = await world.agreements.agree(STEWARD, request_id)
    assert first.request.status is second.request.status is RequestStatus.AGREED
    assert second.request.version == first.request.version
    owed = [(row.kind, row.recipient_id) for row in world.owed()]
    assert owed.count(("request.to_review", EMPLOYER_COORDINATOR)) == 1
    assert owed.count(("request.agreed", MANAGER)) == 1
    assert ("reminder.agreement", STEWARD) not in owed


async def test_declining_needs_a_reason(world: World) -> None:
    request_id = await submitted(world)
    with pytest.raises(Refusal) as refused:
        await world.agreements.decline(STEWARD, request_id, "  ")
    assert (refused.value.code, refused.value.field) == ("reason_missing", "reason")
    view = await world.agreements.decline(STEWARD, request_id, " not now ")
    assert (view.request.status, view.request.reason) == (RequestStatus.DECLINED, "not now")
    again = await world.agreements.decline(STEWARD, request_id, "")
    assert again.request.version == view.request.version
    with pytest.raises(MovedOn):
        await world.agreements.agree(STEWARD, request_id)


async def test_later_comes_back_on_the_next_working_morning(world: World) -> None:
    world.meet(STEWARD, "America/Vancouver")
    world.clock.set(datetime(2027, 1, 16, 3, 0, tzinfo=UTC))  # Friday evening in Vancouver
    request_id = await submitted(world)
    for _ in range(2):
        await world.agreements.later(STEWARD, request_id)
    due = sorted(row.due_at for row in world.owed() if row.kind == "reminder.agreement")
    # Monday at 9: in Vancouver it is 7 hours behind UTC for good.
    assert due[0] == datetime(2027, 1, 18, 16, 0, tzinfo=UTC)
    assert len(due) == 2
    await world.agreements.agree(STEWARD, request_id)
    with pytest.raises(MovedOn):
        await world.agreements.later(STEWARD, request_id)
    assert not [row for row in world.owed() if row.kind == "reminder.agreement"]


async def test_only_whoever_was_asked_answers(world: World) -> None:
    request_id = await submitted(world)
    for attempt in (
        world.agreements.agree(MANAGER, request_id),
        world.agreements.decline(EMPLOYER_COORDINATOR, request_id, "no"),
        world.agreements.later(world.meet("stranger"), request_id),
        world.agreements.agree(STEWARD, "no-such-id"),
    ):
        with pytest.raises(NotFound, match="request_unknown"):
            await attempt


async def test_too_late(world: World) -> None:
    request_id = await submitted(world)
    world.clock.advance(timedelta(days=20))
    await world.upkeep.run()
    for attempt in (
        world.agreements.agree(STEWARD, request_id),
        world.agreements.decline(STEWARD, request_id, "no"),
        world.agreements.later(STEWARD, request_id),
    ):
        with pytest.raises(MovedOn) as refused:
            await attempt
        assert refused.value.values["status"] == "expired"

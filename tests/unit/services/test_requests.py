"""The requester's side of a request, on the use cases alone."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.errors import MovedOn, NotFound, Refusal
from bot.domain.people import Side
from bot.domain.requests import RequestStatus
from tests.unit.services.world import (
    EMPLOYER_LEADS,
    MANAGER,
    NOW,
    STEWARD,
    UNION_COORDINATOR,
    UNION_LEADS,
    WISHED,
    World,
)

OTHER = UNION_LEADS[0]
A_DAY = timedelta(days=1)


async def submitted(world: World, **changed: object) -> str:
    view = await world.requests.submit(MANAGER, world.form(**changed))
    return view.request.request_id


async def asked_for_information(world: World) -> str:
    request_id = await submitted(world)
    await world.agreements.agree(STEWARD, request_id)
    await world.triage.ask(UNION_COORDINATOR, request_id, "Which floor?")
    return request_id


async def test_the_same_form_makes_one_request(world: World) -> None:
    first = await world.requests.submit(MANAGER, world.form())
    second = await world.requests.submit(MANAGER, world.form())
    assert second.request.reference == first.request.reference == "EC-2027-0001"
    assert len(world.owed()) == 2  # the question, and its reminder


async def test_somebody_elses_form_is_not_taken_over(world: World) -> None:
    await submitted(world)
    with pytest.raises(MovedOn) as refused:
        await world.requests.submit(STEWARD, world.form())
    assert refused.value.code == "form_old"


async def test_the_reminder_goes_three_working_days_later(world: World) -> None:
    view = await world.requests.submit(MANAGER, world.form())
    assert f"{world.requests.reminds_on(view.request)}" == "2027-01-14"
    (reminder,) = [row for row in world.owed() if row.kind == "reminder.agreement"]
    assert reminder.due_at == datetime(2027, 1, 14, 14, 0, tzinfo=UTC)
    assert reminder.expires_at == view.request.expires_at == datetime(2027, 1, 25, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"organization": "nowhere"}, "organization_unknown", "organization"),
        ({"region": "mars"}, "region_unknown", "region"),
        ({"participants": 0}, "participants_out_of_range", "participants"),
        ({"participants": 400}, "participants_out_of_range", "participants"),
        ({"offering": "duty-to-accommodate"}, "offering_unavailable", "offering"),
        ({"offering": "no-such-thing"}, "offering_unavailable", "offering"),
        ({"counterpart_id": MANAGER}, "counterpart_is_self", "counterpart"),
        ({"counterpart_id": EMPLOYER_LEADS[0]}, "counterpart_same_side", "counterpart"),
        ({"preferred": ()}, "date_missing", "date1"),
        ({"preferred": (WISHED, WISHED)}, "date_twice", "date2"),
        ({"preferred": (WISHED, WISHED.replace(hour=15))}, "date_outside_hours", "date2"),
    ],
)
async def test_what_cannot_be_requested(
    world: World, changed: dict[str, object], code: str, field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        await world.requests.submit(MANAGER, world.form(**changed))
    assert (refused.value.code, refused.value.field) == (code, field)
    assert world.units.memory.requests == {}
    assert (await world.requests.submit(MANAGER, world.form())).request.number == 1


async def test_the_counterpart_is_checked_beforehand(world: World) -> None:
    await world.requests.check_counterpart(MANAGER, STEWARD, Side.UNION)
    with pytest.raises(Refusal, match="counterpart_is_self"):
        await world.requests.check_counterpart(MANAGER, MANAGER, Side.UNION)
    with pytest.raises(Refusal, match="counterpart_same_side"):
        await world.requests.check_counterpart(MANAGER, EMPLOYER_LEADS[0], Side.UNION)


async def test_unchanged_dates_stay_early_enough(world: World) -> None:
    request_id = await submitted(world)
    world.clock.set(NOW + 10 * A_DAY)
    view = await world.requests.edit(MANAGER, request_id, world.form(participants=9))
    assert (view.request.participants, view.request.version) == (9, 3)
    sooner = world.form(preferred=(WISHED - 7 * A_DAY,))
    with pytest.raises(Refusal, match="date_too_soon"):
        await world.requests.edit(MANAGER, request_id, sooner)


async def test_edited_to_another_counterpart(world: World) -> None:
    request_id = await submitted(world)
    view = await world.requests.edit(MANAGER, request_id, world.form(counterpart_id=OTHER))
    assert view.counterpart.person_id == OTHER
    owed = [(row.kind, row.recipient_id) for row in world.owed()]
    assert ("request.asked", OTHER) in owed
    assert ("request.passed_on", STEWARD) in owed
    assert ("reminder.agreement", STEWARD) not in owed


async def test_edited_too_late(world: World) -> None:
    request_id = await submitted(world)
    await world.agreements.agree(STEWARD, request_id)
    with pytest.raises(MovedOn, match="request_moved_on"):
        await world.requests.edit(MANAGER, request_id, world.form())


async def test_only_a_question_is_answered(world: World) -> None:
    """An approved request must not go back to review because somebody typed an answer."""
    request_id = await world.approved()
    with pytest.raises(MovedOn, match="request_moved_on"):
        await world.requests.answer(MANAGER, request_id, "too early")
    assert world.units.memory.requests[request_id].status is RequestStatus.APPROVED


async def test_a_question_is_answered_once(world: World) -> None:
    request_id = await asked_for_information(world)
    with pytest.raises(Refusal, match="answer_missing"):
        await world.requests.answer(MANAGER, request_id, "  ")
    view = await world.requests.answer(MANAGER, request_id, " the third ")
    assert view.request.status is RequestStatus.IN_REVIEW
    assert view.timeline[-1].note == "the third"
    with pytest.raises(MovedOn):
        await world.requests.answer(MANAGER, request_id, "the third")


async def test_another_counterpart_while_the_same_waits(world: World) -> None:
    request_id = await submitted(world)
    before = len(world.owed())
    await world.requests.change_counterpart(MANAGER, request_id, STEWARD)
    assert len(world.owed()) == before
    await world.agreements.decline(STEWARD, request_id, "no")
    with pytest.raises(Refusal, match="counterpart_declined_already"):
        await world.requests.change_counterpart(MANAGER, request_id, STEWARD)
    view = await world.requests.change_counterpart(MANAGER, request_id, OTHER)
    assert (view.request.status, view.request.reason) == (RequestStatus.SUBMITTED, "")


async def test_another_counterpart_too_late(world: World) -> None:
    request_id = await submitted(world)
    await world.agreements.agree(STEWARD, request_id)
    with pytest.raises(MovedOn, match="request_moved_on"):
        await world.requests.change_counterpart(MANAGER, request_id, OTHER)


async def test_nobody_is_asked_for_dates_that_are_past(world: World) -> None:
    request_id = await submitted(world)
    await world.agreements.decline(STEWARD, request_id, "no")
    world.clock.set(NOW + 60 * A_DAY)
    with pytest.raises(Refusal, match="dates_all_past"):
        await world.requests.change_counterpart(MANAGER, request_id, OTHER)


async def test_an_expired_request_is_asked_again(world: World) -> None:
    request_id = await submitted(world)
    await world.at(NOW + 20 * A_DAY)
    assert world.units.memory.requests[request_id].status is RequestStatus.EXPIRED
    view = await world.requests.change_counterpart(MANAGER, request_id, STEWARD)
    assert view.request.status is RequestStatus.SUBMITTED


async def test_a_nudge_a_day(world: World) -> None:
    request_id = await submitted(world)
    with pytest.raises(Refusal) as refused:
        await world.requests.nudge(MANAGER, request_id)
    assert refused.value.values == {"after": NOW + A_DAY}
    world.clock.set(NOW + A_DAY)
    view = await world.requests.nudge(MANAGER, request_id)
    assert view.nudge_from == NOW + 2 * A_DAY
    await world.agreements.agree(STEWARD, request_id)
    with pytest.raises(MovedOn, match="request_moved_on"):
        await world.requests.nudge(MANAGER, request_id)


async def test_pages_of_mine(world: World) -> None:
    for number in range(3):
        await submitted(world, form_id=f"form-{number}")
    views, total = await world.requests.mine(MANAGER, limit=2)
    assert ([view.request.number for view in views], total) == ([3, 2], 3)
    views, total = await world.requests.mine(STEWARD, limit=2, offset=2)
    assert ([view.request.number for view in views], total) == ([1], 3)
    assert await world.requests.mine(OTHER) == ([], 0)


async def test_whose_request_it_is(world: World) -> None:
    request_id = await submitted(world)
    stranger = world.meet("stranger")
    for attempt in (
        world.requests.view(stranger, request_id),
        world.requests.find(stranger, "EC-2027-0001"),
        world.requests.find(MANAGER, "EC-2027-0002"),
        world.requests.find(MANAGER, "nothing at all"),
        world.requests.nudge(STEWARD, request_id),
        world.requests.withdraw(STEWARD, request_id),
        world.requests.withdraw(MANAGER, "no-such-id"),
    ):
        with pytest.raises(NotFound, match="request_unknown"):
            await attempt
    found = await world.requests.find(UNION_COORDINATOR, "show ec-2027-0001")
    assert found.relation == "coordinator"

"""Triage: who may look, what a coordinator's moves leave behind."""

import pytest

from bot.domain.errors import MovedOn, NotFound, Refusal
from bot.domain.people import Grant, Role
from bot.domain.requests import RequestStatus
from tests.unit.services.world import (
    EMPLOYER_COORDINATOR,
    MANAGER,
    NOW,
    REGION,
    STEWARD,
    UNION_COORDINATOR,
    World,
)


async def agreed(world: World, form_id: str = "form-1") -> str:
    view = await world.requests.submit(MANAGER, world.form(form_id))
    await world.agreements.agree(STEWARD, view.request.request_id)
    return view.request.request_id


async def test_seen_by_id_and_by_reference(world: World) -> None:
    request_id = await agreed(world)
    by_id = await world.triage.view(UNION_COORDINATOR, request_id)
    by_reference = await world.triage.view(UNION_COORDINATOR, "EC-2027-0001")
    assert by_id == by_reference
    assert by_id.relation == "coordinator"
    assert by_id.may == {"ask", "refuse", "approve"}


@pytest.mark.parametrize("who", [MANAGER, STEWARD, "nobody"])
async def test_not_theirs_to_look_at(world: World, who: str) -> None:
    request_id = await agreed(world)
    for wanted in (
        world.triage.view(who, request_id),
        world.triage.ask(who, request_id, "Why?"),
        world.triage.decline(who, request_id, "Because"),
    ):
        with pytest.raises(NotFound) as refused:
            await wanted
        assert refused.value.code == "request_unknown"


async def test_no_such_request(world: World) -> None:
    for subject in ("EC-2027-0001", "EC-2027-999999", "nonsense"):
        with pytest.raises(NotFound):
            await world.triage.view(UNION_COORDINATOR, subject)


async def test_coordinators_of_another_region_see_nothing(world: World) -> None:
    request_id = await agreed(world)
    world.units.memory.grants.clear()
    elsewhere = Grant(UNION_COORDINATOR, Role.COORDINATOR, NOW, region="prairies", side="union")
    world.units.memory.grants[UNION_COORDINATOR, "coordinator", "prairies", "union"] = elsewhere
    with pytest.raises(NotFound):
        await world.triage.view(UNION_COORDINATOR, request_id)
    assert (await world.triage.waiting(UNION_COORDINATOR)).requests == ()


async def test_whoever_is_no_coordinator_has_nothing_to_review(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        await world.triage.waiting(MANAGER)
    assert refused.value.code == "not_coordinator"


async def test_pages_of_ten(world: World) -> None:
    for number in range(23):
        await agreed(world, f"form-{number:02d}")
    pages = [await world.triage.waiting(UNION_COORDINATOR, first) for first in (0, 10, 20)]
    assert [(len(p.requests), p.first, p.total, p.next_first) for p in pages] == [
        (10, 0, 23, 10),
        (10, 10, 23, 20),
        (3, 20, 23, None),
    ]
    numbers = [v.request.number for page in pages for v in page.requests]
    assert numbers == list(range(1, 24))
    for strange in (-1, 23, 1000):
        assert (await world.triage.waiting(UNION_COORDINATOR, strange)).first == 0


async def test_a_question_and_its_answer(world: World) -> None:
    request_id = await agreed(world)
    view = await world.triage.ask(UNION_COORDINATOR, request_id, "  How many?  ")
    assert (view.request.status, view.request.question) == (
        RequestStatus.NEEDS_INFORMATION,
        "How many?",
    )
    assert view.may == {"refuse"}
    again = await world.triage.ask(EMPLOYER_COORDINATOR, request_id, "How many?")
    assert len(again.timeline) == len(view.timeline)
    with pytest.raises(MovedOn):
        await world.triage.ask(EMPLOYER_COORDINATOR, request_id, "Something else?")
    answered = await world.requests.answer(MANAGER, request_id, "Twelve")
    assert answered.request.status is RequestStatus.IN_REVIEW
    assert [e.note for e in answered.timeline if e.note] == ["How many?", "Twelve"]


async def test_declined_once_by_one(world: World) -> None:
    request_id = await agreed(world)
    await world.triage.decline(UNION_COORDINATOR, request_id, "Not here.")
    same = await world.triage.decline(UNION_COORDINATOR, request_id, "Not here.")
    assert (same.request.status, same.request.reason) == (RequestStatus.DECLINED, "Not here.")
    with pytest.raises(MovedOn):
        await world.triage.decline(EMPLOYER_COORDINATOR, request_id, "Nor here.")
    assert not same.may
    assert not same.request.counterpart_declined


@pytest.mark.parametrize("nothing", ["", "  \n"])
async def test_words_are_needed(world: World, nothing: str) -> None:
    request_id = await agreed(world)
    for wanted, field in (
        (world.triage.ask(UNION_COORDINATOR, request_id, nothing), "question"),
        (world.triage.decline(UNION_COORDINATOR, request_id, nothing), "reason"),
    ):
        with pytest.raises(Refusal) as refused:
            await wanted
        assert (refused.value.code, refused.value.field) == (f"{field}_missing", field)


async def test_a_coordinator_who_asks_it_for_an_own_team(world: World) -> None:
    """They are its requester, and still of those who steer."""
    grant = Grant(MANAGER, Role.COORDINATOR, NOW, region=REGION, side="employer")
    world.units.memory.grants[MANAGER, "coordinator", REGION, "employer"] = grant
    request_id = await agreed(world)
    view = await world.triage.view(MANAGER, request_id)
    assert view.relation == "requester"
    assert {"withdraw", "approve"} <= view.may

"""The list of what there is to select: whose, in which order, and what it tells nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.applications import SELECTING, ApplicationStatus
from bot.domain.errors import NotFound, Refusal
from bot.domain.people import Role, Side
from bot.domain.self_identification import Group
from bot.services.selecting import Stance
from tests.unit.services.endorsing import APPLICATION, BOSS, CANDIDATE, OFFICER
from tests.unit.services.selecting import (
    ACROSS,
    ADMINISTRATOR,
    ELSEWHERE,
    OWN,
    SelectingWorld,
)
from tests.unit.services.world import MANAGER, REGION


@pytest.fixture
async def world() -> SelectingWorld:
    made = SelectingWorld()
    await made.ready()
    return made


async def test_the_programmes_order_within_the_own_side_first(world: SelectingWorld) -> None:
    for number in range(2, 6):
        world.clock.advance(timedelta(days=1))
        side = Side.EMPLOYER if number > 3 else Side.UNION
        await world.ready(f"application-{number}", applicant_id=f"person-{number}", side=side)
    await world.say("application-3", Group.INDIGENOUS)
    await world.say("application-5", Group.RACIALIZED)
    await world.say("application-2", Group.OTHER_EQUITY_GROUP)
    own, other = ["application-3", APPLICATION, "application-2"], ["application-5", "application-4"]
    assert await world.listed(OWN) == own + other
    assert await world.listed(ACROSS) == other + own
    assert await world.listed(OWN, "employer") == other
    assert await world.listed(ACROSS, "union") == own


@pytest.mark.parametrize("part", ["manager_id", "reference_id"])
async def test_the_order_tells_nothing_of_whom_one_knows(world: SelectingWorld, part: str) -> None:
    """A coordinator who is a candidate's manager may not open what they said of themselves."""
    world.clock.advance(timedelta(days=1))
    await world.ready("application-2", applicant_id="person-2", **{part: OWN})
    for groups in ((), (Group.INDIGENOUS,)):
        await world.say("application-2", *groups)
        assert await world.listed(OWN) == [APPLICATION, "application-2"]
    assert await world.listed(ACROSS) == ["application-2", APPLICATION]


async def test_the_list_has_what_is_still_to_select(world: SelectingWorld) -> None:
    for status in ApplicationStatus:
        world.put(status)
        assert await world.listed() == ([APPLICATION] if status in SELECTING else [])


async def test_the_list_shows_ten_at_a_time(world: SelectingWorld) -> None:
    for number in range(2, 14):
        await world.ready(f"application-{number}", applicant_id=f"person-{number}")
    first = await world.selection.queue(OWN)
    assert (len(first.entries), first.total, first.next_first) == (10, 13, 10)
    second = await world.selection.queue(OWN, first=10)
    assert (len(second.entries), second.next_first) == (3, None)
    assert (await world.selection.queue(OWN, first=99)).first == 0


async def test_another_region_sees_none(world: SelectingWorld) -> None:
    assert await world.listed(ELSEWHERE) == []
    for who in (ELSEWHERE, CANDIDATE, BOSS, OFFICER, MANAGER, ADMINISTRATOR, "nobody"):
        with pytest.raises(NotFound):
            await world.selection.view(who, APPLICATION)
        with pytest.raises(NotFound):
            await world.selection.find(who, "AP-2027-0001")


@pytest.mark.parametrize("who", [CANDIDATE, BOSS, MANAGER, "nobody"])
async def test_the_list_is_for_those_who_select(world: SelectingWorld, who: str) -> None:
    with pytest.raises(Refusal) as refused:
        await world.selection.queue(who)
    assert refused.value.code == "not_selecting"


async def test_administrators_see_what_waits_where_nobody_selects(world: SelectingWorld) -> None:
    """By date, each side's; what is of a region of their own they see as its coordinators do."""
    for number, side in ((2, Side.UNION), (3, Side.EMPLOYER)):
        world.clock.advance(timedelta(days=1))
        about = f"application-{number}"
        await world.ready(about, applicant_id=f"person-{number}", side=side, region="bc-yukon")
    await world.say("application-3", Group.INDIGENOUS)
    assert await world.listed(ADMINISTRATOR) == ["application-2", "application-3"]
    await world.ready("application-4", applicant_id=ADMINISTRATOR, region="bc-yukon")
    assert await world.listed(ADMINISTRATOR) == ["application-2", "application-3"]
    world.grant("somebody", Role.COORDINATOR, "bc-yukon", "union")
    assert await world.listed(ADMINISTRATOR) == ["application-3"]
    world.grant(ADMINISTRATOR, Role.COORDINATOR, REGION, "union")
    page = await world.selection.queue(ADMINISTRATOR)
    assert [(v.application.application_id, v.stance) for v in page.entries] == [
        (APPLICATION, Stance.OWN),
        ("application-3", Stance.STAND_IN),
    ]
    assert page.ordered
    assert await world.listed(ADMINISTRATOR, "union") == [APPLICATION]
    world.grant(ADMINISTRATOR, Role.COORDINATOR, "bc-yukon", "union")
    page = await world.selection.queue(ADMINISTRATOR)
    assert {v.stance for v in page.entries} == {Stance.OWN, Stance.OTHER}

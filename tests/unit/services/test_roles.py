"""Roles, granted and taken back in the chat and by the command line; facilitators enlisted."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.domain.errors import Refusal
from bot.domain.people import Role, Side
from bot.domain.roster import Facilitator, Standing
from bot.domain.sessions import AssignmentStatus
from bot.services.roles import RosterEntry
from tests.unit.services.world import (
    MANAGER,
    REGION,
    STEWARD,
    UNION_COORDINATOR,
    UNION_LEADS,
    World,
)

ADMIN, OTHER = "admin", "other"


@pytest.fixture
async def world() -> World:
    world = World()
    world.meet(ADMIN)
    await world.roles.grant(None, ADMIN, Role.ADMINISTRATOR)
    return world


def held(world: World, person_id: str) -> list[tuple[str, str, str]]:
    return sorted(
        (grant.role.value, grant.region, grant.side)
        for grant in world.units.memory.grants.values()
        if grant.person_id == person_id
    )


async def test_granted_once_and_told_once(world: World) -> None:
    assert await world.roles.grant(ADMIN, MANAGER, Role.COORDINATOR, REGION, "employer") is True
    assert await world.roles.grant(ADMIN, MANAGER, Role.COORDINATOR, REGION, "employer") is False
    assert held(world, MANAGER) == [("coordinator", REGION, "employer")]
    await world.courier.run_until_idle()
    assert world.told(MANAGER) == ["role.granted"]
    (grant,) = [g for g in world.units.memory.grants.values() if g.person_id == MANAGER]
    assert (grant.granted_by, grant.granted_at) == (ADMIN, world.clock.now())


async def test_the_command_line_grants_to_a_stranger_in_silence(world: World) -> None:
    assert await world.roles.grant(None, "stranger", Role.ADMINISTRATOR) is True
    assert "stranger" in world.units.memory.people
    assert world.owed("role.") == []


async def test_an_administrators_role_has_no_post(world: World) -> None:
    await world.roles.grant(ADMIN, OTHER, Role.ADMINISTRATOR, "mars", "moon")
    assert held(world, OTHER) == [("administrator", "", "")]


@pytest.mark.parametrize(
    ("region", "side", "code"),
    [
        ("", "union", "region_unknown"),
        ("mars", "union", "region_unknown"),
        (REGION, "", "side_unknown"),
        (REGION, "both", "side_unknown"),
    ],
)
async def test_a_post_that_does_not_exist(world: World, region: str, side: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        await world.roles.grant(ADMIN, MANAGER, Role.COORDINATOR, region, side)
    assert (refused.value.code, refused.value.field) == (code, code.removesuffix("_unknown"))
    assert held(world, MANAGER) == []


@pytest.mark.parametrize("actor", [MANAGER, UNION_COORDINATOR, "stranger"])
async def test_only_administrators(world: World, actor: str) -> None:
    for call in (
        world.roles.grant(actor, actor, Role.ADMINISTRATOR),
        world.roles.revoke(actor, ADMIN, Role.ADMINISTRATOR),
        world.roles.all(actor),
    ):
        with pytest.raises(Refusal) as refused:
            await call
        assert refused.value.code == "not_administrator"
    assert held(world, ADMIN) == [("administrator", "", "")]


async def test_taken_back_once(world: World) -> None:
    post = (Role.COORDINATOR, REGION, "union")
    assert await world.roles.revoke(ADMIN, UNION_COORDINATOR, *post) is True
    assert await world.roles.revoke(ADMIN, UNION_COORDINATOR, *post) is False
    assert await world.roles.revoke(ADMIN, MANAGER, *post) is False
    assert held(world, UNION_COORDINATOR) == []


async def test_one_post_of_two_is_taken_back(world: World) -> None:
    await world.roles.grant(ADMIN, UNION_COORDINATOR, Role.COORDINATOR, "quebec", "union")
    await world.roles.revoke(ADMIN, UNION_COORDINATOR, Role.COORDINATOR, REGION, "union")
    assert held(world, UNION_COORDINATOR) == [("coordinator", "quebec", "union")]


async def test_the_last_administrator_stays_unless_the_command_line_says_so(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        await world.roles.revoke(ADMIN, ADMIN, Role.ADMINISTRATOR)
    assert refused.value.code == "last_administrator"
    await world.roles.grant(ADMIN, OTHER, Role.ADMINISTRATOR)
    assert await world.roles.revoke(OTHER, ADMIN, Role.ADMINISTRATOR) is True
    assert await world.roles.revoke(None, OTHER, Role.ADMINISTRATOR) is True


async def test_two_who_take_each_others_role_back_leave_one(world: World) -> None:
    await world.roles.grant(None, OTHER, Role.ADMINISTRATOR)
    answers = await asyncio.gather(
        world.roles.revoke(ADMIN, OTHER, Role.ADMINISTRATOR),
        world.roles.revoke(OTHER, ADMIN, Role.ADMINISTRATOR),
        return_exceptions=True,
    )
    assert sum(answer is True for answer in answers) == 1
    assert held(world, ADMIN) + held(world, OTHER) == [("administrator", "", "")]


async def test_all_are_listed_in_order_with_names(world: World) -> None:
    await world.roles.grant(None, MANAGER, Role.COORDINATOR, "atlantic", "union")
    views = await world.roles.all(ADMIN)
    assert [(v.grant.role.value, v.grant.region, v.grant.side) for v in views] == [
        ("administrator", "", ""),
        ("coordinator", "atlantic", "union"),
        ("coordinator", REGION, "employer"),
        ("coordinator", REGION, "union"),
    ]
    assert views[0].person.name == "Admin"


def roster(person_id: str, name: str | None = None, **changed: object) -> RosterEntry:
    made: dict[str, object] = {
        "side": Side.UNION,
        "languages": ("en",),
        "region": "atlantic",
        "topics": ("mental-health",),
        "organization": "2222",
    }
    facilitator = Facilitator(person_id, **{**made, **changed})
    return RosterEntry(facilitator, name, f"{person_id}@example.org" if name else None)


async def test_facilitators_are_enlisted_and_brought_up_to_date(world: World) -> None:
    entries: Sequence[RosterEntry] = [roster("f1", "One"), roster("f2", "Two")]
    assert await world.roles.enlist(entries) == (2, 0)
    assert world.units.memory.people["f1"].mail == "f1@example.org"
    world.units.memory.facilitators["f1"].standing = Standing.PAUSED
    world.units.memory.facilitators["f1"].team = "Payroll"
    again = [roster("f1", languages=("en", "fr"), region="quebec"), roster("f3", "Three")]
    assert await world.roles.enlist(again) == (1, 1)
    kept = world.units.memory.facilitators["f1"]
    assert (kept.languages, kept.region, kept.active, kept.team) == (
        ("en", "fr"),
        "quebec",
        False,  # they still pause
        "Payroll",
    )
    assert world.units.memory.people["f1"].name == "One"


@pytest.mark.parametrize("was", list(Standing))
@pytest.mark.parametrize("says", [None, *Standing])
async def test_a_file_may_say_a_standing(
    world: World, was: Standing, says: Standing | None
) -> None:
    await world.roles.enlist([replace(roster("f1"), standing=was)])
    assert world.units.memory.facilitators["f1"].standing is was
    await world.roles.enlist([replace(roster("f1"), standing=says)])
    assert world.units.memory.facilitators["f1"].standing is (says or was)


@pytest.mark.parametrize(
    ("standing", "side"), [(Standing.RETIRED, Side.UNION), (None, Side.EMPLOYER)]
)
async def test_a_file_takes_nobody_from_what_they_lead(
    world: World, standing: Standing | None, side: Side
) -> None:
    await world.approved()
    lead = UNION_LEADS[0]
    entries = [roster("f1", "New"), replace(roster(lead, side=side), standing=standing)]
    with pytest.raises(Refusal) as refused:
        await world.roles.enlist(entries)
    assert (refused.value.code, refused.value.values) == ("import_leads", {"person": lead, "n": 1})
    assert "f1" not in world.units.memory.facilitators
    for assignment in world.units.memory.assignments.values():
        assignment.status = AssignmentStatus.DECLINED
    assert await world.roles.enlist(entries) == (1, 1)


async def test_times_are_written_by_the_regions_clock_until_teams_tells_another(
    world: World,
) -> None:
    """Of those who have never written: an offer in Ottawa's hours is read wrong in Moncton."""
    moncton = Facilitator("moncton", Side.UNION, ("fr",), "atlantic", ("mental-health",), "2226")
    await world.roles.enlist([RosterEntry(moncton, None, None)])
    await world.roles.grant(None, "regina", Role.COORDINATOR, "prairies-nwt", "union")
    await world.roles.grant(None, "everywhere", Role.ADMINISTRATOR)
    people = world.units.memory.people
    assert people["moncton"].lives_in == "America/Halifax"
    assert people["regina"].lives_in == "America/Winnipeg"
    assert people["everywhere"].lives_in == "America/Toronto"
    people["moncton"].teams_zone = "America/St_Johns"
    assert people["moncton"].lives_in == "America/St_Johns"


async def test_the_whole_roster_by_region_and_side(world: World) -> None:
    await world.roles.enlist([roster("f9"), roster("f1", side=Side.EMPLOYER)])
    world.units.memory.facilitators["f9"].standing = Standing.RETIRED
    listed = [one.person_id for one in await world.roles.roster()]
    assert listed[:2] == ["f1", "f9"]
    assert len(listed) == 6


async def test_a_facilitator_reads_as_one(world: World) -> None:
    await world.roles.enlist([roster(STEWARD)])
    roles = {
        Standing.ACTIVE: {"facilitator"},
        Standing.PAUSED: {"facilitator"},  # they have what they accepted, and end the pause
        Standing.RETIRED: set[str](),
    }
    for standing, expected in roles.items():
        world.units.memory.facilitators[STEWARD].standing = standing
        reader = await world.people.reader(STEWARD)
        assert reader is not None
        assert reader.roles == expected

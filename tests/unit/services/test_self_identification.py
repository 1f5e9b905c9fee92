"""Self-identification: who may open it, what remains of a reading, how it is erased and rotated."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.applications import SELECTING, ApplicationStatus
from bot.domain.errors import MovedOn, NotFound, Refusal
from bot.domain.people import Grant, Role
from bot.domain.rules import Rules
from bot.domain.self_identification import Group, Reading
from bot.services.self_identification import (
    Opened,
    Rotation,
    Sealed,
    SelfIdentificationService,
)
from bot.vault import FernetVault, new_key
from tests.unit.services.endorsing import (
    APPLICATION,
    BOSS,
    CANDIDATE,
    OFFICER,
    OTHER,
    EndorsingWorld,
)
from tests.unit.services.world import EMPLOYER_COORDINATOR, MANAGER, NOW, REGION, UNION_COORDINATOR

A, G = ApplicationStatus, Group
REFERENCE = "AP-2027-0001"


@pytest.fixture
async def world() -> EndorsingWorld:
    made = EndorsingWorld()
    await made.apply()
    return made


async def give(world: EndorsingWorld, *groups: Group, to: str = APPLICATION) -> None:
    async with world.units() as uow:
        await world.self_id.give(uow, to, world.self_id.seal(groups))
        await uow.commit()


async def order(world: EndorsingWorld, **how: bool) -> list[str]:
    async with world.units(reading=True) as uow:
        every = list(world.units.memory.applications.values())
        return [a.application_id for a in await world.self_id.order(uow, every, **how)]


async def test_what_is_kept_cannot_be_read(world: EndorsingWorld):
    await give(world, G.BLACK, G.INDIGENOUS)
    (kept,) = world.units.memory.self_identifications.values()
    assert not any(group.value in kept.sealed for group in Group)
    assert kept.given_at == NOW


def test_the_length_of_a_seal_tells_nothing():
    seal = EndorsingWorld().self_id.seal
    every = [list(Group)[:n] for n in range(1, 6)] + [[group] for group in Group]
    assert len({len(seal(groups)) for groups in every}) == 1
    assert seal([]) == ""


async def test_nothing_chosen_is_nothing_kept(world: EndorsingWorld):
    await give(world)
    assert world.units.memory.self_identifications == {}
    with pytest.raises(Refusal, match="self_identification_none"):
        await world.self_id.open(UNION_COORDINATOR, APPLICATION)
    assert world.units.memory.readings == {}


async def test_those_who_select_open_it_and_each_time_is_a_row(world: EndorsingWorld):
    await give(world, G.RACIALIZED, G.BLACK)
    for coordinator in (UNION_COORDINATOR, EMPLOYER_COORDINATOR, UNION_COORDINATOR):
        opened = await world.self_id.open(coordinator, APPLICATION)
        assert opened == Opened(APPLICATION, REFERENCE, (G.BLACK, G.RACIALIZED))
    readings = list(world.units.memory.readings.values())
    assert [(r.application_id, r.reader_id, r.at) for r in readings] == [
        (APPLICATION, UNION_COORDINATOR, NOW),
        (APPLICATION, EMPLOYER_COORDINATOR, NOW),
        (APPLICATION, UNION_COORDINATOR, NOW),
    ]


async def test_who_prefers_not_to_say_says_no_more(world: EndorsingWorld):
    await give(world, G.BLACK, G.PREFER_NOT_TO_SAY)
    opened = await world.self_id.open(UNION_COORDINATOR, APPLICATION)
    assert opened.groups == (G.PREFER_NOT_TO_SAY,)


def grant(world: EndorsingWorld, person_id: str, role: Role, region: str, side: str) -> None:
    key = (person_id, role.value, region, side)
    world.units.memory.grants[key] = Grant(person_id, role, NOW, region=region, side=side)


@pytest.mark.parametrize("reader", [CANDIDATE, BOSS, OFFICER, OTHER, MANAGER])
async def test_nobody_else_opens_it(world: EndorsingWorld, reader: str):
    await give(world, G.BLACK)
    grant(world, MANAGER, Role.ADMINISTRATOR, "", "")
    grant(world, OTHER, Role.COORDINATOR, "pacific", "union")
    with pytest.raises(NotFound, match="application_unknown"):
        await world.self_id.open(reader, APPLICATION)
    with pytest.raises(NotFound, match="application_unknown"):
        await world.self_id.open(reader, "application-9")
    assert world.units.memory.readings == {}


@pytest.mark.parametrize("party", [CANDIDATE, BOSS, OFFICER])
async def test_a_coordinator_who_has_another_part_in_it_does_not_open_it(
    world: EndorsingWorld, party: str
):
    await give(world, G.BLACK)
    grant(world, party, Role.COORDINATOR, REGION, "union")
    with pytest.raises(NotFound, match="application_unknown"):
        await world.self_id.open(party, APPLICATION)


@pytest.mark.parametrize("status", sorted(set(A) - {A.DRAFT}))
async def test_it_is_opened_only_to_select(world: EndorsingWorld, status: ApplicationStatus):
    await give(world, G.BLACK)
    world.put(status)
    if status in SELECTING:
        assert (await world.self_id.open(UNION_COORDINATOR, APPLICATION)).groups == (G.BLACK,)
        return
    with pytest.raises(NotFound, match="application_unknown"):
        await world.self_id.open(UNION_COORDINATOR, APPLICATION)


async def test_that_there_is_one_is_for_the_candidate_and_those_who_select(
    world: EndorsingWorld,
):
    look = world.self_id.look
    assert await look(CANDIDATE, APPLICATION) == Sealed(APPLICATION, REFERENCE, True, False)
    await give(world, G.BLACK)
    assert await look(CANDIDATE, REFERENCE) == Sealed(APPLICATION, REFERENCE, True, True)
    assert await look(UNION_COORDINATOR, REFERENCE) == Sealed(APPLICATION, REFERENCE, False, True)
    for reader, named in ((BOSS, REFERENCE), (UNION_COORDINATOR, "AP-2027-0009"), (BOSS, "x")):
        with pytest.raises(NotFound, match="application_unknown"):
            await look(reader, named)


async def test_it_is_said_later_said_anew_and_taken_back_alone(world: EndorsingWorld):
    service = world.self_id
    assert not await service.check_open(CANDIDATE, APPLICATION)
    await service.replace(CANDIDATE, APPLICATION, service.seal([G.INDIGENOUS]))
    assert await service.check_open(CANDIDATE, APPLICATION)
    world.clock.advance(timedelta(days=1))
    await service.replace(CANDIDATE, APPLICATION, service.seal([G.BLACK]))
    opened = await service.open(UNION_COORDINATOR, APPLICATION)
    assert opened.groups == (G.BLACK,)
    assert await service.withdraw(CANDIDATE, APPLICATION)
    assert not await service.withdraw(CANDIDATE, APPLICATION)
    assert world.units.memory.self_identifications == {}
    assert world.application().status is A.SUBMITTED
    assert len(world.units.memory.readings) == 1
    assert list(world.units.memory.history.values()) == []


async def test_nobody_says_it_or_takes_it_back_for_another(world: EndorsingWorld):
    service = world.self_id
    await give(world, G.BLACK)
    for doing in (
        service.withdraw(UNION_COORDINATOR, APPLICATION),
        service.replace(BOSS, APPLICATION, service.seal([G.BLACK])),
        service.check_open(BOSS, APPLICATION),
    ):
        with pytest.raises(NotFound, match="application_unknown"):
            await doing


async def test_once_selected_it_is_not_said_any_more(world: EndorsingWorld):
    world.put(A.ACCEPTED)
    for doing in (
        world.self_id.check_open(CANDIDATE, APPLICATION),
        world.self_id.replace(CANDIDATE, APPLICATION, world.self_id.seal([G.BLACK])),
    ):
        with pytest.raises(MovedOn) as refused:
            await doing
        assert refused.value.values == {"status": "accepted", "wanted": "self_identification"}


async def test_the_order_puts_prioritized_groups_first_then_the_date(world: EndorsingWorld):
    for number, groups in enumerate(
        ([G.OTHER_EQUITY_GROUP], [G.RACIALIZED], [G.PREFER_NOT_TO_SAY], [G.INDIGENOUS]), start=2
    ):
        world.clock.advance(timedelta(hours=1))
        key = f"application-{number}"
        await world.apply(key, applicant_id=f"candidate-{number}")
        await give(world, *groups, to=key)
    assert await order(world) == [f"application-{n}" for n in (3, 5, 1, 2, 4)]
    world.application("application-5").decided_at = NOW
    world.application("application-2").decided_at = NOW
    assert await order(world, by_acceptance=True) == [f"application-{n}" for n in (5, 3, 2, 1, 4)]
    assert world.units.memory.readings == {}


async def test_the_groups_looked_at_first_are_a_setting():
    world = EndorsingWorld(rules=Rules(selection_priority=("other_equity_group",)))
    for number, group in enumerate((G.BLACK, G.OTHER_EQUITY_GROUP), start=1):
        await world.apply(f"application-{number}", applicant_id=f"candidate-{number}")
        await give(world, group, to=f"application-{number}")
    assert await order(world) == ["application-2", "application-1"]


class TestKeys:
    """The vault's keys are turned, and lost."""

    async def test_rotation(self, world: EndorsingWorld):
        await give(world, G.BLACK)
        (old,) = world.keys
        new = new_key()
        world.turn_keys(new, old)
        assert await world.self_id.rotate() == Rotation(1, ())
        world.turn_keys(new)
        opened = await world.self_id.open(UNION_COORDINATOR, APPLICATION)
        assert opened.groups == (G.BLACK,)
        assert await world.self_id.lost() == ()

    async def test_a_lost_key_is_told_and_harms_nothing_else(self, world: EndorsingWorld):
        await give(world, G.BLACK)
        await world.apply("application-2", applicant_id=OTHER)
        world.turn_keys(new_key())
        with pytest.raises(Refusal, match="self_identification_lost"):
            await world.self_id.open(UNION_COORDINATOR, APPLICATION)
        assert world.units.memory.readings == {}
        await give(world, G.INDIGENOUS, to="application-2")
        assert await order(world) == ["application-2", APPLICATION]
        assert await world.self_id.rotate() == Rotation(1, (APPLICATION,))
        assert await world.self_id.lost() == (APPLICATION,)
        world.turn_keys(*world.keys)
        assert (await world.self_id.open(UNION_COORDINATOR, APPLICATION)).groups == (G.BLACK,)

    async def test_a_draft_sealed_with_a_key_that_is_gone_is_said_again(
        self, world: EndorsingWorld
    ):
        sealed = world.self_id.seal([G.BLACK])
        assert world.self_id.readable(sealed)
        world.turn_keys(new_key())
        assert not world.self_id.readable(sealed)
        assert not world.self_id.readable("")
        async with world.units() as uow:
            with pytest.raises(Refusal) as refused:
                await world.self_id.give(uow, APPLICATION, sealed)
        assert (refused.value.code, refused.value.field) == ("self_identification_again", "groups")

    async def test_what_is_taken_back_meanwhile_is_not_sealed_anew(self, world: EndorsingWorld):
        def slow(*, reading: bool = False):
            """Once all are known, and before one is written, the second candidate takes theirs."""
            if not reading:
                world.units.memory.self_identifications.pop("application-2", None)
            return world.units(reading=reading)

        await give(world, G.BLACK)
        await world.apply("application-2", applicant_id=OTHER)
        await give(world, G.INDIGENOUS, to="application-2")
        desk = replace(world.desk, uow=slow)
        service = SelfIdentificationService(desk, FernetVault(world.keys))
        assert await service.rotate() == Rotation(1, ())
        assert list(world.units.memory.self_identifications) == [APPLICATION]

    async def test_without_a_key_it_is_not_asked_for(self, world: EndorsingWorld):
        assert world.self_id.available
        world.turn_keys()
        assert not world.self_id.available
        assert await world.self_id.rotate() == Rotation(0, ())


async def test_who_reads_is_known_by_the_reading(world: EndorsingWorld):
    await give(world, G.BLACK)
    await world.self_id.open(UNION_COORDINATOR, APPLICATION)
    async with world.units(reading=True) as uow:
        (reading,) = await uow.self_identifications.readings(APPLICATION)
    assert reading == Reading(reading.reading_id, APPLICATION, UNION_COORDINATOR, NOW)

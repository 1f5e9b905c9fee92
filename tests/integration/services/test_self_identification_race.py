"""Keys are turned while candidates say something else, or take it back."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.applications import Application, ApplicationStatus
from bot.domain.people import Side
from bot.domain.self_identification import Group
from bot.services.self_identification import SelfIdentificationService
from bot.vault import FernetVault, new_key
from tests.integration.services.conftest import SqlWorld
from tests.unit.services.world import MANAGER, NOW, REGION, STEWARD, UNION_COORDINATOR

ROUNDS = 5


@pytest.fixture
async def candidates(world: SqlWorld) -> list[str]:
    """Each with an application of the same name."""
    people = [f"candidate-{n}" for n in range(ROUNDS)]
    async with world.units() as uow:
        for number, person_id in enumerate(people, start=1):
            await uow.applications.add(
                Application(
                    application_id=person_id, year=2027, number=number, applicant_id=person_id,
                    side=Side.UNION, organization="2222", region=REGION, zone="America/Toronto",
                    levels={"en": "c", "fr": "c"}, topics=("mental-health",), experience="…",
                    motivation="…", manager_id=MANAGER, reference_id=STEWARD, created_at=NOW,
                    submitted_at=NOW, status=ApplicationStatus.SUBMITTED,
                )
            )  # fmt: skip
        await uow.commit()
    return people


async def test_keys_are_turned_while_candidates_change_their_minds(
    world: SqlWorld, candidates: list[str]
) -> None:
    old, new = new_key(), new_key()
    before = SelfIdentificationService(world.desk, FernetVault([old]))
    service = SelfIdentificationService(world.desk, FernetVault([new, old]))
    for person_id in candidates:
        await before.replace(person_id, person_id, before.seal([Group.INDIGENOUS]))
    stays, goes = candidates[::2], candidates[1::2]
    done = await asyncio.gather(
        service.rotate(),
        *(service.replace(who, who, service.seal([Group.BLACK])) for who in stays),
        *(service.withdraw(who, who) for who in goes),
        service.rotate(),
    )
    assert (done[0].lost, done[-1].lost) == ((), ())
    after = SelfIdentificationService(world.desk, FernetVault([new]))
    assert await after.lost() == ()
    for who in stays:
        assert (await after.open(UNION_COORDINATOR, who)).groups == (Group.BLACK,)
    async with world.units(reading=True) as uow:
        assert [one.application_id for one in await uow.self_identifications.all()] == stays

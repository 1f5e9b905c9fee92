"""Both who were asked answer at the same moment; both copies of the program look after silence."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.domain.applications import Application, ApplicationStatus, EndorsementStatus, EndorserKind
from bot.domain.errors import Conflict, MovedOn
from bot.domain.people import Side
from bot.services.endorsements import EndorsementsService
from bot.services.endorsing import ask_endorsers, endorsement_id, tell_silence
from tests.integration.services.conftest import SqlWorld
from tests.unit.services.world import MANAGER, NOW, REGION, STEWARD, UNION_COORDINATOR

CANDIDATE = "candidate"


async def applied(world: SqlWorld) -> None:
    application = Application(
        application_id="a1",
        year=2027,
        number=1,
        applicant_id=CANDIDATE,
        side=Side.UNION,
        organization="2222",
        region=REGION,
        zone="America/Toronto",
        levels={"en": "c", "fr": "c"},
        topics=("mental-health",),
        experience="…",
        motivation="…",
        manager_id=MANAGER,
        reference_id=STEWARD,
        created_at=NOW,
        submitted_at=NOW,
        status=ApplicationStatus.SUBMITTED,
    )
    async with world.units() as uow:
        await uow.applications.add(application)
        await ask_endorsers(uow, world.desk, application)
        await uow.commit()


async def patiently(doing) -> None:
    """As a click is answered: looked at once more where another writer was quicker."""
    try:
        await doing()
    except (Conflict, MovedOn):
        await doing()


async def stands(world: SqlWorld) -> tuple[ApplicationStatus, set[EndorsementStatus]]:
    async with world.units(reading=True) as uow:
        application = await uow.applications.get("a1")
        words = await uow.endorsements.of_application("a1")
    assert application is not None
    return application.status, {word.status for word in words}


async def test_both_support_at_once(world: SqlWorld) -> None:
    await applied(world)
    service = EndorsementsService(world.desk)
    people = {EndorserKind.MANAGER: MANAGER, EndorserKind.REFERENCE: STEWARD}
    clicks = [(person, endorsement_id("a1", kind)) for kind, person in people.items()]
    await asyncio.gather(
        *(
            patiently(lambda who=who, named=named: service.support(who, named))
            for who, named in clicks * 4
        )
    )
    assert await stands(world) == (
        ApplicationStatus.REFERENCED,
        {EndorsementStatus.SUPPORTED},
    )
    await world.settle()
    assert world.told(UNION_COORDINATOR) == ["application.to_select"]
    assert world.told(CANDIDATE).count("application.referenced") == 1


async def test_silence_is_told_once(world: SqlWorld) -> None:
    await applied(world)
    world.clock.advance(timedelta(days=30))
    named = endorsement_id("a1", EndorserKind.MANAGER)
    await asyncio.gather(*(patiently(lambda: tell_silence(world.desk, named)) for _ in range(4)))
    await world.settle()
    assert world.told(UNION_COORDINATOR) == ["endorsement.silent"]

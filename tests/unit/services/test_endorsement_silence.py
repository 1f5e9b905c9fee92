"""Weeks without an answer: a card, a mail, then the coordinators; and nothing that is untrue."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.applications import ApplicationStatus, EndorserKind
from bot.domain.messages import OutboxRow
from bot.services.endorsing import tell_silence
from bot.services.relevance import still_true
from tests.unit.services.endorsing import (
    APPLICATION,
    BOSS,
    BY_MANAGER,
    CANDIDATE,
    OFFICER,
    OTHER,
    EndorsingWorld,
)
from tests.unit.services.world import EMPLOYER_COORDINATOR, UNION_COORDINATOR

TOLD_AT = datetime(2027, 2, 1, 14, 0, tzinfo=UTC)  # 15 working days after Monday, January 11


@pytest.fixture
async def world() -> EndorsingWorld:
    made = EndorsingWorld()
    await made.apply()
    return made


async def true(world: EndorsingWorld, row: OutboxRow) -> bool:
    async with world.units(reading=True) as uow:
        return await still_true(uow, row)


def row_of(world: EndorsingWorld, kind: str, person_id: str) -> OutboxRow:
    rows = world.units.memory.outbox.values()
    return next(r for r in rows if r.kind == kind and r.recipient_id == person_id)


async def test_the_coordinators_and_the_candidate_are_told_once(world: EndorsingWorld):
    await world.endorsements.support(OFFICER, f"{APPLICATION}.reference")
    await world.at(TOLD_AT)
    for coordinator in (UNION_COORDINATOR, EMPLOYER_COORDINATOR):
        assert world.told(coordinator) == ["endorsement.silent"]
    assert world.told(CANDIDATE) == ["endorsement.supported", "endorsement.unanswered"]
    assert row_of(world, "endorsement.silent", UNION_COORDINATOR).args == {"which": "manager"}
    await world.at(TOLD_AT.replace(day=20))
    assert world.told(UNION_COORDINATOR) == ["endorsement.silent"]


async def test_a_second_round_of_upkeep_at_the_same_time_tells_nobody_twice(
    world: EndorsingWorld,
):
    await world.at(TOLD_AT)
    owed = len(world.units.memory.outbox)
    await tell_silence(world.desk, BY_MANAGER)
    assert len(world.units.memory.outbox) == owed


async def test_nobody_is_told_a_minute_too_early(world: EndorsingWorld):
    await world.at(TOLD_AT.replace(hour=13, minute=59))
    assert world.told(UNION_COORDINATOR) == []
    assert world.told(BOSS) == ["endorsement.asked", "reminder.endorsement"]


async def test_the_days_count_anew_for_somebody_else_and_after_an_answer(world: EndorsingWorld):
    world.clock.set(TOLD_AT.replace(month=1, day=25))
    await world.endorsements.ask(BOSS, BY_MANAGER, "When?")
    assert world.word(EndorserKind.MANAGER).tell_at is None
    await world.answer(EndorserKind.MANAGER, "In May.")
    assert f"{world.word(EndorserKind.MANAGER).tell_at:%m-%d}" == "02-15"


async def test_silence_that_was_broken_meanwhile_is_not_told(world: EndorsingWorld):
    world.put(ApplicationStatus.WITHDRAWN)
    world.clock.set(TOLD_AT)
    await world.upkeep.run()
    assert world.owed_to(UNION_COORDINATOR) == []
    assert world.word(EndorserKind.MANAGER).tell_at is None
    assert await world.upkeep.run() == 0


@pytest.mark.parametrize("kind", ["endorsement.asked", "reminder.endorsement"])
async def test_what_is_owed_to_an_endorser(world: EndorsingWorld, kind: str):
    row = row_of(world, kind, BOSS)
    assert await true(world, row)
    assert not await true(world, replace(row, recipient_id=OTHER))
    assert not await true(world, replace(row, subject="endorsement:gone.manager"))
    await world.endorsements.support(BOSS, BY_MANAGER)
    assert not await true(world, row)


@pytest.mark.parametrize("kind", ["endorsement.asked", "reminder.endorsement"])
async def test_nothing_is_asked_for_an_application_that_is_over(world: EndorsingWorld, kind: str):
    row = row_of(world, kind, BOSS)
    world.put(ApplicationStatus.DECLINED)
    assert not await true(world, row)


async def test_whoever_waits_for_an_answer_is_not_reminded(world: EndorsingWorld):
    row = row_of(world, "reminder.endorsement", BOSS)
    word = world.word(EndorserKind.MANAGER)
    word.question = "When?"
    assert not await true(world, row)
    word.answer = "In May."
    assert await true(world, row)


@pytest.mark.parametrize("kind", ["endorsement.question", "reminder.question.manager"])
async def test_a_question_that_was_answered_is_not_told(world: EndorsingWorld, kind: str):
    await world.endorsements.ask(BOSS, BY_MANAGER, "When?")
    row = row_of(world, kind, CANDIDATE)
    assert await true(world, row)
    world.word(EndorserKind.MANAGER).answer = "In May."
    assert not await true(world, row)


async def test_silence_is_told_only_while_it_lasts(world: EndorsingWorld):
    world.clock.set(TOLD_AT)
    await world.upkeep.run()
    rows = [
        row_of(world, "endorsement.silent", UNION_COORDINATOR),
        row_of(world, "endorsement.unanswered", CANDIDATE),
    ]
    assert [await true(world, row) for row in rows] == [True, True]
    await world.endorsements.decline(BOSS, BY_MANAGER, "No.")
    assert [await true(world, row) for row in rows] == [False, False]


async def test_an_answer_is_told_while_it_stands(world: EndorsingWorld):
    await world.endorsements.decline(BOSS, BY_MANAGER, "No.")
    row = row_of(world, "endorsement.declined", CANDIDATE)
    assert await true(world, row)
    await world.pass_on(EndorserKind.MANAGER, OTHER)
    assert not await true(world, row)
    await world.endorsements.support(OTHER, BY_MANAGER)
    supported = row_of(world, "endorsement.supported", CANDIDATE)
    assert await true(world, supported)
    world.put(ApplicationStatus.WITHDRAWN)
    assert not await true(world, supported)


async def test_that_it_is_ready_is_told_until_something_is_decided(world: EndorsingWorld):
    await world.endorsements.support(BOSS, BY_MANAGER)
    await world.endorsements.support(OFFICER, f"{APPLICATION}.reference")
    rows = [
        row_of(world, "application.to_select", UNION_COORDINATOR),
        row_of(world, "application.referenced", CANDIDATE),
    ]
    for status in (ApplicationStatus.REFERENCED, ApplicationStatus.INTERVIEW):
        world.put(status)
        assert [await true(world, row) for row in rows] == [True, True]
    for status in (ApplicationStatus.DECLINED, ApplicationStatus.WITHDRAWN):
        world.put(status)
        assert [await true(world, row) for row in rows] == [False, False]
    assert not await true(world, replace(rows[0], subject="application:gone"))

"""One person named as the manager and as the reference: one card, one answer."""

from __future__ import annotations

import pytest

from bot.domain.applications import ApplicationStatus, EndorsementStatus, EndorserKind
from tests.unit.services.endorsing import (
    APPLICATION,
    BOSS,
    BY_MANAGER,
    BY_REFERENCE,
    CANDIDATE,
    OTHER,
    EndorsingWorld,
)

A, E = ApplicationStatus, EndorsementStatus


@pytest.fixture
async def world() -> EndorsingWorld:
    made = EndorsingWorld()
    await made.apply(reference_id=BOSS)
    return made


async def test_they_are_asked_once(world: EndorsingWorld):
    assert world.owed_to(BOSS) == [
        ("endorsement.asked", "chat", "01-11 15:00"),
        ("reminder.endorsement", "chat", "01-18 14:00"),
        ("reminder.endorsement", "mail", "01-25 14:00"),
    ]
    (view,) = await world.endorsements.mine(BOSS)
    assert (view.id, view.both) == (BY_MANAGER, True)


async def test_one_yes_is_both(world: EndorsingWorld):
    await world.endorsements.support(BOSS, BY_MANAGER, "Gladly.")
    assert world.application().status is A.REFERENCED
    assert world.word(EndorserKind.REFERENCE).note == "Gladly."
    assert [kind for kind, *_ in world.owed_to(CANDIDATE)] == ["application.referenced"]


async def test_one_no_is_both_and_each_may_be_named_anew(world: EndorsingWorld):
    await world.endorsements.decline(BOSS, BY_REFERENCE, "No.")
    assert world.word(EndorserKind.MANAGER).status is E.DECLINED
    await world.pass_on(EndorserKind.MANAGER, OTHER)
    await world.pass_on(EndorserKind.REFERENCE, OTHER)
    assert [kind for kind, *_ in world.owed_to(OTHER)].count("endorsement.asked") == 1
    await world.endorsements.support(OTHER, BY_REFERENCE)
    assert world.application().status is A.REFERENCED


async def test_a_question_is_answered_once(world: EndorsingWorld):
    await world.endorsements.ask(BOSS, BY_REFERENCE, "When?")
    await world.answer(EndorserKind.MANAGER, "In May.")
    assert world.word(EndorserKind.REFERENCE).answer == "In May."
    assert [kind for kind, *_ in world.owed_to(BOSS)].count("endorsement.answered") == 1


@pytest.mark.parametrize("goes", list(EndorserKind))
@pytest.mark.parametrize("asked", [BY_MANAGER, BY_REFERENCE])
async def test_an_open_question_stays_with_the_part_that_stays(
    world: EndorsingWorld, goes: EndorserKind, asked: str
):
    await world.endorsements.ask(BOSS, asked, "When?")
    await world.pass_on(goes, OTHER)
    (stays,) = set(EndorserKind) - {goes}
    owed = [kind for kind, *_ in world.owed_to(CANDIDATE) if kind.startswith("reminder.")]
    assert owed == [f"reminder.question.{stays.value}"]
    assert (world.word(stays).question, world.word(goes).question) == ("When?", "")
    assert world.word(stays).tell_at is None


@pytest.mark.parametrize("known_as", list(EndorserKind))
async def test_whoever_is_named_for_the_other_part_too_has_one_card(known_as: EndorserKind):
    world = EndorsingWorld()
    await world.apply()
    who = world.word(known_as).person_id
    (other,) = set(EndorserKind) - {known_as}
    await world.endorsements.ask(who, f"{APPLICATION}.{known_as.value}", "When?")
    await world.pass_on(other, who)
    (view,) = await world.endorsements.mine(who)
    assert (view.id, view.both) == (BY_MANAGER, True)
    assert {world.word(kind).question for kind in EndorserKind} == {"When?"}
    await world.answer(known_as, "In May.")
    assert [kind for kind, *_ in world.owed_to(who)].count("reminder.endorsement") == 2


async def test_the_other_part_goes_to_somebody_else(world: EndorsingWorld):
    await world.settle()
    world.clock.advance(world.rules.nudge_every)
    before = world.owed_to(BOSS)
    await world.pass_on(EndorserKind.REFERENCE, OTHER)
    assert world.owed_to(BOSS) == before
    (view,) = await world.endorsements.mine(BOSS)
    assert (view.id, view.both) == (BY_MANAGER, False)


async def test_one_part_goes_to_somebody_else(world: EndorsingWorld):
    await world.pass_on(EndorserKind.MANAGER, OTHER)
    assert [kind for kind, *_ in world.owed_to(BOSS)] == [
        "endorsement.asked",
        "reminder.endorsement",
        "reminder.endorsement",
    ]
    (view,) = await world.endorsements.mine(BOSS)
    assert (view.id, view.both) == (BY_REFERENCE, False)

"""The manager's and the reference's word: support, a no, a question, and a change of mind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.domain.applications import ApplicationStatus, EndorsementStatus, EndorserKind
from bot.domain.errors import MovedOn, NotFound, Refusal
from bot.services.endorsing import let_go
from tests.unit.services.endorsing import (
    APPLICATION,
    BOSS,
    BY_MANAGER,
    BY_REFERENCE,
    CANDIDATE,
    OFFICER,
    OTHER,
    EndorsingWorld,
)
from tests.unit.services.world import EMPLOYER_COORDINATOR, MANAGER, UNION_COORDINATOR

A, E = ApplicationStatus, EndorsementStatus
Doing = Callable[[EndorsingWorld], Awaitable[Any]]


@pytest.fixture
async def world() -> EndorsingWorld:
    made = EndorsingWorld()
    await made.apply()
    return made


def history(world: EndorsingWorld) -> list[tuple[str, str | None, str]]:
    return [(e.what, e.actor_id, e.note) for e in world.units.memory.history.values()]


async def test_both_are_asked_at_once_with_two_reminders_each(world: EndorsingWorld):
    for person_id in (BOSS, OFFICER):
        assert world.owed_to(person_id) == [
            ("endorsement.asked", "chat", "01-11 15:00"),
            ("reminder.endorsement", "chat", "01-18 14:00"),
            ("reminder.endorsement", "mail", "01-25 14:00"),
        ]
    assert f"{world.word(EndorserKind.MANAGER).tell_at:%m-%d %H:%M}" == "02-01 14:00"


async def test_the_manager_supports_first(world: EndorsingWorld):
    view = await world.endorsements.support(BOSS, BY_MANAGER, " With pleasure. ")
    assert (view.endorsement.status, view.endorsement.note) == (E.SUPPORTED, "With pleasure.")
    assert (view.may, view.waits) == (frozenset(), False)
    assert world.application().status is A.SUPPORTED
    assert world.owed_to(CANDIDATE) == [("endorsement.supported", "chat", "01-11 15:00")]
    assert world.owed_to(UNION_COORDINATOR) == []
    await world.endorsements.support(OFFICER, BY_REFERENCE)
    assert world.application().status is A.REFERENCED
    assert history(world) == [
        ("application_supported", BOSS, "With pleasure."),
        ("application_referenced", OFFICER, ""),
    ]


async def test_the_reference_supports_first(world: EndorsingWorld):
    await world.endorsements.support(OFFICER, BY_REFERENCE)
    assert world.application().status is A.SUBMITTED
    await world.endorsements.support(BOSS, BY_MANAGER)
    assert world.application().status is A.REFERENCED
    assert [kind for kind, *_ in world.owed_to(CANDIDATE)] == [
        "application.referenced",
        "endorsement.supported",
    ]
    for coordinator in (UNION_COORDINATOR, EMPLOYER_COORDINATOR):
        assert [kind for kind, *_ in world.owed_to(coordinator)] == ["application.to_select"]


async def test_a_second_click_changes_nothing(world: EndorsingWorld):
    await world.endorsements.support(BOSS, BY_MANAGER, "Yes.")
    owed = len(world.owed())
    view = await world.endorsements.support(BOSS, BY_MANAGER, "Another word.")
    assert view.endorsement.note == "Yes."
    assert (len(world.owed()), len(history(world))) == (owed, 1)


async def test_an_answer_ends_the_reminders(world: EndorsingWorld):
    await world.endorsements.support(BOSS, BY_MANAGER)
    assert world.owed_to(BOSS) == []
    assert world.word(EndorserKind.MANAGER).tell_at is None


async def test_a_no_leaves_the_application_where_it_is(world: EndorsingWorld):
    view = await world.endorsements.decline(BOSS, BY_MANAGER, " Not this year. ")
    assert (view.endorsement.status, view.endorsement.note) == (E.DECLINED, "Not this year.")
    assert world.application().status is A.SUBMITTED
    assert [kind for kind, *_ in world.owed_to(CANDIDATE)] == ["endorsement.declined"]
    assert history(world) == [("endorser_declined", BOSS, "Not this year.")]
    again = await world.endorsements.decline(BOSS, BY_MANAGER, "Said already.")
    assert again.endorsement.note == "Not this year."
    with pytest.raises(MovedOn, match="endorsement_moved_on"):
        await world.endorsements.support(BOSS, BY_MANAGER)


async def test_a_yes_is_not_taken_back(world: EndorsingWorld):
    await world.endorsements.support(BOSS, BY_MANAGER)
    with pytest.raises(MovedOn, match="endorsement_moved_on"):
        await world.endorsements.decline(BOSS, BY_MANAGER, "After all, no.")
    assert world.application().status is A.SUPPORTED


async def test_a_no_without_a_word_is_asked_for_one(world: EndorsingWorld):
    with pytest.raises(Refusal) as refused:
        await world.endorsements.decline(BOSS, BY_MANAGER, "  ")
    assert (refused.value.code, refused.value.field) == ("reason_missing", "reason")
    assert world.word(EndorserKind.MANAGER).status is E.ASKED


async def test_a_question_and_its_answer(world: EndorsingWorld):
    view = await world.endorsements.ask(BOSS, BY_MANAGER, " How many days? ")
    assert (view.endorsement.question, view.may) == (
        "How many days?",
        frozenset({"support", "decline", "ask"}),
    )
    assert world.owed_to(BOSS) == []
    assert world.owed_to(CANDIDATE) == [
        ("endorsement.question", "chat", "01-11 15:00"),
        ("reminder.question.manager", "chat", "01-18 14:00"),
    ]
    await world.endorsements.ask(BOSS, BY_MANAGER, "How many days?")
    assert len(world.owed_to(CANDIDATE)) == 2
    await world.answer(EndorserKind.MANAGER, " Five, then a few. ")
    assert world.word(EndorserKind.MANAGER).answer == "Five, then a few."
    assert world.owed_to(BOSS) == [
        ("endorsement.answered", "chat", "01-11 15:00"),
        ("reminder.endorsement", "chat", "01-18 14:00"),
        ("reminder.endorsement", "mail", "01-25 14:00"),
    ]
    assert [kind for kind, *_ in world.owed_to(CANDIDATE)] == ["endorsement.question"]
    assert history(world) == [
        ("endorser_asked", BOSS, "How many days?"),
        ("endorser_answered", CANDIDATE, "Five, then a few."),
    ]
    await world.endorsements.ask(BOSS, BY_MANAGER, "And where?")
    assert world.word(EndorserKind.MANAGER).answer == ""


async def test_each_question_has_a_reminder_of_its_own(world: EndorsingWorld):
    await world.endorsements.ask(BOSS, BY_MANAGER, "How many days?")
    await world.endorsements.ask(OFFICER, BY_REFERENCE, "Which topics?")

    def reminders() -> list[str]:
        return [kind for kind, *_ in world.owed_to(CANDIDATE) if kind.startswith("reminder.")]

    both = ["reminder.question.manager", "reminder.question.reference"]
    assert reminders() == both
    await world.endorsements.support(OFFICER, BY_REFERENCE)
    assert reminders() == both[:1]
    await world.endorsements.decline(BOSS, BY_MANAGER, "No.")
    assert reminders() == []


async def test_an_answer_leaves_the_reminder_of_the_other_question(world: EndorsingWorld):
    await world.endorsements.ask(BOSS, BY_MANAGER, "How many days?")
    await world.endorsements.ask(OFFICER, BY_REFERENCE, "Which topics?")
    await world.answer(EndorserKind.REFERENCE, "Mental health.")
    owed = [kind for kind, *_ in world.owed_to(CANDIDATE)]
    assert owed.count("reminder.question.manager") == 1
    assert "reminder.question.reference" not in owed


@pytest.mark.parametrize(
    ("text", "code"), [("  ", "answer_missing"), ("An answer", "endorsement_moved_on")]
)
async def test_an_answer_without_words_or_without_a_question(
    world: EndorsingWorld, text: str, code: str
):
    with pytest.raises(Refusal, match=code):
        await world.answer(EndorserKind.REFERENCE, text)


async def test_no_question_without_words_or_after_an_answer(world: EndorsingWorld):
    with pytest.raises(Refusal, match="question_missing"):
        await world.endorsements.ask(BOSS, BY_MANAGER, " ")
    await world.endorsements.support(BOSS, BY_MANAGER)
    with pytest.raises(MovedOn, match="endorsement_moved_on"):
        await world.endorsements.ask(BOSS, BY_MANAGER, "One more thing?")


async def test_somebody_else_is_asked_after_a_no(world: EndorsingWorld):
    await world.endorsements.decline(BOSS, BY_MANAGER, "No.")
    with pytest.raises(Refusal, match="endorser_declined_already"):
        await world.pass_on(EndorserKind.MANAGER, BOSS)
    await world.pass_on(EndorserKind.MANAGER, OTHER)
    word = world.word(EndorserKind.MANAGER)
    assert (word.person_id, word.status, word.note, word.round) == (OTHER, E.ASKED, "", 2)
    assert world.application().manager_id == OTHER
    assert world.owed_to(OTHER)[0] == ("endorsement.asked", "chat", "01-11 15:00")
    assert world.owed_to(BOSS) == []
    with pytest.raises(NotFound, match="endorsement_unknown"):
        await world.endorsements.support(BOSS, BY_MANAGER)
    await world.endorsements.support(OTHER, BY_MANAGER)
    assert world.application().status is A.SUPPORTED


async def test_whoever_has_not_answered_is_told_that_somebody_else_is_asked(
    world: EndorsingWorld,
):
    await world.pass_on(EndorserKind.REFERENCE, OFFICER)  # the same person: nothing changes
    assert world.word(EndorserKind.REFERENCE).round == 1
    await world.settle()
    await world.pass_on(EndorserKind.REFERENCE, OTHER)
    assert world.owed_to(OFFICER) == [("endorsement.passed_on", "chat", "01-11 15:01")]
    (row,) = world.owed("endorsement.passed_on")
    assert row.args == {"reference": "AP-2027-0001"}
    assert world.application().reference_id == OTHER


async def test_whoever_has_not_heard_of_it_need_not_hear_of_its_end(world: EndorsingWorld):
    await world.pass_on(EndorserKind.REFERENCE, OTHER)
    assert world.owed_to(OFFICER) == []
    async with world.units() as uow:
        application = await uow.applications.locked(APPLICATION)
        application.status = A.WITHDRAWN
        await let_go(uow, world.desk, application)
        await uow.commit()
    assert world.owed("endorsement.") == []


async def test_nobody_else_is_asked_after_a_yes(world: EndorsingWorld):
    await world.endorsements.support(BOSS, BY_MANAGER)
    with pytest.raises(MovedOn, match="endorsement_moved_on"):
        await world.pass_on(EndorserKind.MANAGER, OTHER)
    assert world.application().manager_id == BOSS


STRANGERS: list[Doing] = [
    lambda w: w.endorsements.support(OFFICER, BY_MANAGER),
    lambda w: w.endorsements.decline(MANAGER, BY_MANAGER, "no"),
    lambda w: w.endorsements.ask(CANDIDATE, BY_MANAGER, "why?"),
    lambda w: w.endorsements.view(UNION_COORDINATOR, BY_MANAGER),
    lambda w: w.endorsements.view(BOSS, "application-2.manager"),
    lambda w: w.endorsements.view(BOSS, f"{APPLICATION}.sister"),
    lambda w: w.endorsements.view(BOSS, APPLICATION),
    lambda w: w.endorsements.find(CANDIDATE, "AP-2027-0001"),
    lambda w: w.endorsements.find(BOSS, "AP-2027-0009"),
    lambda w: w.endorsements.find(BOSS, "EC-2027-0001"),
]


@pytest.mark.parametrize("doing", STRANGERS)
async def test_nobody_else_answers_or_sees_it(world: EndorsingWorld, doing: Doing):
    with pytest.raises(NotFound, match="endorsement_unknown"):
        await doing(world)


async def test_an_application_that_nobody_was_asked_about(world: EndorsingWorld):
    del world.units.memory.endorsements[APPLICATION, EndorserKind.MANAGER]
    with pytest.raises(NotFound, match="endorsement_unknown"):
        await world.endorsements.view(BOSS, BY_MANAGER)


OVER = sorted(set(A) - {A.SUBMITTED, A.SUPPORTED, A.DRAFT})


@pytest.mark.parametrize("status", OVER)
@pytest.mark.parametrize("what", ["support", "decline", "ask"])
async def test_too_late(world: EndorsingWorld, status: ApplicationStatus, what: str):
    world.put(status)
    doing: dict[str, Doing] = {
        "support": lambda w: w.endorsements.support(BOSS, BY_MANAGER),
        "decline": lambda w: w.endorsements.decline(BOSS, BY_MANAGER, "no"),
        "ask": lambda w: w.endorsements.ask(BOSS, BY_MANAGER, "why?"),
    }
    with pytest.raises(MovedOn) as refused:
        await doing[what](world)
    assert refused.value.values == {"status": status.value, "wanted": what}
    view = await world.endorsements.view(BOSS, BY_MANAGER)
    assert (view.may, view.waits) == (frozenset(), False)
    assert await world.endorsements.mine(BOSS) == []


async def test_found_by_its_reference_and_listed_oldest_first(world: EndorsingWorld):
    view = await world.endorsements.find(OFFICER, "ap-2027-0001")
    assert (view.id, view.sessions, view.months) == (BY_REFERENCE, 5, 18)
    world.clock.advance(world.rules.nudge_every)
    await world.apply("application-2", applicant_id=OTHER)
    assert [v.application.reference for v in await world.endorsements.mine(BOSS)] == [
        "AP-2027-0001",
        "AP-2027-0002",
    ]


async def test_the_end_of_an_application_tells_whoever_is_waited_for(world: EndorsingWorld):
    await world.settle()
    await world.endorsements.support(OFFICER, BY_REFERENCE)
    async with world.units() as uow:
        application = await uow.applications.locked(APPLICATION)
        application.status = A.WITHDRAWN
        await let_go(uow, world.desk, application)
        await uow.commit()
    assert world.owed_to(BOSS) == [("endorsement.closed", "chat", "01-11 15:01")]
    assert world.owed_to(OFFICER) == []
    assert world.word(EndorserKind.MANAGER).tell_at is None

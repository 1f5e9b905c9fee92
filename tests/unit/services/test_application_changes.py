"""An application that was sent: change it, name somebody else, answer, withdraw."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.applications import ApplicationStatus, EndorsementStatus
from bot.domain.errors import MovedOn, NotFound, Refusal
from bot.domain.people import Side
from bot.domain.self_identification import Group
from tests.unit.services.applying import CANDIDATE, MANAGER_KIND, REFERENCE_KIND, Applying
from tests.unit.services.world import (
    EMPLOYER_COORDINATOR,
    EMPLOYER_LEADS,
    MANAGER,
    STEWARD,
    UNION_COORDINATOR,
)

S = ApplicationStatus
OTHER = EMPLOYER_LEADS[0]


@pytest.fixture
async def applying() -> Applying:
    made = Applying()
    await made.submit(sealed=made.seal(Group.BLACK))
    return made


async def edit(applying: Applying, **changed: Any) -> frozenset[str]:
    view = await applying.applications.edit(CANDIDATE, "form-1", applying.form(**changed))
    return view.may


async def test_everything_can_be_changed_until_the_manager_answers(applying: Applying) -> None:
    before = applying.application().version
    may = await edit(
        applying, levels={"en": "e", "fr": "c"}, topics=("anti-racism",), experience=" More. ",
        agent="other", agent_other="Guild", region="atlantic",
    )  # fmt: skip
    application = applying.application()
    assert "edit" in may
    assert (application.experience, application.topics) == ("More.", ("anti-racism",))
    assert (application.agent, application.agent_other) == ("other", "Guild")
    assert (application.region, application.version) == ("atlantic", before + 1)
    assert (application.status, application.number) == (S.SUBMITTED, 1)
    assert await applying.told(MANAGER) == ["endorsement.asked"]
    view = await applying.applications.view(CANDIDATE, "form-1")
    assert [entry.what for entry in view.timeline] == [
        "application_submitted",
        "application_edited",
    ]
    assert view.self_identified


async def test_an_edit_that_cannot_be_taken_changes_nothing(applying: Applying) -> None:
    with pytest.raises(Refusal) as refused:
        await edit(applying, motivation="")
    assert refused.value.code == "required"
    assert applying.application().motivation == "To help my colleagues talk."
    await edit(applying, motivation="Better.")
    assert applying.application().motivation == "Better."


async def test_too_late_for_a_change(applying: Applying) -> None:
    await applying.say_yes(MANAGER_KIND)
    with pytest.raises(MovedOn) as refused:
        await edit(applying, motivation="Better.")
    assert refused.value.code == "application_moved_on"


async def test_after_a_no_another_manager_opens_the_form_again(applying: Applying) -> None:
    await applying.say_no(MANAGER_KIND)
    view = await applying.applications.view(CANDIDATE, "form-1")
    assert view.may >= {"name_manager", "withdraw"}
    assert "edit" not in view.may
    with pytest.raises(MovedOn):
        await edit(applying)
    view = await applying.applications.name_endorser(CANDIDATE, "form-1", MANAGER_KIND, OTHER)
    assert "edit" in view.may
    assert applying.application().manager_id == OTHER
    assert (await applying.told(OTHER))[-1] == "endorsement.asked"
    await applying.say_yes(MANAGER_KIND, OTHER)
    assert applying.application().status is S.SUPPORTED


async def test_changing_the_endorsers_in_the_form_asks_the_new_ones(applying: Applying) -> None:
    await edit(applying, manager_id=OTHER)
    assert applying.endorsement(MANAGER_KIND).person_id == OTHER
    assert applying.endorsement(MANAGER_KIND).round == 2
    assert applying.endorsement(REFERENCE_KIND).round == 1
    assert await applying.told(OTHER) == ["endorsement.asked"]
    with pytest.raises(NotFound):
        await applying.applications.view(MANAGER, "form-1")


async def test_a_reference_who_said_yes_stays_and_so_does_the_side(applying: Applying) -> None:
    await applying.say_yes(REFERENCE_KIND)
    assert applying.application().status is S.SUBMITTED
    for changed, field in (
        ({"reference_id": OTHER}, "reference"),
        ({"side": Side.EMPLOYER}, "side"),
    ):
        with pytest.raises(Refusal) as refused:
            await edit(applying, **changed)
        assert (refused.value.code, refused.value.field) == ("reference_answered", field)
    await edit(applying, motivation="Better.")
    assert applying.application().motivation == "Better."


@pytest.mark.parametrize(
    ("kind", "person_id", "code", "field"),
    [
        (MANAGER_KIND, CANDIDATE, "manager_is_self", "manager"),
        (REFERENCE_KIND, CANDIDATE, "reference_is_self", "reference"),
        (MANAGER_KIND, STEWARD, "reference_is_manager", "manager"),
        (REFERENCE_KIND, MANAGER, "reference_is_manager", "reference"),
    ],
)
async def test_who_cannot_be_named(
    applying: Applying, kind: Any, person_id: str, code: str, field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        await applying.applications.name_endorser(CANDIDATE, "form-1", kind, person_id)
    assert (refused.value.code, refused.value.field) == (code, field)
    await applying.applications.name_endorser(CANDIDATE, "form-1", kind, OTHER)
    assert applying.endorsement(kind).person_id == OTHER


async def test_the_same_endorser_again_changes_nothing(applying: Applying) -> None:
    await applying.applications.name_endorser(CANDIDATE, "form-1", MANAGER_KIND, MANAGER)
    assert applying.endorsement(MANAGER_KIND).round == 1
    await applying.say_no(MANAGER_KIND)
    with pytest.raises(Refusal) as refused:
        await applying.applications.name_endorser(CANDIDATE, "form-1", MANAGER_KIND, MANAGER)
    assert refused.value.code == "endorser_declined_already"


async def test_nobody_is_named_in_the_place_of_a_yes(applying: Applying) -> None:
    await applying.say_yes(MANAGER_KIND)
    with pytest.raises(MovedOn):
        await applying.applications.name_endorser(CANDIDATE, "form-1", MANAGER_KIND, OTHER)
    await applying.applications.name_endorser(CANDIDATE, "form-1", REFERENCE_KIND, OTHER)
    await applying.say_yes(REFERENCE_KIND, OTHER)
    assert applying.application().status is S.REFERENCED


async def test_a_question_waits_for_its_answer(applying: Applying) -> None:
    with pytest.raises(MovedOn):
        await applying.applications.answer(CANDIDATE, "form-1", MANAGER_KIND, "But why?")
    await applying.ask(MANAGER_KIND, "How many days is it?")
    assert "endorsement.question" in await applying.told(CANDIDATE)
    view = await applying.applications.view(CANDIDATE, "form-1")
    assert "answer_manager" in view.may
    for words, code in (("   ", "answer_missing"), ("x" * 1001, "too_long_by")):
        with pytest.raises(Refusal) as refused:
            await applying.applications.answer(CANDIDATE, "form-1", MANAGER_KIND, words)
        assert refused.value.code == code
    for _ in range(2):
        view = await applying.applications.answer(CANDIDATE, "form-1", MANAGER_KIND, " Five. ")
        assert "answer_manager" not in view.may
    assert applying.endorsement(MANAGER_KIND).answer == "Five."
    assert (await applying.told(MANAGER)).count("endorsement.answered") == 1


async def test_withdrawn_before_anybody_answers(applying: Applying) -> None:
    assert await applying.told(MANAGER) == ["endorsement.asked"]
    view = await applying.applications.withdraw(CANDIDATE, "form-1")
    assert (view.application.status, view.may) == (S.WITHDRAWN, frozenset({"apply"}))
    assert applying.world.units.memory.self_identifications == {}
    assert (await applying.told(MANAGER))[-1] == "endorsement.closed"
    assert await applying.told(UNION_COORDINATOR) == []
    again = await applying.applications.withdraw(CANDIDATE, "form-1")
    assert again.application.version == view.application.version
    assert applying.world.owed("reminder.") == []


@pytest.mark.parametrize(
    "status", [S.REFERENCED, S.INTERVIEW, S.KEPT, S.ACCEPTED], ids=lambda s: s.value
)
async def test_withdrawn_later_the_coordinators_hear_of_it(
    applying: Applying, status: ApplicationStatus
) -> None:
    for kind in (MANAGER_KIND, REFERENCE_KIND):
        await applying.say_yes(kind)
    assert await applying.told(UNION_COORDINATOR) == ["application.to_select"]
    applying.put(status)
    await applying.applications.withdraw(CANDIDATE, "form-1")
    for coordinator in (UNION_COORDINATOR, EMPLOYER_COORDINATOR):
        assert (await applying.told(coordinator))[-1] == "application.withdrawn"
    assert "endorsement.closed" not in await applying.told(MANAGER)


async def test_who_has_not_heard_of_it_need_not_hear_of_its_end(applying: Applying) -> None:
    for kind in (MANAGER_KIND, REFERENCE_KIND):
        await applying.say_yes(kind)
    await applying.applications.withdraw(CANDIDATE, "form-1")
    assert await applying.told(UNION_COORDINATOR) == []


async def test_a_candidate_who_coordinates_is_not_told_of_their_own_deeds() -> None:
    made = Applying()
    await made.applications.submit(UNION_COORDINATOR, made.form())
    for kind in (MANAGER_KIND, REFERENCE_KIND):
        await made.say_yes(kind)
    assert "application.to_select" in await made.told(EMPLOYER_COORDINATOR)
    await made.applications.withdraw(UNION_COORDINATOR, "form-1")
    assert (await made.told(EMPLOYER_COORDINATOR))[-1] == "application.withdrawn"
    assert "application.withdrawn" not in await made.told(UNION_COORDINATOR)


@pytest.mark.parametrize("status", [S.ACTIVE, S.DECLINED], ids=lambda s: s.value)
async def test_what_is_over_is_not_withdrawn(applying: Applying, status: ApplicationStatus) -> None:
    applying.put(status)
    with pytest.raises(MovedOn):
        await applying.applications.withdraw(CANDIDATE, "form-1")


async def test_only_the_candidate_acts(applying: Applying) -> None:
    service, form = applying.applications, applying.form()
    for actor in (MANAGER, UNION_COORDINATOR, "nobody"):
        for act in (
            lambda who: service.edit(who, "form-1", form),
            lambda who: service.name_endorser(who, "form-1", MANAGER_KIND, OTHER),
            lambda who: service.answer(who, "form-1", MANAGER_KIND, "Yes."),
            lambda who: service.withdraw(who, "form-1"),
        ):
            with pytest.raises(NotFound) as refused:
                await act(actor)
            assert refused.value.code == "application_unknown"
    assert applying.application().status is S.SUBMITTED


async def test_what_the_candidate_hears_on_the_way(applying: Applying) -> None:
    await applying.say_no(REFERENCE_KIND)
    await applying.applications.name_endorser(CANDIDATE, "form-1", REFERENCE_KIND, OTHER)
    applying.world.clock.advance(timedelta(days=1))
    await applying.say_yes(MANAGER_KIND)
    await applying.say_yes(REFERENCE_KIND, OTHER)
    assert applying.endorsement(REFERENCE_KIND).status is EndorsementStatus.SUPPORTED
    assert await applying.told(CANDIDATE) == [
        "endorsement.declined",
        "endorsement.supported",
        "application.referenced",
    ]
    for coordinator in (UNION_COORDINATOR, EMPLOYER_COORDINATOR):
        assert await applying.told(coordinator) == ["application.to_select"]

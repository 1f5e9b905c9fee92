"""Applying: what is kept, who is asked, who may apply, and what each reader sees."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.applications import ApplicationStatus, EndorsementStatus
from bot.domain.errors import MovedOn, NotFound, Refusal
from bot.domain.people import Draft, Side
from bot.domain.roster import Facilitator, Standing
from bot.domain.self_identification import Group
from bot.services.desk import record
from tests.unit.services.applying import CANDIDATE, MANAGER_KIND, REFERENCE_KIND, Applying
from tests.unit.services.world import (
    EMPLOYER_COORDINATOR,
    MANAGER,
    NOW,
    REGION,
    STEWARD,
    UNION_COORDINATOR,
)

S = ApplicationStatus


@pytest.fixture
def applying() -> Applying:
    return Applying()


async def test_an_application_is_kept_and_both_endorsers_are_asked(applying: Applying) -> None:
    view = await applying.submit()
    application = view.application
    assert (application.reference, application.status) == ("AP-2027-0001", S.SUBMITTED)
    assert (application.applicant_id, application.submitted_at) == (CANDIDATE, NOW)
    assert (application.agent, application.levels) == ("PSAC", {"en": "c", "fr": "b"})
    assert [(e.kind, e.person.person_id, e.status) for e in view.endorsements] == [
        (MANAGER_KIND, MANAGER, EndorsementStatus.ASKED),
        (REFERENCE_KIND, STEWARD, EndorsementStatus.ASKED),
    ]
    assert [entry.what for entry in view.timeline] == ["application_submitted"]
    assert await applying.told(MANAGER) == ["endorsement.asked"]
    assert await applying.told(STEWARD) == ["endorsement.asked"]
    person = applying.world.units.memory.people[CANDIDATE]
    assert (person.last_organization, person.last_region) == ("2222", REGION)


async def test_the_same_form_twice_is_one_application(applying: Applying) -> None:
    first = await applying.submit()
    again = await applying.submit()
    assert again.application == first.application
    assert len(applying.world.units.memory.applications) == 1
    assert await applying.told(MANAGER) == ["endorsement.asked"]


async def test_somebody_elses_form_is_not_theirs(applying: Applying) -> None:
    await applying.submit()
    with pytest.raises(MovedOn) as refused:
        await applying.applications.submit("union-1", applying.form())
    assert refused.value.code == "form_old"


async def test_another_bargaining_agent_is_kept_by_its_name(applying: Applying) -> None:
    view = await applying.submit(agent="other", agent_other="  Guild of Lighthouse Keepers ")
    assert view.application.agent == "other"
    assert view.application.agent_other == "Guild of Lighthouse Keepers"


async def test_the_employers_side_has_no_bargaining_agent(applying: Applying) -> None:
    view = await applying.submit(side=Side.EMPLOYER, agent="PSAC", agent_other="x")
    assert (view.application.agent, view.application.agent_other) == (None, "")


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"agent": None}, "agent_missing", "agent"),
        ({"agent": "NOBODY"}, "agent_missing", "agent"),
        ({"agent": "other", "agent_other": "  "}, "agent_other_missing", "agent_other"),
        ({"agent": "other", "agent_other": "x" * 121}, "too_long_by", "agent_other"),
        ({"levels": {"en": "c"}}, "level_missing", "level_fr"),
        ({"levels": {"en": "z", "fr": "b"}}, "level_missing", "level_en"),
        ({"levels": {"en": "b", "fr": "none"}}, "level_too_low", "level_fr"),
        ({"organization": "0"}, "organization_unknown", "organization"),
        ({"region": "nowhere"}, "region_unknown", "region"),
        ({"topics": ()}, "topics_missing", "topics"),
        ({"topics": ("duty-to-accommodate",)}, "topic_unavailable", "topics"),
        ({"experience": "   "}, "required", "experience"),
        ({"motivation": "x" * 1201}, "too_long_by", "motivation"),
        ({"manager_id": CANDIDATE}, "manager_is_self", "manager"),
        ({"reference_id": CANDIDATE}, "reference_is_self", "reference"),
        ({"reference_id": MANAGER}, "reference_is_manager", "reference"),
    ],
)
async def test_what_cannot_be_taken(
    applying: Applying, changed: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        await applying.submit(**changed)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert applying.world.units.memory.applications == {}
    assert (await applying.submit()).application.reference == "AP-2027-0001"


async def test_too_much_is_counted(applying: Applying) -> None:
    with pytest.raises(Refusal) as refused:
        await applying.submit(experience="x" * 1234)
    assert refused.value.values == {"limit": 1200, "n": 34}


async def test_for_the_employer_the_manager_may_be_the_reference(applying: Applying) -> None:
    view = await applying.submit(side=Side.EMPLOYER, reference_id=MANAGER)
    assert [e.person.person_id for e in view.endorsements] == [MANAGER, MANAGER]
    assert await applying.told(MANAGER) == ["endorsement.asked"]


async def test_one_open_application_a_person(applying: Applying) -> None:
    await applying.submit()
    found = await applying.applications.eligibility(CANDIDATE)
    assert found.open is not None
    with pytest.raises(MovedOn) as refused:
        await applying.submit("form-2")
    assert refused.value.code == "application_open"
    assert refused.value.values == {"reference": "AP-2027-0001"}
    await applying.applications.withdraw(CANDIDATE, "form-1")
    assert (await applying.submit("form-2")).application.reference == "AP-2027-0002"


@pytest.mark.parametrize(
    ("standing", "code"),
    [
        (Standing.ACTIVE, "facilitator_already"),
        (Standing.PAUSED, "facilitator_already"),
        (Standing.RETIRED, "facilitator_retired"),
    ],
)
async def test_who_is_on_the_roster_need_not_apply(
    applying: Applying, standing: Standing, code: str
) -> None:
    applying.world.units.memory.facilitators[CANDIDATE] = Facilitator(
        CANDIDATE, Side.UNION, ("en",), REGION, ("mental-health",), "2222", standing=standing
    )
    with pytest.raises(Refusal) as refused:
        await applying.submit()
    assert refused.value.code == code


async def test_the_draft_goes_with_what_it_became(applying: Applying) -> None:
    """Also where the program dies before it answers: a seal outlives no application."""
    units = applying.world.units
    async with units() as uow:
        for person_id in (CANDIDATE, MANAGER):
            await uow.drafts.put(Draft(person_id, "application", "review", NOW, {"sealed": "…"}))
        await uow.commit()
    await applying.submit(sealed=applying.seal(Group.BLACK))
    assert [draft.person_id for draft in units.memory.drafts.values()] == [MANAGER]


async def test_after_a_decline_six_months_pass(applying: Applying) -> None:
    await applying.submit()
    applying.put(S.DECLINED, decided_at=NOW, reason="Many applied.")
    with pytest.raises(Refusal) as refused:
        await applying.submit("form-2")
    assert refused.value.code == "application_too_soon"
    (day,) = refused.value.values.values()
    assert f"{day}" == "2027-07-11"
    view = await applying.applications.view(CANDIDATE, "form-1")
    assert (view.again_on, view.may) == (day, frozenset())
    # The eve, late in the evening on their own clock, though it is the day already in UTC.
    applying.world.clock.set(NOW.replace(month=7, day=11, hour=3))
    assert (await applying.applications.eligibility(CANDIDATE)).from_on == day
    assert (await applying.applications.view(CANDIDATE, "form-1")).may == frozenset()
    applying.world.clock.set(NOW.replace(month=7, day=11, hour=4))
    assert (await applying.applications.view(CANDIDATE, "form-1")).may == {"apply"}
    assert (await applying.submit("form-2")).application.reference == "AP-2027-0002"


async def test_the_year_is_the_applicants_own(applying: Applying) -> None:
    applying.world.clock.set(NOW.replace(year=2028, month=1, day=1, hour=3))
    assert (await applying.submit()).application.reference == "AP-2027-0001"


async def test_what_was_sealed_goes_along_and_is_told_to_nobody_else(applying: Applying) -> None:
    view = await applying.submit(sealed=applying.seal(Group.BLACK))
    assert view.self_identified
    assert {"withdraw_self_identification", "give_self_identification"} <= view.may
    for endorser in (MANAGER, STEWARD):
        assert not (await applying.applications.view(endorser, "form-1")).self_identified
    seen = await applying.applications.view(UNION_COORDINATOR, "form-1")
    assert (seen.relation, seen.self_identified) == ("coordinator", True)


async def test_each_reader_stands_somewhere(applying: Applying) -> None:
    await applying.submit()
    relations = {
        CANDIDATE: "applicant", MANAGER: "manager", STEWARD: "reference",
        EMPLOYER_COORDINATOR: "coordinator",
    }  # fmt: skip
    for reader, relation in relations.items():
        view = await applying.applications.find(reader, "ap-2027-0001")
        assert view.relation == relation
        assert bool(view.may) == (relation == "applicant")
    for reference in ("AP-2027-0001", "AP-2027-0002", "nothing"):
        with pytest.raises(NotFound):
            await applying.applications.find("union-1", reference)
    with pytest.raises(NotFound):
        await applying.applications.view("union-1", "form-1")
    with pytest.raises(NotFound):
        await applying.applications.view(CANDIDATE, "form-9")


async def test_mine_is_the_newest(applying: Applying) -> None:
    assert await applying.applications.mine(CANDIDATE) is None
    await applying.submit()
    await applying.applications.withdraw(CANDIDATE, "form-1")
    applying.world.clock.advance(timedelta(days=1))
    await applying.submit("form-2")
    mine = await applying.applications.mine(CANDIDATE)
    assert mine is not None
    assert mine.application.reference == "AP-2027-0002"


async def test_what_coordinators_say_among_themselves_is_not_the_candidates(
    applying: Applying,
) -> None:
    await applying.submit()
    async with applying.world.desk.uow() as uow:
        subject = "application:form-1"
        for what in ("application_proposed_decline", "interview_offered", "application_set_aside"):
            await record(uow, applying.world.desk, subject, what, by=UNION_COORDINATOR)
        await uow.commit()
    seen = {}
    for reader in (CANDIDATE, MANAGER, UNION_COORDINATOR):
        view = await applying.applications.view(reader, "form-1")
        seen[reader] = [entry.what for entry in view.timeline]
    assert seen == {
        CANDIDATE: ["application_submitted", "interview_offered"],
        MANAGER: ["application_submitted"],
        UNION_COORDINATOR: [
            "application_submitted", "application_proposed_decline", "interview_offered",
            "application_set_aside",
        ],
    }  # fmt: skip

"""Who selects, in which order, and who decides alone: nobody of the other side."""

from __future__ import annotations

import pytest

from bot.domain.applications import ApplicationStatus
from bot.domain.errors import MovedOn, NotFound, Refusal
from bot.domain.people import Role
from bot.domain.self_identification import Group
from bot.services.applications import ApplicationsService
from bot.services.selecting import Stance
from tests.unit.services.endorsing import APPLICATION, BOSS, CANDIDATE
from tests.unit.services.selecting import (
    ACROSS,
    ADMINISTRATOR,
    ELSEWHERE,
    KIND,
    OWN,
    SelectingWorld,
)
from tests.unit.services.world import MANAGER, REGION

A = ApplicationStatus


@pytest.fixture
async def world() -> SelectingWorld:
    made = SelectingWorld()
    await made.ready()
    return made


async def test_nobody_selects_their_own_application(world: SelectingWorld) -> None:
    world.grant(CANDIDATE, Role.COORDINATOR, REGION, "union")
    assert await world.listed(CANDIDATE) == []
    with pytest.raises(NotFound):
        await world.selection.view(CANDIDATE, APPLICATION)


async def test_both_coordinators_see_it_each_in_their_right(world: SelectingWorld) -> None:
    own = await world.selection.view(OWN, APPLICATION)
    other = await world.selection.find(ACROSS, "AP-2027-0001")
    assert (own.stance, other.stance) == (Stance.OWN, Stance.OTHER)
    assert own.may == other.may == {"invite", "keep", "decline"}
    assert own.applicant.person_id == CANDIDATE
    with pytest.raises(NotFound):
        await world.selection.view(OWN, "application-9")
    with pytest.raises(NotFound):
        await world.selection.find(OWN, "AP-2027-0999")


async def test_a_self_identification_may_be_opened_by_those_who_select(
    world: SelectingWorld,
) -> None:
    await world.say(APPLICATION, Group.BLACK)
    view = await world.selection.view(ACROSS, APPLICATION)
    assert "open_self_identification" in view.may
    assert "black" not in repr(view)
    world.leave_post(OWN)
    await world.selection.keep(ACROSS, APPLICATION)
    assert (
        "open_self_identification"
        not in (await world.selection.view(ADMINISTRATOR, APPLICATION)).may
    )


@pytest.mark.parametrize("status", list(ApplicationStatus))
async def test_what_may_be_decided_where(world: SelectingWorld, status: ApplicationStatus) -> None:
    world.put(status)
    view = await world.selection.view(OWN, APPLICATION)
    possible = {
        A.SUBMITTED: {"decline"},
        A.SUPPORTED: {"decline"},
        A.REFERENCED: {"invite", "keep", "decline"},
        A.INTERVIEW: {"invite", "keep", "decline"},
        A.KEPT: {"invite", "decline"},
    }
    assert view.may == possible.get(status, set())


async def test_nobody_is_accepted_without_an_interview(world: SelectingWorld) -> None:
    with pytest.raises(MovedOn):
        await world.selection.accept(OWN, APPLICATION)
    for status in (A.INTERVIEW, A.KEPT):
        world.put(status)
        with pytest.raises(Refusal) as refused:
            await world.selection.accept(OWN, APPLICATION)
        assert refused.value.code == "interview_not_held"


async def test_accepted_after_the_interview_by_card_and_by_mail(world: SelectingWorld) -> None:
    await world.met()
    view = await world.selection.accept(OWN, APPLICATION)
    assert view.application.status is A.ACCEPTED
    assert view.may == frozenset()
    again = await world.selection.accept(OWN, APPLICATION)
    assert again.application.status is A.ACCEPTED
    await world.settle()
    assert world.told(CANDIDATE).count("application.accepted") == 1
    assert world.mailed(CANDIDATE).count("application.accepted") == 1


async def test_kept_and_taken_up_again(world: SelectingWorld) -> None:
    await world.selection.keep(OWN, APPLICATION)
    await world.selection.keep(OWN, APPLICATION)
    assert world.stands() == "kept"
    await world.met()
    await world.selection.keep(OWN, APPLICATION)
    await world.selection.accept(OWN, APPLICATION)
    assert world.stands() == "accepted"
    await world.settle()
    assert world.told(CANDIDATE).count("application.kept") == 2


async def test_declined_with_kind_words_and_what_was_sealed_is_erased(
    world: SelectingWorld,
) -> None:
    await world.say(APPLICATION, Group.BLACK)
    with pytest.raises(Refusal) as refused:
        await world.selection.decline(OWN, APPLICATION, "  ")
    assert (refused.value.code, refused.value.field) == ("reason_missing", "text")
    with pytest.raises(Refusal) as refused:
        await world.selection.decline(OWN, APPLICATION, "x" * 2001)
    assert refused.value.code == "too_long"
    view = await world.selection.decline(OWN, APPLICATION, KIND)
    await world.selection.decline(OWN, APPLICATION, KIND)
    application = view.application
    assert (application.reason, application.decided_by) == (KIND, OWN)
    assert application.decided_at == world.desk.now
    assert world.units.memory.self_identifications == {}
    await world.settle()
    assert world.told(CANDIDATE) == ["application.declined"]
    assert world.mailed(CANDIDATE) == ["application.declined"]


async def test_a_decline_ends_what_is_asked_of_endorsers(world: SelectingWorld) -> None:
    await world.apply("application-2", applicant_id="person-2")
    assert len(world.owed("endorsement.asked")) == 2
    await world.selection.decline(OWN, "application-2", KIND)
    assert world.owed("endorsement.asked") == []
    assert world.stands("application-2") == "declined"


async def test_the_other_side_proposes_and_the_own_side_confirms(world: SelectingWorld) -> None:
    await world.met()
    proposed = await world.selection.accept(ACROSS, APPLICATION)
    assert (world.stands(), proposed.application.proposal) == ("interview", "accept")
    assert "set_aside" in proposed.may
    assert "confirm" not in proposed.may
    await world.selection.accept(ACROSS, APPLICATION)
    await world.settle()
    assert world.told(OWN).count("application.proposed") == 1
    assert "application.accepted" not in world.told(CANDIDATE)
    seen = await world.selection.view(OWN, APPLICATION)
    assert {"confirm", "set_aside", "accept"} <= seen.may
    assert seen.proposer
    assert seen.proposer.person_id == ACROSS
    confirmed = await world.selection.confirm(OWN, APPLICATION)
    assert (world.stands(), confirmed.application.proposal) == ("accepted", None)
    await world.selection.confirm(OWN, APPLICATION)
    await world.settle()
    assert world.told(ACROSS)[-1] == "application.confirmed"
    assert world.told(CANDIDATE).count("application.accepted") == 1


async def test_whoever_confirms_a_decline_has_the_last_hand_on_the_words(
    world: SelectingWorld,
) -> None:
    await world.selection.decline(ACROSS, APPLICATION, "No.")
    assert world.stands() == "referenced"
    view = await world.selection.confirm(OWN, APPLICATION, KIND)
    assert (world.stands(), view.application.reason) == ("declined", KIND)


async def test_the_words_proposed_stand_where_nobody_changes_them(world: SelectingWorld) -> None:
    await world.selection.decline(ACROSS, APPLICATION, KIND)
    view = await world.selection.confirm(OWN, APPLICATION)
    assert view.application.reason == KIND


async def test_what_is_confirmed_is_what_was_read(world: SelectingWorld) -> None:
    """The card says keep; meanwhile whoever proposed it proposes to decline."""
    await world.selection.keep(ACROSS, APPLICATION)
    await world.selection.decline(ACROSS, APPLICATION, KIND)
    with pytest.raises(MovedOn) as refused:
        await world.selection.confirm(OWN, APPLICATION, seen="keep")
    assert (refused.value.code, world.stands()) == ("proposal_changed", "referenced")
    await world.selection.confirm(OWN, APPLICATION, seen="decline")
    assert world.stands() == "declined"


async def test_a_proposal_set_aside_leaves_all_as_it_was(world: SelectingWorld) -> None:
    await world.selection.keep(ACROSS, APPLICATION)
    view = await world.selection.set_aside(OWN, APPLICATION)
    await world.selection.set_aside(OWN, APPLICATION)
    assert (world.stands(), view.application.proposal) == ("referenced", None)
    await world.settle()
    assert world.told(ACROSS) == ["application.set_aside"]
    assert world.told(OWN) == []
    with pytest.raises(MovedOn) as refused:
        await world.selection.confirm(OWN, APPLICATION)
    assert refused.value.code == "proposal_moved_on"


async def test_a_proposal_falls_with_a_withdrawal(world: SelectingWorld) -> None:
    await world.selection.keep(ACROSS, APPLICATION)
    await ApplicationsService(world.desk, world.self_id).withdraw(CANDIDATE, APPLICATION)
    assert world.owed("application.proposed") == []
    for who in (OWN, ACROSS):
        view = await world.selection.view(who, APPLICATION)
        assert (view.application.proposal, view.may) == (None, set())


async def test_whoever_proposed_takes_it_back_and_proposes_otherwise(
    world: SelectingWorld,
) -> None:
    await world.selection.keep(ACROSS, APPLICATION)
    await world.selection.set_aside(ACROSS, APPLICATION)
    await world.selection.keep(ACROSS, APPLICATION)
    view = await world.selection.decline(ACROSS, APPLICATION, KIND)
    assert (view.application.proposal, view.application.proposal_note) == ("decline", KIND)


async def test_the_own_side_decides_whatever_is_proposed(world: SelectingWorld) -> None:
    await world.selection.decline(ACROSS, APPLICATION, KIND)
    await world.selection.keep(OWN, APPLICATION)
    application = world.application()
    assert (world.stands(), application.proposal) == ("kept", None)


async def test_nobody_of_the_other_side_confirms(world: SelectingWorld) -> None:
    world.meet("colleague")
    world.grant("colleague", Role.COORDINATOR, REGION, "employer")
    await world.selection.keep(ACROSS, APPLICATION)
    for move in (world.selection.confirm, world.selection.set_aside):
        with pytest.raises(Refusal) as refused:
            await move("colleague", APPLICATION)
        assert refused.value.code == "not_allowed"
    with pytest.raises(Refusal):
        await world.selection.confirm(ACROSS, APPLICATION)


async def test_an_administrator_stands_in_for_an_empty_post_and_for_nothing_else(
    world: SelectingWorld,
) -> None:
    world.leave_post(OWN)
    assert await world.listed(ADMINISTRATOR) == [APPLICATION]
    assert (await world.selection.view(ADMINISTRATOR, APPLICATION)).may == set()
    await world.selection.keep(ACROSS, APPLICATION)
    page = await world.selection.queue(ADMINISTRATOR)
    assert ([v.stance for v in page.entries], page.ordered) == ([Stance.STAND_IN], False)
    await world.settle()
    assert world.told(ADMINISTRATOR) == ["application.proposed"]
    view = await world.selection.view(ADMINISTRATOR, APPLICATION)
    assert view.may == {"confirm", "set_aside"}
    for refused in (
        world.selection.accept(ADMINISTRATOR, APPLICATION),
        world.selection.keep(ADMINISTRATOR, APPLICATION),
        world.selection.decline(ADMINISTRATOR, APPLICATION, KIND),
    ):
        with pytest.raises(Refusal) as error:
            await refused
        assert error.value.code == "not_allowed"
    await world.selection.confirm(ADMINISTRATOR, APPLICATION)
    assert world.stands() == "kept"


async def test_an_administrator_sees_nothing_where_the_post_is_held(world: SelectingWorld) -> None:
    await world.selection.keep(ACROSS, APPLICATION)
    assert await world.listed(ADMINISTRATOR) == []
    with pytest.raises(NotFound):
        await world.selection.confirm(ADMINISTRATOR, APPLICATION)


async def test_a_candidate_who_coordinates_leaves_the_post_empty_for_it(
    world: SelectingWorld,
) -> None:
    world.leave_post(OWN)
    world.grant(CANDIDATE, Role.COORDINATOR, REGION, "union")
    await world.selection.keep(ACROSS, APPLICATION)
    view = await world.selection.view(ADMINISTRATOR, APPLICATION)
    assert view.stance is Stance.STAND_IN


@pytest.mark.parametrize("who", [ELSEWHERE, CANDIDATE, BOSS, MANAGER, "nobody"])
async def test_decisions_are_for_those_who_select(world: SelectingWorld, who: str) -> None:
    for refused in (
        world.selection.accept(who, APPLICATION),
        world.selection.keep(who, APPLICATION),
        world.selection.decline(who, APPLICATION, KIND),
        world.selection.confirm(who, APPLICATION),
        world.selection.set_aside(who, APPLICATION),
    ):
        with pytest.raises(NotFound):
            await refused
    assert world.stands() == "referenced"


async def test_two_coordinators_of_one_side_race(world: SelectingWorld) -> None:
    world.meet("colleague")
    world.grant("colleague", Role.COORDINATOR, REGION, "union")
    await world.selection.decline(OWN, APPLICATION, KIND)
    with pytest.raises(MovedOn) as refused:
        await world.selection.keep("colleague", APPLICATION)
    assert refused.value.code == "application_moved_on"
    with pytest.raises(MovedOn):
        await world.selection.decline("colleague", APPLICATION, "Other words.")
    assert world.application().reason == KIND


async def test_the_two_sides_race(world: SelectingWorld) -> None:
    await world.selection.keep(OWN, APPLICATION)
    with pytest.raises(MovedOn):
        await world.selection.keep(ACROSS, APPLICATION)
    assert world.application().proposal is None


async def test_what_happened_is_told_to_both_who_select(world: SelectingWorld) -> None:
    await world.selection.keep(ACROSS, APPLICATION)
    await world.selection.set_aside(OWN, APPLICATION)
    await world.selection.keep(OWN, APPLICATION)
    view = await world.selection.view(ACROSS, APPLICATION)
    told = [(e.what, e.actor.person_id if e.actor else None) for e in view.timeline]
    assert told == [
        ("application_proposed_keep", ACROSS),
        ("application_set_aside", OWN),
        ("application_kept", OWN),
    ]

"""Applications and endorsements, whatever keeps them."""

import pytest

from bot.domain.applications import (
    OPEN,
    ApplicationStatus,
    EndorsementStatus,
    EndorserKind,
    endorse,
    move,
)
from bot.domain.errors import Conflict
from bot.domain.people import Side
from tests.integration.storage.candidates import an_application, an_endorsement
from tests.integration.storage.samples import DAY, HOUR, NOW

MANAGER, REFERENCE = EndorserKind.MANAGER, EndorserKind.REFERENCE


async def test_every_field_comes_back(store):
    application = an_application(
        side=Side.EMPLOYER,
        experience="two\nlines « et » <b>{{x}}</b> 🌿",
        topics=("harassment", "mental-health"),
        levels={"en": "none", "fr": "c"},
        status=ApplicationStatus.DECLINED,
        agent="other",
        agent_other="Les autres",
        decided_at=NOW + DAY,
        decided_by="coordinator",
        reason="later, perhaps",
        proposal="decline",
        proposal_by="counterpart",
        proposal_note="kindly",
        version=6,
    )
    await store.add(application)
    async with store.units(reading=True) as uow:
        kept = uow.applications
        assert await kept.get("application-1") == application
        assert await kept.locked("application-1") == application
        assert await kept.by_number(2027, 1) == application
        assert await kept.many(["application-1", "application-9"]) == {"application-1": application}
        assert await kept.many([]) == {}
        assert (await kept.get("application-1")).languages == ("fr",)
        for none in (
            await kept.get("application-9"),
            await kept.locked("application-9"),
            await kept.by_number(2026, 1),
        ):
            assert none is None


async def test_what_changes_is_written(store):
    await store.add(an_application())
    async with store.units() as uow:
        application = await uow.applications.locked("application-1")
        application.levels["en"] = "c"
        move(application, ApplicationStatus.SUPPORTED)
        await uow.commit()
    async with store.units(reading=True) as uow:
        kept = await uow.applications.get("application-1")
    assert kept == an_application(
        levels={"en": "c", "fr": "e"}, status=ApplicationStatus.SUPPORTED, version=2
    )


async def test_numbers_are_counted_apart_from_those_of_requests(store):
    async with store.units() as uow:
        assert await uow.requests.next_number(2027) == 1
        assert [await uow.applications.next_number(2027) for _ in range(3)] == [1, 2, 3]
        assert await uow.applications.next_number(2028) == 1
        await uow.commit()
    async with store.units() as uow:
        assert await uow.applications.next_number(2027) == 4
    async with store.units() as uow:
        assert await uow.applications.next_number(2027) == 4  # the one before was rolled back
        assert await uow.requests.next_number(2027) == 2


async def test_a_persons_applications_are_newest_first(store):
    over = {"applicant_id": "person-1", "status": ApplicationStatus.WITHDRAWN}
    await store.add(
        an_application("application-1", **over),
        an_application("application-2", **over),
        an_application("application-3", **over, created_at=NOW - HOUR),
        an_application("application-4"),
    )
    async with store.units(reading=True) as uow:
        found = await uow.applications.of_person("person-1")
        assert [a.number for a in found] == [2, 1, 3]
        assert await uow.applications.of_person("nobody") == []


@pytest.mark.parametrize("status", sorted(OPEN))
async def test_nobody_has_two_open_applications(store, status):
    await store.add(an_application("application-1", applicant_id="person-1", status=status))
    with pytest.raises(Conflict):
        await store.add(an_application("application-2", applicant_id="person-1"))


@pytest.mark.parametrize("status", sorted(set(ApplicationStatus) - OPEN))
async def test_one_that_is_not_open_leaves_room_for_another(store, status):
    await store.add(an_application("application-1", applicant_id="person-1", status=status))
    await store.add(an_application("application-2", applicant_id="person-1"))
    async with store.units(reading=True) as uow:
        assert len(await uow.applications.of_person("person-1")) == 2


async def test_one_withdrawn_makes_room_for_another_in_the_same_unit(store):
    await store.add(an_application("application-1", applicant_id="person-1"))
    async with store.units() as uow:
        move(await uow.applications.get("application-1"), ApplicationStatus.WITHDRAWN)
        await uow.applications.add(an_application("application-2", applicant_id="person-1"))
        await uow.commit()
    async with store.units(reading=True) as uow:
        assert len(await uow.applications.of_person("person-1")) == 2


async def test_coordinators_see_their_regions_oldest_submission_first(store):
    supported, kept = ApplicationStatus.SUPPORTED, ApplicationStatus.KEPT
    await store.add(
        an_application("application-1", status=supported, submitted_at=NOW + HOUR),
        an_application("application-2", status=supported),
        an_application("application-3", status=kept, submitted_at=NOW - DAY),
        an_application("application-4", status=kept, region="ontario"),
        an_application("application-5", status=ApplicationStatus.WITHDRAWN, submitted_at=None),
        an_application("application-6", status=ApplicationStatus.DECLINED),
    )

    async def numbers(regions, *statuses):
        return [a.number for a in await uow.applications.in_regions(regions, statuses)]

    async with store.units(reading=True) as uow:
        assert await numbers({"quebec"}, supported, kept) == [3, 2, 1]
        assert await numbers({"quebec", "ontario"}, kept) == [3, 4]
        assert await numbers(set(), supported, kept) == [3, 2, 4, 1]
        assert await numbers(set(), *ApplicationStatus) == [3, 2, 4, 6, 1, 5]
        assert await numbers({"atlantic"}, supported) == []
        assert await numbers({"quebec"}) == []


async def test_every_field_of_an_endorsement_comes_back(store):
    endorsement = an_endorsement(
        REFERENCE,
        status=EndorsementStatus.DECLINED,
        answered_at=NOW + DAY,
        note="not this year",
        question="how many days?",
        answer="ten",
        round=2,
        tell_at=NOW + 3 * DAY,
    )
    await store.add(an_application(), endorsement)
    async with store.units(reading=True) as uow:
        assert await uow.endorsements.get("application-1", REFERENCE) == endorsement
        assert await uow.endorsements.get("application-1", MANAGER) is None


async def test_the_managers_word_comes_first(store):
    manager, reference = an_endorsement(MANAGER, asked_at=NOW + DAY), an_endorsement(REFERENCE)
    await store.add(an_application(), reference, manager)
    async with store.units(reading=True) as uow:
        assert await uow.endorsements.of_application("application-1") == [manager, reference]
        assert await uow.endorsements.of_application("application-2") == []


async def test_an_endorser_sees_what_they_were_asked_newest_first(store):
    await store.add(
        *(an_application(f"application-{n}") for n in (1, 2, 3)),
        an_endorsement(),
        an_endorsement(application_id="application-2", asked_at=NOW + HOUR),
        an_endorsement(REFERENCE, application_id="application-2", person_id="manager"),
        an_endorsement(application_id="application-3", person_id="other"),
    )
    async with store.units(reading=True) as uow:
        found = await uow.endorsements.of_person("manager")
        assert [(e.application_id, e.kind) for e in found] == [
            ("application-2", MANAGER),
            ("application-1", MANAGER),
            ("application-2", REFERENCE),
        ]


async def test_silent_are_those_who_have_not_answered_in_time(store):
    await store.add(
        *(an_application(f"application-{n}") for n in (1, 2)),
        an_endorsement(MANAGER, tell_at=NOW),
        an_endorsement(REFERENCE, tell_at=NOW - HOUR),
        an_endorsement(MANAGER, application_id="application-2", tell_at=NOW + HOUR),
        an_endorsement(REFERENCE, application_id="application-2"),
    )
    first, second = ("application-1", REFERENCE), ("application-1", MANAGER)
    async with store.units() as uow:
        assert await uow.endorsements.silent(NOW, 9) == [first, second]
        assert await uow.endorsements.silent(NOW, 1) == [first]
        answered = await uow.endorsements.get(*first)
        endorse(answered, EndorsementStatus.SUPPORTED, NOW)
        assert await uow.endorsements.silent(NOW, 9) == [second]

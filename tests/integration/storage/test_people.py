"""People, grants, the roster and drafts, whatever keeps them."""

from bot.domain.applications import ApplicationStatus, EndorsementStatus, EndorserKind
from bot.domain.people import Person, Role, Side
from bot.domain.roster import Standing
from bot.services.keeping import Known
from tests.integration.storage.candidates import an_application, an_endorsement
from tests.integration.storage.samples import (
    DAY,
    NOW,
    a_draft,
    a_facilitator,
    a_grant,
    a_person,
)


async def test_many_people_at_once(store):
    await store.add(a_person("person-1"), a_person("person-2"), a_person("person-3"))
    async with store.units(reading=True) as uow:
        assert await uow.people.many([]) == {}
        assert await uow.people.many(["person-3", "person-1", "nobody"]) == {
            "person-1": a_person("person-1"),
            "person-3": a_person("person-3"),
        }
        assert await uow.people.locked("person-1") == a_person("person-1")
        assert await uow.people.locked("nobody") is None


async def test_the_names_and_mails_of_many(store):
    await store.add(
        a_person("person-1", name="One", mail="one@example.org"),
        a_person("person-2", name=None, mail=None),
        a_person("person-3", name="Three", mail=None),
    )
    async with store.units(reading=True) as uow:
        asked = ["person-1", "person-2", "person-3", "nobody"]
        assert await uow.people.names(asked) == {"person-1": "One", "person-3": "Three"}
        assert await uow.people.mails(asked) == {"person-1": "one@example.org"}
        assert await uow.people.names([]) == await uow.people.mails([]) == {}


async def test_somewhere_is_where_somebody_was_met_last(store):
    await store.add(a_person("person-1"), Person("person-0", "", service_url="https://nowhere"))
    async with store.units(reading=True) as uow:
        assert await uow.people.somewhere() is None
    await store.add(a_person("person-2", service_url="https://undated"))
    async with store.units(reading=True) as uow:
        assert await uow.people.somewhere() == ("tenant", "https://undated")
    await store.add(
        a_person("person-3", service_url="https://before", welcomed_at=NOW),
        a_person("person-4", service_url="https://last", welcomed_at=NOW + DAY),
    )
    async with store.units(reading=True) as uow:
        assert await uow.people.somewhere() == ("tenant", "https://last")


async def test_grants_are_told_by_person_role_and_region(store):
    quebec = a_grant("person-1")
    employer = a_grant("person-2", side="employer", granted_by="person-9")
    ontario = a_grant("person-1", region="ontario")
    administrator = a_grant("person-1", role=Role.ADMINISTRATOR, region="", side="")
    await store.add(quebec, employer, ontario, administrator)
    async with store.units() as uow:
        assert await uow.grants.of("person-1") == [administrator, ontario, quebec]
        assert await uow.grants.of("person-3") == []
        assert await uow.grants.holders(Role.COORDINATOR, "quebec") == [quebec, employer]
        assert await uow.grants.holders(Role.COORDINATOR) == [ontario, quebec, employer]
        await uow.grants.remove(quebec)
        await uow.grants.remove(a_grant("person-3"))
        assert await uow.grants.all() == [administrator, ontario, employer]
        await uow.grants.add(a_grant("person-1"))  # given again
        await uow.commit()
    async with store.units(reading=True) as uow:
        assert await uow.grants.of("person-1") == [administrator, ontario, quebec]


async def test_the_roster_knows_who_is_active(store):
    resting = a_facilitator("person-2", standing=Standing.PAUSED, team="west")
    await store.add(
        a_facilitator("person-3"), a_facilitator("person-1", side=Side.EMPLOYER), resting
    )
    async with store.units() as uow:
        assert [f.person_id for f in await uow.facilitators.active()] == ["person-1", "person-3"]
        again = await uow.facilitators.get("person-2")
        assert again == resting
        again.standing = Standing.ACTIVE
        await uow.commit()
    async with store.units(reading=True) as uow:
        assert len(await uow.facilitators.active()) == 3
        assert await uow.facilitators.get("nobody") is None


async def test_a_draft_is_put_again_and_again(store):
    async with store.units() as uow:
        await uow.drafts.put(a_draft())
        await uow.drafts.put(a_draft(flow="join", updated_at=NOW + DAY))
        await uow.commit()
    async with store.units() as uow:
        await uow.drafts.get("person-1", "request")
        await uow.drafts.put(a_draft(step="dates", answers={}))
        await uow.commit()
    async with store.units(reading=True) as uow:
        assert await uow.drafts.of("person-1") == [
            a_draft(flow="join", updated_at=NOW + DAY),
            a_draft(step="dates", answers={}),
        ]


async def test_a_draft_that_is_removed_is_gone(store):
    async with store.units() as uow:
        await uow.drafts.put(a_draft())
        await uow.commit()
    async with store.units() as uow:
        await uow.drafts.get("person-1", "request")
        await uow.drafts.remove("person-1", "request")
        await uow.drafts.remove("person-1", "join")
        assert await uow.drafts.get("person-1", "request") is None
        await uow.drafts.put(a_draft(step="anew"))
        assert (await uow.drafts.get("person-1", "request")).step == "anew"
        await uow.drafts.remove("person-1", "request")
        await uow.commit()
    async with store.units(reading=True) as uow:
        assert await uow.drafts.of("person-1") == []


async def test_a_person_is_known_as_one_whose_word_is_waited_for(store):
    asked = EndorsementStatus.ASKED
    await store.add(
        a_person("person-1"),
        a_person("person-2"),
        a_person("person-3"),
        an_application(status=ApplicationStatus.SUBMITTED),
        an_application("application-2", status=ApplicationStatus.WITHDRAWN),
        an_endorsement(person_id="person-1", status=asked),
        an_endorsement(application_id="application-2", person_id="person-2", status=asked),
        an_endorsement(
            EndorserKind.REFERENCE,
            person_id="person-3",
            status=EndorsementStatus.SUPPORTED,
        ),
    )
    async with store.units(reading=True) as uow:
        found = [(await uow.people.known(f"person-{n}")).asked for n in (1, 2, 3)]
    assert found == [True, False, False]


async def test_a_person_is_known_with_roles_and_standing(store):
    await store.add(
        a_person("person-1"),
        a_person("person-2"),
        a_grant(person_id="person-2", role=Role.COORDINATOR, region="atlantic"),
        a_grant(person_id="person-2", role=Role.COORDINATOR, region="quebec"),
        a_grant(person_id="person-2", role=Role.ADMINISTRATOR, region=""),
        a_facilitator("person-2", standing=Standing.PAUSED),
    )
    both = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
    async with store.units(reading=True) as uow:
        assert await uow.people.known("nobody") is None
        assert await uow.people.known("person-1") == Known(a_person("person-1"), frozenset(), None)
        known = await uow.people.known("person-2")
        assert known == Known(a_person("person-2"), both, Standing.PAUSED)
        assert await uow.people.get("person-2") is known.person
    async with store.units() as uow:
        person = await uow.people.get("person-1")
        person.name = "Manager, Halifax"
        assert (await uow.people.known("person-1")).person.name == "Manager, Halifax"

"""What every unit of work promises, whatever keeps the rows."""

import asyncio
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from bot.domain.errors import Conflict
from bot.domain.requests import RequestStatus, move
from tests.integration.storage.candidates import (
    a_cohort,
    a_round,
    a_self_identification,
    a_training_seat,
    an_absence,
    an_application,
    an_endorsement,
    an_interview,
)
from tests.integration.storage.samples import (
    NOW,
    a_draft,
    a_person,
    a_request,
    a_row,
    a_seat,
    a_session,
    an_assignment,
)


async def test_nothing_is_kept_without_a_commit(store):
    async with store.units() as uow:
        await uow.people.add(a_person())
    async with store.units(reading=True) as uow:
        assert await uow.people.get("person-1") is None


async def test_an_error_rolls_back(store):
    await store.add(a_person(name="before"))

    async def fail():
        async with store.units() as uow:
            (await uow.people.get("person-1")).name = "after"
            await uow.people.many(["person-1"])  # written by now, not committed
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with store.units(reading=True) as uow:
        assert await uow.people.get("person-1") == a_person(name="before")


async def test_a_change_to_what_was_given_is_written_at_commit(store):
    await store.add(a_person())
    async with store.units() as uow:
        person = await uow.people.get("person-1")
        person.name, person.muted, person.welcomed_at = "Manager, Halifax", ("mail",), NOW
        await uow.commit()
    async with store.units(reading=True) as uow:
        kept = await uow.people.get("person-1")
    assert kept == a_person(name="Manager, Halifax", muted=("mail",), welcomed_at=NOW)


async def test_a_change_inside_a_mapping_is_written_too(store):
    async with store.units() as uow:
        await uow.drafts.put(a_draft())
        await uow.commit()
    async with store.units() as uow:
        draft = await uow.drafts.get("person-1", "request")
        draft.answers["dates"] = ["2027-02-01"]
        await uow.commit()
    async with store.units(reading=True) as uow:
        kept = await uow.drafts.get("person-1", "request")
    assert kept.answers == {"team": "L’équipe 1", "dates": ["2027-02-01"]}


async def test_a_change_to_what_was_added_is_written_too(store):
    async with store.units() as uow:
        person = a_person()
        await uow.people.add(person)
        assert await uow.people.many(["person-1"]) == {"person-1": person}
        person.name = "Déléguée syndicale, Québec"
        await uow.commit()
    async with store.units(reading=True) as uow:
        assert await uow.people.get("person-1") == person


async def test_queries_see_what_the_unit_has_changed(store):
    await store.add(a_request())
    async with store.units() as uow:
        request = await uow.requests.get("request-1")
        move(request, RequestStatus.SUBMITTED)
        move(request, RequestStatus.AGREED)
        request.agreed_at = NOW
        assert await uow.requests.open_in({"quebec"}) == [request]


async def test_one_row_is_one_object_within_a_unit(store):
    await store.add(a_request())
    async with store.units() as uow:
        one = await uow.requests.get("request-1")
        assert await uow.requests.locked("request-1") is one
        assert await uow.requests.by_number(2027, 1) is one
        assert (await uow.requests.of_person("manager"))[0] is one


async def test_what_was_given_before_the_commit_stays_as_it_was(store):
    async with store.units() as uow:
        person = a_person(name="before")
        await uow.people.add(person)
        await uow.commit()
    person.name = "after"
    async with store.units(reading=True) as uow:
        assert (await uow.people.get("person-1")).name == "before"


async def test_a_reading_unit_writes_nothing(store):
    await store.add(a_person(name="before"))
    async with store.units(reading=True) as uow:
        (await uow.people.get("person-1")).name = "after"
        with pytest.raises(RuntimeError):
            await uow.people.add(a_person("person-2"))
        with pytest.raises(RuntimeError):
            await uow.outbox.add(a_row())
        await uow.commit()
    async with store.units(reading=True) as uow:
        assert (await uow.people.get("person-1")).name == "before"
        assert await uow.people.get("person-2") is None


async def test_a_reader_waits_for_no_writer(store):
    await store.add(a_person(name="before"))
    async with store.units() as writer:
        (await writer.people.get("person-1")).name = "after"
        await writer.people.many(["person-1"])
        async with asyncio.timeout(5), store.units(reading=True) as reader:
            assert (await reader.people.get("person-1")).name == "before"
        await writer.commit()


async def test_a_finished_unit_is_of_no_more_use(store):
    async with store.units() as uow:
        await uow.people.add(a_person())
        await uow.commit()
        with pytest.raises(RuntimeError):
            await uow.people.get("person-2")
        with pytest.raises(RuntimeError):
            await uow.commit()


async def test_instants_come_back_aware_in_utc(store):
    eastern = timezone(timedelta(hours=-5))
    await store.add(a_person(welcomed_at=datetime(2027, 1, 4, 9, 30, 0, 123456, tzinfo=eastern)))
    async with store.units(reading=True) as uow:
        welcomed_at = (await uow.people.get("person-1")).welcomed_at
    assert welcomed_at == datetime(2027, 1, 4, 14, 30, 0, 123456, tzinfo=UTC)


REFUSED = {
    "the same person twice": [a_person(), a_person()],
    "one number for two requests": [a_request("request-1"), a_request("request-2", number=1)],
    "a request with oneself": [a_request(counterpart_id="manager")],
    "a request for nobody": [a_request(participants=0)],
    "one code for two sessions": [
        a_session("session-1", code="A"),
        a_session("session-2", code="A"),
    ],
    "one booking for two sessions": [
        a_session("session-1", transaction_id="A"),
        a_session("session-2", transaction_id="A"),
    ],
    "two sessions of one request": [
        a_request(),
        a_session("session-1", request_id="request-1"),
        a_session("session-2", request_id="request-1"),
    ],
    "a session of no request": [a_session(request_id="request-9")],
    "a session that ends before it starts": [a_session(ends_at=NOW)],
    "a session without seats": [a_session(capacity=0)],
    "two seats of one person": [a_session(), a_seat(ticket=1), a_seat(ticket=2)],
    "two seats with one ticket": [a_session(), a_seat("person-1"), a_seat("person-2")],
    "a seat in no session": [a_seat()],
    "an offer to lead no session": [an_assignment()],
    "two who lead for one side": [
        a_session(),
        an_assignment("assignment-1"),
        an_assignment("assignment-2", person_id="person-2"),
    ],
    "one number for two applications": [
        an_application("application-1"),
        an_application("application-2", number=1),
    ],
    "two open applications of one person": [
        an_application("application-1", applicant_id="person-1"),
        an_application("application-2", applicant_id="person-1"),
    ],
    "an application with one's own support": [an_application(manager_id="applicant-1")],
    "an application with one's own reference": [an_application(reference_id="applicant-1")],
    "a word on no application": [an_endorsement()],
    "two words of one kind": [an_application(), an_endorsement(), an_endorsement()],
    "a self-identification of no application": [a_self_identification()],
    "two self-identifications of one application": [
        an_application(),
        a_self_identification(),
        a_self_identification(),
    ],
    "an interview of no application": [an_interview()],
    "an interview without time": [an_application(), an_interview(minutes=0)],
    "one booking for two interviews": [
        an_application("application-1"),
        an_application("application-2"),
        an_interview("interview-1", transaction_id="A"),
        an_interview("interview-2", transaction_id="A", application_id="application-2"),
    ],
    "two interviews before one candidate": [
        an_application(),
        an_interview("interview-1"),
        an_interview("interview-2"),
    ],
    "one code for two cohorts": [a_cohort("cohort-1", code="A"), a_cohort("cohort-2", code="A")],
    "one booking for two cohorts": [
        a_cohort("cohort-1", transaction_id="A"),
        a_cohort("cohort-2", transaction_id="A"),
    ],
    "a cohort without seats": [a_cohort(capacity=0)],
    "a cohort without time": [a_cohort(minutes=0)],
    "a training seat in no cohort": [an_application(), a_training_seat()],
    "a training seat of no application": [a_cohort(), a_training_seat()],
    "two training seats of one person": [
        an_application(),
        a_cohort(),
        a_training_seat(),
        a_training_seat(),
    ],
    "an absence that ends before it starts": [an_absence(to_on=date(2027, 1, 3))],
    "a round of no session": [a_round()],
    "two rounds of one session": [a_session(), a_round(), a_round()],
}


@pytest.mark.parametrize("things", REFUSED.values(), ids=REFUSED.keys())
async def test_what_cannot_stand_is_a_conflict(store, things):
    with pytest.raises(Conflict):
        await store.add(*things)
    await store.add(a_person("somebody"))  # and the next one is not disturbed
    async with store.units(reading=True) as uow:
        assert await uow.people.many(["person-1", "somebody"]) == {"somebody": a_person("somebody")}

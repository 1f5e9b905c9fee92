"""Crowds: the last seat, the next number, the due rows, one row that two change."""

import asyncio
import sys
from collections import Counter

import pytest

from bot.domain import waitlist
from bot.domain.errors import Conflict
from bot.domain.messages import Via
from bot.domain.seats import SeatStatus
from storage.outbox_queue import SqlOutboxQueue
from tests.integration.storage.candidates import an_application
from tests.integration.storage.samples import (
    HOUR,
    NOW,
    a_person,
    a_request,
    a_row,
    a_seat,
    a_session,
)

CROWD = 40


async def keep(uow, *, people=(), requests=(), sessions=(), rows=()):
    async with uow() as unit:
        for person in people:
            await unit.people.add(person)
        for request in requests:
            await unit.requests.add(request)
        for session in sessions:
            await unit.sessions.add(session)
        for row in rows:
            await unit.outbox.add(row)
        await unit.commit()


async def join(uow, person_id):
    async with uow() as unit:
        session = await unit.sessions.locked("session-1")
        seats = await unit.seats.of_session("session-1")
        seat = await unit.seats.get("session-1", person_id)
        ticket = max((seat.ticket for seat in seats), default=0) + 1
        fresh = a_seat(person_id, ticket)
        taken = waitlist.join(seats, seat, fresh, session.capacity)
        if taken is fresh:
            await unit.seats.add(fresh)
        await unit.commit()
        return taken


async def test_a_crowd_for_three_seats(uow):
    await keep(uow, sessions=[a_session(capacity=3)])
    joined = await asyncio.gather(*(join(uow, f"person-{n}") for n in range(CROWD)))
    async with uow(reading=True) as unit:
        seats = await unit.seats.of_session("session-1")
    assert [seat.ticket for seat in seats] == list(range(1, CROWD + 1))
    assert [seat.status for seat in seats] == (
        [SeatStatus.CONFIRMED] * 3 + [SeatStatus.WAITLISTED] * (CROWD - 3)
    )
    assert {seat.person_id: seat for seat in seats} == {seat.person_id: seat for seat in joined}
    assert [seat.person_id for seat in waitlist.waiting(seats)] == [
        seat.person_id for seat in seats[3:]
    ]


async def test_one_person_who_clicks_many_times_has_one_seat(uow):
    await keep(uow, sessions=[a_session(capacity=3)])
    joined = await asyncio.gather(*(join(uow, "person-1") for _ in range(CROWD)))
    assert joined == [a_seat("person-1", 1)] * CROWD


async def test_no_two_requests_get_the_same_number(uow):
    async def take(n):
        async with uow() as unit:
            number = await unit.requests.next_number(2027)
            await unit.requests.add(a_request(f"request-{n}", number=number))
            await unit.commit()
            return number

    numbers = await asyncio.gather(*(take(n) for n in range(CROWD)))
    assert sorted(numbers) == list(range(1, CROWD + 1))


async def test_no_two_applications_get_the_same_number(uow):
    async def take(n):
        async with uow() as unit:
            number = await unit.applications.next_number(2027)
            await unit.applications.add(an_application(f"application-{n}", number=number))
            await unit.commit()
            return number

    numbers = await asyncio.gather(*(take(n) for n in range(CROWD)))
    assert sorted(numbers) == list(range(1, CROWD + 1))


async def test_one_person_who_applies_many_times_has_one_open_application(uow):
    async def apply(n):
        try:
            async with uow() as unit:
                number = await unit.applications.next_number(2027)
                await unit.applications.add(
                    an_application(f"application-{n}", number=number, applicant_id="person-1")
                )
                await unit.commit()
        except Conflict:
            return "conflict"
        return "applied"

    outcomes = Counter(await asyncio.gather(*(apply(n) for n in range(CROWD))))
    assert outcomes == {"applied": 1, "conflict": CROWD - 1}
    async with uow(reading=True) as unit:
        assert len(await unit.applications.of_person("person-1")) == 1


async def test_eight_workers_claim_every_row_once(uow, engine):
    rows = [a_row(f"row-{n:03}") for n in range(500)]
    await keep(uow, rows=rows)
    queue = SqlOutboxQueue(engine)
    claimed = Counter()

    async def work(token):
        while taken := await queue.claim(NOW, 10, NOW + HOUR, token, set(Via)):
            claimed.update(row.row_id for row in taken)
            assert {row.lease_token for row in taken} == {token}
            for row in taken:
                assert await queue.sending(row.row_id, token)
                await queue.sent(row.row_id, token, NOW, None)

    await asyncio.gather(*(work(f"worker-{n}") for n in range(8)))
    assert claimed == dict.fromkeys((row.row_id for row in rows), 1)
    assert (await queue.counts())["sent"] == 500


async def test_the_same_thing_owed_by_many_at_once_is_owed_once(uow):
    async def owe(n):
        async with uow() as unit:
            fresh = await unit.outbox.add(a_row(f"row-{n}", dedupe_key="same"))
            await unit.commit()
            return fresh

    assert sum(await asyncio.gather(*(owe(n) for n in range(CROWD)))) == 1


async def test_a_person_met_twice_at_once_is_added_once(uow):
    async def meet():
        try:
            await keep(uow, people=[a_person()])
        except Conflict:
            return "conflict"
        return "added"

    outcomes = Counter(await asyncio.gather(*(meet() for _ in range(5))))
    assert outcomes == {"added": 1, "conflict": 4}


@pytest.mark.postgres
async def test_a_change_underneath_an_unlocked_row_is_a_conflict(postgres_uow):
    """On SQLite this cannot happen: a writing unit is alone from its first read."""
    uow = postgres_uow
    await keep(uow, people=[a_person()], requests=[a_request()])
    async with uow() as slow:
        request = await slow.requests.get("request-1")
        person = await slow.people.get("person-1")
        async with uow() as quick:
            (await quick.requests.get("request-1")).version = 2
            (await quick.people.get("person-1")).locale = "fr-CA"
            await quick.commit()
        person.zone = "America/Halifax"
        await slow.people.many(["person-1"])  # another column: both changes stand
        request.reason = "too late"
        with pytest.raises(Conflict):
            await slow.commit()
    async with uow(reading=True) as unit:
        assert (await unit.people.get("person-1")) == a_person(locale="fr-CA")


@pytest.mark.postgres
async def test_a_lock_brings_the_row_up_to_date(postgres_uow):
    uow = postgres_uow
    await keep(uow, requests=[a_request()])
    async with uow() as slow:
        request = await slow.requests.get("request-1")
        async with uow() as quick:
            (await quick.requests.get("request-1")).reason = "quicker"
            await quick.commit()
        assert await slow.requests.locked("request-1") is request
        assert request.reason == "quicker"


@pytest.mark.postgres
async def test_a_deadlock_is_a_conflict_for_one_of_the_two(postgres_uow):
    uow = postgres_uow
    await keep(uow, sessions=[a_session("session-1"), a_session("session-2")])
    both = asyncio.Barrier(2)

    async def cross(first, second):
        async with uow() as unit:
            await unit.sessions.locked(first)
            await both.wait()
            try:
                await unit.sessions.locked(second)
            except Conflict:
                return "conflict"
            await unit.commit()
            return "done"

    outcomes = await asyncio.gather(
        cross("session-1", "session-2"), cross("session-2", "session-1")
    )
    assert sorted(outcomes) == ["conflict", "done"]


DIES = """
import asyncio, sys
from storage.engine import make_engine
from storage.unit_of_work import SqlUnitsOfWork
from bot.domain.people import Person

async def main():
    uow = SqlUnitsOfWork(make_engine(sys.argv[1]))
    async with uow() as unit:
        await unit.people.add(Person("committed"))
        await unit.commit()
    async with uow() as unit:
        await unit.people.add(Person("half-way"))
        await unit.people.many(["half-way"])
        print("half-way", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_what_was_committed_survives_a_process_that_is_killed(uow, ready_url, project_root):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", DIES, ready_url, stdout=asyncio.subprocess.PIPE, cwd=project_root
    )
    assert await process.stdout.readline() == b"half-way\n"
    process.kill()
    await process.wait()
    async with uow() as unit:
        assert list(await unit.people.many(["committed", "half-way"])) == ["committed"]
        await unit.people.add(a_person("half-way"))  # nothing of the dead one is in the way
        await unit.commit()

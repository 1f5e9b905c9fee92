"""Interviews, whatever keeps them."""

import pytest

from bot.domain.errors import Conflict
from bot.domain.interviews import AHEAD, InterviewStatus, move
from tests.integration.storage.candidates import an_application, an_interview
from tests.integration.storage.samples import DAY, HOUR, NOW

BOOKING, BOOKED = InterviewStatus.BOOKING, InterviewStatus.BOOKED


async def test_every_field_comes_back(store):
    interview = an_interview(
        status=BOOKED,
        starts_at=NOW + 2 * DAY,
        booking_asked=True,
        event_id="event",
        join_url="https://teams.example/join",
        fault="throttled",
        reason="ill",
        ending="cannot",
        version=4,
    )
    await store.add(an_application(), interview)
    async with store.units(reading=True) as uow:
        kept = await uow.interviews.get("interview-1")
        assert kept == interview
        assert kept.ends_at == NOW + 2 * DAY + HOUR
        assert await uow.interviews.locked("interview-1") == interview
        assert await uow.interviews.get("interview-2") is None
        assert await uow.interviews.locked("interview-2") is None


async def test_an_applications_interviews_are_newest_first(store):
    over = InterviewStatus.CANCELLED
    await store.add(
        an_application("application-1"),
        an_application("application-2"),
        an_interview("interview-1", status=over),
        an_interview("interview-2", created_at=NOW + HOUR),
        an_interview("interview-3", status=over),
        an_interview("interview-4", application_id="application-2"),
    )
    async with store.units(reading=True) as uow:
        found = await uow.interviews.of_application("application-1")
        assert [i.interview_id for i in found] == ["interview-2", "interview-1", "interview-3"]
        assert await uow.interviews.of_application("application-3") == []


@pytest.mark.parametrize("status", sorted(AHEAD))
async def test_nobody_has_two_interviews_before_them(store, status):
    await store.add(an_application(), an_interview(status=status))
    with pytest.raises(Conflict):
        await store.add(an_interview("interview-2"))


async def test_one_cancelled_makes_room_for_another_in_the_same_unit(store):
    await store.add(an_application(), an_interview())
    async with store.units() as uow:
        move(await uow.interviews.get("interview-1"), InterviewStatus.CANCELLED)
        await uow.interviews.add(an_interview("interview-2"))
        await uow.commit()
    async with store.units(reading=True) as uow:
        assert len(await uow.interviews.of_application("application-1")) == 2


async def test_a_coordinators_picked_interviews_between_two_instants(store):
    cases = [
        {"status": BOOKED, "starts_at": NOW + DAY},
        {"status": BOOKING, "starts_at": NOW + DAY - HOUR},
        {"status": BOOKED, "starts_at": NOW + DAY, "coordinator_id": "somebody-else"},
        {"status": InterviewStatus.CANCELLED, "starts_at": NOW + DAY},
        {"status": InterviewStatus.OFFERED},
        {"status": BOOKED, "starts_at": NOW + DAY - 2 * HOUR},  # the edges are not between
        {"status": BOOKED, "starts_at": NOW + DAY + HOUR},
    ]
    numbered = list(enumerate(cases, start=1))
    await store.add(*(an_application(f"application-{n}") for n, _ in numbered))
    await store.add(
        *(
            an_interview(f"interview-{n}", application_id=f"application-{n}", **case)
            for n, case in numbered
        )
    )
    who = an_interview().coordinator_id
    async with store.units(reading=True) as uow:
        found = await uow.interviews.of_coordinator(who, NOW + DAY - 2 * HOUR, NOW + DAY + HOUR)
        assert [i.interview_id for i in found] == ["interview-2", "interview-1"]


async def test_lapsed_are_those_unanswered_in_time_and_those_over(store):
    cases = [
        {"answer_by": NOW},
        {"answer_by": NOW + HOUR},
        {"status": BOOKED, "starts_at": NOW - HOUR, "answer_by": NOW - DAY},  # over just now
        {"status": BOOKED, "starts_at": NOW - HOUR, "minutes": 61},
        {"status": BOOKED, "starts_at": NOW - DAY, "minutes": 30},
        {"status": BOOKING, "starts_at": NOW - 2 * DAY},
        {"status": InterviewStatus.HELD, "starts_at": NOW - DAY},
        {"status": InterviewStatus.CANCELLED, "answer_by": NOW - DAY},
        {"answer_by": NOW - HOUR},
    ]
    numbered = list(enumerate(cases, start=1))
    await store.add(*(an_application(f"application-{n}") for n, _ in numbered))
    await store.add(
        *(
            an_interview(f"interview-{n}", application_id=f"application-{n}", **case)
            for n, case in numbered
        )
    )
    lapsed = [f"interview-{n}" for n in (6, 5, 9, 1, 3)]
    async with store.units(reading=True) as uow:
        assert await uow.interviews.lapsed(NOW, 9) == lapsed
        assert await uow.interviews.lapsed(NOW, 2) == lapsed[:2]
        assert await uow.interviews.lapsed(NOW - 3 * DAY, 9) == []

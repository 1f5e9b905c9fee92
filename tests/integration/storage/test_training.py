"""Cohorts and their seats, whatever keeps them."""

from bot.domain.cohorts import CohortStatus, TrainingStatus
from tests.integration.storage.candidates import a_cohort, a_training_seat, an_application
from tests.integration.storage.samples import DAY, HOUR, NOW

OPEN, OFFERED = CohortStatus.OPEN, TrainingStatus.OFFERED


async def test_every_field_of_a_cohort_comes_back(store):
    cohort = a_cohort(
        regions=("quebec", "atlantic"),
        topics=("harassment",),
        balance_sides=False,
        balance_regions=False,
        status=CohortStatus.RUNNING,
        booking_asked=True,
        event_id="series",
        join_url="https://teams.example/join",
        fault="throttled",
        cancel_reason="snow",
        marked=(1, 3),
        version=5,
    )
    await store.add(cohort)
    async with store.units(reading=True) as uow:
        kept = await uow.cohorts.get("cohort-1")
        assert kept == cohort
        assert (kept.starts_at, kept.ends_at) == (cohort.starts_at, cohort.ends_at)
        assert await uow.cohorts.locked("cohort-1") == cohort
        assert await uow.cohorts.by_code("C7M-cohort-1") == cohort
        assert await uow.cohorts.many(["cohort-1", "cohort-2"]) == {"cohort-1": cohort}
        assert await uow.cohorts.many([]) == {}
        for none in (
            await uow.cohorts.get("cohort-2"),
            await uow.cohorts.locked("cohort-2"),
            await uow.cohorts.by_code("C7M-cohort-2"),
        ):
            assert none is None


async def test_cohorts_ahead_are_soonest_first(store):
    planned, running = CohortStatus.PLANNED, CohortStatus.RUNNING
    await store.add(
        a_cohort("cohort-1", starts_at=NOW + 9 * DAY, status=planned),
        a_cohort("cohort-2", starts_at=NOW + DAY, status=OPEN),
        a_cohort("cohort-3", starts_at=NOW - DAY, status=running),
        a_cohort("cohort-4", starts_at=NOW - 9 * DAY, status=CohortStatus.COMPLETED),
        a_cohort("cohort-5", starts_at=NOW, status=CohortStatus.CANCELLED),
    )
    async with store.units(reading=True) as uow:
        found = await uow.cohorts.ahead()
        assert [c.cohort_id for c in found] == ["cohort-3", "cohort-2", "cohort-1"]


async def test_every_field_of_a_seat_comes_back(store):
    seat = a_training_seat(status=OFFERED, answer_by=NOW + DAY, attended=(1, 2, 5))
    await store.add(an_application(), a_cohort(), seat)
    async with store.units() as uow:
        kept = await uow.training.get("cohort-1", "applicant-1")
        assert kept == seat
        assert await uow.training.get("cohort-1", "nobody") is None
        kept.attended = (*kept.attended, 4)
        await uow.commit()
    async with store.units(reading=True) as uow:
        assert (await uow.training.get("cohort-1", "applicant-1")).attended == (1, 2, 5, 4)


async def test_seats_of_a_cohort_and_of_a_person(store):
    await store.add(
        an_application(),
        a_cohort("cohort-1"),
        a_cohort("cohort-2"),
        a_training_seat("person-3"),
        a_training_seat("person-2"),
        a_training_seat("person-1", asked_at=NOW + HOUR),
        a_training_seat("person-1", cohort_id="cohort-2", asked_at=NOW + DAY),
    )
    async with store.units(reading=True) as uow:
        found = await uow.training.of_cohort("cohort-1")
        assert [seat.person_id for seat in found] == ["person-2", "person-3", "person-1"]
        theirs = await uow.training.of_person("person-1")
        assert [seat.cohort_id for seat in theirs] == ["cohort-2", "cohort-1"]
        assert await uow.training.of_cohort("cohort-3") == []
        assert await uow.training.of_person("nobody") == []

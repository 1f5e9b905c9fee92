"""Every query that runs often is answered from an index, on both databases."""

import re
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text

from bot.domain.applications import SELECTING
from bot.domain.messages import Via
from bot.services.keeping import SessionFilter, UnitOfWork
from storage.outbox_queue import SqlOutboxQueue
from tests.integration.storage.samples import HOUR, NOW, a_facilitator, a_person, a_row

Ask = Callable[[UnitOfWork], Awaitable[object]]
UNIT: dict[str, Ask] = {
    "uq_requests_year_number": lambda u: u.requests.by_number(2027, 1),
    "ix_requests_requester_id_created_at": lambda u: u.requests.of_person("person-1"),
    "ix_requests_counterpart_id_created_at": lambda u: u.requests.of_person("person-1"),
    "ix_requests_awaiting": lambda u: u.requests.open_in({"quebec"}),
    "ix_requests_expiring": lambda u: u.requests.expired(NOW, 10),
    "uq_sessions_code": lambda u: u.sessions.by_code("K7M-2QF"),
    "ix_sessions_upcoming": lambda u: u.sessions.upcoming(
        "me", NOW, SessionFilter(), limit=9, offset=0
    ),
    "ix_sessions_over": lambda u: u.sessions.over(NOW, 10),
    "uq_seats_session_id_ticket": lambda u: u.seats.of_session("session-1"),
    "ix_seats_taken": lambda u: u.seats.taken_of({"session-1", "session-2"}),
    "ix_seats_waiting": lambda u: u.seats.waiting({"session-1", "session-2"}),
    "ix_seats_standing": lambda u: u.seats.of_person("person-1"),
    "ix_seats_offered": lambda u: u.seats.lapsed(NOW, 10),
    "ix_assignments_session_id": lambda u: u.assignments.of_session("session-1"),
    "ix_assignments_person_id_offered_at": lambda u: u.assignments.of_person("person-1"),
    "ix_assignments_accepted": lambda u: u.assignments.ever(["person-1"]),
    "ix_assignments_led": lambda u: u.assignments.loads(["person-1"], NOW),
    "ix_assignments_offered": lambda u: u.assignments.lapsed(NOW, 10),
    "ix_outbox_dead": lambda u: u.outbox.dead("session:"),
    "uq_applications_year_number": lambda u: u.applications.by_number(2027, 1),
    "ix_applications_applicant_id_created_at": lambda u: u.applications.of_person("person-1"),
    "ix_applications_status_region": lambda u: u.applications.in_regions({"quebec"}, SELECTING),
    "pk_endorsements": lambda u: u.endorsements.of_application("application-1"),
    "ix_endorsements_person_id_asked_at": lambda u: u.endorsements.of_person("person-1"),
    "ix_endorsements_silent": lambda u: u.endorsements.silent(NOW, 10),
    "ix_self_identification_readings_application_id_at": lambda u: u.self_identifications.readings(
        "application-1"
    ),
    "ix_interviews_application_id_created_at": lambda u: u.interviews.of_application(
        "application-1"
    ),
    "ix_interviews_offered": lambda u: u.interviews.lapsed(NOW, 10),
    "ix_interviews_picked": lambda u: u.interviews.lapsed(NOW, 10),
    "uq_cohorts_code": lambda u: u.cohorts.by_code("C7M-2QF"),
    "ix_cohorts_status": lambda u: u.cohorts.ahead(),
    "pk_training_seats": lambda u: u.training.of_cohort("cohort-1"),
    "ix_training_seats_person_id_asked_at": lambda u: u.training.of_person("person-1"),
    "ix_absences_person_id_to_on": lambda u: u.absences.of_person("person-1", NOW.date()),
    "ix_sessions_ahead": lambda u: u.sessions.unfilled(NOW, NOW + HOUR, 10),
    "ix_written_events_ends_at": lambda u: u.outlook.ahead(NOW),
    "pk_written_events": lambda u: u.outlook.known(["event-1"]),
    "uq_questions_key": lambda u: u.outlook.asked("key"),
    "ix_questions_open": lambda u: u.outlook.open_questions("session:1"),
    "ix_history_subject_at_seq": lambda u: u.history.of("request:1"),
}
QUEUE = {
    "ix_outbox_need": lambda q: q.claim(NOW, 10, NOW + HOUR, "t", set(Via)),
    "ix_outbox_due": lambda q: q.oldest_due(NOW),
    "ix_outbox_finished": lambda q: q.forget(NOW - HOUR),
    "ix_outbox_leases": lambda q: q.stale(["t"]),
    "uq_outbox_row_id": lambda q: q.sending("row-1", "t"),
}


async def plan(engine, ask, *, off: str) -> str:
    """How the database answers the last statement that was asked of it."""
    asked = []
    engine.home.on_statement = lambda statement, values: asked.append((statement, values))
    await ask()
    statement, values = next(s for s in reversed(asked) if not s[0].startswith(("BEGIN", "COMMIT")))
    postgresql = engine.dialect.name == "postgresql"
    async with engine.connect() as connection:
        for way in off.split() if postgresql else ():  # empty tables tempt the planner
            await connection.execute(text(f"SET enable_{way} = off"))
        explain = "EXPLAIN " if postgresql else "EXPLAIN QUERY PLAN "
        rows = (await connection.exec_driver_sql(explain + statement, tuple(values))).all()
    return "\n".join(str(row) for row in rows)


def name_of(engine, index: str) -> str:
    """SQLite numbers the indexes of its keys and UNIQUE constraints."""
    kind, _, rest = index.partition("_")
    if engine.dialect.name == "postgresql" or kind == "ix":
        return index
    return (
        f"sqlite_autoindex_{rest}_1" if kind == "pk" else f"sqlite_autoindex_{rest.split('_')[0]}_2"
    )


@pytest.mark.parametrize("index", UNIT)
async def test_a_units_query_uses_its_index(engine, uow, index):
    async def ask():
        async with uow() as unit:
            await UNIT[index](unit)

    assert name_of(engine, index) in await plan(engine, ask, off="seqscan")


async def test_where_somebody_was_met_last_is_read_from_its_index(engine, uow):
    async with uow() as unit:
        met = a_person(service_url="https://teams", welcomed_at=NOW)
        await unit.people.add(met)
        await unit.commit()

    async def ask():
        async with uow() as unit:
            await unit.people.somewhere()

    assert "ix_people_met" in await plan(engine, ask, off="seqscan")


async def test_a_region_of_the_roster_uses_its_index(engine, uow):
    """As in a roster of many regions: of an empty one PostgreSQL may read any index."""
    async with uow() as unit:
        for number in range(300):
            region = f"region-{number % 30}"
            await unit.facilitators.add(a_facilitator(f"person-{number}", region=region))
        await unit.commit()
    async with engine.begin() as connection:
        await connection.execute(text("ANALYZE facilitators"))

    async def ask():
        async with uow() as unit:
            await unit.facilitators.of_regions({"region-3"})

    assert "ix_facilitators_region" in await plan(engine, ask, off="seqscan")


@pytest.fixture
async def waiting(engine, uow) -> None:
    """Rows that wait for later: in an empty queue any way costs the planner the same."""
    async with uow() as unit:
        for number in range(300):
            due_at = NOW + (number - 9) * HOUR
            await unit.outbox.add(
                a_row(f"row-{number}", subject=f"session:{number}", due_at=due_at)
            )
        await unit.commit()
    async with engine.begin() as connection:
        await connection.execute(text("ANALYZE outbox"))


async def test_what_a_subject_owes_is_found_by_its_index(engine, uow, waiting):
    async def ask():
        async with uow() as unit:
            await unit.outbox.drop("session:1", kinds="reminder.")

    assert "ix_outbox_subject" in await plan(engine, ask, off="seqscan")


@pytest.mark.parametrize("index", QUEUE)
async def test_the_queues_query_uses_its_index(engine, waiting, index):
    async def ask():
        await QUEUE[index](SqlOutboxQueue(engine))

    answer = await plan(engine, ask, off="seqscan bitmapscan")
    assert name_of(engine, index) in answer
    assert not re.search("Sort Key: .*(due_at|lease_until)", answer)
    assert "TEMP B-TREE" not in answer

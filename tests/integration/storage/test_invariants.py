"""What always holds: each invariant finds what is planted against it, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert

from bot.clock import ManualClock
from bot.domain.applications import ApplicationStatus
from bot.domain.cohorts import CohortStatus, TrainingStatus
from bot.domain.interviews import InterviewStatus
from bot.domain.messages import RowState
from bot.domain.people import Side
from bot.domain.requests import RequestStatus
from bot.domain.seats import SeatStatus
from bot.domain.sessions import AssignmentStatus, SessionStatus
from bot.services.invariants import InvariantsService, Looked
from storage import tables
from storage.engine import Database
from storage.invariants import ALL, SqlInvariants
from storage.unit_of_work import SqlUnitsOfWork
from tests.integration.storage.candidates import (
    a_cohort,
    a_self_identification,
    a_training_seat,
    an_application,
    an_interview,
)
from tests.integration.storage.conftest import Store
from tests.integration.storage.samples import (
    DAY,
    HOUR,
    NOW,
    a_facilitator,
    a_request,
    a_row,
    a_seat,
    a_session,
    an_assignment,
)
from tests.integration.storage.test_indexes import plan

Things = list[Any]
BOOKED = {"status": SessionStatus.BOOKED, "event_id": "event-1", "join_url": "https://join"}
ACCEPTED = AssignmentStatus.ACCEPTED
LEASE = {"lease_token": "token", "lease_until": NOW - HOUR}


def a_reminder(row_id: str = "row-1", **values: Any):
    given = {"kind": "reminder.seat", "subject": "session:session-1", "recipient_id": "person-1"}
    given |= {"due_at": NOW + DAY, "args": {"which": "1d", "version": 1}}
    return a_row(row_id, **(given | values))


def seats(*people: str, **values: Any) -> Things:
    return [a_seat(person, ticket, **values) for ticket, person in enumerate(people, 1)]


def leads(*ids: str, session: str = "session-1", **values: Any) -> Things:
    sides = iter((Side.UNION, Side.EMPLOYER))
    given = {"status": ACCEPTED, "session_id": session}
    return [
        an_assignment(f"{one}-{session}", person_id=one, side=next(sides), **(given | values))
        for one in ids
    ]


# What breaks it, and the ids that are found.
BROKEN: dict[str, tuple[Callable[[], Things], list[str]]] = {
    "session_over_capacity": (
        lambda: [a_session(capacity=2, **BOOKED), *seats("a", "b", "c")],
        ["session-1"],
    ),
    "booked_without_event": (
        lambda: [a_session(**(BOOKED | {"join_url": None}))],
        ["session-1"],
    ),
    "booking_lost": (lambda: [a_session(status=SessionStatus.BOOKING)], ["session-1"]),
    "event_shared": (
        lambda: [
            a_session(**BOOKED),
            an_application(),
            an_interview(status=InterviewStatus.BOOKED, event_id="event-1"),
        ],
        ["event-1"],
    ),
    "orphan_reminder": (
        lambda: [
            a_session(**BOOKED),
            *seats("person-1"),
            *leads("lead-1", "lead-2"),
            a_reminder("moved", args={"which": "1d", "version": 2}),
            a_reminder("nobody", recipient_id="person-2"),
            a_reminder("no lead", kind="reminder.lead"),
            a_reminder("cancelled", subject="session:session-9"),
        ],
        ["cancelled", "moved", "no lead", "nobody"],
    ),
    "orphan_nudge": (
        lambda: [
            a_request(status=RequestStatus.AGREED),
            a_row("r", kind="reminder.agreement", subject="request:request-1", due_at=NOW + DAY),
            a_row("o", kind="reminder.offer", subject="assignment:none", due_at=NOW + DAY),
        ],
        ["o", "r"],
    ),
    "lease_forgotten": (lambda: [a_row(state=RowState.LEASED, **LEASE)], ["row-1"]),
    "sending_stuck": (lambda: [a_row(state=RowState.SENDING, **LEASE)], ["row-1"]),
    "seat_twice": (lambda: [a_session(**BOOKED), *seats("person-1", "PERSON-1")], ["session-1"]),
    "waitlist_while_free": (
        lambda: [a_session(**BOOKED), *seats("a", status=SeatStatus.WAITLISTED)],
        ["session-1"],
    ),
    "pair_of_one_side": (
        lambda: [
            a_session(),
            a_facilitator("lead-1"),
            a_facilitator("lead-2"),
            *leads("lead-1", "lead-2"),
        ],
        ["lead-2-session-1"],
    ),
    "facilitator_double_booked": (
        lambda: [
            a_session(),
            a_session("session-2", starts_at=NOW + 30 * DAY + 2 * HOUR),
            *leads("lead-1"),
            *leads("lead-1", session="session-2"),
        ],
        ["lead-1-session-1"],
    ),
    "lead_with_a_seat": (
        lambda: [a_session(**BOOKED), *leads("person-1"), *seats("person-1")],
        ["person-1-session-1"],
    ),
    "session_not_ended": (lambda: [a_session(starts_at=NOW - DAY)], ["session-1"]),
    "offer_overdue": (
        lambda: [
            a_session(capacity=1, **BOOKED),
            *leads("a", status=AssignmentStatus.OFFERED, answer_by=NOW - DAY),
            *seats("b", status=SeatStatus.OFFERED, offered_until=NOW - DAY),
        ],
        ["a-session-1", "session-1"],
    ),
    "request_without_session": (
        lambda: [a_request(status=RequestStatus.APPROVED)],
        ["request-1"],
    ),
    "session_of_ended_request": (
        lambda: [
            a_request(status=RequestStatus.WITHDRAWN),
            a_session(request_id="request-1", **BOOKED),
        ],
        ["session-1"],
    ),
    "cohort_over_capacity": (
        lambda: [
            an_application(),
            a_cohort(capacity=1, status=CohortStatus.OPEN),
            a_training_seat("a", status=TrainingStatus.CONFIRMED),
            a_training_seat("b", status=TrainingStatus.OFFERED),
        ],
        ["cohort-1"],
    ),
    "sealed_after_the_end": (
        lambda: [an_application(status=ApplicationStatus.DECLINED), a_self_identification()],
        ["application-1"],
    ),
    "dead_unseen": (
        lambda: [a_row(state=RowState.DEAD, done_at=NOW - 2 * DAY)],
        ["row-1"],
    ),
}


async def broken(engine: Database) -> dict[str, list[str]]:
    looked = await SqlInvariants(engine).look(NOW)
    assert [one.invariant for one in looked] == [one.name for one in ALL]
    return {one.invariant: list(one.ids) for one in looked if one.ids}


async def keep(uow: SqlUnitsOfWork, *things: Any) -> None:
    await Store(uow, None).add(*things)


@pytest.mark.parametrize("name", BROKEN)
async def test_what_is_planted_is_found_with_its_ids(
    engine: Database, uow: SqlUnitsOfWork, name: str
) -> None:
    things, ids = BROKEN[name]
    await keep(uow, *things())
    assert await broken(engine) == {name: ids}


async def test_words_that_were_never_said(engine: Database) -> None:
    row = {"conversation_id": "chat", "outcome": "answering", "status": 200, "owner": "gone"}
    async with engine.begin() as connection:
        for activity, at in (("old", NOW - 2 * HOUR), ("new", NOW)):
            values = {**row, "activity_id": activity, "at": at}
            await connection.execute(insert(tables.activities_seen).values(**values))
    assert await broken(engine) == {"reply_owed": ["old"]}


def test_each_has_a_test() -> None:
    assert {one.name for one in ALL} == {*BROKEN, "reply_owed"}


async def test_a_house_in_order_breaks_nothing(engine: Database, uow: SqlUnitsOfWork) -> None:
    """A session of each kind, people who go, wait, lead; reminders and rows that are on time."""
    await keep(
        uow,
        a_request("request-1", status=RequestStatus.SCHEDULED),
        a_request("request-2", status=RequestStatus.APPROVED),
        a_request("request-3", status=RequestStatus.SUBMITTED),
        a_session(request_id="request-1", capacity=1, **BOOKED),
        a_session("session-2", request_id="request-2", status=SessionStatus.BOOKING),
        a_session("session-3", status=SessionStatus.CANCELLED, event_id="event-1"),
        a_session("session-4", status=SessionStatus.HELD, starts_at=NOW - DAY),
        a_facilitator("lead-1"),
        a_facilitator("lead-2", side=Side.EMPLOYER),
        *leads("lead-1", "lead-2"),
        *seats("person-1"),
        a_seat("person-2", 2, status=SeatStatus.WAITLISTED),
        a_reminder(),
        a_reminder("lead", kind="reminder.lead", recipient_id="lead-1"),
        a_row("ask", kind="reminder.agreement", subject="request:request-3", due_at=NOW + DAY,
              recipient_id="representative"),
        a_row("book", kind="meeting.book", subject="session:session-2", state=RowState.LEASED,
              lease_token="token", lease_until=NOW + HOUR),
        a_row("dead", state=RowState.DEAD, done_at=NOW - HOUR),
        an_application(),
        a_self_identification(),
    )  # fmt: skip
    assert await broken(engine) == {}


# What of each is small, or is found by its key: the rest of the query is looked up from there.
UNINDEXED = {"sealed_after_the_end"}


@pytest.mark.parametrize(
    "one", [one for one in ALL if one.name not in UNINDEXED], ids=lambda o: o.name
)
async def test_a_look_reads_no_table_from_end_to_end(engine: Database, one) -> None:
    async def ask() -> None:
        await SqlInvariants(engine, [one]).look(NOW)

    answer = await plan(engine, ask, off="seqscan")
    steps = answer.splitlines()
    whole = [step for step in steps if "SCAN " in step and "USING" not in step]
    whole = [step for step in whole if "(subquery" not in step and "SCAN late" not in step]
    assert [step for step in whole if "SCAN used" not in step] == []
    assert "Seq Scan" not in answer


async def test_the_figures_and_the_count(engine: Database, uow: SqlUnitsOfWork) -> None:
    await keep(uow, a_session(starts_at=NOW - DAY))
    counted: dict[str, int] = {}
    service = InvariantsService(SqlInvariants(engine), ManualClock(NOW), counted.__setitem__)
    assert await service.run() == 1
    assert counted == {one.name: int(one.name == "session_not_ended") for one in ALL}
    (looked,) = [one for one in await service.look() if one.ids]
    assert looked == Looked("session_not_ended", ("session-1",))

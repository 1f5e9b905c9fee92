"""Every way in which Graph fails, on the gateways and the local Graph: one event, told once."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.errors import OutsideFault
from bot.domain.sessions import Session, SessionStatus
from bot.graph.client import Graph, connect
from bot.graph.options import GraphOptions
from bot.services.ports import DirectoryPerson
from sandbox.clock import SandboxClock
from sandbox.graph.app import create_app
from sandbox.graph.calendar import JoinLink
from sandbox.graph.faults import Fault
from sandbox.graph.models import Event, Message
from sandbox.graph.world import WORLD
from sandbox.graph.world import World as LocalWorld
from sandbox.people import SERVICE_MAILBOX, load_people
from tests.contracts.local_graph import served_at
from tests.unit.services.world import (
    EMPLOYER_LEADS,
    NOW,
    UNION_COORDINATOR,
    UNION_LEADS,
    World,
)

DAY = timedelta(days=1)
PEOPLE = {f"{each}@example.org" for each in (UNION_LEADS[0], EMPLOYER_LEADS[0], "employee")}
SLOW, PATIENCE = 0.8, timedelta(seconds=0.4)
KINDS: dict[str, dict[str, Any]] = {
    "throttled": {"status": 429},
    "throttled for a minute": {"status": 429, "retry_after": 60},
    **{f"{status} before": {"status": status} for status in (500, 502, 503, 504)},
    **{f"{status} after": {"status": status, "after": True} for status in (500, 502, 503, 504)},
    "reset before": {"status": 0},
    "reset after": {"status": 0, "after": True},
    "out of time": {"status": 200, "seconds": SLOW, "after": True},
}


class Outlook:
    """The gateways as one object, like the fake; `people` are those whom the world meets."""

    def __init__(self, graph: Graph) -> None:
        self.people: list[DirectoryPerson] = []
        for port in (graph.calendars, graph.meetings, graph.directory, graph.mailbox):
            for name in dir(port):
                if not name.startswith("_"):
                    setattr(self, name, getattr(port, name))


@dataclass
class Town:
    """The small public service in front of the local Graph."""

    world: World
    graph: Graph
    local: LocalWorld

    def fail(self, operation: str, **fault: Any) -> None:
        self.local.faults.waiting.append(Fault(operation=operation, **fault))

    @property
    def events(self) -> list[Event]:
        return list(self.local.store.of(Event, SERVICE_MAILBOX))

    def told(self, kind: str) -> Counter[str]:
        return Counter(m.owner for m in self.local.store.of(Message) if m.kind == kind)

    async def settle(self) -> None:
        """Long enough for every retry to come."""
        for _ in range(4):
            await self.world.settle()
            self.world.clock.advance(timedelta(minutes=2))


@asynccontextmanager
async def living(link: JoinLink, patience: timedelta) -> AsyncGenerator[Town]:
    clock = SandboxClock(real=lambda: NOW)
    app = create_app(load_people(), clock, data_dir=None, join_link=link)
    async with served_at(app) as url:
        options = GraphOptions(url=url, mailbox=SERVICE_MAILBOX, timeout=patience)
        graph = connect(options)
        await graph.warm()
        outlook: Any = Outlook(graph)
        yield Town(World(graph=outlook), graph, app[WORLD])
        await graph.close()


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with living(JoinLink(reads=1, seconds=float("inf")), timedelta(seconds=10)) as made:
        yield made


async def joined(town: Town) -> Session:
    session = await town.world.booked()
    await town.settle()
    town.world.meet("employee")
    await town.world.seats.join("employee", session.session_id, session.code)
    await town.settle()
    return town.world.units.memory.sessions[session.session_id]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_whole_life_with_the_fault_at_each_step(kind: str) -> None:
    timeout = PATIENCE if "time" in kind else timedelta(seconds=10)
    async with living(JoinLink(reads=1, seconds=float("inf")), timeout) as town:
        for operation in ("createEvent", "getEvent", "updateEvent", "cancelEvent"):
            town.fail(operation, **KINDS[kind])
        session = await joined(town)
        assert session.status is SessionStatus.BOOKED
        (event,) = town.events
        assert event.invited == PEOPLE
        town.fail("updateEvent", **KINDS[kind])
        later = session.starts_at + 7 * DAY
        await town.world.steering.reschedule(UNION_COORDINATOR, session.session_id, later)
        await town.settle()
        assert event.starts_at == later
        assert town.told("update") == Counter(PEOPLE)  # once each, whatever was repeated
        await town.world.steering.cancel(UNION_COORDINATOR, session.session_id, "Postponed.")
        await town.settle()
        assert [each.cancelled for each in town.events] == [True]
        assert town.told("invitation") == Counter(PEOPLE)
        assert town.told("cancellation") == Counter(PEOPLE)
        assert town.local.faults.waiting == []
        assert town.world.owed("meeting.") == []
        assert "request.booking_failed" not in town.world.told(UNION_COORDINATOR)


async def test_a_join_link_that_comes_late_is_waited_for() -> None:
    async with living(JoinLink(reads=6, seconds=float("inf")), timedelta(seconds=10)) as town:
        session = await town.world.booked()
        await town.settle()
        assert town.world.session_of(session.request_id or "").status is SessionStatus.BOOKED
        assert len(town.events) == 1


async def test_a_join_link_that_never_comes_is_told_and_asked_for_less_and_less() -> None:
    never = JoinLink(reads=10**9, seconds=float("inf"))
    async with living(never, timedelta(seconds=10)) as town:
        session = await town.world.booked()
        for _ in range(24 * 12):
            await town.world.courier.run_until_idle()
            town.world.clock.advance(timedelta(minutes=5))
        (event,) = town.events
        kept = town.world.session_of(session.request_id or "")
        assert (kept.status, kept.fault) == (SessionStatus.BOOKING, "graph_no_link")
        assert event.reads < 150  # a day's: not one every two seconds
        assert "request.scheduled" not in town.world.told("manager")


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 403},  # the permission is missing
        {"status": 401},
        {"status": 404, "code": "MailboxNotEnabledForRESTAPI"},  # the mailbox has no licence
    ],
)
async def test_what_somebody_has_to_mend_is_told_and_done_once_it_is_mended(
    town: Town, fault: dict[str, Any]
) -> None:
    town.fail("createEvent", times=1000, **fault)
    request_id = await town.world.approved()
    for person_id in (UNION_LEADS[0], EMPLOYER_LEADS[0]):
        (offer,) = await town.world.assignments.mine(person_id)
        await town.world.assignments.accept(person_id, offer.assignment.assignment_id)
    await town.settle()
    session = town.world.session_of(request_id)
    assert (session.status, session.fault) == (SessionStatus.BOOKING, "graph_denied")
    assert "request.booking_failed" in town.world.told(UNION_COORDINATOR)
    assert town.events == []
    town.local.faults.waiting.clear()
    await town.world.steering.retry_booking(UNION_COORDINATOR, session.session_id)
    await town.settle()
    assert town.world.session_of(request_id).status is SessionStatus.BOOKED
    assert len(town.events) == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_a_mail_is_sent_once_or_it_is_said_that_nobody_knows(kind: str) -> None:
    timeout = PATIENCE if "time" in kind else timedelta(seconds=10)
    async with living(JoinLink(reads=1, seconds=1.0), timeout) as town:
        town.fail("sendMail", **KINDS[kind])

        async def send() -> OutsideFault | None:
            try:
                await town.graph.mail.send(to="a@example.org", subject="s", html="h")
            except OutsideFault as fault:
                return fault
            return None

        fault = await send()
        assert fault is not None
        arrived = town.told("mail")["a@example.org"]
        if kind == "503 after":  # a 503 is taken at its word: docs/operations.md
            assert (arrived, fault.perhaps_done) == (1, False)
            return
        assert arrived == 0 or fault.perhaps_done
        if not fault.perhaps_done:
            assert await send() is None
            assert town.told("mail")["a@example.org"] == 1


async def test_the_link_takes_faults_as_they_come(town: Town) -> None:
    """Many at once, of every kind, and still one event."""
    for kind in KINDS.values():
        town.fail("createEvent", **kind)
    request_id = await town.world.approved()
    for person_id in (UNION_LEADS[0], EMPLOYER_LEADS[0]):
        (offer,) = await town.world.assignments.mine(person_id)
        await town.world.assignments.accept(person_id, offer.assignment.assignment_id)
    for _ in range(16):
        await town.settle()
        town.world.clock.advance(timedelta(minutes=20))
    assert town.world.session_of(request_id).status is SessionStatus.BOOKED
    assert len(town.events) == 1

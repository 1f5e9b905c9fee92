"""Seeing what people do in Outlook: the same of the fake and of the gateways on the local Graph."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bot.domain.errors import Denied, Gone, OutsideFault, Rejected
from bot.graph.client import Graph
from bot.services.outlook_ports import Invited, SeenEvent
from bot.services.ports import Attendee, MeetingDraft, Repeats
from sandbox.clock import SandboxClock
from sandbox.graph.faults import Fault
from sandbox.graph.models import Event, Invitation
from sandbox.people import SERVICE_MAILBOX, load_people
from tests.contracts.checker import Contract
from tests.contracts.listener import Listener, listening
from tests.contracts.local_graph import LocalGraph, connected, local_graph
from tests.fakes.graph import FakeGraph

PEOPLE = load_people()
LEAD, EMPLOYEE, GUEST = (
    PEOPLE.by_key(key)
    for key in ("facilitator-union-ottawa", "employee-ottawa", "employee-st-johns")
)
NOW = datetime(2026, 12, 1, 15, tzinfo=UTC)
STARTS_AT = datetime(2026, 12, 15, 18, tzinfo=UTC)
ENDS_AT = STARTS_AT + timedelta(hours=3, minutes=30)
WINDOW = (NOW - timedelta(days=1), NOW + timedelta(days=400))
DAY = timedelta(days=1)
DRAFT = MeetingDraft(
    transaction_id="transaction-1",
    subject="Mental Health · Santé mentale",
    body_html="<p>Welcome · Bienvenue</p>",
    starts_at=STARTS_AT,
    ends_at=ENDS_AT,
    zone="America/Toronto",
    attendees=[
        Attendee(LEAD.mail, LEAD.name, required=True),
        Attendee(EMPLOYEE.mail, EMPLOYEE.name),
    ],
    hide_attendees=True,
)
LEADS, COMES = Invited(LEAD.mail, LEAD.name, required=True), Invited(EMPLOYEE.mail, EMPLOYEE.name)
Hand = Callable[..., Awaitable[None]]


@dataclass
class World:
    """The ports, and a person's hands in Outlook."""

    graph: Any
    mailbox: Any
    hand: Hand
    listener: Listener


def fake_hand(fake: FakeGraph) -> Hand:
    async def hand(event_id: str, what: str) -> None:
        meeting = fake.meetings[event_id]
        match what:
            case "move":
                fake.by_hand_moved(event_id, tuple(at + DAY for at in meeting.times))
            case "delete":
                fake.by_hand_deleted(event_id)
            case "remove":
                fake.by_hand_invited(event_id, LEAD.mail)
            case "add":
                fake.by_hand_invited(event_id, LEAD.mail, EMPLOYEE.mail, GUEST.mail)
            case _:
                fake.declines(event_id, EMPLOYEE.mail)

    return hand


def real_hand(server: LocalGraph) -> Hand:
    bodies = {
        "move": {"minutes": 24 * 60},
        "remove": {"mail": EMPLOYEE.mail},
        "add": {"mail": GUEST.mail},
        "respond": {"response": "declined"},
    }

    async def hand(event_id: str, what: str) -> None:
        store = server.world.store
        if what == "respond":
            (copy,) = store.of(Invitation, EMPLOYEE.mail)
            event_id = copy.id
        root = server.url.removesuffix("/v1.0")
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{root}/events/{event_id}/{what}", json=bodies.get(what)) as answer,
        ):
            assert answer.status == 202, await answer.text()

    return hand


@pytest.fixture(params=["fake", "gateways"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    async with listening() as listener:
        if request.param == "fake":
            fake = FakeGraph()
            yield World(fake, fake, fake_hand(fake), listener)
            return
        contract: Contract = request.getfixturevalue("contract")
        clock = SandboxClock(real=lambda: NOW)
        async with (
            local_graph(contract, clock=clock) as server,
            connected(server.options()) as graph,
        ):
            yield World(graph.meetings, graph.mailbox, real_hand(server), listener)
            server.recorder.require_clean()


async def test_an_event_that_nobody_touched_is_as_it_was_written(world: World) -> None:
    made = await world.graph.create(DRAFT)
    assert made.held == (LEAD.mail, EMPLOYEE.mail)
    seen = await world.graph.look(made.event_id)
    assert seen == SeenEvent(made.event_id, (STARTS_AT, ENDS_AT), (LEADS, COMES))


async def test_a_move_by_hand_is_seen(world: World) -> None:
    made = await world.graph.create(DRAFT)
    await world.hand(made.event_id, "move")
    seen = await world.graph.look(made.event_id)
    assert seen.times == (STARTS_AT + DAY, ENDS_AT + DAY)
    await world.graph.move(made.event_id, DRAFT)
    assert (await world.graph.look(made.event_id)).times == (STARTS_AT, ENDS_AT)


async def test_a_deletion_by_hand_is_seen(world: World) -> None:
    made = await world.graph.create(DRAFT)
    await world.hand(made.event_id, "delete")
    with pytest.raises(Gone):
        await world.graph.look(made.event_id)


async def test_people_taken_off_or_added_by_hand_are_seen(world: World) -> None:
    made = await world.graph.create(DRAFT)
    await world.hand(made.event_id, "remove")
    assert (await world.graph.look(made.event_id)).invited == (LEADS,)
    held = await world.graph.set_attendees(made.event_id, DRAFT.attendees)
    assert held == (LEAD.mail, EMPLOYEE.mail)
    await world.hand(made.event_id, "add")
    guests = [each.mail for each in (await world.graph.look(made.event_id)).invited]
    assert guests == [LEAD.mail, EMPLOYEE.mail, GUEST.mail]


async def test_who_declines_is_seen_until_the_time_changes(world: World) -> None:
    made = await world.graph.create(DRAFT)
    await world.hand(made.event_id, "respond")
    seen = await world.graph.look(made.event_id)
    assert seen.invited == (LEADS, replace(COMES, declined=True))
    await world.graph.set_attendees(made.event_id, DRAFT.attendees)
    assert (await world.graph.look(made.event_id)).invited == seen.invited
    await world.graph.move(made.event_id, replace(DRAFT, ends_at=ENDS_AT + DAY))
    assert (await world.graph.look(made.event_id)).invited == (LEADS, COMES)


async def test_a_series_is_seen_day_by_day_and_put_back_whole(world: World) -> None:
    week = replace(DRAFT, repeats=Repeats(weekdays=(0, 1, 2, 3, 4), times=5))
    made = await world.graph.create(week)
    before = await world.graph.look(made.event_id)
    assert len(before.times) == 10
    assert before.times[:4] == (STARTS_AT, ENDS_AT, STARTS_AT + DAY, ENDS_AT + DAY)
    await world.hand(made.event_id, "move")
    assert (await world.graph.look(made.event_id)).times != before.times
    await world.graph.move(made.event_id, week)
    assert (await world.graph.look(made.event_id)).times == before.times


async def test_a_subscription_is_made_renewed_and_ended(world: World) -> None:
    until = NOW + timedelta(days=6)
    url, other = world.listener.url, world.listener.lifecycle_url
    made = await world.mailbox.subscribe(url, other, "state", until)
    assert made.expires_at == until
    later = await world.mailbox.renew(made.subscription_id, until + timedelta(hours=5))
    assert later.expires_at == until + timedelta(hours=5)
    again = await world.mailbox.subscribe(url, other, "another", until)
    with pytest.raises(Gone):  # one at a time for an address
        await world.mailbox.renew(made.subscription_id, until)
    await world.mailbox.unsubscribe(again.subscription_id)
    await world.mailbox.unsubscribe(again.subscription_id)
    with pytest.raises(Gone):
        await world.mailbox.renew(again.subscription_id, until)


async def test_changes_are_those_since_the_link(world: World) -> None:
    first = await world.graph.create(DRAFT)
    second = await world.graph.create(replace(DRAFT, transaction_id="transaction-2"))
    every = await world.mailbox.changes(None, *WINDOW)
    assert (every.event_ids, every.whole) == ({first.event_id, second.event_id}, True)
    quiet = await world.mailbox.changes(every.delta_link, *WINDOW)
    assert (quiet.event_ids, quiet.whole) == (frozenset(), False)
    await world.hand(second.event_id, "move")
    moved = await world.mailbox.changes(quiet.delta_link, *WINDOW)
    assert moved.event_ids == {second.event_id}
    await world.hand(first.event_id, "delete")
    deleted = await world.mailbox.changes(moved.delta_link, *WINDOW)
    assert deleted.event_ids == {first.event_id}


@pytest.mark.parametrize("status", [410, 400])
async def test_a_lost_link_begins_anew(graph: Graph, server: LocalGraph, status: int) -> None:
    made = await graph.meetings.create(DRAFT)
    every = await graph.mailbox.changes(None, *WINDOW)
    server.world.faults.waiting.append(Fault(status=status, operation="calendarDelta"))
    anew = await graph.mailbox.changes(every.delta_link, *WINDOW)
    assert (anew.event_ids, anew.whole) == ({made.event_id}, True)
    server.world.faults.waiting.append(Fault(status=403, operation="calendarDelta"))
    with pytest.raises(Denied):
        await graph.mailbox.changes(anew.delta_link, *WINDOW)
    elsewhere = await graph.mailbox.changes("https://elsewhere.example/delta?x=1", *WINDOW)
    assert elsewhere.whole


async def test_a_delta_is_read_page_by_page(graph: Graph, server: LocalGraph) -> None:
    for number in range(3):
        repeats = Repeats(weekdays=(0, 1, 2, 3, 4), times=45)
        draft = replace(DRAFT, transaction_id=f"t-{number}", repeats=repeats)
        await graph.meetings.create(draft)
    every = await graph.mailbox.changes(None, *WINDOW)
    assert every.event_ids == {event.id for event in server.world.store.of(Event)}
    asked = [e for e in server.recorder.exchanges if e.path.endswith("/delta")]
    assert [dict(e.query).keys() for e in asked] == [
        {"startDateTime", "endDateTime"}, {"$skiptoken"},
    ]  # fmt: skip
    assert "odata.maxpagesize=100" in asked[0].headers["Prefer"]


async def test_a_delta_without_an_end_is_a_fault(graph: Graph, server: LocalGraph) -> None:
    server.world.faults.waiting.append(Fault(status=500, operation="calendarDelta"))
    with pytest.raises(OutsideFault, match="graph_unavailable"):
        await graph.mailbox.changes(None, *WINDOW)


async def test_a_subscription_as_it_is_sent(graph: Graph, server: LocalGraph) -> None:
    until = server.world.clock.now() + timedelta(days=6)
    async with listening() as listener:
        await graph.mailbox.subscribe(listener.url, listener.lifecycle_url, "state", until)
        assert listener.hands == ["/news", "/news/lifecycle"]
        sent = server.recorder.exchanges[0]
        assert (sent.method, sent.path) == ("POST", "/subscriptions")
        assert sent.body == {
            "changeType": "updated,deleted",
            "clientState": "state",
            "expirationDateTime": until.isoformat(),
            "lifecycleNotificationUrl": listener.lifecycle_url,
            "notificationUrl": listener.url,
            "resource": f"/users/{SERVICE_MAILBOX}/events",
        }
        assert 'IdType="ImmutableId"' in sent.headers["Prefer"]


async def test_an_address_that_does_not_shake_hands_is_refused(
    graph: Graph, server: LocalGraph
) -> None:
    until = server.world.clock.now() + timedelta(days=6)
    async with listening() as listener:
        listener.echoes = False
        with pytest.raises(Rejected, match="graph_rejected"):
            await graph.mailbox.subscribe(listener.url, listener.lifecycle_url, "s", until)


async def test_more_than_seven_days_are_refused(graph: Graph, server: LocalGraph) -> None:
    until = server.world.clock.now() + timedelta(days=8)
    async with listening() as listener:
        with pytest.raises(Rejected, match="graph_rejected"):
            await graph.mailbox.subscribe(listener.url, listener.lifecycle_url, "s", until)

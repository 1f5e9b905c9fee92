"""One suite for the ports of Graph: the fake in memory, and the gateways over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.errors import Gone, OutsideFault, Throttled
from bot.graph.client import Graph
from bot.services.ports import Attendee, Availability, DirectoryPerson, MeetingDraft, Repeats
from sandbox.graph.busy import Block, blocks
from sandbox.graph.faults import Fault
from sandbox.graph.models import Message, Notification
from sandbox.people import Person, load_people
from tests.contracts.checker import Contract
from tests.contracts.local_graph import LocalGraph, connected, local_graph
from tests.fakes.graph import FakeGraph

PEOPLE = load_people()
STARTS_AT = datetime(2026, 12, 15, 18, tzinfo=UTC)
ENDS_AT = STARTS_AT + timedelta(hours=3, minutes=30)
NOBODY = "00000000-0000-0000-0000-000000000000"


def known(person: Person) -> DirectoryPerson:
    return DirectoryPerson(
        person_id=person.id,
        name=person.name,
        mail=person.mail,
        language=person.locale,
        department=person.department,
        job_title=person.job_title,
    )


def block_of(person: Person) -> Block:
    """The first stretch in which the sandbox has this person busy."""
    return next(blocks(person, STARTS_AT, STARTS_AT + timedelta(days=30)))


@dataclass
class World:
    """The ports, and how to see what came of the calls."""

    graph: Any
    invites: Callable[[], list[tuple[str, str]]]
    mails: Callable[[], list[tuple[str, str, str]]]
    activities: Callable[[], list[tuple[str, str, str, str, dict[str, str]]]]
    throttle: Callable[[str], None]
    lose_answer: Callable[[str], None]


class Ports:
    """The bundle of gateways as one object, like the fake."""

    def __init__(self, graph: Graph) -> None:
        self.availability = graph.calendars.availability
        self.taken = graph.calendars.taken
        self.create = graph.meetings.create
        self.look = graph.meetings.look
        self.read = graph.meetings.read
        self.set_attendees = graph.meetings.set_attendees
        self.move = graph.meetings.move
        self.host = graph.meetings.host
        self.cancel = graph.meetings.cancel
        self.person = graph.directory.person
        self.manager = graph.directory.manager
        self.search = graph.directory.search
        self.send = graph.mail.send
        self.notify = graph.activity.notify
        self.install = graph.installer.install


def fake_world() -> World:
    busy = [
        (person.mail, block.starts_at, block.ends_at)
        for person in PEOPLE.everyone
        for block in blocks(person, STARTS_AT, STARTS_AT + timedelta(days=31))
    ]
    fake = FakeGraph(people=[known(person) for person in PEOPLE.everyone], busy=busy)
    fake.managers = {p.id: p.manager_id for p in PEOPLE.everyone if p.manager_id}
    throttled = Throttled("graph_throttled", retry_after=timedelta(seconds=7))
    return World(
        graph=fake,
        invites=lambda: [(each.kind, each.mail) for each in fake.invites],
        mails=lambda: [tuple(each) for each in fake.mails],
        activities=lambda: [tuple(each) for each in fake.activities],
        throttle=lambda operation: fake.fail(throttled, operation=operation),
        lose_answer=lambda operation: fake.fail(
            OutsideFault("graph_unanswered"), operation=operation, after=True
        ),
    )


REMOTE = {"send": "sendMail", "create": "createEvent", "search": "searchUsers"}


def real_world(graph: Graph, server: LocalGraph) -> World:
    store, faults = server.world.store, server.world.faults
    return World(
        graph=Ports(graph),
        invites=lambda: [
            (each.kind, each.owner) for each in store.of(Message) if each.kind != "mail"
        ],
        mails=lambda: [
            (each.owner, each.subject, each.html)
            for each in store.of(Message)
            if each.kind == "mail"
        ],
        activities=lambda: [
            (each.owner, each.activity_type, each.preview, each.topic, each.parameters)
            for each in store.of(Notification)
        ],
        throttle=lambda operation: faults.waiting.append(
            Fault(status=429, retry_after=7, operation=REMOTE[operation])
        ),
        lose_answer=lambda operation: faults.waiting.append(
            Fault(status=0, after=True, operation=REMOTE[operation])
        ),
    )


@pytest.fixture(params=["fake", "gateways"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    if request.param == "fake":
        yield fake_world()
        return
    contract: Contract = request.getfixturevalue("contract")
    async with local_graph(contract) as server, connected(server.options()) as graph:
        yield real_world(graph, server)
        server.recorder.require_clean()


FACILITATOR, EMPLOYEE, MANAGER = (
    PEOPLE.by_key(key) for key in ("facilitator-union-ottawa", "employee-ottawa", "manager-ottawa")
)


def attendee(person: Person, *, required: bool = False) -> Attendee:
    return Attendee(person.mail, person.name, required=required)


DRAFT = MeetingDraft(
    transaction_id="4a7c1c6e-6f2e-4c37-9a57-2f3c2b8f1d11",
    subject="Mental Health · Santé mentale",
    body_html="<p>Welcome · Bienvenue</p>",
    starts_at=STARTS_AT,
    ends_at=ENDS_AT,
    zone="America/Toronto",
    attendees=[attendee(FACILITATOR, required=True)],
    hide_attendees=True,
)


async def test_a_meeting_is_made_and_its_join_link_comes_a_moment_later(world: World) -> None:
    made = await world.graph.create(DRAFT)
    assert made.join_url is None
    assert made.cancelled is False
    assert (await world.graph.read(made.event_id)).join_url is None
    ready = await world.graph.read(made.event_id)
    assert ready.event_id == made.event_id
    assert ready.join_url.startswith("https://teams.microsoft.com/l/meetup-join/")
    assert world.invites() == [("invitation", FACILITATOR.mail)]


async def test_the_same_transaction_makes_one_meeting(world: World) -> None:
    first = await world.graph.create(DRAFT)
    again = await world.graph.create(DRAFT)
    assert again.event_id == first.event_id
    assert world.invites() == [("invitation", FACILITATOR.mail)]


async def test_the_same_transaction_with_other_people_is_the_same_meeting(world: World) -> None:
    first = await world.graph.create(DRAFT)
    more = [*DRAFT.attendees, attendee(EMPLOYEE)]
    again = await world.graph.create(replace(DRAFT, attendees=more))
    assert again.event_id == first.event_id
    assert world.invites() == [("invitation", FACILITATOR.mail), ("invitation", EMPLOYEE.mail)]


async def test_the_same_transaction_at_another_time_is_the_same_meeting(world: World) -> None:
    """It stands where it was first wanted: whoever asked looks, and moves it."""
    first, later = await world.graph.create(DRAFT), timedelta(days=30)
    moved = replace(DRAFT, starts_at=STARTS_AT + later, ends_at=ENDS_AT + later)
    again = await world.graph.create(moved)
    assert again.event_id == first.event_id
    assert (await world.graph.look(again.event_id)).times == (STARTS_AT, ENDS_AT)
    assert world.invites() == [("invitation", FACILITATOR.mail)]


async def test_a_lost_answer_makes_no_second_meeting(world: World) -> None:
    world.lose_answer("create")
    with pytest.raises(OutsideFault) as refused:
        await world.graph.create(DRAFT)
    assert refused.value.code == "graph_unanswered"
    made = await world.graph.create(DRAFT)
    assert world.invites() == [("invitation", FACILITATOR.mail)]
    assert (await world.graph.read(made.event_id)).event_id == made.event_id


async def test_only_those_who_come_or_go_hear_of_it(world: World) -> None:
    made = await world.graph.create(DRAFT)
    await world.graph.set_attendees(
        made.event_id, [attendee(FACILITATOR, required=True), attendee(EMPLOYEE)]
    )
    await world.graph.set_attendees(made.event_id, [attendee(EMPLOYEE)])
    await world.graph.set_attendees(made.event_id, [])
    assert world.invites() == [
        ("invitation", FACILITATOR.mail),
        ("invitation", EMPLOYEE.mail),
        ("cancellation", FACILITATOR.mail),
        ("cancellation", EMPLOYEE.mail),
    ]


async def test_a_move_keeps_the_meeting_and_tells_everybody_once(world: World) -> None:
    made = await world.graph.create(DRAFT)
    await world.graph.read(made.event_id)
    before = await world.graph.read(made.event_id)
    later = timedelta(days=1)
    moved = replace(DRAFT, starts_at=STARTS_AT + later, ends_at=ENDS_AT + later)
    await world.graph.move(made.event_id, replace(moved, zone="America/Halifax"))
    assert await world.graph.read(made.event_id) == before
    assert world.invites() == [("invitation", FACILITATOR.mail), ("update", FACILITATOR.mail)]


async def test_those_who_lead_are_its_hosts_and_nobody_hears_of_it(world: World) -> None:
    made = await world.graph.create(DRAFT)
    await world.graph.read(made.event_id)
    ready = await world.graph.read(made.event_id)
    await world.graph.host(ready.join_url, [FACILITATOR.id])
    assert await world.graph.read(made.event_id) == ready
    assert world.invites() == [("invitation", FACILITATOR.mail)]


async def test_a_series_is_one_meeting(world: World) -> None:
    """Its people are invited, let go and told of its end once, not once a day."""
    series = replace(DRAFT, repeats=Repeats(weekdays=(1,), times=5))
    made = await world.graph.create(series)
    assert (await world.graph.create(series)).event_id == made.event_id
    await world.graph.set_attendees(made.event_id, [attendee(EMPLOYEE)])
    await world.graph.read(made.event_id)
    ready = await world.graph.read(made.event_id)
    await world.graph.host(ready.join_url, [FACILITATOR.id])
    await world.graph.cancel(made.event_id, "Not enough people · Trop peu de personnes")
    assert world.invites() == [
        ("invitation", FACILITATOR.mail),
        ("invitation", EMPLOYEE.mail),
        ("cancellation", FACILITATOR.mail),
        ("cancellation", EMPLOYEE.mail),
    ]
    with pytest.raises(Gone):
        await world.graph.read(made.event_id)


async def test_cancelling_twice_is_harmless(world: World) -> None:
    made = await world.graph.create(DRAFT)
    await world.graph.cancel(made.event_id, "Not enough people · Trop peu de personnes")
    await world.graph.cancel(made.event_id, "Again")
    assert world.invites() == [
        ("invitation", FACILITATOR.mail),
        ("cancellation", FACILITATOR.mail),
    ]
    with pytest.raises(Gone):
        await world.graph.read(made.event_id)


@pytest.mark.parametrize("call", ["read", "look", "set_attendees", "move", "host"])
async def test_a_meeting_that_is_not_there_is_gone(world: World, call: str) -> None:
    calls: dict[str, Callable[[], Awaitable[Any]]] = {
        "read": lambda: world.graph.read("nothing"),
        "set_attendees": lambda: world.graph.set_attendees("nothing", []),
        "look": lambda: world.graph.look("nothing"),
        "move": lambda: world.graph.move("nothing", DRAFT),
        "host": lambda: world.graph.host("https://teams.microsoft.com/l/nothing", []),
    }
    with pytest.raises(Gone) as refused:
        await calls[call]()
    assert refused.value.code == "graph_gone"


async def test_naive_times_are_refused_before_anything_is_sent(world: World) -> None:
    naive = STARTS_AT.replace(tzinfo=None)
    with pytest.raises(ValueError, match="naive"):
        await world.graph.create(replace(DRAFT, starts_at=naive))
    with pytest.raises(ValueError, match="naive"):
        await world.graph.move("any", replace(DRAFT, starts_at=naive))
    with pytest.raises(ValueError, match="naive"):
        await world.graph.availability([MANAGER.mail], naive, ENDS_AT)
    await world.graph.person(MANAGER.id)


async def test_free_and_busy_times(world: World) -> None:
    taken = block_of(MANAGER)
    assert await world.graph.availability([MANAGER.mail], taken.starts_at, taken.ends_at) == {
        MANAGER.mail: Availability.BUSY
    }
    saturday = datetime(2026, 12, 19, 15, tzinfo=UTC)
    until = saturday + timedelta(hours=2)
    everybody = [person.mail for person in PEOPLE.everyone] + ["nobody@elsewhere.example"]
    states = dict.fromkeys(everybody, Availability.FREE)
    states["nobody@elsewhere.example"] = Availability.UNKNOWN
    assert await world.graph.availability(everybody, saturday, until) == states


async def test_a_block_that_only_touches_does_not_count(world: World) -> None:
    taken = block_of(MANAGER)
    before = taken.starts_at - timedelta(minutes=5)
    assert await world.graph.availability([MANAGER.mail], before, taken.starts_at) == {
        MANAGER.mail: Availability.FREE
    }


async def test_a_person_by_id(world: World) -> None:
    assert await world.graph.person(MANAGER.id) == known(MANAGER)
    with pytest.raises(Gone):
        await world.graph.person(NOBODY)


async def test_a_persons_manager(world: World) -> None:
    assert await world.graph.manager(EMPLOYEE.id) == known(MANAGER)
    assert await world.graph.manager(MANAGER.id) is None
    assert await world.graph.manager(NOBODY) is None


async def test_people_by_the_beginning_of_their_name_or_mail(world: World) -> None:
    assert await world.graph.search("manager ott") == [known(MANAGER)]
    assert await world.graph.search("manager-ott") == [known(MANAGER)]
    assert await world.graph.search("nothing like it") == []
    assert await world.graph.search("  ") == []


@pytest.mark.parametrize("text", ['"', '" OR "mail:m', "\\", "a:b", "é (", "OR", "$#&%"])
async def test_no_words_break_the_search(world: World, text: str) -> None:
    assert await world.graph.search(f"manager {text} ottawa zzz") == []


async def test_mail(world: World) -> None:
    await world.graph.send(to=EMPLOYEE.mail, subject="Demain", html="<p>À demain</p>")
    assert world.mails() == [(EMPLOYEE.mail, "Demain", "<p>À demain</p>")]


async def test_throttled_mail_is_not_sent_and_says_when_to_come_back(world: World) -> None:
    world.throttle("send")
    with pytest.raises(Throttled) as refused:
        await world.graph.send(to=EMPLOYEE.mail, subject="s", html="h")
    assert refused.value.code == "graph_throttled"
    assert refused.value.retry_after == timedelta(seconds=7)
    assert world.mails() == []
    await world.graph.send(to=EMPLOYEE.mail, subject="s", html="h")
    assert world.mails() == [(EMPLOYEE.mail, "s", "h")]


async def test_an_activity_notification(world: World) -> None:
    await world.graph.notify(
        EMPLOYEE.id,
        activity_type="sessionSoon",
        preview="In one hour",
        topic="Mental Health",
        parameters={"session": "Mental Health"},
    )
    assert world.activities() == [
        (EMPLOYEE.id, "sessionSoon", "In one hour", "Mental Health", {"session": "Mental Health"})
    ]


async def test_installing_twice_is_harmless(world: World) -> None:
    await world.graph.install(EMPLOYEE.id)
    await world.graph.install(EMPLOYEE.id)


async def test_what_takes_a_calendars_time_is_told_by_the_stretch(world: World) -> None:
    block = block_of(FACILITATOR)
    start, end = block.starts_at - timedelta(minutes=30), block.ends_at
    told = await world.graph.taken([FACILITATOR.mail, "nobody@example.ca"], start, end)
    assert told["nobody@example.ca"] is None
    assert (block.starts_at, block.ends_at) in told[FACILITATOR.mail]
    before = block.starts_at - timedelta(minutes=30), block.starts_at
    assert await world.graph.taken([FACILITATOR.mail], *before) == {FACILITATOR.mail: []}

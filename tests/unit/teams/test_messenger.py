"""What the program says of its own accord, by each way, to those who can and cannot be reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.domain.errors import Gone, OutsideFault, Unreachable
from bot.domain.messages import LiveCard, OutboxRow, Via
from bot.domain.people import Person
from bot.i18n import Catalogues
from bot.services.outbox import Postpone, Ready, Skip
from bot.services.ports import ChatAddress, DirectoryPerson
from bot.services.reach import Reach
from bot.teams.looks import Look, Looks
from bot.teams.messenger import (
    ActivityCarrier,
    ChatCarrier,
    MailCarrier,
    RefreshCarrier,
    Wording,
)
from tests.unit.services.world import (
    MANAGER,
    NOW,
    STEWARD,
    UNION_COORDINATOR,
    UNION_LEADS,
    World,
)

CATALOGUES = Catalogues.load()
CHAT = ChatAddress("a:chat", "https://teams.example/")


@dataclass
class Chats:
    """Teams: what was sent and replaced; fails as it is told."""

    failing: Exception | None = None
    sent: list[tuple[ChatAddress, Mapping[str, Any], str]] = field(default_factory=list)
    replaced: list[tuple[str, Mapping[str, Any], str]] = field(default_factory=list)

    async def open(self, person_id: str, tenant_id: str, service_url: str) -> ChatAddress:
        return CHAT

    async def send(self, chat: ChatAddress, card: Mapping[str, Any], *, summary: str) -> str:
        if self.failing:
            raise self.failing
        self.sent.append((chat, card, summary))
        return f"card-{len(self.sent)}"

    async def update(
        self, chat: ChatAddress, activity_id: str, card: Mapping[str, Any], *, summary: str
    ) -> None:
        if self.failing:
            raise self.failing
        self.replaced.append((activity_id, card, summary))


class States:
    """What the conversations remember."""

    def __init__(self) -> None:
        self.data: dict[str, Any] = {}

    async def load(self, conversation_id: str) -> Any:
        return SimpleNamespace(data=self.data)


@dataclass
class Desk:
    """Everything that the carriers stand on."""

    world: World
    chats: Chats
    states: States

    def __post_init__(self) -> None:
        world, desk = self.world, self.world.desk
        views = {
            "request": world.requests.view,
            "session": world.sessions.view,
            "assignment": world.assignments.view,
        }
        self.looks = Looks(CATALOGUES, world.people, views)
        self.wording = Wording(desk, self.looks)
        self.reach = Reach(desk, self.chats, world.graph)
        self.chat = ChatCarrier(self.wording, self.reach, self.chats)
        self.refresh = RefreshCarrier(desk, self.looks, self.chats, self.states)
        self.mail = MailCarrier(self.wording, desk, world.graph, world.graph, "https://x/")
        self.activity = ActivityCarrier(self.wording, world.graph)

    def person(self, person_id: str) -> Person:
        return self.world.units.memory.people[person_id]


@pytest.fixture
def desk() -> Desk:
    world = World()
    made = Desk(world, Chats(), States())
    for person in world.units.memory.people.values():
        person.conversation_id, person.service_url = CHAT.conversation_id, CHAT.service_url
    return made


@pytest.fixture
async def asked(desk: Desk) -> OutboxRow:
    """What the counterpart of a new request is owed."""
    await desk.world.requests.submit(MANAGER, desk.world.form())
    (row,) = desk.world.owed("request.asked")
    return row


@pytest.fixture
async def reminder(desk: Desk) -> OutboxRow:
    """The reminder of an employee's seat, a day before."""
    session = await desk.world.booked()
    desk.world.meet("employee")
    joined = desk.person("employee")
    joined.conversation_id, joined.service_url = CHAT.conversation_id, CHAT.service_url
    await desk.world.seats.join("employee", session.session_id, session.code)
    owed = desk.world.owed("reminder.seat")
    row = next(row for row in owed if (row.args["which"], row.via) == ("1d", Via.CHAT))
    desk.world.clock.set(row.due_at)
    return row


def mails_owed(desk: Desk) -> list[OutboxRow]:
    return [
        row
        for row in desk.world.owed()
        if row.via is Via.MAIL and row.dedupe_key.endswith(":chat:mail")
    ]


async def sent(carrier: Any, row: OutboxRow) -> Any:
    ready = await carrier.prepare(row)
    assert isinstance(ready, Ready)
    return await ready.send()


class TestChat:
    async def test_whoever_was_asked_before_hears_that_it_is_with_somebody_else(
        self, desk: Desk, asked: OutboxRow
    ):
        request_id = asked.subject.partition(":")[2]
        await desk.world.requests.change_counterpart(MANAGER, request_id, UNION_LEADS[0])
        (row,) = desk.world.owed("request.passed_on")
        await sent(desk.chat, row)
        assert [summary for _, _, summary in desk.chats.sent] == [
            "Request EC-2027-0001 is with somebody else now. You have nothing more to do."
        ]

    async def test_a_card_with_its_sentence_that_is_kept_true(self, desk: Desk, asked: OutboxRow):
        live = await sent(desk.chat, asked)
        ((chat, card, summary),) = desk.chats.sent
        assert chat == CHAT
        assert "asks you to agree" in summary
        assert "Your agreement is asked for" in str(card)
        assert isinstance(live, LiveCard)
        assert (live.person_id, live.subject, live.activity_id) == (
            STEWARD,
            asked.subject,
            "card-1",
        )

    async def test_what_is_no_longer_true_is_not_said(self, desk: Desk, asked: OutboxRow):
        request_id = asked.subject.partition(":")[2]
        await desk.world.requests.withdraw(MANAGER, request_id)
        assert await desk.chat.prepare(asked) == Skip("moved_on")

    @pytest.mark.parametrize("subject", ["request:none", "session:none", "assignment:none"])
    async def test_what_is_not_theirs_is_not_said(self, desk: Desk, subject: str):
        row = OutboxRow("row", Via.CHAT, "request.agreed", subject, "key", NOW, NOW, MANAGER)
        assert await desk.chat.prepare(row) == Skip("not_theirs")

    async def test_nobody_to_say_it_to(self, desk: Desk, asked: OutboxRow):
        desk.world.graph.people.clear()
        row = replace(asked, kind="request.agreed", recipient_id="nobody")
        assert await desk.chat.prepare(row) == Skip("not_theirs")

    async def test_somebody_who_removed_the_app_gets_it_by_mail_once(
        self, desk: Desk, asked: OutboxRow
    ):
        desk.person(STEWARD).unreachable_at = NOW
        for _ in range(2):
            assert await desk.chat.prepare(asked) == Skip("unreachable")
        (mail,) = mails_owed(desk)
        assert (mail.kind, mail.recipient_id, mail.repeatable) == ("request.asked", STEWARD, False)
        await sent(desk.mail, mail)
        (letter,) = desk.world.graph.mails
        assert letter.to == f"{STEWARD}@example.org"

    async def test_somebody_who_blocked_us_is_noted_and_gets_it_by_mail(
        self, desk: Desk, asked: OutboxRow
    ):
        desk.chats.failing = Unreachable("teams.403.ConversationBlockedByUser")
        with pytest.raises(Unreachable):
            await sent(desk.chat, asked)
        assert desk.person(STEWARD).unreachable_at == NOW
        await desk.chat.failed(asked, "teams.403", final=False)
        assert mails_owed(desk) == []
        await desk.chat.failed(asked, "teams.403", final=True)
        assert [row.kind for row in mails_owed(desk)] == ["request.asked"]

    async def test_a_chat_that_is_gone_is_opened_anew_where_teams_is_now(
        self, desk: Desk, asked: OutboxRow
    ):
        person = desk.person(STEWARD)
        person.conversation_id, person.service_url = "a:gone", "https://teams.example/before"
        desk.chats.failing = Gone("teams.404")
        with pytest.raises(OutsideFault, match=r"^chat_gone$"):  # tried again
            await sent(desk.chat, asked)
        desk.chats.failing = None
        await sent(desk.chat, replace(asked, attempts=1))
        assert [chat for chat, _, _ in desk.chats.sent] == [CHAT]
        assert desk.person(STEWARD).service_url == CHAT.service_url

    async def test_a_chat_that_is_gone_again_is_given_up(self, desk: Desk, asked: OutboxRow):
        desk.chats.failing = Gone("teams.404")
        with pytest.raises(Gone):
            await sent(desk.chat, replace(asked, attempts=1))

    async def test_a_chat_that_moved_is_written_to_where_it_is_now(
        self, desk: Desk, asked: OutboxRow
    ):
        desk.person(STEWARD).service_url = "https://teams.example/elsewhere"
        await sent(desk.chat, asked)
        ((chat, _, _),) = desk.chats.sent
        assert chat == ChatAddress(CHAT.conversation_id, "https://teams.example/elsewhere")


class TestReminders:
    async def test_by_day(self, desk: Desk, reminder: OutboxRow):
        assert (await sent(desk.chat, reminder)).activity_id == "card-1"
        assert desk.chats.sent[0][2].startswith("Tomorrow")

    async def test_at_night_it_waits_for_the_readers_morning(self, desk: Desk, reminder: OutboxRow):
        desk.person("employee").zone = "America/Vancouver"
        night = reminder.due_at.replace(hour=12)  # 5 am in Vancouver, which keeps UTC−7
        desk.world.clock.set(night)
        assert await desk.chat.prepare(reminder) == Postpone(night.replace(hour=15))

    async def test_the_last_hour_is_said_at_night_too(self, desk: Desk, reminder: OutboxRow):
        desk.person("employee").zone = "Asia/Tokyo"
        last = replace(reminder, args={**reminder.args, "which": "1h"})
        assert isinstance(await desk.chat.prepare(last), Ready)

    async def test_where_the_morning_is_too_late_it_is_said_at_night(
        self, desk: Desk, reminder: OutboxRow
    ):
        desk.person("employee").zone = "America/Vancouver"
        night = reminder.due_at.replace(hour=12)
        desk.world.clock.set(night)
        late = replace(reminder, expires_at=night + timedelta(hours=1))
        assert isinstance(await desk.chat.prepare(late), Ready)

    async def test_one_that_has_no_time_of_its_own_keeps_to_the_day_too(
        self, desk: Desk, asked: OutboxRow
    ):
        desk.world.clock.set(datetime(2027, 1, 12, 4, 0, tzinfo=UTC))
        row = replace(asked, kind="reminder.agreement")
        assert await desk.chat.prepare(row) == Postpone(datetime(2027, 1, 12, 13, 0, tzinfo=UTC))
        assert isinstance(await desk.chat.prepare(asked), Ready)  # no reminder: at any time

    async def test_without_a_chat_the_mail_of_its_own_is_enough(
        self, desk: Desk, reminder: OutboxRow
    ):
        desk.person("employee").unreachable_at = NOW
        assert await desk.chat.prepare(reminder) == Skip("unreachable")
        await desk.chat.failed(reminder, "teams.403", final=True)
        assert mails_owed(desk) == []


class TestRefresh:
    @pytest.fixture
    def row(self, desk: Desk, asked: OutboxRow) -> OutboxRow:
        """A card that the counterpart has before them."""
        card = LiveCard(STEWARD, asked.subject, CHAT.conversation_id, "old card", NOW)
        desk.world.units.memory.cards[asked.subject, STEWARD] = card
        return replace(asked, via=Via.REFRESH, kind="card.refresh")

    async def test_in_place(self, desk: Desk, row: OutboxRow):
        assert await sent(desk.refresh, row) == "old card"
        ((activity_id, card, summary),) = desk.chats.replaced
        assert (activity_id, summary) == ("old card", card["speak"])

    async def test_no_card_or_no_chat(self, desk: Desk, row: OutboxRow):
        assert await desk.refresh.prepare(replace(row, recipient_id=MANAGER)) == Skip("no_card")
        desk.person(STEWARD).service_url = None
        assert await desk.refresh.prepare(row) == Skip("no_card")
        del desk.world.units.memory.people[STEWARD]
        assert await desk.refresh.prepare(row) == Skip("no_card")

    async def test_a_form_that_is_open_is_left_alone(self, desk: Desk, row: OutboxRow):
        desk.states.data = {"cards": {"form": "old card"}}
        assert await desk.refresh.prepare(row) == Skip("form_open")
        desk.states.data = {"cards": {"form": "another"}}
        assert isinstance(await desk.refresh.prepare(row), Ready)

    async def test_of_what_is_not_theirs_any_more(self, desk: Desk, row: OutboxRow):
        desk.world.units.memory.requests.clear()
        assert await desk.refresh.prepare(row) == Skip("not_theirs")

    @pytest.mark.parametrize("fault", [Gone("teams.404"), Unreachable("teams.403")])
    async def test_one_that_was_deleted_is_let_go(self, desk: Desk, row: OutboxRow, fault):
        desk.chats.failing = fault
        assert await sent(desk.refresh, row) is None

    async def test_what_may_pass_is_tried_again(self, desk: Desk, row: OutboxRow):
        desk.chats.failing = OutsideFault("teams.503")
        with pytest.raises(OutsideFault):
            await sent(desk.refresh, row)
        await desk.refresh.failed(row, "teams.503", final=True)
        assert mails_owed(desk) == []


class TestMail:
    async def test_what_is_no_longer_true_is_not_written(self, desk: Desk, reminder: OutboxRow):
        row = replace(reminder, via=Via.MAIL, args={"which": "1d", "version": 7})
        assert await desk.mail.prepare(row) == Skip("moved_on")

    async def test_an_address_that_only_the_directory_knows_is_kept(
        self, desk: Desk, asked: OutboxRow
    ):
        desk.person(STEWARD).mail = None
        await sent(desk.mail, asked)
        assert desk.world.graph.mails[0].to == f"{STEWARD}@example.org"
        assert desk.person(STEWARD).mail == f"{STEWARD}@example.org"

    async def test_nobody_has_an_address(self, desk: Desk, asked: OutboxRow):
        desk.person(STEWARD).mail = None
        people = desk.world.graph.people
        people[:] = [DirectoryPerson(STEWARD, "Steward", None)]
        assert await desk.mail.prepare(asked) == Skip("no_mail_address")
        people.clear()
        assert await desk.mail.prepare(asked) == Skip("no_mail_address")
        await desk.mail.failed(asked, "graph_rejected", final=True)

    async def test_the_directory_is_away(self, desk: Desk, asked: OutboxRow):
        desk.person(STEWARD).mail = None
        desk.person(STEWARD).language = "fr"
        desk.world.graph.fail(OutsideFault("graph_unavailable"), times=9)
        with pytest.raises(OutsideFault):
            await desk.mail.prepare(asked)


class TestActivity:
    async def test_the_bell(self, desk: Desk, reminder: OutboxRow):
        row = replace(reminder, via=Via.ACTIVITY, args={**reminder.args, "which": "1h"})
        await sent(desk.activity, row)
        (bell,) = desk.world.graph.activities
        assert (bell.person_id, bell.activity_type) == ("employee", "sessionSoon")
        assert bell.parameters == {"session": bell.preview}
        await desk.activity.failed(row, "graph_denied", final=True)

    async def test_what_is_no_longer_true_does_not_ring(self, desk: Desk, reminder: OutboxRow):
        row = replace(reminder, via=Via.ACTIVITY, args={"which": "1h", "version": 7})
        assert await desk.activity.prepare(row) == Skip("moved_on")


class TestLooks:
    async def look(self, desk: Desk, subject: str, person_id: str) -> Look:
        found = await desk.looks.at(subject, person_id)
        assert found is not None
        return found

    async def test_each_sees_their_own_card(self, desk: Desk, asked: OutboxRow):
        world, request = desk.world, asked.subject
        await world.agreements.agree(STEWARD, request.partition(":")[2])
        seen = {
            who: str((await self.look(desk, request, who)).card(None))
            for who in (MANAGER, UNION_COORDINATOR)
        }
        assert "triage.approve" in seen[UNION_COORDINATOR]
        assert "triage.approve" not in seen[MANAGER]

    async def test_a_session_and_an_assignment(self, desk: Desk, reminder: OutboxRow):
        session = await self.look(desk, reminder.subject, "employee")
        assert "session.leave" in str(session.card("said"))
        (offer,) = await desk.world.assignments.mine(UNION_LEADS[0])
        about = f"assignment:{offer.assignment.assignment_id}"
        lead = await self.look(desk, about, UNION_LEADS[0])
        assert "Mental Health" in str(lead.card(None))

    async def test_what_is_about_nothing_is_the_help_card(self, desk: Desk):
        look = await self.look(desk, f"help:{MANAGER}", MANAGER)
        assert look.view is None
        assert "What I can do for you now" in str(look.card(None))

    async def test_each_reads_their_own_language(self, desk: Desk, asked: OutboxRow):
        desk.person(STEWARD).language = "fr"
        look = await self.look(desk, asked.subject, STEWARD)
        assert (look.tr.language, look.other.language) == ("fr", "en")

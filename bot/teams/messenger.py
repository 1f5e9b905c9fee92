"""What the program says of its own accord: cards, cards kept true, mail, Teams' notifications.

A row is worded at the moment of sending, in the reader's language and on the reader's clock,
from how things stand then. Somebody whose chat refuses us gets the same by mail.
"""

from __future__ import annotations

import structlog

from bot.clock import Clock
from bot.domain import reminders
from bot.domain.errors import Gone, OutsideFault, Unreachable
from bot.domain.messages import LiveCard, OutboxRow
from bot.domain.rules import Rules
from bot.services.desk import Desk, the_person
from bot.services.outbox import Postpone, Ready, Skip
from bot.services.ports import ActivityFeed, ChatAddress, Chats, Directory, Mail
from bot.services.reach import Reach
from bot.services.relevance import still_true
from bot.teams.looks import Look, Looks
from cards.mail import build_mail
from cards.notices import Notice
from storage.bot_state import BotStateStore

log = structlog.get_logger(__name__)

REMINDER = "reminder."
FORM = "form"
# Reminders go by chat and by mail, each with a row of its own; so does what is told twice.
MAILED_TOO = frozenset(
    {"reminder.seat", "reminder.training", "reminder.lead", "reminder.interview"}
)
# Their card asks the same in its own words: the notice is for the locked phone alone.
SAID_BY_THE_CARD = frozenset(
    {
        "request.asked",
        "request.to_review",
        "assignment.offered",
        "interview.offered",
        "cohort.offered",
        "endorsement.asked",
        "outlook.moved",
        "outlook.deleted",
        "outlook.declined",
        "outlook.lead_declined",
    }
)


class Wording:
    """What every carrier asks first: is it still true, may it be said now, how does it look."""

    def __init__(self, desk: Desk, looks: Looks) -> None:
        self._desk = desk
        self._looks = looks

    @property
    def clock(self) -> Clock:
        """The program's clock."""
        return self._desk.clock

    @property
    def rules(self) -> Rules:
        """The programme's numbers."""
        return self._desk.rules

    async def look(self, row: OutboxRow) -> Look | Skip | Postpone:
        """The subject as the recipient sees it, unless there is nothing to say, or not now."""
        async with self._desk.uow(reading=True) as uow:
            if not await still_true(uow, row):
                return Skip("moved_on")
        look = await self._looks.at(row.subject, row.recipient_id or "")
        if look is None:
            return Skip("not_theirs")
        return self._quiet(row, look) or look

    def _quiet(self, row: OutboxRow, look: Look) -> Postpone | None:
        """Reminders keep to the reader's day, but for the last hour's."""
        now = self._desk.now
        which = str(row.args.get("which", ""))
        if not row.kind.startswith(REMINDER) or (which and reminders.is_last_call(which)):
            return None
        until = reminders.next_allowed(now, look.reader.zone, self._desk.rules)
        too_late = row.expires_at is not None and until >= row.expires_at
        return None if until <= now or too_late else Postpone(until)

    def notice(self, row: OutboxRow) -> Notice:
        """What the row tells, now."""
        return Notice(row.kind, row.args, self._desk.now)


class ChatCarrier:
    """A new card in the recipient's own chat."""

    def __init__(self, wording: Wording, reach: Reach, chats: Chats) -> None:
        self._wording = wording
        self._reach = reach
        self._chats = chats

    async def prepare(self, row: OutboxRow) -> Ready | Skip | Postpone:
        """Word it and find the chat."""
        look = await self._wording.look(row)
        if not isinstance(look, Look):
            return look
        try:
            chat = await self._reach.chat_of(await self._reach.person(row.recipient_id or ""))
        except Unreachable:
            await self._instead(row)
            return Skip("unreachable")
        said = look.told(self._wording.notice(row))
        card = look.card(None if row.kind in SAID_BY_THE_CARD else said)

        async def send() -> LiveCard:
            try:
                activity_id = await self._chats.send(chat, card, summary=said)
            except Gone as error:
                if row.attempts:  # it was opened anew already
                    raise
                await self._reach.moved(row.recipient_id or "", chat)
                raise OutsideFault("chat_gone") from error
            except Unreachable:
                await self._reach.lost(row.recipient_id or "")
                raise
            return self._reach.shown(row, chat, activity_id)

        return Ready(send)

    async def _instead(self, row: OutboxRow) -> None:
        """What has a row for mail of its own has it; everything else goes by mail instead."""
        if row.kind not in MAILED_TOO and not row.args.get("mailed"):
            await self._reach.by_mail_instead(row)

    async def failed(self, row: OutboxRow, error: str, *, final: bool) -> None:
        """What the chat will not take goes by mail."""
        if final:
            await self._instead(row)


class RefreshCarrier:
    """A card that somebody has before them, shown anew."""

    def __init__(self, desk: Desk, looks: Looks, chats: Chats, states: BotStateStore) -> None:
        self._desk = desk
        self._looks = looks
        self._chats = chats
        self._states = states

    async def prepare(self, row: OutboxRow) -> Ready | Skip:
        """Find the card; one in which somebody is filling in a form is left alone."""
        person_id = row.recipient_id or ""
        async with self._desk.uow(reading=True) as uow:
            cards = [c for c in await uow.live_cards.of(row.subject) if c.person_id == person_id]
            person = await uow.people.get(person_id)
        if not cards or person is None or person.service_url is None:
            return Skip("no_card")
        card, chat = cards[0], ChatAddress(cards[0].conversation_id, person.service_url)
        state = (await self._states.load(card.conversation_id)).data
        if (state.get("cards") or {}).get(FORM) == card.activity_id:
            return Skip("form_open")
        look = await self._looks.at(row.subject, person_id)
        if look is None:
            return Skip("not_theirs")
        shown = look.card(None)

        async def send() -> str | None:
            try:
                summary = shown["speak"]
                await self._chats.update(chat, card.activity_id, shown, summary=summary)
            except (Gone, Unreachable):
                return None  # deleted, or the chat is closed to us: nothing left to keep true
            return card.activity_id

        return Ready(send)

    async def failed(self, row: OutboxRow, error: str, *, final: bool) -> None:
        """Opened again, the card asks for itself how things stand."""


class MailCarrier:
    """The same notice and facts by mail, in both languages."""

    def __init__(
        self, wording: Wording, desk: Desk, directory: Directory, mail: Mail, bot_link: str | None
    ) -> None:
        self._wording = wording
        self._desk = desk
        self._directory = directory
        self._mail = mail
        self._bot_link = bot_link

    async def prepare(self, row: OutboxRow) -> Ready | Skip | Postpone:
        """Word it and find the address."""
        look = await self._wording.look(row)
        if not isinstance(look, Look):
            return look
        address = await self._address(row.recipient_id or "")
        if address is None:
            return Skip("no_mail_address")
        text = build_mail(self._wording.notice(row), look.view, look.tr, look.other, self._bot_link)

        async def send() -> None:
            await self._mail.send(to=address, subject=text.subject, html=text.html)

        return Ready(send)

    async def _address(self, person_id: str) -> str | None:
        async with self._desk.uow(reading=True) as uow:
            person = await uow.people.get(person_id)
        if person and person.mail:
            return person.mail
        try:
            found = await self._directory.person(person_id)
        except Gone:
            return None
        if found.mail:
            async with self._desk.uow() as uow:
                (await the_person(uow, person_id)).mail = found.mail
                await uow.commit()
        return found.mail

    async def failed(self, row: OutboxRow, error: str, *, final: bool) -> None:
        """Logged by the courier; the figures and `doctor` show it."""


class ActivityCarrier:
    """Teams' own notification, in the last hour."""

    def __init__(self, wording: Wording, feed: ActivityFeed) -> None:
        self._wording = wording
        self._feed = feed

    async def prepare(self, row: OutboxRow) -> Ready | Skip | Postpone:
        """Word the preview."""
        look = await self._wording.look(row)
        if not isinstance(look, Look):
            return look
        said = look.told(self._wording.notice(row))

        async def send() -> None:
            await self._feed.notify(
                row.recipient_id or "",
                activity_type="sessionSoon",
                preview=said[:150],
                topic=look.tr.t("mail.title"),
                parameters={"session": said[:150]},
            )

        return Ready(send)

    async def failed(self, row: OutboxRow, error: str, *, final: bool) -> None:
        """The card and the mail say the same."""

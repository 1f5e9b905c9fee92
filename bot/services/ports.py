"""What the use cases need from outside, and the errors that each may raise.

Every gateway raises `OutsideFault` or one of its kinds and nothing else. Instants are aware
UTC; a mailbox is an e-mail address; a person is an Entra object id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.domain.pairing import Availability
from bot.domain.pairing_plan import Plan, Problem
from bot.domain.people import Draft, Person
from bot.services.keeping import Known
from bot.services.outlook_ports import SeenEvent


@dataclass(frozen=True, slots=True)
class DirectoryPerson:
    """A person as the directory knows them. `mail` may be absent, `language` a tag or absent."""

    person_id: str
    name: str
    mail: str | None = None
    language: str | None = None
    department: str | None = None
    job_title: str | None = None


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody invited to a meeting. Facilitators are `required`, participants `optional`."""

    mail: str
    name: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Repeats:
    """More days of the same meeting, at the same time on its zone's clock: one series.

    `weekdays` (0 is Monday) hold the first day's own; `times` counts the days, the first included.
    """

    weekdays: tuple[int, ...]
    times: int


@dataclass(frozen=True, slots=True)
class MeetingDraft:
    """A meeting to be made. `transaction_id` is stored before the call: one never makes two.

    With `repeats`, `starts_at` and `ends_at` are those of the first day.
    """

    transaction_id: str
    subject: str
    body_html: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    attendees: Sequence[Attendee]
    hide_attendees: bool
    repeats: Repeats | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """An event that exists. `join_url` is None for the moment before Teams has made the meeting.

    `held` are the addresses that Outlook invited, where they were asked for.
    """

    event_id: str
    join_url: str | None
    cancelled: bool = False
    held: tuple[str, ...] = ()


class Calendars(Protocol):
    """Free and busy times (getSchedule), at most 20 mailboxes a call."""

    async def availability(
        self, mailboxes: Sequence[str], starts_at: datetime, ends_at: datetime
    ) -> Mapping[str, Availability]:
        """Say for each mailbox whether it is free for the whole stretch.

        A mailbox that cannot be read is `UNKNOWN`, never an error.

        Raises:
            OutsideFault: Graph is away, throttling or not configured.
        """
        ...

    async def taken(
        self, mailboxes: Sequence[str], starts_at: datetime, ends_at: datetime
    ) -> Mapping[str, Sequence[tuple[datetime, datetime]] | None]:
        """The stretches within which each mailbox is not free, for at most 62 days.

        None for a mailbox that cannot be read.

        Raises:
            OutsideFault: as `availability`.
        """
        ...


class Matcher(Protocol):
    """Finds the best pairs for many requests at once."""

    async def match(self, problem: Problem) -> Plan:
        """The best plan, with a bound that proves how good it is. Blocks no other turn."""
        ...


class Meetings(Protocol):
    """The programme's meetings, in its service mailbox."""

    async def create(self, draft: MeetingDraft) -> Meeting:
        """Make the event with its Teams meeting; the same transaction id gives the same event."""
        ...

    async def read(self, event_id: str) -> Meeting:
        """Read it again. Raises `Gone` where somebody deleted it."""
        ...

    async def look(self, event_id: str) -> SeenEvent:
        """How it stands, whatever people did to it. Raises `Gone` where somebody deleted it."""
        ...

    async def set_attendees(self, event_id: str, attendees: Sequence[Attendee]) -> tuple[str, ...]:
        """Replace the attendees and nothing else: those already invited hear nothing.

        Gives the addresses under which Outlook holds them.
        """
        ...

    async def move(self, event_id: str, draft: MeetingDraft) -> None:
        """Give the same event the draft's time, its days' where it repeats; nothing else of it."""
        ...

    async def host(self, join_url: str, lead_ids: Sequence[str]) -> None:
        """Make those who lead (Entra object ids) its co-organizers, and let nobody record it."""
        ...

    async def cancel(self, event_id: str, comment: str) -> None:
        """Cancel it with a word of why; one that is already gone is no error."""
        ...


class Directory(Protocol):
    """People of the tenant."""

    async def person(self, person_id: str) -> DirectoryPerson:
        """Raises `Gone` where the directory knows no such person."""
        ...

    async def manager(self, person_id: str) -> DirectoryPerson | None:
        """Whom the directory names as their manager; None where it names nobody."""
        ...

    async def search(self, text: str, *, limit: int = 10) -> Sequence[DirectoryPerson]:
        """People whose name or mail starts with the words typed."""
        ...


class Vault(Protocol):
    """Seals what only few may read, under keys of the settings. Lost keys lose what they sealed."""

    @property
    def ready(self) -> bool:
        """Whether there is a key: without one nothing is asked that would need it."""
        ...

    def seal(self, text: str) -> str:
        """Seal it under the newest key."""
        ...

    def open(self, sealed: str) -> str:
        """What was sealed. Raises `OutsideFault` (`vault_sealed`) where no key fits."""
        ...


class Mail(Protocol):
    """Mail from the service mailbox. Has no idempotency of its own: the outbox takes care."""

    async def send(self, *, to: str, subject: str, html: str) -> None:
        """Send one message to one person."""
        ...


class ActivityFeed(Protocol):
    """Teams' own activity notifications."""

    async def notify(
        self,
        person_id: str,
        *,
        activity_type: str,
        preview: str,
        topic: str,
        parameters: Mapping[str, str],
    ) -> None:
        """Notify one person; `activity_type` is one that the manifest names."""
        ...


class Installer(Protocol):
    """Installs the app for a person who never met the bot."""

    async def install(self, person_id: str) -> None:
        """Install it in the person's personal scope; already installed is no error."""
        ...


@dataclass(frozen=True, slots=True)
class ChatAddress:
    """Where a person's own chat with the bot is."""

    conversation_id: str
    service_url: str


class Chats(Protocol):
    """The bot's own voice in Teams, outside a turn."""

    async def open(self, person_id: str, tenant_id: str, service_url: str) -> ChatAddress:
        """Open (or find) the personal chat. Raises `Unreachable` where it cannot be."""
        ...

    async def send(self, chat: ChatAddress, card: Mapping[str, Any], *, summary: str) -> str:
        """Send one card and give its activity id back."""
        ...

    async def update(
        self, chat: ChatAddress, activity_id: str, card: Mapping[str, Any], *, summary: str
    ) -> None:
        """Replace a card that was sent. Raises `Gone` where it is no longer there."""
        ...


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is in front of the chat in this turn, as the dialogs need to know them.

    `roles` are words: "facilitator", "coordinator", "administrator", and "endorser" while an
    application waits for their word; every person is an employee.
    `zone` is an IANA name; `muted` and `skipped_reminders` as in `bot.domain.people.Person`.
    """

    person_id: str
    tenant_id: str
    name: str
    language: str
    zone: str
    roles: frozenset[str] = frozenset()
    muted: tuple[str, ...] = ()
    skipped_reminders: tuple[str, ...] = ()
    welcomed: bool = False


@dataclass(frozen=True, slots=True)
class Sighting:
    """What an authenticated activity tells of the person who sent it.

    `conversation_id` and `service_url` are of their own chat with the bot: None elsewhere.
    """

    person_id: str
    tenant_id: str
    name: str | None = None
    conversation_id: str | None = None
    service_url: str | None = None
    locale: str | None = None
    zone: str | None = None


class PeopleDesk(Protocol):
    """What the dialogs ask about the person in front of them (implemented by services.people)."""

    async def seen(self, sighting: Sighting, known: Known | None = None) -> Reader:
        """Take note of the person (their chat is reachable again) and say who they are.

        `known` is what was read of them a moment ago, where it was.
        """
        ...

    async def reader(self, person_id: str) -> Reader | None: ...

    async def welcome(self, person_id: str) -> bool:
        """True the first time only: the person is to be greeted."""
        ...

    async def gone(self, person_id: str) -> None:
        """They uninstalled the bot: not reachable by chat until seen again."""
        ...

    async def choose_language(self, person_id: str, language: str) -> Reader: ...

    async def save_settings(
        self,
        person_id: str,
        *,
        language: str,
        zone: str,
        muted: Sequence[str],
        skipped_reminders: Sequence[str],
    ) -> Reader:
        """Keep their choices; reminders that stand follow them."""
        ...

    async def introduce(self, person_id: str) -> Person:
        """A person somebody picked; known by their id alone while the directory is away.

        Raises:
            Refusal: `person_unknown`.
        """
        ...

    async def search(self, text: str, limit: int = 10) -> Sequence[DirectoryPerson]:
        """People by the beginning of their name or mail. Raises `OutsideFault`."""
        ...

    async def manager(self, person_id: str) -> Person | None:
        """Whom the directory names as their manager; None where it names nobody, or is away."""
        ...

    async def last_places(self, person_id: str) -> tuple[str | None, str | None, str | None]:
        """The organization, region and team of the person's last request, for defaults."""
        ...


class LiveCardDesk(Protocol):
    """Cards in the chats that are kept true (implemented by services.live_cards)."""

    async def shown(
        self, person_id: str, subject: str, conversation_id: str, activity_id: str
    ) -> None:
        """This card shows the subject to the person, newer than any other."""
        ...

    async def turned(self, activity_id: str) -> None:
        """This card shows no subject any more."""
        ...


class DraftDesk(Protocol):
    """Forms left half way (implemented by services.drafts)."""

    async def load(self, person_id: str, flow: str) -> Draft | None: ...

    async def latest(self, person_id: str) -> Draft | None:
        """The one that was touched last, of any flow."""
        ...

    async def discard(self, person_id: str, flow: str) -> None: ...

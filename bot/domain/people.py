"""People, the two sides they stand on, and the roles they hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain import catalogue


class Side(StrEnum):
    """A request is joint: from the union and from the employer together."""

    UNION = "union"
    EMPLOYER = "employer"

    @property
    def other(self) -> Side:
        """The other party."""
        return Side.EMPLOYER if self is Side.UNION else Side.UNION


class Role(StrEnum):
    """What somebody may do beyond what everybody may; being a facilitator is on the roster."""

    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


class Channel(StrEnum):
    """The ways to reach somebody."""

    CHAT = "chat"
    MAIL = "mail"
    ACTIVITY = "activity"


@dataclass
class Person:
    """Somebody of a tenant, known by their Entra object id.

    `language` and `zone` are their own choices; `locale` and `teams_zone` what Teams said last.
    `unreachable_at` is set while the chat refuses our messages. `muted` lists the reminder
    channels they switched off, `skipped_reminders` the times ("7d") they do not want.
    """

    person_id: str
    tenant_id: str = ""
    name: str | None = None
    mail: str | None = None
    department: str | None = None
    language: str | None = None
    locale: str | None = None
    zone: str | None = None
    teams_zone: str | None = None
    conversation_id: str | None = None
    service_url: str | None = None
    welcomed_at: datetime | None = None
    unreachable_at: datetime | None = None
    muted: tuple[str, ...] = ()
    skipped_reminders: tuple[str, ...] = ()
    last_organization: str | None = None
    last_region: str | None = None
    last_team: str | None = None

    @property
    def reads(self) -> str:
        """The language to write to them in: their choice, else Teams', else English."""
        if self.language:
            return self.language
        return "fr" if (self.locale or "").lower().startswith("fr") else "en"

    @property
    def lives_in(self) -> str:
        """The IANA zone to write times in: their choice, else Teams', else their region's usual.

        Whoever has never written has told us no zone; an offer in another region's hours would
        be read wrong.
        """
        usual = catalogue.region(self.last_region).usual_zones if self.last_region else ()
        return self.zone or self.teams_zone or next(iter(usual), "America/Toronto")

    def wants(self, channel: Channel) -> bool:
        """Whether reminders may use this channel."""
        return channel.value not in self.muted


@dataclass
class Grant:
    """One role of one person; a coordinator's names a region and a side."""

    person_id: str
    role: Role
    granted_at: datetime
    granted_by: str | None = None
    region: str = ""
    side: str = ""


@dataclass
class Draft:
    """A form that somebody left half way. `answers` are plain JSON values."""

    person_id: str
    flow: str
    step: str
    updated_at: datetime
    answers: dict[str, object] = field(default_factory=dict[str, object])

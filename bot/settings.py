"""Every setting of the program: the only reader of the environment.

Each is `BOT_<NAME>` in the environment or in `.env`; a list is separated by commas. Without
`BOT_APP_ID` the program is the sandbox: nobody is authenticated, so it listens on loopback only.
The README's table is made from the descriptions below.
"""

from __future__ import annotations

import base64
import re
from datetime import time, timedelta
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.domain.rules import Rules
from bot.domain.self_identification import Group
from bot.loopback import is_loopback

TEAMS_HOSTS = (
    "smba.trafficmanager.net",
    "teams.microsoft.com",
    "teams.microsoft.us",
    "botframework.com",
    "botframework.us",
    "botframework.azure.us",
)


_KEY_BYTES = 32


class SettingsError(Exception):
    """The settings do not hold together; the message says which and why, a line for each."""


def _listed(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _stripped(value: object) -> object:
    return (value.strip() or None) if isinstance(value, str) else value


def _driver(value: object) -> object:
    """Name the asyncio driver of a database address that names none, or refuse it."""
    if not isinstance(value, str):
        return value
    scheme, separator, rest = value.strip().partition("://")
    drivers = {
        "sqlite": "sqlite+aiosqlite",
        "postgres": "postgresql+asyncpg",
        "postgresql": "postgresql+asyncpg",
    }
    scheme = drivers.get(scheme, scheme)
    if not separator or scheme not in drivers.values():
        message = "must start with sqlite+aiosqlite:// or postgresql+asyncpg://"
        raise ValueError(message)
    try:
        _ = urlsplit(f"{scheme}://{rest}").port
    except ValueError:
        message = "must have a number for its port"
        raise ValueError(message) from None
    return f"{scheme}://{rest}"


def _url(value: object) -> object:
    """Accept https, and http on this machine for a stand-in of the service."""
    if not isinstance(value, str):
        return value
    parts = urlsplit(value.strip())
    loopback_http = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if not parts.hostname or not (parts.scheme == "https" or loopback_http):
        message = "must be an https:// address (http:// only on this machine)"
        raise ValueError(message)
    return value.strip().rstrip("/")


def _intervals(value: tuple[str, ...]) -> tuple[str, ...]:
    if not all(re.fullmatch(r"[1-9]\d{0,3}[dh]", part) for part in value):
        message = "must be days or hours before the session, such as 7d,1d,1h"
        raise ValueError(message)
    return value


def _groups(value: tuple[str, ...]) -> tuple[str, ...]:
    if not set(value) <= {group.value for group in Group} - {Group.PREFER_NOT_TO_SAY.value}:
        message = "must be of indigenous, black, racialized, other_equity_group"
        raise ValueError(message)
    return value


def _vault_keys(value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    for key in value:
        try:
            well = len(base64.urlsafe_b64decode(key.get_secret_value().encode())) == _KEY_BYTES
        except ValueError:
            well = False
        if not well:
            message = "must be keys made with `python -m bot self-id key`, newest first"
            raise ValueError(message)
    return value


Name = Annotated[str | None, BeforeValidator(_stripped)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
Intervals = Annotated[Names, AfterValidator(_intervals)]
Groups = Annotated[Names, AfterValidator(_groups)]
VaultKeys = Annotated[
    tuple[SecretStr, ...], NoDecode, BeforeValidator(_listed), AfterValidator(_vault_keys)
]
Url = Annotated[str, BeforeValidator(_url)]
_RULES = Rules()


def _hours(length: timedelta) -> float:
    return length / timedelta(hours=1)


class Settings(BaseSettings):
    """All settings, read once at the start and never changed."""

    model_config = SettingsConfigDict(
        env_prefix="BOT_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    # The server
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(3978, ge=0, le=65535, description="Port to listen on.")
    role: Literal["all", "web", "worker"] = Field(
        "all", description="What this process does: `web` answers Teams, `worker` the outbox."
    )
    database_url: Annotated[str, BeforeValidator(_driver)] = Field(
        "sqlite+aiosqlite:///var/bot.db",
        repr=False,
        description="The database: SQLite for one machine, PostgreSQL for several.",
    )
    log_format: Literal["console", "json"] = Field(
        "console", description="`console` for people, `json` for machines."
    )

    # Who the bot is
    app_id: Name = Field(
        None, description="The bot's application (client) id. Without it this is the sandbox."
    )
    app_type: Literal["SingleTenant", "UserAssignedMSI"] = Field(
        "SingleTenant", description="How the bot proves who it is."
    )
    app_secret: SecretStr | None = Field(None, description="Client secret (SingleTenant).")
    app_certificate_path: Name = Field(
        None, description="PEM or PFX file with key and certificate, instead of the secret."
    )
    tenant_id: Name = Field(None, description="The bot's own tenant.")
    allowed_tenants: Names = Field(
        (), description="Tenants whose people may use the bot. Default: `BOT_TENANT_ID`."
    )

    # Bot Framework
    openid_metadata_url: Url = Field(
        "https://login.botframework.com/v1/.well-known/openidconfiguration",
        description="Where the keys of Teams' tokens are described.",
    )
    token_issuers: Names = Field(
        ("https://api.botframework.com",), description="Accepted issuers of Teams' tokens."
    )
    login_url: Url = Field(
        "https://login.microsoftonline.com", description="Where the bot gets its own tokens."
    )
    connector_scope: str = Field(
        "https://api.botframework.com/.default", description="Scope of the token for Teams."
    )
    service_url_hosts: Names = Field(
        TEAMS_HOSTS,
        description="Hosts (with their subdomains) that the bot may answer to.",
    )

    # Microsoft Graph
    graph_url: Url = Field(
        "https://graph.microsoft.com/v1.0", description="Address of Microsoft Graph."
    )
    graph_scope: str = Field(
        "https://graph.microsoft.com/.default", description="Scope of the token for Graph."
    )
    service_mailbox: Name = Field(
        None, description="The mailbox that holds the meetings and sends the mail."
    )

    teams_app_id: Name = Field(
        None,
        description="The app's id in the tenant's catalogue, to install it for those it writes to.",
    )

    # Self-identification
    self_id_keys: VaultKeys = Field(
        (),
        description="Keys of what candidates say of themselves, newest first. None: not asked.",
    )

    # The programme
    lead_working_days: int = Field(
        _RULES.lead_working_days, ge=0, description="Working days before the earliest date asked."
    )
    furthest_days: int = Field(
        _RULES.furthest_days, ge=1, description="Days ahead of the furthest date asked."
    )
    capacity: int = Field(_RULES.capacity, ge=1, le=490, description="Seats of a session.")
    smallest_team: int = Field(
        _RULES.smallest_team, ge=1, description="Fewest people of a team's session."
    )
    day_starts: time = Field(_RULES.day_starts, description="No session starts before (local).")
    day_ends: time = Field(_RULES.day_ends, description="No session ends after (local).")
    quiet_from: time = Field(_RULES.quiet_from, description="No reminders from (reader's day)…")
    quiet_until: time = Field(_RULES.quiet_until, description="…until, but the last hour's.")
    agreement_expires_working_days: int = Field(
        _RULES.agreement_expires_working_days,
        ge=1,
        description="Working days that the counterpart has to agree.",
    )
    agreement_reminder_working_days: int = Field(
        _RULES.agreement_reminder_working_days,
        ge=1,
        description="Working days after they are asked when they are reminded.",
    )
    nudge_hours: float = Field(
        _hours(_RULES.nudge_every), ge=0, description="Hours between two nudges of a requester."
    )
    assignment_offer_hours: float = Field(
        _hours(_RULES.assignment_offer), gt=0, description="Hours that a facilitator has to answer."
    )
    seat_offer_hours: float = Field(
        _hours(_RULES.seat_offer),
        ge=0,
        description="Hours that a waiting person has to take a freed seat; 0 gives it at once.",
    )
    participant_reminders: Intervals = Field(
        _RULES.participant_reminders, description="When participants are reminded."
    )
    facilitator_reminders: Intervals = Field(
        _RULES.facilitator_reminders, description="When facilitators are reminded."
    )
    load_months: int = Field(
        _RULES.load_months, ge=1, description="Months over which a facilitator's load is counted."
    )
    preparation_gap_minutes: int = Field(
        int(_RULES.preparation_gap / timedelta(minutes=1)),
        ge=0,
        description="Minutes kept free around a facilitator's session.",
    )

    endorsement_nudge_working_days: int = Field(
        _RULES.endorsement_nudge_working_days,
        ge=1,
        description="Working days after which a manager or reference is reminded in the chat…",
    )
    endorsement_mail_working_days: int = Field(
        _RULES.endorsement_mail_working_days, ge=1, description="…then by mail…"
    )
    endorsement_tell_working_days: int = Field(
        _RULES.endorsement_tell_working_days, ge=1, description="…then the coordinators are told."
    )
    selection_priority: Groups = Field(
        _RULES.selection_priority,
        description="Groups whose candidates are looked at first: indigenous, black, racialized, "
        "other_equity_group.",
    )
    interview_minutes: int = Field(
        _RULES.interview_minutes, ge=15, le=180, description="How long an interview takes, usually."
    )
    interview_answer_working_days: int = Field(
        _RULES.interview_answer_working_days,
        ge=1,
        description="Working days within which a candidate picks a time for the interview.",
    )
    interview_reminders: Intervals = Field(
        _RULES.interview_reminders, description="When both are reminded of an interview."
    )

    # The sandbox
    sandbox_clock_url: Url | None = Field(
        None, description="The sandbox's clock. Only without `BOT_APP_ID`."
    )

    @classmethod
    def load(cls) -> Self:
        """Read the environment and `.env`.

        Raises:
            SettingsError: A line for each setting that does not hold, never with its value.
        """
        try:
            return cls()  # pyright: ignore[reportCallIssue]  # every field has a default
        except ValidationError as error:
            raise SettingsError(_lines(error)) from None

    @property
    def sandbox(self) -> bool:
        """Whether nobody is authenticated: there is no application id."""
        return self.app_id is None

    @property
    def tenants(self) -> frozenset[str]:
        """The tenants let in. Empty in a sandbox that names none: everybody on this machine."""
        named = self.allowed_tenants or ((self.tenant_id,) if self.tenant_id else ())
        return frozenset(name.lower() for name in named)

    def rules(self) -> Rules:
        """The programme's numbers, as the domain wants them."""
        return Rules(
            lead_working_days=self.lead_working_days,
            furthest_days=self.furthest_days,
            capacity=self.capacity,
            smallest_team=self.smallest_team,
            day_starts=self.day_starts,
            day_ends=self.day_ends,
            quiet_from=self.quiet_from,
            quiet_until=self.quiet_until,
            agreement_expires_working_days=self.agreement_expires_working_days,
            agreement_reminder_working_days=self.agreement_reminder_working_days,
            nudge_every=timedelta(hours=self.nudge_hours),
            assignment_offer=timedelta(hours=self.assignment_offer_hours),
            seat_offer=timedelta(hours=self.seat_offer_hours),
            participant_reminders=self.participant_reminders,
            facilitator_reminders=self.facilitator_reminders,
            load_months=self.load_months,
            preparation_gap=timedelta(minutes=self.preparation_gap_minutes),
            endorsement_nudge_working_days=self.endorsement_nudge_working_days,
            endorsement_mail_working_days=self.endorsement_mail_working_days,
            endorsement_tell_working_days=self.endorsement_tell_working_days,
            selection_priority=self.selection_priority,
            interview_minutes=self.interview_minutes,
            interview_answer_working_days=self.interview_answer_working_days,
            interview_reminders=self.interview_reminders,
        )

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        problems = _sandbox_problems(self) if self.sandbox else _identity_problems(self)
        if self.day_starts >= self.day_ends:
            problems.append("BOT_DAY_STARTS must be before BOT_DAY_ENDS.")
        if problems:
            raise ValueError("\n".join(problems))
        return self


def _sandbox_problems(settings: Settings) -> list[str]:
    problems: list[str] = []
    if not is_loopback(settings.host):
        problems.append(
            "Without BOT_APP_ID nobody is authenticated: BOT_HOST must be 127.0.0.1, "
            f"not {settings.host}."
        )
    clock = settings.sandbox_clock_url
    if clock and not is_loopback(urlsplit(clock).hostname or ""):
        problems.append("BOT_SANDBOX_CLOCK_URL must be on this machine.")
    return problems


def _identity_problems(settings: Settings) -> list[str]:
    problems: list[str] = []
    if settings.sandbox_clock_url:
        problems.append("BOT_SANDBOX_CLOCK_URL belongs to the sandbox: remove it or BOT_APP_ID.")
    if not settings.tenant_id:
        problems.append("BOT_TENANT_ID is missing.")
    has_secret = settings.app_secret is not None and bool(settings.app_secret.get_secret_value())
    if settings.app_type == "SingleTenant" and not (has_secret or settings.app_certificate_path):
        problems.append("SingleTenant needs BOT_APP_SECRET or BOT_APP_CERTIFICATE_PATH.")
    if not settings.token_issuers:
        problems.append("BOT_TOKEN_ISSUERS is empty.")
    return problems


def _lines(error: ValidationError) -> str:
    """Word a validation error with the names of the environment and without any value."""
    lines: list[str] = []
    for problem in error.errors(include_url=False, include_input=False, include_context=False):
        message = problem["msg"].removeprefix("Value error, ")
        place = problem["loc"]
        lines.append(f"BOT_{str(place[0]).upper()}: {message}" if place else message)
    return "\n".join(lines)

"""Every setting of the program: the only reader of the environment.

Each is `BOT_<NAME>` in the environment or in `.env`; a list is separated by commas. Without
`BOT_APP_ID` the program is the sandbox: nobody is authenticated, so it listens on loopback only.
The README's table is made from the descriptions below.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import time, timedelta
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.domain.pairing import Weights
from bot.domain.rules import Rules
from bot.loopback import is_loopback
from bot.setting_kinds import (
    TEAMS_HOSTS,
    DatabaseUrl,
    Groups,
    Intervals,
    Name,
    Names,
    Url,
    VaultKeys,
    lines_of,
)

_RULES = Rules()
_PAIR = _RULES.pairing


class SettingsError(Exception):
    """The settings do not hold together; the message says which and why, a line for each."""


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
    metrics_port: int = Field(
        0, ge=0, le=65535, description="Port of `/metrics`, to keep it inside; 0: on `BOT_PORT`."
    )
    role: Literal["all", "web", "worker"] = Field(
        "all", description="What this process does: `web` answers Teams, `worker` the outbox."
    )
    database_url: DatabaseUrl = Field(
        "sqlite+aiosqlite:///var/bot.db",
        repr=False,
        description="The database: SQLite for one machine, PostgreSQL for several.",
    )
    lease_seconds: float = Field(
        30,
        ge=1,
        description="Seconds after which what a dead worker was sending is taken over.",
    )
    sends_a_second: int = Field(
        50,
        ge=0,
        description="Most sends to Teams in a second, by all processes together; 0: no limit.",
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

    public_url: Url | None = Field(
        None,
        description="Public https address of the web role, for what Outlook tells of meetings. "
        "Without it only the reconciliation looks.",
    )
    outlook_reconcile_hours: float = Field(
        12, gt=0, le=24, description="Hours between two reconciliations of the mailbox's calendar."
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
    replace_by_working_days: int = Field(
        _RULES.replace_by_working_days,
        ge=0,
        description="Working days before a session when the coordinators are asked to postpone it.",
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
    training_offer_working_days: int = Field(
        _RULES.training_offer_working_days,
        ge=1,
        description="Working days within which a candidate answers the offer of a seat in the "
        "orientation.",
    )

    # Pairing
    sessions_a_month: int = Field(
        _RULES.sessions_a_month,
        ge=1,
        description="Most sessions that a facilitator is asked to lead in a month.",
    )
    pair_load: int = Field(
        _PAIR.load,
        ge=0,
        le=2000,
        description="Points of a session led within the months (the measure of the others).",
    )
    pair_region: int = Field(
        _PAIR.region,
        ge=0,
        le=2000,
        description="Points of coming from another region than the request.",
    )
    pair_more: int = Field(
        _PAIR.more, ge=0, le=2000, description="Points taken off for who would like to lead more."
    )
    pair_fewer: int = Field(
        _PAIR.fewer, ge=0, le=2000, description="Points of wanting to lead fewer."
    )
    pair_both_new: int = Field(
        _PAIR.both_new, ge=0, le=2000, description="Points of pairing two who are new."
    )
    pair_both_experienced: int = Field(
        _PAIR.both_experienced,
        ge=0,
        le=2000,
        description="Points of pairing two who are experienced.",
    )
    pair_again: int = Field(
        _PAIR.again,
        ge=0,
        le=2000,
        description="Points of having led together just now, fewer the longer ago.",
    )
    pair_unknown: int = Field(
        _PAIR.unknown, ge=0, le=2000, description="Points of a calendar that cannot be read."
    )
    pair_busy: int = Field(
        _PAIR.busy,
        ge=0,
        description="Points of being busy in Outlook: so many that they come last.",
    )
    pair_later_date: int = Field(
        _PAIR.later_date,
        ge=0,
        le=2000,
        description="Points of a team's second wished date, twice that of its third.",
    )
    pair_experienced_from: int = Field(
        _PAIR.experienced_from, ge=1, description="Sessions led from which somebody is experienced."
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
            raise SettingsError(lines_of(error)) from None

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
        same = {f.name: getattr(self, f.name) for f in fields(Rules) if hasattr(self, f.name)}
        return Rules(
            **same,
            nudge_every=timedelta(hours=self.nudge_hours),
            assignment_offer=timedelta(hours=self.assignment_offer_hours),
            seat_offer=timedelta(hours=self.seat_offer_hours),
            preparation_gap=timedelta(minutes=self.preparation_gap_minutes),
            pairing=Weights(
                load=self.pair_load,
                region=self.pair_region,
                more=self.pair_more,
                fewer=self.pair_fewer,
                both_new=self.pair_both_new,
                both_experienced=self.pair_both_experienced,
                again=self.pair_again,
                unknown=self.pair_unknown,
                busy=self.pair_busy,
                later_date=self.pair_later_date,
                experienced_from=self.pair_experienced_from,
                months=self.load_months,
            ),
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

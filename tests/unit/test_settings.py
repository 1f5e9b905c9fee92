"""Settings: read from the environment, refused where they do not hold together."""

from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.domain.rules import Rules
from bot.settings import Settings, SettingsError
from bot.vault import new_key

REAL = {
    "BOT_APP_ID": "11111111-1111-1111-1111-111111111111",
    "BOT_APP_SECRET": "hunter2",
    "BOT_TENANT_ID": "22222222-2222-2222-2222-222222222222",
}


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither the machine's settings nor the checkout's .env."""
    import os  # noqa: PLC0415  # this fixture alone

    for name in list(os.environ):
        if name.startswith("BOT_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch):
    def load(**settings: str) -> Settings:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        return Settings.load()

    return load


def problems(load, **settings: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(**settings)
    return str(caught.value).splitlines()


def test_without_anything_it_is_the_sandbox_on_loopback(load):
    settings = load()
    assert settings.sandbox
    assert (settings.host, settings.port, settings.role) == ("127.0.0.1", 3978, "all")
    assert settings.database_url == "sqlite+aiosqlite:///var/bot.db"
    assert settings.tenants == frozenset()


def test_the_rules_of_the_programme_are_the_domains_own_by_default(load):
    assert load().rules() == Rules()


def test_the_rules_can_be_tuned(load):
    settings = load(
        BOT_LEAD_WORKING_DAYS="5",
        BOT_CAPACITY="20",
        BOT_QUIET_UNTIL="07:30",
        BOT_ASSIGNMENT_OFFER_HOURS="1.5",
        BOT_SEAT_OFFER_HOURS="24",
        BOT_PARTICIPANT_REMINDERS="3d, 2h",
        BOT_NUDGE_HOURS="12",
        BOT_PREPARATION_GAP_MINUTES="45",
        BOT_ENDORSEMENT_NUDGE_WORKING_DAYS="2",
        BOT_ENDORSEMENT_MAIL_WORKING_DAYS="4",
        BOT_ENDORSEMENT_TELL_WORKING_DAYS="6",
        BOT_SELECTION_PRIORITY="black, indigenous",
    )
    assert settings.rules() == Rules(
        lead_working_days=5,
        capacity=20,
        quiet_until=time(7, 30),
        assignment_offer=timedelta(hours=1.5),
        seat_offer=timedelta(hours=24),
        participant_reminders=("3d", "2h"),
        nudge_every=timedelta(hours=12),
        preparation_gap=timedelta(minutes=45),
        endorsement_nudge_working_days=2,
        endorsement_mail_working_days=4,
        endorsement_tell_working_days=6,
        selection_priority=("black", "indigenous"),
    )


def test_a_file_is_read_and_the_environment_wins(load):
    Path(".env").write_text("BOT_PORT=4000\nBOT_CAPACITY=12\nOTHER=1\n", encoding="utf-8")
    settings = load(BOT_PORT="4001")
    assert (settings.port, settings.capacity) == (4001, 12)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.0.1"])
def test_the_sandbox_may_listen_on_this_machine(load, host: str):
    assert load(BOT_HOST=host).host == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.7", "bot.example.org", "0x7f000001"])
@pytest.mark.parametrize("app_id", ["", "  "])
def test_the_sandbox_refuses_any_other_host(load, host: str, app_id: str):
    assert problems(load, BOT_HOST=host, BOT_APP_ID=app_id) == [
        f"Without BOT_APP_ID nobody is authenticated: BOT_HOST must be 127.0.0.1, not {host}."
    ]


def test_a_bot_with_a_secret_may_listen_anywhere(load):
    settings = load(**REAL, BOT_HOST="0.0.0.0", BOT_SERVICE_MAILBOX="jlp@example.org")
    assert not settings.sandbox
    assert settings.tenants == {REAL["BOT_TENANT_ID"]}


def test_a_misspelt_app_type_is_refused(load):
    lines = problems(load, **REAL, BOT_APP_TYPE="SingleTennant")
    assert lines == ["BOT_APP_TYPE: Input should be 'SingleTenant' or 'UserAssignedMSI'"]


def test_single_tenant_needs_something_to_prove_itself_and_a_tenant(load):
    assert problems(load, BOT_APP_ID="x") == [
        "BOT_TENANT_ID is missing.",
        "SingleTenant needs BOT_APP_SECRET or BOT_APP_CERTIFICATE_PATH.",
    ]
    assert load(BOT_TENANT_ID="t", BOT_APP_CERTIFICATE_PATH="bot.pem").app_id == "x"


def test_a_managed_identity_needs_no_secret(load):
    settings = load(BOT_APP_ID="x", BOT_APP_TYPE="UserAssignedMSI", BOT_TENANT_ID="t")
    assert settings.app_secret is None


def test_the_sandboxs_clock_is_for_the_sandbox(load):
    url = "http://127.0.0.1:3980/clock"
    assert load(BOT_SANDBOX_CLOCK_URL=url).sandbox_clock_url == url
    assert problems(load, **REAL) == [
        "BOT_SANDBOX_CLOCK_URL belongs to the sandbox: remove it or BOT_APP_ID."
    ]


def test_the_vaults_keys_are_of_the_vaults_kind(load):
    first, second = new_key(), new_key()
    keys = load(BOT_SELF_ID_KEYS=f"{first}, {second}").self_id_keys
    assert [key.get_secret_value() for key in keys] == [first, second]


def test_secrets_are_never_printed(load):
    key = new_key()
    settings = load(
        **REAL,
        BOT_SELF_ID_KEYS=key,
        BOT_DATABASE_URL="postgresql://bot:hunter3@db.example.org/bot",
        BOT_SERVICE_MAILBOX="jlp@example.org",
    )
    assert "hunter" not in repr(settings) + str(settings)
    assert key not in repr(settings) + str(settings)
    lines = problems(load, BOT_PORT="hunter2", BOT_DATABASE_URL="mysql://bot:hunter3@db/bot")
    assert lines == [
        "BOT_PORT: Input should be a valid integer, unable to parse string as an integer",
        "BOT_DATABASE_URL: must start with sqlite+aiosqlite:// or postgresql+asyncpg://",
    ]


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgresql://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("postgres://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("postgresql+asyncpg://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("sqlite:///bot.db", "sqlite+aiosqlite:///bot.db"),
    ],
)
def test_the_driver_is_named_where_it_is_not(load, given: str, used: str):
    assert load(BOT_DATABASE_URL=given).database_url == used


def test_lists_are_separated_by_commas(load):
    settings = load(
        **REAL,
        BOT_ALLOWED_TENANTS="AAAA, bbbb,",
        BOT_TOKEN_ISSUERS="https://a.example.org,https://b.example.org",
        BOT_SERVICE_URL_HOSTS="smba.trafficmanager.net",
    )
    assert settings.tenants == {"aaaa", "bbbb"}
    assert settings.token_issuers == ("https://a.example.org", "https://b.example.org")
    assert settings.service_url_hosts == ("smba.trafficmanager.net",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_LOGIN_URL", "http://login.example.org"),
        ("BOT_GRAPH_URL", "graph.microsoft.com"),
        ("BOT_OPENID_METADATA_URL", "file:///etc/passwd"),
        ("BOT_PARTICIPANT_REMINDERS", "7d,soon"),
        ("BOT_FACILITATOR_REMINDERS", "0d"),
        ("BOT_CAPACITY", "0"),
        ("BOT_SELECTION_PRIORITY", "indigenous,somebody"),
        ("BOT_SELF_ID_KEYS", "too-short"),
        ("BOT_SELF_ID_KEYS", "not a key, not a key, not a key, not a key!="),
        ("BOT_ROLE", "boss"),
        ("BOT_QUIET_FROM", "25:00"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_by_name(load, name: str, value: str):
    (line,) = problems(load, **{name: value})
    assert line.startswith(f"{name}: ")
    assert value not in line


def test_the_day_must_begin_before_it_ends(load):
    assert problems(load, BOT_DAY_STARTS="17:00") == ["BOT_DAY_STARTS must be before BOT_DAY_ENDS."]


def test_every_setting_says_what_it_is():
    undescribed = [name for name, field in Settings.model_fields.items() if not field.description]
    assert undescribed == []

"""Where a connection may lead, and what becomes of an incomplete one."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest
from azure.core.credentials import AccessToken

from bot.domain.errors import OutsideFault
from bot.graph.client import connect
from bot.graph.installer import GraphInstaller
from bot.graph.link import Link
from bot.graph.options import GraphOptions, unobserved
from bot.graph.sdk import open_client
from bot.services.ports import MeetingDraft

SOON = datetime(2026, 12, 15, 18, tzinfo=UTC)


class Credential:
    """Gives always the same token."""

    async def get_token(self, *scopes: str, **_: object) -> AccessToken:
        return AccessToken("token", 0)


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://graph.microsoft.com", "https://graph.microsoft.com/v1.0"),
        ("https://graph.microsoft.com/v1.0/", "https://graph.microsoft.com/v1.0"),
        ("http://127.0.0.1:3980", "http://127.0.0.1:3980/v1.0"),
        ("http://127.0.0.1:3980/v1.0", "http://127.0.0.1:3980/v1.0"),
    ],
)
def test_the_version_is_added_where_it_is_missing(url: str, base: str) -> None:
    assert GraphOptions(url=url).base_url == base


@pytest.mark.parametrize(
    ("url", "mailbox", "credential", "usable"),
    [
        ("http://127.0.0.1:3980", "m@x.example", None, True),
        ("http://localhost:3980", "m@x.example", None, True),
        ("http://[::1]:3980", "m@x.example", None, True),
        ("https://graph.microsoft.com", "m@x.example", None, False),
        ("http://10.0.0.1", "m@x.example", None, False),
        ("https://graph.microsoft.com", "m@x.example", Credential(), True),
        ("https://graph.microsoft.com", "", Credential(), False),
        ("", "m@x.example", Credential(), False),
    ],
)
def test_what_is_usable(
    url: str, mailbox: str, credential: Credential | None, usable: bool
) -> None:
    options = GraphOptions(url=url, mailbox=mailbox, credential=credential)
    assert options.usable is usable
    assert connect(options).configured is usable


def test_without_a_credential_nothing_leaves_this_machine() -> None:
    with pytest.raises(ValueError, match="this machine only"):
        open_client(GraphOptions(url="https://graph.microsoft.com", mailbox="m@x.example"))


async def test_where_graph_is_not_configured_every_call_says_so() -> None:
    graph = connect(GraphOptions(url=""))
    draft = MeetingDraft("t", "", "", SOON, SOON, "UTC", [], hide_attendees=True)
    calls = [
        graph.calendars.availability([], SOON, SOON),
        graph.meetings.create(draft),
        graph.meetings.read("e"),
        graph.meetings.set_attendees("e", []),
        graph.meetings.look("e"),
        graph.meetings.move("e", draft),
        graph.mailbox.subscribe("https://a.example", "https://b.example", "state", SOON),
        graph.mailbox.renew("s", SOON),
        graph.mailbox.unsubscribe("s"),
        graph.mailbox.changes(None, SOON, SOON),
        graph.meetings.cancel("e", ""),
        graph.directory.person("p"),
        graph.directory.search("p"),
        graph.mail.send(to="m", subject="", html=""),
        graph.activity.notify("p", activity_type="a", preview="", topic="", parameters={}),
        graph.installer.install("p"),
    ]
    for call in calls:
        with pytest.raises(OutsideFault, match="graph_not_configured"):
            await call
    await graph.warm()
    await graph.close()


async def test_without_the_apps_id_nothing_can_be_installed() -> None:
    link = Link(GraphOptions(url="http://127.0.0.1:1", mailbox="m@x.example"))
    with pytest.raises(OutsideFault, match="graph_not_configured"):
        await GraphInstaller(link).install("p")


def test_nobody_is_told_of_calls_unless_they_ask() -> None:
    assert unobserved("read_event", "ok") is None


def test_importing_the_gateways_loads_neither_the_sdk_nor_its_http_client() -> None:
    looked_for = "import sys; import bot.graph.client; print([name for name in sys.modules if "
    looked_for += "name.split('.')[0] in {'msgraph', 'kiota_abstractions', 'httpx', 'azure'}])"
    done = subprocess.run(
        [sys.executable, "-c", looked_for], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"

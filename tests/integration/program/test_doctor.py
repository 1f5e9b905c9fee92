"""`doctor`: a line for each thing that the program stands on, and what to do about it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from sandbox.graph.calendar import JoinLink
from sandbox.people import SERVICE_MAILBOX
from storage.invariants import ALL
from tests.integration.program.local_graph import LocalGraph, serving
from tests.integration.program.terminal import Run

NO_TOKEN = "– Token for Teams: this is the sandbox, none is needed."
NO_GRAPH = (
    "– Graph: not configured. The chat works; meetings and mail wait. "
    "Set BOT_SERVICE_MAILBOX and the bot's identity."
)
DATABASE = "✓ Database: reached, and up to date."
PEOPLE = "✓ Graph, people: read (User.Read.All)."
CALENDARS = "✓ Graph, free and busy times: read (Calendars.ReadWrite)."
MAILBOX = "✓ Service mailbox: a test meeting was made with its join link, and cancelled."
LEADS = "✓ Co-organizers: those who lead may be made so (OnlineMeetings.ReadWrite.All)."
NO_NEWS = (
    "– Outlook’s news: no public address is set (BOT_PUBLIC_URL). "
    "Changes made by hand are found by the comparison alone."
)
NOT_COMPARED = (
    "– Outlook’s calendar: not compared with the records yet. "
    "A worker does it within seconds of its start."
)
OUTBOX = "✓ Outbox: nothing was given up."
NO_KEY = (
    "– Self-identification: not asked for. "
    "Make a key with: python -m bot self-id key, and set BOT_SELF_ID_KEYS."
)


@pytest.fixture
def graph(bare: pytest.MonkeyPatch) -> Iterator[LocalGraph]:
    with serving(JoinLink(reads=1, seconds=0.0)) as graph:
        settle(bare, graph)
        yield graph


def settle(bare: pytest.MonkeyPatch, graph: LocalGraph) -> None:
    bare.setenv("BOT_GRAPH_URL", f"{graph.url}/v1.0")
    bare.setenv("BOT_SERVICE_MAILBOX", SERVICE_MAILBOX)


def test_all_is_well(ready: Run, graph: LocalGraph) -> None:
    said = ready("doctor")
    graph_told = [PEOPLE, CALENDARS, MAILBOX, LEADS, NO_NEWS, NOT_COMPARED]
    assert said.out.splitlines() == [DATABASE, NO_TOKEN, *graph_told, NO_KEY, OUTBOX]
    assert said.code == 0
    (event,) = graph.events
    assert event.cancelled
    assert event.invited == set()


def test_in_french(ready: Run) -> None:
    said = ready("doctor", LC_ALL="fr_CA.UTF-8")
    assert said.code == 0
    assert said.out.splitlines()[0].startswith("✓ Base de données")


def test_without_graph(ready: Run) -> None:
    said = ready("doctor")
    assert (said.code, said.out.splitlines()) == (0, [DATABASE, NO_TOKEN, NO_GRAPH, NO_KEY, OUTBOX])


def test_without_tables(run: Run) -> None:
    said = run("doctor")
    assert (said.code, said.out.splitlines()) == (
        1,
        ["✗ Database: not up to date. Run: python -m bot migrate", NO_TOKEN, NO_GRAPH],
    )


def test_without_a_server(run: Run, unused_tcp_port: int) -> None:
    url = f"postgresql://bot:hunter2@127.0.0.1:{unused_tcp_port}/bot"
    said = run("doctor", BOT_DATABASE_URL=url)
    assert (said.code, said.out.splitlines()) == (
        1,
        [
            (
                "✗ Database: not reached (ConnectionRefusedError). "
                "Check BOT_DATABASE_URL and that the server is up."
            ),
            NO_TOKEN,
            NO_GRAPH,
        ],
    )
    assert "hunter2" not in said.err


@pytest.mark.parametrize(
    ("operation", "status", "line"),
    [
        (
            "searchUsers",
            403,
            ("✗ Graph, people: graph_denied. Consent to the application permission User.Read.All."),
        ),
        (
            "getSchedule",
            403,
            (
                "✗ Graph, free and busy times: graph_denied. Consent to Calendars.ReadWrite and "
                "scope it to the service mailbox."
            ),
        ),
        (
            "createEvent",
            503,
            (
                "✗ Service mailbox: not reached (graph_unavailable). Check the network and the "
                "bot's identity; else Graph is away: look again in a few minutes."
            ),
        ),
    ],
)
def test_what_graph_refuses(
    ready: Run, graph: LocalGraph, operation: str, status: int, line: str
) -> None:
    graph.fail(status=status, operation=operation)
    said = ready("doctor")
    assert said.code == 1
    assert [told for told in said.out.splitlines() if told.startswith("✗")] == [line]


def test_a_mailbox_without_a_licence_for_teams(ready: Run, bare: pytest.MonkeyPatch) -> None:
    with serving(JoinLink(reads=99, seconds=999.0)) as graph:
        settle(bare, graph)
        said = ready("doctor")
        (event,) = graph.events
    assert said.code == 1
    assert (
        "✗ Service mailbox: the meeting has no join link. Give the mailbox a Teams licence."
        in said.out.splitlines()
    )
    assert event.cancelled


def test_an_identity_that_is_refused(ready: Run, unused_tcp_port: int) -> None:
    login = f"http://127.0.0.1:{unused_tcp_port}"
    said = ready(
        "doctor",
        BOT_APP_ID="11111111-1111-1111-1111-111111111111",
        BOT_TENANT_ID="22222222-2222-2222-2222-222222222222",
        BOT_APP_SECRET="hunter2",
        BOT_LOGIN_URL=login,
    )
    assert said.code == 1
    line = said.out.splitlines()[1]
    assert line.startswith("✗ Token for Teams: refused (")
    assert line.endswith(
        "). Check BOT_APP_ID, BOT_TENANT_ID and the secret, certificate or managed identity."
    )
    assert "hunter2" not in said.out + said.err


def test_what_was_given_up(ready: Run, sqlite_ready: str) -> None:
    with sqlite3.connect(sqlite_ready.partition("///")[2]) as database:
        database.execute(
            "INSERT INTO outbox (row_id, via, kind, subject, dedupe_key, due_at, created_at, args,"
            " repeatable, state, attempts) VALUES ('r', 'mail', 'request.asked', 'request:1', 'k',"
            " '2027-01-01', '2027-01-01', '{}', 0, 'dead', 9)"
        )
    database.close()
    said = ready("doctor")
    assert (said.code, said.out.splitlines()[-1]) == (
        1,
        "✗ Outbox: 1 rows were given up. See: python -m bot outbox list",
    )
    assert ready("outbox", "list").out == "r\t\trequest.asked\trequest:1\t\t\n"
    retried = ready("outbox", "retry", "r", "none")
    assert (retried.code, retried.out) == (1, "1 row is due again.\n")
    assert retried.err.endswith(
        "1 of the rows is not one that was given up. See: python -m bot outbox list\n"
    )
    assert ready("outbox", "list") == (0, "", "")


def test_deep_all_is_well(ready: Run) -> None:
    said = ready("doctor", "--deep")
    rules = f"✓ Records: {len(ALL)} rules checked, all hold."
    assert (said.code, said.out.splitlines()[-2:]) == (0, [OUTBOX, rules])


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en_CA", "✗ Rows that were being sent when their worker died: r. Is a worker running?"),
        (
            "fr_CA",
            (
                "✗ Lignes en cours d’envoi quand leur processus s’est arrêté\u00a0: r."
                " Un processus d’envoi est-il en marche?"
            ),
        ),
    ],
)
def test_deep_what_is_broken(ready: Run, sqlite_ready: str, language: str, line: str) -> None:
    with sqlite3.connect(sqlite_ready.partition("///")[2]) as database:
        database.execute(
            "INSERT INTO outbox (row_id, via, kind, subject, dedupe_key, due_at, created_at, args,"
            " repeatable, state, attempts, lease_token, lease_until) VALUES ('r', 'mail',"
            " 'request.asked', 'request:1', 'k', '2020-01-01', '2020-01-01', '{}', 0, 'sending', 0,"
            " 't', '2020-01-01')"
        )
    database.close()
    said = ready("doctor", "--deep", LC_ALL=f"{language}.UTF-8")
    assert (said.code, said.out.splitlines()[-1]) == (1, line)

"""Every command, with what somebody in a hurry gives it: an answer in a line, never a traceback."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from storage.alone import only_worker
from tests.integration.program.terminal import (
    ADMINISTRATOR,
    EMPLOYER_LEAD,
    NOBODY,
    Run,
    facilitators,
    rows,
    saved,
    session_line,
    sessions,
)

NOT_MIGRATED = "The database is not up to date. Run: python -m bot migrate\n"


class TestDatabase:
    def test_migrate_makes_the_folder_and_says_what_it_did(self, run: Run, tmp_path: Path):
        assert run("migrate") == (0, "The database is up to date now.\n", "")
        assert (tmp_path / "var" / "bot.db").exists()
        assert run("migrate") == (0, "The database was up to date already.\n", "")

    @pytest.mark.parametrize(
        "words",
        [
            ("run",),
            ("roles", "list"),
            ("roles", "grant", "administrator", "--person", ADMINISTRATOR),
            ("facilitators", "import", "roster.csv"),
            ("sessions", "import", "calendar.csv"),
        ],
    )
    def test_without_tables(self, run: Run, words: tuple[str, ...]):
        said = run(*words)
        assert (said.code, said.out) == (1, "")
        assert said.err.endswith(NOT_MIGRATED)
        assert "Traceback" not in said.err

    @pytest.mark.parametrize("command", ["run", "migrate", "roles list"])
    def test_a_server_that_is_not_there(self, run: Run, command: str, unused_tcp_port: int):
        url = f"postgresql://bot:hunter2@127.0.0.1:{unused_tcp_port}/bot"
        said = run(*command.split(), BOT_DATABASE_URL=url)
        assert (said.code, said.out) == (1, "")
        assert said.err.splitlines()[-1] == (
            "The database cannot be reached or used (ConnectionRefusedError). "
            "Check BOT_DATABASE_URL and that the server is up."
        )
        assert "Traceback" not in said.err
        assert "hunter2" not in said.err

    def test_a_file_that_is_no_database(self, run: Run, tmp_path: Path):
        saved(tmp_path / "notes.db", "a shopping list, " * 100)
        said = run("roles", "list", BOT_DATABASE_URL="sqlite:///notes.db")
        assert (said.code, said.out) == (1, "")
        assert said.err == (
            "The database cannot be reached or used (DatabaseError). "
            "Check BOT_DATABASE_URL and that the server is up.\n"
        )

    def test_a_database_of_a_newer_program(self, ready: Run, sqlite_ready: str):
        """While it takes the place of this one, and once it no longer serves it."""
        newer = (
            1,
            "",
            (
                "The database is that of a newer version of the program. "
                "Install that one, or restore a backup.\n"
            ),
        )
        rows(sqlite_ready, "UPDATE alembic_version SET version_num = '9999'")
        assert ready("roles", "list") == (0, "", "")
        assert ready("migrate") == newer
        rows(sqlite_ready, "UPDATE compatibility SET oldest = '9998'")
        assert ready("roles", "list") == ready("migrate") == newer

    def test_in_french(self, run: Run):
        said = run("roles", "list", LANG="fr_CA.UTF-8")
        assert said.err == (
            "La base de données n’est pas à jour. Lancez\u00a0: python -m bot migrate\n"
        )


class TestRun:
    def test_open_to_the_world_without_an_app_id(self, ready: Run):
        said = ready("run", BOT_HOST="0.0.0.0")
        assert (said.code, said.out) == (1, "")
        assert said.err == (
            "Without BOT_APP_ID nobody is authenticated: BOT_HOST must be 127.0.0.1, not 0.0.0.0.\n"
        )

    def test_a_port_that_is_taken(self, ready: Run):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = str(other.getsockname()[1])
            said = ready("run", BOT_PORT=port)
        assert (said.code, said.out) == (1, "")
        assert (
            f"The program cannot listen on 127.0.0.1, port {port}: another one may be there "
            "already. See BOT_HOST and BOT_PORT." in said.err.splitlines()
        )
        assert "Traceback" not in said.err

    @pytest.mark.parametrize(
        ("language", "line"),
        [
            ("en", "Another process already sends what is due from {file}. SQLite is for one: "),
            ("fr", "Un autre processus se charge déjà des envois de {file}. "),
        ],
    )
    def test_a_second_worker_on_sqlite(
        self, ready: Run, sqlite_ready: str, language: str, line: str
    ):
        first = only_worker(sqlite_ready)
        said = ready("run", LC_ALL=f"{language}_CA.UTF-8")
        assert (said.code, said.out) == (1, "")
        assert line.format(file=sqlite_ready.partition("///")[2]) in said.err
        assert "Traceback" not in said.err
        assert first is not None

    def test_a_certificate_that_is_not_there(self, ready: Run):
        said = ready(
            "run",
            BOT_APP_ID="11111111-1111-1111-1111-111111111111",
            BOT_TENANT_ID="22222222-2222-2222-2222-222222222222",
            BOT_APP_CERTIFICATE_PATH="bot.pem",
        )
        assert said.code == 1
        assert said.err.splitlines()[-1] == "There is no file bot.pem."

    def test_settings_that_do_not_hold(self, run: Run):
        said = run("run", BOT_PORT="many", BOT_DATABASE_URL="postgresql://host:port/bot")
        assert said.code == 1
        assert said.err.splitlines() == [
            ("BOT_PORT: Input should be a valid integer, unable to parse string as an integer"),
            "BOT_DATABASE_URL: must have a number for its port",
        ]

    @pytest.mark.parametrize("words", [(), ("rum",), ("roles",), ("roles", "grant")])
    def test_a_command_that_does_not_exist(self, run: Run, words: tuple[str, ...]):
        said = run(*words)
        assert said.code == 2
        assert said.err.startswith("usage: python -m bot")


class TestRoles:
    def test_granted_once_listed_and_taken_back(self, ready: Run):
        person = ("--person", f" {ADMINISTRATOR.upper()} ")
        post = ("--region", "quebec", "--side", "union")
        assert ready("roles", "list").out == ""
        assert ready("roles", "grant", *person).out == "Granted.\n"
        assert ready("roles", "grant", *person).out == "The person has this role already.\n"
        assert ready("roles", "grant", "coordinator", *person, *post).out == "Granted.\n"
        assert ready("roles", "list").out == (
            f"administrator\t\t\t{ADMINISTRATOR}\ncoordinator\tquebec\tunion\t{ADMINISTRATOR}\n"
        )
        assert ready("roles", "revoke", *person, *post).out == "Taken back.\n"
        assert ready("roles", "revoke", *person, *post).out == (
            "The person does not have this role.\n"
        )
        assert ready("roles", "revoke", *person).out == "Taken back.\n"

    @pytest.mark.parametrize(
        ("words", "line"),
        [
            (
                ("--person", "Robert'); DROP TABLE people;--"),
                (
                    "“Robert'); DROP TABLE people;--” is not an Entra object id, "
                    "such as 00000000-0000-0000-0000-000000000000."
                ),
            ),
            (
                ("coordinator", "--person", NOBODY),
                "I do not know this region. Choose one of the list.",
            ),
            (
                ("coordinator", "--person", NOBODY, "--region", "quebec", "--side", "both"),
                "Choose a side: union or employer.",
            ),
        ],
    )
    def test_what_cannot_be_granted(self, ready: Run, words: tuple[str, ...], line: str):
        assert ready("roles", "grant", *words) == (1, "", f"{line}\n")
        assert ready("roles", "list").out == ""


class TestSessions:
    @pytest.fixture(autouse=True)
    def leads(self, ready: Run, tmp_path: Path) -> None:
        assert ready("facilitators", "import", facilitators(tmp_path)).code == 0

    def test_taken_in_once(self, ready: Run, sqlite_ready: str, tmp_path: Path):
        calendar = sessions(
            tmp_path, session_line(), session_line(starts_on="2097-03-06", zone="America/Regina")
        )
        assert ready("sessions", "import", calendar) == (
            0,
            "Sessions: 2 added, 0 there already.\n",
            "",
        )
        assert ready("sessions", "import", calendar).out == "Sessions: 0 added, 2 there already.\n"
        assert rows(sqlite_ready, "SELECT status, zone FROM sessions ORDER BY starts_at") == [
            ("booking", "America/Toronto"),
            ("booking", "America/Regina"),
        ]
        booking = "SELECT state FROM outbox WHERE kind = 'meeting.book'"
        assert rows(sqlite_ready, booking) == [("pending",), ("pending",)]

    @pytest.mark.parametrize(
        ("changed", "why"),
        [
            ({"zone": "Mars/Olympus"}, "“Mars/Olympus” is not a time zone"),
            ({"starts_on": "2097-02-30"}, "2097-02-30 13:00"),
            ({"starts_at": ""}, "2097-03-05"),
            ({"language": "de"}, "Choose English or French."),
            ({"visibility": "secret"}, "The visibility is “team” or “open”."),
            ({"organization": "0"}, "I do not know this organization."),
            ({"union_facilitator": ""}, "“” is not an Entra object id"),
        ],
    )
    def test_a_bad_line_takes_nothing_in(
        self, ready: Run, sqlite_ready: str, tmp_path: Path, changed: dict[str, str], why: str
    ):
        calendar = sessions(tmp_path, session_line(), session_line(**changed))
        said = ready("sessions", "import", calendar)
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith("Line 3: ")
        assert why in said.err
        assert said.err.endswith("Nothing was taken in.\n")
        assert rows(sqlite_ready, "SELECT * FROM sessions") == []

    @pytest.mark.parametrize(
        ("changed", "why"),
        [
            (
                {"starts_on": "1997-03-05"},
                "This time has already passed. Choose a later one.",
            ),
            (
                {"union_facilitator": NOBODY},
                (
                    "This person cannot lead this conversation any more. "
                    "Choose somebody else from the list."
                ),
            ),
            (
                {"union_facilitator": EMPLOYER_LEAD},
                (
                    "This person cannot lead this conversation any more. "
                    "Choose somebody else from the list."
                ),
            ),
            (
                {"offering": "astrology"},
                "This conversation cannot be requested at the moment. Choose another one.",
            ),
            ({"region": "narnia"}, "I do not know this region. Choose one of the list."),
        ],
    )
    def test_what_only_the_database_knows_names_its_line_too(
        self, ready: Run, sqlite_ready: str, tmp_path: Path, changed: dict[str, str], why: str
    ):
        bad = session_line(**changed)
        calendar = sessions(tmp_path, session_line(), bad)
        assert ready("sessions", "import", calendar) == (
            1,
            "",
            (
                f"Line 3: {why} The lines before it were taken in. Mend it and import the file "
                "again: nothing is taken in twice.\n"
            ),
        )
        assert len(rows(sqlite_ready, "SELECT * FROM sessions")) == 1
        assert ready("sessions", "import", sessions(tmp_path, bad)).err == (
            f"Line 2: {why} Nothing was taken in.\n"
        )

    def test_progress_of_long_files(self, ready: Run, tmp_path: Path):
        days = [f"2097-{month:02}-{day:02}" for month in (3, 4) for day in range(1, 29)]
        calendar = sessions(tmp_path, *(session_line(starts_on=day) for day in days))
        assert ready("sessions", "import", calendar) == (
            0,
            "Sessions: 56 added, 0 there already.\n",
            "50 of 56\n56 of 56\n",
        )

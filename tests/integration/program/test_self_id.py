"""`self-id`: keys made, turned and lost, as whoever runs the program types it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from bot.vault import FernetVault, new_key
from sandbox import run as sandbox_run
from tests.integration.program.terminal import Run

SAID = json.dumps(["black"])
OLD, NEW = new_key(), new_key()


@pytest.fixture
def kept(sqlite_ready: str) -> str:
    """One self-identification, sealed with the old key; the database's path."""
    path = sqlite_ready.partition("///")[2]
    with closing(sqlite3.connect(path)) as database:
        database.execute(
            "INSERT INTO self_identifications (application_id, sealed, given_at)"
            " VALUES ('a1', ?, '2027-01-11 15:00:00.000000')",
            (FernetVault([OLD]).seal(SAID),),
        )
        database.commit()
    return path


def opened(path: str, *keys: str) -> str:
    with closing(sqlite3.connect(path)) as database:
        ((sealed,),) = database.execute("SELECT sealed FROM self_identifications").fetchall()
    return FernetVault(keys).open(sealed)


def test_a_key_is_made_without_anything_else(run: Run) -> None:
    first, second = run("self-id", "key"), run("self-id", "key")
    assert first.code == second.code == 0
    assert first.out != second.out
    vault = FernetVault([first.out.strip()])
    assert vault.open(vault.seal(SAID)) == SAID


def test_keys_are_turned(ready: Run, kept: str) -> None:
    said = ready("self-id", "rotate", BOT_SELF_ID_KEYS=f"{NEW},{OLD}")
    assert (said.code, said.out) == (
        0,
        "1 self-identification is sealed with the first key now.\n",
    )
    assert json.loads(opened(kept, NEW)) == ["black"]
    assert "black" not in said.err
    assert ready("self-id", "rotate", BOT_SELF_ID_KEYS=NEW).code == 0
    told = ready("doctor").out.splitlines()
    assert "✓ Self-identification: there is a key, and everything sealed can be opened." in told


def test_a_lost_key_is_named_and_what_it_sealed_is_left(ready: Run, kept: str) -> None:
    said = ready("self-id", "rotate", BOT_SELF_ID_KEYS=NEW)
    assert (said.code, said.out) == (
        1,
        "0 self-identifications are sealed with the first key now.\n",
    )
    assert said.err.endswith("No key opens the one of application a1. It was left as it is.\n")
    assert opened(kept, OLD) == SAID
    told = ready("doctor").out
    assert "✗ Self-identification: no key opens 1 of them." in told


def test_without_a_key(ready: Run) -> None:
    said = ready("self-id", "rotate")
    assert (said.code, said.out) == (1, "")
    assert said.err.splitlines()[-1].startswith("There is no key. Make one with:")


def test_in_french(ready: Run, kept: str) -> None:
    said = ready("self-id", "rotate", BOT_SELF_ID_KEYS=f"{NEW},{OLD}", LANG="fr_CA.UTF-8")
    assert said.out == "1 auto-identification est maintenant scellée avec la première clé.\n"


def test_the_sandbox_makes_a_key_once_and_keeps_it(bare: pytest.MonkeyPatch) -> None:
    first = sandbox_run.own_key()
    assert sandbox_run.own_key() == first
    assert sandbox_run.KEY.stat().st_mode & 0o077 == 0
    assert FernetVault([first]).ready
    assert sandbox_run.environment()["BOT_SELF_ID_KEYS"] == first

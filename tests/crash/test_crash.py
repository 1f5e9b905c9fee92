"""The short form of `make crash`: a few lives, with a fault of each kind and kills at any instant.

people ask, agree, approve, accept, withdraw, are replaced, join, leave, wait, move, cancel;
one applies, is supported and interviewed; reminders; held
meanwhile: replicas are killed, Graph and Teams fail before and after the effect, activities
come twice and late, database connections are cut, or the file is locked
at the end ▸ every record, event, attendee, mail and message is as it must be
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.forks import Forks
from tests.crash.run import Plan, run

EACH = {"teams", "graph", "activity", "database"}  # what goes wrong
SHORT = Plan(seed=20270222, calls_a_life=30.0, kills_at_calls=0.01)


async def test_one_process_on_sqlite(forks: Forks, tmp_path: Path, sqlite_town: str) -> None:
    outcome = await run(forks, tmp_path, sqlite_town, SHORT)
    assert outcome.wrong == []
    assert outcome.kills > 0
    assert {kind.split()[0] for kind in outcome.faults} == EACH


@pytest.mark.postgres
async def test_replicas_on_postgresql(forks: Forks, tmp_path: Path, postgres_town: str) -> None:
    outcome = await run(forks, tmp_path, postgres_town, SHORT)
    assert outcome.wrong == []
    assert outcome.kills > 0
    assert {kind.split()[0] for kind in outcome.faults} == EACH

"""The short form of `make crash`: a few lives, with a fault of each kind and kills at any instant.

people ask, agree, approve, accept, join, leave, wait, move, cancel; reminders; held
meanwhile: replicas are killed, Graph and Teams fail before and after the effect, activities
come twice and late
at the end ▸ every record, event, attendee, mail and message is as it must be
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.forks import Forks
from tests.crash.run import Plan, run

SHORT = Plan(seed=20270222, calls_a_life=30.0, kills_at_calls=0.01)


async def test_one_process_on_sqlite(forks: Forks, tmp_path: Path, sqlite_town: str) -> None:
    outcome = await run(forks, tmp_path, sqlite_town, SHORT)
    assert outcome.wrong == []
    assert outcome.kills > 0
    assert sum(outcome.faults.values()) > 0


@pytest.mark.postgres
async def test_replicas_on_postgresql(forks: Forks, tmp_path: Path, postgres_town: str) -> None:
    outcome = await run(forks, tmp_path, postgres_town, SHORT)
    assert outcome.wrong == []
    assert outcome.kills > 0
    assert sum(outcome.faults.values()) > 0

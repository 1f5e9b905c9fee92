"""A bug of each class, planted in the program's parts, is found by the crash test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.forks import Forks
from tests.crash.plants import PARTS
from tests.crash.run import Plan, run

# No kills: what is wrong is wrong without them, and the test is quick.
CALM = {"requests": 0, "candidates": 0, "cuts": False, "calls_a_life": 1e9, "kills_at_calls": 0.0}
TODAY = CALM | {"days": False}
ON_SQLITE = {
    "mail retried blindly": (Plan(1, sessions=1, level=0.8, **CALM), "mail to"),
    "create without transactionId": (
        Plan(2, sessions=1, level=0.8, **TODAY),
        "events of no session",
    ),
    "reminder not dropped": (Plan(3, sessions=1, level=0.0, **TODAY), "invariant orphan_reminder"),
}
ON_POSTGRESQL = {
    "claim without lease": (Plan(4, sessions=1, people=8, level=0.4, **CALM), "that no row knows"),
    "seat counted without lock": (Plan(5, sessions=1, level=0.0, **TODAY), "session_over_capacity"),
}


def test_each_is_planted_somewhere() -> None:
    assert {*ON_SQLITE, *ON_POSTGRESQL} == {*PARTS}


@pytest.mark.parametrize("bug", ON_SQLITE)
async def test_found_on_sqlite(forks: Forks, tmp_path: Path, sqlite_town: str, bug: str) -> None:
    plan, sign = ON_SQLITE[bug]
    outcome = await run(forks, tmp_path, sqlite_town, plan.planted(bug))
    assert [told for told in outcome.wrong if sign in told]


@pytest.mark.postgres
@pytest.mark.parametrize("bug", ON_POSTGRESQL)
async def test_found_on_postgresql(
    forks: Forks, tmp_path: Path, postgres_town: str, bug: str
) -> None:
    plan, sign = ON_POSTGRESQL[bug]
    outcome = await run(forks, tmp_path, postgres_town, plan.planted(bug))
    assert [told for told in outcome.wrong if sign in told]

"""A backup taken while the program runs, restored after it went on: nothing is repeated.

people join; a booking is owed           ▸ the backup is taken, with the documented command
it is booked, reminders go out, one is over ▸ the program stops, its database is lost
`python -m bot restored`, and it starts again ▸ no card, mail, notification or event twice;
                                             what falls due from then on goes out
"""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url, select

from bot.domain.messages import RowState
from bot.domain.sessions import AHEAD, SessionStatus
from sandbox.graph.models import Message, Notification
from sandbox.graph.world import WORLD
from storage import tables
from storage.engine import make_engine
from tests import postgres
from tests.crash.forks import ROOT, Forks
from tests.crash.run import Plan, opened
from tests.crash.story import FIRST_DAY, TOGETHER, Story
from tests.crash.town import Town
from tests.crash.verdict import said_by_rows

S = tables.sessions.c


def copied(url: str, folder: Path) -> Callable[[], str]:
    """Take the backup; what comes back restores it, and gives the copy's address."""
    if url.startswith("sqlite"):
        return _sqlite(Path(make_url(url).database or ""), folder / "copy.db")
    return _postgres(url.replace("+asyncpg", ""), folder / "copy.dump")


def _sqlite(path: Path, copy: Path) -> Callable[[], str]:
    with closing(sqlite3.connect(path)) as database:
        database.execute("VACUUM INTO ?", [str(copy)])
    return lambda: f"sqlite+aiosqlite:///{copy}"


def _postgres(url: str, dump: Path) -> Callable[[], str]:
    tools = postgres.binaries()

    def tool(name: str, *arguments: str) -> None:
        subprocess.run([tools / name, *arguments], check=True, capture_output=True)

    tool("pg_dump", "--format=custom", f"--file={dump}", url)

    def restore() -> str:
        tool(
            "pg_restore", "--clean", "--if-exists", "--single-transaction", f"--dbname={url}", dump
        )
        return url.replace("postgresql:", "postgresql+asyncpg:")

    return restore


async def command(town: Town, url: str, *words: str) -> str:
    """Type a command at a machine that has the program."""
    env = {**town.stage.environment(BOT_DATABASE_URL=url), "PYTHONPATH": str(ROOT)}
    env = {name: text for name, text in env.items() if not name.startswith("LC_")} | {"LANG": "C"}
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "bot", *words],
        env=env,
        cwd=town.stage.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    return done.stdout + done.stderr


def heard(town: Town) -> Counter[tuple[str, str]]:
    """Everything that reached somebody, as often as it did."""
    store = town.stage.graph[WORLD].store
    cards = [(said.conversation, said.words + said.about) for said in said_by_rows(town)]
    mails = [
        (mail.owner, mail.subject + mail.html) for mail in store.of(Message) if mail.kind == "mail"
    ]
    bells = [(bell.owner, bell.preview + bell.received_at[:10]) for bell in store.of(Notification)]
    return Counter([*cards, *mails, *bells])


async def go_on(town: Town, until: datetime) -> None:
    """From one thing that falls due to the next."""
    while True:
        await town.settled()
        due = await town.next_due()
        await town.hop(min(due + TOGETHER, until) if due else until)
        if town.stage.clock.now() >= until:
            break

    async def ended() -> bool:
        over = (S.ends_at <= until, S.status.in_([*AHEAD]))
        return not await town.rows(select(S.session_id).where(*over))

    await town.until(ended, "what is over has not ended", hop=False)
    await town.settled()


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_a_restored_copy_repeats_nothing(
    forks: Forks, tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    url = request.getfixturevalue(f"{kind}_town")
    async with opened(forks, tmp_path, url, Plan(1)) as town:
        town.replicas.start_all()
        story = Story(town, sessions=4, people=4)
        await story.begin()
        await asyncio.gather(*(town.join(key, story.sessions[0]) for key in story.people))
        await asyncio.gather(*(town.join(key, story.sessions[3]) for key in story.people))
        restore = copied(url, tmp_path)
        taken_at = town.stage.clock.now()

        await go_on(town, FIRST_DAY.replace(hour=20))
        town.replicas.end()
        await town.database.dispose()
        before, events = heard(town), len(town.stage.events())
        copy = restore()
        said = await command(town, copy, "restored", "--taken-at", taken_at.isoformat())
        assert "will not go out" in said

        town.stage.settings["BOT_DATABASE_URL"] = copy
        town.database = make_engine(copy)
        town.replicas.start_all()
        await town.settled()
        assert heard(town) == before
        held = [SessionStatus.HELD, SessionStatus.BOOKED]
        statuses = await town.rows(select(S.status).order_by(S.starts_at))
        assert [row[0] for row in statuses] == [held[0]] * 3 + [held[1]]

        await go_on(town, FIRST_DAY + timedelta(days=2))
        later = heard(town)
        assert max(later.values()) == 1
        assert later > before
        assert len(town.stage.events()) == events == 4
        assert not [row for row in await town.outbox() if row.state is RowState.DEAD]
        await town.look()
        assert town.broken == []
        await town.database.dispose()


async def test_a_database_that_is_no_copy_is_left_alone(
    forks: Forks, tmp_path: Path, sqlite_town: str
) -> None:
    async with opened(forks, tmp_path, sqlite_town, Plan(2)) as town:
        town.replicas.start_all()
        before = town.stage.clock.now()
        await Story(town, sessions=1, people=1).begin()
        await town.settled()
        town.replicas.end()
        rows = await town.outbox()
        with pytest.raises(AssertionError, match="Nothing was changed"):
            await command(town, sqlite_town, "restored", "--taken-at", before.isoformat())
        assert await town.outbox() == rows

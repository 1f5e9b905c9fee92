"""The sandbox's Teams with thousands of people, as strict as the real one, and its clock.

    python -m bench.teams PORT PEOPLE FOLDER NOW

`GET /bench` says how many messages are there and how many requests were one too many.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from aiohttp import web

from bench.harness import person_id
from sandbox.clock import SandboxClock
from sandbox.people import People, Person, Team
from sandbox.teams.app import LIMITS, TeamsSettings, create_app
from sandbox.teams.ids import chat_id
from sandbox.teams.store import Status, Store

STORE = "teams.db"
_TEAM = Team("bench", {"en": "A team", "fr": "Une équipe"}, 2229, "ontario", "America/Toronto")


def person(number: int) -> Person:
    """The n-th of them."""
    return Person(
        id=person_id(number),
        key=f"employee-{number}",
        name=f"Employee {number}",
        role={"en": "Employee", "fr": "Membre du personnel"},
        language=("en", "fr")[number % 2],
        zone="America/Toronto",
        color="#336699",
        team=_TEAM,
    )


def chat_of(number: int) -> str:
    """The id of their own chat with the bot."""
    return chat_id(person(number))


def told(folder: Path) -> Iterator[str]:
    """The chats in which something was said, in that order."""
    with sqlite3.connect(folder / STORE) as database:
        for (chat,) in database.execute("SELECT conversation FROM messages ORDER BY seq"):
            yield chat


async def _serve(port: int, count: int, folder: Path, now: datetime) -> None:
    os.sched_setaffinity(0, range(os.cpu_count() or 1))  # Teams has no part in the workers' core
    people = People([person(number) for number in range(count)], {_TEAM.key: _TEAM})
    store = Store(folder / STORE)
    for one in people.everyone:
        store.set_status(one.id, Status.INSTALLED)
    store.close()
    clock = SandboxClock()
    clock.set(now)
    own = f"http://127.0.0.1:{port}/"
    settings = TeamsSettings(own, own, own, store=folder / STORE, strict_limits=True)
    app = create_app(people, clock, settings)

    async def show(_: web.Request) -> web.Response:
        with sqlite3.connect(folder / STORE) as database:
            (messages,) = database.execute("SELECT count(*) FROM messages").fetchone()
        return web.json_response({"messages": messages, "refused": app[LIMITS].refused})

    async def ready(_: web.Request) -> web.Response:
        return web.Response()

    app.add_routes([web.get("/bench", show), web.get("/health/ready", ready)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(
        _serve(
            int(sys.argv[1]),
            int(sys.argv[2]),
            Path(sys.argv[3]),
            datetime.fromisoformat(sys.argv[4]),
        )
    )

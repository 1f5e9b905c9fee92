"""A morning: reminders due at 9:00 in one zone, to people on the sandbox's Teams, which throttles.

The sandbox's clock shows 9:00 in Toronto; its Teams refuses the 51st request of a second and the
eighth message of a chat. The workers (two on PostgreSQL, one on SQLite) keep to 50 a second
together. `BENCH_MORNING` says how many are due; 20,000 take nearly seven minutes.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench import data, teams
from bench.crowd import TORONTO, Crowd
from bench.harness import Bench, Figures, free_port
from sandbox.people import TENANT_ID
from storage.engine import Database
from storage.outbox_queue import SqlOutboxQueue

DUE = int(os.environ.get("BENCH_MORNING", "2000"))
WORKERS = {"sqlite": 1, "postgresql": 2}
RATE, GRACE_SECONDS = 50, 60


async def measure(bench: Bench) -> Figures:
    """On each database."""
    figures: Figures = {}
    for engine in bench.databases:
        figures |= await _morning(bench, engine)
    return figures


async def _morning(bench: Bench, engine: str) -> Figures:
    url, folder, port = bench.database(engine), bench.folder / f"teams-{engine}", free_port()
    folder.mkdir()
    nine = _nine()
    crowd = Crowd(
        people=DUE,
        first_at=nine + timedelta(hours=25),
        service_url=f"http://127.0.0.1:{port}/connector/",
        due_at=nine,
        which="1d",
        tenant_id=TENANT_ID,
        chat_of=teams.chat_of,
    )
    async with data.migrated(url) as database, AsyncExitStack() as stack:
        await crowd.settle(database)
        await crowd.owe(database)
        command = ("-m", "bench.teams", str(port), str(DUE), str(folder), nine.isoformat())
        await stack.enter_async_context(bench.serving(command, port=port))
        env = {
            "BOT_DATABASE_URL": url,
            "BOT_ROLE": "worker",
            "BOT_SANDBOX_CLOCK_URL": f"http://127.0.0.1:{port}/clock",
            "BOT_LOG_FORMAT": "json",
        }
        workers = (bench.serving(("-m", "bot", "run"), env) for _ in range(WORKERS[engine]))
        for worker in workers:
            await stack.enter_async_context(worker)
        first = await _delivered(bench, port, 1)
        began = time.perf_counter()
        seen = await _delivered(bench, port, DUE)
        rate = (DUE - first["messages"]) / (time.perf_counter() - began)
        counts = await _settled(database)
    order = _order(crowd, folder)
    assert sorted(order) == list(range(DUE)), "each was told once"
    return _figures(engine, order, counts, seen["refused"], rate)


def _nine() -> datetime:
    """Nine o'clock of tomorrow in Toronto."""
    day = datetime.now(ZoneInfo(TORONTO)) + timedelta(days=1)
    return day.replace(hour=9, minute=0, second=0, microsecond=0).astimezone(UTC)


async def _delivered(bench: Bench, port: int, count: int) -> dict[str, Any]:
    """Wait until so many messages are there; what Teams says of it then."""
    async with asyncio.timeout(DUE / RATE * 3 + GRACE_SECONDS):
        while True:
            async with bench.session.get(f"http://127.0.0.1:{port}/bench") as answer:
                seen: dict[str, Any] = await answer.json()
            if seen["messages"] >= count:
                return seen
            await asyncio.sleep(0.2)


async def _settled(database: Database) -> dict[str, int]:
    """How the rows stand once the last is written down."""
    queue = SqlOutboxQueue(database)
    async with asyncio.timeout(GRACE_SECONDS):
        while (counts := dict(await queue.counts()))["sent"] < DUE:
            await asyncio.sleep(0.2)
    return counts


def _order(crowd: Crowd, folder: Path) -> list[int]:
    """The numbers of those who were told, first to last."""
    number_of = {crowd.chat_of(number): number for number in range(DUE)}
    return [number_of[chat] for chat in teams.told(folder)]


def _figures(
    engine: str, order: Sequence[int], counts: dict[str, int], refused: int, rate: float
) -> Figures:
    """Somebody is told early or late by so many places: those of one session are alike."""
    sessions = [number // data.CAPACITY for number in order]
    moved = [abs(have - want) for have, want in zip(sessions, sorted(sessions), strict=True)]
    name = f"morning.{DUE}_due"
    return {
        f"{name}.per_second.{engine}": rate,
        f"{name}.sent.{engine}": counts["sent"],
        f"{name}.lost.{engine}": DUE - counts["sent"],
        f"{name}.refused_by_teams.{engine}": refused,
        f"{name}.sessions_out_of_order.max.{engine}": max(moved),
        f"{name}.sessions_out_of_order.mean.{engine}": sum(moved) / len(moved),
    }

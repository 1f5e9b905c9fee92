"""The database fails a town for a moment: connections are cut, or the file is locked.

On PostgreSQL those of the program are cut, one that is in the middle of a transaction where there
is one; ours, which only look, are left alone. Whose a connection is, is read from its socket.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing, suppress
from typing import Any

import asyncpg
from sqlalchemy import make_url

from tests.crash.replicas import Replicas

PAUSE = 1.5  # seconds between two, on average
HELD, HELD_LONG, LONG = (0.05, 0.8), (5.2, 6.0), 0.03  # seconds; the program waits for five
OPEN = """
    SELECT pid, client_port, xact_start IS NOT NULL AS busy FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND client_port > 0
"""


@asynccontextmanager
async def cut(
    url: str, replicas: Replicas, rng: random.Random, met: Counter[str]
) -> AsyncGenerator[None]:
    """Again and again while the block runs; `met` counts it."""
    on_file = url.startswith("sqlite")
    cutting = _locks(url, rng, met) if on_file else _cuts(url, replicas, rng, met)
    task = asyncio.create_task(cutting)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _cuts(url: str, replicas: Replicas, rng: random.Random, met: Counter[str]) -> None:
    driver: Any = asyncpg
    connection = await driver.connect(url.replace("+asyncpg", ""))
    try:
        while True:
            await asyncio.sleep(rng.expovariate(1 / PAUSE))
            every = await connection.fetch(OPEN)
            rng.shuffle(every)
            every.sort(key=lambda one: not one["busy"])
            theirs = next((one for one in every if replicas.caller(one["client_port"])), None)
            if theirs is None:
                continue
            if await connection.fetchval("SELECT pg_terminate_backend($1)", theirs["pid"]):
                met["database cut in a transaction" if theirs["busy"] else "database cut"] += 1
    finally:
        await connection.close()


async def _locks(url: str, rng: random.Random, met: Counter[str]) -> None:
    with closing(sqlite3.connect(make_url(url).database or "", timeout=0)) as connection:
        while True:
            await asyncio.sleep(rng.expovariate(1 / PAUSE))
            long = rng.random() < LONG
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                continue  # somebody writes just now
            met["database locked for long" if long else "database locked"] += 1
            await asyncio.sleep(rng.uniform(*(HELD_LONG if long else HELD)))
            connection.rollback()

"""300,000 people known and 100,000 sessions held, beside 100 of each: what is slower, and how much.

Two programs run at once, one over each database, and take turns: whatever else the machine does
weighs on both alike. A ratio of 1 says that history costs nothing.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bench import data
from bench.harness import Bench, Figures, Process, Result, person_id
from bench.pairing_storage import Free
from bench.past import COORDINATOR, FIRST_LEAD, Past
from bot.clock import SystemClock
from bot.domain.messages import Via
from bot.domain.rules import Rules
from bot.matching.matcher import HighsMatcher
from bot.services.desk import Desk
from bot.services.pairing import PairingService
from bot.services.sessions import SessionsService
from bot.services.staffing import StaffingService
from storage.engine import Database
from storage.outbox_queue import SqlOutboxQueue
from storage.unit_of_work import SqlUnitsOfWork

FULL = float(os.environ.get("BENCH_HISTORY", "1"))
MANY, FEW = (round(300_000 * FULL), round(100_000 * FULL)), (100, 100)
ROUNDS, BATCH, TIMES = 6, 20, 9
Turn = Callable[[Bench, int], dict[str, Any]]
Ask = Callable[[], Awaitable[object]]


def _said(person: int, text: str) -> Turn:
    return lambda bench, _: bench.activity(person, text=text)


def _everybody(text: str) -> Turn:
    return lambda bench, n: bench.activity(n % 60, text=text)


TURNS: Mapping[str, Turn] = {
    "help": _everybody("help"),
    "sessions": _everybody("sessions"),
    "sessions_in_french": _everybody("sessions in french"),
    "my_sessions": _everybody("my sessions"),
    "my_requests": _everybody("my requests"),
    "join": lambda bench, n: bench.click(n % 60, "session.join", id=data.session_id(n % 180)),
    "coordinators_queue": _said(COORDINATOR, "triage"),
    "request_reviewed": lambda bench, n: bench.click(
        COORDINATOR, "triage.show", id=f"request-{900_000 + n % 40}"
    ),
    "roster": _said(COORDINATOR, "roster"),
    "my_assignments": _said(FIRST_LEAD, "my assignments"),
    "my_facilitation": _said(FIRST_LEAD, "my facilitation"),
}


async def measure(bench: Bench) -> Figures:
    """On each database."""
    figures: Figures = {}
    for engine in bench.databases:
        urls = [await _filled(bench, engine, *size) for size in (FEW, MANY)]
        async with (
            bench.serving(env=bench.environment(urls[0], ROLE="web")) as few,
            bench.serving(env=bench.environment(urls[1], ROLE="web")) as many,
        ):
            for name, turn in TURNS.items():
                figures |= await _turns(bench, f"history.{name}", engine, (few, many), turn)
        figures |= await _asked(engine, urls)
    return figures


async def _filled(bench: Bench, engine: str, people: int, sessions: int) -> str:
    url = bench.database(engine)
    async with data.migrated(url) as database:
        began = time.perf_counter()
        await Past(people, sessions, bench.neighbours.service_url).write(database)
        await data.fill(database, people=0, sessions=data.SESSIONS, seats=0)
        await data.analyzed(database)
    print(f"  ({engine}: {people:,} people in {time.perf_counter() - began:.0f} s)", flush=True)
    return url


async def _turns(
    bench: Bench, name: str, engine: str, servers: tuple[Process, Process], turn: Turn
) -> Figures:
    batches: tuple[list[Result], list[Result]] = ([], [])
    for number in range(ROUNDS + 1):
        for server, taken in zip(servers, batches, strict=True):
            some = [turn(bench, number * BATCH + n) for n in range(BATCH)]
            taken.append(await bench.post(server, some))
    few, many = (Result.of(taken[1:]) for taken in batches)
    return {
        f"{name}.cpu_ms.{engine}": many.cpu_ms,
        f"{name}.p50_ms.{engine}": many.percentile(50),
        f"{name}.cpu_ratio.{engine}": many.cpu_ms / few.cpu_ms,
        f"{name}.time_ratio.{engine}": many.percentile(50) / few.percentile(50),
    }


async def _asked(engine: str, urls: list[str]) -> Figures:
    """What the worker asks again and again, and what a coordinator waits for."""
    figures: Figures = {}
    async with data.migrated(urls[0]) as few, data.migrated(urls[1]) as many:
        asks = [_asks(few), _asks(many)]
        for name in asks[0]:
            taken: tuple[list[float], list[float]] = ([], [])
            for _ in range(TIMES):
                for ask, times in zip(asks, taken, strict=True):
                    began = time.perf_counter()
                    await ask[name]()
                    times.append((time.perf_counter() - began) * 1000)
            small, large = (statistics.median(times[1:]) for times in taken)
            figures |= {
                f"history.{name}.ms.{engine}": large,
                f"history.{name}.time_ratio.{engine}": large / small,
            }
    return figures


def _asks(database: Database) -> Mapping[str, Ask]:
    units, queue, clock = SqlUnitsOfWork(database), SqlOutboxQueue(database), SystemClock()
    desk = Desk(units, clock, Rules(), lambda: "id")
    pairing = PairingService(desk, Free(), HighsMatcher(), StaffingService(desk, Free()))
    now = datetime.now(UTC)
    at = (now + timedelta(days=45)).replace(hour=15, minute=0, second=0, microsecond=0)

    async def somewhere() -> None:
        async with units(reading=True) as uow:
            assert await uow.people.somewhere() is not None

    return {
        "somebody_met": somewhere,
        "pairing": lambda: pairing.best(person_id(COORDINATOR), "request-900000", at),
        "session_seen": lambda: SessionsService(desk).view(person_id(1), data.session_id(1)),
        "claim": lambda: queue.claim(now, 50, now + timedelta(minutes=2), "bench", tuple(Via)),
        "oldest_due": lambda: queue.oldest_due(now),
        "next_reminder": lambda: queue.next_reminder(now),
        "rows_unfinished": queue.unfinished,
        "forgetting": lambda: queue.forget(now - timedelta(days=90)),
        "leases": queue.leases,
    }

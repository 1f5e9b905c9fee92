"""A thousand people join the same fifteen seats within a second, over the whole endpoint.

Signed activities, each in its own chat; three replicas on PostgreSQL, one process on SQLite. The
order of arrival is that in which the client sent them.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack

from bench import data
from bench.harness import Bench, Figures, Process, Result, person_id
from bot.domain.seats import Seat, SeatStatus
from storage.unit_of_work import SqlUnitsOfWork

CROWD = 1000
REPLICAS = {"sqlite": 1, "postgresql": 3}


async def measure(bench: Bench) -> Figures:
    """Time until the last one has an answer; whoever has no seat has a place in the waitlist."""
    figures: Figures = {}
    for engine in bench.databases:
        url = bench.database(engine)
        async with data.migrated(url) as database:
            await data.fill(database, people=CROWD, sessions=1, seats=0)
            async with AsyncExitStack() as stack:
                serving = (
                    bench.serving(env=bench.environment(url, ROLE="web"))
                    for _ in range(REPLICAS[engine])
                )
                servers = [await stack.enter_async_context(one) for one in serving]
                result = await _joined(bench, servers)
            async with SqlUnitsOfWork(database)(reading=True) as uow:
                seats = await uow.seats.of_session(data.session_id(0))
        figures |= _figures(f"seats.{CROWD}_join", engine, result, seats)
    return figures


async def _joined(bench: Bench, servers: Sequence[Process]) -> Result:
    """Everybody has said hello before; then all click, whichever replica gets it."""
    share = len(servers)
    hello = [bench.activity(n, text="help") for n in range(CROWD)]
    for n, server in enumerate(servers):
        await bench.post(server, hello[n::share], at_once=4)
    clicks = [bench.click(n, "session.join", id=data.session_id(0)) for n in range(CROWD)]
    posted = (
        bench.post(server, clicks[n::share], at_once=CROWD) for n, server in enumerate(servers)
    )
    results = await asyncio.gather(*posted)
    waits = [wait for result in results for wait in result.waits_ms]
    bodies = [body for result in results for body in result.bodies]
    wall = max(result.wall_seconds for result in results)
    return Result(sum(result.cpu_ms for result in results) / share, waits, wall, bodies)


def _figures(name: str, engine: str, result: Result, seats: Sequence[Seat]) -> Figures:
    standing = Counter(seat.status for seat in seats)
    order = {person_id(n): n for n in range(CROWD)}
    places = [abs(order[seat.person_id] - place) for place, seat in enumerate(seats)]
    first = {seat.status for seat in seats[: data.CAPACITY]}
    assert first == {SeatStatus.CONFIRMED}, "whoever came first has a seat"
    assert [seat.ticket for seat in seats] == list(range(1, len(seats) + 1)), "no place twice"
    return {
        f"{name}.seconds.{engine}": result.wall_seconds,
        f"{name}.per_second.{engine}": CROWD / result.wall_seconds,
        f"{name}.cpu_ms.{engine}": result.cpu_ms,
        f"{name}.p50_ms.{engine}": result.percentile(50),
        f"{name}.p99_ms.{engine}": result.percentile(99),
        f"{name}.confirmed.{engine}": standing[SeatStatus.CONFIRMED],
        f"{name}.waitlisted.{engine}": standing[SeatStatus.WAITLISTED],
        f"{name}.answered.{engine}": sum(1 for body in result.bodies if body),
        f"{name}.asked_to_try_again.{engine}": CROWD - len(seats),
        f"{name}.places_from_order_sent.max.{engine}": max(places),
        f"{name}.places_from_order_sent.mean.{engine}": sum(places) / len(places),
    }

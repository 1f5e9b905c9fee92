"""Two hundred people click on the same fifteen seats at once, over the whole endpoint."""

from __future__ import annotations

from collections import Counter

from bench import data
from bench.harness import Bench, Figures
from bot.domain.seats import SeatStatus
from storage.unit_of_work import SqlUnitsOfWork

CROWD = 200


async def measure(bench: Bench) -> Figures:
    """Time until the last one has an answer; whoever has no seat has a place in the waitlist."""
    figures: Figures = {}
    for engine in bench.databases:
        url = bench.database(engine)
        async with data.migrated(url) as database:
            await data.fill(database, people=CROWD, sessions=1, seats=0)
            async with bench.serving(env=bench.environment(url, ROLE="web")) as server:
                await bench.post(server, [bench.activity(n, text="help") for n in range(CROWD)])
                clicks = [
                    bench.click(n, "session.join", id=data.session_id(0)) for n in range(CROWD)
                ]
                result = await bench.post(server, clicks, at_once=CROWD)
            async with SqlUnitsOfWork(database)(reading=True) as uow:
                seats = await uow.seats.of_session(data.session_id(0))
        standing = Counter(seat.status for seat in seats)
        figures |= {
            f"seats.{CROWD}_join.wall_seconds.{engine}": result.wall_seconds,
            f"seats.{CROWD}_join.p50_ms.{engine}": result.percentile(50),
            f"seats.{CROWD}_join.confirmed.{engine}": standing[SeatStatus.CONFIRMED],
            f"seats.{CROWD}_join.waitlisted.{engine}": standing[SeatStatus.WAITLISTED],
            f"seats.{CROWD}_join.asked_to_try_again.{engine}": CROWD - len(seats),
        }
    return figures

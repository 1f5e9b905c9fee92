"""Where a turn's time goes: `python -m bench.profile WHAT [sqlite|postgresql]`.

WHAT is echo, help, sessions, form_step or join; or notices, for the worker.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from bench import data, outbox, turns
from bench.harness import PROGRAM, Bench, Process, opened

LINES, MORE = 90, 12


async def _activities(bench: Bench, server: Process, what: str) -> list[dict[str, Any]]:
    match what:
        case "form_step":
            return await turns.form_steps(bench, server)
        case "join":
            return turns.joins(bench)
        case _:
            return turns.said(bench, what, {"help": "aide"}.get(what, "séances"))


async def _notices(engine: str) -> None:
    """The worker while it carries what is due."""
    async with opened() as bench:
        url, out, before = bench.database(engine), bench.folder / "profile", bench.neighbours.sent
        async with data.migrated(url) as database:
            await data.fill(
                database,
                people=data.RECIPIENTS,
                sessions=data.SESSIONS,
                service_url=bench.neighbours.service_url,
            )
            await data.owe(database, outbox.NOTICES)
        env = {**bench.environment(url, ROLE="worker"), "BENCH_PROFILE": str(out)}
        async with bench.serving(env=env) as worker:
            await bench.neighbours.until_sent(before + outbox.WARM, 60)
            os.kill(worker.pid, signal.SIGUSR1)
            await bench.neighbours.until_sent(before + outbox.NOTICES - outbox.WARM, 240)
            os.kill(worker.pid, signal.SIGUSR2)
            await _written(out)
        _show(out)


async def _written(out: Path) -> None:
    async with asyncio.timeout(10):
        while not out.exists():  # a file, written by another process
            await asyncio.sleep(0.1)


async def _profile(what: str, engine: str) -> None:
    async with opened() as bench:
        url = "" if what == "echo" else await turns.filled(bench, engine)
        out = bench.folder / "profile"
        env = {**bench.environment(url, ROLE="web"), "BENCH_PROFILE": str(out)}
        command = ("-m", "bench.echo_server", "ours") if what == "echo" else PROGRAM
        async with bench.serving(command, env) as server:
            await bench.post(server, turns.said(bench, "help", "aide"))
            activities = await _activities(bench, server, what)
            os.kill(server.pid, signal.SIGUSR1)
            result = await bench.post(server, activities)
            for _ in range(0 if what in ("form_step", "join") else MORE):
                await bench.post(server, await _activities(bench, server, what))
            os.kill(server.pid, signal.SIGUSR2)
            await _written(out)
        print(f"{what} on {engine}: {result.cpu_ms:.2f} ms of CPU a turn, profiled")
        _show(out)


def _show(out: Path) -> None:
    for name, shares in json.loads(out.read_text()).items():
        print(f"\n{name}")
        for key, share in list(shares.items())[:LINES]:
            print(f"{share:7.1%}  {key}")


if __name__ == "__main__":
    given = dict(enumerate(sys.argv[1:]))
    wanted, database = given.get(0, "help"), given.get(1, "sqlite")
    asyncio.run(_notices(database) if wanted == "notices" else _profile(wanted, database))

"""Where a turn's time goes: `python -m bench.profile help|sessions|form_step|join [engine]`."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from bench import data, turns
from bench.harness import Bench, Process, Result, opened

LINES = 70


async def _turns(bench: Bench, server: Process, what: str) -> Result:
    match what:
        case "form_step":
            return await turns.form_step(bench, server)
        case "join":
            return await turns.joined(bench, server)
        case _:
            return await turns.said(bench, server, what, {"help": "aide"}.get(what, "séances"))


async def _profile(what: str, engine: str) -> None:
    async with opened() as bench:
        url = bench.database(engine)
        async with data.migrated(url) as database:
            await data.fill(database, people=turns.PEOPLE, sessions=turns.SESSIONS)
        out = bench.folder / "profile"
        env = {**bench.environment(url, ROLE="web"), "BENCH_PROFILE": str(out)}
        async with bench.serving(env=env) as server:
            await turns.said(bench, server, "help", "aide")
            os.kill(server.pid, signal.SIGUSR1)
            result = await _turns(bench, server, what)
            os.kill(server.pid, signal.SIGUSR2)
            async with asyncio.timeout(10):
                while not out.exists():  # a file, written by another process
                    await asyncio.sleep(0.1)
        print(f"{what} on {engine}: {result.cpu_ms:.2f} ms of CPU a turn, profiled")
        _show(out)


def _show(out: Path) -> None:
    for name, shares in json.loads(out.read_text()).items():
        print(f"\n{name}")
        for key, share in list(shares.items())[:LINES]:
            print(f"{share:7.1%}  {key}")


if __name__ == "__main__":
    given = dict(enumerate(sys.argv[1:]))
    asyncio.run(_profile(given.get(0, "help"), given.get(1, "sqlite")))

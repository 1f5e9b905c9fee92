"""The real program in a process of its own, between a local Teams and a local Graph in this one.

What is started, ended, waited for and broken at will; what people see and do is on the stage.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar, cast

import aiohttp
from aiohttp import web

from sandbox.clock import SandboxClock
from sandbox.people import SERVICE_MAILBOX
from tests.integration.program.valve import Valve

ROOT = Path(__file__).parents[3]
HOST = "127.0.0.1"
START_SECONDS, PATIENCE_SECONDS, POLL_SECONDS = 120.0, 60.0, 0.03
JSON = dict[str, Any]
Found = TypeVar("Found")


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind((HOST, 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


class Program:
    """`python -m bot run` in a process, its log in a file."""

    def __init__(self, port: int, log: Path, env: Mapping[str, str]) -> None:
        self.url = f"http://{HOST}:{port}"
        self.log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=log.parent,
                env={**env, "BOT_PORT": str(port), "PYTHONPATH": str(ROOT)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def ended(self) -> int | None:
        return self._process.poll()

    def kill(self) -> None:
        """The machine fails: nothing is put away."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """It is asked to end, as when it is updated."""
        self._end(signal.SIGTERM)
        return self._process.returncode

    def lines(self) -> list[JSON]:
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines()]

    def events(self) -> list[str]:
        return [line["event"] for line in self.lines()]

    def _end(self, number: signal.Signals) -> None:
        if self._process.poll() is None:
            self._process.send_signal(number)
            try:
                self._process.wait(20)
            finally:
                self._process.kill()
                self._process.wait()


@dataclass
class Machinery:
    """Both halves of the sandbox, and the program, which is started and ended at will."""

    folder: Path
    session: aiohttp.ClientSession
    clock: SandboxClock
    teams: web.Application
    graph: web.Application
    teams_url: str
    graph_url: str
    bot_port: int
    teams_valve: Valve
    graph_valve: Valve
    servers: dict[str, web.AppRunner]
    settings: dict[str, str] = field(default_factory=dict[str, str])
    program: Program | None = None
    runners: list[Program] = field(default_factory=list[Program])
    answers: list[tuple[str, JSON]] = field(default_factory=list[tuple[str, JSON]])

    # ------------------------------------------------------------------ the program

    def environment(self, **settings: str) -> dict[str, str]:
        kept = {name: text for name, text in os.environ.items() if not name.startswith("BOT_")}
        return {
            **kept,
            "BOT_LOG_FORMAT": "json",
            "BOT_DATABASE_URL": f"sqlite+aiosqlite:///{self.folder / 'bot.db'}",
            "BOT_GRAPH_URL": f"{self.graph_url}/v1.0",
            "BOT_SANDBOX_CLOCK_URL": f"{self.teams_url}/clock",
            "BOT_SERVICE_MAILBOX": SERVICE_MAILBOX,
            "NO_PROXY": f"{HOST},localhost",
            "no_proxy": f"{HOST},localhost",
            **self.settings,
            **settings,
        }

    def launch(self, port: int, name: str = "bot", **settings: str) -> Program:
        """Start a process; it is ended with the stage."""
        program = Program(port, self.folder / f"{name}.log", self.environment(**settings))
        self.runners.append(program)
        return program

    async def start(self, **settings: str) -> Program:
        """Start the program where the local Teams looks for it, and wait until it is ready."""
        self.program = self.launch(self.bot_port, **settings)
        await self.ready(self.program)
        return self.program

    async def ready(self, program: Program) -> None:
        async with asyncio.timeout(START_SECONDS):
            while await self._status(f"{program.url}/health/ready") != 200:
                assert program.ended is None, program.log.read_text("utf-8")[-3000:]
                await asyncio.sleep(POLL_SECONDS)

    async def die(self) -> None:
        """The program is killed in the middle of whatever it does."""
        await asyncio.to_thread(self.running.kill)

    async def kill_and_open(self) -> None:
        """The program dies while both halves hold its calls; none of them is let through."""
        await self.die()
        for valve in (self.teams_valve, self.graph_valve):
            await self.until(valve.deserted, "the dead still hold the line")
            valve.open()

    async def end(self) -> int:
        """The program is asked to end; its exit code."""
        return await asyncio.to_thread(self.running.stop)

    def jump(self, **length: float) -> None:
        """Let time pass, for everybody."""
        self.clock.advance(timedelta(**length))

    @property
    def running(self) -> Program:
        assert self.program is not None
        return self.program

    async def _status(self, url: str) -> int:
        try:
            async with self.session.get(url) as answer:
                return answer.status
        except (aiohttp.ClientError, OSError):
            return 0

    async def figures(self, program: Program) -> dict[str, float]:
        """What a process shows at `/metrics`."""
        async with self.session.get(f"{program.url}/metrics") as answer:
            lines = (await answer.text()).splitlines()
        parts = (line.rpartition(" ") for line in lines if line and not line.startswith("#"))
        return {name: float(value) for name, _, value in parts}

    async def settled(self) -> None:
        """Wait until the program owes nobody anything at what the clock shows."""
        await self.until(lambda: not self.owed(), "the outbox is not empty")

    def owed(self) -> list[tuple[Any, ...]]:
        """What is under way, or due."""
        now = self.clock.now().strftime("%Y-%m-%d %H:%M:%S.%f")
        return self.rows(
            "SELECT kind, state, recipient_id FROM outbox WHERE state IN ('leased', 'sending')"
            " OR (state = 'pending' AND due_at <= ?)",
            now,
        )

    def answering(self) -> list[tuple[Any, ...]]:
        """Turns whose words are not known to be out."""
        return self.rows("SELECT activity_id FROM activities_seen WHERE outcome = 'answering'")

    def rows(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        """What stands in the program's SQLite file."""
        with closing(sqlite3.connect(self.folder / "bot.db")) as database:
            return database.execute(query, values).fetchall()

    async def until(
        self, holds: Callable[[], Awaitable[Found | None] | Found | None], otherwise: str
    ) -> Found:
        """Wait for something true, and give it."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    found: Any = holds()
                    if isinstance(found, Awaitable):
                        found = await cast("Awaitable[Any]", found)
                    if found:
                        return cast("Found", found)
                    await asyncio.sleep(POLL_SECONDS)
        except TimeoutError:
            raise AssertionError(f"{otherwise}\n{self._told()}") from None

    def _told(self) -> str:
        return self.program.log.read_text("utf-8")[-3000:] if self.program else ""

    async def passes(self, **length: float) -> None:
        """Let time pass, and wait until the program has noticed."""
        self.jump(**length)
        moved = {"event": "clock_moved", "offset_seconds": self.clock.offset.total_seconds()}

        def noticed() -> bool:
            return any(moved.items() <= line.items() for line in self.running.lines()[-5:])

        await self.until(noticed, "the program does not see the clock")

    # ------------------------------------------------------------------ what goes wrong

    async def graph_down(self) -> None:
        """Nobody listens where Graph was."""
        runner = self.servers["graph"]
        for site in list(runner.sites):
            await site.stop()
        assert runner.server is not None
        for connection in list(runner.server.connections):
            connection.force_close()

    async def graph_up(self) -> None:
        """It is back, with all that it had."""
        port = int(self.graph_url.rpartition(":")[2])
        await web.TCPSite(self.servers["graph"], HOST, port).start()

    async def fault(self, half: str, **order: Any) -> None:
        """Order faults of the local Teams or Graph."""
        url = {"teams": self.teams_url, "graph": self.graph_url}[half]
        async with self.session.post(f"{url}/faults", json=order) as answer:
            assert answer.status == 200, await answer.text()

    async def heal(self, half: str) -> None:
        """End them."""
        url = {"teams": self.teams_url, "graph": self.graph_url}[half]
        async with self.session.delete(f"{url}/faults") as answer:
            assert answer.status == 200

"""What the benchmarks share: Teams' neighbours, the program in a process of its own, a client."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import random
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from tests import postgres
from tests.fakes.bot_framework import APP_ID, TENANT, BotFramework

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS, STOP_SECONDS = 60.0, 20.0
PROGRAM = ("-m", "bench.program", "run")
BOT = {"id": f"28:{APP_ID}", "name": "Bot"}

Figures = dict[str, float]


class Neighbours(BotFramework):
    """The tests' stand-in of the Connector, the login and the keys; only counts what it is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = 0

    async def _teams(self, request: web.Request) -> web.StreamResponse:
        await request.read()
        self.sent += 1
        self.came.set()
        return web.json_response({"id": f"sent-{self.sent}"})

    async def until_sent(self, count: int, seconds: float) -> None:
        """Wait until so many activities have come in all."""
        async with asyncio.timeout(seconds):
            while self.sent < count:
                self.came.clear()
                await self.came.wait()


@dataclass(frozen=True, slots=True)
class Process:
    """A server under measurement."""

    pid: int
    url: str
    ready_seconds: float

    def cpu(self) -> float:
        """User and system time so far in seconds, of threads that have ended too."""
        return time.clock_gettime((~self.pid << 3) | 2)  # the process's own clock, as Linux has it

    def memory_mb(self) -> float:
        """Resident memory."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise ValueError(self.pid)


@dataclass(frozen=True, slots=True)
class Result:
    """Turns measured: CPU of the server for one, and how long the client waited, in ms."""

    cpu_ms: float
    waits_ms: Sequence[float]
    wall_seconds: float
    bodies: Sequence[Any]

    @classmethod
    def of(cls, batches: Sequence[Result]) -> Result:
        """Batches as one. The cheapest third's CPU counts: neighbours only make it dearer."""
        usual = sorted(batch.cpu_ms for batch in batches)[: max(1, len(batches) // 3)]
        return cls(
            cpu_ms=statistics.mean(usual),
            waits_ms=[wait for batch in batches for wait in batch.waits_ms],
            wall_seconds=sum(batch.wall_seconds for batch in batches),
            bodies=[body for batch in batches for body in batch.bodies],
        )

    def percentile(self, percent: int) -> float:
        """How long so many in a hundred waited at most."""
        return statistics.quantiles(self.waits_ms, n=100, method="inclusive")[percent - 1]


@dataclass
class Bench:
    """One run: the neighbours, a client's session, and the databases that are here."""

    neighbours: Neighbours
    session: aiohttp.ClientSession
    folder: Path
    postgres: postgres.Admin | None
    _numbers: Any = field(default_factory=itertools.count)

    @property
    def databases(self) -> list[str]:
        """The engines that can be measured."""
        return ["sqlite", "postgresql"] if self.postgres else ["sqlite"]

    def database(self, engine: str) -> str:
        """The address of a new, empty database."""
        if engine == "postgresql":
            assert self.postgres is not None
            return str(self.postgres.create().url)
        return f"sqlite+aiosqlite:///{self.folder}/{next(self._numbers)}.db"

    def environment(self, database_url: str, **more: str) -> dict[str, str]:
        """Settings with authentication on, against the neighbours."""
        url = self.neighbours.url
        settings = {
            "DATABASE_URL": database_url,
            "APP_ID": APP_ID,
            "APP_SECRET": "bench",
            "TENANT_ID": TENANT,
            "OPENID_METADATA_URL": f"{url}/openid",
            "LOGIN_URL": f"{url}/login",
            "SERVICE_URL_HOSTS": "127.0.0.1",
            "LOG_FORMAT": "json",
        } | more
        return {f"BOT_{name}": value for name, value in settings.items()}

    @asynccontextmanager
    async def serving(
        self,
        command: Sequence[str] = PROGRAM,
        env: Mapping[str, str] | None = None,
        *,
        python: str | Path = sys.executable,
        port: int | None = None,
    ) -> AsyncGenerator[Process]:
        """Start a server on one core and wait until it is ready; stop it at the end."""
        port = port or free_port()
        clean = {k: v for k, v in os.environ.items() if not k.startswith("BOT_")}
        settings = {**clean, **(env or {}), "BOT_PORT": str(port), "PYTHONPATH": str(ROOT)}
        log = self.folder / f"{next(self._numbers)}.log"
        with log.open("wb") as out:
            started = time.perf_counter()
            process = subprocess.Popen(  # noqa: S603  # our own program
                [python, *command], cwd=self.folder, env=settings, stdout=out, stderr=out
            )
        os.sched_setaffinity(process.pid, {max(os.sched_getaffinity(0))})
        try:
            url = f"http://127.0.0.1:{port}"
            await self._ready(process, url, log)
            yield Process(process.pid, url, time.perf_counter() - started)
        finally:
            await asyncio.to_thread(_stop, process)

    async def _ready(self, process: subprocess.Popen[bytes], url: str, log: Path) -> None:
        until = time.perf_counter() + START_SECONDS
        while time.perf_counter() < until:
            if process.poll() is not None:
                break
            with suppress(aiohttp.ClientError):
                async with self.session.get(f"{url}/health/ready") as response:
                    if response.ok:
                        return
            await asyncio.sleep(0.02)
        raise RuntimeError(f"not ready: {log.read_text(errors='replace')[-2000:]}")

    def activity(self, person: int, **fields: Any) -> dict[str, Any]:
        """An activity of one person, in their own chat."""
        return self.neighbours.activity(
            **{
                "id": f"in-{next(self._numbers)}-{secrets.token_hex(4)}",
                "from": {
                    "id": f"29:{person}",
                    "aadObjectId": person_id(person),
                    "name": f"Employee {person}",
                },
                "recipient": BOT,
                "conversation": {
                    "id": f"chat-{person}",
                    "conversationType": "personal",
                    "tenantId": TENANT,
                },
                "locale": "fr-CA" if person % 2 else "en-CA",
            }
            | fields
        )

    def click(self, person: int, verb: str, **data: Any) -> dict[str, Any]:
        """A click on a button."""
        action = {"type": "Action.Execute", "verb": verb, "data": data}
        return self.activity(
            person,
            type="invoke",
            name="adaptiveCard/action",
            text=None,
            replyToId="sent-1",
            value={"action": action},
        )

    async def post(
        self,
        server: Process,
        activities: Sequence[Mapping[str, Any]],
        *,
        at_once: int = 1,
        pause_seconds: float = 0.0,
    ) -> Result:
        """Send activities, so many at a time, and measure the server meanwhile.

        With a pause each sender waits that long on average before each of theirs.
        """
        headers = {**self.neighbours.bearer(), "Content-Type": "application/json"}
        raw = [json.dumps(activity).encode() for activity in activities]
        waits = [0.0] * len(raw)
        bodies: list[Any] = [None] * len(raw)
        numbers = iter(range(len(raw)))

        async def one_after_the_other() -> None:
            for number in numbers:
                if pause_seconds:
                    await asyncio.sleep(random.expovariate(1 / pause_seconds))
                began = time.perf_counter()
                async with self.session.post(
                    f"{server.url}/api/messages", data=raw[number], headers=headers
                ) as response:
                    body = await response.read()
                    if not response.ok:
                        raise RuntimeError(f"{response.status}: {body[:300]!r}")
                waits[number] = (time.perf_counter() - began) * 1000
                bodies[number] = json.loads(body) if body else None

        cpu, began = server.cpu(), time.perf_counter()
        await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))
        wall = time.perf_counter() - began
        return Result((server.cpu() - cpu) * 1000 / len(raw), waits, wall, bodies)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def person_id(number: int) -> str:
    """The Entra object id of a person of the benchmark."""
    return f"00000000-0000-4000-8000-{number:012d}"


def free_port() -> int:
    """A port of loopback that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _cluster() -> Generator[postgres.Admin | None]:
    """PostgreSQL as it is installed by default, durable; None where there is none."""
    named = os.environ.get("BOT_TEST_POSTGRES_URL")
    try:
        cluster = None if named else postgres.Cluster(postgres.DURABLE)
    except postgres.PostgresMissing:
        yield None
        return
    try:
        if cluster is not None:
            cluster.start()
        address = cluster.url if cluster else (named or "").replace("+asyncpg", "")
        admin = postgres.Admin(address)
        try:
            yield admin
        finally:
            admin.close()
    finally:
        if cluster is not None:
            cluster.stop()


@asynccontextmanager
async def opened() -> AsyncGenerator[Bench]:
    """Everything that the benchmarks stand on; gone at the end."""
    connector = aiohttp.TCPConnector(limit=0)
    with tempfile.TemporaryDirectory(prefix="ec-bench-") as folder, _cluster() as admin:
        async with (
            Neighbours().serving() as neighbours,
            aiohttp.ClientSession(connector=connector) as session,
        ):
            assert isinstance(neighbours, Neighbours)
            yield Bench(neighbours, session, Path(folder), admin)


async def timed(work: Callable[[], Awaitable[Any]], times: int) -> list[float]:
    """How long each took, in ms."""
    waits: list[float] = []
    for _ in range(times):
        began = time.perf_counter()
        await work()
        waits.append((time.perf_counter() - began) * 1000)
    return waits

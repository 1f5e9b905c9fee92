"""The program's processes, killed and started again, and the load balancer before them."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from aiohttp import web

from tests.crash.forks import Forks
from tests.integration.program.machinery import HOST, free_ports

AT_ONCE = 0.5  # of what comes twice
AWAY = web.HTTPBadGateway.status_code
# A worker takes a dead one's rows when it has seen its lease stand still for the lease's length:
# one that finds nothing to do must live longer than that, from when it was ready.
STILLBORN, IDLE = 0.1, 4.0
READY_SECONDS, LOOK, SLOWER = 30.0, 0.1, 3.0
Environment = Callable[..., Mapping[str, str]]


@dataclass(eq=False)
class Life:
    """One process, from its fork to its kill. Instants are the machine's own, monotonic."""

    pid: int
    slot: int
    began: float
    died: float | None = None
    signs: int = 0
    idle: float = IDLE
    _another: asyncio.Event = field(default_factory=asyncio.Event)

    def stirs(self) -> None:
        """It was seen to do something."""
        self.signs += 1
        self._another.set()

    async def ready(self, port: int) -> None:
        """Until it listens, or is dead. Where that takes long, so does all that it does."""
        for _ in range(int(READY_SECONDS / LOOK)):
            if self.died is not None or _listened_to(port):
                break
            await asyncio.sleep(LOOK)
        self.idle = max(IDLE, SLOWER * (time.monotonic() - self.began))

    async def lived(self, signs: int) -> None:
        """Until it did so many things, or nothing for a while."""
        while self.signs < signs:
            self._another.clear()
            try:
                async with asyncio.timeout(self.idle):
                    await self._another.wait()
            except TimeoutError:
                return


class Replicas:
    """So many places for processes, by role; each has one life after the other."""

    def __init__(
        self,
        forks: Forks,
        environment: Environment,
        folder: Path,
        roles: list[str],
        plant: str | None = None,
    ) -> None:
        self._forks = forks
        self._environment = environment
        self._folder = folder
        self._plant = plant
        self.roles = roles
        self.ports = free_ports(len(roles))
        self.now: list[Life | None] = [None] * len(roles)
        self.lives: list[Life] = []
        self.kills = self.ended_alone = 0

    def start(self, slot: int) -> None:
        """Begin a life in a place."""
        env = self._environment(BOT_ROLE=self.roles[slot], BOT_PORT=str(self.ports[slot]))
        log = self._folder / f"{self.roles[slot]}-{slot}.log"
        life = Life(self._forks.start(env, log, self._plant), slot, time.monotonic())
        self.now[slot] = life
        self.lives.append(life)

    def start_all(self) -> None:
        """In every place where nobody lives."""
        for slot, life in enumerate(self.now):
            if life is None or not alive(life.pid):
                self.start(slot)

    def kill(self, life: Life) -> None:
        """End it at once; nothing is put away. Another begins in its place."""
        if life.died is None:
            with suppress(ProcessLookupError):
                os.kill(life.pid, signal.SIGKILL)
            while alive(life.pid):
                time.sleep(0.001)  # until the system has let go of what it held
            life.died = time.monotonic()
            self.kills += 1
            self.start(life.slot)

    async def doom(self, slot: int, rng: random.Random, mean: float) -> None:
        """End one life after the other in a place, for ever: some while they start, the rest
        around so many calls and turns. So a slow machine sees as much done between two kills as
        a quick one.
        """
        while True:
            life = self.now[slot]
            assert life is not None
            if rng.random() < STILLBORN:
                await asyncio.sleep(rng.uniform(0.0, 0.5))
            else:
                await life.ready(self.ports[slot])
                await life.lived(1 + int(rng.expovariate(1 / mean)))
                await asyncio.sleep(rng.uniform(0.0, 0.3))
            if not alive(life.pid) and life.died is None:
                self.ended_alone += 1
            self.kill(life)

    def end(self) -> None:
        """All of them."""
        for life in self.now:
            if life is not None and life.died is None:
                with suppress(ProcessLookupError):
                    os.kill(life.pid, signal.SIGKILL)
                life.died = time.monotonic()

    def web_slots(self) -> list[int]:
        return [slot for slot, role in enumerate(self.roles) if role != "worker"]

    def caller(self, port: int) -> Life | None:
        """Whose socket a local port is; None where its owner is gone already."""
        inode = _inode(port)
        if inode is None:
            return None
        for life in self.now:
            if life is not None and _holds(life.pid, inode):
                return life
        return None


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _listened_to(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(LOOK)
        return probe.connect_ex((HOST, port)) == 0


def _inode(port: int) -> str | None:
    mark = f":{port:04X}"
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[1].endswith(mark) and fields[9] != "0":
            return fields[9]
    return None


def _holds(pid: int, inode: str) -> bool:
    wanted = f"socket:[{inode}]"
    with suppress(OSError):
        for entry in list(Path(f"/proc/{pid}/fd").iterdir()):
            with suppress(OSError):
                if str(entry.readlink()) == wanted:
                    return True
    return False


class Balancer:
    """Hands Teams' activities to one of the web processes; some of them two or three times."""

    def __init__(self, replicas: Replicas, rng: random.Random) -> None:
        self._replicas = replicas
        self._rng = rng
        self._late: set[asyncio.Task[None]] = set()
        self.chaos = 0.0
        self.faults = 0
        self._session: aiohttp.ClientSession | None = None
        self._runner: web.AppRunner | None = None

    async def open(self, port: int) -> None:
        """Listen where Teams looks for the bot."""
        connector = aiohttp.TCPConnector(force_close=True, limit=0)
        self._session = aiohttp.ClientSession(
            connector=connector, timeout=aiohttp.ClientTimeout(total=12)
        )
        app = web.Application()
        app.router.add_post("/api/messages", self._pass_on)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, port).start()

    async def close(self) -> None:
        await self.quiet()
        if self._runner is not None:
            await self._runner.cleanup()
        if self._session is not None:
            await self._session.close()

    async def quiet(self) -> None:
        """Until nothing is on its way a second time."""
        await asyncio.gather(*self._late)

    async def _pass_on(self, request: web.Request) -> web.Response:
        """Once; or at the same time to two; or again a while after it was answered.

        What nobody has taken does not come after what was done later: Teams would send it again
        before that, and of a click that was answered with an error its person knows.
        """
        body = await request.read()
        if self._rng.random() >= self.chaos:
            return await self._deliver(body)
        if self._rng.random() < AT_ONCE:
            self.faults += 1
            first, _ = await asyncio.gather(self._deliver(body), self._deliver(body))
            return first
        first = await self._deliver(body)
        if _taken(first):
            task = asyncio.create_task(self._again(body, self._rng.uniform(0.0, 1.5)))
            self._late.add(task)
            task.add_done_callback(self._late.discard)
        return first

    async def _again(self, body: bytes, wait: float) -> None:
        await asyncio.sleep(wait)
        for _ in range(1 + int(self._rng.random() < AT_ONCE)):
            self.faults += 1
            await self._deliver(body)

    async def _deliver(self, body: bytes) -> web.Response:
        assert self._session is not None
        slots = self._replicas.web_slots()
        self._rng.shuffle(slots)
        headers = {"Content-Type": "application/json"}
        for slot in slots:
            url = f"http://{HOST}:{self._replicas.ports[slot]}/api/messages"
            life = self._replicas.now[slot]
            try:
                async with self._session.post(url, data=body, headers=headers) as answer:
                    said = await answer.read()
                    if life is not None:
                        life.stirs()
                    return web.Response(
                        status=answer.status, body=said, content_type=answer.content_type
                    )
            except aiohttp.ClientConnectorError:
                continue  # nobody listens there just now
            except (aiohttp.ClientError, TimeoutError):
                break  # it may have taken it: Teams, not we, sends it again
        return web.Response(status=AWAY)


def _taken(answer: web.Response) -> bool:
    """Whether it was answered with no error, which a click's answer has in its body."""
    worst = answer.status
    if isinstance(answer.body, bytes) and answer.body[:1] == b"{":
        worst = max(worst, json.loads(answer.body).get("statusCode", 0))
    return worst < web.HTTPBadRequest.status_code

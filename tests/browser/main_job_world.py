"""The program and the sandbox as a newcomer has them, on free ports, in processes of their own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import ClientError, ClientSession, ClientTimeout
from cryptography.fernet import Fernet

from sandbox.people import SERVICE_MAILBOX, load_people

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
START_SECONDS = 90.0
PATIENCE_SECONDS = 90.0
POLL_SECONDS = 0.05
END_SECONDS = 10.0
SELF_ID_KEY = Fernet.generate_key().decode()
IDS = {person.key: person.id for person in load_people().everyone}
JSON = dict[str, Any]
Found = TypeVar("Found")
AT_WORK = ("leased", "sending")

# Linux ends the program with the tests, however they end; then it becomes what it is to be.
DIE_WITH_PARENT = (
    "import ctypes, os, sys\n"
    "if sys.platform == 'linux': ctypes.CDLL(None).prctl(1, 15)\n"
    "os.execv(sys.executable, [sys.executable, '-m', *sys.argv[1:]])"
)

# The program's command line, a line each, in one process: most of a command's time is imports.
COMMANDS = (
    "import shlex, sys\n"
    "from bot.__main__ import main\n"
    "sys.exit(any([main(shlex.split(line)) for line in sys.stdin]))"
)


class Child:
    """One of our programs, in a process group of its own, its log in a file."""

    def __init__(self, *arguments: str, env: Mapping[str, str], log: Path) -> None:
        self.log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-c", DIE_WITH_PARENT, *arguments],
                cwd=ROOT,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def ended(self) -> int | None:
        return self._process.poll()

    def tail(self) -> str:
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-20:])

    async def stop(self) -> None:
        """Ask the whole group to end, and insist."""
        self._signal(signal.SIGTERM)
        try:
            await asyncio.to_thread(self._process.wait, END_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self._signal(signal.SIGKILL)
            self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


@dataclass
class World:
    """A running sandbox and program; the program can be stopped and started again."""

    session: ClientSession
    teams: str
    graph: str
    bot: str
    env: Mapping[str, str]
    folder: Path
    program: Child | None = None

    def address(self, *keys: str) -> str:
        """The chat page with these people open."""
        return f"{self.teams}/#people={','.join(IDS[key] for key in keys)}"

    async def start_program(self) -> None:
        """Start the program and wait until it is ready."""
        self.program = Child("bot", "run", env=self.env, log=self.folder / "bot.log")
        await self._answers(f"{self.bot}/health/ready", self.program)

    async def stop_program(self) -> None:
        """End it, as when it is updated."""
        if self.program is not None:
            await self.program.stop()

    async def get(self, url: str) -> Any:
        async with self.session.get(url) as response:
            response.raise_for_status()
            return await response.json()

    async def post(self, url: str, body: JSON) -> Any:
        async with self.session.post(url, json=body) as response:
            response.raise_for_status()
            return await response.json()

    async def now(self) -> datetime:
        """What the page's clock shows."""
        return datetime.fromisoformat((await self.get(f"{self.teams}/clock"))["now"])

    async def messages(self, key: str) -> list[JSON]:
        """What stands in somebody's chat."""
        return (await self.get(f"{self.teams}/api/people/{IDS[key]}/messages"))["messages"]

    async def say(self, key: str, words: str) -> None:
        """Write for somebody whose chat is not open, and wait for the answer."""
        person = f"{self.teams}/api/people/{IDS[key]}"
        await self.post(f"{person}/install", {})
        await self.until(lambda: self.messages(key), f"{key} was not greeted")
        count = len(await self.messages(key))
        await self.post(f"{person}/messages", {"text": words})

        async def answered() -> bool:
            return len(await self.messages(key)) > count + 1

        await self.until(answered, f"{key} got no answer")

    async def mail(self, key: str) -> list[JSON]:
        return await self.get(f"{self.graph}/api/people/{IDS[key]}/mail")

    async def events(self, key: str) -> list[JSON]:
        """The meetings in somebody's Outlook."""
        return await self.get(f"{self.graph}/api/people/{IDS[key]}/events")

    async def notifications(self, key: str) -> list[JSON]:
        """What Teams' activity feed told somebody."""
        return await self.get(f"{self.graph}/api/people/{IDS[key]}/notifications")

    async def settled(self) -> None:
        """Wait until the program knows the page's time and owes nobody anything at it."""

        async def done() -> bool:
            now = (await self.now()).timestamp()
            figures = await self._figures()
            ahead = figures["bot_outbox_next_reminder_timestamp_seconds"]
            at_work = [figures[f'bot_outbox_rows{{state="{each}"}}'] for each in AT_WORK]
            waits = figures["bot_outbox_oldest_due_seconds"]
            return (ahead == 0 or ahead > now) and waits == 0 and not any(at_work)

        await self.until(done, "the outbox is not empty")

    async def seen_to(self) -> None:
        """Wait until the program has looked, at the page's time, at what has run out."""
        now = (await self.now()).timestamp()

        async def done() -> bool:
            return (await self._figures())["bot_upkeep_timestamp_seconds"] >= now

        await self.until(done, "nobody sees to what has run out")

    async def until(self, ready: Callable[[], Awaitable[Found]], otherwise: str) -> Found:
        """Wait for something true, and return it."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not (found := await ready()):  # noqa: ASYNC110  (in other processes)
                    await asyncio.sleep(POLL_SECONDS)
        except TimeoutError:
            told = self.program.tail() if self.program else ""
            raise AssertionError(f"{otherwise}\n{told}") from None
        return found

    async def _figures(self) -> dict[str, float]:
        async with self.session.get(f"{self.bot}/metrics") as response:
            lines = (await response.text()).splitlines()
        parts = (line.rpartition(" ") for line in lines if line and not line.startswith("#"))
        return {name: float(value) for name, _, value in parts}

    async def _answers(self, url: str, child: Child) -> None:
        try:
            async with asyncio.timeout(START_SECONDS):
                while not await self._is_ok(url):
                    assert child.ended is None, child.tail()
                    await asyncio.sleep(POLL_SECONDS)
        except TimeoutError:
            raise AssertionError(f"{url} does not answer\n{child.tail()}") from None

    async def _is_ok(self, url: str) -> bool:
        try:
            async with self.session.get(url) as response:
                return response.ok
        except (ClientError, OSError):
            return False


def environment(folder: Path, *, teams: int, graph: int, bot: int) -> dict[str, str]:
    """The program's settings, as `make run` gives them, and nothing of the machine's own."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("BOT_")}
    return {
        **kept,
        "BOT_PORT": str(bot),
        "BOT_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'bot.db'}",
        "BOT_GRAPH_URL": f"http://{HOST}:{graph}/v1.0",
        "BOT_SANDBOX_CLOCK_URL": f"http://{HOST}:{teams}/clock",
        "BOT_SERVICE_MAILBOX": SERVICE_MAILBOX,
        "BOT_SELF_ID_KEYS": SELF_ID_KEY,
        "PYTHONUNBUFFERED": "1",
        "NO_PROXY": f"{HOST},localhost",
        "no_proxy": f"{HOST},localhost",
    }


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, all different."""
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((HOST, 0))
        return [probe.getsockname()[1] for probe in probes]


@asynccontextmanager
async def sandbox(folder: Path, at: datetime) -> AsyncGenerator[World, None]:
    """The sandbox at an instant, with an empty database for the program, which is not started."""
    teams, graph, bot = free_ports(3)
    env = environment(folder, teams=teams, graph=graph, bot=bot)
    halves = ("--port", teams, "--graph-port", graph, "--data", folder / "sandbox")
    arguments = [*map(str, halves), "--bot", f"http://{HOST}:{bot}"]
    async with ClientSession(timeout=ClientTimeout(total=30)) as session:
        addresses = [f"http://{HOST}:{port}" for port in (teams, graph, bot)]
        teams_url, graph_url, bot_url = addresses
        world = World(session, teams_url, graph_url, bot_url, env, folder)
        child = Child("sandbox", *arguments, env=env, log=folder / "sandbox.log")
        try:
            for url in addresses[:2]:
                await world._answers(f"{url}/clock", child)
            await world.post(f"{world.teams}/clock", {"to": at.isoformat()})
            yield world
        finally:
            await world.stop_program()
            await child.stop()


async def fill(folder: Path, at: datetime) -> Path:
    """A database with the sandbox's people and open sessions, as `make run` fills it."""
    seed = folder / "seed"
    async with sandbox(folder, at) as world:
        on = at.date().isoformat()
        await command(world.env, "-m", "sandbox", "seed", "--out", str(seed), "--on", on)
        orders = ["migrate", shlex.join(("facilitators", "import", str(seed / "facilitators.csv")))]
        orders += [f"roles grant {line}" for line in (seed / "roles.txt").read_text().splitlines()]
        orders.append(shlex.join(("sessions", "import", str(seed / "sessions.csv"))))
        await command(world.env, "-c", COMMANDS, orders="\n".join(orders))
    return folder / "bot.db"


async def command(env: Mapping[str, str], *arguments: str, orders: str = "") -> None:
    """Run one of our commands to its end; `orders` is what it reads."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *arguments),
        cwd=ROOT,
        env=dict(env),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(START_SECONDS):
            output, _ = await process.communicate(orders.encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, f"{shlex.join(arguments)}\n{output.decode()}"


@asynccontextmanager
async def running(database: Path, folder: Path, at: datetime) -> AsyncGenerator[World, None]:
    """Both halves and the program, with a copy of a filled database."""
    shutil.copy(database, folder / "bot.db")
    async with sandbox(folder, at) as world:
        await world.start_program()
        yield world


def only(found: Iterable[Found]) -> Found:
    """The one thing found."""
    (one,) = found
    return one

"""The real program in a process of its own, between a local Teams and a local Graph in this one.

People are named by their keys in `sandbox/data/people.toml`. What they do goes through the chat
page's own door; what they see is read from their chat, their inbox and their calendar.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

import aiohttp
from aiohttp import web

from bot.i18n import Catalogues
from sandbox.clock import SandboxClock
from sandbox.graph.app import create_app as create_graph
from sandbox.graph.calendar import JoinLink
from sandbox.graph.models import Event, Message, Notification
from sandbox.graph.world import WORLD
from sandbox.people import SERVICE_MAILBOX, Person, load_people
from sandbox.teams.app import CHATS, TeamsSettings
from sandbox.teams.app import create_app as create_teams
from tests.conversations.talking import actions_of, shown_values, text_of
from tests.integration.program.valve import Valve

ROOT = Path(__file__).parents[3]
HOST = "127.0.0.1"
# A Monday morning, well before the change of the clocks on March 14.
START = datetime(2027, 2, 22, 9, 30, tzinfo=ZoneInfo("America/Toronto"))
START_SECONDS, PATIENCE_SECONDS, POLL_SECONDS = 120.0, 60.0, 0.03
PEOPLE = load_people()
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
class Seen:
    """A message as its reader has it before them."""

    id: str
    sender: str
    card: JSON | None
    text: str

    @property
    def words(self) -> str:
        """What it says, with ordinary spaces."""
        said = text_of(self.card) if self.card else self.text
        return said.replace("\u00a0", " ").replace("\u202f", " ")


@dataclass
class Stage:
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

    # ------------------------------------------------------------------ what people see

    def messages(self, key: str) -> list[Seen]:
        """Somebody's whole chat, oldest first."""
        chats = self.teams[CHATS]
        return [
            Seen(each.id, each.sender, each.cards[0] if each.cards else None, each.text)
            for each in chats.messages(chats.own(who(key)))
        ]

    def said_to(self, key: str) -> list[Seen]:
        """What the bot has said to somebody."""
        return [each for each in self.messages(key) if each.sender == "bot"]

    def last(self, key: str) -> Seen:
        return self.said_to(key)[-1]

    async def sees(self, key: str, words: str, *, after: int = 0) -> Seen:
        """Wait until somebody has these words before them, in a message after the first few."""

        def found() -> Seen | None:
            fitting = [each for each in self.said_to(key)[after:] if words in each.words]
            return fitting[-1] if fitting else None

        try:
            return await self.until(found, f"{key} does not see {words!r}")
        except AssertionError as error:
            said = "\n---\n".join(each.words for each in self.said_to(key)[-3:])
            raise AssertionError(f"{error}\nbut:\n{said}") from None

    def mail(self, key: str) -> list[Message]:
        """The mail of the bot, without Outlook's own invitations."""
        store = self.graph[WORLD].store
        return [each for each in store.of(Message, who(key).mail) if each.kind == "mail"]

    def invitations(self, key: str) -> list[Message]:
        """Outlook's invitations, updates and cancellations."""
        store = self.graph[WORLD].store
        return [each for each in store.of(Message, who(key).mail) if each.kind != "mail"]

    def notifications(self, key: str) -> list[Notification]:
        return list(self.graph[WORLD].store.of(Notification, who(key).id))

    def events(self) -> list[Event]:
        """The programme's meetings, cancelled ones too."""
        return list(self.graph[WORLD].store.of(Event, SERVICE_MAILBOX))

    # ------------------------------------------------------------------ what people do

    async def page(self, key: str, what: str, body: JSON) -> Any:
        """Ask the chat page's own door for something."""
        url = f"{self.teams_url}/api/people/{who(key).id}/{what}"
        async with self.session.post(url, json=body) as answer:
            assert answer.status < 300, (answer.status, await answer.text())
            return await answer.json()

    async def install(self, *keys: str) -> None:
        """They add the app, and are greeted."""
        for key in keys:
            before = len(self.said_to(key))
            await self.page(key, "install", {})
            if not before:
                await self.until(lambda key=key: self.said_to(key), f"{key} was not greeted")

    async def say(self, key: str, text: str) -> Seen:
        """Type something, and wait for the answer."""
        before = len(self.said_to(key))
        await self.page(key, "messages", {"text": text})
        await self.until(lambda: len(self.said_to(key)) > before, f"no answer to {text!r}")
        return self.last(key)

    async def click(
        self, key: str, verb: str, do: str = "", *, on: Seen | None = None, **values: str
    ) -> Seen:
        """Click the button of a verb on the newest card that has it; its message comes back.

        Inputs that are not given keep what the card shows.
        """
        message, action = self.button(key, verb, do, on=on)
        data = dict(action.get("data") or {})
        if action.get("associatedInputs") != "none":
            data |= shown_values(message.card or {}) | values
        answer = await self.invoke(key, message.id, verb, data)
        assert answer["statusCode"] == 200, answer
        return next(each for each in self.messages(key) if each.id == message.id)

    def button(
        self, key: str, verb: str, do: str = "", *, on: Seen | None = None
    ) -> tuple[Seen, JSON]:
        """The newest card with such a button, and the button."""
        for message in [on] if on else reversed(self.said_to(key)):
            for action in actions_of(message.card or {}):
                if action.get("verb") == verb and (
                    not do or action.get("data", {}).get("form_do") == do
                ):
                    return message, action
        raise AssertionError(f"{key} has no button {verb} {do}: {self.last(key).words}")

    async def invoke(self, key: str, message_id: str, verb: str, data: Any) -> JSON:
        """Send a click as it is; Teams' answer comes back."""
        return await self.page(key, "invoke", {"messageId": message_id, "verb": verb, "data": data})

    async def fill(self, key: str, *steps: Mapping[str, str]) -> Seen:
        """Go on in a form, one step after the other; its card comes back."""
        card = self.last(key)
        for values in steps:
            card = await self.click(key, "form", "next", **values)
        return card

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


@cache
def _catalogues() -> Catalogues:
    return Catalogues.load()


def words(key: str, language: str = "en", **values: object) -> str:
    """A sentence of the catalogues, with ordinary spaces."""
    translator = _catalogues().translator(language, "America/Toronto")
    return translator.t(key, **values).replace("\u00a0", " ").replace("\u202f", " ")


def who(key: str) -> Person:
    return PEOPLE.by_key(key)


async def _serve(app: web.Application, port: int) -> web.AppRunner:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, HOST, port).start()
    return runner


@asynccontextmanager
async def staged(
    folder: Path,
    database: Path | None = None,
    *,
    retry_pauses: Sequence[float] = (0.2,) * 200,
    **settings: str,
) -> AsyncGenerator[Stage]:
    """A stage at `START`; the program is not started. `database` is what it begins with."""
    teams_port, graph_port, bot_port = free_ports(3)
    teams_url, graph_url = (f"http://{HOST}:{port}" for port in (teams_port, graph_port))
    clock = SandboxClock()
    clock.set(START)
    if database is not None:
        shutil.copy(database, folder / "bot.db")
    wiring = TeamsSettings(
        own_url=teams_url,
        bot_url=f"http://{HOST}:{bot_port}",
        graph_url=graph_url,
        retry_pauses=retry_pauses,
    )
    teams = create_teams(PEOPLE, clock, wiring)
    graph = create_graph(
        PEOPLE,
        clock,
        data_dir=None,
        on_install=teams[CHATS].install_for,
        join_link=JoinLink(reads=1, seconds=0.2),
    )
    valves = Valve("/connector/"), Valve("/v1.0/")
    for app, valve in zip((teams, graph), valves, strict=True):
        app.middlewares.insert(0, valve.middleware)
    served = {
        "teams": await _serve(teams, teams_port),
        "graph": await _serve(graph, graph_port),
    }
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session:
        stage = Stage(
            folder, session, clock, teams, graph, teams_url, graph_url, bot_port, *valves,
            served, settings,
        )  # fmt: skip
        try:
            yield stage
        finally:
            for valve in valves:
                valve.open()
            for program in stage.runners:
                await asyncio.to_thread(program.kill)
            for runner in served.values():
                await runner.cleanup()

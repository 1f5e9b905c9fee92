"""People around the real program: what they see of it and do with it.

People are named by their keys in `sandbox/data/people.toml`. What they do goes through the chat
page's own door; what they see is read from their chat, their inbox and their calendar.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
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
from tests.integration.program.machinery import HOST, JSON, Machinery, free_ports
from tests.integration.program.valve import Valve

# A Monday morning, well before the change of the clocks on March 14.
START = datetime(2027, 2, 22, 9, 30, tzinfo=ZoneInfo("America/Toronto"))
PEOPLE = load_people()
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Middleware = Callable[[web.Request, Handler], Awaitable[web.StreamResponse]]


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


class Stage(Machinery):
    """The machinery, and the people before it."""

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
        click = {"messageId": message_id, "verb": verb, "data": data}
        answer = await self.page(key, "invoke", click)
        self.answers.append((key, answer))
        return answer

    async def fill(self, key: str, *steps: Mapping[str, str]) -> Seen:
        """Go on in a form, one step after the other; its card comes back."""
        card = self.last(key)
        for values in steps:
            card = await self.click(key, "form", "next", **values)
        return card


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
    outer: tuple[Middleware, Middleware] | None = None,
    **settings: str,
) -> AsyncGenerator[Stage]:
    """A stage at `START`; the program is not started. `database` is what it begins with.

    `outer` stands before Teams and before Graph: whatever comes passes through it first.
    """
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
    for app, middleware in zip((teams, graph), outer or (), strict=False):
        app.middlewares.insert(0, middleware)
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

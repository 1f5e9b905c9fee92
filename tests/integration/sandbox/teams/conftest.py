"""A local Teams on loopback, and a stub in the place of the program."""

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from sandbox.clock import SandboxClock
from sandbox.people import load_people
from sandbox.teams.app import TeamsSettings, create_app
from sandbox.teams.ids import chat_id

CARD = {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": "Hi"}]}


def card_message(card=CARD, text="", summary=""):
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "text": text, "summary": summary, "attachments": [attachment]}


class StubBot:
    """Takes every activity; answers as told, else 200 without a body."""

    def __init__(self):
        self.received = asyncio.Queue()
        self.answers = deque()
        self.metrics = ""
        self.before_answer: Callable[[dict[str, Any]], Awaitable[None]] | None = None

    async def next(self):
        async with asyncio.timeout(5):
            return await self.received.get()

    def app(self):
        app = web.Application()
        app.router.add_post("/api/messages", self._take)
        app.router.add_get("/metrics", self._figures)
        return app

    async def _take(self, request):
        activity = await request.json()
        await self.received.put(activity)
        if self.before_answer is not None:
            await self.before_answer(activity)
        status, body = self.answers.popleft() if self.answers else (200, None)
        return web.json_response(body, status=status) if body else web.Response(status=status)

    async def _figures(self, _):
        return web.Response(text=self.metrics)


class Teams:
    """The server under test as both of its callers see it."""

    def __init__(self, url, session, people, clock, bot):
        self.url, self.people, self.clock, self.bot = url, people, clock, bot
        self._session = session

    async def call(self, method, path, body=None):
        """Return (status, JSON or None)."""
        async with self._session.request(method, self.url + path, json=body) as response:
            text = await response.text()
            return response.status, json.loads(text) if text else None

    async def raw(self, method, path, **kwargs):
        async with self._session.request(method, self.url + path, **kwargs) as response:
            return response.status, await response.text(), response.headers.copy()

    async def page(self, method, key, what, body=None):
        """Call `/api/people/{id}/{what}` for the person with this key."""
        return await self.call(method, f"/api/people/{self.people.by_key(key).id}/{what}", body)

    async def install(self, key):
        """Install the bot for a person and let its two events pass."""
        assert (await self.page("POST", key, "install"))[0] == 200
        return [await self.bot.next(), await self.bot.next()]

    async def messages(self, key):
        status, body = await self.page("GET", key, "messages")
        assert status == 200
        return body["messages"]

    def chat(self, key):
        return f"/connector/v3/conversations/{chat_id(self.people.by_key(key))}"

    async def send(self, key, activity=None):
        """Have the bot send a message; return its id."""
        status, body = await self.call(
            "POST", f"{self.chat(key)}/activities", activity or card_message()
        )
        assert status == 201
        return body["id"]

    @contextlib.asynccontextmanager
    async def events(self):
        async with self._session.get(f"{self.url}/api/events") as response:
            assert response.content_type == "text/event-stream"
            assert await response.content.readuntil(b"\n\n") == b"retry: 1000\n\n"
            yield Events(response.content)


class Events:
    def __init__(self, content):
        self._content = content

    async def next(self):
        """Return (event, data)."""
        async with asyncio.timeout(5):
            block = (await self._content.readuntil(b"\n\n")).decode()
        event, data = block.strip().split("\n")
        return event.removeprefix("event: "), json.loads(data.removeprefix("data: "))


@pytest.fixture
def start_teams(tmp_path):
    """Return a function that starts a local Teams with these settings, as a context."""

    @contextlib.asynccontextmanager
    async def start(**settings):
        people, bot = load_people(), StubBot()
        clock = SandboxClock(tmp_path / "clock.json")
        async with TestServer(bot.app()) as bot_server:
            port = unused_port()
            chosen = {
                "own_url": f"http://127.0.0.1:{port}",
                "bot_url": str(bot_server.make_url("")),
                "graph_url": "http://127.0.0.1:3980/",
                "store": tmp_path / "teams.db",
                "retry_pauses": (0, 0),
            } | settings
            app = create_app(people, clock, TeamsSettings(**chosen))
            async with TestServer(app, port=port), aiohttp.ClientSession() as session:
                yield Teams(f"http://127.0.0.1:{port}", session, people, clock, bot)

    return start


@pytest.fixture
async def teams(start_teams):
    async with start_teams() as server:
        yield server


@pytest.fixture
async def halifax(teams):
    """A local Teams where the manager in Halifax has the app."""
    await teams.install("manager-halifax")
    return teams

"""A local Graph on a thread of its own, for commands that run their own event loop."""

from __future__ import annotations

import asyncio
import json
import threading
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from aiohttp import web

from sandbox.clock import SandboxClock
from sandbox.graph.app import create_app
from sandbox.graph.calendar import JoinLink
from sandbox.graph.models import Event
from sandbox.graph.world import WORLD
from sandbox.people import SERVICE_MAILBOX, load_people

HOST = "127.0.0.1"


class LocalGraph:
    """Its address, its faults on demand, and what it holds."""

    def __init__(self, url: str, app: web.Application) -> None:
        self.url = url
        self._app = app

    def fail(self, **order: Any) -> None:
        """Order a fault, as `POST /faults` takes it."""
        asked = urllib.request.Request(
            f"{self.url}/faults",
            data=json.dumps(order).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(asked, timeout=10) as answer:
            assert answer.status == 200

    @property
    def events(self) -> list[Event]:
        return list(self._app[WORLD].store.of(Event, SERVICE_MAILBOX))


@contextmanager
def serving(join_link: JoinLink) -> Generator[LocalGraph]:
    """Serve until the block ends."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def begin() -> tuple[web.AppRunner, web.Application]:
        app = create_app(load_people(), SandboxClock(), data_dir=None, join_link=join_link)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, HOST, 0).start()
        return runner, app

    runner, app = asyncio.run_coroutine_threadsafe(begin(), loop).result(30)
    try:
        yield LocalGraph(f"http://{HOST}:{runner.addresses[0][1]}", app)
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()

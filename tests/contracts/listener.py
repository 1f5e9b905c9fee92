"""Somebody to whom the local Graph sends its notifications."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass
class Listener:
    """Shakes hands, answers with `status`, and keeps what it was told."""

    url: str = ""
    status: int = 202
    echoes: bool = True
    hands: list[str] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def lifecycle_url(self) -> str:
        return f"{self.url}/lifecycle"

    async def handle(self, request: web.Request) -> web.Response:
        token = request.query.get("validationToken")
        if token is not None:
            self.hands.append(request.path)
            return web.Response(text=token if self.echoes else "no")
        self.told += (await request.json())["value"]
        self.heard.set()
        return web.Response(status=self.status)


@asynccontextmanager
async def listening() -> AsyncGenerator[Listener]:
    """Serve it until the block ends."""
    listener = Listener()
    app = web.Application()
    app.router.add_post("/news", listener.handle)
    app.router.add_post("/news/lifecycle", listener.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    listener.url = f"http://127.0.0.1:{runner.addresses[0][1]}/news"
    try:
        yield listener
    finally:
        await runner.cleanup()

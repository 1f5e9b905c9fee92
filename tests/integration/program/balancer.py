"""A load balancer before several web processes: each call goes to the next one that answers."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from tests.integration.program.machinery import HOST, Program

PATH = "/api/messages"


class Balancer:
    """`behind` may change at any time; `answered` counts the calls of each."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.behind: list[Program] = []
        self.answered: Counter[str] = Counter()
        self._session = session
        self._turns = itertools.count()

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {"Content-Type": "application/json"}
        for _ in range(len(self.behind)):
            program = self.behind[next(self._turns) % len(self.behind)]
            try:
                async with self._session.post(
                    f"{program.url}{PATH}", data=body, headers=headers
                ) as answer:
                    self.answered[program.url] += 1
                    said = await answer.read()
                    kind = answer.headers.get("Content-Type", "application/json").partition(";")[0]
                    return web.Response(status=answer.status, body=said, content_type=kind)
            except aiohttp.ClientConnectorError:
                continue  # it is being replaced
        return web.Response(status=503)


@asynccontextmanager
async def balancing(session: aiohttp.ClientSession, port: int) -> AsyncGenerator[Balancer]:
    """Serve on a port until the block ends."""
    balancer = Balancer(session)
    app = web.Application()
    app.router.add_post(PATH, balancer.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, HOST, port).start()
    yield balancer
    await runner.cleanup()

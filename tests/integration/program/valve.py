"""A valve before a local service: calls go through, are held back, or come back without answer."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Which = Callable[[web.Request], bool]


class Valve:
    """Stands before the paths that begin so, and counts what comes."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._opened = asyncio.Event()
        self._opened.set()
        self._which: Which = lambda _: False
        self._after = False
        self.held: list[web.Request] = []
        self.calls: Counter[tuple[str, str]] = Counter()
        self.bodies: list[bytes] | None = None  # a list to keep all that passes

    def hold(self, method: str, path: str, *, after: bool = False) -> None:
        """Hold back the calls with this in their path; `after` they were carried out."""
        self.held.clear()
        self._which = lambda request: request.method == method and path in request.path
        self._after = after
        self._opened.clear()

    def open(self) -> None:
        """Let everything through again, also what was held."""
        self._which = lambda _: False
        self._opened.set()

    def deserted(self) -> bool:
        """Whether nobody is held who is still there."""
        return all(_left(request) for request in self.held)

    def came(self, method: str, path: str) -> int:
        """How many calls there were with this in their path."""
        return sum(
            count
            for (called, where), count in self.calls.items()
            if called == method and path in where
        )

    @property
    def middleware(self) -> Callable[[web.Request, Handler], Awaitable[web.StreamResponse]]:
        """For the application."""

        @web.middleware
        async def through(request: web.Request, handler: Handler) -> web.StreamResponse:
            if not request.path.startswith(self._prefix):
                return await handler(request)
            self.calls[request.method, request.path] += 1
            held = self._which(request)
            if held and not self._after:
                await self._wait(request)
                if _left(request):
                    return web.Response()  # whoever asked is dead: nothing was done
            answer = await handler(request)
            if self.bodies is not None:
                self.bodies.append(await request.read())
            if held and self._after:
                await self._wait(request)
            return answer

        return through

    async def _wait(self, request: web.Request) -> None:
        self.held.append(request)
        await self._opened.wait()


def _left(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()

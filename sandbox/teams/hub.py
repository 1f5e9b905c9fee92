"""Server-sent events: what changed, told to every open page."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import web

_HEARTBEAT_SECONDS = 15.0
_LONGEST_QUEUE = 1_000


class Hub:
    """Hands each event to every stream; a page that cannot follow is cut and reconnects."""

    def __init__(self) -> None:
        """Begin with nobody listening."""
        self._streams: set[asyncio.Queue[str | None]] = set()

    def publish(self, event: str, **data: Any) -> None:
        """Tell everyone."""
        text = f"event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
        for queue in list(self._streams):
            if queue.qsize() >= _LONGEST_QUEUE:
                self._streams.discard(queue)
                queue.put_nowait(None)
            else:
                queue.put_nowait(text)

    def close(self) -> None:
        """End every stream, so that the server can stop."""
        for queue in self._streams:
            queue.put_nowait(None)
        self._streams.clear()

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Serve `GET /api/events`."""
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._streams.add(queue)
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        try:
            await response.prepare(request)
            await response.write(b"retry: 1000\n\n")
            while (text := await _next(queue)) is not None:
                await response.write(text.encode())
        except ConnectionResetError:
            pass  # the page was closed
        finally:
            self._streams.discard(queue)
        return response


async def _next(queue: asyncio.Queue[str | None]) -> str | None:
    try:
        async with asyncio.timeout(_HEARTBEAT_SECONDS):
            return await queue.get()
    except TimeoutError:
        return ": still here\n\n"

"""A wire to a database server that can be cut: the program's way to PostgreSQL."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit, urlunsplit

HOST = "127.0.0.1"


class Wire:
    """Forwards a loopback port to a server; `url` is the server's address through it."""

    def __init__(self, url: str, port: int) -> None:
        parts = urlsplit(url)
        self._target = (parts.hostname or HOST, parts.port or 5432)
        self._port = port
        user = f"{parts.username}@" if parts.username else ""
        self.url = urlunsplit(parts._replace(netloc=f"{user}{HOST}:{port}"))
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def join(self) -> None:
        """Let calls through."""
        self._server = await asyncio.start_server(self._connect, HOST, self._port)

    async def cut(self) -> None:
        """Nobody listens any more, and those who talked are cut off."""
        if self._server is not None:
            self._server.close()
        for end in self._ends:
            end.transport.abort()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connect(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        try:
            far, there = await asyncio.open_connection(*self._target)
        except OSError:
            back.transport.abort()
            return
        for reader, writer in ((near, there), (far, back)):
            self._ends.add(writer)
            task = asyncio.create_task(self._pump(reader, writer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass  # cut, or the other end is gone
        finally:
            self._ends.discard(writer)
            writer.close()

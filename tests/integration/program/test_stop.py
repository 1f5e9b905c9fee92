"""All in one process: in which order it ends."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

import aiohttp
import pytest

from bot.app import Parts, Program
from bot.clock import SystemClock
from bot.domain.errors import Gone
from bot.domain.messages import OutboxRow, Via
from bot.graph.client import Graph, connect
from bot.graph.link import Link
from bot.graph.notconfigured import NotConfigured
from bot.graph.options import GraphOptions
from bot.services.keeping import UnitsOfWork
from bot.services.outlook_ports import SeenEvent
from bot.settings import Settings
from storage.engine import Database
from storage.outbox_queue import SqlOutboxQueue
from storage.unit_of_work import SqlUnitsOfWork
from tests.fakes.bot_framework import BotFramework, Scripted
from tests.fakes.endpoint import until


@dataclass
class Slow(NotConfigured):
    """An Outlook that answers when it is let."""

    asked: asyncio.Event = field(default_factory=asyncio.Event)
    let: asyncio.Event = field(default_factory=asyncio.Event)

    async def look(self, event_id: str) -> SeenEvent:
        self.asked.set()
        await self.let.wait()
        raise Gone("graph_gone")


class Closing(Link):
    """Says when it is closed."""

    def __init__(self, options: GraphOptions, told: Callable[[], Awaitable[object]]) -> None:
        super().__init__(options)
        self._told = told

    async def close(self) -> None:
        await self._told()
        await super().close()


@dataclass
class Watching:
    """What the rows had come to when the clients were closed."""

    meetings: Slow
    databases: list[Database] = field(default_factory=list[Database])
    found: list[dict[str, int]] = field(default_factory=list[dict[str, int]])

    def parts(self) -> Parts:
        return Parts(units=self._units, gateways=self._gateways)

    def _units(self, database: Database) -> UnitsOfWork:
        self.databases.append(database)
        return SqlUnitsOfWork(database)

    def _gateways(self, options: GraphOptions) -> Graph:
        link = Closing(options, self._closing)
        return replace(connect(options), meetings=self.meetings, link=link)

    async def _closing(self) -> None:
        (database,) = self.databases
        self.found.append(dict(await SqlOutboxQueue(database).unfinished()))


async def owe_a_look(database: Database) -> None:
    at = SystemClock().now()
    row = OutboxRow("r", Via.MEETING, "outlook.look", "event:e", "k", due_at=at, created_at=at)
    async with SqlUnitsOfWork(database)() as uow:
        await uow.outbox.add(row)
        await uow.commit()


def refused(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


async def test_what_is_under_way_ends_before_anything_is_closed(
    settled: pytest.MonkeyPatch, session: aiohttp.ClientSession
) -> None:
    async with BotFramework().serving() as framework:
        for name, value in framework.identity().items():
            settled.setenv(name, value)
        watching, answered = Watching(Slow()), asyncio.Event()
        program = Program(Settings.load(), watching.parts())
        await program.start()
        await owe_a_look(watching.databases[0])
        framework.scripted.append(Scripted(wait=answered))
        at = f"http://127.0.0.1:{program.port}"
        turn = asyncio.create_task(
            session.post(
                f"{at}/api/messages", json=framework.activity(), headers=framework.bearer()
            )
        )
        await watching.meetings.asked.wait()
        await framework.came.wait()
        stopping = asyncio.create_task(program.stop())
        await until(lambda: refused(program.port))
        assert (turn.done(), watching.found) == (False, [])
        answered.set()
        assert (await turn).status == 200
        with pytest.raises(TimeoutError):  # the row is still under way
            await asyncio.wait_for(asyncio.shield(stopping), 0.5)
        assert watching.found == []
        watching.meetings.let.set()
        await stopping
    assert watching.found == [{"pending": 0, "leased": 0, "sending": 0, "dead": 0}]

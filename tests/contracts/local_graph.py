"""The sandbox's Graph on a free port of this machine, with every exchange checked."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from bot.graph.client import Graph, connect
from bot.graph.options import GraphOptions
from sandbox.clock import SandboxClock
from sandbox.graph.app import create_app
from sandbox.graph.calendar import JoinLink
from sandbox.graph.world import WORLD, World
from sandbox.people import SERVICE_MAILBOX, People, load_people
from tests.contracts.checker import Contract, Recorder

AFTER_ONE_READ = JoinLink(reads=1, seconds=float("inf"))


@dataclass
class LocalGraph:
    """Where it listens, what it holds, and what went over the wire."""

    url: str
    world: World
    recorder: Recorder

    @property
    def people(self) -> People:
        return self.world.people

    def options(self, *, on_call: Callable[[str, str], None] | None = None) -> GraphOptions:
        heard = {"on_call": on_call} if on_call else {}
        return GraphOptions(url=self.url, mailbox=SERVICE_MAILBOX, teams_app_id="app", **heard)


@asynccontextmanager
async def served_at(app: web.Application) -> AsyncGenerator[str]:
    """Serve an application of the local Graph until the block ends; its address."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1.0"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def local_graph(
    contract: Contract, *, data_dir: Path | None = None, clock: SandboxClock | None = None
) -> AsyncGenerator[LocalGraph]:
    """Serve it until the block ends."""
    recorder = Recorder(contract)
    app = create_app(
        load_people(), clock or SandboxClock(), data_dir=data_dir, join_link=AFTER_ONE_READ
    )
    app.middlewares.insert(0, recorder.middleware)
    async with served_at(app) as url:
        yield LocalGraph(url, app[WORLD], recorder)


@asynccontextmanager
async def connected(options: GraphOptions) -> AsyncGenerator[Graph]:
    """The real gateways, closed when the block ends."""
    graph = connect(options)
    try:
        yield graph
    finally:
        await graph.close()

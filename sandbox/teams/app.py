"""The local Teams put together: connector, page, clock and faults in one web application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import web

from sandbox.clock import SandboxClock, clock_routes
from sandbox.people import People
from sandbox.teams.activities import Activities
from sandbox.teams.bot import BotClient
from sandbox.teams.chats import Chats
from sandbox.teams.connector import Connector, answer_refusals, fault_middleware, limit_middleware
from sandbox.teams.faults import Faults, SendLimits
from sandbox.teams.hub import Hub
from sandbox.teams.ids import Roster
from sandbox.teams.page_api import PageApi, answer_page
from sandbox.teams.store import Store

CHATS: Final = web.AppKey("chats", Chats)
LIMITS: Final = web.AppKey("limits", SendLimits)
STATIC: Final = Path(__file__).parent / "static"
_LIBRARIES: Final = Path(__file__).parents[2] / "node_modules"
_LARGEST_BODY: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class TeamsSettings:
    """Where things are and how strict the local Teams is.

    `own_url` is this server's address, `store` the file with the chats (in memory where None),
    `retry_pauses` the seconds between repetitions of an activity that the program did not take.
    """

    own_url: str
    bot_url: str
    graph_url: str
    store: Path | None = None
    strict_limits: bool = False
    policy_install: bool = True
    serve_axe: bool = False
    retry_pauses: Sequence[float] = (1, 2, 4, 8)


def create_app(people: People, clock: SandboxClock, settings: TeamsSettings) -> web.Application:
    """Return the application; it opens its file and its session when it starts."""
    parts = _make_parts(people, clock, settings)
    limits, faults = SendLimits() if settings.strict_limits else None, Faults()
    app = web.Application(
        middlewares=[
            answer_refusals,
            limit_middleware(limits),
            fault_middleware(faults),
            answer_page,
        ],
        client_max_size=_LARGEST_BODY,
    )
    app[CHATS] = parts.chats
    if limits is not None:
        app[LIMITS] = limits
    connector = Connector(
        parts.chats,
        service_url=parts.service_url,
        policy_install=settings.policy_install,
        limits=limits,
    )
    page = PageApi(
        people=people,
        chats=parts.chats,
        bot=parts.bot,
        activities=parts.activities,
        clock=clock,
        graph_url=settings.graph_url,
    )
    app.add_routes([*connector.routes(), *page.routes(), *faults.routes(), *clock_routes(clock)])
    hub = parts.hub
    app.add_routes([web.get("/api/events", hub.stream), *_files(serve_axe=settings.serve_axe)])
    clock.subscribe(lambda moved: hub.publish("clock", **moved.as_json()))
    app.on_response_prepare.append(_stay_fresh)
    app.cleanup_ctx.append(parts.life)
    app.on_shutdown.append(parts.hang_up)
    return app


@dataclass(frozen=True, slots=True)
class _Parts:
    """The chats, and what they are made of."""

    service_url: str
    store: Store
    hub: Hub
    bot: BotClient
    activities: Activities
    chats: Chats

    async def life(self, _: web.Application) -> AsyncIterator[None]:
        await self.bot.start()
        yield
        await self.chats.close()
        await self.bot.close()
        self.store.close()

    async def hang_up(self, _: web.Application) -> None:
        self.hub.close()


def _make_parts(people: People, clock: SandboxClock, settings: TeamsSettings) -> _Parts:
    service_url = f"{settings.own_url.rstrip('/')}/connector/"
    store, hub = Store(settings.store), Hub()
    bot = BotClient(settings.bot_url, pauses=settings.retry_pauses)
    activities = Activities(service_url, clock)
    chats = Chats(
        store=store,
        hub=hub,
        roster=Roster(people),
        clock=clock,
        activities=activities,
        bot=bot,
    )
    return _Parts(service_url, store, hub, bot, activities, chats)


async def _stay_fresh(request: web.Request, response: web.StreamResponse) -> None:
    # A newer version of the page's parts is seen at once; unchanged ones are a short 304.
    if request.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-cache"


def _files(*, serve_axe: bool) -> list[web.AbstractRouteDef]:
    """Return the page, its parts and the libraries that it uses."""
    files = {
        "/": STATIC / "index.html",
        "/vendor/adaptivecards.min.js": _LIBRARIES / "adaptivecards/dist/adaptivecards.min.js",
    }
    if serve_axe:
        files["/vendor/axe.min.js"] = _LIBRARIES / "axe-core/axe.min.js"
    STATIC.mkdir(exist_ok=True)
    return [
        *(web.get(address, _serve(file)) for address, file in files.items()),
        web.static("/static", STATIC),
    ]


def _serve(file: Path) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def serve(_: web.Request) -> web.StreamResponse:
        return web.FileResponse(file, headers={"Cache-Control": "no-cache"})

    return serve

"""The composition root: the only file that knows every concrete class."""

from __future__ import annotations

import asyncio
import gc
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot import startup
from bot.clock import SandboxClock
from bot.core import (
    Core,
    chat_link,
    graph_options,
    make_clock,
    make_core,
    make_credential,
    require_migrated,
    watch,
)
from bot.domain.errors import DENIED
from bot.domain.messages import Via
from bot.graph.client import Graph, connect
from bot.graph.options import GraphOptions
from bot.metrics import Metrics
from bot.scheduling.ticks import Ticks
from bot.services.keeping import UnitsOfWork
from bot.services.leases import Leases
from bot.services.meeting_tasks import MeetingTasks
from bot.services.outbox import Carrier, Courier, MeetingCarrier
from bot.services.outlook_hints import WATCH_ID, OutlookHints
from bot.services.outlook_looks import OutlookLooks
from bot.services.outlook_watch import OutlookWatch, addresses
from bot.services.reach import Reach
from bot.services.upkeep import Upkeep
from bot.settings import Settings
from bot.teams.activity_handler import TeamsHandler, Tools
from bot.teams.chats import TeamsChats
from bot.teams.connector import Connector, Session, new_session
from bot.teams.endpoint import Endpoint, TeamsConfig, Voices, build_connector
from bot.teams.limits import HALF_HOURLY, PACE, PER_CONVERSATION, SendLimits
from bot.teams.looks import Looks, views_of
from bot.teams.messenger import (
    ActivityCarrier,
    ChatCarrier,
    MailCarrier,
    RefreshCarrier,
    Wording,
)
from bot.web import create_web, listen
from dialogs.main import Main
from dialogs.registry import all_routes
from storage.alone import only_worker
from storage.bot_state import BotStateStore
from storage.engine import Database, make_engine
from storage.mailbox_places import MailboxPlaces
from storage.outbox_queue import SqlOutboxQueue
from storage.send_budget import SqlSendBudget
from storage.unit_of_work import SqlUnitsOfWork

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential

log = structlog.get_logger(__name__)

PLACE_SPARE = timedelta(seconds=15)  # longer than any call: a place is not lost during one


def teams_config(settings: Settings) -> TeamsConfig:
    """What the Teams side needs of the settings."""
    return TeamsConfig(
        app_id=settings.app_id,
        tenants=settings.tenants,
        token_issuers=settings.token_issuers,
        openid_metadata_url=settings.openid_metadata_url,
        connector_scope=settings.connector_scope,
        service_url_hosts=settings.service_url_hosts,
    )


def make_limits(settings: Settings, engine: Database) -> SendLimits:
    """What this process may send to Teams: where there may be several, what all may send."""
    a_second, budget = settings.sends_a_second, None
    if a_second and engine.dialect.name == "postgresql":
        budget = SqlSendBudget(
            engine,
            a_second=a_second * PACE,
            windows=PER_CONVERSATION[:-1],
            half_hourly=HALF_HOURLY,
        )
    return SendLimits(a_second=a_second, budget=budget)


def with_places(options: GraphOptions, engine: Database) -> GraphOptions:
    """The same, its calls to the mailbox counted over all processes where there may be several."""
    if not options.usable or engine.dialect.name != "postgresql":
        return options
    lease = options.timeout + PLACE_SPARE
    return replace(options, place=MailboxPlaces(engine, options.mailbox, lease=lease).place)


def make_courier(
    core: Core,
    chats: TeamsChats,
    states: BotStateStore,
    queue: SqlOutboxQueue,
    *,
    alone: bool = False,
) -> Courier:
    """The worker's carriers, one for each way out. `alone`: no other worker can be at work."""
    desk, graph = core.desk, core.graph
    looks = Looks(core.catalogues, core.people, views_of(core.services))
    wording = Wording(desk, looks)
    reach = Reach(desk, chats, graph.installer)
    tasks = {**core.bookings, "event": OutlookLooks(desk, graph.meetings, core.bookings)}
    link = chat_link(core.settings)
    carriers: dict[Via, Carrier] = {
        Via.CHAT: ChatCarrier(wording, reach, chats),
        Via.REFRESH: RefreshCarrier(desk, looks, chats, states),
        Via.MAIL: MailCarrier(wording, desk, graph.directory, graph.mail, link),
        Via.ACTIVITY: ActivityCarrier(wording, graph.activity),
        Via.MEETING: MeetingCarrier(MeetingTasks(tasks)),
    }
    length = timedelta(seconds=core.settings.lease_seconds)
    leases = Leases(queue, core.clock, length=length, alone=alone)
    return Courier(queue, carriers, core.clock, leases=leases, one_moment=desk.uow.one_moment)


def mailbox_watch(core: Core) -> OutlookWatch:
    """The worker's eye on the service mailbox."""
    settings = core.settings
    every = timedelta(hours=settings.outlook_reconcile_hours)
    return OutlookWatch(core.desk, core.graph.mailbox, addresses(settings.public_url), every)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the program is built of; a test may hand in others."""

    units: Callable[[Database], UnitsOfWork] = SqlUnitsOfWork
    queue: Callable[[Database], SqlOutboxQueue] = SqlOutboxQueue
    gateways: Callable[[GraphOptions], Graph] = connect


@dataclass
class Program:
    """The running program. `stop` undoes what `start` began, last first.

    So nothing is taken in any more, then the turns end, then the rows under way; what they need,
    clients and at last the database, is closed after them.
    """

    settings: Settings
    parts: Parts = field(default_factory=Parts)
    metrics: Metrics = field(default_factory=Metrics)
    port: int = 0
    _alone: bool = False
    _undo: list[Callable[[], Awaitable[object]]] = field(
        default_factory=list[Callable[[], Awaitable[object]]]
    )

    async def start(self) -> None:
        """Start what the role asks for, and listen.

        Raises:
            NotMigrated: the database is not at this program's revision.
            NotAlone: another worker is at work on this SQLite file.
        """
        settings = self.settings
        await require_migrated(settings)
        if settings.role != "web" and (alone := only_worker(settings.database_url)):
            self._alone = True
            self._undo.append(alone.release)
        engine = make_engine(settings.database_url)
        self._undo.append(engine.dispose)
        clock = make_clock(settings)
        if isinstance(clock, SandboxClock):
            await clock.start()
            self._undo.append(clock.stop)
        session = new_session(proxies=not settings.sandbox)
        self._undo.append(session.close)
        credential = make_credential(settings, session)
        if credential is not None:
            self._undo.append(credential.close)
        options = graph_options(settings, credential, self.metrics)
        graph = self.parts.gateways(with_places(options, engine))
        self._undo.append(graph.close)
        core = make_core(settings, clock, graph, engine, self.parts.units)
        limits = make_limits(settings, engine)
        connector = build_connector(
            teams_config(settings), session, credential, limits, self.metrics
        )
        self._undo.append(connector.close)
        await self._begin(core, session, connector, credential)

    async def _begin(
        self,
        core: Core,
        session: Session,
        connector: Connector,
        credential: AsyncTokenCredential | None,
    ) -> None:
        settings = self.settings
        states, queue = BotStateStore(core.engine, core.clock), self.parts.queue(core.engine)
        checks: dict[str, Callable[[], Awaitable[object]]] = {
            "database": lambda: queue.oldest_due(core.clock.now()),
        }
        if credential is not None and core.graph.configured:
            checks["graph"] = lambda: credential.get_token(settings.graph_scope)
        endpoint = self._endpoint(core, session, connector, states)
        if settings.role != "worker":
            await endpoint.start()
            self._undo.append(endpoint.stop)
        if settings.role != "web":
            chats = TeamsChats(connector.unhurried(), settings.app_id)
            courier = make_courier(core, chats, states, queue, alone=self._alone)
            services = core.services
            upkeep = Upkeep(
                core.desk, core.assignments, core.seats, services.rounds, services.training
            )
            parts = [watch(core, self.metrics).run, mailbox_watch(core).run]
            ticks = Ticks(courier, upkeep, queue, core.clock, self.metrics, *parts)
            await core.graph.warm()
            ticks.start()
            self._undo.append(ticks.stop)
            checks["scheduler"] = ticks.beats
        inside = partial(create_web, checks=checks, refresh=lambda: self._gauge(queue, core))
        if settings.metrics_port:
            shown = inside(messages=None, metrics=self.metrics)
            runner, _ = await listen(shown, settings.host, settings.metrics_port)
            self._undo.append(runner.cleanup)
        web = inside(
            messages=None if settings.role == "worker" else endpoint.handle,
            outlook=None if settings.role == "worker" else OutlookHints(core.desk).told,
            metrics=None if settings.metrics_port else self.metrics,
        )
        runner, self.port = await listen(web, settings.host, settings.port)
        self._undo.append(runner.cleanup)
        log.info(
            "listening", host=settings.host, port=self.port, role=settings.role,
            mode="sandbox" if settings.sandbox else "teams",
        )  # fmt: skip

    def _endpoint(
        self,
        core: Core,
        session: Session,
        connector: Connector,
        states: BotStateStore,
    ) -> Endpoint:
        tools = Tools(
            services=core.services,
            clock=core.clock,
            rules=self.settings.rules(),
            catalogues=core.catalogues,
        )
        handler = TeamsHandler(Main(all_routes()), tools)
        endpoint = Endpoint(
            teams_config(self.settings),
            session=session,
            connector=connector,
            store=states,
            voices=Voices(handler.on_turn, handler.on_bug, handler.on_away, handler.on_shown),
            metrics=self.metrics,
            clock=core.clock,
        )
        endpoint.keeper.steady_seconds = self.settings.lease_seconds
        return endpoint

    async def _gauge(self, queue: SqlOutboxQueue, core: Core) -> None:
        """Bring the gauges of the outbox and of the watch on the mailbox up to date."""
        now = core.clock.now()
        for state, count in (await queue.unfinished()).items():
            self.metrics.outbox_rows.labels(state).set(count)
        oldest = await queue.oldest_due(now)
        waited = (now - oldest).total_seconds() if oldest else 0.0
        self.metrics.outbox_oldest_due_seconds.set(max(0.0, waited))
        following = await queue.next_reminder(now)
        self.metrics.next_reminder.set(_stamp(following))
        async with core.desk.uow(reading=True) as uow:
            watched = await uow.outlook.watch(WATCH_ID)
            denied = await uow.outbox.failing(DENIED)
        self.metrics.outbox_denied_rows.set(denied)
        self.metrics.subscription_expires_at.set(_stamp(watched and watched.told_until))
        self.metrics.reconciled_at.set(_stamp(watched and watched.reconciled_at))

    async def stop(self) -> None:
        """End everything, the newest first, whatever fails on the way."""
        while self._undo:
            undo = self._undo.pop()
            try:
                await undo()
            except Exception:
                log.exception("stop.failed")


def _stamp(at: datetime | None) -> float:
    """Unix time; 0 where there is no instant."""
    return at.timestamp() if at else 0.0


async def run(settings: Settings, parts: Parts | None = None) -> None:
    """Run until somebody says stop (SIGINT, SIGTERM)."""
    program = Program(settings, parts or Parts())
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopping.set)
    if settings.sandbox:
        log.warning("sandbox.no_authentication", host=settings.host)
    started = time.monotonic()
    try:
        await program.start()
        startup.over()
        log.info("ready", seconds=round(time.monotonic() - started, 2))
        await stopping.wait()
    finally:
        await program.stop()
        gc.unfreeze()
        log.info("stopped")

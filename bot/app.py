"""The composition root: the only file that knows every concrete class."""

from __future__ import annotations

import asyncio
import gc
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog
from azure.core.credentials_async import AsyncTokenCredential

from bot.clock import Clock, SandboxClock
from bot.core import (
    Core,
    chat_link,
    graph_options,
    make_clock,
    make_core,
    make_credential,
    require_migrated,
)
from bot.domain.messages import RowState, Via
from bot.graph.client import connect
from bot.metrics import Metrics
from bot.scheduling.ticks import Ticks
from bot.services.booking import BookingService
from bot.services.cohort_booking import CohortBooking
from bot.services.interview_booking import InterviewBooking
from bot.services.meeting_tasks import MeetingTasks
from bot.services.outbox import Carrier, Courier, MeetingCarrier
from bot.services.reach import Reach
from bot.services.upkeep import Upkeep
from bot.settings import Settings
from bot.teams.activity_handler import TeamsHandler, Tools
from bot.teams.chats import TeamsChats
from bot.teams.connector import Connector, Session, new_session
from bot.teams.endpoint import Endpoint, TeamsConfig, Voices, build_connector
from bot.teams.looks import Looks, views_of
from bot.teams.messenger import (
    ActivityCarrier,
    ChatCarrier,
    MailCarrier,
    RefreshCarrier,
    Wording,
)
from bot.web import create_web, listen
from cards.cohort_meeting import CohortWords
from cards.interview_meeting import InterviewMeetingWords
from cards.meeting import MeetingWords
from dialogs.main import Main
from dialogs.registry import all_routes
from storage.bot_state import BotStateStore
from storage.outbox_queue import SqlOutboxQueue

log = structlog.get_logger(__name__)


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


def make_courier(
    core: Core, chats: TeamsChats, states: BotStateStore, queue: SqlOutboxQueue
) -> Courier:
    """The worker's carriers, one for each way out."""
    desk, graph = core.desk, core.graph
    looks = Looks(core.catalogues, core.people, views_of(core.services))
    wording = Wording(desk, looks)
    reach = Reach(desk, chats, graph.installer)
    words = MeetingWords(core.catalogues)
    outlook = (desk, graph.meetings, graph.directory)
    bookings = {
        "session": BookingService(*outlook, words),
        "interview": InterviewBooking(*outlook, InterviewMeetingWords(core.catalogues)),
        "cohort": CohortBooking(*outlook, CohortWords(core.catalogues)),
    }
    link = chat_link(core.settings)
    carriers: dict[Via, Carrier] = {
        Via.CHAT: ChatCarrier(wording, reach, chats),
        Via.REFRESH: RefreshCarrier(desk, looks, chats, states),
        Via.MAIL: MailCarrier(wording, desk, graph.directory, graph.mail, link),
        Via.ACTIVITY: ActivityCarrier(wording, graph.activity),
        Via.MEETING: MeetingCarrier(MeetingTasks(bookings)),
    }
    return Courier(queue, carriers, core.clock)


@dataclass
class Program:
    """The running program. `stop` undoes what `start` began, last first."""

    settings: Settings
    metrics: Metrics = field(default_factory=Metrics)
    port: int = 0
    _undo: list[Callable[[], Awaitable[object]]] = field(
        default_factory=list[Callable[[], Awaitable[object]]]
    )

    async def start(self) -> None:
        """Start what the role asks for, and listen.

        Raises:
            NotMigrated: the database is not at this program's revision.
        """
        settings = self.settings
        await require_migrated(settings)
        clock = make_clock(settings)
        if isinstance(clock, SandboxClock):
            await clock.start()
            self._undo.append(clock.stop)
        session = new_session(proxies=not settings.sandbox)
        self._undo.append(session.close)
        credential = make_credential(settings, session)
        if credential is not None:
            self._undo.append(credential.close)
        graph = connect(graph_options(settings, credential, self.metrics))
        self._undo.append(graph.close)
        core = make_core(settings, clock, graph)
        self._undo.append(core.engine.dispose)
        connector = build_connector(teams_config(settings), session, credential)
        await self._begin(core, session, connector, credential)

    async def _begin(
        self,
        core: Core,
        session: Session,
        connector: Connector,
        credential: AsyncTokenCredential | None,
    ) -> None:
        settings = self.settings
        states, queue = BotStateStore(core.engine, core.clock), SqlOutboxQueue(core.engine)
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
            chats = TeamsChats(connector, settings.app_id)
            courier = make_courier(core, chats, states, queue)
            services = core.services
            upkeep = Upkeep(
                core.desk, core.assignments, core.seats, services.rounds, services.training
            )
            ticks = Ticks(courier, upkeep, queue, core.clock, self.metrics)
            await core.graph.warm()
            ticks.start()
            self._undo.append(ticks.stop)
            checks["scheduler"] = ticks.beats
        web = create_web(
            messages=None if settings.role == "worker" else endpoint.handle,
            metrics=self.metrics,
            checks=checks,
            refresh=lambda: self._gauge(queue, core.clock),
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
        return Endpoint(
            teams_config(self.settings),
            session=session,
            connector=connector,
            store=states,
            voices=Voices(handler.on_turn, handler.on_bug, handler.on_away, handler.on_shown),
            metrics=self.metrics,
            clock=core.clock,
        )

    async def _gauge(self, queue: SqlOutboxQueue, clock: Clock) -> None:
        """Bring the gauges of the outbox up to date."""
        now = clock.now()
        counts = await queue.counts()
        for state in RowState:
            self.metrics.outbox_rows.labels(state.value).set(counts.get(state.value, 0))
        oldest = await queue.oldest_due(now)
        waited = (now - oldest).total_seconds() if oldest else 0.0
        self.metrics.outbox_oldest_due_seconds.set(max(0.0, waited))
        following = await queue.next_reminder(now)
        self.metrics.next_reminder.set(following.timestamp() if following else 0)

    async def stop(self) -> None:
        """End everything, the newest first, whatever fails on the way."""
        while self._undo:
            undo = self._undo.pop()
            try:
                await undo()
            except Exception:
                log.exception("stop.failed")


def stay() -> None:
    """Spare what is loaded by now the search for garbage: 180,000 objects that all stay.

    Each full search through them would hold up whoever is being answered for a tenth of a second.
    """
    gc.collect()
    gc.freeze()


async def run(settings: Settings) -> None:
    """Run until somebody says stop (SIGINT, SIGTERM)."""
    program = Program(settings)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopping.set)
    if settings.sandbox:
        log.warning("sandbox.no_authentication", host=settings.host)
    started = time.monotonic()
    try:
        await program.start()
        stay()
        log.info("ready", seconds=round(time.monotonic() - started, 2))
        await stopping.wait()
    finally:
        await program.stop()
        gc.unfreeze()
        log.info("stopped")

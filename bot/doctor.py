"""`python -m bot doctor`: checks what the program stands on; each line says what to do."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core import Core, new_id, watch
from bot.domain.errors import DENIED, Denied, Gone, OutsideFault, Rejected
from bot.services.outlook_hints import WATCH_ID
from bot.services.ports import MeetingDraft
from bot.settings import Settings
from storage.revision import current, head

PROBE_AHEAD = timedelta(days=30)
PROBE_LENGTH = timedelta(minutes=30)
MISSED = 2
"""Reconciliations missed before it is said that they are."""
LOOKS = 10
"""The join link appears a moment after the event."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: `doctor.<what>.<result>` words it; `code` is the fault's, if any."""

    what: str
    result: str
    code: str = ""

    @property
    def well(self) -> bool:
        """Whether nothing has to be done."""
        return self.result in ("ok", "off", "awaited")


async def examine(
    settings: Settings,
    core: Core,
    token: Callable[[], Awaitable[object]] | None,
    *,
    between_looks: float = 0.5,
    deep: bool = False,
) -> AsyncIterator[Finding]:
    """Look at the database, the token, Graph's permissions, the mailbox and the join link.

    The join link is tried on a real event without attendees, a month ahead, cancelled at once.
    `token` fetches one for Teams; None in the sandbox. `between_looks` is in seconds. `deep`
    looks at the records too, for what must always hold.
    """
    database = await _database(settings)
    yield database
    yield await _attempt("token", token) if token else Finding("token", "off")
    if core.graph.configured:
        async for finding in _graph(settings, core, between_looks):
            yield finding
    else:
        yield Finding("graph", "off")
    if database.well:
        if core.graph.configured:
            for finding in await _news(settings, core):
                yield finding
        yield await _sealed(core)
        for finding in await _undelivered(core):
            yield finding
        if deep:
            for finding in await _records(core):
                yield finding


async def _graph(settings: Settings, core: Core, between_looks: float) -> AsyncIterator[Finding]:
    yield await _attempt("directory", lambda: core.graph.directory.search("a", limit=1))
    mailbox = settings.service_mailbox or ""
    now = core.clock.now()
    yield await _attempt(
        "calendars",
        lambda: core.graph.calendars.availability([mailbox], now, now + PROBE_LENGTH),
    )
    async for finding in _meeting(core, between_looks):
        yield finding


async def _database(settings: Settings) -> Finding:
    try:
        found = await current(settings.database_url)
    except Exception as error:  # noqa: BLE001  # whatever the driver raises, the advice is the same
        return Finding("database", "failed", type(error).__name__)
    return Finding("database", "ok" if found == head() else "old")


async def _attempt(what: str, doing: Callable[[], Awaitable[object]]) -> Finding:
    try:
        await doing()
    except OutsideFault as fault:
        return _faulted(what, fault)
    except Exception as error:  # noqa: BLE001  # a credential raises what its library raises
        return Finding(what, "failed", type(error).__name__)
    return Finding(what, "ok")


def _faulted(what: str, fault: OutsideFault) -> Finding:
    """Refused, which somebody has to mend here; or away, where looking again helps."""
    refused = isinstance(fault, Denied | Gone | Rejected)
    return Finding(what, "failed" if refused else "away", fault.code)


async def _meeting(core: Core, between_looks: float) -> AsyncIterator[Finding]:
    """The event, its link, and whether those who lead may be made its co-organizers."""
    starts_at = core.clock.now() + PROBE_AHEAD
    draft = MeetingDraft(
        transaction_id=new_id(),
        subject=f"doctor {secrets.token_hex(3)}",
        body_html="",
        starts_at=starts_at,
        ends_at=starts_at + PROBE_LENGTH,
        zone="America/Toronto",
        attendees=(),
        hide_attendees=True,
    )
    meetings, hosts = core.graph.meetings, None
    try:
        meeting = await meetings.create(draft)
        for _ in range(LOOKS):
            if meeting.join_url:
                break
            await asyncio.sleep(between_looks)
            meeting = await meetings.read(meeting.event_id)
        link = meeting.join_url
        if link:
            hosts = await _attempt("hosts", lambda: meetings.host(link, []))
        await meetings.cancel(meeting.event_id, draft.subject)
    except OutsideFault as fault:
        yield _faulted("mailbox", fault)
        return
    yield Finding("mailbox", "ok" if link else "no_link")
    if hosts:
        yield hosts


async def _news(settings: Settings, core: Core) -> list[Finding]:
    """Whether what people do by hand in Outlook comes to us: at once, and by comparing."""
    async with core.desk.uow(reading=True) as uow:
        watched = await uow.outlook.watch(WATCH_ID)
    now, late = core.clock.now(), timedelta(hours=settings.outlook_reconcile_hours) * MISSED
    if not settings.public_url:
        told = Finding("subscription", "off")
    elif watched is None or (watched.told_until is None and not watched.fault):
        told = Finding("subscription", "awaited")
    elif watched.told_until is None:
        told = Finding("subscription", "failed", watched.fault or "")
    else:
        stands = watched.told_until > now
        told = Finding("subscription", "ok" if stands else "lapsed", _instant(watched.told_until))
    if watched is None or watched.reconciled_at is None:
        return [told, Finding("reconciliation", "awaited")]
    result = "ok" if now - watched.reconciled_at <= late else "late"
    return [told, Finding("reconciliation", result, _instant(watched.reconciled_at))]


def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC")


async def _undelivered(core: Core) -> list[Finding]:
    async with core.desk.uow(reading=True) as uow:
        dead, denied = len(await uow.outbox.dead()), await uow.outbox.failing(DENIED)
    found = [Finding("outbox", "dead", str(dead))] if dead else []
    found += [Finding("outbox", "denied", str(denied))] if denied else []
    return found or [Finding("outbox", "ok")]


async def _records(core: Core) -> list[Finding]:
    """What is broken of what always holds, with ids; one line where nothing is."""
    looked = await watch(core).look()
    broken = [Finding("invariant", one.invariant, ", ".join(one.ids)) for one in looked if one.ids]
    return broken or [Finding("invariants", "ok", str(len(looked)))]


async def _sealed(core: Core) -> Finding:
    """Whether what candidates say of themselves can be sealed, and what was sealed opened."""
    service = core.services.self_identification
    lost = await service.lost()
    if lost:
        return Finding("self_id", "lost", str(len(lost)))
    return Finding("self_id", "ok" if service.available else "off")

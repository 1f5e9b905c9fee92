"""The watch on the service mailbox's events, one for the whole deployment.

A subscription is kept alive, and twice a day the delta of the calendar finds what no notification
told. One row says when it is next seen to; the worker that takes its lease does so.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.domain.errors import Gone, OutsideFault
from bot.domain.outlook import LONGEST_LIFE, Watch
from bot.services.desk import Desk
from bot.services.outbox import LONGEST_WAIT, wait_before
from bot.services.outlook_hints import WATCH_ID
from bot.services.outlook_ports import Changes, MailboxEvents, Subscribed
from bot.services.outlook_writing import owe_look

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=5)
LIFE = LONGEST_LIFE - timedelta(minutes=10)  # our clock may be ahead of Graph's
BEHIND, AHEAD = timedelta(days=1), timedelta(days=400)
FRESH = timedelta(days=365)
"""A link goes on over the days that it began with: it is given up while a year is left of them."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where Graph may tell us things: https, but on one machine."""

    news: str
    lifecycle: str


def addresses(public_url: str | None) -> Addresses | None:
    """Those of the web role; None without a public address: then the delta alone tells us."""
    if not public_url:
        return None
    base = f"{public_url.rstrip('/')}/api/graph"
    return Addresses(f"{base}/notifications", f"{base}/lifecycle")


class OutlookWatch:
    """Sees to the watch when it is due. Every worker asks; one does it."""

    def __init__(
        self, desk: Desk, mailbox: MailboxEvents, where: Addresses | None, every: timedelta
    ) -> None:
        self._desk = desk
        self._mailbox = mailbox
        self._where = where
        self._every = every

    async def run(self) -> int:
        """One tick; how many things were seen to."""
        seen = await self._claim()
        if seen is None:
            return 0
        now = self._desk.now
        done = 0
        if self._renewal_due(seen, now):
            done += await self._see_to("renew_at", seen, self._renew)
        if seen.reconcile_at <= now:
            done += await self._see_to("reconcile_at", seen, self._reconcile)
        await self._change(_free)
        return done

    def _renewal_due(self, watch: Watch, now: datetime) -> bool:
        if self._where is None:
            return watch.subscription_id is not None
        return watch.renew_at <= now or watch.url != self._where.news

    async def _claim(self) -> Watch | None:
        """The watch as it stands, leased to us; None where nothing is due, or another has it."""
        desk = self._desk
        async with desk.uow(reading=True) as uow:
            watch = await uow.outlook.watch(WATCH_ID)
        if watch is not None and not self._due(watch):
            return None
        async with desk.uow() as uow:
            if watch is None:
                await uow.outlook.add_watch(Watch(WATCH_ID, desk.now, desk.now))
            kept = await uow.outlook.locked_watch(WATCH_ID)
            if kept is None or not self._due(kept):
                return None
            kept.lease_until = desk.now + LEASE
            seen = copy(kept)
            await uow.commit()
        return seen

    def _due(self, watch: Watch) -> bool:
        now = self._desk.now
        if watch.lease_until is not None and watch.lease_until > now:
            return False
        return watch.reconcile_at <= now or (
            self._renewal_due(watch, now) and (watch.renew_at <= now or watch.attempts == 0)
        )

    async def _see_to(
        self, which: str, seen: Watch, doing: Callable[[Watch], Awaitable[None]]
    ) -> int:
        """One part failing keeps the other from nothing; it is tried again by itself."""
        try:
            await doing(seen)
        except OutsideFault as fault:
            code, wait = fault.code, fault.retry_after or wait_before(seen.attempts)
            log.warning("outlook.watch_failed", step=which, code=code)
            until = self._desk.now + min(wait, LONGEST_WAIT)

            def later(watch: Watch) -> None:
                setattr(watch, which, until)
                watch.attempts, watch.fault = seen.attempts + 1, code

            await self._change(later)
            return 0
        return 1

    async def _renew(self, seen: Watch) -> None:
        if self._where is None:
            await self._mailbox.unsubscribe(seen.subscription_id or "")
            await self._change(_unsubscribed)
            return
        until = self._desk.now + LIFE
        if seen.subscription_id and seen.url == self._where.news:
            try:
                stands = await self._mailbox.renew(seen.subscription_id, until)
                await self._stands(seen, stands, anew=False)
            except Gone:
                log.info("outlook.subscription_gone")
            else:
                return
        await self._subscribe(seen, self._where, until)

    async def _subscribe(self, seen: Watch, where: Addresses, until: datetime) -> None:
        """What the notifications must bring is kept before Graph is asked for any."""
        word = secrets.token_urlsafe(32)

        def asking(watch: Watch) -> None:
            watch.client_state, watch.url, watch.subscription_id = word, where.news, None

        await self._change(asking)
        made = await self._mailbox.subscribe(where.news, where.lifecycle, word, until)
        await self._stands(seen, made, anew=True)
        if seen.subscription_id and seen.url != where.news:
            await self._mailbox.unsubscribe(seen.subscription_id)

    async def _stands(self, seen: Watch, made: Subscribed, *, anew: bool) -> None:
        now = self._desk.now

        def stands(watch: Watch) -> None:
            watch.subscription_id, watch.expires_at = made.subscription_id, made.expires_at
            watch.attempts, watch.fault = 0, None
            if watch.renew_at == seen.renew_at:  # nobody has asked for another one meanwhile
                watch.renew_at = now + (made.expires_at - now) / 2
            if anew:  # what happened before it stood was told to nobody
                watch.reconcile_at = min(watch.reconcile_at, now)

        await self._change(stands)
        log.info("outlook.subscription_stands", kind="made" if anew else "renewed")

    async def _reconcile(self, seen: Watch) -> None:
        now = self._desk.now
        left = seen.window_ends_at - now if seen.window_ends_at else timedelta(0)
        link = seen.delta_link if left > FRESH else None
        changes = await self._mailbox.changes(link, now - BEHIND, now + AHEAD)
        await self._owe_looks(changes)

        def reconciled(watch: Watch) -> None:
            watch.delta_link, watch.reconciled_at = changes.delta_link, now
            watch.window_ends_at = now + AHEAD if changes.whole else watch.window_ends_at
            if self._where is None or watch.renew_at > now + LONGEST_WAIT:
                watch.attempts, watch.fault = 0, None  # nothing else is being tried again
            if watch.reconcile_at == seen.reconcile_at:
                watch.reconcile_at = now + self._every

        await self._change(reconciled)

    async def _owe_looks(self, changes: Changes) -> None:
        """Of all the days also those that are not there: somebody may have deleted them."""
        desk = self._desk
        async with desk.uow() as uow:
            ours = set(await uow.outlook.known(changes.event_ids))
            if changes.whole:
                ours |= set(await uow.outlook.ahead(desk.now))
            for event_id in sorted(ours):
                await owe_look(uow, desk, event_id, at_once=True)
            await uow.commit()
        log.info("outlook.reconciled", count=len(ours), kind="whole" if changes.whole else "delta")

    async def _change(self, change: Callable[[Watch], None]) -> None:
        async with self._desk.uow() as uow:
            watch = await uow.outlook.locked_watch(WATCH_ID)
            if watch is not None:
                change(watch)
                await uow.commit()


def _free(watch: Watch) -> None:
    watch.lease_until = None


def _unsubscribed(watch: Watch) -> None:
    watch.subscription_id, watch.url, watch.client_state = None, "", ""

"""What Graph tells us of the mailbox, taken as a hint: the worker reads the event itself."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

import structlog

from bot.domain.outlook import Watch
from bot.services.desk import Desk
from bot.services.outlook_writing import owe_look

log = structlog.get_logger(__name__)

WATCH_ID = "calendar"
MOST = 1000
_EVENT_ID = re.compile(r"[A-Za-z0-9_=+/.-]{1,512}")


class BadNews(Exception):
    """Not the shape of Graph's notifications."""


class OutlookHints:
    """Writes rows and does nothing else: Graph waits three seconds for an answer."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def told(self, body: object) -> int:
        """Take news in; how many were believed.

        Raises:
            BadNews: it is nothing that Graph sends.
        """
        every = list(_news(body))
        async with self._desk.uow(reading=True) as uow:
            watch = await uow.outlook.watch(WATCH_ID)
        ours = [one for one in every if watch and _is_ours(watch, one)]
        if len(ours) < len(every):
            log.warning("outlook.strange_news", count=len(every) - len(ours))
        if ours:
            await self._write(ours)
        return len(ours)

    async def _write(self, every: list[Mapping[str, Any]]) -> None:
        desk = self._desk
        async with desk.uow() as uow:
            for event_id in dict.fromkeys(filter(None, map(_event_of, every))):
                await owe_look(uow, desk, event_id)
            said = [(str(one["lifecycleEvent"]), one) for one in every if "lifecycleEvent" in one]
            watch = await uow.outlook.locked_watch(WATCH_ID) if said else None
            for what, one in said:
                if watch is not None:
                    self._lifecycle(watch, what, str(one.get("subscriptionId")))
            await uow.commit()

    def _lifecycle(self, watch: Watch, what: str, subscription_id: str) -> None:
        """The worker sees to it at its next tick."""
        now = self._desk.now
        log.info("outlook.lifecycle", kind=what)
        match what:
            case "reauthorizationRequired":
                watch.renew_at = now
            case "subscriptionRemoved" if subscription_id == watch.subscription_id:
                watch.subscription_id, watch.renew_at, watch.reconcile_at = None, now, now
            case "missed":
                watch.reconcile_at = now
            case _:
                pass


def _news(body: object) -> Iterator[Mapping[str, Any]]:
    listed: object = body.get("value") if isinstance(body, Mapping) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    if not isinstance(listed, list):
        raise BadNews
    every = cast("list[object]", listed)
    if len(every) > MOST:
        raise BadNews
    for one in every:
        if not isinstance(one, Mapping):
            raise BadNews
        yield cast("Mapping[str, Any]", one)


def _is_ours(watch: Watch, one: Mapping[str, Any]) -> bool:
    """The time that the comparing takes tells nothing of how much of the word was right."""
    told = one.get("clientState")
    word = told if isinstance(told, str) else ""
    return bool(watch.client_state) and hmac.compare_digest(
        word.encode(), watch.client_state.encode()
    )


def _event_of(one: Mapping[str, Any]) -> str | None:
    data = one.get("resourceData")
    event_id = cast("Mapping[str, object]", data).get("id") if isinstance(data, Mapping) else None
    well = isinstance(event_id, str) and _EVENT_ID.fullmatch(event_id)
    return event_id if well and isinstance(event_id, str) else None

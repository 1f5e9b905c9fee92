"""The typing sign, for turns that take longer than a second and for no others."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from bot.domain.errors import OutsideFault
from bot.teams.connector import Connector

log = structlog.get_logger(__name__)

_SLOW_SECONDS = 1.0


class TypingSign:
    """Sends one typing activity when a turn turns out to be slow."""

    def __init__(self, connector: Connector, *, after: float = _SLOW_SECONDS) -> None:
        self._connector = connector
        self._after = after
        self._tasks: set[asyncio.Task[None]] = set()

    def while_slow(
        self, service_url: str, conversation_id: str, reference: Mapping[str, Any]
    ) -> asyncio.TimerHandle:
        """Show the sign if what is begun now takes long: whoever ends it cancels the timer."""
        loop = asyncio.get_running_loop()
        return loop.call_later(self._after, self._start, service_url, conversation_id, reference)

    def _start(self, service_url: str, conversation_id: str, reference: Mapping[str, Any]) -> None:
        task = asyncio.create_task(self._show(service_url, conversation_id, reference))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _show(
        self, service_url: str, conversation_id: str, reference: Mapping[str, Any]
    ) -> None:
        activity = {"type": "typing", **reference}
        activity.pop("replyToId", None)
        try:
            await self._connector.send(service_url, conversation_id, activity, once=True)
        except OutsideFault as error:  # a nicety: nothing is lost without it
            log.info("typing_not_shown", code=error.code)

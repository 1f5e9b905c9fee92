"""What time it is: the system's, a test's, or the sandbox's, which can jump ahead."""

from __future__ import annotations

import asyncio
import json
import urllib.request
import zoneinfo
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

log = structlog.get_logger(__name__)

_POLL_SECONDS = 0.3
_ANSWER_SECONDS = 2.0
_FIRST_TRIES = 10


def use_packaged_zones() -> None:
    """Take the zones from the tzdata package, never from the machine.

    Files older than 2026c are an hour wrong for Vancouver and Edmonton in winter, and Python
    prefers the machine's to the package's. Called as the program is imported (`bot/__init__`),
    before anything asks for a zone.
    """
    zoneinfo.reset_tzpath(to=())
    zoneinfo.ZoneInfo.clear_cache()


class Clock(Protocol):
    """The only source of the time of day."""

    def now(self) -> datetime:
        """This instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """This instant."""
        return datetime.now(UTC)


class ManualClock:
    """Stands still until a test moves it."""

    def __init__(self, at: datetime) -> None:
        self._at = _utc(at)

    def now(self) -> datetime:
        """The instant it was last set to."""
        return self._at

    def set(self, at: datetime) -> None:
        """Stand at this instant."""
        self._at = _utc(at)

    def advance(self, span: timedelta) -> None:
        """Move on by so much."""
        self._at += span


class SandboxClock:
    """The machine's clock, ahead by what the sandbox says.

    Asks `url`, which answers `{"now": …, "offset": seconds}`, several times a second. While the
    sandbox is away the last answer holds.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._offset = timedelta(0)
        self._task: asyncio.Task[None] | None = None

    def now(self) -> datetime:
        """This instant, as the sandbox has it."""
        return datetime.now(UTC) + self._offset

    async def start(self) -> None:
        """Ask until there is an answer, a few times at most; then keep asking until stopped.

        Who begins beside a sandbox that is slow to answer must not take months to be days.
        """
        for _ in range(_FIRST_TRIES):
            if await self.refresh():
                break
            await asyncio.sleep(_POLL_SECONDS)
        self._task = asyncio.create_task(self._follow(), name="sandbox-clock")

    async def stop(self) -> None:
        """Stop asking."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def refresh(self) -> bool:
        """Ask the sandbox how far ahead it is; whether it answered."""
        try:
            offset = await asyncio.to_thread(_ask, self._url)
        except (OSError, ValueError, KeyError, TypeError):
            return False  # away, or restarting: the last answer holds
        if offset != self._offset:
            log.info("clock_moved", offset_seconds=offset.total_seconds())
        self._offset = offset
        return True

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(_POLL_SECONDS)
            await self.refresh()


def _ask(url: str) -> timedelta:
    with urllib.request.urlopen(url, timeout=_ANSWER_SECONDS) as answer:  # noqa: S310 - a setting
        return timedelta(seconds=float(json.load(answer)["offset"]))


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("An instant needs its zone.")
    return at.astimezone(UTC)

"""The sandbox's clock: real time plus an offset that a person moves from the page.

Both halves and the program read it, so a jump is seen by all at once. The offset is kept in a
file: a second run finds the time as it was left.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

from aiohttp import web

Subscriber = Callable[["SandboxClock"], None]


def _real_now() -> datetime:
    return datetime.now(UTC)


class SandboxClock:
    """Real time plus an offset. `path` keeps the offset; `real` is the true clock."""

    def __init__(
        self, path: Path | None = None, *, real: Callable[[], datetime] = _real_now
    ) -> None:
        """Read the offset of the last run where there was one."""
        self._path = path
        self._real = real
        self._subscribers: list[Subscriber] = []
        self._offset = timedelta(seconds=_read_offset(path))

    @property
    def offset(self) -> timedelta:
        """Return how far this clock is ahead of real time."""
        return self._offset

    def now(self) -> datetime:
        """Return the sandbox's instant, aware, in UTC."""
        return self._real() + self._offset

    def advance(self, by: timedelta) -> None:
        """Jump by a length of time."""
        self._move(self._offset + by)

    def set(self, instant: datetime) -> None:
        """Jump to an instant; it must be aware."""
        if instant.tzinfo is None:
            message = "a naive instant"
            raise ValueError(message)
        self._move(instant.astimezone(UTC) - self._real())

    def reset(self) -> None:
        """Go back to real time."""
        self._move(timedelta(0))

    def subscribe(self, subscriber: Subscriber) -> None:
        """Have `subscriber` called after each jump."""
        self._subscribers.append(subscriber)

    def as_json(self) -> dict[str, Any]:
        """Return what `/clock` answers."""
        return {"now": self.now().isoformat(), "offset": self._offset.total_seconds()}

    def _move(self, offset: timedelta) -> None:
        _check_range(self._real(), offset)
        self._offset = offset
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text(json.dumps({"offset": offset.total_seconds()}), "utf-8")
        for subscriber in list(self._subscribers):
            subscriber(self)


def _check_range(real: datetime, offset: timedelta) -> None:
    try:
        moved = real + offset
    except OverflowError as error:
        message = "too far"
        raise ValueError(message) from error
    if not datetime(2000, 1, 1, tzinfo=UTC) <= moved <= datetime(2200, 1, 1, tzinfo=UTC):
        message = "out of the years 2000 to 2200"
        raise ValueError(message)


def _read_offset(path: Path | None) -> float:
    if path is None or not path.exists():
        return 0.0
    return float(json.loads(path.read_text("utf-8"))["offset"])


def apply(clock: SandboxClock, order: Any) -> None:
    """Do what a `POST /clock` body orders.

    Raises:
        ValueError: it is none of `{"advance": seconds}`, `{"to": instant}`, `{"reset": true}`.
    """
    match order:
        case {"advance": int() | float() as seconds} if not isinstance(seconds, bool):
            clock.advance(_length(seconds))
        case {"to": str() as text}:
            clock.set(datetime.fromisoformat(text))
        case {"reset": True}:
            clock.reset()
        case _:
            message = 'expected {"advance": seconds}, {"to": instant} or {"reset": true}'
            raise ValueError(message)


def _length(seconds: float) -> timedelta:
    try:
        return timedelta(seconds=seconds)
    except OverflowError as error:
        message = "too far"
        raise ValueError(message) from error


def clock_routes(clock: SandboxClock) -> list[web.RouteDef]:
    """Return `GET /clock` and `POST /clock`, for either half."""

    async def show(_: web.Request) -> web.Response:
        return web.json_response(clock.as_json())

    async def move(request: web.Request) -> web.Response:
        try:
            apply(clock, await request.json())
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=HTTPStatus.BAD_REQUEST)
        return web.json_response(clock.as_json())

    return [web.get("/clock", show), web.post("/clock", move)]

"""How the local Teams calls the program: its message endpoint and its figures."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import aiohttp

# Teams waits so long for an answer, then sends the activity again.
ANSWER_SECONDS = 15.0
_AGAIN = {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}
_NEXT_REMINDER = re.compile(
    r"^bot_outbox_next_reminder_timestamp_seconds(?:\{[^}]*\})?\s+(\S+)", re.MULTILINE
)
_ERROR = "application/vnd.microsoft.error"


class BotClient:
    """Posts activities to the program at `url`; `pauses` in seconds between repetitions."""

    def __init__(self, url: str, *, pauses: Sequence[float] = (1, 2, 4, 8)) -> None:
        """Note where the program is; nothing is opened before `start`."""
        self._url = url.rstrip("/")
        self._pauses = pauses
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open the pooled session."""
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        self._session = aiohttp.ClientSession(timeout=timeout)

    async def close(self) -> None:
        """Close it."""
        if self._session is not None:
            await self._session.close()

    async def deliver(self, activity: dict[str, Any]) -> bool:
        """Send an activity, again while the program is away. Return whether it was taken."""
        for pause in (*self._pauses, None):
            try:
                status, _ = await self._post(activity)
            except (aiohttp.ClientError, TimeoutError):
                status = HTTPStatus.SERVICE_UNAVAILABLE
            if status not in _AGAIN:
                return status < HTTPStatus.BAD_REQUEST
            if pause is not None:
                await asyncio.sleep(pause)
        return False

    async def invoke(self, activity: dict[str, Any]) -> dict[str, Any]:
        """Send an invoke and return its answer, or the error that Teams shows in its place."""
        try:
            status, body = await self._post(activity)
        except (aiohttp.ClientError, TimeoutError):
            return _failure(HTTPStatus.BAD_GATEWAY, "BotUnreachable", "Unable to reach app.")
        if status != HTTPStatus.OK:
            return _failure(status, "BotError", "Something went wrong. Please try again.")
        match body:
            case {"statusCode": int() as code, "type": str() as kind}:
                return {"statusCode": code, "type": kind, "value": body.get("value")}
            case _:
                return _failure(
                    HTTPStatus.BAD_GATEWAY,
                    "BadAnswer",
                    "The app's answer is not an invoke response.",
                )

    async def next_reminder(self) -> float | None:
        """Return the instant of the next reminder in Unix seconds, from the program's figures."""
        try:
            async with self._open_session.get(f"{self._url}/metrics") as response:
                text = await response.text() if response.ok else ""
        except (aiohttp.ClientError, TimeoutError):
            return None
        found = _NEXT_REMINDER.search(text)
        value = float(found[1]) if found else math.nan
        return value if math.isfinite(value) else None

    @property
    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            message = "not started"
            raise RuntimeError(message)
        return self._session

    async def _post(self, activity: dict[str, Any]) -> tuple[int, Any]:
        url = f"{self._url}/api/messages"
        async with self._open_session.post(url, json=activity) as response:
            try:
                return response.status, await response.json(content_type=None)
            except ValueError:
                return response.status, None


def _failure(status: int, code: str, message: str) -> dict[str, Any]:
    return {"statusCode": int(status), "type": _ERROR, "value": {"code": code, "message": message}}

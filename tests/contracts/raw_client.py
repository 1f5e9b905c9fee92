"""The local Graph on a free port, called without the SDK."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web

from sandbox.clock import SandboxClock
from sandbox.graph.app import create_app
from sandbox.graph.calendar import JoinLink
from sandbox.people import SERVICE_MAILBOX, load_people

PEOPLE = load_people()
MANAGER = PEOPLE.by_key("manager-ottawa")
EMPLOYEE = PEOPLE.by_key("employee-st-johns")
HEADERS = {"Authorization": "Bearer sandbox", "Prefer": 'IdType="ImmutableId"'}
EVENTS = f"/v1.0/users/{SERVICE_MAILBOX}/events"
NOON = datetime(2026, 12, 15, 17, tzinfo=UTC)


def event(**changes: Any) -> dict[str, Any]:
    body = {
        "subject": "Mental Health",
        "body": {"contentType": "html", "content": "<p>Welcome</p>"},
        "start": {"dateTime": "2026-12-15T13:00:00", "timeZone": "America/Toronto"},
        "end": {"dateTime": "2026-12-15T16:30:00", "timeZone": "America/Toronto"},
        "attendees": [attendee(MANAGER.mail)],
        "isOnlineMeeting": True,
        "onlineMeetingProvider": "teamsForBusiness",
        "hideAttendees": True,
    }
    return {key: value for key, value in (body | changes).items() if value is not None}


def attendee(mail: str) -> dict[str, Any]:
    return {"type": "required", "emailAddress": {"address": mail, "name": ""}}


class Client:
    """Calls the local Graph and gives status and JSON."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self._session = session
        self.base = base

    async def __call__(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        told = HEADERS if headers is None else headers
        async with self._session.request(
            method, self.base + path, json=body, headers=told
        ) as answer:
            kind = answer.content_type
            return answer.status, (
                await answer.json() if kind == "application/json" else await answer.text()
            )


@asynccontextmanager
async def serving(**options: Any) -> AsyncGenerator[Client]:
    defaults: dict[str, Any] = {
        "clock": SandboxClock(real=lambda: NOON),
        "data_dir": None,
        "join_link": JoinLink(reads=1, seconds=float("inf")),
    }
    known = defaults | options
    app = create_app(PEOPLE, known.pop("clock"), **known)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with aiohttp.ClientSession() as session:
            yield Client(session, f"http://127.0.0.1:{runner.addresses[0][1]}")
    finally:
        await runner.cleanup()

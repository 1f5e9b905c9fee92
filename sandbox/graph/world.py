"""What all handlers share, and the small questions that many of them ask."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from sandbox.clock import SandboxClock
from sandbox.graph import bodies, shapes
from sandbox.graph.calendar import Calendar
from sandbox.graph.errors import bad_request, no_such_person
from sandbox.graph.faults import Faults
from sandbox.graph.notifier import Notifier
from sandbox.graph.store import Store
from sandbox.people import People, Person

OnInstall = Callable[[str], Awaitable[bool | None] | bool | None]
"""Told of a person for whom the app is installed; False says that it was there already."""


@dataclass
class World:
    """People, mailboxes, the clock, and the faults still to come."""

    people: People
    clock: SandboxClock
    store: Store
    calendar: Calendar
    mailbox: str
    notifier: Notifier
    on_install: OnInstall | None = None
    faults: Faults = field(default_factory=Faults)

    def person(self, request: web.Request) -> Person:
        """Return the person of the path, who must exist."""
        name = request.match_info["user"]
        person = self.people.find(name)
        if person is None:
            raise no_such_person(name)
        return person

    def owner(self, request: web.Request) -> str:
        """Return the mailbox of the path: a person's or the programme's. In lower case."""
        name = request.match_info["user"].lower()
        if name in {self.mailbox, shapes.service_user(self.mailbox)["id"]}:
            return self.mailbox
        return self.person(request).mail.lower()


WORLD = web.AppKey("world", World)


async def body_of(request: web.Request) -> dict[str, Any]:
    """Return the body of a call, held to the rules of its operation."""
    if request.content_type != "application/json":
        raise bad_request("The Content-Type header must be application/json.")
    try:
        told = await request.json()
    except ValueError:
        raise bad_request("Unable to read JSON request payload.") from None
    return bodies.check(str(request.match_info.route.name), told)

"""The online meeting behind an event."""

from __future__ import annotations

import re
from typing import Any

from aiohttp import web

from sandbox.graph import shapes
from sandbox.graph.errors import bad_request, no_such_item
from sandbox.graph.models import Event
from sandbox.graph.world import WORLD, body_of

_FILTER = re.compile(r"JoinWebUrl eq '([^']+)'", re.IGNORECASE)


def _known(event: Event) -> dict[str, Any]:
    meeting = event.meeting or {}
    kept = {key: value for key, value in meeting.items() if key not in {"joinUrl", "conferenceId"}}
    kept.pop("tollNumber", None)
    return {
        "lobbyBypassSettings": {"scope": "organization"},
        "recordAutomatically": False,
        **kept,
        "id": meeting["id"],
        "joinWebUrl": meeting["joinUrl"],
        "subject": event.said.get("subject", ""),
        "startDateTime": shapes.stamp(event.starts_at.isoformat()),
        "endDateTime": shapes.stamp(event.ends_at.isoformat()),
    }


async def find(request: web.Request) -> web.Response:
    """`GET /users/{id}/onlineMeetings?$filter=JoinWebUrl eq '…'`."""
    world = request.app[WORLD]
    owner = world.owner(request)
    told = _FILTER.fullmatch(request.query.get("$filter", ""))
    if told is None:
        raise bad_request("A $filter of the form JoinWebUrl eq '…' is needed.")
    found = [
        _known(event)
        for event in world.store.of(Event, owner)
        if (meeting := world.calendar.meeting_of(event)) and meeting["joinUrl"] == told[1]
    ]
    return shapes.page(request, found, "onlineMeetings")


async def change(request: web.Request) -> web.Response:
    """`PATCH /users/{id}/onlineMeetings/{id}`."""
    world = request.app[WORLD]
    said = await body_of(request)
    for event in world.store.of(Event, world.owner(request)):
        if event.meeting and event.meeting["id"] == request.match_info["meeting"]:
            event.meeting.update(said)
            world.store.put(event)
            return web.json_response(_known(event))
    raise no_such_item()

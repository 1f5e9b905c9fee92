"""The delta of a calendar view: first everything, then what changed since the link was given."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from http import HTTPStatus
from typing import Any

from aiohttp import web

from sandbox.graph.errors import GraphError, bad_request
from sandbox.graph.event_shape import event_shape
from sandbox.graph.models import Event
from sandbox.graph.shapes import prefers, zone_wanted
from sandbox.graph.world import WORLD


def _token(**told: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode()


def _read(token: str) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads(base64.urlsafe_b64decode(token))
    except (binascii.Error, ValueError):
        raise bad_request("The sync state is not valid.", "SyncStateInvalid") from None
    return told


def _edges(request: web.Request) -> tuple[str, str]:
    told = [request.query.get(name, "") for name in ("startDateTime", "endDateTime")]
    for edge in told:
        try:
            naive = datetime.fromisoformat(edge).tzinfo is None
        except ValueError:
            naive = True
        if naive:
            raise bad_request("startDateTime and endDateTime must be instants.")
    return told[0], told[1]


def _beginning(request: web.Request) -> dict[str, Any]:
    start, end = _edges(request)
    return {"since": 0, "start": start, "end": end, "skip": 0}


def _size(request: web.Request) -> int:
    for each in prefers(request):
        if each.startswith("odata.maxpagesize="):
            return int(each.partition("=")[2])
    return 10


async def delta(request: web.Request) -> web.Response:
    """`GET /users/{id}/calendarView/delta`, with the days, or with the token of a link."""
    world = request.app[WORLD]
    owner = world.owner(request)
    told = request.query.get("$deltatoken") or request.query.get("$skiptoken")
    state: dict[str, Any] = _read(told) if told else _beginning(request)
    if state["since"] > world.store.stamp:
        raise GraphError(HTTPStatus.GONE, "SyncStateNotFound", "The sync state is not found.")
    every = sorted(world.store.of(Event, owner), key=lambda event: event.stamp)
    changed = [event for event in every if event.stamp > state["since"]]
    rows = [row for event in changed for row in _rows(request, event, state)]
    first, size = state["skip"], _size(request)
    base = f"{request.url.origin()}{request.path}"
    body: dict[str, Any] = {"value": rows[first : first + size]}
    if first + size < len(rows):
        body["@odata.nextLink"] = f"{base}?$skiptoken={_token(**{**state, 'skip': first + size})}"
    else:
        after = {**state, "since": world.store.stamp, "skip": 0}
        body["@odata.deltaLink"] = f"{base}?$deltatoken={_token(**after)}"
    return web.json_response(body)


def _rows(request: web.Request, event: Event, state: dict[str, Any]) -> list[dict[str, Any]]:
    """The days of an event within the view; one that is gone says no more than its id."""
    world = request.app[WORLD]
    if event.cancelled:
        return [{"id": event.id, "@removed": {"reason": "deleted"}}] if state["since"] else []
    start, end = (datetime.fromisoformat(state[name]) for name in ("start", "end"))
    zone = zone_wanted(request)
    within = [day for day in event.days if day.starts_at < end and start < day.ends_at]
    if event.said.get("recurrence"):
        return [event_shape(event, world.calendar, world.people, zone, day=day) for day in within]
    if not within:  # moved out of the view
        return [{"id": event.id, "@removed": {"reason": "changed"}}] if state["since"] else []
    return [event_shape(event, world.calendar, world.people, zone)]

"""What a person does to a meeting in Outlook: move it, delete it, take somebody off, answer it.

`POST /events/{id}/move|delete|remove|add` is the organizer's hand, `POST /events/{id}/respond`
that of somebody invited (`id` is their own copy's).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from sandbox.graph.models import Event, Invitation, instant
from sandbox.graph.rules import zone_name
from sandbox.graph.world import WORLD

RESPONSES = ("accepted", "tentativelyAccepted", "declined")


def _event(request: web.Request) -> Event:
    found = request.app[WORLD].store.get(Event, request.match_info["event"])
    if found is None or found.cancelled:
        raise web.HTTPNotFound
    return found


async def _move(request: web.Request) -> None:
    """So many minutes later (or earlier), or to an instant; with `length`, of other length."""
    event, told = _event(request), await _told(request)
    start, end = event.starts_at, event.ends_at
    length = timedelta(minutes=told["length"]) if "length" in told else end - start
    if "start" in told:
        start = datetime.fromisoformat(told["start"])
    start += timedelta(minutes=told.get("minutes", 0))
    zone = event.said["start"]["timeZone"]
    said: dict[str, Any] = {"start": _wall(start, zone), "end": _wall(start + length, zone)}
    series = event.said.get("recurrence")
    if series and instant(said["start"]) != event.starts_at:
        first = said["start"]["dateTime"][:10]
        said["recurrence"] = {**series, "range": {**series["range"], "startDate": first}}
    request.app[WORLD].calendar.change(event, said)


def _wall(moment: datetime, zone: str) -> dict[str, str]:
    local = moment.astimezone(ZoneInfo(zone_name(zone) or "UTC"))
    return {"dateTime": local.strftime("%Y-%m-%dT%H:%M:%S"), "timeZone": zone}


async def _delete(request: web.Request) -> None:
    request.app[WORLD].calendar.cancel(_event(request), "")


async def _remove(request: web.Request) -> None:
    event, mail = _event(request), (await _told(request))["mail"].lower()
    left = [each for each in event.attendees if each["emailAddress"]["address"].lower() != mail]
    request.app[WORLD].calendar.change(event, {"attendees": left})


async def _add(request: web.Request) -> None:
    event, mail = _event(request), (await _told(request))["mail"]
    guest = {"type": "optional", "emailAddress": {"address": mail, "name": ""}}
    request.app[WORLD].calendar.change(event, {"attendees": [*event.attendees, guest]})


async def _respond(request: web.Request) -> None:
    world = request.app[WORLD]
    copy = world.store.get(Invitation, request.match_info["event"])
    response = (await _told(request)).get("response")
    if copy is None or copy.cancelled or response not in RESPONSES:
        raise web.HTTPNotFound
    world.calendar.respond(copy, response)


async def _told(request: web.Request) -> dict[str, Any]:
    return dict(await request.json()) if request.can_read_body else {}


def _route(name: str, act: Callable[[web.Request], Awaitable[None]]) -> web.RouteDef:
    async def handle(request: web.Request) -> web.Response:
        try:
            await act(request)
        except (KeyError, TypeError, ValueError) as error:
            told = {"error": f"{type(error).__name__}: {error}"}
            return web.json_response(told, status=HTTPStatus.BAD_REQUEST)
        return web.json_response({}, status=HTTPStatus.ACCEPTED)

    return web.post(f"/events/{{event}}/{name}", handle)


ROUTES = [
    _route("move", _move),
    _route("delete", _delete),
    _route("remove", _remove),
    _route("add", _add),
    _route("respond", _respond),
]

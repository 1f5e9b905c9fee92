"""Events: make, read, change, delete, cancel, list."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any

from aiohttp import web

from sandbox.graph import shapes
from sandbox.graph.errors import GraphError, bad_request, no_such_item, used_transaction
from sandbox.graph.event_shape import event_shape
from sandbox.graph.models import Event, Invitation, instant
from sandbox.graph.recurrence import Day, check_series
from sandbox.graph.world import WORLD, body_of

IMMUTABLE_IDS = 'IdType="ImmutableId"'


def want_immutable_ids(request: web.Request) -> None:
    """Refuse a call that would take or give ids that change when an item is moved."""
    if IMMUTABLE_IDS not in shapes.prefers(request):
        raise bad_request(f"The header Prefer: {IMMUTABLE_IDS} is missing.")


def _in_order(said: dict[str, Any]) -> None:
    if "start" in said and "end" in said and instant(said["end"]) <= instant(said["start"]):
        raise bad_request("The end is not after the start.", "ErrorPropertyValidationFailure")


def _answer(
    request: web.Request, event: Event, copy: Invitation | None = None, day: Day | None = None
) -> dict[str, Any]:
    world = request.app[WORLD]
    zone = shapes.zone_wanted(request)
    known = event_shape(event, world.calendar, world.people, zone, copy, day)
    chosen = shapes.select(request, known, known)
    return {"@odata.etag": known["@odata.etag"], **chosen}


def _find(request: web.Request) -> tuple[Event, Invitation | None]:
    world = request.app[WORLD]
    owner, item_id = world.owner(request), request.match_info["event"]
    event = world.store.get(Event, item_id)
    if event and event.owner == owner and not event.cancelled:
        return event, None
    copy = world.store.get(Invitation, item_id)
    if copy and copy.owner == owner and (seen := world.store.get(Event, copy.event_id)):
        return seen, copy
    raise no_such_item()


def _own(request: web.Request) -> Event:
    event, copy = _find(request)
    if copy is not None:
        raise GraphError(
            HTTPStatus.FORBIDDEN,
            "ErrorAccessDenied",
            "You need to be the organizer of this meeting.",
        )
    return event


async def create(request: web.Request) -> web.Response:
    """`POST /users/{id}/events`; the same call again gives the same event."""
    want_immutable_ids(request)
    world = request.app[WORLD]
    said = await body_of(request)
    _in_order(said)
    check_series(said)
    if said.get("isOnlineMeeting") and said.get("onlineMeetingProvider") is None:
        raise bad_request("isOnlineMeeting needs onlineMeetingProvider: teamsForBusiness.")
    try:
        event, new = world.calendar.create(world.owner(request), said)
    except LookupError:
        raise used_transaction() from None
    known = _answer(request, event)
    if new:
        known["onlineMeeting"] = None
    return web.json_response(known, status=HTTPStatus.CREATED)


async def read(request: web.Request) -> web.Response:
    """`GET /users/{id}/events/{id}`."""
    want_immutable_ids(request)
    event, copy = _find(request)
    known = _answer(request, event, copy)
    request.app[WORLD].calendar.read(event)
    return web.json_response(known)


async def change(request: web.Request) -> web.Response:
    """`PATCH /users/{id}/events/{id}`: what is not named stays as it is."""
    want_immutable_ids(request)
    event = _own(request)
    said = await body_of(request)
    if not said:
        raise bad_request("The body names nothing to change.", "RequestBodyRead")
    _in_order({**event.said, **said})
    check_series({**event.said, **said})
    request.app[WORLD].calendar.change(event, said)
    return web.json_response(_answer(request, event))


async def cancel(request: web.Request) -> web.Response:
    """`POST /users/{id}/events/{id}/cancel`."""
    want_immutable_ids(request)
    event = _own(request)
    said = await body_of(request) if request.can_read_body else {}
    request.app[WORLD].calendar.cancel(event, said.get("comment", ""))
    return web.Response(status=HTTPStatus.ACCEPTED)


async def delete(request: web.Request) -> web.Response:
    """`DELETE /users/{id}/events/{id}`: the organizer's cancels without a word."""
    want_immutable_ids(request)
    event, copy = _find(request)
    world = request.app[WORLD]
    if copy is not None:
        world.store.remove(copy)
    else:
        world.calendar.cancel(event, "")
    return web.Response(status=HTTPStatus.NO_CONTENT)


def _all(request: web.Request) -> list[tuple[Event, Invitation | None]]:
    world = request.app[WORLD]
    owner = world.owner(request)
    own = [(event, None) for event in world.store.of(Event, owner) if not event.cancelled]
    others = [
        (event, copy)
        for copy in world.store.of(Invitation, owner)
        if (event := world.store.get(Event, copy.event_id))
    ]
    return sorted([*own, *others], key=lambda each: (each[1] or each[0]).starts_at)


async def list_all(request: web.Request) -> web.Response:
    """`GET /users/{id}/events`."""
    want_immutable_ids(request)
    found = [_answer(request, event, copy) for event, copy in _all(request)]
    return shapes.page(request, found, "events")


async def view(request: web.Request) -> web.Response:
    """`GET /users/{id}/calendarView`: what touches a stretch of time."""
    want_immutable_ids(request)
    start, end = _edge(request, "startDateTime"), _edge(request, "endDateTime")
    touched = [
        (day, event, copy)
        for event, copy in _all(request)
        for day in (copy or event).days
        if day.starts_at < end and start < day.ends_at
    ]
    touched.sort(key=lambda each: each[0].starts_at)
    found = [_answer(request, event, copy, day) for day, event, copy in touched]
    return shapes.page(request, found, "calendarView")


def _edge(request: web.Request, name: str) -> datetime:
    told = request.query.get(name)
    try:
        edge = datetime.fromisoformat(told or "")
    except ValueError:
        raise bad_request(f"'{name}' is missing, or is no instant.") from None
    if edge.tzinfo is None:
        raise bad_request(f"'{name}' is a naive time: it has no offset.")
    return edge

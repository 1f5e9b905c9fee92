"""What the mailboxes hold, as JSON: for tests, and for the pages to see what is new.

`/api/people/{id}/mail`, `/events`, `/notifications`; `id` is an object id, an address, a
readable key, or `programme`. Mail and notifications come oldest first, events by their time.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from sandbox.graph.models import Message, Notification
from sandbox.graph.pages import view
from sandbox.graph.world import WORLD


async def people(request: web.Request) -> web.Response:
    """Everybody, with what the directory and the calendar know."""
    return web.json_response(
        [
            {
                "id": person.id,
                "key": person.key,
                "name": person.name,
                "mail": person.mail,
                "language": person.language,
                "zone": person.zone,
            }
            for person in request.app[WORLD].people.everyone
        ]
    )


async def version(request: web.Request) -> web.Response:
    """Return a number that changes with everything that happens."""
    world = request.app[WORLD]
    waiting = sum(fault.times for fault in world.faults.waiting)
    waiting += sum(mishap.times for mishap in world.notifier.mishaps)
    return web.json_response({"version": f"{world.store.version}.{waiting}"})


async def mail(request: web.Request) -> web.Response:
    """The inbox of one person."""
    box = _box(request)
    return web.json_response([_message(each) for each in view.messages(request.app[WORLD], box)])


async def events(request: web.Request) -> web.Response:
    """The meetings in one person's calendar."""
    box = _box(request)
    return web.json_response([each.as_json() for each in view.meetings(request.app[WORLD], box)])


async def notifications(request: web.Request) -> web.Response:
    """The activity notifications of one person."""
    box = _box(request)
    return web.json_response(
        [_notification(each) for each in view.notifications(request.app[WORLD], box)]
    )


def _box(request: web.Request) -> view.Box:
    box = view.box_of(request.app[WORLD], request.match_info["person"])
    if box is None:
        raise web.HTTPNotFound
    return box


def _message(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "kind": message.kind,
        "from": message.sender,
        "to": message.owner,
        "subject": message.subject,
        "html": message.html,
        "receivedAt": message.received_at,
        "eventId": message.event_id,
    }


def _notification(notification: Notification) -> dict[str, Any]:
    return {
        "id": notification.id,
        "activityType": notification.activity_type,
        "preview": notification.preview,
        "topic": notification.topic,
        "link": notification.link,
        "parameters": notification.parameters,
        "receivedAt": notification.received_at,
    }


ROUTES = [
    web.get("/api/version", version),
    web.get("/api/people", people),
    web.get("/api/people/{person}/mail", mail),
    web.get("/api/people/{person}/events", events),
    web.get("/api/people/{person}/notifications", notifications),
]

"""Change notifications: made after a handshake, kept, renewed; mishaps and lifecycle on demand."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any

from aiohttp import web

from sandbox.graph import shapes
from sandbox.graph.errors import GraphError
from sandbox.graph.models import Subscription
from sandbox.graph.notifier import LIFECYCLE, ordered
from sandbox.graph.world import WORLD, body_of


def _known(subscription: Subscription) -> dict[str, Any]:
    return {"id": subscription.id, **subscription.said}


def _told(subscription: Subscription) -> dict[str, Any]:
    """As it is told later: what only its maker may know is left out."""
    return {**_known(subscription), "clientState": None}


def _find(request: web.Request) -> Subscription:
    world = request.app[WORLD]
    found = world.store.get(Subscription, request.match_info["subscription"])
    if found is not None and not world.notifier.alive(found):
        world.store.remove(found)
        found = None
    if found is None:
        raise GraphError(
            HTTPStatus.NOT_FOUND, "ResourceNotFound", "The object was not found."
        )  # fmt: skip
    return found


async def create(request: web.Request) -> web.Response:
    """`POST /subscriptions`."""
    world = request.app[WORLD]
    said = await body_of(request)
    world.notifier.check_life(said["expirationDateTime"])
    for name in ("notificationUrl", "lifecycleNotificationUrl"):
        if said.get(name):
            await world.notifier.shake_hands(said[name])
    made = Subscription(str(uuid.uuid4()), "app", said)
    world.store.put(made)
    return web.json_response(_known(made), status=HTTPStatus.CREATED)


async def list_all(request: web.Request) -> web.Response:
    """`GET /subscriptions`."""
    world = request.app[WORLD]
    found = [each for each in world.store.of(Subscription) if world.notifier.alive(each)]
    return shapes.page(request, [_told(each) for each in found], "subscriptions")


async def read(request: web.Request) -> web.Response:
    """`GET /subscriptions/{id}`."""
    return web.json_response(_told(_find(request)))


async def renew(request: web.Request) -> web.Response:
    """`PATCH /subscriptions/{id}`."""
    world = request.app[WORLD]
    found = _find(request)
    said = await body_of(request)
    world.notifier.check_life(said["expirationDateTime"])
    found.said.update(said)
    world.store.put(found)
    return web.json_response(_told(found))


async def delete(request: web.Request) -> web.Response:
    """`DELETE /subscriptions/{id}`."""
    request.app[WORLD].store.remove(_find(request))
    return web.Response(status=HTTPStatus.NO_CONTENT)


async def _order_mishap(request: web.Request) -> web.Response:
    """`POST /notifications/mishaps`: what happens to the next ones."""
    try:
        mishap = ordered(await request.json())
    except ValueError as error:
        return web.json_response({"error": str(error)}, status=HTTPStatus.BAD_REQUEST)
    request.app[WORLD].notifier.mishaps.append(mishap)
    return web.json_response({}, status=HTTPStatus.ACCEPTED)


async def _forget_mishaps(request: web.Request) -> web.Response:
    """`DELETE /notifications/mishaps`."""
    request.app[WORLD].notifier.mishaps.clear()
    return web.json_response([])


async def _lifecycle(request: web.Request) -> web.Response:
    """`POST /notifications/lifecycle/{what}`: say it of every subscription."""
    world, what = request.app[WORLD], request.match_info["what"]
    if what not in LIFECYCLE:
        raise web.HTTPNotFound
    for subscription in list(world.store.of(Subscription)):
        world.notifier.lifecycle(subscription, what)
    return web.json_response({}, status=HTTPStatus.ACCEPTED)


ROUTES = [
    web.post("/notifications/mishaps", _order_mishap),
    web.delete("/notifications/mishaps", _forget_mishaps),
    web.post("/notifications/lifecycle/{what}", _lifecycle),
]

"""Change notifications: kept and renewed, with the handshake left to whoever asks for them."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any

from aiohttp import web

from sandbox.graph import shapes
from sandbox.graph.errors import no_such_item
from sandbox.graph.models import Subscription
from sandbox.graph.world import WORLD, body_of


def _known(subscription: Subscription) -> dict[str, Any]:
    return {"id": subscription.id, **subscription.said}


def _find(request: web.Request) -> Subscription:
    found = request.app[WORLD].store.get(Subscription, request.match_info["subscription"])
    if found is None:
        raise no_such_item()
    return found


async def create(request: web.Request) -> web.Response:
    """`POST /subscriptions`."""
    made = Subscription(str(uuid.uuid4()), "app", await body_of(request))
    request.app[WORLD].store.put(made)
    return web.json_response(_known(made), status=HTTPStatus.CREATED)


async def list_all(request: web.Request) -> web.Response:
    """`GET /subscriptions`."""
    found = request.app[WORLD].store.of(Subscription)
    return shapes.page(request, [_known(each) for each in found], "subscriptions")


async def read(request: web.Request) -> web.Response:
    """`GET /subscriptions/{id}`."""
    return web.json_response(_known(_find(request)))


async def renew(request: web.Request) -> web.Response:
    """`PATCH /subscriptions/{id}`."""
    found = _find(request)
    found.said.update(await body_of(request))
    request.app[WORLD].store.put(found)
    return web.json_response(_known(found))


async def delete(request: web.Request) -> web.Response:
    """`DELETE /subscriptions/{id}`."""
    request.app[WORLD].store.remove(_find(request))
    return web.Response(status=HTTPStatus.NO_CONTENT)

"""Mail, the activity feed, the app's installation: what reaches a person."""

from __future__ import annotations

import inspect
from http import HTTPStatus
from typing import Any

from aiohttp import web

from sandbox.graph import ids, shapes
from sandbox.graph.errors import GraphError, bad_request, no_such_item
from sandbox.graph.models import Installation, Message, Notification
from sandbox.graph.world import WORLD, World, body_of

CATALOGUE = "/appCatalogs/teamsApps/"


async def send_mail(request: web.Request) -> web.Response:
    """`POST /users/{id}/sendMail`: to each recipient's inbox."""
    world = request.app[WORLD]
    owner, said = world.owner(request), await body_of(request)
    message = said.get("message")
    if message is None:
        raise bad_request("'message' is missing.", "ErrorInvalidRequest")
    for kind in ("toRecipients", "ccRecipients", "bccRecipients"):
        for recipient in message.get(kind, []):
            world.store.put(
                Message(
                    id=ids.item(),
                    owner=recipient["emailAddress"]["address"].lower(),
                    sender=owner,
                    kind="mail",
                    subject=message.get("subject", ""),
                    html=message.get("body", {}).get("content", ""),
                    received_at=world.clock.now().isoformat(),
                )
            )
    return web.Response(status=HTTPStatus.ACCEPTED)


async def notify(request: web.Request) -> web.Response:
    """`POST /users/{id}/teamwork/sendActivityNotification`."""
    world = request.app[WORLD]
    person, said = world.person(request), await body_of(request)
    world.store.put(
        Notification(
            id=ids.item(),
            owner=person.id,
            activity_type=said["activityType"],
            preview=said["previewText"]["content"],
            topic=said["topic"]["value"],
            link=said["topic"]["webUrl"],
            parameters={
                each["name"]: each.get("value", "") for each in said.get("templateParameters", [])
            },
            received_at=world.clock.now().isoformat(),
        )
    )
    return web.Response(status=HTTPStatus.NO_CONTENT)


async def install(request: web.Request) -> web.Response:
    """`POST /users/{id}/teamwork/installedApps`."""
    world = request.app[WORLD]
    person, said = world.person(request), await body_of(request)
    _, found, app_id = said.get("teamsApp@odata.bind", "").partition(CATALOGUE)
    if not found or not app_id:
        raise bad_request(f"'teamsApp@odata.bind' must end with {CATALOGUE}{{id}}.")
    if not await _installed(world, person.id, app_id):
        raise GraphError(
            HTTPStatus.CONFLICT, "Conflict", "The app is already installed for this user."
        )
    known = Installation(ids.short(person.id + app_id), person.id, app_id)
    world.store.put(known)
    return web.json_response(_installation(known), status=HTTPStatus.CREATED)


async def _installed(world: World, person_id: str, app_id: str) -> bool:
    """Install it, and say whether it is new there: the local Teams knows, where there is one."""
    if world.on_install is None:
        known = world.store.of(Installation, person_id)
        return all(each.app_id != app_id for each in known)
    told = world.on_install(person_id)
    if inspect.isawaitable(told):
        told = await told
    return told is not False


def _installation(known: Installation) -> dict[str, Any]:
    return {"id": known.id, "teamsApp": {"id": known.app_id, "distributionMethod": "organization"}}


async def list_apps(request: web.Request) -> web.Response:
    """`GET /users/{id}/teamwork/installedApps`."""
    world = request.app[WORLD]
    known = world.store.of(Installation, world.person(request).id)
    return shapes.page(request, [_installation(each) for each in known], "installedApps")


async def uninstall(request: web.Request) -> web.Response:
    """`DELETE /users/{id}/teamwork/installedApps/{id}`."""
    world = request.app[WORLD]
    known = world.store.get(Installation, request.match_info["installation"])
    if known is None or known.owner != world.person(request).id:
        raise no_such_item()
    world.store.remove(known)
    return web.Response(status=HTTPStatus.NO_CONTENT)

"""The local Graph's web application: its paths, who may call, what fails on demand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.clock import SandboxClock, clock_routes
from sandbox.graph import (
    by_hand,
    delta,
    events,
    meetings,
    posts,
    schedule,
    subscriptions,
    users,
)
from sandbox.graph.calendar import Calendar, JoinLink
from sandbox.graph.errors import GraphError, bad_request, no_such_path, no_token
from sandbox.graph.notifier import Notifier
from sandbox.graph.pages.routes import page_routes
from sandbox.graph.store import Store
from sandbox.graph.world import WORLD, OnInstall, World
from sandbox.people import SERVICE_MAILBOX, People

BASE = "/v1.0"
USER = f"{BASE}/users/{{user}}"
EVENT = f"{USER}/events/{{event}}"
SUBSCRIPTION = f"{BASE}/subscriptions/{{subscription}}"

OPERATIONS = (
    ("GET", f"{BASE}/users", "searchUsers", users.search),
    ("GET", USER, "getUser", users.read),
    ("GET", f"{USER}/manager", "getManager", users.manager),
    ("POST", f"{USER}/events", "createEvent", events.create),
    ("GET", f"{USER}/events", "listEvents", events.list_all),
    ("GET", EVENT, "getEvent", events.read),
    ("PATCH", EVENT, "updateEvent", events.change),
    ("DELETE", EVENT, "deleteEvent", events.delete),
    ("POST", f"{EVENT}/cancel", "cancelEvent", events.cancel),
    ("GET", f"{USER}/calendarView", "calendarView", events.view),
    ("GET", f"{USER}/calendarView/delta", "calendarDelta", delta.delta),
    ("POST", f"{USER}/calendar/getSchedule", "getSchedule", schedule.get_schedule),
    ("GET", f"{USER}/onlineMeetings", "findOnlineMeeting", meetings.find),
    ("PATCH", f"{USER}/onlineMeetings/{{meeting}}", "updateOnlineMeeting", meetings.change),
    ("POST", f"{USER}/sendMail", "sendMail", posts.send_mail),
    ("GET", f"{USER}/teamwork/installedApps", "listApps", posts.list_apps),
    ("POST", f"{USER}/teamwork/installedApps", "installApp", posts.install),
    (
        "DELETE",
        f"{USER}/teamwork/installedApps/{{installation}}",
        "uninstallApp",
        posts.uninstall,
    ),
    (
        "POST",
        f"{USER}/teamwork/sendActivityNotification",
        "sendActivityNotification",
        posts.notify,
    ),
    ("GET", f"{BASE}/subscriptions", "listSubscriptions", subscriptions.list_all),
    ("POST", f"{BASE}/subscriptions", "createSubscription", subscriptions.create),
    ("GET", SUBSCRIPTION, "getSubscription", subscriptions.read),
    ("PATCH", SUBSCRIPTION, "updateSubscription", subscriptions.renew),
    ("DELETE", SUBSCRIPTION, "deleteSubscription", subscriptions.delete),
)


NAMES = frozenset(name for _, _, name, _ in OPERATIONS)
A_MOMENT = JoinLink(reads=1, seconds=1.0)


def create_app(
    people: People,
    clock: SandboxClock,
    *,
    data_dir: Path | None,
    mailbox: str = SERVICE_MAILBOX,
    on_install: OnInstall | None = None,
    join_link: JoinLink = A_MOMENT,
) -> web.Application:
    """Make the application.

    `on_install(person_id)` is told of each installation, and may say False where the app was
    there already.
    """
    store = Store(data_dir)
    notifier = Notifier(store, clock)
    calendar = Calendar(store, clock, join_link, notifier.changed)
    app = web.Application(middlewares=[_graph])
    app[WORLD] = World(people, clock, store, calendar, mailbox.lower(), notifier, on_install)
    for method, path, name, handler in OPERATIONS:
        app.router.add_route(method, path, handler, name=name)
    app.add_routes(clock_routes(clock))
    app.add_routes(page_routes())
    app.add_routes([*by_hand.ROUTES, *subscriptions.ROUTES])
    app.router.add_get("/faults", _show_faults)
    app.router.add_post("/faults", _order_fault)
    app.router.add_delete("/faults", _forget_faults)

    async def close(_: web.Application) -> AsyncIterator[None]:
        yield
        await notifier.close()
        store.close()

    app.cleanup_ctx.append(close)
    return app


@web.middleware
async def _graph(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give every answer under /v1.0 the shape of Graph's, and let it fail where that is wanted."""
    if not request.path.startswith(BASE):
        return await handler(request)
    try:
        return await _answer(request, handler)
    except GraphError as error:
        return error.response(request)
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed):
        return no_such_path(request.path).response(request)


async def _answer(request: web.Request, handler: Handler) -> web.StreamResponse:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise no_token()
    operation = request.match_info.route.name
    if operation is None:
        return await handler(request)
    unknown = sorted(name for name in request.query if name.startswith("$") and name not in QUERY)
    if unknown:
        raise bad_request(f"The query specified in the URI is not valid: {unknown}.")
    fault = request.app[WORLD].faults.take(operation)
    answer = await handler(request) if fault is None or fault.after else None
    if fault is not None:
        await asyncio.sleep(fault.seconds)
    if fault is not None and fault.status == HTTPStatus.OK:
        return answer or await handler(request)
    if fault is None and answer is not None:
        return answer
    if fault is not None and fault.status:
        raise fault.error()
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE)


QUERY = frozenset(
    {
        "$select",
        "$top",
        "$skip",
        "$filter",
        "$search",
        "$count",
        "$orderby",
        "$expand",
        "$deltatoken",
        "$skiptoken",
    }
)


async def _show_faults(request: web.Request) -> web.Response:
    return web.json_response(request.app[WORLD].faults.as_json())


async def _order_fault(request: web.Request) -> web.Response:
    faults = request.app[WORLD].faults
    try:
        faults.order(await request.json(), NAMES)
    except ValueError as error:
        return web.json_response({"error": str(error)}, status=HTTPStatus.BAD_REQUEST)
    return web.json_response(faults.as_json())


async def _forget_faults(request: web.Request) -> web.Response:
    request.app[WORLD].faults.waiting.clear()
    return web.json_response([])

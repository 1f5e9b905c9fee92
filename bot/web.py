"""The web server: Teams' endpoint, two health checks, and the metrics."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import orjson
import structlog
from aiohttp import web

from bot.metrics import CONTENT_TYPE, Metrics
from bot.services.outlook_hints import BadNews

log = structlog.get_logger(__name__)

Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]
Check = Callable[[], Awaitable[object]]
Refresh = Callable[[], Awaitable[None]]
Told = Callable[[object], Awaitable[int]]

_CHECK_SECONDS = 3.0
_SHUTDOWN_SECONDS = 15.0
_NEWS_SECONDS = 2.5  # Graph waits for three
_LONGEST_TOKEN = 4096
_ACCEPTED, _BAD, _UNAVAILABLE, _FAULT = 202, 400, 503, 500


class CannotListen(Exception):
    """The address is not this machine's, or another program listens there already."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"{host}:{port}")
        self.host = host
        self.port = port


def create_web(
    *,
    messages: Handle | None,
    metrics: Metrics | None,
    checks: Mapping[str, Check] | None = None,
    refresh: Refresh | None = None,
    outlook: Told | None = None,
) -> web.Application:
    """Make the application.

    Args:
        messages: Answers `POST /api/messages` (`Endpoint.handle`); it checks everything itself.
            None in a process that does not answer Teams.
        metrics: What `/metrics` shows; None where it is not shown.
        checks: What must hold for `/health/ready`: a check fails by raising, or by answering
            False.
        refresh: Brings the gauges of the outbox up to date before `/metrics` shows them.
        outlook: Takes what Graph tells of the mailbox (`OutlookHints.told`); None in a process
            that is not told.
    """
    app = web.Application(middlewares=[_catch])
    app.on_response_prepare.append(_headers)
    if messages is not None:
        app.router.add_post("/api/messages", messages)
    if outlook is not None:
        news = _news(outlook)
        app.router.add_post("/api/graph/notifications", news)
        app.router.add_post("/api/graph/lifecycle", news)
    app.router.add_get("/health/live", _live)
    app.router.add_get("/health/ready", _ready(dict(checks or {})))
    if metrics is not None:
        app.router.add_get("/metrics", _metrics(metrics, refresh))
    return app


async def listen(app: web.Application, host: str, port: int) -> tuple[web.AppRunner, int]:
    """Start to serve; gives the runner (its `cleanup` ends it) and the port it got.

    `cleanup` stops to listen at once, then waits for the turns under way.

    Raises:
        CannotListen: it may not, there.
    """
    runner = web.AppRunner(
        app, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS, handle_signals=False
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        raise CannotListen(host, port) from error
    return runner, int(runner.addresses[0][1])


@web.middleware
async def _catch(request: web.Request, handler: Handle) -> web.StreamResponse:
    """Log what nobody caught, with a class and frames; the caller learns only that it failed."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception:
        log.exception("request_failed", route=request.path)
        return _json({"error": {"code": "bug"}}, _FAULT)


async def _headers(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.pop("Server", None)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"


def _news(told: Told) -> Handle:
    """Graph's notifications: the handshake, then one row written and 202 within three seconds."""

    async def news(request: web.Request) -> web.StreamResponse:
        token = request.query.get("validationToken")
        if token is not None:
            if len(token) > _LONGEST_TOKEN:
                return _json({"error": {"code": "too_long"}}, _BAD)
            return web.Response(text=token, content_type="text/plain", charset="utf-8")
        try:
            body: object = orjson.loads(await request.read())
            async with asyncio.timeout(_NEWS_SECONDS):
                await told(body)
        except (ValueError, BadNews):
            return _json({"error": {"code": "bad_request"}}, _BAD)
        except TimeoutError:
            log.warning("outlook.news_not_taken")
            return _json({"error": {"code": "busy"}}, _UNAVAILABLE)  # Graph tells it again
        return web.Response(status=_ACCEPTED)

    return news


async def _live(_: web.Request) -> web.StreamResponse:
    return _json({"status": "ok"})


def _ready(checks: Mapping[str, Check]) -> Handle:
    async def ready(_: web.Request) -> web.StreamResponse:
        held = await asyncio.gather(*(_holds(name, check) for name, check in checks.items()))
        said = {name: "ok" if well else "failing" for name, well in zip(checks, held, strict=True)}
        well = all(held)
        status = "ok" if well else "failing"
        return _json({"status": status, "checks": said}, 200 if well else _UNAVAILABLE)

    return ready


async def _holds(name: str, check: Check) -> bool:
    try:
        async with asyncio.timeout(_CHECK_SECONDS):
            return await check() is not False
    except Exception as error:  # noqa: BLE001  # whatever it is, the answer is no
        log.warning("check_failed", step=name, kind=type(error).__name__)
        return False


def _metrics(metrics: Metrics, refresh: Refresh | None) -> Handle:
    async def show(_: web.Request) -> web.StreamResponse:
        if refresh is not None:
            try:
                async with asyncio.timeout(_CHECK_SECONDS):
                    await refresh()
            except Exception as error:  # noqa: BLE001  # the other figures are as good as ever
                log.warning("metrics_not_refreshed", kind=type(error).__name__)
        return web.Response(body=metrics.text(), headers={"Content-Type": CONTENT_TYPE})

    return show


def _json(body: object, status: int = 200) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")

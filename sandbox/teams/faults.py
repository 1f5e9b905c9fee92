"""Faults on demand, and Teams' send limits, so that tests can see the program cope."""

from __future__ import annotations

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, NoReturn

from aiohttp import web

from sandbox.teams.errors import ConnectorError, throttled

# Per bot and thread: at most so many messages in so many seconds.
# Source: learn.microsoft.com, "Optimize your bot with rate limiting in Teams".
LIMITS = ((7, 1), (8, 2), (60, 30), (1800, 3600))
# The same of all requests of an app in a tenant.
OVER_ALL = (50, 1)
_CODES = {
    HTTPStatus.PRECONDITION_FAILED: "PreconditionFailed",
    HTTPStatus.TOO_MANY_REQUESTS: "Throttled",
    HTTPStatus.INTERNAL_SERVER_ERROR: "ServiceError",
    HTTPStatus.BAD_GATEWAY: "BadGateway",
    HTTPStatus.SERVICE_UNAVAILABLE: "ServiceUnavailable",
    HTTPStatus.GATEWAY_TIMEOUT: "GatewayTimeout",
}


@dataclass(slots=True)
class Fault:
    """The next `times` calls fail so.

    `status` 0 drops the connection; `match` is a part of the path; with `after` the call is
    carried out and only its answer is lost.
    """

    times: int
    status: int
    retry_after: float | None = None
    match: str = ""
    after: bool = False

    def error(self) -> ConnectorError:
        """Return what is answered instead."""
        code = _CODES.get(HTTPStatus(self.status), "Fault")
        message = "A fault that was asked for."
        return ConnectorError(self.status, code, message, retry_after=self.retry_after)


@dataclass(slots=True)
class Faults:
    """Those still to come, in the order asked for."""

    waiting: list[Fault] = field(default_factory=list[Fault])

    def take(self, path: str) -> Fault | None:
        """Return the fault for this call, used up by one."""
        for fault in self.waiting:
            if fault.match in path:
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None

    def routes(self) -> list[web.RouteDef]:
        """Return `GET`, `POST` and `DELETE /faults`."""
        return [
            web.get("/faults", self._show),
            web.post("/faults", self._add),
            web.delete("/faults", self._clear),
        ]

    async def _show(self, _: web.Request) -> web.Response:
        return web.json_response({"waiting": sum(fault.times for fault in self.waiting)})

    async def _add(self, request: web.Request) -> web.Response:
        try:
            self.waiting.append(_fault(await request.json()))
        except (ValueError, TypeError, KeyError) as error:
            return web.json_response({"error": str(error)}, status=HTTPStatus.BAD_REQUEST)
        return await self._show(request)

    async def _clear(self, request: web.Request) -> web.Response:
        self.waiting.clear()
        return await self._show(request)


def _fault(order: dict[str, Any]) -> Fault:
    status = int(order["status"])
    if status:
        HTTPStatus(status)
    retry_after = order.get("retryAfter")
    return Fault(
        times=int(order.get("times", 1)),
        status=status,
        retry_after=None if retry_after is None else float(retry_after),
        match=str(order.get("match", "")),
        after=bool(order.get("after", False)),
    )


class SendLimits:
    """Counts the messages of each conversation, and every request of the program's.

    `real` gives seconds; not the sandbox's clock. `refused` is how many were too many.
    """

    def __init__(self, *, real: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing sent."""
        self._real = real
        self.refused = 0
        self._requests: deque[float] = deque(maxlen=OVER_ALL[0])
        self._sent: defaultdict[str, deque[float]] = defaultdict(
            lambda: deque(maxlen=max(count for count, _ in LIMITS))
        )

    def check(self, conversation: str) -> None:
        """Count one message.

        Raises:
            ConnectorError: it is one too many; it is not counted.
        """
        now, sent = self._real(), self._sent[conversation]
        for count, seconds in LIMITS:
            if len(sent) >= count and (wait := sent[-count] + seconds - now) > 0:
                self._refuse(wait)
        sent.append(now)

    def request(self) -> None:
        """Count one request, whatever it asks for.

        Raises:
            ConnectorError: the tenant's budget is used up; it is not counted.
        """
        now, (count, seconds) = self._real(), OVER_ALL
        if len(self._requests) >= count and (wait := self._requests[0] + seconds - now) > 0:
            self._refuse(wait)
        self._requests.append(now)

    def _refuse(self, wait: float) -> NoReturn:
        self.refused += 1
        raise throttled(max(1, math.ceil(wait)))

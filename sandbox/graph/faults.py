"""Faults on demand: throttling, refusals, lost answers, dropped connections."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import Any

from sandbox.graph.errors import GraphError

CODES = {
    400: ("BadRequest", "The request is wrong, because that was asked for."),
    401: ("InvalidAuthenticationToken", "Lifetime validation failed, the token is expired."),
    403: ("ErrorAccessDenied", "Access is denied. Check credentials and try again."),
    404: ("ErrorItemNotFound", "The specified object was not found in the store."),
    409: ("Conflict", "The specified item already exists."),
    410: ("SyncStateNotFound", "The sync state generation is not found."),
    412: ("ErrorIrresolvableConflict", "The send or update operation could not be performed."),
    429: ("ApplicationThrottled", "Application is over its MailboxConcurrency limit."),
    500: ("ErrorInternalServerError", "An internal server error occurred."),
    502: ("BadGateway", "An error occurred while contacting the service."),
    503: ("ServiceUnavailable", "The service is temporarily unavailable."),
    504: ("GatewayTimeout", "The service did not answer in time."),
}


@dataclass(slots=True)
class Fault:
    """The next `times` calls (of one operation, or of any) fail so.

    `status` 0 drops the connection, 200 fails nothing (with `seconds` it is slow). With `after`
    the call is carried out, and only its answer is lost. `code` is another one than usual.
    """

    times: int = 1
    status: int = 503
    retry_after: float | None = None
    operation: str | None = None
    after: bool = False
    seconds: float = 0.0
    code: str | None = None

    def error(self) -> GraphError:
        """Return what is answered instead."""
        code, message = CODES.get(self.status, (HTTPStatus(self.status).phrase, "A fault."))
        return GraphError(self.status, self.code or code, message, retry_after=self.retry_after)


@dataclass(slots=True)
class Faults:
    """Those still to come, in the order asked for."""

    waiting: list[Fault] = field(default_factory=list[Fault])

    def take(self, operation: str) -> Fault | None:
        """Return the fault for this call, used up by one."""
        for fault in self.waiting:
            if fault.operation in (None, operation):
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None

    def order(self, told: Any, operations: Collection[str]) -> None:
        """Add a fault as `POST /faults` tells it. Raises ValueError where it makes no sense."""
        operation = told.get("operation") if isinstance(told, dict) else None
        if operation is not None and operation not in operations:
            raise ValueError(f"expected an operation of {sorted(operations)}")
        match told:
            case {"status": int() as status, **rest} if status in (0, 200) or status in CODES:
                self.waiting.append(_fault(status, rest))
            case _:
                raise ValueError(f"expected a status of {[0, *CODES]}")

    def as_json(self) -> list[dict[str, Any]]:
        """Return those still to come, as `POST /faults` takes them."""
        told: list[dict[str, Any]] = []
        for fault in self.waiting:
            each = asdict(fault)
            each["retryAfter"] = each.pop("retry_after")
            for name, usual in (("seconds", 0.0), ("code", None)):
                if each[name] == usual:
                    del each[name]
            told.append(each)
        return told


def _fault(status: int, rest: dict[str, Any]) -> Fault:
    times, wait = rest.pop("times", 1), rest.pop("retryAfter", None)
    operation, after = rest.pop("operation", None), rest.pop("after", False)
    seconds, code = rest.pop("seconds", 0.0), rest.pop("code", None)
    strange = not isinstance(seconds, int | float) or not isinstance(code, str | None)
    if rest or strange or not isinstance(times, int) or not isinstance(after, bool):
        raise ValueError("expected times, status, retryAfter, operation, after, seconds, code")
    if wait is not None and not isinstance(wait, int | float):
        raise ValueError("retryAfter is a number of seconds")
    return Fault(times, status, wait, operation, after, seconds, code)

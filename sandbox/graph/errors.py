"""What Graph answers when it refuses, in its own shape and with its own codes."""

from __future__ import annotations

import time
import uuid
from http import HTTPStatus
from typing import Any

from aiohttp import web


class GraphError(Exception):
    """A refusal with its HTTP status, Graph's code, a message and, when throttling, a wait."""

    def __init__(
        self, status: int, code: str, message: str, *, retry_after: float | None = None
    ) -> None:
        """Keep what will be answered."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.retry_after = retry_after

    def response(self, request: web.Request) -> web.Response:
        """Return the answer as Graph gives it."""
        asked_as = request.headers.get("client-request-id") or str(uuid.uuid4())
        body: dict[str, Any] = {
            "error": {
                "code": self.code,
                "message": str(self),
                "innerError": {
                    "date": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()),
                    "request-id": str(uuid.uuid4()),
                    "client-request-id": asked_as,
                },
            }
        }
        response = web.json_response(body, status=self.status)
        if self.retry_after is not None:
            response.headers["Retry-After"] = f"{self.retry_after:g}"
        return response


def bad_request(message: str, code: str = "BadRequest") -> GraphError:
    """The request is wrong, and the message says in what."""
    return GraphError(HTTPStatus.BAD_REQUEST, code, message)


def no_token() -> GraphError:
    """Nobody said who is calling."""
    return GraphError(
        HTTPStatus.UNAUTHORIZED,
        "InvalidAuthenticationToken",
        "Access token is empty: the Authorization header is missing.",
    )


def no_such_person(name: str) -> GraphError:
    """The directory does not have this person."""
    return GraphError(
        HTTPStatus.NOT_FOUND,
        "Request_ResourceNotFound",
        f"Resource '{name}' does not exist or one of its queried reference-property objects "
        "are not present.",
    )


def no_such_item() -> GraphError:
    """The mailbox does not have this item."""
    return GraphError(
        HTTPStatus.NOT_FOUND,
        "ErrorItemNotFound",
        "The specified object was not found in the store.",
    )


def no_such_path(path: str) -> GraphError:
    """There is nothing under this address."""
    segment = path.rstrip("/").rpartition("/")[2]
    return bad_request(f"Resource not found for the segment '{segment}'.")


def used_transaction() -> GraphError:
    """The transaction id made another event before."""
    return GraphError(
        HTTPStatus.CONFLICT,
        "ErrorDuplicateTransactionId",
        "Your request can't be completed. The TransactionId specified in the request has "
        "already been used to create a different event.",
    )

"""Graph's errors, told as the ports' own.

| Graph says | we say | code |
|---|---|---|
| 429 | Throttled, with Retry-After | graph_throttled |
| 404, 410 | Gone | graph_gone |
| 409, a transaction id that was used | AlreadyDone | graph_conflict |
| 401, 403, a mailbox that may not be used | Denied | graph_denied |
| another 4xx | Rejected | graph_rejected |
| 5xx, 408, 412, 423 | OutsideFault (500, 502, 504: it may have been done) | graph_unavailable |
| no connection | OutsideFault: nothing was done | graph_unreachable |
| no answer in time | OutsideFault: it may have been done | graph_unanswered |
| no token | OutsideFault | graph_no_sign_in |
| an answer that nobody can read | OutsideFault: it may have been done | graph_unexpected |

A 503 is taken at its word: nothing was done. See docs/operations.md, "Perhaps twice".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from bot.domain.errors import Denied, Gone, OutsideFault, Rejected, Throttled

LONGEST_WAIT = timedelta(hours=1)

DUPLICATE = "ErrorDuplicateTransactionId"
NO_MAILBOX = frozenset(
    {"MailboxNotEnabledForRESTAPI", "ErrorInvalidUser", "ErrorNonExistentMailbox"}
)

GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
DENIED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
PERHAPS_DONE = frozenset(
    {HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT}
)
DOUBTFUL = frozenset({"graph_unanswered", "graph_unexpected"})
PASSING = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.PRECONDITION_FAILED, HTTPStatus.LOCKED})


class AlreadyDone(OutsideFault):
    """It is there already: for some calls that is all that was asked."""


def fault_of(error: Exception) -> OutsideFault:
    """Say what an error of the SDK, of its HTTP client or of the sign-in means to us."""
    if isinstance(error, OutsideFault):
        return error
    status = status_of(error)
    if status is not None:
        return _answered(status, graph_code_of(error), retry_after_of(error))
    code = _unanswered(error)
    return OutsideFault(code, perhaps_done=code in DOUBTFUL)


def _answered(status: int, code: str, retry_after: timedelta | None) -> OutsideFault:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Throttled("graph_throttled", retry_after=retry_after)
    if status == HTTPStatus.CONFLICT or code == DUPLICATE:
        return AlreadyDone("graph_conflict")
    if status in DENIED or code in NO_MAILBOX:
        return Denied()
    if status in GONE:
        return Gone("graph_gone")
    if status in PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        perhaps = status in PERHAPS_DONE
        return OutsideFault("graph_unavailable", retry_after=retry_after, perhaps_done=perhaps)
    return Rejected("graph_rejected")


def _unanswered(error: Exception) -> str:
    import httpx
    from azure.core.exceptions import AzureError

    if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)):
        return "graph_unreachable"
    if isinstance(error, (httpx.TransportError, TimeoutError)):
        return "graph_unanswered"
    if isinstance(error, OSError):  # the sign-in's own connection
        return "graph_unreachable"
    if isinstance(error, AzureError):
        return "graph_no_sign_in"
    return "graph_unexpected"


def status_of(error: Exception) -> int | None:
    """Return the HTTP status that the SDK's error carries."""
    from kiota_abstractions.api_error import APIError

    return error.response_status_code if isinstance(error, APIError) else None


def graph_code_of(error: Exception) -> str:
    """Return Graph's own code (`ErrorItemNotFound`), or nothing. Safe to log."""
    from msgraph.generated.models.o_data_errors.o_data_error import ODataError

    told = isinstance(error, ODataError) and error.error and error.error.code
    return told or ""


def retry_after_of(error: Exception) -> timedelta | None:
    """Read the Retry-After of the answer that an error carries."""
    headers: Mapping[str, str] = getattr(error, "response_headers", None) or {}
    # The SDK gives httpx's headers, which do not mind the case; a plain dict would.
    return retry_after(headers.get("Retry-After"), headers.get("Date"))


def retry_after(value: str | None, date: str | None) -> timedelta | None:
    """Read a Retry-After: seconds, or an instant by the server's own clock (its Date)."""
    if not value:
        return None
    try:
        wait = timedelta(seconds=float(value))
    except (ValueError, OverflowError):
        until, now = _instant(value), _instant(date)
        if until is None or now is None:
            return None
        wait = until - now
    return min(max(wait, timedelta(0)), LONGEST_WAIT)


def _instant(text: str | None) -> datetime | None:
    try:
        told = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return told if told.tzinfo else told.replace(tzinfo=UTC)

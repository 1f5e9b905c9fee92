"""What goes wrong on the way to and from Teams, in the words of `bot.domain.errors`."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from math import isnan
from typing import Any

import orjson

from bot.domain.errors import Gone, OutsideFault, Rejected, Throttled, Unreachable

# No 0, O, 1, I or L: read aloud and typed without mistakes.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
ERROR_TYPE = "application/vnd.microsoft.error"
_LONGEST_CODE = 64
_LONGEST_WAIT = 86_400.0
_FIRST_REFUSAL, _FIRST_FAULT = 400, 500

UNREACHABLE_CODES = frozenset(
    {
        "ConversationBlockedByUser",
        "BotNotInConversationRoster",
        "MessageWritesBlocked",
        "ForbiddenOperationException",  # a new chat with somebody who does not have the app
    }
)
RETRIED = frozenset({401, 412, 429, 502, 503, 504})
UNAUTHORIZED = 401  # our token was good when we took it: another one may be
# After these the message may have arrived: said again only where twice is better than never.
PERHAPS_DONE = frozenset({502, 504})


class Refused(Exception):  # not an error of ours: an answer to the caller
    """A request to our endpoint that is not let in: an HTTP status and a code for the reader."""

    def __init__(self, status: int, code: str, *, retry_after: int | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.retry_after = retry_after


def new_reference() -> str:
    """A reference for a bug, told to the person and written to the log: `7F3K-29Q`."""
    drawn = "".join(secrets.choice(_LETTERS) for _ in range(7))
    return f"{drawn[:4]}-{drawn[4:]}"


def invoke_error(status: int, code: str, message: str) -> dict[str, Any]:
    """The body by which an invoke says that it failed; it travels with HTTP 200."""
    return {
        "statusCode": status,
        "type": ERROR_TYPE,
        "value": {"code": code, "message": message},
    }


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """What Retry-After asks for, in seconds or as an HTTP date: a day at most."""
    asked = headers.get("Retry-After", "")
    try:
        seconds = float(asked)
    except ValueError:
        at, now = _date(asked), _date(headers.get("Date", ""))
        if at is None:
            return None
        # A date is on Teams' clock: compared with its own Date header.
        seconds = (at - (now or at)).total_seconds()
    if isnan(seconds):
        return None
    return timedelta(seconds=max(0.0, min(seconds, _LONGEST_WAIT)))


def _date(header: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(header)
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def error_code(body: bytes) -> str | None:
    """The code in the Connector's error body: `{"error": {"code": …}}`, or none."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    error: object = document.get("error", document) if isinstance(document, dict) else None
    code: object = error.get("code") if isinstance(error, dict) else None
    plain = isinstance(code, str) and code.isascii() and len(code) <= _LONGEST_CODE
    return str(code) if plain else None


def fault(status: int, headers: Mapping[str, str], body: bytes) -> OutsideFault:
    """Word a refused call of the Connector."""
    code = error_code(body)
    label = f"teams.{status}" + (f".{code}" if code else "")
    if status in {429, 412}:
        return Throttled(label, retry_after=retry_after(headers))
    if status in RETRIED:
        return OutsideFault(label, retry_after=retry_after(headers))
    if code in UNREACHABLE_CODES:
        return Unreachable(label)
    if status in {404, 410}:
        return Gone(label)
    if _FIRST_REFUSAL <= status < _FIRST_FAULT:
        return Rejected(label)
    # A 500: who knows how far it came.
    return OutsideFault(label, perhaps_done=status >= _FIRST_FAULT)

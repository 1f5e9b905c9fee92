"""Who may come in: every check of a request to `/api/messages`, before anything else sees it.

    content type (415) → size, also of a chunked body (413) → a JSON object with the fields that we
    need (400) → the token (401, 403, 503) → the tenant (403) → the serviceUrl (403)

A sandbox has no tokens: it lets in what says that it is on this machine.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Mapping
from typing import Any

import orjson
from aiohttp import web
from aiohttp.http import HttpProcessingError

from bot.teams.errors import Refused
from bot.teams.inbound import Inbound
from bot.teams.service_urls import ServiceUrls
from bot.teams.tokens import TokenCheck
from storage.bot_state import LONGEST_ID

LARGEST_BODY = 256 * 1024
_BAD, _FORBIDDEN, _TOO_SLOW, _TOO_LARGE, _UNSUPPORTED = 400, 403, 408, 413, 415
_BODY_SECONDS = 10.0
_LONGEST_KIND = 64
_NEEDS_ID = frozenset({"message", "invoke"})

# No database keeps a NUL and nobody types one. The look-behind leaves an escaped backslash alone.
_NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Gate:
    """Checks requests.

    Args:
        tokens: None in the sandbox.
        tenants: Lower-case ids of the tenants let in; empty lets in all, in the sandbox alone.
    """

    def __init__(
        self,
        *,
        service_urls: ServiceUrls,
        tokens: TokenCheck | None,
        tenants: Collection[str],
    ) -> None:
        if tokens is not None and not tenants:
            raise ValueError("no tenant is let in")  # settings see to it
        self._service_urls = service_urls
        self._tokens = tokens
        self._tenants = frozenset(tenants)

    async def admit(self, request: web.Request) -> Inbound:
        """Give the activity of a request that may come in.

        Raises:
            Refused: With the HTTP status and a code that says why.
        """
        if request.content_type != "application/json":
            raise Refused(_UNSUPPORTED, "content_type")
        body = parse(await _read(request))
        claims = None
        if self._tokens is not None:
            claims = await self._tokens.claims(request.headers.get("Authorization"), body)
        require_fields(body)
        self._require_tenant(body)
        if not self._service_urls.allows(body["serviceUrl"]):
            raise Refused(_FORBIDDEN, "service_url")
        return Inbound(body, claims)

    def _require_tenant(self, body: Mapping[str, Any]) -> None:
        """Each tenant that an activity names must be let in, and it must name one."""
        if not self._tenants:
            return
        named = [
            named.lower()
            for named in (
                _inner(body, "conversation", "tenantId"),
                _inner(body, "channelData", "tenant", "id"),
            )
            if named is not None
        ]
        if not named or not self._tenants.issuperset(named):
            raise Refused(_FORBIDDEN, "tenant")


def parse(raw: bytes) -> dict[str, Any]:
    """Read a body as a JSON object. Raises Refused, 400."""
    if b"\\u0000" in raw:
        raw = _NUL.sub(rb"\1", raw)
    try:
        body: object = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Refused(_BAD, "json" if raw.strip() else "empty") from error
    if not isinstance(body, dict):
        raise Refused(_BAD, "json_object")
    return body


def require_fields(body: Mapping[str, Any]) -> None:
    """Refuse (400) an activity without the fields that an answer cannot do without."""
    kind = body.get("type")
    if not isinstance(kind, str) or not kind or len(kind) > _LONGEST_KIND:
        raise Refused(_BAD, "type")
    if not _id(_inner(body, "conversation", "id")):
        raise Refused(_BAD, "conversation_id")
    if not _id(_inner(body, "from", "id")):
        raise Refused(_BAD, "from_id")
    if body.get("id") is None:
        if kind in _NEEDS_ID:
            raise Refused(_BAD, "id")
    elif not _id(body["id"]):
        raise Refused(_BAD, "id")
    if not isinstance(body.get("serviceUrl"), str):
        raise Refused(_BAD, "service_url")


async def _read(request: web.Request) -> bytes:
    """Read the body, and stop reading as soon as it is too large, whatever its header says."""
    if (request.content_length or 0) > LARGEST_BODY:
        raise Refused(_TOO_LARGE, "size")
    content = request.content
    if content.is_eof() and content.total_bytes <= LARGEST_BODY and content.exception() is None:
        return content.read_nowait()  # it came with the headers, as nearly all do
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            async for chunk in content.iter_any():
                size += len(chunk)
                if size > LARGEST_BODY:
                    raise Refused(_TOO_LARGE, "size")
                chunks.append(chunk)
    except TimeoutError as error:
        raise Refused(_TOO_SLOW, "body_slow") from error
    except (web.RequestPayloadError, HttpProcessingError) as error:
        raise Refused(_BAD, "body") from error
    return b"".join(chunks)


def _inner(body: Mapping[str, Any], *path: str) -> str | None:
    """A text deep in the activity; None where it, or what should hold it, is something else."""
    value: object = body
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, str) else None


def _id(value: object) -> bool:
    return (
        isinstance(value, str) and 0 < len(value) <= LONGEST_ID and _CONTROL.search(value) is None
    )

"""The Bot Connector's REST side, on one pooled session: only the operations that the bot uses."""

from __future__ import annotations

import asyncio
import copy
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote
from urllib.request import getproxies

import aiohttp
import orjson
import structlog
from yarl import URL

from bot.domain.errors import OutsideFault, Rejected, Throttled
from bot.teams import errors
from bot.teams.credentials import Tokens
from bot.teams.limits import SendLimits
from bot.teams.service_urls import ServiceUrls

log = structlog.get_logger(__name__)

_FIRST_REFUSAL: Final = 300
_SHORTEST_PAUSE: Final = 0.2

Session = aiohttp.ClientSession  # what the rest of the program calls the pool
OnCall = Callable[[str, str], None]
"""Told of each call: the operation, and "ok" or the fault's code. For the metrics."""


def unobserved(operation: str, result: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a call may take in all, and how often it is tried."""

    attempts: int = 4
    seconds: float = 10.0
    one_call: float = 5.0


@dataclass(frozen=True, slots=True)
class _Call:
    """One operation. `thread` is the conversation whose send limit it counts against.

    `once` marks a call that is not repeated where the first may have arrived.
    """

    operation: str
    method: str
    url: str
    body: bytes | None = None
    sends: bool = False
    thread: str | None = None
    once: bool = False


def new_session(*, proxies: bool = True) -> aiohttp.ClientSession:
    """The process's pooled session for outgoing calls; keeps no cookies.

    `proxies` follows the environment's proxy settings, read once: aiohttp looks them up (and
    ~/.netrc) in a thread for each call, which costs more than the call. The sandbox, all on one
    machine, does not.
    """
    connector = aiohttp.TCPConnector(limit=100, limit_per_host=50, ttl_dns_cache=60)
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=proxies and bool(getproxies()),
    )


class Connector:
    """The client. Every call names the serviceUrl, which is checked before anything else.

    All operations raise `OutsideFault` or one of its kinds and nothing else.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        tokens: Tokens,
        allowed: ServiceUrls,
        *,
        limits: SendLimits | None = None,
        patience: Patience | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._session = session
        self._tokens = tokens
        self._allowed = allowed
        self._limits = limits or SendLimits()
        self._patience = patience or Patience()
        self.on_call: OnCall = unobserved
        self._monotonic = monotonic
        self._sleep = sleep
        self._usual = aiohttp.ClientTimeout(total=self._patience.one_call)
        self._bulk = False

    def unhurried(self) -> Connector:
        """The same for what can wait: where sends are few, replies go before it."""
        other = copy.copy(self)
        other._bulk = True  # noqa: SLF001  # one of us
        return other

    async def send(
        self,
        service_url: str,
        conversation_id: str,
        activity: Mapping[str, Any] | bytes,
        *,
        once: bool = False,
    ) -> str:
        """Send an activity, or the JSON of one, to a conversation and give its id back."""
        url = self._url(service_url, conversation_id, "activities")
        return await self._post_activity(url, conversation_id, activity, once=once)

    async def reply(
        self,
        service_url: str,
        conversation_id: str,
        reply_to_id: str,
        activity: Mapping[str, Any] | bytes,
    ) -> str:
        """Send an activity as the reply to another and give its id back."""
        url = self._url(service_url, conversation_id, "activities", reply_to_id)
        return await self._post_activity(url, conversation_id, activity, once=False)

    async def update(
        self,
        service_url: str,
        conversation_id: str,
        activity_id: str,
        activity: Mapping[str, Any],
    ) -> None:
        """Replace an activity of ours. Raises `Gone` where it is no longer there."""
        url = self._url(service_url, conversation_id, "activities", activity_id)
        body = orjson.dumps({**activity, "id": activity_id})
        await self._perform(_Call("update", "PUT", url, body, sends=True, thread=conversation_id))

    async def delete(self, service_url: str, conversation_id: str, activity_id: str) -> None:
        """Take an activity of ours away. Raises `Gone` where it is no longer there."""
        url = self._url(service_url, conversation_id, "activities", activity_id)
        await self._perform(_Call("delete", "DELETE", url, sends=True, thread=conversation_id))

    async def create_conversation(self, service_url: str, parameters: Mapping[str, Any]) -> str:
        """Open (or find) a conversation and give its id back."""
        url = self._url(service_url)
        answer = await self._perform(
            _Call("create_conversation", "POST", url, orjson.dumps(parameters), sends=True)
        )
        return _text(answer, "id")

    async def member(
        self, service_url: str, conversation_id: str, member_id: str
    ) -> dict[str, Any]:
        """One member as the roster names them. Raises `Gone` where they are not in it."""
        url = self._url(service_url, conversation_id, "members", member_id)
        return await self._perform(_Call("member", "GET", url))

    async def paged_members(
        self,
        service_url: str,
        conversation_id: str,
        *,
        page_size: int = 200,
        continuation: str | None = None,
    ) -> tuple[Sequence[dict[str, Any]], str | None]:
        """A page of members, and how to ask for the next one."""
        url = self._url(service_url, conversation_id, "pagedmembers") + f"?pageSize={page_size}"
        if continuation:
            url += "&continuationToken=" + quote(continuation, safe="")
        page = await self._perform(_Call("members", "GET", url))
        return page.get("members") or [], page.get("continuationToken") or None

    async def team(self, service_url: str, team_id: str) -> dict[str, Any]:
        """A team's name and id. Raises `Gone` where there is none."""
        root = self._root(service_url)
        return await self._perform(_Call("team", "GET", f"{root}/v3/teams{_segment(team_id)}"))

    async def close(self) -> None:
        """Stop a renewal of the token that is under way; the session is its owner's to close."""
        await self._tokens.close()

    def _root(self, service_url: str) -> str:
        if not self._allowed.allows(service_url):
            raise Rejected("teams.service_url_not_allowed")
        return service_url.rstrip("/")

    def _url(self, service_url: str, *parts: str) -> str:
        path = "".join(map(_segment, parts))
        return f"{self._root(service_url)}/v3/conversations{path}"

    async def _post_activity(
        self, url: str, conversation_id: str, activity: Mapping[str, Any] | bytes, *, once: bool
    ) -> str:
        body = activity if isinstance(activity, bytes) else orjson.dumps(activity)
        call = _Call("send", "POST", url, body, sends=True, thread=conversation_id, once=once)
        return _text(await self._perform(call), "id")

    async def _perform(self, call: _Call) -> dict[str, Any]:
        """Call, and call again as long as it makes sense and the patience lasts."""
        deadline = self._monotonic() + self._patience.seconds
        attempt = 0
        while True:
            attempt += 1
            try:
                if call.sends:
                    await self._tokens.header()  # one that takes seconds is not to cost the place
                    left = deadline - self._monotonic()
                    await self._limits.acquire(call.thread, left, bulk=self._bulk)
                answer = await self._once(call, deadline)
            except OutsideFault as error:
                self.on_call(call.operation, error.code)
                pause = self._pause(call, error, attempt, deadline)
                if pause is None:
                    raise
                log.info("connector_tried_again", code=error.code, attempt=attempt)
                if isinstance(error, _NotUs):
                    self._tokens.forget()
            else:
                self.on_call(call.operation, "ok")
                return answer
            await self._sleep(pause)

    def _pause(
        self, call: _Call, error: OutsideFault, attempt: int, deadline: float
    ) -> float | None:
        """Seconds to wait before the next attempt; None where there is none."""
        if not isinstance(error, _Passing) or attempt >= self._patience.attempts:
            return None
        if error.perhaps_done and call.once:
            return None
        backoff = _SHORTEST_PAUSE * 2 ** (attempt - 1)
        wanted = backoff * random.uniform(0.75, 1.5)  # noqa: S311  # jitter, not a secret
        if error.retry_after is not None:
            wanted = error.retry_after.total_seconds() + random.uniform(0.0, 0.25)  # noqa: S311
        return wanted if self._monotonic() + wanted < deadline else None

    async def _once(self, call: _Call, deadline: float) -> dict[str, Any]:
        headers = {"Accept": "application/json"}
        header = await self._tokens.header()
        if header is not None:
            headers["Authorization"] = header
        if call.body is not None:
            headers["Content-Type"] = "application/json"
        limit, left = self._usual, deadline - self._monotonic()
        if left < self._patience.one_call:
            limit = aiohttp.ClientTimeout(total=max(0.1, left))
        try:
            async with self._session.request(
                call.method,
                URL(call.url, encoded=True),
                data=call.body,
                headers=headers,
                timeout=limit,
                allow_redirects=False,
            ) as response:
                body = await response.read()
        except aiohttp.ClientConnectorError as error:
            raise _Passing("teams.not_connected") from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _Passing("teams.connection_lost", perhaps_done=True) from error
        if response.status >= _FIRST_REFUSAL:
            raise _refused(response.status, response.headers, body)
        return _object(body)


class _Passing(OutsideFault):
    """A fault that may pass within the call's patience."""


class _NotUs(_Passing):
    """Our token is not taken any more."""


class _PassingThrottle(_Passing, Throttled):
    """Too many calls; told so."""


def _refused(status: int, headers: Mapping[str, str], body: bytes) -> OutsideFault:
    fault = errors.fault(status, headers, body)
    if status not in errors.RETRIED:
        return fault
    kind = _PassingThrottle if isinstance(fault, Throttled) else _Passing
    if status == errors.UNAUTHORIZED:
        kind = _NotUs
    return kind(
        fault.code,
        perhaps_done=status in errors.PERHAPS_DONE,
        retry_after=fault.retry_after,
    )


def _segment(part: str) -> str:
    """An id as one segment of a path, and never a step up."""
    if part in {"", ".", ".."}:
        raise Rejected("teams.id")
    return "/" + quote(part, safe="")


def _object(body: bytes) -> dict[str, Any]:
    """The answer as an object; Teams answers some calls with nothing at all."""
    if not body.strip():
        return {}
    try:
        document: object = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise OutsideFault("teams.unreadable_answer", perhaps_done=True) from error
    return document if isinstance(document, dict) else {}


def _text(answer: Mapping[str, Any], name: str) -> str:
    value: object = answer.get(name)
    return value if isinstance(value, str) else ""

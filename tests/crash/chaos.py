"""What goes wrong on the way to Teams and Graph: a record of every call, and faults by a deck.

A deck holds each kind of fault for each operation once or more, shuffled; when it is empty, the
next one is dealt. So a short run meets the kinds that a long one meets a hundred times.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, cast
from weakref import WeakKeyDictionary

from aiohttp import web

from sandbox.graph.faults import Fault as GraphFault
from sandbox.teams.faults import Fault as TeamsFault
from tests.crash.replicas import Life, Replicas

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Middleware = Callable[[web.Request, Handler], Awaitable[web.StreamResponse]]

LOST = 0  # the connection is reset
# Statuses before anything is done, and after it was.
BEFORE = {
    "teams": (412, 429, 500, 502, 503, 504, LOST),
    "graph": (429, 500, 502, 503, 504, LOST),
}
AFTER = {"teams": (500, 502, 504, LOST), "graph": (500, 502, 504, LOST)}
READS = ("GET",)
SLOW, KILL, KILL_AFTER = "slow", "kill", "kill after"
# A meeting takes several calls to Graph, a message one to Teams: as much goes wrong with either.
PART = {"teams": 1.0, "graph": 0.6}
LATE_LINKS, MOST_LATE = 0.4, 4  # of new meetings; answers without it


@dataclass(frozen=True, slots=True)
class Trouble:
    """What happens to one call."""

    what: str = ""
    status: int = LOST
    after: bool = False
    retry_after: float | None = None


@dataclass(slots=True)
class Call:
    """One call of the program. `answered`: the caller had a good answer as far as we know."""

    half: str
    method: str
    path: str
    body: Any
    life: Life | None
    began: float
    ended: float = 0.0
    trouble: Trouble | None = None
    status: int = 0
    made: str | None = None

    @property
    def done(self) -> bool:
        """Whether it was carried out, whatever was said of it."""
        return self.status != 0 and self.status < 400

    @property
    def told(self) -> bool:
        """Whether the caller was told so."""
        return self.done and not (self.trouble and self.trouble.after)


@dataclass
class Chaos:
    """Stands before both halves of the sandbox. `level` is the part of calls that go wrong."""

    rng: random.Random
    level: float = 0.0
    kills: float = 0.0
    replicas: Replicas | None = None
    calls: list[Call] = field(default_factory=list[Call])
    faults: Counter[str] = field(default_factory=Counter[str])
    _decks: defaultdict[tuple[str, str], list[Trouble]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _late: dict[str, int] = field(default_factory=dict[str, int])
    _callers: WeakKeyDictionary[Any, Life] = field(default_factory=WeakKeyDictionary)

    def before(self, half: str, prefix: str) -> Middleware:
        """The middleware of one half."""

        @web.middleware
        async def through(request: web.Request, handler: Handler) -> web.StreamResponse:
            if not request.path.startswith(prefix):
                return await handler(request)
            return await self._through(half, request, handler)

        return through

    async def _through(
        self, half: str, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        try:
            body = await _json(request)
        except ConnectionResetError:  # whoever called is dead before we had heard it all
            return web.Response()
        call = Call(half, request.method, request.path, body, self._caller(request), _now())
        self.calls.append(call)
        if call.life is not None:
            call.life.stirs()
        trouble = call.trouble = self._deal(half, request)
        if trouble is not None:
            self.faults[f"{half} {trouble.what or trouble.status}"] += trouble.what[:4] != KILL
        try:
            if trouble is None:
                return await self._carry_out(call, request, handler)
            return await self._troubled(call, trouble, request, handler)
        finally:
            call.ended = _now()

    async def _troubled(
        self, call: Call, trouble: Trouble, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        if trouble.what == SLOW:
            await asyncio.sleep(self.rng.uniform(0.1, 0.8))
            return await self._carry_out(call, request, handler)
        if trouble.what == KILL:
            self._kill(call)
            return _gone(request)
        if trouble.after:
            await self._carry_out(call, request, handler)
        if trouble.what == KILL_AFTER:
            self._kill(call)
            return _gone(request)
        if trouble.status == LOST:
            return _gone(request)
        return _refusal(call.half, trouble, request)

    async def _carry_out(
        self, call: Call, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        answer = await handler(request)
        call.status = answer.status
        if isinstance(answer, web.Response) and call.method == "POST" and answer.body:
            call.made = _made(answer)
        if isinstance(answer, web.Response) and call.method == "GET" and call.half == "graph":
            self._hold_link_back(answer)
        return answer

    def _hold_link_back(self, answer: web.Response) -> None:
        """The link of some meetings is a few readings late."""
        said = _said(answer)
        if not (self.level and said.get("onlineMeeting") and said.get("id")):
            return
        drawn = self.rng.randint(1, MOST_LATE) if self.rng.random() < LATE_LINKS else 0
        left = self._late.setdefault(said["id"], drawn)
        if left:
            self._late[said["id"]] = left - 1
            self.faults["graph link late"] += 1
            answer.body = json.dumps({**said, "onlineMeeting": None}).encode()

    def _kill(self, call: Call) -> None:
        if self.replicas is not None and call.life is not None:
            self.replicas.kill(call.life)

    def _deal(self, half: str, request: web.Request) -> Trouble | None:
        if self.rng.random() < self.kills:
            after = self.rng.random() < 0.6
            return Trouble(KILL_AFTER if after else KILL, after=after)
        if self.rng.random() >= self.level * PART[half]:
            return None
        deck = self._decks[half, _operation(request)]
        if not deck:
            deck += self._deck(half, reads=request.method in READS)
            self.rng.shuffle(deck)
        return deck.pop()

    def _deck(self, half: str, *, reads: bool) -> list[Trouble]:
        deck = [Trouble(status=status) for status in BEFORE[half]]
        deck += [Trouble(status=429, retry_after=self.rng.choice((0, 1, 20))), Trouble(SLOW)]
        if not reads:
            deck += [Trouble(status=status, after=True) for status in AFTER[half] * 2]
        return deck

    def _caller(self, request: web.Request) -> Life | None:
        """Whose connection it is; looked up once for each."""
        transport = request.transport
        if transport is None or self.replicas is None:
            return None
        known = self._callers.get(transport)
        if known is None:
            peer = transport.get_extra_info("peername")
            known = self.replicas.caller(peer[1]) if peer else None
            if known is not None:
                self._callers[transport] = known
        return known


def _now() -> float:
    return time.monotonic()


def _operation(request: web.Request) -> str:
    """The call without its ids: what it does, to what kind of thing."""
    words = [part for part in request.path.split("/") if part.isalpha()]
    return f"{request.method} {'/'.join(words[-2:])}"


async def _json(request: web.Request) -> Any:
    if request.method == "GET":
        return None
    try:
        return json.loads(await request.read() or b"null")
    except ValueError:
        return None


def _made(answer: web.Response) -> str | None:
    return _said(answer).get("id")


def _said(answer: web.Response) -> dict[str, Any]:
    try:
        said = json.loads(answer.body)
    except (ValueError, TypeError):
        return {}
    return cast("dict[str, Any]", said) if isinstance(said, dict) else {}


def _gone(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=503)


def _refusal(half: str, trouble: Trouble, request: web.Request) -> web.StreamResponse:
    if half == "teams":
        fault = TeamsFault(1, trouble.status, trouble.retry_after)
        return fault.error().response()
    return GraphFault(1, trouble.status, trouble.retry_after).error().response(request)

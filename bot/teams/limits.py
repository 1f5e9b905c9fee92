"""Teams' send limits, kept on our side so that it never has to refuse us.

Every process keeps them for itself; where there are several, a budget that all of them share is
asked too (`storage.send_budget`). While that cannot be asked, our own limits have to do for
replies. What is bulk waits: several processes that each keep to a limit of their own send too much
together.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import NamedTuple, Protocol

import structlog

from bot.domain.errors import Throttled

log = structlog.get_logger(__name__)

# Most sends, in so many seconds. Source: "Optimize your bot with rate limiting in Teams".
MARGIN = 0.1  # what leaves in this order may arrive in another
PER_CONVERSATION = tuple(
    (most, seconds + MARGIN) for most, seconds in ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))
)
A_SECOND = 50
PARTS = 5  # what is bulk keeps to a fifth of that in a fifth of a second
# What is bulk leaves at its place or takes another: of places that are used late some would meet
# the next ones. 50 x 0.92 places a second, late by no more than this, are never 51 in a second.
LATE_SECONDS = 0.06
PACE = 0.92
HALF_HOURLY = 600  # what a sliding hour may hold in the worst case is three half hours
_KEPT_CONVERSATIONS = 10_000
_ANSWER_SECONDS, _AWAY_SECONDS, _BULK_AWAY_SECONDS = 0.5, 5.0, 1.0
_AGAIN = timedelta(seconds=5)


class Reserved(Protocol):
    """What came of asking: granted after `wait` seconds, or to be asked again then."""

    @property
    def granted(self) -> bool: ...
    @property
    def wait(self) -> float: ...
    @property
    def counted(self) -> bool:
        """Whether it is counted in the conversation's windows already."""
        ...

    @property
    def own(self) -> bool:
        """Whether the conversation itself has to wait, not all of them."""
        ...


class Budget(Protocol):
    """What all processes share."""

    async def reserve(self, conversation_id: str | None, *, bulk: bool) -> Reserved:
        """Take a place for one send, in the windows of a conversation where one is named."""
        ...


class _Away(NamedTuple):
    """Nobody can be asked so long."""

    wait: float
    granted: bool = False
    counted: bool = False
    own: bool = False


class Window:
    """Sends counted over sliding windows."""

    def __init__(self, rates: tuple[tuple[int, float], ...]) -> None:
        self._rates = rates
        self._sent: deque[float] = deque(maxlen=max(most for most, _ in rates))

    def slot(self, now: float) -> float:
        """The earliest instant at which one more may be sent."""
        sent = self._sent
        at = now if not sent else max(now, sent[-1])
        for most, seconds in self._rates:
            if len(sent) >= most:
                at = max(at, sent[-most] + seconds)
        return at

    def take(self, at: float) -> None:
        """Count one at an instant that `slot` gave."""
        self._sent.append(at)

    def idle(self, now: float) -> bool:
        """Whether nothing that it has counted matters any more."""
        longest = max(seconds for _, seconds in self._rates)
        return not self._sent or self._sent[-1] + longest < now


class SendLimits:
    """Waits for a slot of the conversation and then for one over all, or says how long it is.

    Slots are taken in order, so those who wait in one conversation are sent in that order.

    Args:
        a_second: Most sends of this process in a second; 0 is no limit of any kind.
        budget: What all processes share, where there are several.
    """

    def __init__(
        self,
        *,
        a_second: int = A_SECOND,
        budget: Budget | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._limited = a_second > 0
        self._budget = budget
        self._monotonic = monotonic
        self._sleep = sleep
        self._all = Window(((max(1, a_second), 1.0 + MARGIN),))
        # Fifty at once, some of them late on their way, would meet the next fifty.
        self._pace = asyncio.Lock()
        self._evenly = Window(((max(1, a_second // PARTS), (1.0 + MARGIN) / PARTS),))
        self._conversations: OrderedDict[str, Window] = OrderedDict()
        self._lines = {bulk: asyncio.Lock() for bulk in (False, True)}
        self._ask_after = 0.0

    async def acquire(
        self, conversation_id: str | None, longest_wait: float, *, bulk: bool = False
    ) -> None:
        """Wait until one more may be sent. What is `bulk` can wait: replies go before it.

        Raises:
            Throttled: That would take longer than `longest_wait` seconds.
        """
        if not self._limited:
            return
        deadline = self._monotonic() + longest_wait
        if conversation_id is not None:
            await self._wait(self._window(conversation_id), deadline)
        if not await self._shared(conversation_id, deadline, bulk=bulk):
            await (self._paced(deadline) if bulk else self._wait(self._all, deadline))

    async def _wait(self, window: Window, deadline: float) -> None:
        now = self._monotonic()
        at = window.slot(now)
        if at > deadline:
            raise Throttled("teams.send_limit", retry_after=timedelta(seconds=at - now))
        window.take(at)
        if at > now:
            await self._sleep(at - now)

    async def _paced(self, deadline: float) -> None:
        """One at a time, counted when it goes: a process that stood still does not catch up."""
        async with self._pace:
            while True:
                now = self._monotonic()
                at = max(self._evenly.slot(now), self._all.slot(now))
                if at <= now:
                    break
                if at > deadline:
                    raise Throttled("teams.send_limit", retry_after=timedelta(seconds=at - now))
                await self._sleep(at - now)
            self._evenly.take(now)
            self._all.take(now)

    async def _shared(self, conversation_id: str | None, deadline: float, *, bulk: bool) -> bool:
        """Whether all processes together let it go; False where they cannot be asked.

        One at a time asks for each kind, and waits for the place of all; who has to wait for
        their own conversation lets the others pass.
        """
        if self._budget is None or (not bulk and self._monotonic() < self._ask_after):
            return False
        while True:
            try:
                async with asyncio.timeout(max(0.0, deadline - self._monotonic())):
                    await self._lines[bulk].acquire()
            except TimeoutError:
                raise Throttled("teams.send_limit", retry_after=_AGAIN) from None
            try:
                got, last = await self._place(self._budget, conversation_id, deadline, bulk=bulk)
            finally:
                self._lines[bulk].release()
            if got is None:
                return False
            await self._pause(got, deadline)
            if got.granted and not (bulk and self._monotonic() > last):
                return True
            if got.counted:
                conversation_id = None

    async def _place(
        self, budget: Budget, conversation_id: str | None, deadline: float, *, bulk: bool
    ) -> tuple[Reserved | None, float]:
        """A place and until when it holds, or the answer that the conversation has to wait.

        None where nobody answers, and it is a reply.
        """
        while True:
            asked_at = self._monotonic()
            if bulk and (away := self._ask_after - asked_at) > 0:
                await self._pause(_Away(away), deadline)
                continue
            try:
                async with asyncio.timeout(_ANSWER_SECONDS):
                    got = await budget.reserve(conversation_id, bulk=bulk)
            except Exception as error:  # noqa: BLE001  # whatever it is, our own limits hold
                away = _BULK_AWAY_SECONDS if bulk else _AWAY_SECONDS
                self._ask_after = self._monotonic() + away
                log.warning("send_budget_away", kind=type(error).__name__)
                if bulk:
                    continue
                return None, 0.0
            if got.granted or got.own:
                return got, asked_at + got.wait + LATE_SECONDS
            if got.counted:
                conversation_id = None
            await self._pause(got, deadline)

    async def _pause(self, got: Reserved, deadline: float) -> None:
        if got.wait <= 0:
            return
        if not got.granted and self._monotonic() + got.wait > deadline:
            raise Throttled("teams.send_limit", retry_after=timedelta(seconds=got.wait))
        await self._sleep(got.wait)

    def _window(self, conversation_id: str) -> Window:
        window = self._conversations.get(conversation_id)
        if window is None:
            window = self._conversations[conversation_id] = Window(PER_CONVERSATION)
            self._forget_idle()
        self._conversations.move_to_end(conversation_id)
        return window

    def _forget_idle(self) -> None:
        """Drop the oldest few: each new conversation pays for two, so the memory stays flat."""
        now = self._monotonic()
        for _ in range(2):
            oldest, window = next(iter(self._conversations.items()))
            full = len(self._conversations) > _KEPT_CONVERSATIONS
            if len(self._conversations) > 1 and (full or window.idle(now)):
                del self._conversations[oldest]

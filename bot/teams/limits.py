"""Teams' send limits, kept on our side so that it never has to refuse us."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.domain.errors import Throttled

# Most sends, in so many seconds. Source: "Optimize your bot with rate limiting in Teams".
PER_CONVERSATION = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))
OVER_ALL = ((50, 1.0),)
_KEPT_CONVERSATIONS = 10_000


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
    """

    def __init__(
        self,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._monotonic = monotonic
        self._sleep = sleep
        self._all = Window(OVER_ALL)
        self._conversations: OrderedDict[str, Window] = OrderedDict()

    async def acquire(self, conversation_id: str | None, longest_wait: float) -> None:
        """Wait until one more may be sent.

        Raises:
            Throttled: That would take longer than `longest_wait` seconds.
        """
        deadline = self._monotonic() + longest_wait
        if conversation_id is not None:
            await self._wait(self._window(conversation_id), deadline)
        await self._wait(self._all, deadline)

    async def _wait(self, window: Window, deadline: float) -> None:
        now = self._monotonic()
        at = window.slot(now)
        if at > deadline:
            raise Throttled("teams.send_limit", retry_after=timedelta(seconds=at - now))
        window.take(at)
        if at > now:
            await self._sleep(at - now)

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

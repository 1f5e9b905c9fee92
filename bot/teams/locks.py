"""One turn at a time in a conversation, in the order in which they came."""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary

from bot.teams.errors import Refused

_MOST_WAITING = 30
_UNAVAILABLE = 503


class _Line:
    """Those who wait for one conversation. Lives as long as somebody holds or awaits it."""

    __slots__ = ("__weakref__", "lock", "waiting")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.waiting = 0


class ConversationLocks:
    """A lock for each conversation that has a turn under way; none for the others."""

    def __init__(self, most_waiting: int = _MOST_WAITING) -> None:
        self._lines: WeakValueDictionary[str, _Line] = WeakValueDictionary()
        self.most_waiting = most_waiting

    def __len__(self) -> int:
        return len(self._lines)

    def waiting(self, conversation_id: str) -> int:
        """How many turns a conversation has: the one that runs and those behind it."""
        line = self._lines.get(conversation_id)
        return line.waiting if line is not None else 0

    def held(self, conversation_id: str) -> _Held:
        """Wait for the conversation's turns before this one, and keep the later ones waiting.

        Raises:
            Refused: 503, so many are waiting already that this one would come too late.
        """
        line = self._lines.get(conversation_id)
        if line is None:
            line = self._lines[conversation_id] = _Line()
        return _Held(line, self.most_waiting)


class _Held:
    """One turn's place in the line."""

    __slots__ = ("_line", "_most_waiting")

    def __init__(self, line: _Line, most_waiting: int) -> None:
        self._line = line
        self._most_waiting = most_waiting

    async def __aenter__(self) -> None:
        line = self._line
        if line.waiting >= self._most_waiting:
            raise Refused(_UNAVAILABLE, "conversation_busy", retry_after=5)
        line.waiting += 1
        try:
            await line.lock.acquire()
        except BaseException:
            line.waiting -= 1
            raise

    async def __aexit__(self, *_: object) -> None:
        self._line.lock.release()
        self._line.waiting -= 1

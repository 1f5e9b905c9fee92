"""The endpoint's housekeeping: marks turns done, sends what is owed, forgets the old."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.logging import hashed
from bot.teams.sending import Owed, Sender
from bot.teams.turns import Turns
from storage.bot_state import BotStateStore, Debt, Owing
from storage.faults import database_away

log = structlog.get_logger(__name__)

_TICK_SECONDS = 1.0
_EXPIRE_TICKS = 3600
_OVERDUE = timedelta(seconds=60)
_STEADY_SECONDS = 30.0
_TOO_LATE = timedelta(hours=1)
_REMEMBERED = timedelta(days=1)
_BATCH = 500
_PATIENCE_SECONDS = 5.0


class Keeper:
    """Runs beside the endpoint in each process that answers Teams."""

    def __init__(
        self,
        *,
        turns: Turns,
        store: BotStateStore,
        sender: Sender,
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._turns = turns
        self._store = store
        self._sender = sender
        self._clock = clock
        self._sleep = sleep
        self._monotonic = monotonic
        self._seen: dict[Owing, float] = {}
        self.steady_seconds = _STEADY_SECONDS
        self._task: asyncio.Task[None] | None = None
        self._at_work = asyncio.Lock()

    async def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run(), name="turn-keeper")

    async def stop(self) -> None:
        """Stop, and mark what is done."""
        if self._task is not None:
            with suppress(TimeoutError):  # a call that is broken off is left to the next start
                async with asyncio.timeout(_PATIENCE_SECONDS), self._at_work:
                    self._task.cancel()
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        with suppress(Exception):  # going down: the next start finds the rows and sorts them out
            await self.finish()

    async def finish(self) -> None:
        """Mark the turns whose words have all been sent."""
        done = self._turns.done
        batch = list(done)[:_BATCH]
        await self._store.finish(batch)
        for key in batch:
            done.pop(key, None)

    async def sweep(self) -> int:
        """Send what nobody has sent for a minute; say how many turns that was.

        The minute is the clock's, which may be wrong or jump: for half of it we have seen
        ourselves, by seconds that only pass, that nothing moved. So nobody's words are taken
        from them while they say them.
        """
        now = self._monotonic()
        owing = await self._store.owing(self._clock.now() - _OVERDUE)
        self._seen = {one: self._seen.get(one, now) for one in owing}
        stood = [one for one, since in self._seen.items() if now - since >= self.steady_seconds]
        debts = await self._store.take_over(self._turns.owner, stood) if stood else []
        for debt in debts:
            key = (debt.conversation_id, debt.activity_id)
            if key not in self._turns.done and key not in self._turns.sending:
                await self._pay(debt)
        return len(debts)

    async def expire(self) -> int:
        """Forget the activities of yesterday."""
        return await self._store.expire(self._clock.now() - _REMEMBERED)

    async def _pay(self, debt: Debt) -> None:
        owed = Owed.read(debt.owed)
        late = self._clock.now() - owed.since > _TOO_LATE
        log.info(
            "owed_replies",
            count=len(owed.held),
            outcome="too_late" if late else "sent",
            conversation_hash=hashed(debt.conversation_id),
        )
        if late:
            await self._store.finish([(debt.conversation_id, debt.activity_id)])
            return
        sent = await self._sender.send_all(owed.service_url, debt.conversation_id, owed.held)
        if sent.remembered:
            await self._turns.settle(debt.conversation_id, sent.remembered)
        if sent.left:
            still = replace(owed, held=sent.left)
            await self._store.owe(debt.conversation_id, debt.activity_id, still.text())
            return
        await self._store.finish([(debt.conversation_id, debt.activity_id)])

    async def _run(self) -> None:
        tick = 0
        while True:
            try:
                async with self._at_work:
                    await self._work(tick)
            except Exception as error:  # housekeeping goes on whatever happens
                away = database_away(error)
                log.warning("keeper_failed", code="away" if away else "bug", exc_info=error)
            tick += 1
            await self._sleep(_TICK_SECONDS)

    async def _work(self, tick: int) -> None:
        await self.finish()
        if tick % max(1, int(self.steady_seconds / 2 / _TICK_SECONDS)) == 0:
            await self.sweep()
        if tick % _EXPIRE_TICKS == 0:
            await self.expire()

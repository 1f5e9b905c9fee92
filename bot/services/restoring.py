"""What a copy of the database must do before it goes on: say nothing a second time.

A backup is older than the program that it is a backup of. What that one went on to say, to book
and to end is known to Teams and to Outlook, not to the copy. So the copy first catches up in
silence: what had run out by then ends, meetings are found again by their transaction ids, and
whatever all this owes anybody, with what was owed before, counts as said.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.clock import ManualClock
from bot.services.outbox import LONGEST_WAIT, Courier
from bot.services.upkeep import Upkeep

ROUNDS = 12
STEP = timedelta(seconds=10)
"""As long as one task waits for another (`meeting_booking`)."""


class NotThatBackup(Exception):
    """The database knows of things later than the backup is said to be."""

    def __init__(self, newest: datetime) -> None:
        super().__init__(newest.isoformat())
        self.newest = newest


class Restored(Protocol):
    """The copy, as storage sees it."""

    async def newest(self) -> datetime | None:
        """When the last thing happened that it knows of."""
        ...

    async def free(self) -> None:
        """Nobody is sending anything: what was leased, waits."""
        ...

    async def meetings_owed(self, until: datetime) -> int:
        """How many tasks in Outlook fall due by then."""
        ...

    async def mute(self, until: datetime) -> Mapping[str, int]:
        """What falls due by then and would be said to somebody is not; how many, by kind."""
        ...

    async def hush(self) -> int:
        """No answer is owed in any chat; how many were."""
        ...

    async def skip_numbers(self, count: int) -> None:
        """Leave out so many reference numbers: some were given to people since."""
        ...


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """What was left unsaid, by kind. Or how much Outlook has left to do: then nothing was yet."""

    muted: Mapping[str, int]
    answers: int
    meetings_left: int


class Restoring:
    """Makes a copy ready, on a clock that stands where the former program stopped.

    Args:
        courier: Carries out what concerns Outlook, and nothing else.
        pause: Seconds between two looks for a join link.
    """

    def __init__(
        self,
        kept: Restored,
        upkeep: Upkeep,
        courier: Courier,
        clock: ManualClock,
        *,
        pause: float = 1.0,
    ) -> None:
        self._kept = kept
        self._upkeep = upkeep
        self._courier = courier
        self._clock = clock
        self._pause = pause

    async def run(self, taken_at: datetime, skip_numbers: int) -> CaughtUp:
        """Catch up. Again does no harm, but for the numbers left out.

        Where Outlook does not answer, nothing has ended and nothing is muted yet.

        Raises:
            NotThatBackup: it is younger than it is said to be; perhaps it is no backup.
        """
        newest = await self._kept.newest()
        if newest is not None and newest > taken_at:
            raise NotThatBackup(newest)
        await self._kept.free()
        # Outlook first: what was being booked then was booked, and only so was it held.
        left = await self._ask_outlook()
        for _ in range(ROUNDS):
            if left or not await self._upkeep.run():
                break
            left = await self._ask_outlook()
        if left:
            return CaughtUp({}, 0, left)
        await self._kept.skip_numbers(skip_numbers)
        muted = await self._kept.mute(self._clock.now())
        return CaughtUp(muted, await self._kept.hush(), 0)

    async def _ask_outlook(self) -> int:
        """Do what is owed there; how much is left. A task may wait for another, or for a link."""
        for _ in range(ROUNDS):
            await self._courier.run_until_idle()
            if not await self._left():
                break
            self._clock.advance(STEP)
            await asyncio.sleep(self._pause)
        return await self._left()

    async def _left(self) -> int:
        """What waits to be tried again counts too."""
        return await self._kept.meetings_owed(self._clock.now() + LONGEST_WAIT)

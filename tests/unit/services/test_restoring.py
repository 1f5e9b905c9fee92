"""A copy catches up: Outlook first, then what has run out, then nothing of it is said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import ManualClock
from bot.services.restoring import ROUNDS, STEP, CaughtUp, NotThatBackup, Restoring

STOPPED = datetime(2027, 3, 1, 9, tzinfo=UTC)
TAKEN = STOPPED - timedelta(hours=5)


class Copy:
    """A copy, its upkeep and its Outlook: each does what it is told to, and notes the order."""

    def __init__(self, *, owed: list[int], ended: list[int], newest: datetime | None) -> None:
        self.told: list[str] = []
        self._owed, self._ended, self._newest = owed, ended, newest

    async def newest(self) -> datetime | None:
        return self._newest

    async def free(self) -> None:
        self.told.append("free")

    async def meetings_owed(self, until: datetime) -> int:
        return self._owed.pop(0) if len(self._owed) > 1 else self._owed[0]

    async def mute(self, until: datetime) -> Mapping[str, int]:
        self.told.append(f"mute {until:%H:%M:%S}")
        return {"request.agreed": 2}

    async def hush(self) -> int:
        self.told.append("hush")
        return 1

    async def skip_numbers(self, count: int) -> None:
        self.told.append(f"skip {count}")

    async def run_until_idle(self) -> int:
        self.told.append("outlook")
        return 0

    async def run(self) -> int:
        self.told.append("upkeep")
        return self._ended.pop(0) if self._ended else 0


async def caught_up(copy: Copy) -> CaughtUp:
    return await Restoring(copy, copy, copy, ManualClock(STOPPED), pause=0).run(TAKEN, 100)


async def test_outlook_is_asked_before_anything_ends() -> None:
    copy = Copy(owed=[1, 0], ended=[2], newest=TAKEN)
    assert await caught_up(copy) == CaughtUp({"request.agreed": 2}, 1, 0)
    assert copy.told == [
        *("free", "outlook", "outlook", "upkeep", "outlook", "upkeep"),
        *("skip 100", f"mute {STOPPED + STEP:%H:%M:%S}", "hush"),
    ]


async def test_where_outlook_does_not_answer_nothing_ends_and_nothing_is_muted() -> None:
    copy = Copy(owed=[3], ended=[], newest=None)
    assert await caught_up(copy) == CaughtUp({}, 0, 3)
    assert copy.told == ["free", *["outlook"] * ROUNDS]


async def test_what_ends_for_ever_is_left_to_the_program() -> None:
    copy = Copy(owed=[0], ended=[1] * 99, newest=None)
    assert await caught_up(copy) == CaughtUp({"request.agreed": 2}, 1, 0)
    assert copy.told.count("upkeep") == ROUNDS


async def test_a_database_younger_than_its_backup_is_not_touched() -> None:
    copy = Copy(owed=[0], ended=[], newest=TAKEN + timedelta(seconds=1))
    with pytest.raises(NotThatBackup) as refused:
        await caught_up(copy)
    assert refused.value.newest == TAKEN + timedelta(seconds=1)
    assert copy.told == []

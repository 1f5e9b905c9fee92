"""Teams' send limits, on a clock that the test moves."""

import asyncio
from datetime import timedelta
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Throttled
from bot.teams.limits import (
    A_SECOND,
    LATE_SECONDS,
    MARGIN,
    PACE,
    PER_CONVERSATION,
    SendLimits,
    Window,
)


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def limits(time: Time) -> SendLimits:
    return SendLimits(monotonic=time.monotonic, sleep=time.sleep)


async def test_seven_go_at_once_the_eighth_waits_a_second_and_the_ninth_two(limits, time: Time):
    at: list[float] = []
    for _ in range(9):
        await limits.acquire("chat", 60)
        at.append(time.now)
    assert at == [0.0] * 7 + [1 + MARGIN, 2 + MARGIN]


async def test_sixty_in_thirty_seconds(limits, time: Time):
    for _ in range(60):
        await limits.acquire("chat", 60)
    assert time.now < 30
    await limits.acquire("chat", 60)
    assert time.now == 30 + MARGIN


async def test_conversations_do_not_wait_for_each_other(limits, time: Time):
    for number in range(49):
        await limits.acquire(f"chat {number}", 60)
    assert time.now == 0


async def test_fifty_a_second_over_all(limits, time: Time):
    for number in range(51):
        await limits.acquire(f"chat {number}", 60)
    assert time.now == 1 + MARGIN


async def test_who_would_wait_too_long_is_told_how_long_and_takes_no_place(limits, time: Time):
    for _ in range(7):
        await limits.acquire("chat", 60)
    for _ in range(3):
        with pytest.raises(Throttled) as caught:
            await limits.acquire("chat", 0.5)
        assert caught.value.retry_after == timedelta(seconds=1 + MARGIN)
    time.now = 1 + MARGIN
    await limits.acquire("chat", 0)
    assert time.now == 1 + MARGIN


async def test_what_is_sent_nowhere_counts_over_all(limits, time: Time):
    for _ in range(51):
        await limits.acquire(None, 60)
    assert time.now == 1 + MARGIN


async def test_conversations_that_are_quiet_are_forgotten(limits, time: Time):
    for number in range(30):
        await limits.acquire(f"old {number}", 60)
    time.now = 10_000
    for number in range(30):
        await limits.acquire(f"new {number}", 60)
    assert len(limits._conversations) == 30


# ----------------------------------------------------------------- with a budget that all share


class Got(NamedTuple):
    granted: bool
    wait: float = 0.0
    counted: bool = False
    own: bool = False


class Shared:
    """Answers as the test says; then everything is granted."""

    def __init__(self, *answers: Got | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str | None, bool]] = []

    async def reserve(self, conversation_id: str | None, *, bulk: bool) -> Got:
        self.asked.append((conversation_id, bulk))
        answer = self.answers.pop(0) if self.answers else Got(granted=True)
        if isinstance(answer, Exception):
            raise answer
        return answer


def sharing(time: Time, shared: Shared) -> SendLimits:
    return SendLimits(budget=shared, monotonic=time.monotonic, sleep=time.sleep)


async def test_a_place_a_little_ahead_is_waited_for(time: Time):
    shared = Shared(Got(granted=True, wait=0.08))
    await sharing(time, shared).acquire("chat", 10, bulk=True)
    assert (shared.asked, time.now) == ([("chat", True)], 0.08)


async def test_a_conversation_that_is_counted_already_is_not_counted_again(time: Time):
    shared = Shared(Got(granted=False, wait=0.5, counted=True))
    await sharing(time, shared).acquire("chat", 10)
    assert (shared.asked, time.now) == ([("chat", False), (None, False)], 0.5)


async def test_who_waits_for_their_own_conversation_lets_others_pass(time: Time):
    shared = Shared(Got(granted=False, wait=1.0, own=True))
    limits = sharing(time, shared)
    await asyncio.gather(limits.acquire("hot", 10), limits.acquire("other", 10))
    assert [asked for asked, _ in shared.asked] == ["hot", "other", "hot"]


async def test_who_would_wait_too_long_for_all_is_told(time: Time):
    shared = Shared(Got(granted=False, wait=3.0))
    with pytest.raises(Throttled) as caught:
        await sharing(time, shared).acquire("chat", 2)
    assert (caught.value.retry_after, time.now) == (timedelta(seconds=3), 0.0)


async def test_a_budget_that_does_not_answer_leaves_our_own_limits(time: Time):
    shared = Shared(ConnectionError())
    limits = sharing(time, shared)
    for number in range(50):
        await limits.acquire(f"chat {number}", 60)
    assert (len(shared.asked), time.now) == (1, 0.0)
    await limits.acquire("one more", 60)
    assert time.now == 1 + MARGIN
    time.now = 6.0
    await limits.acquire("later", 60)
    assert len(shared.asked) == 2


async def test_bulk_waits_for_a_budget_that_does_not_answer(time: Time):
    shared = Shared(ConnectionError(), ConnectionError())
    await sharing(time, shared).acquire("chat", 60, bulk=True)
    assert (len(shared.asked), time.now) == (3, 2.0)


async def test_bulk_is_put_off_where_the_budget_stays_away(time: Time):
    shared = Shared(*[ConnectionError()] * 9)
    with pytest.raises(Throttled):
        await sharing(time, shared).acquire("chat", 4.5, bulk=True)
    assert (len(shared.asked), time.now) == (5, 4.0)


class Slow(Shared):
    """The answers take so long, one after the other."""

    def __init__(self, time: Time, *took: float) -> None:
        super().__init__(*(Got(granted=True, wait=0.02, counted=True) for _ in took))
        self.time, self.took = time, list(took)

    async def reserve(self, conversation_id: str | None, *, bulk: bool) -> Got:
        self.time.now += self.took.pop(0)
        return await super().reserve(conversation_id, bulk=bulk)


async def test_bulk_that_is_late_for_its_place_takes_another(time: Time):
    """In the conversation it is counted once."""
    shared = Slow(time, 0.3, LATE_SECONDS + 0.001, LATE_SECONDS - 0.001)
    await sharing(time, shared).acquire("chat", 10, bulk=True)
    assert [asked for asked, _ in shared.asked] == ["chat", None, None]


async def test_a_reply_that_is_late_goes_all_the_same(time: Time):
    shared = Slow(time, 0.3)
    await sharing(time, shared).acquire("chat", 10)
    assert [asked for asked, _ in shared.asked] == ["chat"]


def test_places_used_as_late_as_they_may_be_are_never_one_too_many():
    """So many in any second: those on time in it, and the late ones of the moment before."""
    assert A_SECOND * PACE * (1 + LATE_SECONDS) + 1 <= A_SECOND


async def test_without_a_limit_nothing_is_asked(time: Time):
    shared = Shared()
    limits = SendLimits(a_second=0, budget=shared, monotonic=time.monotonic, sleep=time.sleep)
    for _ in range(200):
        await limits.acquire("chat", 0)
    assert (shared.asked, time.now) == ([], 0.0)


@given(pauses=st.lists(st.floats(0, 3), max_size=150))
def test_no_window_is_ever_exceeded(pauses: list[float]):
    for rates in (PER_CONVERSATION, ((50, 1.0),)):
        window, now, sent = Window(rates), 0.0, []
        for pause in pauses:
            now += pause
            at = window.slot(now)
            window.take(at)
            sent.append(at)
            assert at >= now
        assert sent == sorted(sent)
        for most, seconds in rates:
            for first, last in zip(sent, sent[most:], strict=False):
                assert last - first >= seconds - 1e-9


async def test_what_is_bulk_goes_out_evenly(time: Time):
    limits = SendLimits(monotonic=time.monotonic, sleep=time.sleep)
    at: list[float] = []
    for number in range(40):
        await limits.acquire(f"chat {number}", 60, bulk=True)
        at.append(round(time.now, 2))
    assert at == [0.0] * 10 + [0.22] * 10 + [0.44] * 10 + [0.66] * 10


async def test_a_process_that_stood_still_does_not_catch_up(time: Time):
    limits, at = SendLimits(monotonic=time.monotonic, sleep=time.sleep), list[float]()

    async def send(number: int) -> None:
        await limits.acquire(f"chat {number}", 60, bulk=True)
        at.append(round(time.now, 2))
        if number == 14:
            time.now += 5

    await asyncio.gather(*(send(number) for number in range(40)))
    assert at[:15] == [0.0] * 10 + [0.22] * 5
    assert [at.count(moment) for moment in sorted({*at[15:]})] == [10, 10, 5]

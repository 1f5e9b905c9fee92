"""Teams' send limits, on a clock that the test moves."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Throttled
from bot.teams.limits import MARGIN, PER_CONVERSATION, SendLimits, Window


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


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

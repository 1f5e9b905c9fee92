"""A morning in short: many reminders due at once, in the order of need, none lost, none twice."""

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.domain.errors import Throttled
from bot.domain.messages import OutboxRow, RowState, Via
from bot.services.outbox import BATCH, Courier, Postpone, Ready, Skip
from tests.fakes.outbox_queue import FakeOutboxQueue
from tests.unit.services.couriers import Carrier, owe
from tests.unit.services.world import NOW, World

DUE = 3 * BATCH
MINUTE = timedelta(minutes=1)


def starts(number: int) -> datetime:
    return NOW + timedelta(days=1) + number * MINUTE


@pytest.fixture
def morning(world: World) -> list[OutboxRow]:
    """Written in the order least like that of need."""
    return [
        owe(
            world,
            f"reminder-{number:03d}",
            kind="reminder.seat",
            subject=f"session:{number}",
            recipient_id=f"person-{number}",
            expires_at=starts(number),
            repeatable=False,
        )
        for number in reversed(range(DUE))
    ]


async def test_the_nearest_session_is_reminded_of_first(
    world: World, morning: list[OutboxRow]
) -> None:
    carrier = Carrier()
    courier = Courier(FakeOutboxQueue(world.units), {Via.CHAT: carrier}, world.clock)
    assert await courier.run_until_idle() == DUE
    assert carrier.sent == [f"reminder-{number:03d}" for number in range(DUE)]
    assert {row.state for row in morning} == {RowState.SENT}


async def test_what_teams_lets_go_slowly_is_claimed_a_little_at_a_time(
    world: World, morning: list[OutboxRow]
) -> None:
    """So whoever does something meanwhile goes before most of what was due first."""
    seconds, step, at_once = 0.0, 0.02, 4

    class Paced(Carrier):
        async def prepare(self, row: OutboxRow) -> Ready | Skip | Postpone:
            nonlocal seconds
            seconds += step
            return await super().prepare(row)

    carrier = Paced()
    courier = Courier(
        FakeOutboxQueue(world.units),
        {Via.CHAT: carrier},
        world.clock,
        at_once=at_once,
        monotonic=lambda: seconds,
    )
    assert await courier.run_once() == BATCH
    assert await courier.run_once() == at_once
    owe(world, "answer", due_at=NOW)
    step = 0.002
    assert await courier.run_once() == at_once
    assert carrier.sent.index("answer") == BATCH + at_once
    assert await courier.run_once() == BATCH


async def test_whoever_does_something_meanwhile_waits_for_no_reminder(
    world: World, morning: list[OutboxRow]
) -> None:
    carrier = Carrier()
    courier = Courier(FakeOutboxQueue(world.units), {Via.CHAT: carrier}, world.clock)
    await courier.run_once()
    owe(world, "answer", due_at=NOW)
    await courier.run_once()
    assert carrier.sent.index("answer") == BATCH


async def test_what_teams_will_not_take_yet_is_sent_later_and_once(
    world: World, morning: list[OutboxRow]
) -> None:
    carrier = Carrier()
    carrier.answers = [Throttled("teams.429", retry_after=MINUTE), None] * (DUE // 2)
    courier = Courier(FakeOutboxQueue(world.units), {Via.CHAT: carrier}, world.clock)
    await courier.run_until_idle()
    assert len(carrier.sent) == DUE // 2
    world.clock.advance(MINUTE)
    await courier.run_until_idle()
    assert sorted(carrier.sent) == sorted(row.row_id for row in morning)


async def test_the_next_rows_are_claimed_while_the_last_are_on_their_way(
    world: World, morning: list[OutboxRow]
) -> None:
    let, on_the_way = asyncio.Event(), list[str]()

    class Waiting(Carrier):
        async def prepare(self, row: OutboxRow) -> Ready:
            async def send() -> str:
                on_the_way.append(row.row_id)
                if len(on_the_way) == BATCH:  # one of the first batch takes long
                    await let.wait()
                return "receipt"

            return Ready(send)

    courier = Courier(FakeOutboxQueue(world.units), {Via.CHAT: Waiting()}, world.clock)
    assert await courier.run_due() == DUE
    assert len(on_the_way) == DUE
    assert [row.state for row in morning].count(RowState.SENDING) == 1
    let.set()
    await courier.run_until_idle()
    assert {row.state for row in morning} == {RowState.SENT}

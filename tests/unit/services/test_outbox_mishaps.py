"""The courier with a database that goes away, calls that take long, and when it has to stop."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.errors import Conflict, OutsideFault, Throttled
from bot.domain.messages import OutboxRow, RowState, Via
from bot.services.outbox import Courier, Ready
from tests.fakes.outbox_queue import FakeOutboxQueue
from tests.unit.services.couriers import Carrier, Forgetful, Slow, owe
from tests.unit.services.world import NOW, World


@pytest.fixture
def carrier() -> Carrier:
    return Carrier()


async def test_what_was_sent_while_the_database_was_away_is_not_sent_again(
    world: World, carrier: Carrier
) -> None:
    queue = Forgetful(world.units)
    courier = Courier(queue, {Via.CHAT: carrier}, world.clock)
    row = owe(world)
    queue.away = True
    await courier.run_once()
    assert (carrier.sent, row.state) == (["row"], RowState.SENDING)
    world.clock.advance(timedelta(hours=1))  # its lease is long over
    with pytest.raises(ConnectionError):
        await courier.run_once()
    queue.away = False
    await courier.run_until_idle()
    assert (carrier.sent, row.state) == (["row"], RowState.SENT)
    assert row.done_at == NOW


async def test_a_courier_that_stops_writes_down_what_was_sent(
    world: World, carrier: Carrier
) -> None:
    queue = Forgetful(world.units)
    courier = Courier(queue, {Via.CHAT: carrier}, world.clock)
    row = owe(world)
    queue.away = True
    await courier.run_once()
    queue.away = False
    await courier.drain()
    assert row.state is RowState.SENT


async def test_one_row_that_cannot_be_written_holds_up_no_other(
    world: World, carrier: Carrier
) -> None:
    queue = Forgetful(world.units)
    courier = Courier(queue, {Via.CHAT: carrier}, world.clock)
    failing = owe(world, "failing", due_at=NOW - timedelta(seconds=1))
    owe(world, "sound")
    carrier.answers = [OutsideFault("teams_503")]
    queue.away = True
    await courier.run_once()
    assert (carrier.sent, failing.state) == (["sound"], RowState.SENDING)
    queue.away = False
    world.clock.advance(timedelta(minutes=3))
    await courier.run_until_idle()
    assert carrier.sent == ["sound", "failing"]


async def test_one_that_takes_long_holds_up_no_other_and_keeps_its_order(world: World) -> None:
    slow = Slow()
    courier = Courier(FakeOutboxQueue(world.units), {Via.CHAT: slow}, world.clock)
    owe(world, "slow", kind="slow", subject="session:1")
    owe(world, "quick")
    assert await courier.run_once() == 2
    assert slow.sent == ["quick"]
    owe(world, "after the slow one", subject="session:1")
    owe(world, "another")
    assert await courier.run_once() == 1
    assert slow.sent == ["quick", "another"]
    slow.let.set()
    await courier.run_until_idle()
    assert slow.sent == ["quick", "another", "slow", "after the slow one"]


async def test_with_all_hands_full_no_more_is_taken(world: World) -> None:
    slow = Slow()
    courier = Courier(FakeOutboxQueue(world.units), {Via.CHAT: slow}, world.clock, at_once=1)
    owe(world, "slow", kind="slow", subject="session:1")
    assert await courier.run_once() == 1
    waiting = owe(world, "waiting")
    assert await courier.run_once() == 0
    assert waiting.state is RowState.PENDING
    slow.let.set()
    assert await courier.run_until_idle() == 1
    assert slow.sent == ["slow", "waiting"]


async def test_a_courier_that_stops_ends_what_it_sends_and_gives_the_rest_back(
    world: World,
) -> None:
    slow = Slow()
    courier = Courier(FakeOutboxQueue(world.units), {Via.CHAT: slow}, world.clock, at_once=1)
    sending = owe(world, "slow", kind="slow", due_at=NOW - timedelta(seconds=2))
    same_line = owe(world, "same line", due_at=NOW - timedelta(seconds=1))
    waiting = owe(world, "waiting for a hand", subject="request:2")
    assert await courier.run_once() == 3
    stopping = asyncio.create_task(courier.drain())
    await asyncio.sleep(0)
    slow.let.set()
    await stopping
    assert slow.sent == ["slow"]
    assert sending.state is RowState.SENT
    for row in (same_line, waiting):
        assert (row.state, row.lease_token, row.attempts) == (RowState.PENDING, None, 0)


class Stuck(Carrier):
    """Begins to send, and hears nothing."""

    async def prepare(self, row: OutboxRow) -> Ready:
        async def send() -> None:
            await asyncio.Event().wait()

        return Ready(send)


@pytest.mark.parametrize(
    ("repeatable", "state"), [(True, RowState.PENDING), (False, RowState.SKIPPED)]
)
async def test_a_courier_that_stops_does_not_wait_for_ever(
    world: World, repeatable: bool, state: RowState
) -> None:
    courier = Courier(FakeOutboxQueue(world.units), {Via.CHAT: Stuck()}, world.clock)
    courier.drain_seconds = 0.01
    row = owe(world, repeatable=repeatable)
    await courier.run_once()
    await courier.drain()
    assert (row.state, row.lease_token, row.last_error) == (state, None, "perhaps_sent")


async def test_what_became_of_a_row_is_written_when_the_database_is_back(
    world: World, carrier: Carrier
) -> None:
    """A card that Teams would not take now, and that is not said twice, is not lost either."""
    queue = Forgetful(world.units)
    courier = Courier(queue, {Via.CHAT: carrier}, world.clock)
    row = owe(world, repeatable=False)
    carrier.answers = [Throttled("teams.429", retry_after=timedelta(seconds=40))]
    queue.away = True
    await courier.run_once()
    assert row.state is RowState.SENDING
    queue.away = False
    await courier.run_once()
    assert (row.state, row.due_at) == (RowState.PENDING, NOW + timedelta(seconds=40))
    world.clock.advance(timedelta(seconds=40))
    await courier.run_until_idle()
    assert carrier.sent == ["row"]


async def test_one_that_was_overtaken_by_another_writer_comes_again(
    world: World, carrier: Carrier
) -> None:
    """Two workers that learn somebody's name at one time: nothing is wrong with either."""
    courier = Courier(FakeOutboxQueue(world.units), {Via.CHAT: carrier}, world.clock)
    row = owe(world, repeatable=True)
    carrier.answers = [Conflict("people")]
    await courier.run_once()
    assert (carrier.sent, row.state, row.last_error) == ([], RowState.PENDING, "overtaken")
    world.clock.advance(timedelta(minutes=3))
    await courier.run_until_idle()
    assert (carrier.sent, row.state) == (["row"], RowState.SENT)

"""Leases: kept by those who live, taken from the dead, whatever any clock shows."""

from datetime import datetime, timedelta

import pytest

from bot.clock import ManualClock
from bot.domain.errors import Throttled
from bot.domain.messages import LiveCard, OutboxRow, RowState, Via
from bot.services.leases import BEATS, LENGTH, Leases
from bot.services.outbox import Courier, Postpone, Skip
from tests.fakes.outbox_queue import FakeOutboxQueue
from tests.unit.services.couriers import Carrier, Slow, Watch, owe
from tests.unit.services.world import NOW, World

BEAT = LENGTH.total_seconds() / BEATS
HOUR = timedelta(hours=1)


class Worker:
    """One process: its own clock of the wall, the seconds that all share."""

    def __init__(self, world: World, watch: Watch, *, alone: bool = False) -> None:
        self.watch = watch
        self.clock = ManualClock(NOW)
        self.carrier = Slow()
        self.queue = FakeOutboxQueue(world.units)
        leases = Leases(self.queue, self.clock, monotonic=watch.monotonic, alone=alone)
        self.courier = Courier(self.queue, {Via.CHAT: self.carrier}, self.clock, leases=leases)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def one(world: World, watch: Watch) -> Worker:
    return Worker(world, watch)


@pytest.fixture
def other(world: World, watch: Watch) -> Worker:
    return Worker(world, watch)


async def test_a_lease_is_kept_while_a_call_takes_long(
    world: World, watch: Watch, one: Worker, other: Worker
) -> None:
    row = owe(world, kind="slow")
    await one.courier.run_once()
    for _ in range(5 * BEATS):
        watch.now += BEAT
        await one.courier.run_once()
        assert await other.courier.run_once() == 0
    one.carrier.let.set()
    await one.courier.run_until_idle()
    assert (one.carrier.sent, other.carrier.sent) == (["row"], [])
    assert row.state is RowState.SENT


async def test_the_rows_of_the_dead_are_taken_when_their_lease_is_over_and_not_before(
    world: World, watch: Watch, one: Worker, other: Worker
) -> None:
    owe(world, kind="slow")
    await one.courier.run_once()
    other.carrier.let.set()
    for _ in range(BEATS):
        assert await other.courier.run_once() == 0
        watch.now += BEAT
    assert await other.courier.run_once() == 1
    assert other.carrier.sent == ["row"]
    one.carrier.let.set()  # it was not dead, only slow: too late
    await one.courier.run_until_idle()
    assert one.carrier.sent == []


@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["forward", "back"])
@pytest.mark.parametrize("whose", ["one", "other", "both"])
async def test_a_clock_that_jumps_parts_nobody_from_their_rows(
    world: World, watch: Watch, one: Worker, other: Worker, jump: timedelta, whose: str
) -> None:
    row = owe(world, kind="slow", due_at=NOW - 2 * HOUR)
    await one.courier.run_once()
    assert await other.courier.run_once() == 0
    for worker, name in ((one, "one"), (other, "other")):
        if whose in (name, "both"):
            worker.clock.advance(jump)
    for _ in range(2 * BEATS):
        watch.now += BEAT
        await one.courier.run_once()
        assert await other.courier.run_once() == 0
    one.carrier.let.set()
    await one.courier.run_until_idle()
    assert (one.carrier.sent, row.state) == (["row"], RowState.SENT)


async def test_who_could_not_look_for_a_while_takes_nobody_for_dead(
    world: World, watch: Watch, one: Worker, other: Worker
) -> None:
    """The database was away for minutes: the others could not renew either."""
    owe(world, kind="slow")
    await one.courier.run_once()
    await other.courier.run_once()
    watch.now += 10 * LENGTH.total_seconds()
    assert await other.courier.run_once() == 0
    await one.courier.run_once()
    watch.now += BEAT
    assert await other.courier.run_once() == 0
    one.carrier.let.set()
    await one.courier.run_until_idle()
    assert one.carrier.sent == ["row"]


async def test_alone_nobody_waits_for_the_dead(world: World, watch: Watch) -> None:
    row = owe(world, state=RowState.LEASED, lease_token="dead", lease_until=NOW + 9 * HOUR)
    one = Worker(world, watch, alone=True)
    await one.courier.run_until_idle()
    assert (one.carrier.sent, row.state) == (["row"], RowState.SENT)


async def test_alone_ones_own_rows_are_safe(world: World, watch: Watch) -> None:
    owe(world, kind="slow")
    one = Worker(world, watch, alone=True)
    await one.courier.run_once()
    for _ in range(5 * BEATS):
        watch.now += BEAT
        one.clock.advance(HOUR)
        assert await one.courier.run_once() == 0
    one.carrier.let.set()
    await one.courier.run_until_idle()
    assert one.carrier.sent == ["row"]


async def test_what_is_not_written_down_yet_is_still_ours(world: World, watch: Watch) -> None:
    class Deaf(FakeOutboxQueue):
        away = True

        async def sent(
            self,
            row_id: str,
            token: str,
            at: datetime,
            receipt: str | None,
            card: LiveCard | None = None,
        ) -> None:
            if self.away:
                raise ConnectionError
            await super().sent(row_id, token, at, receipt, card)

    queue, carrier = Deaf(world.units), Carrier()
    leases = Leases(queue, world.clock, monotonic=watch.monotonic)
    courier = Courier(queue, {Via.CHAT: carrier}, world.clock, leases=leases)
    row: OutboxRow = owe(world)
    await courier.run_once()
    assert leases.mine == [row.lease_token]
    queue.away = False
    await courier.run_once()
    assert (leases.mine, row.state) == ([], RowState.SENT)


async def test_a_lease_is_over_with_its_last_row(world: World, watch: Watch) -> None:
    """Whatever became of each: nobody keeps alive what holds nothing."""
    queue, carrier = FakeOutboxQueue(world.units), Carrier()
    leases = Leases(queue, world.clock, monotonic=watch.monotonic)
    both = {Via.CHAT: carrier, Via.REFRESH: carrier}
    courier = Courier(queue, both, world.clock, leases=leases)
    carrier.answers = [None, Skip("moved_on"), Postpone(NOW + HOUR), Throttled("teams.429")]
    for number, subject in enumerate(("a", "b", "c", "d")):
        owe(world, subject, subject=subject, due_at=NOW - timedelta(seconds=9 - number))
    owe(world, "told already", subject="a", via=Via.REFRESH)
    owe(world, "expired", subject="e", expires_at=NOW)
    await courier.run_until_idle()
    assert (carrier.sent, leases.mine) == (["a"], [])

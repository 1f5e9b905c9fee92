"""The courier: what is due is carried out once, what fails is tried again, nothing is lost."""

from datetime import timedelta

import pytest

from bot.domain.errors import DENIED, Denied, Gone, OutsideFault, Rejected, Throttled, Unreachable
from bot.domain.messages import OutboxRow, RowState, Via
from bot.services.leases import BEATS, LENGTH, Leases
from bot.services.outbox import (
    Courier,
    Postpone,
    Skip,
    wait_before,
)
from tests.fakes.outbox_queue import FakeOutboxQueue
from tests.unit.services.couriers import Carrier, Watch, owe
from tests.unit.services.world import NOW, World


@pytest.fixture
def carrier() -> Carrier:
    return Carrier()


@pytest.fixture
def courier(world: World, carrier: Carrier) -> Courier:
    both = {Via.CHAT: carrier, Via.REFRESH: carrier}
    return Courier(FakeOutboxQueue(world.units), both, world.clock)


async def test_a_due_row_is_sent_once_and_keeps_its_receipt(
    world: World, courier: Courier, carrier: Carrier
) -> None:
    row = owe(world)
    assert await courier.run_until_idle() == 1
    assert await courier.run_until_idle() == 0
    assert carrier.sent == ["row"]
    assert (row.state, row.receipt) == (RowState.SENT, "receipt of row")


async def test_a_row_of_tomorrow_waits(world: World, courier: Courier, carrier: Carrier) -> None:
    owe(world, due_at=NOW + timedelta(days=1))
    assert await courier.run_until_idle() == 0
    world.clock.advance(timedelta(days=1))
    assert await courier.run_until_idle() == 1
    assert carrier.sent == ["row"]


async def test_rows_of_one_subject_and_person_go_in_the_order_they_fell_due(
    world: World, courier: Courier, carrier: Carrier
) -> None:
    owe(world, "second", due_at=NOW - timedelta(seconds=1))
    owe(world, "first", due_at=NOW - timedelta(seconds=2))
    await courier.run_until_idle()
    assert carrier.sent == ["first", "second"]


async def test_what_has_expired_or_is_no_longer_true_is_not_sent(
    world: World, courier: Courier, carrier: Carrier
) -> None:
    expired = owe(world, "expired", expires_at=NOW)
    untrue = owe(world, "untrue")
    carrier.answers = [Skip("moved_on")]
    await courier.run_until_idle()
    assert carrier.sent == []
    assert (expired.state, expired.last_error) == (RowState.SKIPPED, "expired")
    assert (untrue.state, untrue.last_error) == (RowState.SKIPPED, "moved_on")


async def test_a_postponed_row_counts_no_attempt(
    world: World, courier: Courier, carrier: Carrier
) -> None:
    row = owe(world)
    carrier.answers = [Postpone(NOW + timedelta(hours=9))]
    await courier.run_until_idle()
    assert (row.state, row.attempts) == (RowState.PENDING, 0)
    assert row.due_at == NOW + timedelta(hours=9)


async def test_a_throttled_row_moves_and_is_never_dropped(
    world: World, courier: Courier, carrier: Carrier
) -> None:
    row = owe(world)
    carrier.answers = [Throttled("teams_429", retry_after=timedelta(seconds=40))] * 5
    for _ in range(5):
        await courier.run_until_idle()
        assert row.due_at == world.clock.now() + timedelta(seconds=40)
        world.clock.advance(timedelta(seconds=40))
    await courier.run_until_idle()
    assert carrier.sent == ["row"]
    assert carrier.failures == []


async def test_a_fault_that_may_pass_is_tried_again_with_growing_waits(
    world: World, courier: Courier, carrier: Carrier
) -> None:
    row = owe(world)
    carrier.answers = [OutsideFault("teams_503")] * 3
    for _ in range(3):
        await courier.run_until_idle()
        world.clock.set(row.due_at)
    await courier.run_until_idle()
    assert carrier.sent == ["row"]
    assert carrier.failures == [("teams_503", False)]


@pytest.mark.parametrize(
    "fault", [Gone("teams_404"), Rejected("teams_400"), Unreachable("blocked")]
)
async def test_a_fault_that_cannot_pass_is_given_up_at_once_and_told(
    world: World, courier: Courier, carrier: Carrier, fault: OutsideFault
) -> None:
    row = owe(world)
    carrier.answers = [fault]
    await courier.run_until_idle()
    assert (row.state, row.last_error) == (RowState.DEAD, fault.code)
    assert carrier.failures == [(fault.code, True)]


async def test_a_permission_that_is_missing_is_waited_for_and_told(
    world: World, courier: Courier, carrier: Carrier
) -> None:
    row = owe(world)
    carrier.answers = [Denied()] * 40
    waits: list[timedelta] = []
    for _ in range(40):
        await courier.run_until_idle()
        waits.append(row.due_at - world.clock.now())
        world.clock.set(row.due_at)
    hour = timedelta(hours=1)
    assert waits[0] < timedelta(seconds=7)
    assert all(hour * 0.8 <= wait <= hour * 1.2 for wait in waits[10:])
    await courier.run_until_idle()
    assert carrier.sent == ["row"]
    assert carrier.failures == [(DENIED, False)] * 40


async def tried(world: World, courier: Courier, row: OutboxRow) -> timedelta:
    """Try until it is given up; how long it took."""
    began = world.clock.now()
    for _ in range(1000):
        await courier.run_until_idle()
        if row.state is RowState.DEAD:
            break
        world.clock.set(row.due_at)
    return world.clock.now() - began


@pytest.mark.parametrize(
    ("fault", "days"), [(OutsideFault("teams_503"), 3), (Denied(), 30)], ids=["away", "denied"]
)
async def test_after_days_of_trying_it_is_given_up(
    world: World, courier: Courier, carrier: Carrier, fault: OutsideFault, days: int
) -> None:
    row = owe(world)
    carrier.answers = [fault] * 1000
    passed = await tried(world, courier, row)
    assert row.state is RowState.DEAD
    assert carrier.failures[-1] == (fault.code, True)
    assert abs(passed / timedelta(days=days) - 1) < 0.1


async def test_days_when_nobody_tried_do_not_count(
    world: World, courier: Courier, carrier: Carrier
) -> None:
    """The worker was down, or the row is of a backup that was restored."""
    row = owe(world)
    carrier.answers = [OutsideFault("teams_503")] * 2
    await courier.run_until_idle()
    world.clock.advance(timedelta(days=60))
    await courier.run_until_idle()
    assert row.state is RowState.PENDING
    world.clock.set(row.due_at)
    await courier.run_until_idle()
    assert carrier.sent == ["row"]


async def test_who_asks_to_come_back_later_is_never_given_up(
    world: World, courier: Courier, carrier: Carrier
) -> None:
    row = owe(world)
    carrier.answers = [Throttled("teams_429", retry_after=timedelta(minutes=1))] * 500
    for _ in range(500):
        await courier.run_until_idle()
        world.clock.set(row.due_at)
    assert row.due_at == NOW + timedelta(minutes=500)
    await courier.run_until_idle()
    assert carrier.sent == ["row"]


async def test_a_bug_in_one_row_is_tried_again_and_holds_up_no_other(
    world: World, courier: Courier, carrier: Carrier
) -> None:
    broken = owe(world, "broken", due_at=NOW - timedelta(seconds=1))
    owe(world, "sound", subject="request:2")
    carrier.answers = [KeyError("a bug")]
    await courier.run_until_idle()
    assert carrier.sent == ["sound"]
    assert (broken.state, broken.last_error) == (RowState.PENDING, "bug")


@pytest.mark.parametrize(
    ("repeatable", "state"), [(True, RowState.SENT), (False, RowState.SKIPPED)]
)
async def test_a_row_whose_sender_died_is_repeated_only_where_twice_does_no_harm(
    world: World, carrier: Carrier, repeatable: bool, state: RowState
) -> None:
    watch, queue = Watch(), FakeOutboxQueue(world.units)
    leases = Leases(queue, world.clock, monotonic=watch.monotonic)
    courier = Courier(queue, {Via.CHAT: carrier}, world.clock, leases=leases)
    row = owe(
        world,
        state=RowState.SENDING,
        lease_until=NOW - timedelta(days=1),
        lease_token="dead",
        repeatable=repeatable,
    )
    for _ in range(BEATS):
        await courier.run_until_idle()
        assert row.state is RowState.SENDING
        watch.now += LENGTH.total_seconds() / BEATS
    await courier.run_until_idle()
    assert row.state is state
    assert carrier.sent == (["row"] if repeatable else [])


async def test_a_courier_that_stops_takes_no_more_rows(
    world: World, courier: Courier, carrier: Carrier
) -> None:
    owe(world)
    await courier.drain()
    assert await courier.run_until_idle() == 0
    assert carrier.sent == []


def test_waits_double_up_to_a_quarter_of_an_hour() -> None:
    waits = [wait_before(attempts) for attempts in range(20)]
    assert timedelta(seconds=4) <= waits[0] <= timedelta(seconds=6)
    assert max(waits) <= timedelta(minutes=18)
    assert min(waits[10:]) >= timedelta(minutes=12)


@pytest.mark.parametrize(
    ("repeatable", "state"), [(True, RowState.PENDING), (False, RowState.SKIPPED)]
)
@pytest.mark.parametrize(
    "fault", [OutsideFault("graph_unanswered", perhaps_done=True), KeyError("a bug")]
)
async def test_what_may_have_gone_out_is_repeated_only_where_twice_does_no_harm(
    world: World,
    courier: Courier,
    carrier: Carrier,
    fault: Exception,
    repeatable: bool,
    state: RowState,
) -> None:
    row = owe(world, repeatable=repeatable)
    carrier.answers = [fault]
    await courier.run_until_idle()
    assert row.state is state
    assert carrier.failures == []


async def test_a_card_just_shown_is_not_shown_anew_for_what_it_tells_already(
    world: World, courier: Courier, carrier: Carrier
) -> None:
    due = [NOW - timedelta(seconds=seconds) for seconds in (5, 4, 3, 2, 1)]
    owe(world, "old card", via=Via.REFRESH, due_at=due[0])
    second = owe(world, "once is enough", via=Via.REFRESH, due_at=due[1])
    owe(world, "new card", due_at=due[2])
    third = owe(world, "told already", via=Via.REFRESH, due_at=due[3])
    owe(world, "somebody else's", via=Via.REFRESH, due_at=due[4], recipient_id="another")
    await courier.run_once()
    assert sorted(carrier.sent) == ["new card", "old card", "somebody else's"]
    assert [row.last_error for row in (second, third)] == ["shown_already"] * 2


async def test_a_card_that_did_not_go_out_leaves_the_old_one_to_be_shown_anew(
    world: World, courier: Courier, carrier: Carrier
) -> None:
    owe(world, "new card", due_at=NOW - timedelta(seconds=1))
    owe(world, "old card", via=Via.REFRESH)
    carrier.answers = [OutsideFault("teams_503")]
    await courier.run_once()
    assert carrier.sent == ["old card"]

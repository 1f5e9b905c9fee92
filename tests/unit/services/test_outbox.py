"""The courier: what is due is carried out once, what fails is tried again, nothing is lost."""

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.domain.errors import Gone, OutsideFault, Rejected, Throttled, Unreachable
from bot.domain.messages import OutboxRow, RowState, Via
from bot.services.outbox import GIVE_UP_AFTER, Courier, Postpone, Ready, Skip, wait_before
from tests.fakes.outbox_queue import FakeOutboxQueue
from tests.unit.services.world import NOW, World


class Carrier:
    """Does what the test says, and notes what it was told."""

    def __init__(self) -> None:
        self.answers: list[Skip | Postpone | Exception | None] = []
        self.sent: list[str] = []
        self.failures: list[tuple[str, bool]] = []

    async def prepare(self, row: OutboxRow) -> Ready | Skip | Postpone:
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Skip | Postpone):
            return answer

        async def send() -> str:
            if answer is not None:
                raise answer
            self.sent.append(row.row_id)
            return f"receipt of {row.row_id}"

        return Ready(send)

    async def failed(self, row: OutboxRow, error: str, *, final: bool) -> None:
        self.failures.append((error, final))


@pytest.fixture
def carrier() -> Carrier:
    return Carrier()


@pytest.fixture
def courier(world: World, carrier: Carrier) -> Courier:
    both = {Via.CHAT: carrier, Via.REFRESH: carrier}
    return Courier(FakeOutboxQueue(world.units), both, world.clock)


def owe(world: World, row_id: str = "row", **changed: object) -> OutboxRow:
    row = OutboxRow(
        row_id=row_id,
        via=Via.CHAT,
        kind="request.asked",
        subject="request:1",
        dedupe_key=row_id,
        due_at=NOW,
        created_at=NOW,
        recipient_id="somebody",
    )
    for name, value in changed.items():
        setattr(row, name, value)
    world.units.memory.outbox[row_id] = row
    return row


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


async def test_after_three_days_of_faults_it_is_given_up(
    world: World, courier: Courier, carrier: Carrier
) -> None:
    row = owe(world)
    carrier.answers = [OutsideFault("teams_503"), OutsideFault("teams_503")]
    await courier.run_until_idle()
    world.clock.advance(GIVE_UP_AFTER + timedelta(minutes=1))
    await courier.run_until_idle()
    assert row.state is RowState.DEAD
    assert carrier.failures[-1] == ("teams_503", True)


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
    world: World, courier: Courier, carrier: Carrier, repeatable: bool, state: RowState
) -> None:
    row = owe(
        world,
        state=RowState.SENDING,
        lease_until=NOW - timedelta(seconds=1),
        lease_token="dead",
        repeatable=repeatable,
    )
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


class Forgetful(FakeOutboxQueue):
    """Cannot be written to for a while."""

    away = False

    async def sent(self, row_id: str, token: str, at: datetime, receipt: str | None) -> None:
        if self.away:
            raise ConnectionError
        await super().sent(row_id, token, at, receipt)

    async def retry(self, row_id: str, token: str, due_at: datetime, error: str) -> None:
        if self.away:
            raise ConnectionError
        await super().retry(row_id, token, due_at, error)


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


class Slow(Carrier):
    """Does not end before it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.let = asyncio.Event()

    async def prepare(self, row: OutboxRow) -> Ready | Skip | Postpone:
        ready = await super().prepare(row)
        if row.kind == "slow":
            await self.let.wait()
        return ready


async def test_one_that_takes_long_holds_up_no_other_and_keeps_its_order(world: World) -> None:
    slow = Slow()
    courier = Courier(FakeOutboxQueue(world.units), {Via.CHAT: slow}, world.clock)
    owe(world, "slow", kind="slow", subject="session:1")
    owe(world, "quick")
    assert await courier.run_once() == 2
    assert slow.sent == ["quick"]
    owe(world, "after the slow one", subject="session:1")
    owe(world, "another")
    assert await courier.run_once() == 2
    assert slow.sent == ["quick", "another"]
    slow.let.set()
    await courier.drain()
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

"""The watch on the mailbox: one subscription kept alive; the delta finds what it missed."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.domain.errors import OutsideFault, Rejected, Throttled
from bot.domain.outlook import LONGEST_LIFE, Watch
from bot.services.outlook_hints import WATCH_ID
from bot.services.outlook_ports import Subscribed
from bot.services.outlook_watch import Addresses, OutlookWatch, addresses
from tests.fakes.graph import FakeGraph
from tests.unit.services.looking import asked, questions
from tests.unit.services.world import NOW, UNION_COORDINATOR, World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
URL = "https://bot.example/api/graph/notifications"


def watch(world: World) -> Watch:
    return world.units.memory.watches[WATCH_ID]


def window_ends(world: World) -> datetime:
    """Up to when the mailbox is looked at."""
    until = watch(world).window_ends_at
    assert until is not None
    return until


def another(world: World, url: str | None) -> OutlookWatch:
    return OutlookWatch(world.desk, world.graph, addresses(url), timedelta(hours=12))


async def until_quiet(world: World) -> None:
    for _ in range(5):
        await world.watch.run()


def test_where_graph_tells_us_things() -> None:
    lifecycle = "https://bot.example/api/graph/lifecycle"
    assert addresses("https://bot.example/") == Addresses(URL, lifecycle)
    assert addresses(None) is addresses("") is None


async def test_the_first_tick_subscribes_and_reconciles(world: World) -> None:
    assert await world.watch.run() == 2
    ((name, made),) = world.graph.subscriptions.items()
    kept = watch(world)
    assert (made.url, made.lifecycle_url) == (URL, "https://bot.example/api/graph/lifecycle")
    assert (kept.subscription_id, kept.client_state, kept.url) == (name, made.client_state, URL)
    assert len(made.client_state) >= 40
    assert kept.expires_at == made.until
    assert timedelta(days=6) < made.until - NOW <= LONGEST_LIFE
    assert kept.lease_until is None


async def test_nothing_is_asked_while_nothing_is_due(world: World) -> None:
    await until_quiet(world)
    before = list(world.graph.calls)
    world.clock.advance(11 * HOUR)
    assert await world.watch.run() == 0
    assert world.graph.calls == before


async def test_it_is_renewed_well_before_its_end(world: World) -> None:
    await until_quiet(world)
    ((name, made),) = world.graph.subscriptions.items()
    ends = made.until
    for _ in range(40):
        world.clock.advance(12 * HOUR)
        await world.watch.run()
        assert world.graph.subscriptions[name].until - world.clock.now() > 2 * DAY
    assert world.graph.subscriptions[name].until > ends
    assert world.graph.calls.count("subscribe") == 1


async def test_a_shorter_life_is_renewed_sooner(world: World) -> None:
    await until_quiet(world)
    watch(world).renew_at = world.clock.now()
    await world.watch.run()
    ends = watch(world).expires_at
    assert ends is not None
    left = ends - world.clock.now()
    assert watch(world).renew_at - world.clock.now() == left / 2


async def test_one_that_is_gone_is_made_again_with_another_word(world: World) -> None:
    await until_quiet(world)
    ((_, before),) = world.graph.subscriptions.items()
    world.graph.subscriptions.clear()
    reconciled = world.graph.calls.count("changes")
    world.clock.advance(HOUR)
    watch(world).renew_at = world.clock.now()
    await until_quiet(world)
    ((name, after),) = world.graph.subscriptions.items()
    assert after.client_state != before.client_state
    assert (watch(world).subscription_id, watch(world).client_state) == (name, after.client_state)
    assert world.graph.calls.count("changes") > reconciled  # what nobody told in between


class Slow(FakeGraph):
    """Takes a moment to subscribe."""

    async def subscribe(
        self, url: str, lifecycle_url: str, client_state: str, until: datetime
    ) -> Subscribed:
        await asyncio.sleep(0)
        return await super().subscribe(url, lifecycle_url, client_state, until)


async def test_five_workers_make_one() -> None:
    world = World(graph=Slow())
    others = [another(world, "https://bot.example") for _ in range(4)]
    await asyncio.gather(*(each.run() for each in (world.watch, *others)))
    assert world.graph.calls.count("subscribe") == 1
    assert world.graph.calls.count("changes") == 1


async def test_a_worker_that_died_over_it_is_followed(world: World) -> None:
    await until_quiet(world)
    watch(world).renew_at = world.clock.now()
    watch(world).lease_until = world.clock.now() + timedelta(minutes=5)
    assert await world.watch.run() == 0
    world.clock.advance(timedelta(minutes=6))
    assert await world.watch.run() == 1


@pytest.mark.parametrize(
    ("fault", "wait"),
    [
        (Throttled("graph_throttled", retry_after=timedelta(minutes=7)), timedelta(minutes=7)),
        (Throttled("graph_throttled", retry_after=HOUR), timedelta(minutes=15)),
        (Rejected("graph_rejected"), timedelta(seconds=6)),  # the web role is not there yet
        (OutsideFault("graph_unavailable"), timedelta(seconds=6)),
    ],
)
async def test_a_fault_is_tried_again_and_keeps_the_delta_from_nothing(
    world: World, fault: OutsideFault, wait: timedelta
) -> None:
    world.graph.fail(fault, operation="subscribe")
    assert await world.watch.run() == 1
    assert (watch(world).fault, watch(world).attempts) == (fault.code, 1)
    assert watch(world).reconciled_at == world.clock.now()
    assert await world.watch.run() == 0
    world.clock.advance(wait)
    await world.watch.run()
    assert len(world.graph.subscriptions) == 1
    assert (watch(world).fault, watch(world).attempts) == (None, 0)


async def test_an_answer_that_was_lost_leaves_one_subscription(world: World) -> None:
    world.graph.fail(OutsideFault("graph_unanswered"), operation="subscribe", after=True)
    await world.watch.run()
    world.clock.advance(HOUR)
    await world.watch.run()
    ((name, made),) = world.graph.subscriptions.items()
    assert (watch(world).subscription_id, watch(world).client_state) == (name, made.client_state)


async def test_another_address_is_subscribed_and_the_old_one_ended(world: World) -> None:
    await until_quiet(world)
    await another(world, "https://new.example").run()
    ((_, made),) = world.graph.subscriptions.items()
    assert made.url == "https://new.example/api/graph/notifications"
    assert watch(world).url == made.url


async def test_without_an_address_the_delta_alone_looks(world: World) -> None:
    alone = another(world, None)
    await alone.run()
    assert world.graph.calls == ["changes"]
    world.clock.advance(12 * HOUR)
    await alone.run()
    assert world.graph.calls == ["changes", "changes"]


async def test_an_address_that_was_taken_away_ends_the_subscription(world: World) -> None:
    await until_quiet(world)
    alone = another(world, None)
    await alone.run()
    assert world.graph.subscriptions == {}
    assert (watch(world).subscription_id, watch(world).client_state) == (None, "")


async def test_twice_a_day_the_delta_finds_what_nobody_told(world: World) -> None:
    session = await world.booked()
    await until_quiet(world)
    await world.settle()
    world.graph.by_hand_moved(
        session.event_id or "", (session.starts_at + HOUR, session.ends_at + HOUR)
    )
    await world.watch.run()
    await world.settle()
    assert questions(world) == []  # not yet
    world.clock.advance(12 * HOUR)
    await world.watch.run()
    await world.settle()
    assert asked(world, UNION_COORDINATOR) == ["outlook.moved"]
    before = watch(world).delta_link
    world.clock.advance(12 * HOUR)
    await world.watch.run()
    assert watch(world).delta_link == before


async def test_a_lost_link_looks_at_everything(world: World) -> None:
    session = await world.booked()
    await until_quiet(world)
    await world.settle()
    world.graph.by_hand_deleted(session.event_id or "")
    world.graph.changed.clear()
    world.graph.lost_links.add(watch(world).delta_link)
    world.clock.advance(12 * HOUR)
    await world.watch.run()
    await world.settle()
    assert asked(world, UNION_COORDINATOR) == ["outlook.deleted"]


async def test_the_days_looked_at_move_on_with_the_year(world: World) -> None:
    await until_quiet(world)
    first = until = window_ends(world)
    for _ in range(100):
        world.clock.advance(12 * HOUR)
        await world.watch.run()
        until = window_ends(world)
        assert until - world.clock.now() > 360 * DAY
    assert until > first


async def test_a_reconciliation_that_fails_is_made_up_for(world: World) -> None:
    await until_quiet(world)
    world.graph.fail(OutsideFault("graph_unavailable"), operation="changes", times=2)
    world.clock.advance(12 * HOUR)
    for _ in range(3):
        await world.watch.run()
        world.clock.advance(timedelta(minutes=1))
    reconciled = watch(world).reconciled_at
    assert reconciled is not None
    assert world.clock.now() - reconciled < timedelta(minutes=5)

"""What anybody may send to the web role: believed only with the right word, and only as a hint."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.outlook import Watch
from bot.services.outlook_hints import WATCH_ID, BadNews
from tests.unit.services.looking import asked
from tests.unit.services.world import UNION_COORDINATOR, World

HOUR = timedelta(hours=1)


@pytest.fixture
async def world() -> World:
    """With a watch that stands."""
    made = World()
    await made.watch.run()
    await made.watch.run()
    return made


def watch(world: World) -> Watch:
    return world.units.memory.watches[WATCH_ID]


def news(world: World, event_id: object = "event-1", **changed: Any) -> dict[str, Any]:
    return {
        "subscriptionId": watch(world).subscription_id,
        "clientState": watch(world).client_state,
        "changeType": "updated",
        "resource": f"Users/u/Events/{event_id}",
        "resourceData": {"id": event_id},
        **changed,
    }


def lifecycle(world: World, what: str, **changed: Any) -> dict[str, Any]:
    told = news(world, lifecycleEvent=what, **changed)
    del told["resourceData"]
    return told


def owed(world: World) -> list[str]:
    return [row.subject for row in world.owed("outlook.look")]


async def test_a_burst_of_news_is_one_look(world: World) -> None:
    for _ in range(5):
        assert await world.hints.told({"value": [news(world), news(world, "event-2")]}) == 2
        world.clock.advance(timedelta(seconds=1))
    assert owed(world) == ["event:event-1", "event:event-2"]
    (first, _) = world.owed("outlook.look")
    assert first.due_at >= world.clock.now()


async def test_news_after_a_look_is_looked_at_anew(world: World) -> None:
    await world.hints.told({"value": [news(world)]})
    await world.settle()
    assert owed(world) == []
    await world.hints.told({"value": [news(world)]})
    assert owed(world) == ["event:event-1"]


@pytest.mark.parametrize("word", ["", "not yours", None, 7, {"a": 1}, "é" * 43])
async def test_the_wrong_word_is_nothing_to_us(world: World, word: object) -> None:
    assert await world.hints.told({"value": [news(world, clientState=word)]}) == 0
    told = lifecycle(world, "subscriptionRemoved", clientState=word)
    assert await world.hints.told({"value": [told]}) == 0
    assert owed(world) == []
    assert watch(world).subscription_id is not None


async def test_one_wrong_word_among_right_ones(world: World) -> None:
    wrong = news(world, "event-2", clientState="x")
    assert await world.hints.told({"value": [wrong, news(world)]}) == 1
    assert owed(world) == ["event:event-1"]


async def test_before_there_is_a_watch_nothing_is_believed() -> None:
    world = World()
    told = {"clientState": "", "resourceData": {"id": "event-1"}}
    assert await world.hints.told({"value": [told]}) == 0


@pytest.mark.parametrize(
    "body",
    [None, [], "x", {}, {"value": {}}, {"value": ["x"]}, {"value": [[]]}, {"value": [{}] * 1001}],
)
async def test_what_graph_never_sends_is_refused(world: World, body: object) -> None:
    with pytest.raises(BadNews):
        await world.hints.told(body)


@pytest.mark.parametrize("event_id", [None, 7, "", "a b", "x" * 513, "\x00", ["a"]])
async def test_an_id_that_is_none_makes_no_row(world: World, event_id: object) -> None:
    assert await world.hints.told({"value": [news(world, event_id)]}) == 1
    assert owed(world) == []


async def test_reauthorization_renews_at_once(world: World) -> None:
    world.clock.advance(HOUR)
    before = watch(world).expires_at
    await world.hints.told({"value": [lifecycle(world, "reauthorizationRequired")]})
    await world.watch.run()
    assert world.graph.calls[-1] == "renew"
    assert before is not None
    assert watch(world).expires_at == before + HOUR


async def test_a_removed_subscription_is_made_again_and_what_it_missed_is_found(
    world: World,
) -> None:
    world.graph.subscriptions.clear()
    world.clock.advance(HOUR)
    await world.hints.told({"value": [lifecycle(world, "subscriptionRemoved")]})
    await world.watch.run()
    assert world.graph.calls[-2:] == ["subscribe", "changes"]
    assert watch(world).subscription_id in world.graph.subscriptions


async def test_the_end_of_a_former_one_is_nothing_to_us(world: World) -> None:
    told = lifecycle(world, "subscriptionRemoved", subscriptionId="former")
    await world.hints.told({"value": [told]})
    assert watch(world).subscription_id is not None


async def test_missed_news_is_made_up_for(world: World) -> None:
    session = await world.booked()
    await world.watch.run()
    world.graph.by_hand_moved(
        session.event_id or "", (session.starts_at + HOUR, session.ends_at + HOUR)
    )
    await world.hints.told({"value": [lifecycle(world, "missed")]})
    await world.watch.run()
    await world.settle()
    assert asked(world, UNION_COORDINATOR) == ["outlook.moved"]


async def test_what_is_said_that_we_do_not_know_changes_nothing(world: World) -> None:
    before = (watch(world).renew_at, watch(world).reconcile_at)
    assert await world.hints.told({"value": [lifecycle(world, "somethingNew")]}) == 1
    assert (watch(world).renew_at, watch(world).reconcile_at) == before

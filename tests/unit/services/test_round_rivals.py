"""Asking in order while others act: workers, coordinators, those who answer."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.people import Side
from bot.domain.roster import Standing
from tests.fakes.ranking import FakeRanking
from tests.unit.services.asking import (
    EMPLOYERS,
    UNIONS,
    asked,
    decline,
    in_order,
    make_ranking,
    make_world,
)
from tests.unit.services.world import (
    EMPLOYER_COORDINATOR,
    MANAGER,
    STEWARD,
    UNION_COORDINATOR,
    World,
)


@pytest.fixture
def ranking() -> FakeRanking:
    return make_ranking()


@pytest.fixture
def world(ranking: FakeRanking) -> World:
    return make_world(ranking)


class Rival(FakeRanking):
    """While Outlook is asked, somebody else acts."""

    meanwhile: list[Callable[[], Awaitable[object]]]

    async def next_best(self, *args: object, **named: object) -> object:  # type: ignore[override]
        found = await super().next_best(*args, **named)
        while self.meanwhile:
            await self.meanwhile.pop(0)()
        return found


async def test_somebody_leaves_the_roster_while_outlook_is_asked(
    world: World, ranking: FakeRanking
) -> None:
    """They get no offer; whoever comes after them does, the next time round."""
    request_id = await in_order(world)
    rival = Rival(ranking.units, UNIONS, EMPLOYERS)
    world.rounds._ranking = rival

    async def left() -> None:
        roster = world.units.memory.facilitators
        roster["union-2"] = replace(roster["union-2"], standing=Standing.PAUSED)
        rival.union = ("union-1", "union-3")

    rival.meanwhile = [left]
    await decline(world, "union-1")
    session_id = world.session_of(request_id).session_id
    assert not await world.rounds.advance(session_id)
    assert len(asked(world)) == 2
    assert await world.rounds.advance(session_id)
    assert asked(world)[2:] == [("union-3", "offered")]


async def test_rivals_of_the_worker(world: World, ranking: FakeRanking) -> None:
    """Between the ranking and the offer: another worker, a stop, a coordinator's own choice."""
    request_id = await in_order(world)
    session_id = world.session_of(request_id).session_id
    rival = Rival(ranking.units, UNIONS, EMPLOYERS)
    world.rounds._ranking = rival
    await decline(world, "union-1")

    async def chosen() -> None:
        await world.staffing.replace(UNION_COORDINATOR, request_id, Side.UNION, "union-3")

    rival.meanwhile = [chosen]
    assert not await world.rounds.advance(session_id)
    assert asked(world)[-1] == ("union-3", "offered")

    await decline(world, "union-3")

    async def stopped() -> None:
        await world.rounds.stop(UNION_COORDINATOR, request_id)

    rival.meanwhile = [stopped]
    assert not await world.rounds.advance(session_id)
    assert asked(world)[-1] == ("union-3", "declined")


async def test_the_partner_changed_while_outlook_was_asked(
    world: World, ranking: FakeRanking
) -> None:
    """What was found fits somebody who has just said no: it is looked at anew."""
    request_id = await in_order(world)
    session_id = world.session_of(request_id).session_id
    rival = Rival(ranking.units, UNIONS, EMPLOYERS)
    world.rounds._ranking = rival
    await decline(world, "union-1")

    async def partner() -> None:
        await decline(world, "employer-1")

    rival.meanwhile = [partner]
    await world.rounds.advance(session_id)
    await world.upkeep.run()
    assert asked(world)[2:] == [("union-2", "offered"), ("employer-2", "offered")]


async def test_two_coordinators_at_once_ask_one_pair(world: World, ranking: FakeRanking) -> None:
    request_id = await world.approved()
    await decline(world, "union-1")
    rival = Rival(ranking.units, UNIONS, EMPLOYERS)
    world.rounds._ranking = rival

    async def other() -> None:
        await world.rounds.start(EMPLOYER_COORDINATOR, request_id)

    rival.meanwhile = [other]
    view = await world.rounds.start(UNION_COORDINATOR, request_id)
    assert view.asking is not None
    assert view.asking.started_by.person_id == EMPLOYER_COORDINATOR
    assert asked(world)[2:] == [("union-2", "offered")]


async def test_a_session_that_moved_while_outlook_was_asked(
    world: World, ranking: FakeRanking
) -> None:
    request_id = await in_order(world)
    session = world.session_of(request_id)
    rival = Rival(ranking.units, UNIONS, EMPLOYERS)
    world.rounds._ranking = rival
    await decline(world, "union-1")

    async def moved() -> None:
        later = session.starts_at + timedelta(days=7)
        await world.steering.reschedule(UNION_COORDINATOR, session.session_id, later)

    rival.meanwhile = [moved]
    assert not await world.rounds.advance(session.session_id)
    assert await world.rounds.advance(session.session_id)
    assert asked(world)[-1] == ("union-2", "offered")


async def test_the_next_one_was_asked_for_another_session_meanwhile(
    world: World, ranking: FakeRanking
) -> None:
    """Nobody is asked for two sessions at one time: the ranking is made anew."""
    request_id = await in_order(world)
    session_id = world.session_of(request_id).session_id
    rival = Rival(ranking.units, UNIONS, EMPLOYERS)
    world.rounds._ranking = rival
    await decline(world, "union-1")

    async def elsewhere() -> None:
        view = await world.requests.submit(MANAGER, world.form("form-2", team="Another"))
        await world.agreements.agree(STEWARD, view.request.request_id)
        pair = {Side.UNION: "union-2", Side.EMPLOYER: "employer-2"}
        starts_at = view.request.preferred_at[0]
        await world.staffing.approve(EMPLOYER_COORDINATOR, view.request.request_id, starts_at, pair)

    rival.meanwhile = [elsewhere]
    assert not await world.rounds.advance(session_id)
    rival.union = ("union-1", "union-3")
    assert await world.rounds.advance(session_id)
    assert asked(world)[-1] == ("union-3", "offered")

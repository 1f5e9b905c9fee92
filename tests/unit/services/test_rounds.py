"""Asking in order: who is asked after a no, a silence or a withdrawal, and how it ends."""

from datetime import timedelta

import pytest

from bot.domain.errors import MovedOn, NotFound
from bot.domain.people import Side
from bot.domain.rounds import MOVES, Round, RoundStatus, move
from bot.domain.sessions import AssignmentStatus, SessionStatus
from tests.fakes.ranking import FakeRanking
from tests.unit.services.asking import (
    EMPLOYERS,
    accept,
    asked,
    decline,
    in_order,
    make_ranking,
    make_world,
    of,
    the_round,
)
from tests.unit.services.world import (
    EMPLOYER_COORDINATOR,
    MANAGER,
    NOW,
    STEWARD,
    UNION_COORDINATOR,
    World,
)

COORDINATORS = (UNION_COORDINATOR, EMPLOYER_COORDINATOR)


@pytest.fixture
def ranking() -> FakeRanking:
    return make_ranking()


@pytest.fixture
def world(ranking: FakeRanking) -> World:
    return make_world(ranking)


@pytest.mark.parametrize("before", RoundStatus)
@pytest.mark.parametrize("after", RoundStatus)
def test_every_pair_of_moves(before: RoundStatus, after: RoundStatus) -> None:
    asking = Round("s-1", "c-1", NOW, before)
    if after in MOVES[before]:
        move(asking, after)
        assert (asking.status, asking.version) == (after, 2)
        return
    with pytest.raises(MovedOn) as refused:
        move(asking, after)
    assert refused.value.code == "round_moved_on"
    assert (asking.status, asking.version) == (before, 1)


async def test_a_no_asks_the_next_best_and_bothers_no_coordinator(world: World) -> None:
    request_id = await in_order(world)
    await accept(world, "employer-1")
    await decline(world, "union-1")
    await world.upkeep.run()
    assert asked(world) == [
        ("union-1", "declined"),
        ("employer-1", "accepted"),
        ("union-2", "offered"),
    ]
    await world.settle()
    assert world.told("union-2") == ["assignment.offered"]
    for who in COORDINATORS:
        assert "request.lead_declined" not in world.told(who)
    await accept(world, "union-2")
    assert the_round(world).status is RoundStatus.SETTLED
    assert world.session_of(request_id).status is SessionStatus.BOOKING
    assert await world.upkeep.run() == 0


async def test_silence_asks_the_next_best(world: World) -> None:
    await in_order(world)
    until = world.units.memory.assignments[of(world, "union-1")].answer_by
    await accept(world, "employer-1")
    await world.at(until)
    assert asked(world)[-1] == ("union-2", "offered")
    assert "request.lead_expired" not in world.told(UNION_COORDINATOR)


async def test_both_say_no_and_the_next_pair_is_asked(world: World) -> None:
    await in_order(world)
    await decline(world, "union-1")
    await decline(world, "employer-1")
    await world.upkeep.run()
    assert asked(world)[2:] == [("union-2", "offered"), ("employer-2", "offered")]


async def test_nobody_is_asked_twice_and_the_coordinators_are_told_once(world: World) -> None:
    await in_order(world)
    for number in (1, 2, 3):
        await decline(world, f"union-{number}")
        await world.upkeep.run()
    await world.upkeep.run()
    await world.settle()
    assert the_round(world).status is RoundStatus.EXHAUSTED
    assert len({person for person, _ in asked(world)}) == len(asked(world)) == 4
    for who in COORDINATORS:
        assert world.told(who).count("request.round_exhausted") == 1
    view = await world.triage.view(UNION_COORDINATOR, "EC-2027-0001")
    assert {"replace", "ask_in_order"} <= view.may
    assert "stop_round" not in view.may


async def test_which_side_has_nobody_is_told(world: World, ranking: FakeRanking) -> None:
    """One, by its name; the busy are nobody; where it is both, both."""
    await in_order(world)
    ranking.employer = ()
    await decline(world, "employer-1")
    await decline(world, "union-1")
    await world.upkeep.run()
    told = [row.args for row in world.owed("request.round_exhausted")]
    assert told == [{"side": "employer"}] * len(COORDINATORS)
    await world.settle()
    ranking.employer, ranking.busy = EMPLOYERS, {"union-2", "union-3"}
    request_id = world.units.memory.sessions[the_round(world).session_id].request_id
    await world.rounds.start(UNION_COORDINATOR, request_id)
    told = [row.args for row in world.owed("request.round_exhausted")]
    assert told == [{"side": "union"}] * len(COORDINATORS)
    await world.settle()
    ranking.busy |= set(EMPLOYERS)
    await world.rounds.start(UNION_COORDINATOR, request_id)
    told = [row.args for row in world.owed("request.round_exhausted")]
    assert told == [{"which": "both"}] * len(COORDINATORS)


async def test_whom_the_bot_asks_at_night_reads_it_in_the_morning(world: World) -> None:
    """A no in the evening in Vancouver is night in Ottawa."""
    await in_order(world)
    evening = world.clock.now().replace(hour=3) + timedelta(days=1)  # 10 pm in Ottawa
    world.clock.set(evening)
    await decline(world, "union-1")
    await world.upkeep.run()
    assert asked(world)[-1] == ("union-2", "offered")
    await world.settle()
    assert world.told("union-2") == []
    morning = evening.replace(hour=13, minute=0, second=0)
    assert world.units.memory.assignments[of(world, "union-2")].answer_by == morning + timedelta(2)
    await world.at(morning)
    assert world.told("union-2") == ["assignment.offered"]


async def test_the_busy_are_passed_over(world: World, ranking: FakeRanking) -> None:
    ranking.busy = {"union-2"}
    await in_order(world)
    await decline(world, "union-1")
    await world.upkeep.run()
    assert asked(world)[-1] == ("union-3", "offered")


async def test_a_withdrawal_goes_on_while_the_other_side_is_asked(world: World) -> None:
    await in_order(world)
    await accept(world, "union-1")
    await world.assignments.withdraw("union-1", of(world, "union-1"), "Ill")
    await world.settle()
    await world.upkeep.run()
    assert asked(world)[-1] == ("union-2", "offered")
    assert "request.lead_withdrawn_running" in world.told(UNION_COORDINATOR)


async def test_a_late_withdrawal_says_so_while_the_bot_asks(world: World) -> None:
    request_id = await in_order(world)
    session = world.session_of(request_id)
    await accept(world, "union-1")
    world.units.memory.assignments[of(world, "employer-1")].answer_by = session.starts_at
    await world.at(session.starts_at - timedelta(days=1))
    await world.assignments.withdraw("union-1", of(world, "union-1"), "Ill")
    await world.settle()
    assert world.told(UNION_COORDINATOR)[-1] == "request.lead_withdrawn_late"


async def test_after_a_settled_one_a_coordinator_agrees_anew(world: World) -> None:
    request_id = await in_order(world)
    await accept(world, "employer-1")
    await accept(world, "union-1")
    await world.settle()
    await world.assignments.withdraw("union-1", of(world, "union-1"), "Ill")
    assert await world.upkeep.run() == 0
    view = await world.rounds.start(EMPLOYER_COORDINATOR, request_id)
    assert view.asking is not None
    assert (view.asking.status, view.asking.started_by.person_id) == (
        RoundStatus.RUNNING,
        EMPLOYER_COORDINATOR,
    )
    assert asked(world)[-1] == ("union-2", "offered")
    await accept(world, "union-2")
    assert the_round(world).status is RoundStatus.SETTLED
    assert (await world.session(request_id)).status is SessionStatus.BOOKED


async def test_stopped_nobody_else_is_asked(world: World) -> None:
    request_id = await in_order(world)
    for _ in range(2):
        view = await world.rounds.stop(EMPLOYER_COORDINATOR, request_id)
        assert "ask_in_order" in view.may
    await decline(world, "union-1")
    assert await world.upkeep.run() == 0
    await world.settle()
    assert world.told(UNION_COORDINATOR)[-1] == "request.lead_declined"
    assert asked(world)[1] == ("employer-1", "offered")
    for _ in range(2):
        await world.rounds.start(UNION_COORDINATOR, request_id)
    assert asked(world)[2:] == [("union-2", "offered")]


async def test_started_while_both_are_asked_it_waits_for_their_answers(world: World) -> None:
    request_id = await world.approved()
    await world.rounds.start(UNION_COORDINATOR, request_id)
    assert len(asked(world)) == 2
    await decline(world, "employer-1")
    await world.upkeep.run()
    assert asked(world)[-1] == ("employer-2", "offered")


async def test_accepting_while_somebody_stops_it(world: World) -> None:
    """Whoever comes second finds how it stands; the session is booked in either order."""
    request_id = await in_order(world)
    await accept(world, "union-1")
    await world.rounds.stop(UNION_COORDINATOR, request_id)
    await accept(world, "employer-1")
    assert the_round(world).status is RoundStatus.STOPPED
    assert world.session_of(request_id).status is SessionStatus.BOOKING
    with pytest.raises(MovedOn) as refused:
        await world.rounds.start(UNION_COORDINATOR, request_id)
    assert refused.value.code == "request_moved_on"


async def test_stopping_what_is_settled(world: World) -> None:
    request_id = await in_order(world)
    await accept(world, "union-1")
    await accept(world, "employer-1")
    with pytest.raises(MovedOn) as refused:
        await world.rounds.stop(UNION_COORDINATOR, request_id)
    assert refused.value.code == "round_moved_on"


async def test_choosing_while_it_runs_takes_the_open_offer_back(world: World) -> None:
    request_id = await in_order(world)
    seen = of(world, "union-1")
    await world.staffing.replace(
        UNION_COORDINATOR, request_id, Side.UNION, "union-3", instead_of=seen
    )
    assert asked(world) == [
        ("union-1", "withdrawn"),
        ("employer-1", "offered"),
        ("union-3", "offered"),
    ]
    await world.settle()
    assert world.told("union-1")[-1] == "assignment.taken_back"
    assert not [r for r in world.owed("reminder.offer") if r.recipient_id == "union-1"]
    view = await world.assignments.view("union-1", seen)
    assert (view.may, view.assignment.stepped_back) == (frozenset(), False)
    # The other coordinator, who saw the same card, comes second.
    with pytest.raises(MovedOn) as refused:
        await world.staffing.replace(
            EMPLOYER_COORDINATOR, request_id, Side.UNION, "union-2", instead_of=seen
        )
    assert refused.value.code == "side_asked_already"
    await decline(world, "union-3")
    await world.upkeep.run()
    assert asked(world)[-1] == ("union-2", "offered")


async def test_an_accepted_one_is_never_taken_back(world: World) -> None:
    request_id = await in_order(world)
    seen = of(world, "union-1")
    await accept(world, "union-1")
    with pytest.raises(MovedOn):
        await world.staffing.replace(
            UNION_COORDINATOR, request_id, Side.UNION, "union-3", instead_of=seen
        )
    assert asked(world)[0] == ("union-1", "accepted")


async def test_it_ends_with_its_session(world: World) -> None:
    request_id = await in_order(world)
    session = world.session_of(request_id)
    await world.steering.cancel(UNION_COORDINATOR, session.session_id, "A storm")
    assert the_round(world).status is RoundStatus.STOPPED
    assert await world.upkeep.run() == 0
    for wanted in (
        world.rounds.start(UNION_COORDINATOR, request_id),
        world.rounds.stop(UNION_COORDINATOR, request_id),
    ):
        with pytest.raises(MovedOn):
            await wanted
    assert not await world.rounds.advance(session.session_id)
    assert not await world.rounds.advance("nothing")


async def test_only_coordinators_of_the_region(world: World) -> None:
    request_id = await in_order(world)
    for who in (MANAGER, STEWARD, "union-1", "nobody"):
        for wanted in (world.rounds.start(who, request_id), world.rounds.stop(who, request_id)):
            with pytest.raises(NotFound):
                await wanted
    view = await world.requests.view(MANAGER, request_id)
    assert view.asking is None
    assert not {"stop_round", "ask_in_order"} & view.may


async def test_without_a_session_there_is_nobody_to_ask(world: World) -> None:
    view = await world.requests.submit(MANAGER, world.form())
    for wanted in (
        world.rounds.start(UNION_COORDINATOR, view.request.request_id),
        world.rounds.stop(UNION_COORDINATOR, view.request.request_id),
    ):
        with pytest.raises(MovedOn):
            await wanted


async def test_a_round_never_begun_cannot_be_stopped(world: World) -> None:
    request_id = await world.approved()
    with pytest.raises(MovedOn) as refused:
        await world.rounds.stop(UNION_COORDINATOR, request_id)
    assert refused.value.code == "request_moved_on"


async def test_nobody_to_begin_with(world: World, ranking: FakeRanking) -> None:
    request_id = await world.approved()
    ranking.union = ()
    await decline(world, "union-1")
    view = await world.rounds.start(UNION_COORDINATOR, request_id)
    assert view.asking is not None
    assert view.asking.status is RoundStatus.EXHAUSTED
    assert {s for p, s in asked(world) if p.startswith("union")} == {AssignmentStatus.DECLINED}

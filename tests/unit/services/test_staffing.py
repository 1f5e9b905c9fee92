"""Staffing: who qualifies, how they are placed, what approving and replacing refuse."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.errors import MovedOn, NotFound, OutsideFault, Refusal
from bot.domain.people import Side
from bot.domain.requests import Request, RequestStatus
from bot.domain.roster import Facilitator, Standing
from bot.services.candidates import Candidates
from bot.services.ports import Availability
from bot.services.qualifying import Asked, qualifies
from tests.unit.services.world import (
    EMPLOYER_COORDINATOR,
    EMPLOYER_LEADS,
    MANAGER,
    ORGANIZATION,
    REGION,
    STEWARD,
    UNION_COORDINATOR,
    UNION_LEADS,
    World,
)

PAIR = {Side.UNION: UNION_LEADS[0], Side.EMPLOYER: EMPLOYER_LEADS[0]}


async def agreed(world: World, form_id: str = "form-1", **changed: object) -> Request:
    view = await world.requests.submit(MANAGER, world.form(form_id, **changed))
    await world.agreements.agree(STEWARD, view.request.request_id)
    return view.request


async def found(world: World, request: Request) -> Candidates:
    return await world.staffing.candidates(
        UNION_COORDINATOR, request.request_id, request.preferred_at[0]
    )


def names(candidates: Candidates, side: Side) -> list[str]:
    return [c.person.person_id for c in candidates.of(side)]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, True),
        ({"standing": Standing.PAUSED}, False),
        ({"topics": ("anti-racism",)}, False),
        ({"languages": ("fr",)}, False),
        ({"organization": ORGANIZATION}, True),
        ({"organization": ORGANIZATION, "team": "PAYROLL"}, False),
        ({"organization": "2300", "team": "Payroll"}, True),
        ({"person_id": MANAGER}, False),
        ({"person_id": STEWARD}, False),
        ({"person_id": "seated"}, False),
        ({"region": "pacific"}, True),
    ],
)
async def test_who_qualifies(world: World, changed: dict[str, object], *, expected: bool) -> None:
    request = await agreed(world)
    somebody = Facilitator("a", Side.UNION, ("en", "fr"), REGION, ("mental-health",), "2300")
    asked = replace(somebody, **changed)
    assert qualifies(asked, request, Asked(seated=frozenset({"seated"}))) is expected


async def test_the_best_placed_come_first(world: World) -> None:
    """Free before unknown before busy before engaged; then load, then region."""
    request = await agreed(world)
    roster = world.units.memory.facilitators
    for number, region in ((3, REGION), (4, "pacific"), (5, REGION)):
        person_id = world.meet(f"union-{number}")
        roster[person_id] = replace(roster[UNION_LEADS[0]], person_id=person_id, region=region)
    start, end = request.preferred_at[0], request.preferred_at[0] + timedelta(hours=1)
    world.graph.busy.append(("union-1@example.org", start, end))
    world.graph.people = [p for p in world.graph.people if p.mail != "union-2@example.org"]
    await approve(world, await agreed(world, "form-2"), {Side.UNION: "union-3"})
    candidates = await found(world, request)
    assert names(candidates, Side.UNION) == ["union-5", "union-4", "union-2", "union-1", "union-3"]
    states = [(c.availability, c.engaged) for c in candidates.of(Side.UNION)]
    assert states == [
        (Availability.FREE, False),
        (Availability.FREE, False),
        (Availability.UNKNOWN, False),
        (Availability.BUSY, False),
        (Availability.FREE, True),
    ]


async def approve(
    world: World, request: Request, pair: dict[Side, str] | None = None, by: str = UNION_COORDINATOR
) -> None:
    await world.staffing.approve(
        by, request.request_id, request.preferred_at[0], {**PAIR, **(pair or {})}
    )


async def test_without_outlook_everybody_is_still_there(world: World) -> None:
    request = await agreed(world)
    world.graph.fail(OutsideFault("graph_unavailable"), operation="availability")
    candidates = await found(world, request)
    assert not candidates.calendars_answered
    assert sorted(names(candidates, Side.UNION)) == sorted(UNION_LEADS)
    assert {c.availability for c in candidates.people} == {Availability.UNKNOWN}


async def test_nobody_s_mail_is_asked_for_twice_or_for_nobody(world: World) -> None:
    request = await agreed(world)
    world.units.memory.facilitators.clear()
    candidates = await found(world, request)
    assert candidates.people == ()
    assert candidates.calendars_answered
    assert "availability" not in world.graph.calls


async def test_only_coordinators_are_told_who_could(world: World) -> None:
    request = await agreed(world)
    for who in (MANAGER, STEWARD, UNION_LEADS[0]):
        with pytest.raises(NotFound):
            await world.staffing.candidates(who, request.request_id, request.preferred_at[0])


async def test_approving_offers_both_sides(world: World) -> None:
    request = await agreed(world)
    await approve(world, request)
    session = world.session_of(request.request_id)
    assert (session.starts_at, session.zone) == (request.preferred_at[0], request.zone)
    asked = [
        a for a in world.units.memory.assignments.values() if a.session_id == session.session_id
    ]
    assert {a.side: a.person_id for a in asked} == PAIR
    assert {a.answer_by for a in asked} == {world.clock.now() + world.rules.assignment_offer}


async def test_an_offer_never_outlives_the_start(world: World) -> None:
    request = await agreed(world)
    world.clock.set(request.preferred_at[0] - timedelta(hours=3))
    await approve(world, request)
    session = world.session_of(request.request_id)
    until = {a.answer_by for a in world.units.memory.assignments.values()}
    # It is six in the morning: a quarter of the hour from eight on.
    assert until == {session.starts_at - timedelta(minutes=45)}
    assert max(until) < session.starts_at


async def test_the_second_of_two_is_told_that_it_moved_on(world: World) -> None:
    """With the same pair or another one: never that the pair does not qualify."""
    request = await agreed(world)
    await approve(world, request)
    for pair in (PAIR, {Side.UNION: UNION_LEADS[1], Side.EMPLOYER: EMPLOYER_LEADS[1]}):
        with pytest.raises(MovedOn) as refused:
            await approve(world, request, pair, by=EMPLOYER_COORDINATOR)
        assert refused.value.code == "request_moved_on"
    assert len(world.units.memory.sessions) == 1


@pytest.mark.parametrize(
    ("pair", "code", "field"),
    [
        ({Side.UNION: UNION_LEADS[0]}, "pair_incomplete", None),
        ({}, "pair_incomplete", None),
        ({**PAIR, Side.UNION: EMPLOYER_LEADS[1]}, "facilitator_unqualified", "union"),
        ({**PAIR, Side.EMPLOYER: "nobody"}, "facilitator_unqualified", "employer"),
        ({**PAIR, Side.EMPLOYER: MANAGER}, "facilitator_unqualified", "employer"),
    ],
)
async def test_pairs_that_cannot_be(
    world: World, pair: dict[Side, str], code: str, field: str | None
) -> None:
    request = await agreed(world)
    with pytest.raises(Refusal) as refused:
        await world.staffing.approve(
            UNION_COORDINATOR, request.request_id, request.preferred_at[0], pair
        )
    assert (refused.value.code, refused.value.field) == (code, field)
    assert world.units.memory.requests[request.request_id].status is RequestStatus.AGREED
    assert not world.units.memory.sessions


@pytest.mark.parametrize(
    ("starts_at", "code"),
    [
        (datetime(2027, 1, 11, 14, 30, tzinfo=UTC), "session_in_past"),
        (datetime(2027, 1, 8, 14, 0, tzinfo=UTC), "date_past"),
        (datetime(2027, 2, 20, 14, 0, tzinfo=UTC), "date_weekend"),
        (datetime(2027, 5, 24, 13, 0, tzinfo=UTC), "date_holiday"),
        (datetime(2027, 2, 17, 2, 0, tzinfo=UTC), "date_outside_hours"),
        (datetime(2027, 2, 17, 20, 0, tzinfo=UTC), "date_outside_hours"),
        (datetime(2029, 2, 16, 14, 0, tzinfo=UTC), "date_too_far"),
    ],
)
async def test_times_that_cannot_be(world: World, starts_at: datetime, code: str) -> None:
    request = await agreed(world)
    with pytest.raises(Refusal) as refused:
        await world.staffing.approve(UNION_COORDINATOR, request.request_id, starts_at, PAIR)
    assert refused.value.code == code


async def test_approving_answers_an_open_question(world: World) -> None:
    request = await agreed(world)
    await world.triage.ask(UNION_COORDINATOR, request.request_id, "How many?")
    await approve(world, request)
    kept = world.units.memory.requests[request.request_id]
    assert (kept.status, kept.question) == (RequestStatus.APPROVED, "")


async def decline(world: World, person_id: str) -> None:
    (offer,) = await world.assignments.mine(person_id)
    await world.assignments.decline(person_id, offer.assignment.assignment_id)


async def test_replacing_asks_only_those_who_were_not_asked(world: World) -> None:
    request = await agreed(world)
    await approve(world, request)
    await decline(world, UNION_LEADS[0])
    assert names(await found(world, request), Side.UNION) == [UNION_LEADS[1]]
    with pytest.raises(Refusal) as refused:
        await world.staffing.replace(
            UNION_COORDINATOR, request.request_id, Side.UNION, UNION_LEADS[0]
        )
    assert refused.value.code == "facilitator_unqualified"
    view = await world.staffing.replace(
        UNION_COORDINATOR, request.request_id, Side.UNION, UNION_LEADS[1]
    )
    assert "replace" not in view.may
    with pytest.raises(MovedOn) as late:
        await world.staffing.replace(
            EMPLOYER_COORDINATOR, request.request_id, Side.UNION, UNION_LEADS[1]
        )
    assert late.value.code == "side_asked_already"


async def test_replacing_needs_a_planned_session(world: World) -> None:
    request = await agreed(world)
    with pytest.raises(MovedOn):
        await world.staffing.replace(
            UNION_COORDINATOR, request.request_id, Side.UNION, UNION_LEADS[1]
        )


async def test_the_leads_at_another_time(world: World) -> None:
    """Another session counts, this one's own old time does not; declined ones are left out."""
    other = await agreed(world, "form-0", preferred=(datetime(2027, 2, 17, 9, 0),))  # noqa: DTZ001
    await approve(world, other)
    request = await agreed(world)
    await approve(world, request, {Side.EMPLOYER: EMPLOYER_LEADS[1]})
    session = world.session_of(request.request_id)
    near = await world.staffing.leads_at(
        UNION_COORDINATOR, session.session_id, session.starts_at + timedelta(hours=1)
    )
    assert [(p.lead.side, p.engaged) for p in near.leads] == [
        (Side.UNION, False),
        (Side.EMPLOYER, False),
    ]
    clash = await world.staffing.leads_at(
        UNION_COORDINATOR, session.session_id, session.starts_at + timedelta(days=1)
    )
    assert [(p.lead.side, p.engaged) for p in clash.leads] == [
        (Side.UNION, True),
        (Side.EMPLOYER, False),
    ]
    with pytest.raises(NotFound):
        await world.staffing.leads_at(MANAGER, session.session_id, session.starts_at)

"""Pairing: the best pairs for a request, and a plan for all open requests of a region."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.domain.errors import NotFound, OutsideFault, Refusal
from bot.domain.people import Side
from bot.domain.requests import Request, RequestStatus
from bot.domain.roster import Absence, Standing, Wish
from bot.matching.matcher import HighsMatcher
from bot.services.pairing import PairingService
from bot.services.pairing_calendars import ASKED
from bot.services.pairing_views import Pairs, PairView, PlanChoice
from bot.services.ports import Availability
from tests.unit.services.world import (
    EMPLOYER_LEADS,
    MANAGER,
    NOW,
    REGION,
    STEWARD,
    UNION_COORDINATOR,
    UNION_LEADS,
    World,
)

OTHER_DAY = datetime(2027, 2, 17, 9, 0)  # noqa: DTZ001  # what somebody types: a local time


class NotedCalendars:
    """Outlook, and who was asked about."""

    def __init__(self, world: World) -> None:
        self._graph = world.graph
        self.asked: list[list[str]] = []
        world.pairing = PairingService(world.desk, self, HighsMatcher(), world.staffing)

    async def availability(
        self, mailboxes: Sequence[str], starts_at: datetime, ends_at: datetime
    ) -> Mapping[str, Availability]:
        self.asked.append(list(mailboxes))
        return await self._graph.availability(mailboxes, starts_at, ends_at)


async def agreed(world: World, form_id: str = "form-1", **changed: object) -> Request:
    view = await world.requests.submit(MANAGER, world.form(form_id, **changed))
    await world.agreements.agree(STEWARD, view.request.request_id)
    return view.request


async def best(world: World, request: Request, **changed: object) -> Pairs:
    asked = {"limit": 5, **changed}
    return await world.pairing.best(
        UNION_COORDINATOR, request.request_id, request.preferred_at[0], **asked
    )


def ids(pairs: Sequence[PairView]) -> list[tuple[str, str]]:
    return [(p.union.person.person_id, p.employer.person.person_id) for p in pairs]


def join(world: World, person_id: str, like: str = UNION_LEADS[0], **changed: object) -> str:
    """Put somebody on the roster."""
    world.meet(person_id)
    roster = world.units.memory.facilitators
    roster[person_id] = replace(roster[like], person_id=person_id, **changed)
    return person_id


def change(world: World, person_id: str, **changed: object) -> None:
    roster = world.units.memory.facilitators
    roster[person_id] = replace(roster[person_id], **changed)


def absent(world: World, person_id: str, on: date) -> None:
    absence = Absence(f"absence-{person_id}", person_id, on, on, "America/Toronto", NOW)
    world.units.memory.absences[absence.absence_id] = absence


def busy(world: World, person_id: str, at: datetime) -> None:
    world.graph.busy.append((f"{person_id}@example.org", at, at + timedelta(hours=1)))


async def approve(world: World, request: Request, union: str, employer: str) -> None:
    pair = {Side.UNION: union, Side.EMPLOYER: employer}
    await world.staffing.approve(
        UNION_COORDINATOR, request.request_id, request.preferred_at[0], pair
    )


async def test_all_pairs_of_two_and_two_with_their_reasons(world: World) -> None:
    request = await agreed(world)
    found = await best(world, request)
    assert ids(found.pairs) == [(u, e) for u in UNION_LEADS for e in EMPLOYER_LEADS]
    assert found.calendars_answered
    assert found.proposable == {Side.UNION: 2, Side.EMPLOYER: 2}
    first = found.pairs[0]
    assert first.ids == {Side.UNION: UNION_LEADS[0], Side.EMPLOYER: EMPLOYER_LEADS[0]}
    assert [r.key for r in first.union.reasons] == [
        "load", "led", "availability.free", "region.same",
    ]  # fmt: skip
    assert [r.key for r in first.reasons] == ["together.never", "experience.both_new"]
    assert first.cost == 600
    assert not first.union.standing


async def test_only_those_who_steer_the_region_are_told(world: World) -> None:
    request = await agreed(world)
    for who in (MANAGER, STEWARD, UNION_LEADS[0]):
        with pytest.raises(NotFound):
            await world.pairing.best(who, request.request_id, request.preferred_at[0])
        with pytest.raises(NotFound):
            await world.pairing.plan_region(who, REGION)
    assert (await best(world, request)).pairs


async def test_the_busy_come_last_and_the_unreadable_before_them(world: World) -> None:
    request = await agreed(world)
    join(world, "union-3")
    busy(world, "union-1", request.preferred_at[0])
    world.graph.people = [p for p in world.graph.people if p.person_id != "union-2"]
    found = await best(world, request, limit=6)
    assert [u for u, _ in ids(found.pairs)] == ["union-3"] * 2 + ["union-2"] * 2 + ["union-1"] * 2


async def test_without_outlook_there_are_pairs_all_the_same(world: World) -> None:
    request = await agreed(world)
    world.graph.fail(OutsideFault("graph_unavailable"), operation="availability")
    found = await best(world, request)
    assert not found.calendars_answered
    assert {p.union.availability for p in found.pairs} == {Availability.UNKNOWN}
    assert len(found.pairs) == 4


async def test_outlook_is_asked_once_and_only_of_the_best_placed(world: World) -> None:
    calendars = NotedCalendars(world)
    for number in range(60):
        join(world, f"union-9{number:02}", region="pacific")
    request = await agreed(world)
    found = await best(world, request)
    (asked,) = calendars.asked
    assert len(asked) == ASKED + len(EMPLOYER_LEADS)
    assert {f"{lead}@example.org" for lead in UNION_LEADS} <= set(asked)
    assert found.proposable == {Side.UNION: 62, Side.EMPLOYER: 2}


async def test_nobody_engaged_absent_or_with_a_full_month_is_proposed(world: World) -> None:
    request = await agreed(world)
    at = request.preferred_at[0]
    for name in ("union-engaged", "union-absent", "union-full", "union-paused"):
        join(world, name)
    change(world, "union-paused", standing=Standing.PAUSED)
    absent(world, "union-absent", at.date())
    await approve(world, await agreed(world, "form-2"), "union-engaged", EMPLOYER_LEADS[1])
    for number in (1, 2):
        day = OTHER_DAY + timedelta(days=number)
        other = await agreed(world, f"form-full-{number}", preferred=(day,))
        await approve(world, other, "union-full", EMPLOYER_LEADS[number - 1])
    found = await best(world, request)
    assert ids(found.pairs) == [(u, EMPLOYER_LEADS[0]) for u in UNION_LEADS]
    assert found.proposable == {Side.UNION: 2, Side.EMPLOYER: 1}


async def test_loads_partners_and_wishes_count(world: World) -> None:
    done = await agreed(world)
    await approve(world, done, UNION_LEADS[0], EMPLOYER_LEADS[0])
    for lead in (UNION_LEADS[0], EMPLOYER_LEADS[0]):
        (offer,) = await world.assignments.mine(lead)
        await world.assignments.accept(lead, offer.assignment.assignment_id)
    change(world, EMPLOYER_LEADS[1], wish=Wish.FEWER)
    request = await agreed(world, "form-2", preferred=(OTHER_DAY,))
    found = await best(world, request)
    assert [(pair.cost - 600, *ids([pair])[0]) for pair in found.pairs] == [
        (100, "union-2", "employer-1"),
        (250, "union-2", "employer-2"),
        (350, "union-1", "employer-2"),
        (400, "union-1", "employer-1"),
    ]
    again = found.pairs[-1]
    assert (again.union.load, again.employer.load) == (1, 1)
    assert again.reasons[0].values == {"n": 1, "ago": 0}
    average = found.pairs[0].union.reasons[0].values["average"]
    assert average == 0  # two sessions led by four: a half, rounded


async def test_sessions_led_make_experienced_those_ahead_do_not(world: World) -> None:
    request = await agreed(world)
    join(world, "union-old", since_at=NOW - timedelta(days=200))
    found = await best(world, request, limit=6)
    keys = {p.union.person.person_id: [r.key for r in p.union.reasons] for p in found.pairs}
    assert "active_for" in keys["union-old"]
    assert "active_for" not in keys["union-1"]


async def test_whoever_holds_a_side_stays_and_whoever_was_asked_is_not_asked_again(
    world: World,
) -> None:
    request = await agreed(world)
    join(world, "union-3")
    await approve(world, request, "union-1", "employer-1")
    (offer,) = await world.assignments.mine("union-1")
    await world.assignments.decline("union-1", offer.assignment.assignment_id)
    found = await best(world, request)
    assert ids(found.pairs) == [("union-2", "employer-1"), ("union-3", "employer-1")]
    assert [p.employer.standing for p in found.pairs] == [True, True]
    assert found.proposable == {Side.UNION: 2, Side.EMPLOYER: 1}
    vacated = await best(world, request, vacated=Side.EMPLOYER)
    assert ids(vacated.pairs) == [("union-2", "employer-2"), ("union-3", "employer-2")]
    same = await world.pairing.next_best(request.request_id, request.preferred_at[0])
    assert same == found


async def test_what_a_card_shows_asks_outlook_nothing(world: World) -> None:
    calendars = NotedCalendars(world)
    request = await agreed(world)
    found = await world.pairing.next_best(
        request.request_id, request.preferred_at[0], calendars=False
    )
    assert len(found.pairs) == 4
    assert calendars.asked == []


async def test_a_full_month_and_an_absence_are_refused_whoever_chooses(world: World) -> None:
    for number in (1, 2):
        day = OTHER_DAY + timedelta(days=number)
        other = await agreed(world, f"form-{number}", preferred=(day,))
        await approve(world, other, UNION_LEADS[0], EMPLOYER_LEADS[number - 1])
    request = await agreed(world, "form-3")
    with pytest.raises(Refusal) as full:
        await approve(world, request, UNION_LEADS[0], EMPLOYER_LEADS[0])
    assert (full.value.code, full.value.values) == ("facilitator_month_full", {"n": 2})
    absent(world, EMPLOYER_LEADS[1], request.preferred_at[0].date())
    with pytest.raises(Refusal) as away:
        await approve(world, request, UNION_LEADS[1], EMPLOYER_LEADS[1])
    assert (away.value.code, away.value.field) == ("facilitator_absent", "employer")
    await approve(world, request, UNION_LEADS[1], EMPLOYER_LEADS[0])


async def test_an_absence_is_read_on_its_own_clock(world: World) -> None:
    """Nine o'clock in Ottawa on the 16th is still the 16th in Vancouver, and no longer the 15th."""
    request = await agreed(world)
    for number, (on, zone) in enumerate(
        [(date(2027, 2, 15), "America/Vancouver"), (date(2027, 2, 17), "America/Vancouver")]
    ):
        absence = Absence(f"a{number}", UNION_LEADS[0], on, on, zone, NOW)
        world.units.memory.absences[absence.absence_id] = absence
    assert (await best(world, request)).proposable[Side.UNION] == 2


def choices(plan) -> list[PlanChoice]:
    return [
        PlanChoice(
            row.request.request_id,
            row.starts_at,
            row.pair.union.person.person_id,
            row.pair.employer.person.person_id,
        )
        for row in plan.rows
    ]


async def test_a_plan_pairs_all_that_can_be_and_is_accepted(world: World) -> None:
    """Two at the same time: nobody leads both; then each once, then accepting it twice."""
    first, second = await agreed(world), await agreed(world, "form-2")
    plan = await world.pairing.plan_region(UNION_COORDINATOR, REGION)
    assert [row.request.request_id for row in plan.rows] == [first.request_id, second.request_id]
    assert sorted(row.pair.union.person.person_id for row in plan.rows) == [*UNION_LEADS]
    assert sorted(row.pair.employer.person.person_id for row in plan.rows) == [*EMPLOYER_LEADS]
    assert (plan.unpaired, plan.gap, plan.calendars_answered) == ((), 0, True)
    assert plan.cost == plan.bound == 1200
    for _ in range(2):
        outcome = await world.pairing.accept_plan(UNION_COORDINATOR, choices(plan))
        assert outcome.approved == (first.request_id, second.request_id)
        assert outcome.refused == ()
    statuses = {r.status for r in world.units.memory.requests.values()}
    assert statuses == {RequestStatus.APPROVED}
    assert len(world.units.memory.assignments) == 4
    empty = await world.pairing.plan_region(UNION_COORDINATOR, REGION)
    assert (empty.rows, empty.unpaired) == ((), ())


async def test_a_plan_takes_another_wished_date_where_the_first_cannot_be(world: World) -> None:
    request = await agreed(world, preferred=(world.form().preferred[0], OTHER_DAY))
    for lead in UNION_LEADS:
        busy(world, lead, request.preferred_at[0])
    plan = await world.pairing.plan_region(UNION_COORDINATOR, REGION)
    (row,) = plan.rows
    assert row.starts_at == request.preferred_at[1]
    assert row.pair.union.availability is Availability.FREE


async def test_why_a_request_has_no_pair(world: World) -> None:
    nobody = await agreed(world, "form-1", offering="anti-racism")
    late = await agreed(world, "form-2")
    world.clock.set(late.preferred_at[0] + timedelta(days=1))
    passed = await world.pairing.plan_region(UNION_COORDINATOR, REGION)
    assert {u.request.request_id: u.why.key for u in passed.unpaired} == {
        nobody.request_id: "no_date",
        late.request_id: "no_date",
    }
    world.clock.set(NOW)
    plan = await world.pairing.plan_region(UNION_COORDINATOR, REGION)
    assert [(u.request.request_id, u.why.key) for u in plan.unpaired] == [
        (nobody.request_id, "nobody.union")
    ]


async def test_those_needed_elsewhere_are_told_apart(world: World) -> None:
    requests = [await agreed(world, f"form-{number}") for number in range(3)]
    plan = await world.pairing.plan_region(UNION_COORDINATOR, REGION)
    assert len(plan.rows) == 2
    (left,) = plan.unpaired
    assert left.why.key == "taken"
    assert left.request.request_id in {r.request_id for r in requests}


async def test_all_busy_leaves_a_request_without_a_pair(world: World) -> None:
    request = await agreed(world)
    for lead in EMPLOYER_LEADS:
        busy(world, lead, request.preferred_at[0])
    plan = await world.pairing.plan_region(UNION_COORDINATOR, REGION)
    assert [u.why.key for u in plan.unpaired] == ["nobody.employer"]


async def test_a_plan_without_outlook_says_so(world: World) -> None:
    await agreed(world)
    world.graph.fail(OutsideFault("graph_unavailable"), operation="availability")
    plan = await world.pairing.plan_region(UNION_COORDINATOR, REGION)
    assert not plan.calendars_answered
    assert len(plan.rows) == 1


async def test_a_plan_asks_outlook_about_those_it_chose_and_a_few_beside(world: World) -> None:
    calendars = NotedCalendars(world)
    for number in range(30):
        join(world, f"union-9{number:02}")
    await agreed(world)
    plan = await world.pairing.plan_region(UNION_COORDINATOR, REGION)
    assert len(plan.rows) == 1
    assert [len(mails) for mails in calendars.asked] == [6]


async def test_what_changed_since_is_refused_alone(world: World) -> None:
    first = await agreed(world)
    second = await agreed(world, "form-2", preferred=(OTHER_DAY,))
    plan = await world.pairing.plan_region(UNION_COORDINATOR, REGION)
    rows = choices(plan)
    third = await agreed(world, "form-3")
    await approve(world, third, rows[0].union_id, rows[0].employer_id)
    outcome = await world.pairing.accept_plan(UNION_COORDINATOR, rows)
    assert outcome.approved == (second.request_id,)
    ((refused, why),) = outcome.refused
    assert (refused, why.code) == (first.request_id, "facilitator_engaged")


async def test_rows_that_somebody_else_approved_otherwise_are_refused(world: World) -> None:
    request = await agreed(world)
    await approve(world, request, UNION_LEADS[1], EMPLOYER_LEADS[1])
    at = request.preferred_at[0]
    other = PlanChoice(request.request_id, at, UNION_LEADS[0], EMPLOYER_LEADS[0])
    moved = PlanChoice(
        request.request_id, at + timedelta(days=1), UNION_LEADS[1], EMPLOYER_LEADS[1]
    )
    for row in (other, moved):
        outcome = await world.pairing.accept_plan(UNION_COORDINATOR, [row])
        assert [why.code for _, why in outcome.refused] == ["request_moved_on"]
    stranger = await world.pairing.accept_plan(MANAGER, [other])
    assert [why.code for _, why in stranger.refused] == ["request_unknown"]


async def test_each_month_has_room_of_its_own(world: World) -> None:
    """Two sessions on the last days of March fill March, and leave April free."""
    for number in (1, 2):
        day = datetime(2027, 3, 31 - number + 1, 9, 0)  # noqa: DTZ001
        other = await agreed(world, f"form-{number}9", preferred=(day,))
        await approve(world, other, UNION_LEADS[0], EMPLOYER_LEADS[number - 1])
    april = await agreed(
        world,
        "form-april",
        preferred=(datetime(2027, 4, 1, 9, 0),),  # noqa: DTZ001
    )
    assert (await best(world, april)).proposable[Side.UNION] == 2
    march = await agreed(
        world,
        "form-march",
        preferred=(datetime(2027, 3, 15, 9, 0),),  # noqa: DTZ001
    )
    assert (await best(world, march)).proposable[Side.UNION] == 1

"""Pairing: the best pairs for a request."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from bot.domain.errors import NotFound, OutsideFault, Refusal
from bot.domain.pairing import Reason
from bot.domain.people import Side
from bot.domain.roster import Absence, Standing, Wish
from bot.services.pairing_calendars import ASKED
from bot.services.pairing_ranking import LOOKED_AT
from bot.services.ports import Availability
from tests.unit.services.pairings import (
    OTHER_DAY,
    NotedCalendars,
    absent,
    agreed,
    approve,
    best,
    busy,
    change,
    ids,
    join,
    led_together,
)
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


async def test_an_open_offer_counts_as_a_session(world: World) -> None:
    await approve(world, await agreed(world), UNION_LEADS[0], EMPLOYER_LEADS[0])
    request = await agreed(world, "form-2", preferred=(OTHER_DAY,))
    loads = {u.union.person.person_id: u.union.load for u in (await best(world, request)).pairs}
    assert loads == {"union-1": 1, "union-2": 0}


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


async def test_two_of_one_team_never_lead_together_whoever_chooses(world: World) -> None:
    for number, lead in enumerate((UNION_LEADS[0], EMPLOYER_LEADS[0])):
        change(world, lead, organization="2300", team=("Audit", "AUDIT")[number])
    request = await agreed(world)
    with pytest.raises(Refusal) as refused:
        await approve(world, request, UNION_LEADS[0], EMPLOYER_LEADS[0])
    assert (refused.value.code, refused.value.field) == ("facilitator_same_team", "employer")
    assert world.units.memory.assignments == {}
    await approve(world, request, UNION_LEADS[0], EMPLOYER_LEADS[1])
    (offer,) = await world.assignments.mine(EMPLOYER_LEADS[1])
    await world.assignments.decline(EMPLOYER_LEADS[1], offer.assignment.assignment_id)
    with pytest.raises(Refusal) as instead:
        await world.staffing.replace(
            UNION_COORDINATOR, request.request_id, Side.EMPLOYER, EMPLOYER_LEADS[0]
        )
    assert (instead.value.code, instead.value.field) == ("facilitator_same_team", "employer")
    listed = await world.staffing.candidates(
        UNION_COORDINATOR, request.request_id, request.preferred_at[0]
    )
    assert [(one.person.person_id, one.reasons) for one in listed.left_out] == [
        (EMPLOYER_LEADS[0], (Reason("same_team"),))
    ]
    assert listed.totals == {Side.UNION: 1, Side.EMPLOYER: 0}
    change(world, EMPLOYER_LEADS[0], organization="1700")
    await world.staffing.replace(
        UNION_COORDINATOR, request.request_id, Side.EMPLOYER, EMPLOYER_LEADS[0]
    )


async def test_an_absence_is_read_on_its_own_clock(world: World) -> None:
    """Nine o'clock in Ottawa on the 16th is still the 16th in Vancouver, and no longer the 15th."""
    request = await agreed(world)
    for number, (on, zone) in enumerate(
        [(date(2027, 2, 15), "America/Vancouver"), (date(2027, 2, 17), "America/Vancouver")]
    ):
        absence = Absence(f"a{number}", UNION_LEADS[0], on, on, zone, NOW)
        world.units.memory.absences[absence.absence_id] = absence
    assert (await best(world, request)).proposable[Side.UNION] == 2


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


async def test_the_best_are_found_however_many_led_together_before(world: World) -> None:
    """Everybody is as good as everybody else; each led with half of the other side."""
    request = await agreed(world)
    sides = {
        Side.UNION: [join(world, f"union-9{n:02}") for n in range(12)],
        Side.EMPLOYER: [join(world, f"employer-9{n:02}", EMPLOYER_LEADS[0]) for n in range(12)],
    }
    for lead in (*UNION_LEADS, *EMPLOYER_LEADS):
        change(world, lead, standing=Standing.RETIRED)
    strangers = []
    for one, union in enumerate(sides[Side.UNION]):
        for other, employer in enumerate(sides[Side.EMPLOYER]):
            if (one + other) % 2:
                led_together(world, union, employer)
            else:
                strangers.append((union, employer))
    few, many = await best(world, request), await best(world, request, limit=LOOKED_AT // 2 + 1)
    assert ids(few.pairs) == strangers[:5]
    assert ids(many.pairs) == strangers[: LOOKED_AT // 2 + 1]
    everybody = await best(world, request, limit=len(strangers) + 1)
    assert {ids([pair])[0] in strangers for pair in everybody.pairs[:-1]} == {True}
    assert everybody.pairs[-1].reasons[0].key == "together.times"
    assert everybody.pairs[-1].cost > everybody.pairs[0].cost

"""Absences: the days are kept, the reason stays with its facilitator."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.domain.errors import NotFound, Refusal
from bot.domain.people import Grant, Role
from bot.domain.roster import Standing
from bot.services.absences import LONGEST, AbsencesService
from bot.services.roster import RosterService
from bot.services.roster_views import RosterFilter
from tests.unit.services.world import (
    EMPLOYER_LEADS,
    MANAGER,
    NOW,
    UNION_COORDINATOR,
    UNION_LEADS,
    World,
)

LEAD, OTHER = UNION_LEADS[0], EMPLOYER_LEADS[0]
FIRST, LAST = date(2027, 2, 15), date(2027, 2, 17)
WHY = "surgery of the left knee"


@pytest.fixture
def absences(world: World) -> AbsencesService:
    return AbsencesService(world.desk)


async def test_added_once_and_removed_once(world: World, absences: AbsencesService) -> None:
    first = await absences.add(LEAD, FIRST, LAST, f" {WHY} ")
    again = await absences.add(LEAD, FIRST, LAST)
    assert first.absence.absence_id == again.absence.absence_id
    (view,) = await absences.mine(LEAD)
    assert (view.absence.from_on, view.absence.to_on) == (FIRST, LAST)
    assert (view.absence.reason, view.absence.zone, view.meets) == (WHY, "America/Toronto", ())
    await absences.add(LEAD, FIRST, LAST, "another reason")
    assert (await absences.mine(LEAD))[0].absence.reason == "another reason"
    assert await absences.remove(LEAD, view.absence.absence_id) is True
    assert await absences.remove(LEAD, view.absence.absence_id) is False
    assert await absences.mine(LEAD) == ()
    assert world.units.memory.absences == {}


async def test_the_soonest_first_and_none_that_is_over(
    world: World, absences: AbsencesService
) -> None:
    days = [date(2027, 3, 1), date(2027, 1, 11), date(2027, 2, 1)]
    for day in days:
        await absences.add(LEAD, day, day)
    assert [v.absence.from_on for v in await absences.mine(LEAD)] == sorted(days)
    world.clock.advance(timedelta(days=1))
    assert [v.absence.from_on for v in await absences.mine(LEAD)] == sorted(days)[1:]


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (LAST, FIRST, "absence_backwards"),
        (date(2027, 1, 4), date(2027, 1, 10), "absence_over"),
        (FIRST, FIRST + timedelta(days=LONGEST), "absence_long"),
    ],
)
async def test_days_that_cannot_be(
    absences: AbsencesService, first: date, last: date, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        await absences.add(LEAD, first, last)
    assert (refused.value.code, refused.value.field) == (code, "to")
    assert await absences.mine(LEAD) == ()
    await absences.add(LEAD, date(2027, 1, 4), date(2027, 1, 11))  # one that has begun


async def test_it_says_what_is_led_or_offered_on_those_days(
    world: World, absences: AbsencesService
) -> None:
    session = await world.booked()  # on February 16
    await world.approved(form_id="form-2", team="Pensions")
    view = await absences.add(LEAD, FIRST, LAST)
    assert {m.session.session_id == session.session_id: m.accepted for m in view.meets} == {
        True: True,
        False: False,
    }
    assert (await absences.add(LEAD, FIRST, FIRST)).meets == ()
    assert (await absences.add(LEAD, LAST, LAST)).meets == ()
    on_the_day = await absences.add(LEAD, date(2027, 2, 16), date(2027, 2, 16))
    assert len(on_the_day.meets) == 2


async def test_only_a_facilitators_own(world: World, absences: AbsencesService) -> None:
    view = await absences.add(LEAD, FIRST, LAST, WHY)
    with pytest.raises(NotFound) as refused:
        await absences.remove(OTHER, view.absence.absence_id)
    assert refused.value.code == "absence_unknown"
    assert await absences.mine(OTHER) == ()
    world.units.memory.facilitators[OTHER].standing = Standing.RETIRED
    for who in (MANAGER, OTHER):
        for wanted in (absences.mine(who), absences.add(who, FIRST, LAST)):
            with pytest.raises(Refusal) as refused:
                await wanted
            assert refused.value.code == "not_facilitator"


async def test_a_coordinator_sees_the_days_and_never_why(
    world: World, absences: AbsencesService
) -> None:
    world.meet("admin")
    grant = Grant("admin", Role.ADMINISTRATOR, NOW)
    world.units.memory.grants["admin", "administrator", "", ""] = grant
    roster = RosterService(world.desk, world.assignments)
    await absences.add(LEAD, date(2027, 1, 11), LAST, WHY)
    await absences.add(UNION_LEADS[1], date(2027, 1, 12), LAST, WHY)  # from tomorrow on
    for who in (UNION_COORDINATOR, "admin"):
        view = await roster.view(who, LEAD)
        assert [(a.absence.to_on, a.absence.reason) for a in view.absences] == [(LAST, "")]
        page = await roster.list(who, RosterFilter(side="union"))
        away = {line.facilitator.person_id: line.away for line in page.lines}
        assert away[UNION_LEADS[1]] is None
        kept = away[LEAD]
        assert kept is not None
        assert (kept.to_on, kept.reason) == (LAST, "")
    assert (await roster.mine(LEAD)).absences[0].absence.reason == WHY
    # Nor does anything else that is owed, told or written down hold it.
    kept_rows = dict(vars(world.units.memory))
    assert WHY in repr(kept_rows.pop("absences"))
    assert WHY not in repr(kept_rows)

"""The roster on both databases: whoever leaves it leads nothing that is ahead, whatever races."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import date
from typing import TypeVar

import pytest

from bot.domain.errors import Conflict, Refusal
from bot.domain.roster import Standing, Wish
from bot.domain.sessions import AssignmentStatus
from bot.services.absences import AbsencesService
from bot.services.roster import RosterService
from bot.services.roster_views import RosterFilter
from tests.integration.services.conftest import SqlWorld
from tests.unit.services.world import EMPLOYER_COORDINATOR, UNION_LEADS

LEAD = UNION_LEADS[0]
Done = TypeVar("Done")


async def told(wanted: Awaitable[Done]) -> Done | Refusal | Conflict:
    """What came of it, refusals included."""
    try:
        return await wanted
    except (Refusal, Conflict) as why:
        return why


@pytest.mark.parametrize("turn", range(3))
async def test_leaving_races_accepting(world: SqlWorld, turn: int) -> None:
    await world.approved()
    (offer,) = await world.assignments.mine(LEAD)
    offer_id = offer.assignment.assignment_id
    roster = RosterService(world.desk, world.assignments)
    both = [roster.retire(LEAD, LEAD), world.assignments.accept(LEAD, offer_id)]
    await asyncio.gather(*map(told, both if turn % 2 else reversed(both)))
    stands = await roster.mine(LEAD)
    async with world.units(reading=True) as uow:
        kept = await uow.assignments.get(offer_id)
    assert kept is not None
    retired = stands.facilitator.standing is Standing.RETIRED
    expected = AssignmentStatus.DECLINED if retired else AssignmentStatus.ACCEPTED
    assert kept.status is expected
    assert stands.leads == (0 if retired else 1)


async def test_two_clicks_make_one_absence(world: SqlWorld) -> None:
    absences, day = AbsencesService(world.desk), date(2027, 1, 11)
    clicks = [absences.add(LEAD, day, day) for _ in range(8)]
    views = await asyncio.gather(*clicks)
    (kept,) = await absences.mine(LEAD)
    assert {view.absence.absence_id for view in views} == {kept.absence.absence_id}


async def test_what_is_said_of_oneself_is_kept(world: SqlWorld) -> None:
    roster, absences = RosterService(world.desk, world.assignments), AbsencesService(world.desk)
    await roster.wish(LEAD, Wish.MORE, date(2027, 4, 12))
    added = await absences.add(LEAD, date(2027, 1, 11), date(2027, 1, 15), "mine alone")
    await roster.pause(EMPLOYER_COORDINATOR, LEAD)
    await roster.certify(EMPLOYER_COORDINATOR, LEAD, ["anti-racism"])
    view = await roster.mine(LEAD)
    assert (view.facilitator.standing, view.wish) == (Standing.PAUSED, Wish.MORE)
    assert view.facilitator.topics == ("mental-health", "anti-racism")
    assert [a.absence.reason for a in view.absences] == ["mine alone"]
    assert [entry.what for entry in view.timeline] == ["wish_more", "paused", "certified"]
    page = await roster.list(EMPLOYER_COORDINATOR, RosterFilter(standing="paused"))
    (line,) = page.lines
    assert line.away is not None
    assert (line.away.to_on, line.away.reason) == (date(2027, 1, 15), "")
    assert await absences.remove(LEAD, added.absence.absence_id) is True
    assert await absences.mine(LEAD) == ()
    for move in (roster.resume, roster.retire):
        await move(LEAD, LEAD)
    with pytest.raises(Refusal):
        await roster.resume(LEAD, LEAD)
    await roster.bring_back(EMPLOYER_COORDINATOR, LEAD)
    assert (await roster.mine(LEAD)).facilitator.active

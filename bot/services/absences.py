"""Absences: days on which a facilitator cannot lead. Why is nobody's business but theirs."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.errors import NotFound, Refusal
from bot.domain.roster import Absence, Standing
from bot.services.desk import Desk, facilitator_subject, refresh
from bot.services.keeping import UnitOfWork
from bot.services.roster_views import (
    AbsenceView,
    absence_view,
    local_day,
    standing_assignments,
    today_of,
    zone_of,
)

LONGEST = 366  # days; whoever is away for longer pauses


class AbsencesService:
    """A facilitator's own absences; nobody else reads or writes them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def mine(self, actor_id: str) -> tuple[AbsenceView, ...]:
        """Those that are not over, soonest first. Raises `Refusal`: `not_facilitator`."""
        desk = self._desk
        async with desk.uow(reading=True) as uow:
            await _must_lead(uow, actor_id)
            standing = await standing_assignments(uow, desk, actor_id)
            today = await today_of(uow, desk, actor_id)
            found = await uow.absences.of_person(actor_id, today)
            return tuple(absence_view(absence, standing) for absence in found)

    async def add(self, actor_id: str, from_on: date, to_on: date, reason: str = "") -> AbsenceView:
        """Be away on these days, both included. The same days a second time change nothing.

        What they accepted to lead on those days stays accepted: the view says what it is.

        Raises:
            Refusal: `not_facilitator`, `absence_backwards`, `absence_over`, `absence_long`.
        """
        desk = self._desk
        async with desk.uow() as uow:
            await uow.people.locked(actor_id)  # a second click waits here, and finds the first's
            await _must_lead(uow, actor_id)
            zone = await zone_of(uow, actor_id)
            _check(from_on, to_on, local_day(desk.now, zone))
            known = await uow.absences.of_person(actor_id, from_on)
            same = next((a for a in known if (a.from_on, a.to_on) == (from_on, to_on)), None)
            absence = same or Absence(
                desk.new_id(), actor_id, from_on, to_on, zone, desk.now, reason.strip()
            )
            if same is None:
                await uow.absences.add(absence)
                await refresh(uow, desk, facilitator_subject(actor_id), but=actor_id)
            elif reason.strip():
                same.reason = reason.strip()
            standing = await standing_assignments(uow, desk, actor_id)
            await uow.commit()
            return absence_view(absence, standing)

    async def remove(self, actor_id: str, absence_id: str) -> bool:
        """Be there after all; False where it was removed before.

        Raises:
            NotFound: it is somebody else's.
        """
        desk = self._desk
        async with desk.uow() as uow:
            absence = await uow.absences.get(absence_id)
            if absence is None:
                return False
            if absence.person_id != actor_id:
                raise NotFound("absence_unknown")
            await uow.absences.remove(absence_id)
            await refresh(uow, desk, facilitator_subject(actor_id), but=actor_id)
            await uow.commit()
            return True


def _check(from_on: date, to_on: date, today: date) -> None:
    if to_on < from_on:
        raise Refusal("absence_backwards", field="to")
    if to_on < today:
        raise Refusal("absence_over", field="to")
    if to_on - from_on >= timedelta(days=LONGEST):
        raise Refusal("absence_long", field="to", most=LONGEST)


async def _must_lead(uow: UnitOfWork, person_id: str) -> None:
    facilitator = await uow.facilitators.get(person_id)
    if facilitator is None or facilitator.standing is Standing.RETIRED:
        raise Refusal("not_facilitator")

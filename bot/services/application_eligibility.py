"""Who may apply to become a facilitator, and from when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from bot.domain.applications import OPEN, Application
from bot.domain.errors import MovedOn, Refusal
from bot.domain.roster import Standing
from bot.services.application_views import again_on
from bot.services.desk import Desk
from bot.services.keeping import UnitOfWork


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Whether somebody may apply now, and what stands in the way.

    `open` is an application of theirs that is under way, `from_on` the day (theirs) from which
    they may apply again after a decline, `standing` theirs on the roster.
    """

    open: Application | None = None
    from_on: date | None = None
    standing: Standing | None = None

    def check(self) -> None:
        """Refuse whoever may not apply.

        Raises:
            Refusal: `facilitator_already`, `facilitator_retired`, `application_too_soon`.
            MovedOn: `application_open`.
        """
        if self.standing is Standing.RETIRED:
            raise Refusal("facilitator_retired")
        if self.standing is not None:
            raise Refusal("facilitator_already")
        if self.open is not None:
            raise MovedOn("application_open", reference=self.open.reference)
        if self.from_on is not None:
            raise Refusal("application_too_soon", date=self.from_on)


async def eligibility_of(uow: UnitOfWork, desk: Desk, person_id: str) -> Eligibility:
    """Whether somebody may apply now, from the roster and their applications."""
    facilitator = await uow.facilitators.get(person_id)
    mine = await uow.applications.of_person(person_id)
    from_on = max(filter(None, (again_on(desk, a) for a in mine)), default=None)
    zone = ZoneInfo(mine[0].zone) if mine else None
    waits = from_on is not None and desk.now.astimezone(zone).date() < from_on
    return Eligibility(
        open=next((a for a in mine if a.status in OPEN), None),
        from_on=from_on if waits else None,
        standing=facilitator.standing if facilitator else None,
    )

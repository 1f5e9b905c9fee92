"""Pairing: the best pairs for a request, a plan for all open requests of a region."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.people import Side
from bot.services.desk import Desk
from bot.services.pairing_views import PairingPlan, Pairs, PlanChoice, PlanOutcome
from bot.services.ports import Calendars, Matcher
from bot.services.staffing import StaffingService

BEST = 5


class PairingService:
    """What the ranking and the solver propose. Coordinators decide."""

    def __init__(
        self, desk: Desk, calendars: Calendars, matcher: Matcher, staffing: StaffingService
    ) -> None:
        self._desk = desk
        self._calendars = calendars
        self._matcher = matcher
        self._staffing = staffing

    async def best(
        self,
        actor_id: str,
        request_id: str,
        starts_at: datetime,
        limit: int = BEST,
        *,
        vacated: Side | None = None,
    ) -> Pairs:
        """The best pairs for a request at a time, for a coordinator of its region.

        Where somebody of one side is asked or has accepted already, every pair has them, and
        whoever was asked before is not proposed again. `vacated` is a side to look at as if
        whoever is asked for it had just said no: the pairs say who would come next.

        Raises:
            NotFound: no such request, or of a region that the actor does not steer.
        """
        raise NotImplementedError

    async def next_best(
        self,
        request_id: str,
        starts_at: datetime,
        limit: int = BEST,
        *,
        vacated: Side | None = None,
        calendars: bool = True,
    ) -> Pairs:
        """Without `calendars` Outlook is not asked: for what a card shows. The same for the worker and for use cases that have checked who asks."""
        raise NotImplementedError

    async def plan_region(self, actor_id: str, region: str) -> PairingPlan:
        """The best pairs for all open requests (agreed or in review) of a region together.

        Raises:
            NotFound: the actor does not steer the region.
        """
        raise NotImplementedError

    async def accept_plan(self, actor_id: str, chosen: Sequence[PlanChoice]) -> PlanOutcome:
        """Approve the rows chosen, each on its own: what has changed since is refused alone."""
        raise NotImplementedError

"""Pairing: the best pairs for a request, a plan for all open requests of a region."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.errors import MovedOn, Refusal
from bot.domain.people import Side
from bot.domain.sessions import STANDING
from bot.services.desk import Desk, must_coordinate
from bot.services.pairing_planning import Planner, plan_view
from bot.services.pairing_ranking import Ranker
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
        self._ranker = Ranker(desk, calendars)
        self._planner = Planner(desk, calendars, matcher)
        self._staffing = staffing

    async def best(
        self,
        actor_id: str,
        request_id: str,
        starts_at: datetime,
        limit: int = BEST,
        vacated: Side | None = None,
    ) -> Pairs:
        """The best pairs for a request at a time, for a coordinator of its region.

        Where somebody of one side is asked or has accepted already, every pair has them, unless
        their side is `vacated`; whoever was asked before is not proposed again.

        Raises:
            NotFound: no such request, or of a region that the actor does not steer.
        """
        return await self._ranker.pairs(
            request_id, starts_at, limit, actor_id=actor_id, vacated=vacated
        )

    async def next_best(
        self,
        request_id: str,
        starts_at: datetime,
        limit: int = BEST,
        vacated: Side | None = None,
        *,
        calendars: bool = True,
    ) -> Pairs:
        """The same for the worker and for use cases that have checked who asks.

        Without `calendars` Outlook is not asked: for what a card shows while nobody chooses.
        """
        return await self._ranker.pairs(
            request_id, starts_at, limit, vacated=vacated, calendars=calendars
        )

    async def plan_region(self, actor_id: str, region: str) -> PairingPlan:
        """The best pairs for all open requests (agreed or in review) of a region together.

        Raises:
            NotFound: the actor does not steer the region.
        """
        desk = self._desk
        async with desk.uow(reading=True) as uow:
            await must_coordinate(uow, actor_id, region)
            board = await self._planner.board(uow, region)
        planned = await self._planner.plan(board)
        async with desk.uow(reading=True) as uow:
            return await plan_view(uow, region, board, planned)

    async def accept_plan(
        self, actor_id: str, chosen: Sequence[PlanChoice], *, in_order: bool = False
    ) -> PlanOutcome:
        """Approve the rows chosen, each on its own: what has changed since is refused alone.

        With `in_order` the bot goes on to ask the next best wherever somebody cannot.

        A row that stands already as chosen counts as approved: twice changes nothing.
        """
        approved: list[str] = []
        refused: list[tuple[str, Refusal]] = []
        for row in chosen:
            pair = {Side.UNION: row.union_id, Side.EMPLOYER: row.employer_id}
            try:
                await self._staffing.approve(
                    actor_id,
                    row.request_id,
                    row.starts_at,
                    pair,
                    in_order=in_order,
                    even_engaged=False,
                )
            except MovedOn as moved:
                if not await self._stands(row):
                    refused.append((row.request_id, moved))
                    continue
            except Refusal as refusal:
                refused.append((row.request_id, refusal))
                continue
            approved.append(row.request_id)
        return PlanOutcome(tuple(approved), tuple(refused))

    async def _stands(self, row: PlanChoice) -> bool:
        """Whether the request has this very session with this very pair."""
        async with self._desk.uow(reading=True) as uow:
            session = await uow.sessions.of_request(row.request_id)
            if session is None or session.starts_at != row.starts_at:
                return False
            asked = await uow.assignments.of_session(session.session_id)
        leads = {a.side: a.person_id for a in asked if a.status in STANDING}
        return leads == {Side.UNION: row.union_id, Side.EMPLOYER: row.employer_id}

"""A plan for all open requests of a region: what may be chosen, and Outlook asked as needed."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.errors import Refusal
from bot.domain.pairing import Availability, Need, Ranked, Reason, pair_cost, seen
from bot.domain.pairing_plan import Chosen, Opening, Plan, Problem, plannable
from bot.domain.people import Side
from bot.domain.requests import Request, RequestStatus
from bot.services.desk import Desk
from bot.services.keeping import UnitOfWork
from bot.services.pairing_calendars import availability, best_placed
from bot.services.pairing_knowledge import know, need_of
from bot.services.pairing_ranking import pair_view
from bot.services.pairing_views import PairingPlan, PlanRow, Unpaired
from bot.services.planning import check_planned
from bot.services.ports import Calendars, Matcher
from bot.services.qualifying import Asked, qualifies
from bot.services.request_form import usual_minutes
from bot.services.session_views import named

PAIRABLE = frozenset({RequestStatus.AGREED, RequestStatus.IN_REVIEW})
LOOKS = 3
"""How often Outlook is asked about those whom the plan chose, and the plan is made anew."""
ALTERNATES = 4
"""Of each side and experience, so many are asked about together with the pair chosen."""
AT_ONCE = 4
"""Calls to Outlook at the same time."""


@dataclass(frozen=True, slots=True)
class Board:
    """The open requests of a region and who could lead them, before Outlook is asked."""

    requests: Mapping[str, Request]
    openings: tuple[Opening, ...]
    mails: Mapping[str, str]


@dataclass
class Calendar:
    """What Outlook has said so far: need → person → how they are placed."""

    known: dict[str, dict[str, Availability]] = field(
        default_factory=dict[str, dict[str, Availability]]
    )
    answered: bool = True

    def of(self, need: Need) -> dict[str, Availability]:
        """What it said for one need."""
        return self.known.get(need.need_id, {})


class Planner:
    """Makes plans. Outlook and the solver work outside any transaction."""

    def __init__(self, desk: Desk, calendars: Calendars, matcher: Matcher) -> None:
        self._desk = desk
        self._calendars = calendars
        self._matcher = matcher

    async def board(self, uow: UnitOfWork, region: str) -> Board:
        """Read everything that a plan needs of our own rows."""
        desk = self._desk
        requests = [
            request
            for request in await uow.requests.open_in({region})
            if request.status in PAIRABLE
            and await uow.sessions.of_request(request.request_id) is None
        ]
        roster = await uow.facilitators.active()
        fitting = {
            request.request_id: [f for f in roster if qualifies(f, request, Asked())]
            for request in requests
        }
        needs = [need for request in requests for need in self._needs(request)]
        people = {f.person_id: f for found in fitting.values() for f in found}
        if not needs or not people:
            openings: tuple[Opening, ...] = tuple(Opening(need, ()) for need in needs)
            return Board({r.request_id: r for r in requests}, openings, {})
        knowledge = await know(uow, desk, list(people.values()), needs, partners=True)
        openings = tuple(
            Opening(need, tuple(knowledge.placed(f.person_id, need) for f in found))
            for need in needs
            for found in [fitting[need.request_id]]
        )
        mails = await uow.people.mails(people)
        return Board({r.request_id: r for r in requests}, openings, mails)

    def _needs(self, request: Request) -> list[Need]:
        """The request at each wished date that can still be."""
        desk, needs = self._desk, list[Need]()
        for choice, at in enumerate(request.preferred_at):
            minutes = usual_minutes(request.offering)
            try:
                check_planned(at, request.zone, minutes, desk.now, desk.rules)
            except Refusal:
                continue
            needs.append(need_of(request, at, choice))
        return needs

    async def plan(self, board: Board) -> tuple[Plan, Problem, Calendar]:
        """The best plan of those whom Outlook does not call busy, as far as it was asked."""
        calendar = Calendar()
        problem = self._problem(board, calendar)
        plan = await self._matcher.match(problem)
        for _ in range(LOOKS):
            if not await self._look(board, problem, plan, calendar):
                break
            problem = self._problem(board, calendar)
            plan = await self._matcher.match(problem)
        return plan, problem, calendar

    def _problem(self, board: Board, calendar: Calendar) -> Problem:
        rules = self._desk.rules
        openings = tuple(_seen(opening, calendar) for opening in board.openings)
        return Problem(openings, rules.pairing, rules.sessions_a_month, rules.preparation_gap)

    async def _look(self, board: Board, problem: Problem, plan: Plan, calendar: Calendar) -> bool:
        """Ask Outlook about those chosen and a few beside them; whether anything was learnt."""
        openings = {opening.need.need_id: opening for opening in problem.openings}
        asked = {
            chosen.need_id: self._whom(openings[chosen.need_id], chosen, board, calendar)
            for chosen in plan.chosen
        }
        asked = {need_id: mails for need_id, mails in asked.items() if mails}
        if not asked or not calendar.answered:
            return False
        turn = asyncio.Semaphore(AT_ONCE)

        async def ask(need_id: str, mails: Mapping[str, str]) -> None:
            async with turn:
                told = await availability(self._calendars, mails, openings[need_id].need)
            if told is None:
                calendar.answered = False
                return
            calendar.known[need_id] = calendar.known.get(need_id, {}) | told

        await asyncio.gather(*(ask(need_id, mails) for need_id, mails in asked.items()))
        return True

    def _whom(
        self, opening: Opening, chosen: Chosen, board: Board, calendar: Calendar
    ) -> dict[str, str]:
        """Person → mail, of those to ask about; nobody where the pair is known already."""
        need, rules = opening.need, self._desk.rules
        pair = [chosen.union_id, chosen.employer_id]
        mails, known = board.mails, calendar.of(need)
        if all(p in known or p not in mails for p in pair):
            return {}
        unknown = [p for p in opening.people if p.profile.person_id not in known]
        beside = best_placed(need, unknown, rules.pairing, rules.sessions_a_month, ALTERNATES)
        ids = dict.fromkeys([*pair, *(placed.profile.person_id for placed in beside)])
        return {p: mails[p] for p in ids if p in mails}


def _seen(opening: Opening, calendar: Calendar) -> Opening:
    known = calendar.of(opening.need)
    if not known:
        return opening
    return Opening(opening.need, tuple(seen(placed, known) for placed in opening.people))


async def plan_view(
    uow: UnitOfWork, region: str, board: Board, planned: tuple[Plan, Problem, Calendar]
) -> PairingPlan:
    """A plan as a card needs it: soonest first."""
    plan, problem, calendar = planned
    weights = problem.weights
    openings = {opening.need.need_id: opening for opening in problem.openings}
    ids = {p for chosen in plan.chosen for p in (chosen.union_id, chosen.employer_id)}
    names = await named(uow, *sorted(ids))
    rows: list[PlanRow] = []
    for chosen in plan.chosen:
        opening = openings[chosen.need_id]
        need = opening.need
        people = {placed.profile.person_id: placed for placed in opening.people}
        union, employer = people[chosen.union_id], people[chosen.employer_id]
        ranked = Ranked(union, employer, pair_cost(need, union, employer, weights))
        view = pair_view(need, ranked, weights, names)
        rows.append(PlanRow(board.requests[need.request_id], need.starts_at, view))
    rows.sort(key=lambda row: (row.starts_at, row.request.request_id))
    paired = {row.request.request_id for row in rows}
    return PairingPlan(
        region=region,
        rows=tuple(rows),
        unpaired=tuple(
            Unpaired(request, _why(request, problem))
            for request_id, request in board.requests.items()
            if request_id not in paired
        ),
        cost=plan.cost,
        bound=plan.bound,
        gap=plan.gap,
        calendars_answered=calendar.answered,
    )


def _why(request: Request, problem: Problem) -> Reason:
    """Why a plan has no pair for a request."""
    openings = [o for o in problem.openings if o.need.request_id == request.request_id]
    if not openings:
        return Reason("no_date")
    there: defaultdict[Side, int] = defaultdict(int)
    for opening in openings:
        for placed in opening.people:
            there[placed.profile.side] += plannable(opening.need, placed, problem.sessions_a_month)
    for side in Side:
        if not there[side]:
            return Reason(f"nobody.{side.value}")
    return Reason("taken")

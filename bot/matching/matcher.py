"""The port `Matcher`: HiGHS in a thread of its own, loaded when the first plan is asked for."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.domain.pairing_plan import Plan, Problem, breaches

SECONDS = 10.0
"""A hundred requests among 1,500 people take less than one; few people for many take longer."""
IN_A_TURN = 3.0
"""Teams sends a turn again after 15 seconds, and Outlook may have a plan made four times in one."""


class BrokenPlan(Exception):
    """A plan breaks what it must not: a bug, and better no plan than this one."""


class HighsMatcher:
    """The best plan. Other turns go on meanwhile: HiGHS gives Python's lock away."""

    def __init__(self, seconds: float = IN_A_TURN) -> None:
        """Take at most about so long; what is proven by then is said by the plan's bound."""
        self._seconds = seconds

    async def match(self, problem: Problem) -> Plan:
        """The best plan, with a bound that proves how good it is."""
        return await asyncio.to_thread(match, problem, self._seconds)


def match(problem: Problem, seconds: float = SECONDS) -> Plan:
    """The same, in this thread."""
    from bot.matching.search import Search  # HiGHS and numpy take 0.2 s and 30 MB

    openings = sorted(problem.openings, key=lambda opening: opening.need.need_id)
    return checked(problem, Search(replace(problem, openings=tuple(openings)), seconds).run())


def checked(problem: Problem, plan: Plan) -> Plan:
    """The plan, looked at by code that knows nothing of the solver. Raises `BrokenPlan`."""
    broken = breaches(problem, plan.chosen)
    if broken:
        raise BrokenPlan(", ".join(broken))
    return plan

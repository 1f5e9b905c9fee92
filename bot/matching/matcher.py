"""The port `Matcher`: HiGHS in a thread of its own, and never a worse plan than by hand."""

from __future__ import annotations

import asyncio

from bot.domain.pairing_plan import Plan, Problem, breaches
from bot.matching.search import Search


class HighsMatcher:
    """The best plan. Other turns go on meanwhile: HiGHS gives Python's lock away."""

    def __init__(self, seconds: float = 20.0) -> None:
        """Take at most about so long; what is proven by then is said by the plan's bound."""
        self._seconds = seconds

    async def match(self, problem: Problem) -> Plan:
        """The best plan, with a bound that proves how good it is."""
        return await asyncio.to_thread(match, problem, self._seconds)


def match(problem: Problem, seconds: float = 20.0) -> Plan:
    """The same, in this thread."""
    plan = Search(problem, seconds).run()
    broken = breaches(problem, plan.chosen)
    if broken:
        raise AssertionError(broken)
    return plan

"""Pairing: 1,500 facilitators in six regions and 1,000 requests of a year, invented from a seed."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from bench.harness import Bench, Figures
from bench.pairing_storage import with_storage
from bench.pairing_world import Asked, Year, make_year
from bot.domain.pairing import Weights, is_new
from bot.domain.pairing_greedy import greedy_plan
from bot.domain.pairing_order import best_pairs
from bot.domain.pairing_plan import (
    Chosen,
    Opening,
    Plan,
    Problem,
    breaches,
    plan_cost,
    spread,
)
from bot.matching.matcher import match

FACILITATORS, REQUESTS, AT_ONCE = 1500, 1000, 100
TIGHT, MANY = 150, 15_000
GAP = timedelta(minutes=30)
WEIGHTS, A_MONTH = Weights(), 2


async def measure(bench: Bench) -> Figures:
    """Milliseconds for one request; seconds, cost, bound and spread for a hundred, and a year."""
    match(Problem((), WEIGHTS, A_MONTH, GAP))  # the solver is loaded once in a process
    figures: Figures = {}
    for people in (FACILITATORS, MANY, TIGHT):
        year, batches = make_year(people, REQUESTS), 3 if people == FACILITATORS else 1
        figures |= _ranking(year, f"pairing.{people}")
        figures |= _hundred(year, f"pairing.{people}.plan", 1, batches)
        figures |= _hundred(year, f"pairing.{people}.plan_of_all_dates", 3, batches)
    figures |= _year("by_hand", greedy_plan)
    figures |= _year("planned", lambda problem: match(problem).chosen)
    return figures | await with_storage(bench)


def _ranking(year: Year, name: str, times: int = 100) -> Figures:
    """The best five pairs of one request, from profiles to reasons' ground."""
    taken: list[float] = []
    for asked in year.requests[:times]:
        need = year.needs(asked)[0]
        people = year.people(asked, need, GAP)
        began = time.perf_counter()
        best_pairs(need, people, WEIGHTS, A_MONTH)
        taken.append(1000 * (time.perf_counter() - began))
    return {
        f"{name}.rank_ms.p50": statistics.median(taken),
        f"{name}.rank_ms.max": max(taken),
    }


def _problem(year: Year, requests: Sequence[Asked], dates: int) -> Problem:
    openings = tuple(
        Opening(need, year.people(asked, need, GAP))
        for asked in requests
        for need in year.needs(asked, dates)
    )
    return Problem(openings, WEIGHTS, A_MONTH, GAP)


def _hundred(year: Year, name: str, dates: int, batches: int) -> Figures:
    """A hundred requests, so many times: the slowest, and the sums of the costs."""
    taken, worked = list[float](), list[float]()
    plans: list[Plan] = []
    by_hand = paired_by_hand = 0
    for batch in range(batches):
        asked = year.requests[batch * AT_ONCE : (batch + 1) * AT_ONCE]
        problem = _problem(year, asked, dates)
        began, cpu = time.perf_counter(), time.process_time()
        plan = match(problem)
        taken.append(time.perf_counter() - began)
        worked.append(time.process_time() - cpu)
        assert breaches(problem, plan.chosen) == []
        chosen = greedy_plan(problem)
        plans.append(plan)
        by_hand += plan_cost(problem, chosen)
        paired_by_hand += len(chosen)
    return {
        f"{name}.seconds.max": max(taken),
        f"{name}.cpu_seconds.max": max(worked),
        f"{name}.cost": sum(plan.cost for plan in plans),
        f"{name}.bound": sum(plan.bound for plan in plans),
        f"{name}.gap_percent": 100 * max(plan.gap for plan in plans),
        f"{name}.cost_by_hand": by_hand,
        f"{name}.paired": sum(len(plan.chosen) for plan in plans),
        f"{name}.paired_by_hand": paired_by_hand,
    }


def _year(name: str, plan: Callable[[Problem], Iterable[Chosen]]) -> Figures:
    """A whole year, a hundred requests at a time: how even the loads are at its end."""
    year = make_year(FACILITATORS, REQUESTS)
    before = {person_id: profile.load for person_id, profile in year.profiles.items()}
    met = Counter[tuple[str, str]]()
    paired = both_new = away = 0
    for first in range(0, REQUESTS, AT_ONCE):
        problem = _problem(year, year.requests[first : first + AT_ONCE], dates=3)
        needs = {opening.need.need_id: opening.need for opening in problem.openings}
        for row in sorted(plan(problem)):
            need = needs[row.need_id]
            pair = [year.profiles[person] for person in (row.union_id, row.employer_id)]
            paired += 1
            both_new += all(is_new(profile, WEIGHTS) for profile in pair)
            away += sum(profile.region != need.region for profile in pair)
            met[row.union_id, row.employer_id] += row.employer_id in pair[0].partners
            year.lead(need, row.union_id, row.employer_id)
    loads = {person_id: profile.load for person_id, profile in year.profiles.items()}
    led = [loads[person_id] - before[person_id] for person_id in loads]
    return {
        f"pairing.year.{name}.paired": paired,
        f"pairing.year.{name}.load_variance_before": spread(before),
        f"pairing.year.{name}.load_variance": spread(loads),
        f"pairing.year.{name}.most_sessions_led": max(led),
        f"pairing.year.{name}.met_again": sum(met.values()),
        f"pairing.year.{name}.both_new": both_new,
        f"pairing.year.{name}.from_another_region": away,
    }

"""One request after the other: what a plan is compared with, and what anybody would do by hand."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime

from bot.domain.pairing import Need, Placed
from bot.domain.pairing_order import best_pairs
from bot.domain.pairing_plan import Chosen, Problem, clash, plannable


def greedy_plan(problem: Problem) -> tuple[Chosen, ...]:
    """The best pair for the first need, then for the next, each knowing those before it."""
    done = _Done(problem)
    chosen: list[Chosen] = []
    paired: set[str] = set()
    for opening in problem.openings:
        need = opening.need
        if need.request_id in paired:
            continue
        people = [done.now(need, placed) for placed in opening.people]
        free = [p for p in people if plannable(need, p, problem.sessions_a_month)]
        best = best_pairs(need, free, problem.weights, problem.sessions_a_month, 1)
        if best:
            union, employer = best[0].union.profile, best[0].employer.profile
            chosen.append(Chosen(need.need_id, union.person_id, employer.person_id))
            done.note(need, union.person_id, employer.person_id)
            paired.add(need.request_id)
    return tuple(chosen)


class _Done:
    """What has been given out so far."""

    def __init__(self, problem: Problem) -> None:
        self._gap = problem.gap
        self._led: defaultdict[str, list[Need]] = defaultdict(list)
        self._met: defaultdict[str, dict[str, tuple[datetime, ...]]] = defaultdict(dict)

    def note(self, need: Need, union_id: str, employer_id: str) -> None:
        """Remember one pair."""
        for one, other in ((union_id, employer_id), (employer_id, union_id)):
            self._led[one].append(need)
            self._met[one][other] = (*self._met[one].get(other, ()), need.starts_at)

    def now(self, need: Need, placed: Placed) -> Placed:
        """Somebody as they stand after what was given out."""
        profile = placed.profile
        led = self._led.get(profile.person_id)
        if not led:
            return placed
        months = dict(profile.months)
        for other in led:
            months[other.month] = months.get(other.month, 0) + 1
        partners = dict(profile.partners)
        for partner, times in self._met[profile.person_id].items():
            # A plan counts a meeting within it in full, however far its two days are apart.
            partners[partner] = (*partners.get(partner, ()), *(need.starts_at for _ in times))
        return replace(
            placed,
            profile=replace(
                profile, load=profile.load + len(led), months=months, partners=partners
            ),
            engaged=placed.engaged or any(clash(need, other, self._gap) for other in led),
        )

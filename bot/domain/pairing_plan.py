"""The plan: pairs for many needs at once, what it costs, and what it must never break."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

from bot.domain.pairing import Availability, Need, Placed, Weights, one_team, pair_cost, proposable
from bot.domain.people import Side


@dataclass(frozen=True, slots=True)
class Opening:
    """A need, and everybody who qualifies for it."""

    need: Need
    people: tuple[Placed, ...]

    def of(self, side: Side) -> list[Placed]:
        """Those of one side."""
        return [placed for placed in self.people if placed.profile.side is side]

    def find(self, person_id: str) -> Placed | None:
        """Somebody of them."""
        return next((p for p in self.people if p.profile.person_id == person_id), None)


@dataclass(frozen=True, slots=True)
class Problem:
    """What a plan is made from. `gap` is kept free around each session of a person.

    Openings with the same `request_id` are one request at other times: at most one is paired.
    """

    openings: tuple[Opening, ...]
    weights: Weights
    sessions_a_month: int
    gap: timedelta

    @property
    def requests(self) -> frozenset[str]:
        """The requests that a pair is wanted for."""
        return frozenset(opening.need.request_id for opening in self.openings)


@dataclass(frozen=True, slots=True, order=True)
class Chosen:
    """One need with its pair, by their ids."""

    need_id: str
    union_id: str
    employer_id: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Who leads what. No plan costs less than `bound`: where they are equal, it is the best."""

    chosen: tuple[Chosen, ...]
    cost: int
    bound: float

    @property
    def gap(self) -> float:
        """How far from the best it could be at most, as a share of its cost."""
        return max(0.0, self.cost - self.bound) / max(1, abs(self.cost))


def plannable(need: Need, placed: Placed, sessions_a_month: int) -> bool:
    """Whether a plan may use somebody: proposable, and not known to be busy."""
    free = placed.availability is not Availability.BUSY
    return free and proposable(need, placed, sessions_a_month)


def clash(one: Need, other: Need, gap: timedelta) -> bool:
    """Whether nobody can lead both: they overlap, or leave less than the gap between them."""
    return one.starts_at < other.ends_at + gap and other.starts_at < one.ends_at + gap


def plan_cost(problem: Problem, chosen: Iterable[Chosen]) -> int:
    """The cost of a plan: its pairs', its repetitions', and that of each request left out.

    Each further session of a person costs one session more than the one before, so loads stay
    even; each time that a pair meets again within the plan costs what it costs elsewhere.
    """
    rows = list(chosen)
    weights = problem.weights
    by_id = {opening.need.need_id: opening for opening in problem.openings}
    cost = weights.unpaired * (len(problem.requests) - len(rows))
    times, pairs = Counter[str](), Counter[tuple[str, str]]()
    for row in rows:
        opening = by_id[row.need_id]
        union, employer = opening.find(row.union_id), opening.find(row.employer_id)
        if union is None or employer is None:
            raise KeyError(row)
        cost += pair_cost(opening.need, union, employer, weights)
        times.update((row.union_id, row.employer_id))
        pairs[row.union_id, row.employer_id] += 1
    cost += weights.load * sum(n * (n - 1) // 2 for n in times.values())
    return cost + weights.again * sum(n * (n - 1) // 2 for n in pairs.values())


def breaches(problem: Problem, chosen: Iterable[Chosen]) -> list[str]:
    """What a plan breaks that it must not, by name: nothing in a good one. Trusts nobody."""
    by_id = {opening.need.need_id: opening for opening in problem.openings}
    found: set[str] = set()
    led: defaultdict[str, list[Need]] = defaultdict(list)
    months: dict[tuple[str, str], int] = {}
    requests = Counter[str]()
    for row in chosen:
        opening = by_id[row.need_id]
        need = opening.need
        requests[need.request_id] += 1
        pair = [opening.find(row.union_id), opening.find(row.employer_id)]
        for side, placed in zip((Side.UNION, Side.EMPLOYER), pair, strict=True):
            if placed is None:
                found.add("unqualified")
                continue
            profile = placed.profile
            if profile.side is not side:
                found.add("one_side")
            if not plannable(need, placed, problem.sessions_a_month):
                found.add("not_available")
            led[profile.person_id].append(need)
            key = (profile.person_id, need.month)
            months[key] = months.get(key, profile.months.get(need.month, 0)) + 1
        if pair[0] and pair[1] and one_team(pair[0].profile, pair[1].profile):
            found.add("one_team")
    if any(count > 1 for count in requests.values()):
        found.add("paired_twice")
    if any(count > problem.sessions_a_month for count in months.values()):
        found.add("month_full")
    if any(clash(*two, problem.gap) for needs in led.values() for two in combinations(needs, 2)):
        found.add("double_booked")
    return sorted(found)


def spread(loads: Sequence[int] | Mapping[str, int]) -> float:
    """How unevenly sessions lie: the variance of the loads."""
    values = list(loads.values()) if isinstance(loads, Mapping) else list(loads)
    if not values:
        return 0.0
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values) / len(values)

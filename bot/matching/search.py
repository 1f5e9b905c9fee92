"""The search for the best plan: few columns at first, more where prices ask, proof over all.

1. The relaxation over the columns taken gives prices; columns that would pay at these prices are
   taken too, until none would: the relaxation is then solved over all columns, a proven bound.
2. Where it is whole, it is the plan. Otherwise HiGHS finds the best whole plan over the columns
   whose reduced cost is small; one that is dearer than the distance between plan and bound is in
   no better plan, so that the best of these is the best of all.
3. Where two people meet twice in the plan, their repetition gets its price, and it begins again.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from bot.domain.pairing_greedy import greedy_plan
from bot.domain.pairing_plan import Chosen, Plan, Problem, plan_cost
from bot.matching.columns import KINDS, Ints, acquainted, make_columns
from bot.matching.highs import Relaxed, relax, whole
from bot.matching.model import Builder, Floats, Model

TINY = 1e-6


class Search:
    """One problem, its best plan so far, and what is proven.

    `first` and `more` count the columns of each need and kind that are taken at first and added
    in each round. `close` is the reduced cost up to which columns are tried first where whole
    numbers are sought, `rounds` how often it begins again.
    """

    first: ClassVar[int] = 8
    more: ClassVar[int] = 6
    close: ClassVar[float] = 100.0
    rounds: ClassVar[int] = 8

    @staticmethod
    def by_hand(problem: Problem) -> Sequence[Chosen]:
        """The plan to do better than."""
        return greedy_plan(problem)

    def __init__(self, problem: Problem, seconds: float) -> None:
        self._problem = problem
        # Our own time, not the machine's: what others do on it does not change the plan.
        self._until = time.thread_time() + seconds
        self._columns = make_columns(problem)
        self._builder = Builder(self._columns, problem.weights, acquainted(self._columns))
        self._constant = problem.weights.unpaired * len(problem.requests)
        self._met: list[tuple[int, int]] = []
        self._best = tuple(sorted(self.by_hand(problem)))
        self._cost = plan_cost(problem, self._best)
        self._bound = -math.inf

    def run(self) -> Plan:
        """Search until the best plan is proven, or the time is over."""
        if not len(self._columns):
            return Plan((), self._constant, self._constant)
        taken = np.union1d(self._first(), self._columns_of(self._best))
        for _ in range(self.rounds):
            taken, model, relaxed, reduced = self._relax(taken)
            self._prove(relaxed.cost)
            if self._done():
                break
            chosen = self._read(model, relaxed.point)
            if chosen is None:
                chosen = self._whole(taken, relaxed.cost, reduced)
            again = self._met_again(chosen or ())
            if self._done() or not again:
                break
            self._met += again
        return Plan(self._best, self._cost, min(self._bound, self._cost))

    def _done(self) -> bool:
        return self._bound >= self._cost or time.thread_time() > self._until

    def _prove(self, model_cost: float) -> None:
        """No plan costs less than a relaxation; costs are whole."""
        self._bound = max(self._bound, math.ceil(model_cost + self._constant - 0.001))

    def _first(self) -> Ints:
        """The cheapest columns of each need and kind, not the same people for every need."""
        columns, load = self._columns, self._problem.weights.load
        used = np.zeros(len(columns.people))
        found: list[Ints] = []
        for n in range(len(columns.needs)):
            inside = np.arange(len(columns))[columns.at(n)]
            wanted = columns.cost[inside] + used[columns.person[inside]] * (2 * load / self.first)
            for kind in range(KINDS):
                of = np.flatnonzero(columns.kind[inside] == kind)
                picked = inside[of[np.argsort(wanted[of], kind="stable")[: self.first]]]
                used[columns.person[picked]] += 1
                found.append(picked)
        return np.unique(np.concatenate(found))

    def _relax(self, taken: Ints) -> tuple[Ints, Model, Relaxed, Floats]:
        """Solve the relaxation over all columns, by taking those that would pay."""
        while True:
            model = self._builder.build(taken, self._met)
            relaxed = relax(model)
            reduced = self._reduced(model, relaxed.prices)
            reduced[taken] = np.maximum(reduced[taken], 0.0)
            paying = np.flatnonzero(reduced < -TINY)
            if not len(paying):
                return taken, model, relaxed, reduced
            keys = self._columns.need[paying] * KINDS + self._columns.kind[paying]
            order = np.lexsort((reduced[paying], keys))
            sorted_keys = keys[order]
            rank = np.arange(len(order)) - np.searchsorted(sorted_keys, sorted_keys)
            taken = np.union1d(taken, paying[order[rank < self.more]])

    def _reduced(self, model: Model, prices: Floats) -> Floats:
        """The reduced cost of every column at these prices; rows not there cost nothing."""
        columns = self._columns
        priced = np.append(prices, 0.0)  # row -1
        cost = (
            columns.cost.astype(np.float64)
            - priced[model.kinds[columns.need * KINDS + columns.kind]]
        )
        cost -= priced[model.loads[columns.person]]
        months = columns.room.shape[1]
        cost -= priced[model.months[columns.person * months + columns.month[columns.need]]]
        for number, clique in enumerate(columns.cliques):
            for n in clique:
                at = columns.at(int(n))
                keys = columns.person[at] * len(columns.cliques) + number
                cost[at] -= priced[model.cliques[keys]]
        return cost

    def _whole(self, taken: Ints, relaxed_cost: float, reduced: Floats) -> Sequence[Chosen] | None:
        """The best whole plan of the model, proven over all columns; None when time was over."""
        close = self.close
        chosen: Sequence[Chosen] | None = None
        while True:
            among = np.flatnonzero(reduced <= close)
            left = self._until - time.thread_time()
            model = self._builder.build(among, self._met)
            found = whole(model, max(0.0, left))
            if found is None:
                return chosen
            chosen = self._read(model, found.point) or ()
            # A plan with a column left out here costs more than the relaxation by its price.
            self._prove(min(found.bound, relaxed_cost + close))
            gap = float(model.cost @ found.point) - relaxed_cost
            if self._done() or gap <= close + TINY:
                return chosen
            close = gap

    def _read(self, model: Model, point: Floats) -> list[Chosen] | None:
        """The plan of a point, kept where it is the best so far; None where it is not whole."""
        columns = self._columns
        x = point[: len(model.taken)]
        rounded = np.round(x)
        if np.any(np.abs(x - rounded) > TINY):
            return None
        pairs: dict[int, list[str]] = {}
        for c in model.taken[rounded == 1]:
            side = int(columns.kind[c]) // 2
            pair = pairs.setdefault(int(columns.need[c]), ["", ""])
            pair[side] = columns.people[int(columns.person[c])].person_id
        chosen = [Chosen(columns.needs[n].need_id, *pair) for n, pair in sorted(pairs.items())]
        cost = plan_cost(self._problem, chosen)
        if cost < self._cost:
            self._best, self._cost = tuple(chosen), cost
        return chosen

    def _met_again(self, chosen: Sequence[Chosen]) -> list[tuple[int, int]]:
        """Pairs that meet twice in a plan and have no price for it yet."""
        number = {p.person_id: index for index, p in enumerate(self._columns.people)}
        times = Counter((number[row.union_id], number[row.employer_id]) for row in chosen)
        return [pair for pair, n in times.items() if n > 1 and pair not in self._met]

    def _columns_of(self, chosen: Sequence[Chosen]) -> Ints:
        need = {n.need_id: index for index, n in enumerate(self._columns.needs)}
        number = {p.person_id: index for index, p in enumerate(self._columns.people)}
        wanted = [
            (need[row.need_id], number[person_id])
            for row in chosen
            for person_id in (row.union_id, row.employer_id)
        ]
        return self._find(wanted)

    def _find(self, wanted: Sequence[tuple[int, int]]) -> Ints:
        """The columns of these needs and people; within a need they are sorted by person."""
        columns = self._columns
        found = [
            int(columns.start[n]) + int(np.searchsorted(columns.person[columns.at(n)], f))
            for n, f in wanted
        ]
        return np.unique(np.array(found, dtype=np.int64))

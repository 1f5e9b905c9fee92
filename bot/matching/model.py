"""The linear model of a plan over some of its columns.

Variables, in this order, all from 0 to 1 and whole in a plan:

- x, one for each column taken: this person leads this need;
- w, four for each need: it is led by two of this experience (neither new, one or other, both);
- s, for each person and each session after their first: they lead that many;
- t, for each two who have led together and could lead the same need: they do;
- b and r, for each two who met twice in a plan found before: they lead this need together, and
  how often they meet again.

The flow from a union person over w to an employer person makes the experience part exact
without a variable for each pair, and the relaxation nearly always whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bot.domain.pairing import Weights, again_cost, experience_cost, one_team
from bot.matching.columns import KINDS, Columns, Ints

Floats = NDArray[np.float64]
FREE = -np.inf


@dataclass
class Model:
    """A linear program: costs of the variables, and rows `lower ≤ A x ≤ upper` as triples.

    `taken` are the columns whose x it has. `kinds`, `loads`, `months`, `cliques` say which row
    holds what, -1 where there is none: the prices of what is not taken are computed from them.
    """

    taken: Ints
    cost: Floats
    lower: list[float] = field(default_factory=list[float])
    upper: list[float] = field(default_factory=list[float])
    rows: list[Ints] = field(default_factory=list[Ints])
    cols: list[Ints] = field(default_factory=list[Ints])
    values: list[Floats] = field(default_factory=list[Floats])
    kinds: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    loads: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    months: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    cliques: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def variables(self, costs: Sequence[float] | Floats) -> Ints:
        """Add variables with these costs; their numbers."""
        first = len(self.cost)
        self.cost = np.concatenate([self.cost, np.asarray(costs, dtype=np.float64)])
        return np.arange(first, len(self.cost))

    def row(self, cols: Sequence[int], values: Sequence[float], upper: float) -> int:
        """Add one row without a lower bound; its number."""
        number = self.open([FREE], [upper])
        self.put(np.full(len(cols), number), np.asarray(cols), np.asarray(values))
        return number

    def open(self, lower: Sequence[float] | Floats, upper: Sequence[float] | Floats) -> int:
        """Add empty rows with these bounds; the number of the first."""
        first = len(self.lower)
        self.lower.extend(float(x) for x in lower)
        self.upper.extend(float(x) for x in upper)
        return first

    def put(self, rows: NDArray[np.int_], cols: NDArray[np.int_], values: float | Floats) -> None:
        """Put these variables into these rows."""
        self.rows.append(rows.astype(np.int64))
        self.cols.append(cols.astype(np.int64))
        self.values.append(np.broadcast_to(np.asarray(values, dtype=np.float64), rows.shape))


class Builder:
    """Builds models over the same columns, of which the taken ones change."""

    def __init__(
        self, columns: Columns, weights: Weights, acquainted: dict[int, list[int]]
    ) -> None:
        self._columns = columns
        self._weights = weights
        self._acquainted = acquainted

    def build(self, taken: Ints, met: Sequence[tuple[int, int]]) -> Model:
        """The model over these columns (sorted); those who met twice have a price for it."""
        model = Model(taken=taken, cost=self._columns.cost[taken].astype(np.float64))
        self._led(model)
        self._loads(model)
        self._months(model)
        self._cliques(model)
        place = {
            (int(self._columns.need[c]), int(self._columns.person[c])): x
            for x, c in enumerate(taken)
        }
        self._together(model, place)
        for pair in met:
            self._again(model, place, *pair)
        return model

    def _again(
        self, model: Model, place: dict[tuple[int, int], int], union: int, employer: int
    ) -> None:
        """Each time that two meet again in the plan costs once more than the time before."""
        both = [
            (place[n, union], place[n, employer])
            for n in range(len(self._columns.needs))
            if (n, union) in place and (n, employer) in place
        ]
        together = [int(b) for b in model.variables([0.0] * len(both))]
        for (x, y), b in zip(both, together, strict=True):
            model.row([x, y, b], [1, 1, -1], 1)
        steps = [float(self._weights.again * time) for time in range(1, len(both))]
        again = [int(r) for r in model.variables(steps)]
        model.row([*together, *again], [1.0] * len(together) + [-1.0] * len(again), 1)

    def _led(self, model: Model) -> None:
        """Each need is led by one of each side or by nobody, each request at one time at most."""
        columns, weights = self._columns, self._weights
        needs = len(columns.needs)
        costs = [
            experience_cost(bool(union_new), bool(employer_new), weights)
            + weights.later_date * need.choice
            - weights.unpaired
            for need in columns.needs
            for union_new in (0, 1)
            for employer_new in (0, 1)
        ]
        flow = model.variables(costs).reshape(needs, 2, 2)
        first = model.open(np.zeros(KINDS * needs), np.zeros(KINDS * needs))
        model.kinds = first + np.arange(KINDS * needs)
        taken = model.taken
        keys = columns.need[taken] * KINDS + columns.kind[taken]
        model.put(first + keys, np.arange(len(taken)), 1.0)
        number = np.arange(needs)
        for new in (0, 1):
            for other in (0, 1):
                model.put(first + number * KINDS + new, flow[:, new, other], -1.0)
                model.put(first + number * KINDS + 2 + new, flow[:, other, new], -1.0)
        requests = {need.request_id: index for index, need in enumerate(columns.needs)}
        order = {request_id: index for index, request_id in enumerate(sorted(requests))}
        row = model.open(np.full(len(order), FREE), np.ones(len(order)))
        of = np.array([order[need.request_id] for need in columns.needs], dtype=np.int64)
        model.put(row + np.repeat(of, KINDS), flow.reshape(-1), 1.0)

    def _loads(self, model: Model) -> None:
        """Each further session of a person costs one session more than the one before."""
        columns, taken = self._columns, model.taken
        people = len(columns.people)
        person = columns.person[taken]
        count = np.bincount(person, minlength=people)
        room = columns.room.sum(axis=1)
        several = np.flatnonzero(count > 1)
        model.loads = np.full(people, -1)
        first = model.open(np.full(len(several), FREE), np.ones(len(several)))
        model.loads[several] = first + np.arange(len(several))
        inside = np.flatnonzero(count[person] > 1)
        model.put(model.loads[person[inside]], inside, 1.0)
        further = np.minimum(count, room)[several] - 1
        rows = np.repeat(model.loads[several], further)
        steps = [float(step * self._weights.load) for n in further for step in range(1, n + 1)]
        model.put(rows, model.variables(steps), -1.0)

    def _months(self, model: Model) -> None:
        """Nobody leads more in a month than they may."""
        columns, taken = self._columns, model.taken
        people, months = columns.room.shape
        keys = columns.person[taken] * months + columns.month[columns.need[taken]]
        room = columns.room.reshape(-1)
        wanted = np.bincount(keys, minlength=people * months) > room
        model.months = self._limits(model, keys, wanted, room)

    def _cliques(self, model: Model) -> None:
        """Of needs that clash nobody leads two."""
        columns, taken = self._columns, model.taken
        total = len(columns.people) * max(1, len(columns.cliques))
        model.cliques = np.full(total, -1)
        for number, clique in enumerate(columns.cliques):
            inside = np.flatnonzero(np.isin(columns.need[taken], clique))
            keys = columns.person[taken][inside] * len(columns.cliques) + number
            found, back, count = np.unique(keys, return_inverse=True, return_counts=True)
            rows = np.full(len(found), -1)
            several = np.flatnonzero(count > 1)
            first = model.open(np.full(len(several), FREE), np.ones(len(several)))
            rows[several] = first + np.arange(len(several))
            model.cliques[found] = rows
            kept = count[back] > 1
            model.put(rows[back][kept], inside[kept], 1.0)

    @staticmethod
    def _limits(model: Model, keys: Ints, wanted: NDArray[np.bool_], upper: Ints) -> Ints:
        """A row for each key that is wanted; key → row."""
        row_of = np.full(len(wanted), -1)
        limited = np.flatnonzero(wanted)
        first = model.open(np.full(len(limited), FREE), upper[limited].astype(np.float64))
        row_of[limited] = first + np.arange(len(limited))
        inside = np.flatnonzero(wanted[keys])
        model.put(row_of[keys[inside]], inside, 1.0)
        return row_of

    def _together(self, model: Model, place: dict[tuple[int, int], int]) -> None:
        """Those who have led together cost more together; those of one team may not."""
        columns, weights = self._columns, self._weights
        for (n, union), x in place.items():
            if columns.kind[model.taken[x]] >= KINDS // 2:
                continue
            for employer in self._acquainted.get(union, ()):
                y = place.get((n, employer))
                if y is None:
                    continue
                one, other = columns.people[union], columns.people[employer]
                cost = again_cost(columns.needs[n], one, other, weights)
                if one_team(one, other):
                    model.row([x, y], [1, 1], 1)
                elif cost:
                    (t,) = model.variables([cost])
                    model.row([x, y, int(t)], [1, 1, -1], 1)

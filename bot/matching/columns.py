"""What a plan may choose from: one column for each person who could lead one need."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from bot.domain.pairing import Need, Placed, Profile, is_new, person_cost
from bot.domain.pairing_plan import Problem, plannable
from bot.domain.people import Side

Ints = NDArray[np.int64]
KINDS = 4
"""Side and experience: union, union new, employer, employer new."""


def kind_of(side: Side, *, new: bool) -> int:
    """The number of a side and an experience."""
    return 2 * (side is Side.EMPLOYER) + new


@dataclass(frozen=True)
class Columns:
    """All columns, sorted by need, then by person; needs and people by their ids.

    `start[n]` is where the columns of need n begin. `room[f, m]` is how many sessions person f
    may still take in month m; `month[n]` is the month of need n. `cliques` are sets of needs of
    which nobody can lead two.
    """

    needs: Sequence[Need]
    people: Sequence[Profile]
    need: Ints
    person: Ints
    kind: Ints
    cost: Ints
    start: Ints
    month: Ints
    room: Ints
    cliques: Sequence[Ints]

    def at(self, need: int) -> slice:
        """The columns of one need."""
        return slice(int(self.start[need]), int(self.start[need + 1]))

    def __len__(self) -> int:
        return len(self.need)


def make_columns(problem: Problem) -> Columns:
    """Number everything. Openings that nobody of one side can lead are left out."""
    openings = sorted(_possible(problem), key=lambda found: found[0].need_id)
    needs = [need for need, _ in openings]
    profiles = {p.profile.person_id: p.profile for _, placed in openings for p in placed}
    people = [profiles[person_id] for person_id in sorted(profiles)]
    number = {profile.person_id: index for index, profile in enumerate(people)}
    weights = problem.weights
    new = [is_new(profile, weights) for profile in people]
    rows: list[tuple[int, int, int, int]] = []
    start = [0]
    for index, (need, placed) in enumerate(openings):
        found = [(number[p.profile.person_id], person_cost(need, p, weights), p) for p in placed]
        found.sort(key=lambda one: one[0])
        rows += [
            (index, person, kind_of(p.profile.side, new=new[person]), cost)
            for person, cost, p in found
        ]
        start.append(len(rows))
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    months = sorted({need.month for need in needs})
    return Columns(
        needs=needs,
        people=people,
        need=table[:, 0],
        person=table[:, 1],
        kind=table[:, 2],
        cost=table[:, 3],
        start=np.array(start, dtype=np.int64),
        month=np.array([months.index(need.month) for need in needs], dtype=np.int64),
        room=_room(people, months, problem.sessions_a_month),
        cliques=list(_cliques(needs, problem.gap)),
    )


def _possible(problem: Problem) -> Iterator[tuple[Need, list[Placed]]]:
    for opening in problem.openings:
        most = problem.sessions_a_month
        placed = [p for p in opening.people if plannable(opening.need, p, most)]
        if {p.profile.side for p in placed} == set(Side):
            yield opening.need, placed


def _room(people: Sequence[Profile], months: Sequence[str], most: int) -> Ints:
    taken = [[profile.months.get(month, 0) for month in months] for profile in people]
    room = most - np.array(taken, dtype=np.int64).reshape(len(people), len(months))
    return np.maximum(room, 0)  # somebody may lead more already than they should


def _cliques(needs: Sequence[Need], gap: timedelta) -> Iterator[Ints]:
    """The largest sets of needs that all clash: those running when one of them begins."""
    order = sorted(range(len(needs)), key=lambda n: (needs[n].starts_at, n))
    running: list[int] = []
    for n in order:
        begins = needs[n].starts_at
        still = [other for other in running if needs[other].ends_at + gap > begins]
        if len(still) < len(running) and len(running) > 1:
            yield np.array(sorted(running), dtype=np.int64)
        running = [*still, n]
    if len(running) > 1:
        yield np.array(sorted(running), dtype=np.int64)


def acquainted(columns: Columns) -> dict[int, list[int]]:
    """Person → those of the other side with whom the cost or the rule of a pair is special.

    They have led together, or are of one team.
    """
    number = {profile.person_id: index for index, profile in enumerate(columns.people)}
    found: defaultdict[int, set[int]] = defaultdict(set)
    teams: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for index, profile in enumerate(columns.people):
        if profile.team is not None:
            teams[profile.organization, profile.team.casefold()].append(index)
        for partner in profile.partners:
            other = number.get(partner)
            if other is not None:
                found[index].add(other)
                found[other].add(index)
    for members in teams.values():
        for one, other in combinations(members, 2):
            found[one].add(other)
            found[other].add(one)
    return {
        person: sorted(
            other
            for other in others
            if columns.people[other].side is not columns.people[person].side
        )
        for person, others in found.items()
    }

"""The best few pairs for one need, exactly, without looking at all of them.

Two of a cost's three parts belong to one person each, so each side is sorted once. Pairs are
then taken in the order of that sum with a heap; their past together only ever adds to it, so
as soon as the next sum is no better than the worst pair kept, no better pair can follow.
"""

from __future__ import annotations

import bisect
import heapq
from collections.abc import Iterable, Iterator, Sequence

from bot.domain.pairing import (
    Need,
    Placed,
    Ranked,
    Weights,
    again_cost,
    experience_cost,
    is_new,
    one_team,
    person_cost,
    proposable,
)
from bot.domain.people import Side

Half = tuple[int, str]
"""One person's part of a cost, and their id."""


def best_pairs(
    need: Need,
    people: Iterable[Placed],
    weights: Weights,
    sessions_a_month: int,
    count: int = 5,
) -> list[Ranked]:
    """The best pairs, the best first; equal ones in the order of the ids."""
    placed = {p.profile.person_id: p for p in people if proposable(need, p, sessions_a_month)}
    best: list[tuple[int, str, str]] = []
    for base, union_id, employer_id in _sums(need, placed, weights):
        if len(best) == count and (base, union_id, employer_id) >= best[-1]:
            break
        union, employer = placed[union_id].profile, placed[employer_id].profile
        if one_team(union, employer):
            continue
        cost = base + again_cost(need, union, employer, weights)
        bisect.insort(best, (cost, union_id, employer_id))
        del best[count:]
    return [Ranked(placed[u], placed[e], cost) for cost, u, e in best]


def _sums(
    need: Need, placed: dict[str, Placed], weights: Weights
) -> Iterator[tuple[int, str, str]]:
    """Sums of the persons' and the experience's parts, least first, with the two ids."""
    halves: dict[tuple[Side, bool], list[Half]] = {}
    for person_id, one in placed.items():
        kind = (one.profile.side, is_new(one.profile, weights))
        halves.setdefault(kind, []).append((person_cost(need, one, weights), person_id))
    for group in halves.values():
        group.sort()
    streams = [
        _merged(
            union,
            employer,
            experience_cost(union_new, employer_new, weights) + need.choice * weights.later_date,
        )
        for union_new in (False, True)
        for employer_new in (False, True)
        if (union := halves.get((Side.UNION, union_new)))
        and (employer := halves.get((Side.EMPLOYER, employer_new)))
    ]
    return heapq.merge(*streams)


def _merged(
    union: Sequence[Half], employer: Sequence[Half], more: int
) -> Iterator[tuple[int, str, str]]:
    """All sums of two sorted lists in order: each pair follows the one before it in its row."""

    def entry(i: int, j: int) -> tuple[int, str, str, int, int]:
        one, other = union[i], employer[j]
        return (one[0] + other[0] + more, one[1], other[1], i, j)

    heap = [entry(0, 0)]
    while heap:
        cost, union_id, employer_id, i, j = heapq.heappop(heap)
        yield cost, union_id, employer_id
        if j + 1 < len(employer):
            heapq.heappush(heap, entry(i, j + 1))
        if j == 0 and i + 1 < len(union):
            heapq.heappush(heap, entry(i + 1, 0))

"""The plan: pairs for many needs at once, what it costs, and what it must never break."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import combinations

from bot.domain.pairing import (
    Availability,
    Need,
    Placed,
    Profile,
    Ranked,
    Weights,
    one_team,
    pair_cost,
    proposable,
)
from bot.domain.pairing_order import best_pairs
from bot.domain.people import Side


@dataclass(frozen=True, slots=True)
class Opening:
    """A need, and everybody who qualifies for it."""

    need: Need
    people: tuple[Placed, ...]

    def of(self, side: Side) -> list[Placed]:
        """Those of one side."""
        return [placed for placed in self.people if placed.profile.side is side]


@dataclass(frozen=True, slots=True)
class Problem:
    """What a plan is made from. `gap` is kept free around each session of a person.

    Openings with the same `request_id` are one request at other times: at most one is paired.
    """

    openings: tuple[Opening, ...]
    weights: Weights
    sessions_a_month: int
    gap: timedelta


@dataclass(frozen=True, slots=True)
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

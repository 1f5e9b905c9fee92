"""Who is offered a seat in a cohort next: the fair order, kept in balance.

The candidates stand in the programme's order (prioritized first, then by when they were
accepted). The next seat goes to the side that has fewer so far, where both have somebody left;
within the side, to the region that has fewest; the order decides what is then still open. So the
sides never differ by more than one while both have candidates, and regions stay even.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.people import Side


@dataclass(frozen=True, slots=True)
class Contender:
    """Somebody who waits for a seat, or has one."""

    person_id: str
    side: Side
    region: str


@dataclass(frozen=True, slots=True)
class Balance:
    """What a cohort is kept even in."""

    sides: bool = True
    regions: bool = True


def fair_order(
    waiting: Sequence[Contender], seated: Iterable[Contender], balance: Balance
) -> list[Contender]:
    """All who wait, in the order in which seats are theirs.

    Args:
        waiting: In the programme's order.
        seated: Those who have a seat or the offer of one: what is taken is kept in balance too.
        balance: What to keep even.
    """
    left, taken = list(waiting), list(seated)
    order: list[Contender] = []
    while left:
        chosen = _next(left, taken, balance)
        left.remove(chosen)
        taken.append(chosen)
        order.append(chosen)
    return order


def _next(left: Sequence[Contender], taken: Sequence[Contender], balance: Balance) -> Contender:
    sides, regions = Counter(c.side for c in taken), Counter(c.region for c in taken)

    def standing(contender: Contender) -> tuple[int, int]:
        return (
            sides[contender.side] if balance.sides else 0,
            regions[contender.region] if balance.regions else 0,
        )

    if balance.sides and sides[Side.UNION] == sides[Side.EMPLOYER]:
        # Even so far: the side of whoever is first in the order.
        left = [c for c in left if c.side is left[0].side]
    return min(left, key=standing)  # the first of several: the order decides

"""Small worlds for pairing: needs that clash, people with pasts, and the best of all pairs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

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
from bot.domain.pairing_plan import Chosen, Opening, Problem, breaches, plan_cost
from bot.domain.people import Side
from bot.domain.roster import Wish

MONDAY = datetime(2027, 3, 29, tzinfo=UTC)
GAP = timedelta(minutes=30)
REGIONS = ("national-capital", "quebec")


def a_need(key: str = "r1", day: int = 0, hour: int = 14, **changed: object) -> Need:
    starts_at = MONDAY + timedelta(days=day, hours=hour)
    need = Need(
        need_id=f"{key}@0",
        request_id=key,
        region="national-capital",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        on=starts_at.date(),
    )
    return replace(need, **changed)


def somebody(person_id: str, side: Side = Side.UNION, **changed: object) -> Profile:
    profile = Profile(person_id=person_id, side=side, region="national-capital", led=5)
    return replace(profile, **changed)


def free(profile: Profile, **changed: object) -> Placed:
    return replace(Placed(profile, Availability.FREE), **changed)


def all_pairs(need: Need, people: Sequence[Placed], weights: Weights, most: int) -> list[Ranked]:
    """Every pair that may be proposed, the best first: the slow way."""
    able = [p for p in people if proposable(need, p, most)]
    pairs = [
        Ranked(union, employer, pair_cost(need, union, employer, weights))
        for union in able
        if union.profile.side is Side.UNION
        for employer in able
        if employer.profile.side is Side.EMPLOYER and not one_team(union.profile, employer.profile)
    ]
    return sorted(
        pairs, key=lambda p: (p.cost, p.union.profile.person_id, p.employer.profile.person_id)
    )


def all_plans(problem: Problem) -> Iterator[list[Chosen]]:
    """Every plan that breaks nothing, the empty one included."""

    def further(at: int, so_far: list[Chosen]) -> Iterator[list[Chosen]]:
        if at == len(problem.openings):
            yield so_far
            return
        yield from further(at + 1, so_far)
        opening = problem.openings[at]
        for union in opening.of(Side.UNION):
            for employer in opening.of(Side.EMPLOYER):
                row = Chosen(
                    opening.need.need_id, union.profile.person_id, employer.profile.person_id
                )
                grown = [*so_far, row]
                if not breaches(problem, grown):
                    yield from further(at + 1, grown)

    return further(0, [])


def least_cost(problem: Problem) -> int:
    return min(plan_cost(problem, plan) for plan in all_plans(problem))


def one_of_each(*options: Sequence[Any]) -> st.SearchStrategy[list[Any]]:
    """One of each of these, with a single draw: hypothesis takes as long for a bit as for all."""

    def taken(number: int) -> list[Any]:
        found: list[Any] = []
        for each in options:
            number, place = divmod(number, len(each))
            found.append(each[place])
        return found

    return st.integers(0, math.prod(len(each) for each in options) - 1).map(taken)


PEOPLE = one_of_each(
    REGIONS,
    ("o1", "o2"),
    (None, "Payroll", "PAYROLL", "Audit"),
    range(5),
    (0.0, 1.5, 2.25),
    range(6),
    range(18, -1, -1),
    tuple(Wish),
    (None, MONDAY.date()),
    ({}, {"2027-03": 1}, {"2027-04": 1}, {"2027-03": 2}),
)


@st.composite
def profiles(draw: st.DrawFn, person_id: str, side: Side, partners: Sequence[str]) -> Profile:
    times: dict[str, tuple[datetime, ...]] = {}
    for _ in range(draw(st.integers(0, 2)) if partners else 0):
        partner, days = draw(one_of_each(partners, range(-40, 701)))
        times[partner] = (*times.get(partner, ()), MONDAY - timedelta(days=days))
    region, organization, team, load, average, led, served, wish, until, months = draw(PEOPLE)
    return Profile(
        person_id=person_id,
        side=side,
        region=region,
        organization=organization,
        team=team,
        load=load,
        average=average,
        led=led,
        served=served,
        wish=wish,
        wish_until_on=until,
        months=months,
        partners=times,
    )


@st.composite
def crowds(draw: st.DrawFn, most: int) -> list[Profile]:
    """Up to so many people of each side, some of whom have led together."""
    unions, employers = draw(one_of_each(range(1, most + 1), range(1, most + 1)))
    union = [f"u{n}" for n in range(unions)]
    employer = [f"e{n}" for n in range(employers)]
    return [
        *(draw(profiles(person_id, Side.UNION, employer)) for person_id in union),
        *(draw(profiles(person_id, Side.EMPLOYER, [])) for person_id in employer),
    ]


RARELY = (False, False, False, True)
PLACES = one_of_each(tuple(Availability), RARELY, RARELY)


def placings(profile: Profile) -> st.SearchStrategy[Placed]:
    return PLACES.map(lambda place: Placed(profile, *place))


QUALIFIES = st.sampled_from((True, True, True, False))


@st.composite
def problems(
    draw: st.DrawFn, *, needs: int = 3, people: int = 3, even: bool = False, far: bool = False
) -> Problem:
    """A few needs, some at the same time, some of one request, and a few people for each.

    `even`: nothing but loads tells one person from another. `far`: each need is a request of its
    own in a month of its own, so that the same people may lead them all.
    """
    crowd = draw(crowds(people))
    if even:
        crowd = [somebody(p.person_id, p.side, load=p.load) for p in crowd]
    openings: list[Opening] = []
    count, most = draw(one_of_each(range(1, needs + 1), (1, 2, 3)))
    for number in range(count):
        of, day, hour = draw(one_of_each(range(number + 1), (0, 1, 5), (13, 14, 16)))
        request = number if even or far else of
        need = a_need(
            f"r{request}",
            day=35 * number if far else day,
            hour=hour,
            need_id=f"n{number}",
            choice=number - request,
        )
        if even:
            openings.append(Opening(need, tuple(free(p) for p in crowd)))
            continue
        placed = [(draw(QUALIFIES), draw(placings(p))) for p in crowd]
        openings.append(Opening(need, tuple(one for there, one in placed if there)))
    return Problem(tuple(openings), Weights(), most, GAP)

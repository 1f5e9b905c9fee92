"""Small worlds for pairing: needs that clash, people with pasts, and the best of all pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

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


@st.composite
def profiles(draw: st.DrawFn, person_id: str, side: Side, partners: Sequence[str]) -> Profile:
    met = draw(st.lists(st.sampled_from(partners), max_size=2)) if partners else []
    ago = [draw(st.integers(min_value=-40, max_value=700)) for _ in met]
    times: dict[str, tuple[datetime, ...]] = {}
    for partner, days in zip(met, ago, strict=True):
        times[partner] = (*times.get(partner, ()), MONDAY - timedelta(days=days))
    return Profile(
        person_id=person_id,
        side=side,
        region=draw(st.sampled_from(REGIONS)),
        organization=draw(st.sampled_from(("o1", "o2"))),
        team=draw(st.sampled_from((None, "Payroll", "PAYROLL", "Audit"))),
        load=draw(st.integers(min_value=0, max_value=4)),
        average=draw(st.sampled_from((0.0, 1.5, 2.25))),
        led=draw(st.integers(min_value=0, max_value=5)),
        served=draw(st.integers(min_value=0, max_value=18)),
        wish=draw(st.sampled_from(Wish)),
        wish_until_on=draw(st.sampled_from((None, MONDAY.date()))),
        months=draw(st.sampled_from(({}, {"2027-03": 1}, {"2027-04": 1}, {"2027-03": 2}))),
        partners=times,
    )


@st.composite
def crowds(draw: st.DrawFn, most: int) -> list[Profile]:
    """Up to so many people of each side, some of whom have led together."""
    union = [f"u{n}" for n in range(draw(st.integers(min_value=1, max_value=most)))]
    employer = [f"e{n}" for n in range(draw(st.integers(min_value=1, max_value=most)))]
    return [
        *(draw(profiles(person_id, Side.UNION, employer)) for person_id in union),
        *(draw(profiles(person_id, Side.EMPLOYER, [])) for person_id in employer),
    ]


def placings(profile: Profile) -> st.SearchStrategy[Placed]:
    rarely = st.sampled_from((False, False, False, True))
    return st.builds(
        Placed,
        st.just(profile),
        st.sampled_from(Availability),
        engaged=rarely,
        absent=rarely,
    )


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
    for number in range(draw(st.integers(min_value=1, max_value=needs))):
        own = even or far
        request = number if own else draw(st.integers(min_value=0, max_value=number))
        need = a_need(
            f"r{request}",
            day=35 * number if far else draw(st.sampled_from((0, 1, 5))),
            hour=draw(st.sampled_from((13, 14, 16))),
            need_id=f"n{number}",
            choice=number - request,
        )
        there = crowd if even else draw(st.lists(st.sampled_from(crowd), unique_by=id))
        placed = [free(p) if even else draw(placings(p)) for p in there]
        openings.append(Opening(need, tuple(placed)))
    return Problem(tuple(openings), Weights(), draw(st.integers(min_value=1, max_value=3)), GAP)

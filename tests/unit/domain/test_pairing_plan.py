"""Plans: what they cost, what they must never break, and what one gets request by request."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from bot.domain.pairing import Availability, Weights
from bot.domain.pairing_greedy import greedy_plan
from bot.domain.pairing_plan import (
    Chosen,
    Opening,
    Plan,
    Problem,
    breaches,
    clash,
    plan_cost,
    spread,
)
from bot.domain.people import Side
from tests.unit.domain.pairings import GAP, a_need, free, problems, somebody

UNION = [somebody(f"u{n}") for n in (1, 2)]
EMPLOYER = [somebody(f"e{n}", Side.EMPLOYER) for n in (1, 2)]


def problem(*needs, people=(*UNION, *EMPLOYER), most=2) -> Problem:
    openings = tuple(Opening(need, tuple(free(p) for p in people)) for need in needs)
    return Problem(openings, Weights(), most, GAP)


def row(need, union="u1", employer="e1") -> Chosen:
    return Chosen(need.need_id, union, employer)


FIRST, SECOND = a_need("r1"), a_need("r2", day=1)


@pytest.mark.parametrize(
    ("minutes", "expected"), [(-1, True), (0, True), (29, True), (30, False), (31, False)]
)
def test_sessions_clash_with_less_than_the_gap_between_them(minutes, expected):
    start = FIRST.ends_at + timedelta(minutes=minutes)
    other = replace(SECOND, starts_at=start, ends_at=start + timedelta(hours=1))
    assert clash(FIRST, other, GAP) is clash(other, FIRST, GAP) is expected


def test_the_cost_of_a_plan():
    two = problem(FIRST, SECOND)
    assert plan_cost(two, []) == 2_000_000
    assert plan_cost(two, [row(FIRST)]) == 1_000_000 + 50
    # Both lead once more (100 each), and together once more (200).
    assert plan_cost(two, [row(FIRST), row(SECOND)]) == 50 + 50 + 100 + 100 + 200
    assert plan_cost(two, [row(FIRST), row(SECOND, "u2", "e2")]) == 50 + 50


def test_a_plan_with_a_stranger_has_no_cost():
    with pytest.raises(KeyError):
        plan_cost(problem(FIRST), [row(FIRST, "nobody")])


@pytest.mark.parametrize(
    ("made", "rows", "expected"),
    [
        (problem(FIRST, SECOND), [row(FIRST), row(SECOND)], []),
        (problem(FIRST), [row(FIRST, "nobody")], ["unqualified"]),
        (problem(FIRST), [row(FIRST, "e1", "u1")], ["one_side"]),
        (problem(FIRST), [row(FIRST, "u1", "u2")], ["one_side"]),
        (problem(FIRST), [row(FIRST), row(FIRST, "u2", "e2")], ["paired_twice"]),
        (problem(FIRST, SECOND, most=1), [row(FIRST), row(SECOND, "u2")], ["month_full"]),
        (
            problem(FIRST, a_need("r3", hour=15)),
            [row(FIRST), row(a_need("r3"), "u1", "e2")],
            ["double_booked"],
        ),
        (
            problem(FIRST, people=[free(p).profile for p in (*UNION, *EMPLOYER)], most=0),
            [row(FIRST)],
            ["month_full", "not_available"],
        ),
    ],
)
def test_what_a_plan_must_not_break(made, rows, expected):
    assert breaches(made, rows) == expected


def test_a_plan_uses_nobody_who_is_busy_and_no_two_of_one_team():
    team = {"organization": "o1", "team": "Payroll"}
    people = (
        free(replace(UNION[0], **team)),
        free(UNION[1], availability=Availability.BUSY),
        free(replace(EMPLOYER[0], **team)),
    )
    made = Problem((Opening(FIRST, people),), Weights(), 2, GAP)
    assert breaches(made, [row(FIRST)]) == ["one_team"]
    assert breaches(made, [row(FIRST, "u2")]) == ["not_available"]
    assert greedy_plan(made) == ()


def test_one_after_the_other_spreads_the_load():
    chosen = greedy_plan(problem(FIRST, SECOND))
    assert chosen == (row(FIRST), row(SECOND, "u2", "e2"))


def test_one_after_the_other_takes_each_request_once():
    other_date = replace(SECOND, request_id="r1", choice=1)
    assert greedy_plan(problem(FIRST, other_date)) == (row(FIRST),)


@settings(max_examples=80, deadline=None)
@given(problems(needs=4))
def test_one_after_the_other_breaks_nothing(made):
    assert breaches(made, greedy_plan(made)) == []


def test_the_gap_of_a_plan_is_a_share_of_its_cost():
    assert Plan((), 200, 150).gap == 0.25
    assert Plan((), 200, 200).gap == 0
    assert Plan((), 0, 0).gap == 0


def test_the_spread_is_the_variance_of_the_loads():
    assert spread([1, 1, 1]) == 0
    assert spread({"a": 0, "b": 2}) == 1
    assert spread([]) == 0

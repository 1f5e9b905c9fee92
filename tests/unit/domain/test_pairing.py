"""The rule of pairing: what each thing costs, who is proposed, the best pairs exactly."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.pairing import (
    Availability,
    Weights,
    again_cost,
    experience_cost,
    months_between,
    one_team,
    pair_cost,
    person_cost,
    proposable,
    seen,
)
from bot.domain.pairing_order import best_pairs
from bot.domain.people import Side
from bot.domain.roster import Wish
from tests.unit.domain.pairings import (
    MONDAY,
    a_need,
    all_pairs,
    crowds,
    free,
    placings,
    somebody,
)

WEIGHTS = Weights()
NEED = a_need()


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, 0),
        ({"load": 3}, 300),
        ({"region": "quebec"}, 150),
        ({"wish": Wish.MORE}, -100),
        ({"wish": Wish.FEWER}, 250),
        ({"wish": Wish.FEWER, "wish_until_on": MONDAY.date()}, 250),
        ({"wish": Wish.FEWER, "wish_until_on": MONDAY.date() - timedelta(days=1)}, 0),
        ({"average": 4.0}, 0),
        ({"average": 4.0, "served": 9}, 200),
        ({"average": 4.0, "served": 0, "load": 1}, 500),
    ],
)
def test_what_speaks_against_a_person(changed, expected):
    assert person_cost(NEED, free(somebody("a", **changed)), WEIGHTS) == expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [(Availability.FREE, 0), (Availability.UNKNOWN, 300), (Availability.BUSY, 100_000)],
)
def test_what_a_calendar_costs(state, expected):
    placed = seen(free(somebody("a")), {"a": state})
    assert person_cost(NEED, placed, WEIGHTS) == expected


def test_a_calendar_that_says_nothing_changes_nothing():
    placed = free(somebody("a"))
    assert seen(placed, None) == seen(placed, {"b": Availability.BUSY}) == placed


@pytest.mark.parametrize(
    ("union_new", "employer_new", "expected"),
    [(True, True, 600), (True, False, 0), (False, True, 0), (False, False, 50)],
)
def test_new_leads_with_experienced(union_new, employer_new, expected):
    assert experience_cost(union_new, employer_new, WEIGHTS) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [((), 0), ((0,), 200), ((-20,), 200), ((274,), 100), ((600,), 0), ((274, 0), 300)],
)
def test_having_led_together_costs_less_the_longer_ago(days, expected):
    times = tuple(NEED.starts_at - timedelta(days=each) for each in days)
    union = somebody("u", partners={"e": times} if days else {})
    assert again_cost(NEED, union, somebody("e", Side.EMPLOYER), WEIGHTS) == expected


def test_months_are_counted_in_both_directions():
    assert months_between(MONDAY, MONDAY + timedelta(days=92)) == 3
    assert months_between(MONDAY + timedelta(days=92), MONDAY) == 3
    assert months_between(MONDAY, MONDAY) == 0


def test_the_cost_of_a_pair_is_the_sum():
    union = free(somebody("u", load=2, partners={"e": (NEED.starts_at,)}))
    employer = free(somebody("e", Side.EMPLOYER, region="quebec", led=0))
    assert pair_cost(NEED, union, employer, WEIGHTS) == 200 + 150 + 0 + 200
    later = a_need(choice=2)
    assert pair_cost(later, union, employer, WEIGHTS) == 550 + 100


@pytest.mark.parametrize(
    ("changed", "months", "expected"),
    [
        ({}, {}, True),
        ({"engaged": True}, {}, False),
        ({"absent": True}, {}, False),
        ({}, {"2027-03": 2}, False),
        ({}, {"2027-03": 1, "2027-04": 2}, True),
        ({"availability": Availability.BUSY}, {}, True),
    ],
)
def test_who_is_proposed(changed, months, expected):
    placed = free(somebody("a", months=months), **changed)
    assert proposable(NEED, placed, 2) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("o1", "Payroll"), ("o1", "PAYROLL"), True),
        (("o1", "Payroll"), ("o2", "Payroll"), False),
        (("o1", "Payroll"), ("o1", "Audit"), False),
        (("o1", None), ("o1", None), False),
        (("o1", "Payroll"), ("o1", None), False),
    ],
)
def test_who_works_in_one_team(one, other, expected):
    first, second = (
        somebody(key, organization=organization, team=team)
        for key, (organization, team) in zip("ab", (one, other), strict=True)
    )
    assert one_team(first, second) is expected


def test_nobody_to_pair_gives_no_pair():
    assert best_pairs(NEED, [free(somebody("u"))], WEIGHTS, 2) == []
    assert best_pairs(NEED, [], WEIGHTS, 2) == []


def test_the_busy_come_last():
    people = [
        free(somebody("u1"), availability=Availability.BUSY),
        free(somebody("u2", load=40, region="quebec")),
        free(somebody("e1", Side.EMPLOYER)),
    ]
    ranked = best_pairs(NEED, people, WEIGHTS, 2)
    assert [pair.union.profile.person_id for pair in ranked] == ["u2", "u1"]


@settings(max_examples=120, deadline=None)
@given(st.data(), st.integers(min_value=1, max_value=8))
def test_the_best_pairs_are_those_of_all_pairs(data, count):
    crowd = data.draw(crowds(7))
    people = [data.draw(placings(profile)) for profile in crowd]
    need = a_need(choice=data.draw(st.integers(min_value=0, max_value=2)))
    best = best_pairs(need, people, WEIGHTS, 2, count)
    assert best == all_pairs(need, people, WEIGHTS, 2)[:count]
    shuffled = data.draw(st.permutations(people))
    assert best_pairs(need, shuffled, WEIGHTS, 2, count) == best


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_pair_is_one_of_each_side_and_never_of_one_team(data):
    crowd = data.draw(crowds(6))
    people = [data.draw(placings(profile)) for profile in crowd]
    for pair in best_pairs(NEED, people, WEIGHTS, 2):
        assert pair.union.profile.side is Side.UNION
        assert pair.employer.profile.side is Side.EMPLOYER
        assert not one_team(pair.union.profile, pair.employer.profile)
        for placed in (pair.union, pair.employer):
            assert proposable(NEED, placed, 2)

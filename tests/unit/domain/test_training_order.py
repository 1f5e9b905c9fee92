"""Who is offered a seat next: all of them once, sides and regions even, by the order."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.people import Side
from bot.domain.training_order import Balance, Contender, fair_order

REGIONS = ("atlantic", "quebec", "bc-yukon")
people = st.lists(st.tuples(st.sampled_from(Side), st.sampled_from(REGIONS)), max_size=30)
balances = st.builds(Balance, sides=st.booleans(), regions=st.booleans())


def contenders(drawn, prefix="c"):
    return [Contender(f"{prefix}{n}", side, region) for n, (side, region) in enumerate(drawn)]


def sides_of(people):
    return Counter(each.side for each in people)


@given(people, people, balances)
def test_everybody_is_in_it_once(waiting, seated, balance):
    waits = contenders(waiting)
    order = fair_order(waits, contenders(seated, "s"), balance)
    assert sorted(c.person_id for c in order) == sorted(c.person_id for c in waits)


@given(people, people, balances)
def test_the_same_people_are_always_in_the_same_order(waiting, seated, balance):
    waits, has = contenders(waiting), contenders(seated, "s")
    assert fair_order(waits, has, balance) == fair_order(list(waits), tuple(has), balance)


@given(people)
def test_sides_differ_by_at_most_one_while_both_have_somebody(waiting):
    waits = contenders(waiting)
    order = fair_order(waits, [], Balance())
    for taken in range(len(order)):
        if set(sides_of(order[taken:])) == set(Side):
            sides = sides_of(order[:taken])
            assert abs(sides[Side.UNION] - sides[Side.EMPLOYER]) <= 1


@given(people, people)
def test_the_side_that_has_fewer_comes_first(waiting, seated):
    """Seats that are taken count: what one person of a side gave up goes to that side."""
    waits, has = contenders(waiting), contenders(seated, "s")
    sides = sides_of(has)
    if set(sides_of(waits)) == set(Side) and sides[Side.UNION] != sides[Side.EMPLOYER]:
        fewer = min(Side, key=lambda side: sides[side])
        assert fair_order(waits, has, Balance())[0].side is fewer


@given(people)
def test_regions_stay_even_while_all_have_somebody(waiting):
    waits = contenders(waiting)
    order = fair_order(waits, [], Balance(sides=False))
    for taken in range(len(order)):
        if {c.region for c in order[taken:]} == set(REGIONS):
            regions = Counter(c.region for c in order[:taken])
            counts = [regions[region] for region in REGIONS]
            assert max(counts) - min(counts) <= 1


@given(people, people)
def test_within_a_side_and_a_region_the_order_decides(waiting, seated):
    waits = contenders(waiting)
    order = fair_order(waits, contenders(seated, "s"), Balance())
    for side in Side:
        for region in REGIONS:
            alike = [c for c in waits if (c.side, c.region) == (side, region)]
            assert [c for c in order if c in alike] == alike


@given(people, people)
def test_without_balance_the_order_is_the_programmes(waiting, seated):
    waits = contenders(waiting)
    none = Balance(sides=False, regions=False)
    assert fair_order(waits, contenders(seated, "s"), none) == waits


def test_an_example():
    """Four of the union and two of the employer: alternating, then whoever is left."""
    union = [Contender(f"u{n}", Side.UNION, "atlantic") for n in range(4)]
    employer = [Contender(f"e{n}", Side.EMPLOYER, "atlantic") for n in range(2)]
    order = fair_order([*union, *employer], [], Balance())
    assert [c.person_id for c in order] == ["u0", "e0", "u1", "e1", "u2", "u3"]

"""docs/pairing.md: its weights are the program's, and every figure of its example is computed."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.pairing import (
    Availability,
    Need,
    Placed,
    Profile,
    Weights,
    again_cost,
    experience_cost,
    is_new,
    person_cost,
)
from bot.domain.pairing_order import best_pairs
from bot.domain.pairing_reasons import pair_reasons, person_reasons
from bot.domain.people import Side
from bot.domain.roster import Wish
from bot.domain.rules import Rules
from bot.i18n import Catalogues
from cards.pairing_words import reasons_words

STARTS = datetime(2027, 4, 13, 13, 0, tzinfo=UTC)
NEED = Need("n", "r", "national-capital", STARTS, STARTS + timedelta(hours=3), STARTS.date())
NINE_MONTHS = timedelta(days=277)
WEIGHTS = Weights()


@pytest.fixture(scope="module")
def page(project_root):
    return (project_root / "docs/pairing.md").read_text("utf-8")


def table(page, first):
    """The rows of the table whose head begins with this word."""
    lines = page.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(f"| {first} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().strip("`") for cell in line.strip("|").split("|")])
    return rows


@pytest.fixture(scope="module")
def people(page):
    found = {}
    for who, side, load, led, region, served, wish, _ in table(page, "who"):
        together = {"A": {"D": (STARTS - NINE_MONTHS,)}}.get(who, {})
        found[who] = Placed(
            Profile(
                who,
                Side(side),
                region,
                load=int(load),
                led=int(led),
                served=int(served),
                average=5.0,
                wish=Wish(wish),
                partners=together,
            ),
            Availability.FREE,
        )
    return found


def test_the_weights_are_the_programs_own(page):
    said = {name: int(points) for name, points, _ in table(page, "weight")}
    assert said == {each.name: each.default for each in fields(Weights) if each.name != "months"}
    assert WEIGHTS.months == Rules().load_months == 18


def test_the_points_of_each_person(page, people):
    said = {row[0]: int(row[-1]) for row in table(page, "who")}
    assert said == {who: person_cost(NEED, placed, WEIGHTS) for who, placed in people.items()}


def test_the_pairs_their_order_and_their_points(page, people):
    ranked = best_pairs(NEED, people.values(), WEIGHTS, 2)
    computed = []
    for rank, pair in enumerate(ranked, start=1):
        union, employer = pair.union.profile, pair.employer.profile
        parts = [
            person_cost(NEED, pair.union, WEIGHTS) + person_cost(NEED, pair.employer, WEIGHTS),
            experience_cost(is_new(union, WEIGHTS), is_new(employer, WEIGHTS), WEIGHTS),
            again_cost(NEED, union, employer, WEIGHTS),
        ]
        assert sum(parts) == pair.cost
        names = f"{union.person_id} + {employer.person_id}"
        computed.append([str(rank), names, *map(str, parts), str(pair.cost)])
    assert table(page, "rank") == computed


def test_the_words_of_the_first_pair(page, people):
    tr = Catalogues.load().translator("en", "America/Toronto")
    one_line = " ".join(page.split())
    for who in ("A", "C"):
        assert f"“{reasons_words(person_reasons(NEED, people[who], WEIGHTS), tr)}”" in one_line
    pair = pair_reasons(NEED, people["A"].profile, people["C"].profile, WEIGHTS)
    assert f"“{reasons_words(pair, tr)}”" in one_line

"""The reasons of the ranking, in both languages."""

import json

import pytest

from bot.domain.pairing import Availability, Reason, Weights
from bot.domain.pairing_reasons import barriers, pair_reasons, person_reasons
from bot.domain.people import Side
from bot.domain.roster import Wish
from bot.i18n import Catalogues
from cards.pairing_words import kept_reasons, plain_reasons, reason_words, reasons_words
from tests.unit.domain.pairings import MONDAY, a_need, free, somebody

TEXTS = Catalogues.load()
EN, FR = (TEXTS.translator(language, "America/Toronto") for language in ("en", "fr"))
WEIGHTS, NEED = Weights(), a_need()


@pytest.mark.parametrize(
    ("reason", "english", "french"),
    [
        (
            Reason("load", {"n": 3, "months": 18, "average": 5}),
            "3 sessions in 18 months, the region’s average is 5",
            "3 séances en 18 mois, la moyenne de la région est de 5",
        ),
        (
            Reason("load", {"n": 0, "months": 18, "average": 2}),
            "no session in 18 months, the region’s average is 2",
            "aucune séance en 18 mois, la moyenne de la région est de 2",
        ),
        (Reason("active_for", {"n": 1}), "active for 1 month", "dans l’effectif depuis 1 mois"),
        (
            Reason("active_for", {"n": 0}),
            "active for less than a month",
            "dans l’effectif depuis moins d’un mois",
        ),
        (
            Reason("led", {"n": 2}),
            "has led 2 sessions so far",
            "2 séances animées jusqu’ici",
        ),
        (Reason("led", {"n": 0}), "has not led yet", "aucune séance animée jusqu’ici"),
        (
            Reason("region.other", {"region": "quebec"}),
            "from another region: Quebec",
            "d’une autre région\u00a0: Québec",
        ),
        (
            Reason("month_full", {"n": 2}),
            "already has 2 sessions that month",
            "déjà 2 séances ce mois-là",
        ),
        (
            Reason("together.times", {"n": 2, "ago": 4}),
            "lead together 2 times, the nearest 4 months from this date",
            "animent ensemble 2 fois, la plus proche à 4 mois de cette date",
        ),
        (
            Reason("together.times", {"n": 1, "ago": 0}),
            "lead together once, within a month of this date",
            "animent ensemble une fois, à moins d’un mois de cette date",
        ),
    ],
)
def test_a_reason_in_words(reason, english, french):
    assert reason_words(reason, EN) == english
    assert reason_words(reason, FR) == french


def test_the_issue_s_own_example():
    union = somebody("u", load=3, average=5.2, led=1)
    employer = somebody("e", Side.EMPLOYER)
    reasons = [
        *person_reasons(NEED, free(union), WEIGHTS),
        *pair_reasons(NEED, union, employer, WEIGHTS),
    ]
    assert reasons_words(reasons, EN) == (
        "3 sessions in 18 months, the region’s average is 5; has led 1 session so far; "
        "free at that time; same region; have not led together in 18 months; "
        "new with experienced"
    )


def test_what_is_said_of_somebody_in_the_order_of_reading():
    profile = somebody("u", region="quebec", wish=Wish.MORE, served=3, load=1)
    placed = free(profile, availability=Availability.BUSY)
    keys = [reason.key for reason in person_reasons(NEED, placed, WEIGHTS)]
    assert keys == ["load", "active_for", "availability.busy", "region.other", "wish.more"]


@pytest.mark.parametrize(
    ("changed", "months", "expected"),
    [
        ({}, {}, []),
        ({"engaged": True}, {"2027-03": 1}, []),
        ({"absent": True}, {"2027-03": 2}, ["absent", "month_full"]),
    ],
)
def test_why_nobody_may_ask_somebody(changed, months, expected):
    placed = free(somebody("a", months=months), **changed)
    found = barriers(NEED, placed, 2)
    assert [reason.key for reason in found] == expected
    for reason in found:
        assert reason_words(reason, EN) != reason_words(reason, FR)


@pytest.mark.parametrize(
    ("led", "expected"), [((1, 1), "both_new"), ((1, 5), "mixed"), ((5, 5), "both_experienced")]
)
def test_what_is_said_of_two(led, expected):
    union = somebody("u", led=led[0], partners={"e": (MONDAY,)})
    employer = somebody("e", Side.EMPLOYER, led=led[1])
    reasons = pair_reasons(NEED, union, employer, WEIGHTS)
    assert [reason.key for reason in reasons] == ["together.times", f"experience.{expected}"]


@pytest.mark.parametrize("why", ["no_date", "nobody.union", "nobody.employer", "taken"])
def test_why_a_plan_has_no_pair(why):
    assert reason_words(Reason(why), EN) != reason_words(Reason(why), FR)


def test_a_draft_keeps_reasons():
    reasons = person_reasons(NEED, free(somebody("a", region="quebec")), WEIGHTS)
    kept = json.loads(json.dumps(plain_reasons(reasons)))
    assert kept_reasons(kept) == reasons

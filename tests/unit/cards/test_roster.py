"""The cards of the roster: every standing and reader, in both languages, within the size."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.domain import catalogue
from bot.domain.people import Side
from bot.domain.roster import Absence, Facilitator, Standing, Wish
from bot.i18n import Catalogues, Translator
from bot.services.roster_views import (
    AbsenceView,
    FacilitatorView,
    Figures,
    RosterFilter,
    RosterLine,
    RosterPage,
    moves,
)
from bot.services.views import Named, TimelineEntry
from cards import kit
from cards.absence import build_absences
from cards.roster import build_facilitator, build_leads_first, question, topics_line
from cards.roster_list import build_roster
from tests.conversations.talking import problems_of, text_of

CATALOGUES = Catalogues.load()
NOW = datetime(2027, 1, 11, 15, 0, tzinfo=UTC)
LONGEST_NAME = "Coordonnatrice régionale " * 8
EVERY = tuple(entry.key for entry in catalogue.offerings())


def facilitator(standing: Standing = Standing.ACTIVE, **changed: Any) -> Facilitator:
    made = Facilitator(
        "p1", Side.UNION, ("en", "fr"), "atlantic", ("mental-health",), "2222", standing=standing
    )
    return replace(made, **changed)


def absence(number: int = 0, reason: str = "") -> AbsenceView:
    days = date(2027, 3, 1 + number), date(2027, 3, 5 + number)
    return AbsenceView(Absence(f"a{number}", "p1", *days, "America/Halifax", NOW, reason), ())


def view(standing: Standing, relation: str, **changed: Any) -> FacilitatorView:
    who = Named("p2", LONGEST_NAME)
    made = FacilitatorView(
        facilitator=facilitator(standing, topics=EVERY, since_at=NOW),
        person=Named("p1", LONGEST_NAME),
        relation=relation,
        figures=Figures(3, 2, 5, 18),
        wish=Wish.MORE,
        absences=tuple(absence(number) for number in range(9)),
        offers=2,
        leads=0,
        timeline=tuple(
            TimelineEntry(NOW, what, who, "anti-racism" if what == "certified" else "")
            for what in ("paused", "resumed", "retired", "returned", "certified", "wish_more")
        ),
        may=moves(facilitator(standing), own=relation == "self", steers=relation != "self"),
    )
    return replace(made, **changed)


@pytest.fixture(params=["en", "fr"])
def tr(request: pytest.FixtureRequest) -> Translator:
    return CATALOGUES.translator(request.param, "America/Halifax")


def test_the_day_since_when_is_enough():
    tr = CATALOGUES.translator("en", "America/Halifax")
    seen = text_of(build_facilitator(view(Standing.ACTIVE, "self"), tr)).splitlines()
    assert "Facilitator since: January\u00a011, 2027" in seen


@pytest.mark.parametrize("standing", list(Standing))
@pytest.mark.parametrize("relation", ["self", "coordinator"])
def test_every_standing_for_every_reader(tr: Translator, standing: Standing, relation: str):
    for leads in (0, 3):
        seen = view(standing, relation, leads=leads)
        cards = [build_facilitator(seen, tr, said="x" * 300)]
        cards += [build_leads_first(seen, tr)] if leads else []
        for card in cards:
            assert problems_of(card) == []
            assert kit.size(card) < kit.LARGEST


def test_what_is_done_to_others_has_other_words():
    tr = CATALOGUES.translator("fr", "America/Toronto")
    own, other = view(Standing.ACTIVE, "self"), view(Standing.ACTIVE, "coordinator")
    titles = [[a["title"] for a in build_facilitator(v, tr)["actions"]] for v in (own, other)]
    assert titles == [
        [
            "Mes affectations",
            "Mes absences",
            "Fréquence d’animation",
            "Faire une pause",
            "Quitter l’effectif",
        ],
        ["Certifier des sujets", "Mettre en pause", "Retirer de l’effectif", "Effectif"],
    ]


def test_the_question_counts_what_would_be_declined_or_must_be_led():
    tr = CATALOGUES.translator("en", "America/Toronto")
    assert "2 offers that await an answer are declined." in question(
        view(Standing.ACTIVE, "self"), "retire", tr
    )
    assert "They have accepted 1 session" in question(
        view(Standing.ACTIVE, "coordinator", leads=1), "retire", tr
    )
    assert "declined" not in question(view(Standing.ACTIVE, "self", offers=0), "retire", tr)


def test_the_reader_s_wish_is_said_and_another_s_usual_is_not():
    tr = CATALOGUES.translator("en", "America/Toronto")
    usual = view(Standing.ACTIVE, "coordinator", wish=Wish.USUAL, timeline=(), absences=())
    assert "Would like to lead" not in text_of(build_facilitator(usual, tr))
    own = replace(usual, relation="self", may=frozenset({"wish"}))
    assert "Would like to lead: As usual" in text_of(build_facilitator(own, tr))
    unknown = view(Standing.ACTIVE, "coordinator")
    unknown = replace(unknown, timeline=(TimelineEntry(NOW, "paused", None, ""),))
    assert "began a pause" in text_of(build_facilitator(unknown, tr))


def test_all_that_can_be_requested_is_one_word():
    tr = CATALOGUES.translator("en", "America/Toronto")
    requestable = tuple(entry.key for entry in catalogue.requestable_offerings())
    assert topics_line(facilitator(topics=requestable), tr) == "All conversations"
    assert topics_line(facilitator(), tr) == "Mental Health: Let's Talk!"
    assert topics_line(facilitator(topics=EVERY), tr).startswith("All conversations; ")


@pytest.mark.parametrize("regions", [("atlantic",), ("atlantic", "quebec")])
def test_the_list_in_its_longest_form(tr: Translator, regions: tuple[str, ...]):
    lines = tuple(
        RosterLine(
            facilitator(standing, topics=EVERY, person_id=f"p{number}"),
            Named(f"p{number}", LONGEST_NAME),
            Figures(number, number % 2, 5, 18),
            absence().absence if number % 3 else None,
        )
        for number, standing in enumerate([*Standing, *Standing, *Standing][:8])
    )
    which = RosterFilter("union", "mental-health", "fr", "active", "atlantic")
    for first, total in ((0, 30), (8, 30), (24, 30)):
        card = build_roster(RosterPage(lines, first, total, regions, which), tr, said="x" * 300)
        assert problems_of(card) == []
        assert kit.size(card) < kit.LARGEST
    empty = build_roster(RosterPage((), 0, 0, regions, RosterFilter()), tr)
    assert problems_of(empty) == []
    assert tr.t("roster.list.nobody") in text_of(empty).splitlines()
    assert tr.t("session.filter.title") not in str(empty)


def test_absences_of_one_day_and_of_several(tr: Translator):
    one = absence()
    day = replace(one.absence, to_on=one.absence.from_on)
    card = build_absences([AbsenceView(day, ()), absence(1, "why " * 75)], tr)
    assert problems_of(card) == []
    assert "why why" in text_of(card)

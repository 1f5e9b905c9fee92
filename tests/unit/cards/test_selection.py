"""The cards of those who select: any state, either language, as long as texts may get."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.applications import ApplicationStatus, EndorsementStatus, EndorserKind
from bot.domain.interviews import Ending, InterviewStatus
from bot.i18n import Catalogues
from bot.services.selecting import Stance
from bot.services.selection import SelectionPage
from bot.services.views import TimelineEntry
from cards import kit
from cards.selection import build_selection
from cards.selection_list import build_selection_list
from tests.conversations.talking import actions_of, problems_of, shown_values, text_of
from tests.unit.cards import selections
from tests.unit.cards.selections import AT, CANDIDATE, LONG, an_application, endorsement, selection

CATALOGUES = Catalogues.load()
EN, FR = (CATALOGUES.translator(language, "America/Toronto") for language in ("en", "fr"))
BOTH = pytest.mark.parametrize("tr", [EN, FR], ids=["en", "fr"])
EVERY = frozenset(
    {"invite", "accept", "keep", "decline", "confirm", "set_aside", "reschedule", "cancel"}
    | {"retry_booking", "open_self_identification"}
)


def titles(card: kit.Card) -> list[str]:
    return [action["title"] for action in actions_of(card)]


@BOTH
@pytest.mark.parametrize("status", list(ApplicationStatus)[1:])
def test_every_state_has_its_words(tr, status):
    view = selection(an_application(status=status, reason="Thank you."))
    card = build_selection(view, tr, EN)
    assert problems_of(card) == []
    assert card["lang"] == tr.language
    assert tr.t(f"application.status.{status.value}") in text_of(card)


@BOTH
@pytest.mark.parametrize("ending", ["", *Ending])
@pytest.mark.parametrize("status", list(InterviewStatus))
def test_every_state_of_the_interview(tr, status, ending):
    cancelled = status is InterviewStatus.CANCELLED
    if bool(ending) is not cancelled:
        return
    interview = selections.picked(status, ending=str(ending), reason="A word.")
    view = selection(an_application(status=ApplicationStatus.KEPT), interview=interview)
    card = build_selection(view, tr, EN)
    assert problems_of(card) == []
    told = text_of(card)
    assert (tr.t("interview.title") in told.splitlines()) is (ending != "decided")
    assert ("A word." in told) is (ending in ("none_suits", "cannot", "cancelled"))


@pytest.mark.parametrize(
    ("interviewed", "may", "words"),
    [
        (False, {"cancel"}, "The candidate is invited to an interview."),
        (False, set(), "No interview is planned at the moment."),
        (True, set(), "The interview was held. Decide"),
        (True, {"cancel"}, "The candidate is invited to an interview."),
    ],
)
def test_what_is_to_be_done_about_the_interview(interviewed, may, words):
    view = selection(
        an_application(status=ApplicationStatus.INTERVIEW),
        interview=selections.an_interview(),
        interviewed=interviewed,
        may=frozenset(may),
    )
    assert words in text_of(build_selection(view, EN, EN))


def test_the_likely_button_is_the_only_positive_one():
    for may, positive in (
        ({"accept", "invite", "keep", "decline"}, ["Accept"]),
        ({"invite", "keep", "decline"}, ["Invite to an interview"]),
        ({"decline"}, []),
    ):
        card = build_selection(selection(may=frozenset(may)), EN, FR)
        made = [a["title"] for a in actions_of(card) if a.get("style") == "positive"]
        assert made == positive


def test_a_proposal_and_the_words_for_the_last_hand_on_them():
    for decision in ("accept", "keep"):
        view = selection(
            an_application(proposal=decision, proposal_by="p-2"),
            may=frozenset({"confirm", "set_aside"}),
        )
        card = build_selection(view, EN, FR)
        assert f"Coordonnatrice, Gatineau proposes to {decision}" in text_of(card)
        assert "Set the proposal aside" in titles(card)
    view = selection(
        an_application(proposal="decline", proposal_by="p-2", proposal_note="Merci."),
        may=frozenset({"confirm"}),
    )
    card = build_selection(view, EN, FR)
    assert "Confirm: decline" in titles(card)
    assert shown_values(card)["text"] == "Merci."
    seen = build_selection(replace(view, may=frozenset()), EN, FR)
    assert "Confirm: decline" not in titles(seen)
    assert "Merci." in text_of(seen)


def test_the_other_side_proposes_in_so_many_words():
    view = selection(stance=Stance.OTHER, may=frozenset({"accept", "keep", "decline"}))
    card = build_selection(view, FR, FR)
    assert {"Proposer de retenir", "Proposer de conserver", "Proposer de refuser"} <= set(
        titles(card)
    )
    assert "votre décision est une proposition" in text_of(card)


def test_an_administrator_reads_why_they_see_it():
    card = build_selection(selection(stance=Stance.STAND_IN), EN, FR)
    assert "nobody coordinates the union’s side in the region" in text_of(card)


def test_the_kind_words_are_in_the_candidates_language():
    card = build_selection(selection(may=frozenset({"decline"})), EN, FR)
    assert shown_values(card)["text"].startswith("Merci de l’intérêt")
    card = build_selection(selection(may=frozenset({"decline"}), language="en"), FR, EN)
    assert shown_values(card)["text"].startswith("Thank you for your interest")


@BOTH
def test_both_endorsers_with_what_they_said(tr):
    for status in EndorsementStatus:
        both = tuple(endorsement(kind, status=status, note="A note.") for kind in EndorserKind)
        told = text_of(build_selection(selection(endorsements=both), tr, EN))
        assert told.count("A note.") == 2
        assert "Manager, Ottawa" in told
        assert tr.t("common.somebody") in told
    waiting = endorsement(EndorserKind.MANAGER, answered_at=None)
    assert "A note." not in text_of(build_selection(selection(endorsements=(waiting,)), tr, EN))


def test_a_fault_of_outlook_and_what_can_be_done():
    view = selection(
        an_application(status=ApplicationStatus.INTERVIEW),
        interview=selections.picked(InterviewStatus.BOOKING, fault="graph_denied"),
        may=frozenset({"retry_booking", "cancel", "reschedule"}),
    )
    card = build_selection(view, EN, FR)
    assert "Ask Outlook again" in titles(card)
    assert EN.t("triage.fault.denied") in text_of(card)


@BOTH
def test_the_longest_card_fits(tr):
    lines = tuple(TimelineEntry(AT, "application_declined", CANDIDATE, LONG) for _ in range(40))
    view = selection(
        an_application(
            experience=LONG, motivation=LONG, proposal="decline", proposal_note=LONG,
            status=ApplicationStatus.INTERVIEW, topics=("mental-health", "anti-racism"),
        ),
        endorsements=tuple(endorsement(kind, note=LONG) for kind in EndorserKind),
        interview=selections.picked(reason=LONG[:500], fault="graph_denied"),
        timeline=lines,
        may=EVERY,
    )  # fmt: skip
    card = build_selection(view, tr, FR, said=LONG[:200])
    assert problems_of(card) == []


def page(*views, **changed) -> SelectionPage:
    said = {"which": "", "first": 0, "total": len(views), "own": frozenset({"union"})}
    return SelectionPage(tuple(views), **{**said, **changed})


@BOTH
def test_the_list_says_in_which_order_and_of_whom(tr):
    proposed = selection(an_application(proposal="keep", proposal_by="p-2", submitted_at=None))
    card = build_selection_list(page(selection(), proposed, total=25, first=10), tr)
    told = text_of(card)
    assert problems_of(card) == []
    assert tr.t("selection.order") in told
    assert tr.t("selection.list.proposed.keep") in told
    assert [tr.t("common.more"), tr.t("selection.list.first")] == titles(card)[2:4]
    only = build_selection_list(page(selection(), which="union"), tr)
    assert tr.t("selection.list.which.union") not in titles(only)
    assert tr.t("selection.list.which.both") in titles(only)


@BOTH
def test_an_empty_list_says_why(tr):
    assert tr.t("selection.list.empty") in text_of(build_selection_list(page(), tr))
    proposals = build_selection_list(page(own=frozenset(), ordered=False), tr)
    assert tr.t("selection.list.empty.stand_in") in text_of(proposals)
    assert tr.t("selection.list.which.union") not in titles(proposals)
    listed = build_selection_list(page(selection(), own=frozenset(), ordered=False), tr)
    assert tr.t("selection.order.stand_in") in text_of(listed)


@BOTH
def test_ten_of_the_longest_fit(tr):
    card = build_selection_list(page(*[selection()] * 10, total=40), tr)
    assert problems_of(card) == []

"""An interview's card, its notices, its mail and its meeting, in both languages."""

from __future__ import annotations

import pytest

from bot.domain.applications import ApplicationStatus, EndorserKind
from bot.domain.interviews import Ending, InterviewStatus
from bot.i18n import Catalogues
from cards.interview import build_interview
from cards.interview_meeting import InterviewMeetingWords
from cards.mail import build_mail
from cards.notices import Notice, notice_text
from tests.conversations.talking import actions_of, problems_of, text_of
from tests.unit.cards.selections import (
    AT,
    LINK,
    LONG,
    OPTIONS,
    an_application,
    an_interview,
    endorsement,
    picked,
    selection,
    sight,
)

CATALOGUES = Catalogues.load()
EN, FR = (CATALOGUES.translator(language, "America/Toronto") for language in ("en", "fr"))
HALIFAX = CATALOGUES.translator("en", "America/Halifax")
BOTH = pytest.mark.parametrize("tr", [EN, FR], ids=["en", "fr"])
NB = "\u00a0"


@BOTH
@pytest.mark.parametrize("relation", ["candidate", "coordinator"])
@pytest.mark.parametrize("status", list(InterviewStatus))
def test_every_state_for_both(tr, relation, status):
    endings = list(Ending) if status is InterviewStatus.CANCELLED else [""]
    for ending in endings:
        make = an_interview if status is InterviewStatus.OFFERED else picked
        view = sight(make(status=status, ending=str(ending), reason=LONG[:500]), relation=relation)
        card = build_interview(view, tr)
        assert problems_of(card) == []
        other = "Coordonnatrice, Gatineau" if relation == "candidate" else "Employee, Regina"
        assert other in text_of(card)


def test_the_times_keep_their_numbers_when_one_has_passed():
    view = sight(options=OPTIONS[1:], may=frozenset({"pick", "none_suits"}))
    card = build_interview(view, EN)
    told = text_of(card)
    assert "1. " not in told
    assert f"2. Friday, January{NB}15, 2027, 10{NB}am to 11{NB}am" in told
    picks = [a["data"] for a in actions_of(card) if a.get("verb") == "interview.pick"]
    assert picks == [{"id": "i-1", "place": 2}, {"id": "i-1", "place": 3}]


def test_no_time_left_is_lapsed():
    told = text_of(build_interview(sight(options=()), EN))
    assert "The time to answer is over" in told


def test_the_date_leads_on_the_readers_own_clock():
    told = text_of(build_interview(sight(picked()), HALIFAX)).splitlines()
    assert told[2:4] == [f"Thursday, January{NB}14, 2027", f"11{NB}am to noon"]
    assert "Ottawa" in told[4] or "Eastern" in told[4]


def test_the_link_is_there_while_it_is_booked():
    urls = [a.get("url") for a in actions_of(build_interview(sight(picked()), EN))]
    assert LINK in urls
    over = build_interview(sight(picked(InterviewStatus.HELD)), EN)
    assert LINK not in [a.get("url") for a in actions_of(over)]


def test_outlook_that_does_not_answer():
    view = sight(picked(InterviewStatus.BOOKING, fault="graph_503", join_url=None))
    assert EN.t("interview.next.fault") in text_of(build_interview(view, EN))


@BOTH
def test_what_each_can_do(tr):
    card = build_interview(sight(picked(), may=frozenset({"cannot"})), tr)
    assert tr.t("interview.cannot.send") in [a["title"] for a in actions_of(card)]
    theirs = sight(picked(), relation="coordinator", may=frozenset({"reschedule", "cancel"}))
    titles = [a["title"] for a in actions_of(build_interview(theirs, tr))]
    assert tr.t("interview.do.reschedule") in titles
    assert tr.t("interview.cancel.send") in titles


@BOTH
@pytest.mark.parametrize(
    "kind",
    ["offered", "booked", "moved", "cancelled", "lapsed", "unbooked"],
)
def test_notices_of_an_interview(tr, kind):
    for view in (sight(), sight(picked(), relation="coordinator")):
        said = notice_text(Notice(f"interview.{kind}", {}, AT), view, tr)
        assert "{" not in said
        assert build_mail(Notice(f"interview.{kind}", {}, AT), view, tr, EN, None).html


def test_a_reminder_reads_well_alone():
    notice = Notice("reminder.interview", {"which": "1h"}, AT)
    assert notice_text(notice, sight(picked()), EN) == (
        f"Your interview with Coordonnatrice, Gatineau: "
        f"Thursday, January{NB}14, 2027, 10{NB}am to 11{NB}am"
    )
    offer = notice_text(Notice("reminder.interview_offer", {}, AT), sight(), FR)
    assert f"d’ici le vendredi 15{NB}janvier{NB}2027" in offer


def test_the_candidate_is_not_told_their_own_name():
    booked = Notice("interview.booked", {}, AT)
    assert notice_text(booked, sight(picked()), EN).startswith(
        "Your interview with Coordonnatrice, Gatineau is booked: Thursday"
    )
    select = selection(an_application(), interview=picked())
    assert notice_text(booked, select, EN).startswith("The interview is booked: Thursday")


@BOTH
@pytest.mark.parametrize(
    "kind",
    [
        "application.proposed", "application.confirmed", "application.set_aside",
        "application.to_select", "application.withdrawn",
        "interview.booked", "interview.booking_failed", "interview.none_suits",
        "interview.cannot", "interview.lapsed", "interview.unbooked", "interview.held",
    ],
)  # fmt: skip
def test_notices_to_those_who_select(tr, kind):
    application = an_application(status=ApplicationStatus.INTERVIEW, proposal="keep")
    for view in (
        selection(application, interview=picked()),
        selection(an_application(), endorsements=(endorsement(EndorserKind.MANAGER),)),
    ):
        said = notice_text(Notice(kind, {}, AT), view, tr)
        assert "{" not in said
        html = build_mail(Notice(kind, {}, AT), view, tr, EN, None).html
        assert "AP-2027-0001" in html


def test_a_mail_about_an_interview_has_its_facts():
    html = build_mail(Notice("interview.booked", {}, AT), sight(picked()), EN, FR, None).html
    assert "Coordonnatrice, Gatineau" in html
    assert f"10{NB}am to 11{NB}am" in html


def test_the_meeting_has_both_languages_and_no_date_and_no_name():
    words = InterviewMeetingWords(CATALOGUES)
    french, english = words.subject("fr").split(" | ")
    assert (french, english) == (
        f"Entrevue{NB}: devenir facilitatrice ou facilitateur",
        "Interview: becoming a facilitator",
    )
    html = words.body_html("en")
    assert html.index('<div lang="en">') < html.index('<div lang="fr">')
    assert "2027" not in html
    said = words.cancellation(picked(reason="I am <b>away</b>."), "en").split("\n\n")
    assert said[:2] == ["This interview is cancelled.", "Cette entrevue est annulée."]
    assert "<b>" not in said[2]
    assert words.cancellation(picked(), "fr").count("\n\n") == 1

"""The cards of orientations: what stands first, what can be done, in both languages."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.people import Side
from bot.i18n import Catalogues
from cards import kit
from cards.cohort import build_cohort, build_no_cohort
from cards.cohort_meeting import CohortWords
from cards.cohort_steer import build_cohorts
from cards.mail import build_mail
from cards.notices import Notice, notice_text
from tests.conversations.talking import actions_of, problems_of, text_of
from tests.unit.cards.cohorts import (
    FIRST_AT,
    LINK,
    WEEKS,
    candidate,
    cohort,
    steered,
    trainee,
)

CATALOGUES = Catalogues.load()
EN = CATALOGUES.translator("en", "America/Toronto")
FR = CATALOGUES.translator("fr", "America/Toronto")
REGINA = CATALOGUES.translator("en", "America/Regina")


def captions(card):
    return [action["title"] for action in actions_of(card)]


@pytest.mark.parametrize(
    ("view", "badge", "says"),
    [
        (candidate("offered", "accept", "decline"), "A seat is offered", "It is yours if you"),
        (candidate("offered"), "Your time to answer has passed", "You remain an accepted"),
        (candidate("confirmed", "leave"), "You have a seat", "not booked in Outlook yet"),
        (
            candidate("confirmed", "leave", cohort=cohort(join_url=LINK)),
            "You have a seat",
            "I will remind you before each day.",
        ),
        (
            candidate("confirmed", "leave", cohort=cohort(fault="graph_away")),
            "You have a seat",
            "Outlook has not taken the booking so far.",
        ),
        (
            candidate("confirmed", "leave", cohort=cohort("running", join_url=LINK)),
            "You have a seat",
            "The orientation is under way.",
        ),
        (
            candidate("confirmed", cohort=cohort("running", join_url=LINK), over=True),
            "You have a seat",
            "The five days are over.",
        ),
        (candidate("waitlisted", "leave"), "You are on the waitlist", "You have nothing to do"),
        (candidate("declined", "wait"), "You declined this seat", "You can wait for a seat"),
        (candidate("expired", "wait"), "Your time to answer has passed", "or in the next one"),
        (candidate("left"), "You have no seat", "in a later orientation"),
        (
            candidate("completed", cohort=cohort("completed")),
            "You completed this orientation",
            "You are a facilitator now",
        ),
        (
            candidate("incomplete", cohort=cohort("completed")),
            "You did not complete",
            "in a later orientation",
        ),
        (
            candidate("left", cohort=cohort("cancelled", cancel_reason="Too few *people*")),
            "Cancelled",
            "Too few *people*",
        ),
    ],
)
def test_how_a_candidate_stands_comes_first(view, badge, says):
    for tr in (EN, FR):
        card = build_cohort(view, tr)
        assert problems_of(card) == []
    lines = text_of(build_cohort(view, EN)).splitlines()
    assert lines[1].startswith(badge)
    assert says in "\n".join(lines[2:4])


def test_what_a_candidate_can_do():
    offered = build_cohort(candidate("offered", "accept", "decline"), EN)
    assert captions(offered) == ["Accept the seat", "Decline the seat", "My application"]
    booked = candidate("confirmed", "leave", cohort=cohort(join_url=LINK))
    assert captions(build_cohort(booked, EN)) == [
        "Join the Teams meeting",
        "Give up the seat",
        "Yes, give it up",
        "My application",
    ]
    waits = build_cohort(candidate("waitlisted", "leave"), EN)
    assert captions(waits) == ["Leave the waitlist", "My application"]
    assert (
        captions(build_cohort(candidate("declined", "wait"), EN))[0] == "Wait for a seat after all"
    )


def test_whoever_completed_it_goes_on_to_lead():
    buttons = captions(build_cohort(candidate("completed"), EN))
    assert buttons == ["My facilitation", "My application"]


def test_who_steers_it_and_is_offered_a_seat_answers_first():
    view = candidate("offered", "accept", "decline", "cancel", relation="coordinator")
    assert captions(build_cohort(view, EN))[:2] == ["Accept the seat", "Decline the seat"]
    answered = replace(view, may=frozenset({"leave", "cancel"}))
    assert "Cancel the orientation" in captions(build_cohort(answered, EN))


def test_hours_that_are_the_same_each_day_are_said_once():
    card = text_of(build_cohort(candidate(), EN))
    assert "Each day, 9\u00a0am to 4\u00a0pm" in card
    assert "Day 4: Monday, March\u00a015, 2027\n" in card


def test_hours_that_change_on_the_readers_clock_stand_at_each_day():
    view = candidate(cohort=cohort(starts=WEEKS))
    card = text_of(build_cohort(view, REGINA))
    assert "Each day, 8" not in card
    assert "Day 1: Wednesday, March\u00a010, 2027, 8\u00a0am to 3\u00a0pm" in card
    assert "Day 2: Wednesday, March\u00a017, 2027, 7\u00a0am to 2\u00a0pm" in card
    assert "Each day: 9\u00a0am to 4\u00a0pm, Eastern time" in card


def test_nothing_was_ever_offered():
    for tr in (EN, FR):
        assert problems_of(build_no_cohort(tr)) == []
    assert captions(build_no_cohort(EN))[0] == "My application"


@pytest.mark.parametrize(
    ("view", "state", "says"),
    [
        (steered("planned", "open", "cancel"), "Planned, not open yet", "When you open it"),
        (steered("planned", "cancel"), "Planned, not open yet", "before it was opened"),
        (steered("open", "cancel"), "Open: seats are being offered", "No accepted candidate"),
        (
            steered("running", "attend", day=2, trainees=(trainee(),), confirmed=1),
            "Under way",
            "still to be marked for days 1 and 2.",
        ),
        (
            steered(
                "running", "attend", "complete", day=5, over=True, trainees=(trainee(),),
                marked=frozenset(range(1, 6)),
            ),
            "Over: to be completed",
            "All five days are marked.",
        ),
        (steered("running", day=1), "Under way", "Each day"),
        (steered("completed"), "Completed", "Each day"),
        (
            steered("cancelled", cohort=cohort("cancelled", cancel_reason="Too few")),
            "Cancelled",
            "Too few",
        ),
        (
            steered("open", "retry", cohort=cohort(fault="graph_denied")),
            "Not booked: Outlook refuses",
            "Nothing is lost",
        ),
    ],
)  # fmt: skip
def test_how_it_stands_for_those_who_steer(view, state, says):
    for tr in (EN, FR):
        assert problems_of(build_cohort(view, tr)) == []
    lines = text_of(build_cohort(view, EN)).splitlines()
    assert lines[1] == state
    assert says in "\n".join(lines[2:6])


def test_the_buttons_of_those_who_steer():
    assert captions(build_cohort(steered("planned", "open", "cancel"), EN)) == [
        "Open: offer the seats",
        "Cancel the orientation",
        "Cancel the orientation now",
        "Orientations",
    ]
    running = steered(
        "running", "attend", "cancel", day=1, trainees=(trainee(),),
        cohort=cohort("running", join_url=LINK),
    )  # fmt: skip
    assert captions(build_cohort(running, EN)) == [
        "Everybody was there: day 1",
        "Mark who was absent",
        "Join the Teams meeting",
        "Cancel the orientation",
        "Cancel the orientation now",
        "Orientations",
    ]
    unmarked = replace(running, may=frozenset({"attend", "complete"}), over=True)
    assert "Complete the orientation" not in captions(build_cohort(unmarked, EN))
    done = replace(unmarked, marked=frozenset({1}))
    assert captions(build_cohort(done, EN)) == [
        "Complete the orientation",
        "Mark who was absent",
        "Orientations",
    ]
    positive = [a for a in actions_of(build_cohort(done, EN)) if a.get("style") == "positive"]
    assert [a["title"] for a in positive] == ["Complete the orientation"]


def test_people_by_side_with_how_they_answered():
    view = steered(
        "open",
        trainees=(
            trainee(1, "confirmed"),
            trainee(2, "offered", name=None),
            trainee(3, "confirmed", Side.EMPLOYER, region="atlantic"),
        ),
        waiting=(trainee(4, "waitlisted", Side.EMPLOYER),),
        confirmed=2,
        offered=1,
    )
    card = text_of(build_cohort(view, EN))
    for line in (
        "13 of 16 seats are free",
        "Union: 1 accepted, 1 still to answer",
        "Candidate 1 · Quebec · has accepted",
        "A colleague · Quebec · to answer by Wednesday, March\u00a03, 2027, at 5\u00a0pm",
        "Employer: 1 accepted",
        "Candidate 3 · Atlantic · has accepted",
        "By region: Atlantic 1, Quebec 2",
        "Waiting: 0 union, 1 employer",
        "Candidate 4 · Employer, Quebec",
        "this list is by name",
    ):
        assert line in card
    assert problems_of(build_cohort(view, FR)) == []


def test_who_missed_what():
    view = steered(
        "completed",
        trainees=(
            trainee(1, "completed", attended=(1, 2, 3, 4, 5)),
            trainee(2, "completed", attended=(1, 2, 3, 4)),
            trainee(3, "incomplete", attended=(1, 2)),
        ),
        marked=frozenset(range(1, 6)),
        day=5,
    )
    card = text_of(build_cohort(view, EN))
    assert "Candidate 1 · Quebec · completed\n" in card
    assert "Candidate 2 · Quebec · completed (missed day 5)" in card
    assert (
        "Candidate 3 · Quebec · not completed, waits for another (missed days 3, 4 and 5)" in card
    )


@pytest.mark.parametrize("tr", [EN, FR])
def test_a_full_cohort_fits_in_a_card(tr):
    name = "Analyste principale des politiques et des programmes, Saint-Jean-sur-Richelieu " * 2
    people = tuple(
        trainee(n, "offered", Side.EMPLOYER, region="prairies-nwt", name=name) for n in range(20)
    )
    view = steered(
        "open", "cancel", "retry", trainees=people, waiting=people * 10, offered=20,
        cohort=cohort(capacity=20, fault="graph_denied", topics=tuple(TOPICS)),
    )  # fmt: skip
    card = build_cohort(view, tr)
    assert problems_of(card) == []
    assert kit.size(card) < kit.LARGEST


TOPICS = (
    "mental-health",
    "anti-racism",
)


def test_what_balance_is_kept():
    for sides, regions, words in (
        (True, True, "The sides and the regions"),
        (True, False, "The sides"),
        (False, False, "Nothing in particular"),
    ):
        made = cohort("planned", balance_sides=sides, balance_regions=regions)
        card = text_of(build_cohort(steered("planned", cohort=made), EN))
        assert f"Kept even: {words}" in card


def test_the_list():
    empty = build_cohorts([], EN)
    assert captions(empty) == ["Plan an orientation"]
    assert "No orientation is planned." in text_of(empty)
    views = [
        steered("open", confirmed=3, offered=2),
        steered("planned", cohort=cohort("planned", regions=("quebec",))),
    ]
    card = build_cohorts(views, EN)
    for line in (
        "2 orientations ahead",
        "Wednesday, March\u00a010, 2027, to Tuesday, March\u00a016, 2027",
        "5 of 16 seats taken or offered",
        "English · All regions · K7M-2QF",
        "English · Quebec · K7M-2QF",
    ):
        assert line in text_of(card)
    assert problems_of(build_cohorts(views, FR)) == []


@pytest.mark.parametrize(
    ("count", "says"),
    [
        (20, ""),
        (21, "and 1 later one: type its code to see it"),
        (40, "and 20 later ones: type the code of one to see it"),
    ],
)
def test_a_long_list_shows_the_soonest_and_counts_the_others(count, says):
    regions = ("quebec", "atlantic", "prairies-nwt")
    views = [steered("open", cohort=cohort(regions=regions))] * count
    card = build_cohorts(views, EN)
    assert (captions(card).count("Show"), says in text_of(card)) == (20, True)
    assert problems_of(build_cohorts(views, FR)) == []


@pytest.mark.parametrize(
    ("tr", "kind", "args", "told"),
    [
        (
            EN,
            "cohort.offered",
            {},
            (
                "A seat in the orientation is offered to you: five days, Wednesday, March\u00a010, "
                "2027, to Tuesday, March\u00a016, 2027. Please answer by Wednesday, March\u00a03, "
                "2027, at 5\u00a0pm."
            ),
        ),
        (EN, "reminder.training", {"which": "1d", "number": 2}, "Tomorrow, 9\u00a0am to"),
        (
            FR,
            "reminder.training",
            {"which": "1d", "number": 2},
            "Demain, de 9\u00a0h à 16\u00a0h\u00a0: jour 2 de votre orientation",
        ),
        (
            EN,
            "reminder.training",
            {"which": "7d", "number": 1},
            "Your orientation begins today, 9\u00a0am to 4\u00a0pm.",
        ),
        (EN, "cohort.to_mark", {"number": 3}, "Day 3 of the orientation is over. Who was there?"),
        (
            FR,
            "cohort.cancelled",
            {},
            (
                "L’orientation est annulée\u00a0: du mercredi 10\u00a0mars\u00a02027 au "
                "mardi 16\u00a0mars\u00a02027. Votre candidature demeure retenue."
            ),
        ),
    ],
)
def test_notices(tr, kind, args, told):
    notice = Notice(kind, args, FIRST_AT - timedelta(hours=1))
    assert notice_text(notice, candidate(), tr).startswith(told)


def test_a_mail_has_the_five_days():
    view = candidate("left", cohort=cohort("cancelled", cancel_reason="<b>Too few</b>"))
    mail = build_mail(Notice("cohort.cancelled", {}, FIRST_AT), view, EN, FR, None)
    assert "The orientation is cancelled" in mail.subject
    assert "<strong>Day 5:</strong> Tuesday, March\u00a016, 2027" in mail.html
    assert "<strong>Jour 5\u00a0:</strong> mardi 16\u00a0mars" in mail.html
    assert "&lt;b&gt;Too few&lt;/b&gt;" in mail.html
    assert "<b>Too few" not in mail.html


def test_the_words_of_the_series_are_in_both_languages():
    words = CohortWords(CATALOGUES)
    made = cohort(language="fr", cancel_reason="Trop peu <de> monde")
    assert words.subject(made) == "Orientation à la facilitation | Orientation of new facilitators"
    body = words.body_html(made)
    assert body.index('lang="fr"') < body.index('lang="en"')
    assert "Mental Health: Let&#x27;s Talk!" in body
    assert "2027" not in body
    said = words.cancellation(made).split("\n\n")
    assert said[:2] == ["Cette orientation est annulée.", "This orientation is cancelled."]
    assert "<" not in said[2]
    assert words.cancellation(replace(made, cancel_reason="")).count("\n\n") == 1

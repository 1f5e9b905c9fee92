"""A session's card in every state, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain import catalogue
from bot.domain.people import Side
from bot.domain.requests import Visibility
from bot.domain.seats import SeatStatus
from bot.domain.sessions import SessionStatus
from bot.i18n import Catalogues, Translator
from bot.services.views import Named, SessionView
from cards import actions, kit
from cards.session import NAMES, build_session
from tests.conversations.talking import actions_of, problems_of, text_of
from tests.unit.cards.sessions import CHAT, LINK, in_every_state, lead, seat, session, view

CATALOGUES = Catalogues.load()
EN = CATALOGUES.translator("en", "America/Toronto")
FR = CATALOGUES.translator("fr", "America/Toronto")
NEEDS = {
    "accept_seat": actions.SESSION_ACCEPT_SEAT,
    "decline_seat": actions.SESSION_DECLINE_SEAT,
    "join": actions.SESSION_JOIN,
    "leave": actions.SESSION_LEAVE,
    "add_people": actions.SESSION_ADD_PEOPLE,
    "cancel": actions.SESSION_CANCEL,
    "reschedule": actions.SESSION_RESCHEDULE,
}


def said(seen: SessionView, tr: Translator = EN) -> str:
    return text_of(build_session(seen, tr)).replace("\u00a0", " ")


def captions(seen: SessionView) -> list[str]:
    return [action["title"] for action in build_session(seen, EN)["actions"]]


@pytest.mark.parametrize("tr", [EN, FR], ids=["en", "fr"])
@pytest.mark.parametrize("state", in_every_state())
def test_every_state_is_a_good_card_with_the_buttons_it_may_have(state: str, tr: Translator):
    seen = in_every_state()[state]
    card = build_session(seen, tr)
    assert problems_of(card) == []
    verbs = [action.get("verb") for action in actions_of(card)]
    assert {verb for verb in verbs if verb in NEEDS.values()} == {NEEDS[m] for m in seen.may}
    positive = [action for action in card["actions"] if action.get("style") == "positive"]
    assert len(positive) <= 1
    assert card["refresh"]["action"]["verb"] == actions.SESSION_SHOW
    day = "Thursday, March 4, 2027" if tr is EN else "Le jeudi 4 mars 2027"
    assert day in text_of(card).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("to join", "4 seats left of 15"),
        ("one left", "1 seat left of 15"),
        ("full", "All seats are taken"),
        ("full, others wait", "All seats are taken; 3 people are waiting"),
        ("in person", "Where: Montréal, QC"),
        ("elsewhere", "11 am to 2:30 pm, Pacific time (Vancouver)"),
        ("seat, booked", "The meeting’s link is here and in your calendar."),
        ("seat, not booked", "The meeting is not booked in Outlook yet; the invitation follows."),
        ("seat, Outlook away", "Outlook has not taken the booking so far. Nothing is lost:"),
        ("waiting", "You are second on the waitlist"),
        ("offered", "It is yours if you accept by Tuesday, March 2, 2027, at 1 pm."),
        ("leads", "You lead this session"),
        ("requester", "K7M-2QF is the code to join with"),
        ("requester, nobody yet", "Taking part: Nobody yet"),
        ("coordinator, planned", "Two co-facilitators are being asked."),
        ("cancelled", "A facilitator is ill."),
        ("held", "This session was held"),
        ("under way", "The session has begun."),
        ("under way, no seat", "so it can no longer be joined."),
    ],
)
def test_what_each_state_says(state: str, words: str):
    assert words in said(in_every_state()[state])


def test_the_code_and_the_names_are_for_those_who_share_or_steer():
    for state, seen in in_every_state().items():
        shown = said(seen)
        assert ("K7M-2QF" in shown) == (seen.shares_code and "planned" not in state), state
        assert ("Taking part" in shown) == (seen.shares_code or bool(seen.people)), state


def test_the_link_is_for_those_inside_once_it_is_booked():
    for state, seen in in_every_state().items():
        opens = [a["url"] for a in actions_of(build_session(seen, EN)) if "url" in a]
        inside = state in ("seat, booked", "leads", "under way")
        assert opens == ([LINK] if inside else []), state


def test_the_deep_link_is_in_the_words_to_copy_where_there_is_one():
    seen = in_every_state()["requester"]
    assert CHAT in str(build_session(seen, EN))
    bare = str(build_session(replace(seen, join_link=""), EN))
    assert "join K7M-2QF" in bare
    assert "https://teams.microsoft.com/l/chat" not in bare


def test_the_likely_one_comes_first():
    states = in_every_state()
    assert captions(states["to join"])[0] == "Join"
    assert captions(states["full"])[0] == "Join the waitlist"
    assert captions(states["offered"])[:2] == ["Accept the seat", "Decline the seat"]
    assert captions(states["requester"])[:2] == ["Add people", "Join"]
    assert captions(states["seat, booked"])[0] == "Join the Teams meeting"
    assert captions(states["waiting"])[0] == "Leave the waitlist"


def test_a_code_that_was_shown_is_carried_on_a_wrong_one_is_not():
    own = view("join", of=session(visibility=Visibility.TEAM))
    right = build_session(own, EN, code="K7M-2QF")["refresh"]["action"]["data"]
    wrong = build_session(own, EN, code="B4D-9XZ")["refresh"]["action"]["data"]
    assert right == {"id": "s1", "code": "K7M-2QF"}
    assert wrong == {"id": "s1"}


def test_many_names_are_counted():
    people = tuple(Named(f"p{n}", f"Employee {n}") for n in range(NAMES + 1))
    seen = view(shares_code=True, people=people)
    assert "Employee 19 and 1 more" in said(seen)
    assert "Employee 19 et 1 autre" in said(seen, FR)
    unknown = replace(seen, people=(Named("p", None),))
    assert "Taking part: a colleague" in said(unknown)


def test_what_was_said_leads_and_is_the_notification():
    card = build_session(view("leave", seat=seat(SeatStatus.CONFIRMED)), EN, said="You have it.")
    assert text_of(card).splitlines()[1] == "You have it."
    assert card["speak"] == "You have it."
    assert build_session(view(), EN)["speak"] == "Mental Health: Let's Talk!"


@pytest.mark.parametrize("tr", [EN, FR], ids=["en", "fr"])
def test_the_largest_card_is_small_enough(tr: Translator):
    """Longest of everything, with markdown and marks in what people wrote."""
    odd = "**Évelyne** [x](http://x) {{y}} <b>" + "é" * 200
    hosts = catalogue.organizations()
    longest = max(hosts, key=lambda host: len(host.name[tr.language]))
    for entry in catalogue.requestable_offerings():
        crowded = session(
            offering=entry.key,
            organization=longest.id,
            place="x" * 200,
            zone="America/St_Johns",
        )
        seen = view(
            "join leave accept_seat decline_seat add_people cancel reschedule",
            of=crowded,
            shares_code=True,
            people=tuple(Named(f"p{n}", odd) for n in range(50)),
            leads=tuple(lead(side, odd) for side in Side),
            join_link=CHAT,
        )
        card = build_session(seen, tr, said="é" * 1000)
        assert problems_of(card) == []


def test_names_are_never_read_as_markdown():
    odd = "[win](http://evil) **bold**"
    seen = view(shares_code=True, people=(Named("p", odd),), leads=(lead(Side.UNION, odd),))
    card = build_session(seen, EN)
    holders = [block["type"] for block in _with_text(card, odd)]
    assert set(holders) == {"TextRun"}


def test_cancelled_without_a_word_of_why_has_no_empty_box():
    seen = view(of=session(status=SessionStatus.CANCELLED))
    assert kit.size(build_session(seen, EN)) < kit.size(
        build_session(in_every_state()["cancelled"], EN)
    )
    assert "You have nothing to do." in said(seen)


def test_another_days_zone_note_is_a_line_of_its_own():
    late = session(starts_at=session().starts_at + timedelta(hours=9), zone="Asia/Tokyo")
    late.ends_at = late.starts_at + timedelta(hours=2)
    note = said(view(of=late)).splitlines()[3]
    assert note == "Friday, March 5, 2027, noon to 2 pm, local time (Tokyo)"
    assert said(view(of=late), FR).splitlines()[3].startswith("Vendredi 5 mars 2027, de 12 h à")


def _with_text(node: Any, words: str) -> list[dict[str, Any]]:
    if isinstance(node, dict):
        here = [node] if words in str(node.get("text", "")) else []
        return here + [each for value in node.values() for each in _with_text(value, words)]
    if isinstance(node, list):
        return [each for item in node for each in _with_text(item, words)]
    return []

"""Questions about Outlook: their cards, notices and mails, in both languages and every state."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.outlook import Answer, QuestionStatus, Topic
from bot.i18n import Catalogues
from bot.services.outlook_views import OutlookView
from bot.services.views import Named
from cards.mail import build_mail
from cards.notices import Notice, notice_text
from cards.outlook import build_outlook
from tests.conversations.talking import actions_of, problems_of, text_of
from tests.unit.cards.outlooks import AT, NOUNS, view

CATALOGUES = Catalogues.load()
EN, FR = (CATALOGUES.translator(language, "America/Toronto") for language in ("en", "fr"))
BOTH = pytest.mark.parametrize("tr", [EN, FR], ids=["en", "fr"])
NB = "\u00a0"


def answered(made: OutlookView, answer: Answer) -> OutlookView:
    question = replace(made.question, status=QuestionStatus.ANSWERED, answer=answer.value)
    by = Named("p-2", "Coordonnatrice, Gatineau")
    return replace(made, question=question, may=(), stands=False, answered_by=by)


CASES = [
    (topic, noun)
    for topic in Topic
    for noun in (["session"] if topic is Topic.LEAD_DECLINED else NOUNS)
]


@BOTH
@pytest.mark.parametrize(("topic", "noun"), CASES)
def test_every_question_and_every_answer(tr, topic, noun):
    made = view(topic, noun)
    assert problems_of(build_outlook(made, tr)) == []
    for answer in made.may:
        card = build_outlook(answered(made, answer), tr)
        assert problems_of(card) == []
        own = bool(made.question.person_id)
        assert ("Coordonnatrice, Gatineau" in text_of(card)) is not own
        assert [a["verb"] for a in actions_of(card)] != []
        assert all(a.get("data", {}).get("answer") is None for a in actions_of(card))


@BOTH
def test_what_is_no_longer_so_has_nothing_to_answer(tr):
    for made in (
        view(stands=False, may=()),
        view(
            stands=False, may=(), question=replace(view().question, status=QuestionStatus.OVERTAKEN)
        ),
    ):
        card = build_outlook(made, tr)
        assert problems_of(card) == []
        assert tr.t("outlook.state.overtaken") in text_of(card)
        assert [a["verb"] for a in actions_of(card)] == ["triage.show"]


def test_both_times_and_one_likely_answer():
    card = build_outlook(view(), EN)
    told = text_of(card)
    assert f"Planned: Tuesday, February{NB}16, 2027, 9{NB}am to 1{NB}pm" in told
    assert f"In Outlook: Wednesday, February{NB}17, 2027, 9{NB}am to 1{NB}pm" in told
    styles = {a["title"]: a.get("style") for a in actions_of(card)}
    assert styles == {
        "Keep Outlook’s time": "positive",
        "Put the meeting back": None,
        "See the session": None,
    }


def test_what_takes_something_away_is_asked_once_more_with_a_word_of_why():
    for topic, label, reason in (
        (Topic.DELETED, "Cancel instead", True),
        (Topic.LEAD_DECLINED, "I can no longer lead", True),
        (Topic.DECLINED, "Give up my seat", False),
    ):
        card = build_outlook(view(topic), EN)
        (opens,) = [a for a in card["actions"] if a["title"] == label]
        assert opens["type"] == "Action.ShowCard"
        (sends,) = opens["card"]["actions"]
        assert (sends["verb"], sends["style"]) == ("outlook.answer", "destructive")
        inputs = [e["id"] for e in opens["card"]["body"] if e["type"] == "Input.Text"]
        assert inputs == (["reason"] if reason else [])


def test_a_participant_is_led_to_the_session_itself():
    (shows,) = [a for a in actions_of(build_outlook(view(Topic.DECLINED), FR)) if
                a.get("verb") == "session.show"]  # fmt: skip
    assert shows["title"] == "Voir la séance"


@pytest.mark.parametrize(
    ("topic", "noun", "english", "french"),
    [
        (
            Topic.MOVED,
            "interview",
            (
                f"Moved in Outlook: Interview with Candidate, Gatineau, now Wednesday, "
                f"February{NB}17, 2027, 9{NB}am to 1{NB}pm. Which time holds?"
            ),
            (
                f"Déplacée dans Outlook{NB}: Entrevue avec Candidate, Gatineau, désormais mercredi "
                f"17{NB}février{NB}2027, de 9{NB}h à 13{NB}h. Quelle heure retenir?"
            ),
        ),
        (
            Topic.DECLINED,
            "session",
            (
                f"You declined the invitation: Mental Health: Let’s Talk!, Tuesday, "
                f"February{NB}16, 2027, 9{NB}am to 1{NB}pm. Are you coming all the same?"
            ),
            (
                f"Vous avez refusé l’invitation{NB}: Santé mentale{NB}: parlons-en!, mardi "
                f"16{NB}février{NB}2027, de 9{NB}h à 13{NB}h. Viendrez-vous quand même?"
            ),
        ),
    ],
)
def test_the_notice_reads_well_on_a_locked_phone(topic, noun, english, french):
    notice = Notice(f"outlook.{topic.value}", {}, AT)
    made = view(topic, noun)
    assert notice_text(notice, made, EN).replace("'", "’") == english
    assert notice_text(notice, made, FR) == french


@pytest.mark.parametrize(("topic", "noun"), CASES)
def test_whoever_has_no_chat_has_it_by_mail(topic, noun):
    notice = Notice(f"outlook.{topic.value}", {}, AT)
    mail = build_mail(notice, view(topic, noun), FR, EN, "https://teams.example/chat")
    assert "Outlook" in mail.subject or "invitation" in mail.subject
    assert mail.html.index('lang="fr"') < mail.html.index('<div lang="en"')
    assert "Prévu" in mail.html

"""The words of a meeting in Outlook: both languages, the session's own first, nothing personal."""

import pytest

from bot.domain import catalogue
from bot.i18n import Catalogues
from cards.meeting import MeetingWords
from tests.unit.cards import sessions

WORDS = MeetingWords(Catalogues.load())


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("en", "Mental Health: Let's Talk! | Santé mentale\u00a0: parlons-en!"),
        ("fr", "Santé mentale\u00a0: parlons-en! | Mental Health: Let's Talk!"),
    ],
)
def test_the_subject(language: str, subject: str) -> None:
    assert WORDS.subject(sessions.session(language=language)) == subject


def test_the_body_has_both_languages_and_no_date() -> None:
    html = WORDS.body_html(sessions.session(language="fr"))
    french, english = html.split("<hr>")
    assert french.startswith('<div lang="fr">')
    assert english.startswith('<div lang="en">')
    for part in (french, english):
        assert part.count("<div") == part.count("</div>") == 1
        assert "<li>" in part
        assert "2027" not in part
    assert "Let&#x27;s Talk!" in english


def test_a_body_without_objectives_or_preparation_is_shorter() -> None:
    bare = next(
        entry.key
        for entry in catalogue.offerings()
        if not entry.objectives and not entry.preparation_minutes
    )
    html = WORDS.body_html(sessions.session(offering=bare))
    assert "<ul>" not in html
    assert "<li>" not in html


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_cancellation_is_told_in_both_with_what_was_written(language: str) -> None:
    session = sessions.session(language=language, cancel_reason="d’Arcy <b>ill</b> \u202ex & co")
    first, second, why = WORDS.cancellation(session).split("\n\n")
    assert ("annulée" in first, "annulée" in second) == (language == "fr", language == "en")
    assert why == "d’Arcy \u2039b\u203aill\u2039/b\u203a x & co"


def test_a_cancellation_without_a_word_of_why() -> None:
    assert len(WORDS.cancellation(sessions.session()).split("\n\n")) == 2

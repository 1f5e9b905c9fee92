"""The endorser's card: every state in both languages, what it shows and what it never shows."""

import json

import pytest

from bot.domain.applications import ApplicationStatus, EndorserKind
from bot.i18n import Catalogues
from cards.endorsement import build_endorsement, build_endorsement_list, state_of
from cards.mail import build_mail
from cards.notices import Notice
from tests.conversations.talking import actions_of, problems_of, text_of
from tests.unit.cards.applications import NOW, application
from tests.unit.cards.endorsements import endorsement

CATALOGUES = Catalogues.load()
EN, FR = (CATALOGUES.translator(language, "America/Toronto") for language in ("en", "fr"))
TRANSLATORS = {"en": EN, "fr": FR}
REFERENCE = EndorserKind.REFERENCE
STATES = {
    "asked": endorsement(),
    "both": endorsement(both=True),
    "reference": endorsement(kind=REFERENCE),
    "question": endorsement(question="How many days?"),
    "answered": endorsement(question="How many days?", answer="Five."),
    "supported": endorsement("supported", note="Gladly."),
    "declined": endorsement("declined", note="Not this year."),
    "over": endorsement(of=ApplicationStatus.WITHDRAWN),
}
LONG = "é" * 1000


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("state", STATES)
def test_every_state_is_a_sound_card(state: str, language: str) -> None:
    card = build_endorsement(STATES[state], TRANSLATORS[language], said="Said.")
    assert problems_of(card) == []
    assert "{" not in text_of(card)
    assert "AP-2027-0042" in text_of(card)


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("asked", "asked"),
        ("question", "question"),
        ("answered", "asked"),
        ("supported", "supported"),
        ("declined", "declined"),
        ("over", "over"),
    ],
)
def test_how_it_stands(state: str, told: str) -> None:
    assert state_of(STATES[state]) == told
    assert EN.t(f"endorsement.status.{told}") in text_of(build_endorsement(STATES[state], EN))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("asked", "names you as their manager"),
        ("both", "names you as their manager and reference"),
        ("reference", "names you as a reference"),
        ("asked", "at least 5 sessions in 18 months, in working hours"),
        ("both", "Your answer counts as the manager’s and as the reference’s."),
        ("reference", "you would trust them with such a conversation"),
        ("answered", "Employee, Regina answered:\nFive."),
        ("declined", "You wrote:\nNot this year."),
    ],
)
def test_what_each_reads(state: str, words: str) -> None:
    assert words in text_of(build_endorsement(STATES[state], EN))


def test_only_what_an_endorser_has_to_know() -> None:
    for view in STATES.values():
        said = json.dumps(build_endorsement(view, EN), ensure_ascii=False)
        assert "Six years of local meetings." not in said
        assert "To help my colleagues talk." not in said
        assert "PSAC" not in said


def test_buttons_while_it_waits_and_after() -> None:
    def titles(state: str) -> list[str]:
        return [each["title"] for each in actions_of(build_endorsement(STATES[state], EN))]

    assert titles("asked") == [
        "Support", "Do not support", "Do not support the application", "Ask", "Send the question",
    ]  # fmt: skip
    assert titles("question") == titles("asked")
    for state in ("supported", "declined", "over"):
        assert titles(state) == ["Applications that wait for me"]


def test_the_longest_texts_fit() -> None:
    view = endorsement(question=LONG, answer=LONG)
    for tr in (EN, FR):
        assert problems_of(build_endorsement(view, tr)) == []


def test_the_list_and_why_it_is_empty() -> None:
    card = build_endorsement_list([STATES["asked"], STATES["reference"]], FR)
    assert problems_of(card) == []
    assert "vous désigne comme personne de référence" in text_of(card)
    empty = build_endorsement_list([], EN)
    assert problems_of(empty) == []
    assert "When somebody names you, I will write to you here." in text_of(empty)


@pytest.mark.parametrize(
    ("first", "shown", "buttons"),
    [
        (0, 10, ["Show more"]),
        (10, 10, ["Show more", "Back to the first"]),
        (20, 5, ["Back to the first"]),
        (25, 10, ["Show more"]),
    ],
)
def test_a_long_list_comes_in_pages(first: int, shown: int, buttons: list[str]) -> None:
    card = build_endorsement_list([STATES["asked"]] * 25, EN, first=first)
    assert problems_of(card) == []
    titles = [each["title"] for each in actions_of(card)]
    assert titles == ["Open AP-2027-0042"] * shown + buttons


def test_a_reminder_by_mail_has_the_facts_and_nothing_more() -> None:
    notice = Notice("reminder.endorsement", {}, NOW)
    made = build_mail(notice, STATES["asked"], FR, EN, None)
    assert made.subject.replace("\u00a0", " ") == (
        "La candidature AP-2027-0042 (Employee, Regina) attend toujours votre avis. | "
        "Application AP-2027-0042 of Employee, Regina still waits for your answer."
    )
    assert "Agriculture and Agri-Food Canada" in made.html
    assert application().motivation not in made.html

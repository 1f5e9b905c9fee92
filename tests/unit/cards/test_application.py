"""The candidate's cards: every state, both languages, and the worst of texts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.applications import LONGEST_WORDS, ApplicationStatus, EndorserKind
from bot.domain.catalogue import organizations, teachable_offerings
from bot.domain.cohorts import TrainingStatus
from bot.domain.interviews import InterviewStatus
from bot.domain.people import Side
from bot.i18n import Catalogues, Translator
from bot.services.views import Named
from cards import kit
from cards.application import build_application, build_no_application
from cards.application_parts import languages_line, side_line, topics_line
from tests.conversations.requesting import plain
from tests.conversations.talking import actions_of, find_action, problems_of, text_of
from tests.unit.cards import applications
from tests.unit.cards.applications import AGAIN_ON, entry, sight

LANGUAGES = ("en", "fr")
S = ApplicationStatus
EVERYTHING = (
    "edit name_manager name_reference answer_manager answer_reference withdraw "
    "give_self_identification withdraw_self_identification"
)
CATALOGUES = Catalogues.load()


def translator(language: str) -> Translator:
    return CATALOGUES.translator(language, "America/Toronto")


def buttons(card: kit.Card) -> list[str]:
    return [action["title"] for action in actions_of(card)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", [s for s in S if s is not S.DRAFT], ids=lambda s: s.value)
def test_every_state_says_where_it_stands(language: str, status: ApplicationStatus) -> None:
    tr = translator(language)
    of = applications.application(status=status, reason="Many applied.", decided_at=None)
    card = build_application(applications.view(of=of), tr)
    said = text_of(card)
    assert tr.t(f"application.status.{status.value}") in said
    assert "AP-2027-0042" in said
    assert ("Many applied." in said) is (status is S.DECLINED)
    assert problems_of(card) == []
    assert card["refresh"]["userIds"] == ["p-candidate"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "Manager, Ottawa is asked to support you."),
        ({"manager": "declined"}, "Manager, Ottawa does not support your application."),
        ({"reference": "declined"}, "Union representative, Québec does not support"),
        ({"may": "answer_manager"}, "Manager, Ottawa asks you something before answering."),
        ({"may": "answer_reference"}, "Union representative, Québec asks you something"),
    ],
)
def test_what_the_endorsers_answered(changed: dict[str, str], said: str) -> None:
    card = build_application(applications.view(**changed), translator("en"))
    assert text_of(card).splitlines()[2].startswith(said)


def test_a_no_shows_its_word_and_offers_somebody_else_first() -> None:
    tr = translator("en")
    seen = applications.view(may="name_manager name_reference withdraw")
    no = sight(EndorserKind.MANAGER, "declined", note="We are short of people.")
    card = build_application(replace(seen, endorsements=(no, seen.endorsements[1])), tr)
    assert "We are short of people." in text_of(card)
    assert find_action(card, "Name another manager")["style"] == "positive"
    assert "style" not in find_action(card, "Name another reference")


def test_a_question_is_answered_in_the_card() -> None:
    seen = applications.view(may="answer_manager name_manager edit withdraw")
    asked = sight(EndorserKind.MANAGER, question="How many days?")
    card = build_application(
        replace(seen, endorsements=(asked, seen.endorsements[1])), translator("en")
    )
    assert "How many days?" in text_of(card)
    send = find_action(card, "Send the answer")
    assert send["data"] == {"id": "a1", "kind": "manager"}
    # The form changes the endorsers too, so they have no buttons of their own meanwhile.
    assert "Name another manager" not in buttons(card)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (InterviewStatus.OFFERED, "You are invited to an interview. Choose the time"),
        (InterviewStatus.BOOKING, "You chose Monday, January 18, 2027, at 10 am"),
        (InterviewStatus.BOOKED, "Your interview is on Monday, January 18, 2027, at 10 am."),
        (InterviewStatus.HELD, "Your interview took place."),
        (InterviewStatus.CANCELLED, "You are invited to an interview with the coordinators"),
    ],
)
def test_how_the_interview_stands(status: InterviewStatus, said: str) -> None:
    starts_at = None if status is InterviewStatus.OFFERED else applications.interview().options[0]
    seen = applications.view(
        of=applications.application(status=S.INTERVIEW),
        interview=applications.interview(status, starts_at=starts_at),
    )
    card = build_application(seen, translator("en"))
    assert plain(text_of(card)).splitlines()[2].startswith(said)
    ahead = status not in (InterviewStatus.HELD, InterviewStatus.CANCELLED)
    offered = status is InterviewStatus.OFFERED
    assert ("Choose a time" in buttons(card)) is offered
    assert ("See the interview" in buttons(card)) is (ahead and not offered)
    assert ("Your interview is cancelled with it" in str(card)) is ahead


@pytest.mark.parametrize(
    ("status", "seat", "said", "button"),
    [
        (S.ACCEPTED, None, "You are accepted. A seat in an orientation will be offered", False),
        (S.ACCEPTED, TrainingStatus.OFFERED, "You are accepted, and a seat in an", True),
        (S.ACCEPTED, TrainingStatus.WAITLISTED, "You are accepted, and on the waitlist", True),
        (S.ACCEPTED, TrainingStatus.LEFT, "You are accepted. A seat in an orientation", False),
        (S.IN_ORIENTATION, TrainingStatus.CONFIRMED, "You have a seat in an orientation.", True),
    ],
)
def test_how_the_orientation_stands(
    status: ApplicationStatus, seat: TrainingStatus | None, said: str, button: bool
) -> None:
    seen = applications.view(
        of=applications.application(status=status),
        training=applications.training(seat) if seat else None,
    )
    card = build_application(seen, translator("en"))
    assert text_of(card).splitlines()[2].startswith(said)
    assert ("See the orientation" in buttons(card)) is button


def test_after_a_decline_the_day_from_which_to_apply_again() -> None:
    of = applications.application(status=S.DECLINED, reason="Many applied.")
    seen = applications.view(may="", of=of, again_on=AGAIN_ON)
    lines = plain(text_of(build_application(seen, translator("fr")))).splitlines()
    assert lines[1:5] == [
        "Non retenue",
        "La coordination de votre région ne peut pas retenir votre candidature cette fois-ci.",
        "Many applied.",
        "Vous pourrez poser une nouvelle candidature à partir du dimanche 11 juillet 2027.",
    ]


def test_once_that_day_has_come_the_card_offers_to_apply() -> None:
    of = applications.application(status=S.DECLINED, reason="Many applied.")
    seen = applications.view(may="apply", of=of, again_on=AGAIN_ON)
    card = build_application(seen, translator("en"))
    assert "July 11, 2027" not in text_of(card)
    assert buttons(card) == ["What you wrote", "Become a facilitator"]


def test_whoever_withdrew_can_begin_again_and_a_facilitator_sees_the_work() -> None:
    tr = translator("en")
    withdrawn = applications.view(may="apply", of=applications.application(status=S.WITHDRAWN))
    assert buttons(build_application(withdrawn, tr)) == ["What you wrote", "Become a facilitator"]
    active = applications.view(may="", of=applications.application(status=S.ACTIVE))
    assert buttons(build_application(active, tr)) == ["What you wrote", "My assignments"]


@pytest.mark.parametrize(("given", "word"), [(True, "given;"), (False, "not given")])
def test_whether_there_is_a_self_identification_never_what(given: bool, word: str) -> None:
    seen = applications.view(may=EVERYTHING, self_identified=given)
    card = build_application(seen, translator("en"))
    assert f"Self-identification: {word}" in text_of(card)
    assert ("Take back my self-identification" in buttons(card)) is True
    assert ("Self-identification" in buttons(card)) is not given


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("draft", [True, False])
def test_nobodys_application(language: str, draft: bool) -> None:
    tr = translator(language)
    card = build_no_application(tr, draft=draft)
    words = "application.none.continue" if draft else "application.do.apply"
    assert buttons(card)[0] == tr.t(words)
    assert problems_of(card) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_in_lines(language: str) -> None:
    tr = translator(language)
    union = {
        "en": "For the union; Guild of Keepers",
        "fr": "Pour la partie syndicale; Guild of Keepers",
    }
    assert side_line(Side.UNION, "other", "Guild of Keepers", tr) == union[language]
    employer = {"en": "For the employer", "fr": "Pour la partie patronale"}
    assert side_line(Side.EMPLOYER, None, "", tr) == employer[language]
    levels = {
        "en": "English: advanced (C); French: little or none",
        "fr": "Français : peu ou pas du tout; anglais : avancé (C)",
    }
    assert plain(languages_line({"en": "c", "fr": "none"}, tr)) == levels[language]


def test_topics_are_counted_beyond_some() -> None:
    tr, keys = translator("en"), [e.key for e in teachable_offerings()]
    assert (
        topics_line(keys[2:4], tr, most=2) == "Mental Health: Let's Talk!; Anti-Racism: Let's Talk!"
    )
    assert topics_line(keys[2:5], tr, most=2).endswith("Anti-Racism: Let's Talk!; 1 more")
    assert (
        topics_line(["mental-health-workshop"], tr) == "Mental Health in the Workplace (workshop)"
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("letter", ["W", "é", "漢", "😀", "{{", "<b>", '"'])
def test_the_worst_of_texts_fits(language: str, letter: str) -> None:
    tr = translator(language)
    everybody = Named("p", (letter * 200)[:200])
    longest = max(organizations(), key=lambda o: len(o.name[language])).id
    words = (letter * LONGEST_WORDS)[:LONGEST_WORDS]
    of = applications.application(
        organization=longest,
        topics=tuple(e.key for e in teachable_offerings()),
        agent="other",
        agent_other=(letter * 120)[:120],
        experience=words,
        motivation=words,
    )
    asked = [sight(kind, person=everybody, question=words[:1000]) for kind in EndorserKind]
    note = words[:1000]
    seen = replace(
        applications.view(may=EVERYTHING, of=of),
        applicant=everybody,
        endorsements=tuple(asked),
        self_identified=True,
        timeline=tuple(entry("application_edited", n, note, everybody) for n in range(40)),
    )
    card = build_application(seen, tr)
    assert problems_of(card) == []
    declined = applications.application(status=S.DECLINED, reason=(letter * 2000)[:2000])
    card = build_application(replace(seen, application=replace(of, **vars_of(declined))), tr)
    assert problems_of(card) == []


def vars_of(of: applications.Application) -> dict[str, object]:
    return {"status": of.status, "reason": of.reason}

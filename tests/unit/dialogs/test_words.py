"""Typed words and what they mean."""

import pytest

from bot.i18n import Catalogues
from cards import actions
from dialogs.words import COMMANDS, changed_step, command, command_heads, form_word

WORDS = Catalogues.load()


@pytest.mark.parametrize(
    ("typed", "verb", "ref"),
    [
        ("Request a conversation", actions.REQUEST_NEW, None),
        ("demander une conversation", actions.REQUEST_NEW, None),
        ("i want to request a conversation", actions.REQUEST_NEW, None),
        ("je voudrais demander une conversation", actions.REQUEST_NEW, None),
        ("rejoindre K7M-2QF", actions.SESSION_JOIN, "K7M-2QF"),
        ("aidez-moi", actions.HELP, None),
        ("accord", actions.REQUEST_LIST, None),
        ("MES DEMANDES", actions.REQUEST_LIST, None),
        ("mes demande", actions.REQUEST_LIST, None),
        ("séances", actions.SESSION_LIST, None),
        ("seances", actions.SESSION_LIST, None),
        ("requests to review", actions.TRIAGE_LIST, None),
        ("join K7M-2QF", actions.SESSION_JOIN, "K7M-2QF"),
        ("participer à k7m 2qf", actions.SESSION_JOIN, "K7M-2QF"),
        ("Quitter K7M2QF", actions.SESSION_LEAVE, "K7M-2QF"),
        ("agree EC-2027-0042", actions.REQUEST_AGREE, "EC-2027-0042"),
        ("d’accord ec 2027 0042", actions.REQUEST_AGREE, "EC-2027-0042"),
        ("Acept EC-2027-0042.", actions.ASSIGNMENT_ACCEPT, "EC-2027-0042"),
        ("EC-2027-0042", actions.REQUEST_SHOW, "EC-2027-0042"),
        ("k7m-2qf", actions.SESSION_SHOW, "K7M-2QF"),
        ("show K7M-2QF", actions.SESSION_SHOW, "K7M-2QF"),
        ("voir EC-2027-0042", actions.REQUEST_SHOW, "EC-2027-0042"),
        ("rôles", actions.ROLES_OPEN, None),
        ("Become a facilitator", actions.APPLICATION_NEW, None),
        ("devenir facilitatrice", actions.APPLICATION_NEW, None),
        ("je voudrais devenir facilitateur", actions.APPLICATION_NEW, None),
        ("my application", actions.APPLICATION_MINE, None),
        ("ma candidature", actions.APPLICATION_MINE, None),
        ("withdraw AP-2027-0001", actions.APPLICATION_WITHDRAW, "AP-2027-0001"),
        ("retirer ap 2027 0001.", actions.APPLICATION_WITHDRAW, "AP-2027-0001"),
        ("modifier ma candidature", actions.APPLICATION_EDIT, None),
        ("AP–2027–0042", actions.APPLICATION_SHOW, "AP-2027-0042"),
    ],
)
def test_both_languages_with_slips(typed, verb, ref):
    action = command(typed, WORDS)
    assert action is not None
    assert (action.verb, action.ref, action.typed) == (verb, ref, True)


@pytest.mark.parametrize(
    "typed", ["", "access", "what is this", "x" * 500, "EC-2027", "blah EC-2027-0042", "K7M"]
)
def test_what_is_no_command(typed):
    assert command(typed, WORDS) is None


def test_what_is_said_of_a_request_is_not_said_of_an_application():
    assert command("nudge AP-2027-0001", WORDS) is None
    found = command("answer AP-2027-0001 Five days.", WORDS)
    assert found is not None
    assert (found.verb, found.text("text")) == (actions.APPLICATION_ANSWER, "Five days.")


def test_exactly_forgives_no_slip():
    assert command("setings", WORDS, exact=True) is None
    assert command("Settings!", WORDS, exact=True) is not None


def test_a_language_comes_with_its_word():
    action = command("francais", WORDS)
    assert action is not None
    assert action.data == {"language": "fr"}


def test_a_reason_may_follow_a_reference():
    action = command("withdraw EC-2027-0042 not this year", WORDS)
    assert action is not None
    assert (action.verb, action.text("text")) == (actions.REQUEST_WITHDRAW, "not this year")


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("Back", "back"),
        ("retour", "back"),
        ("annuler", "cancel"),
        ("start over", "restart"),
        ("Recommencer", "restart"),
        ("suivant", "next"),
        ("Oui!", "yes"),
        ("n", "no"),
        ("poursuivre", "continue"),
        ("backs", None),
    ],
)
def test_the_forms_own_words(typed, word):
    assert form_word(typed, WORDS) == word


@pytest.mark.parametrize(
    ("typed", "step"),
    [
        ("change topic", "topic"),
        ("modifier Équipe", "team"),
        ("corriger equipe", "team"),
        ("change", None),
        ("change weather", None),
        ("topic", None),
    ],
)
def test_changing_an_answer(typed, step):
    assert changed_step(typed, {"Topic": "topic", "Équipe": "team"}, WORDS) == step


def test_no_two_commands_share_their_words():
    """The words of one language may not take another command's in the other."""
    seen: dict[tuple[str, str], str] = {}
    for language in ("en", "fr"):
        one = Catalogues({"en": WORDS.texts(language), "fr": WORDS.texts(language)})
        for head, key in command_heads(one).items():
            assert seen.setdefault(head, key) == key, head
    assert set(seen.values()) == set(COMMANDS)

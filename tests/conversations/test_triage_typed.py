"""Every button of triage and of assignments has a typed form, in both languages."""

import pytest

from bot.i18n import Catalogues
from cards import actions
from dialogs.words import command


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        (actions.TRIAGE_LIST, ["requests to review", "demandes à examiner", "triage"]),
        (actions.ASSIGNMENT_LIST, ["my assignments", "mes affectations"]),
    ],
)
def test_lists(catalogues: Catalogues, verb: str, words: list[str]) -> None:
    for text in words:
        found = command(text, catalogues)
        assert found is not None
        assert (found.verb, found.ref) == (verb, None)


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        (actions.TRIAGE_SHOW, ["review", "examiner"]),
        (actions.TRIAGE_ASK, ["ask", "questionner", "question sur"]),
        (actions.TRIAGE_DECLINE, ["turn down", "reject", "rejeter", "ne pas retenir"]),
        (actions.TRIAGE_APPROVE, ["approve", "approuver"]),
        (actions.TRIAGE_REPLACE, ["replace", "remplacer"]),
        (actions.TRIAGE_RETRY, ["retry", "réessayer"]),
        (actions.ASSIGNMENT_SHOW, ["assignment", "affectation"]),
        (actions.ASSIGNMENT_ACCEPT, ["accept", "accepter"]),
        (actions.ASSIGNMENT_DECLINE, ["unavailable", "indisponible", "non disponible"]),
        (actions.DECLINE, ["decline", "refuser"]),
        (actions.SESSION_CANCEL, ["cancel", "cancel session", "annuler", "annuler la séance"]),
        (actions.SESSION_RESCHEDULE, ["reschedule", "move", "reporter", "déplacer"]),
    ],
)
def test_by_reference(catalogues: Catalogues, verb: str, words: list[str]) -> None:
    for text in words:
        for typed in (f"{text} EC-2027-0042", f"{text.upper()} ec 2027 0042."):
            found = command(typed, catalogues)
            assert found is not None
            assert (found.verb, found.ref, found.typed) == (verb, "EC-2027-0042", True)


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        (actions.SESSION_CANCEL, ["cancel", "annuler"]),
        (actions.SESSION_RESCHEDULE, ["reschedule", "reporter"]),
    ],
)
def test_by_code(catalogues: Catalogues, verb: str, words: list[str]) -> None:
    for text in words:
        found = command(f"{text} k7m-2qf", catalogues)
        assert found is not None
        assert (found.verb, found.ref) == (verb, "K7M-2QF")

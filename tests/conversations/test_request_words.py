"""Every button of a request has its typed form, in both languages."""

import pytest

from bot.i18n import Catalogues
from cards import actions
from dialogs.words import COMMANDS, command, variants

ABOUT_A_REQUEST = {
    "show_request": actions.REQUEST_SHOW,
    "agree": actions.REQUEST_AGREE,
    "decline": actions.DECLINE,
    "later": actions.REQUEST_LATER,
    "nudge": actions.REQUEST_NUDGE,
    "withdraw": actions.REQUEST_WITHDRAW,
    "edit": actions.REQUEST_EDIT,
    "counterpart": actions.REQUEST_CHANGE_COUNTERPART,
    "answer": actions.REQUEST_ANSWER,
}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("key", ABOUT_A_REQUEST)
def test_with_a_reference(catalogues: Catalogues, language: str, key: str) -> None:
    for words in variants(catalogues.texts(language).singles[f"command.{key}"]):
        typed = words.replace("{reference}", "EC-2027-0042")
        for said in (typed, typed.upper(), typed.replace("EC-2027-0042", "ec 2027 0042")):
            found = command(said, catalogues)
            assert found is not None
            assert (found.verb, found.ref) == (ABOUT_A_REQUEST[key], "EC-2027-0042")


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("key", ["request", "requests"])
def test_alone(catalogues: Catalogues, language: str, key: str) -> None:
    for words in variants(catalogues.texts(language).singles[f"command.{key}"]):
        found = command(words, catalogues)
        assert found is not None
        assert found.verb == COMMANDS[key][0]


@pytest.mark.parametrize(
    ("said", "rest"),
    [
        ("decline EC-2027-0042 we are in bargaining", "we are in bargaining"),
        ("refuser EC-2027-0042 : nous négocions.", "nous négocions."),
        ("answer ec-2027-0042, no: not yet", "no: not yet"),
        ("decline EC-2027-0042 " + "x" * 3000, "x" * 3000),
    ],
)
def test_what_follows_the_reference(catalogues: Catalogues, said: str, rest: str) -> None:
    found = command(said, catalogues)
    assert found is not None
    assert found.data == {"text": rest}


@pytest.mark.parametrize("said", ["what about EC-2027-0042 then", "x" * 5000, "EC-2027-0042 ok?"])
def test_what_means_nothing(catalogues: Catalogues, said: str) -> None:
    assert command(said, catalogues) is None

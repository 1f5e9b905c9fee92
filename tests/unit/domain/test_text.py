import pytest

from bot.domain.text import closest, fold


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("  Équité  en matière d’emploi! ", "equite en matiere d emploi"),
        ("l'antiracisme : parlons-en!", "l antiracisme parlons en"),
        ("ŒUVRE_Ça", "oeuvre ca"),
        ("EC\u20112027\u20110042", "ec 2027 0042"),
        ("\uff28\uff25\uff2c\uff30\u200f?", "help"),
        ("…", ""),
        ("", ""),
    ],
)
def test_fold(typed: str, folded: str) -> None:
    assert fold(typed) == folded


COMMANDS = ("help", "aide", "sessions", "séances", "paramètres", "annuler", "no", "join", "leave")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("HELP", "help"),
        ("hlep", "help"),  # two letters swapped
        ("hel", None),  # too short to correct
        ("helpp", "help"),
        ("hellpp", None),  # two slips in a short word
        ("seances", "séances"),
        ("paramatre", "paramètres"),
        ("parmetrs", "paramètres"),
        ("sesions", "sessions"),
        ("joni", "join"),
        ("on", None),
        ("non", None),
        ("", None),
        ("x" * 10_000, None),
    ],
)
def test_closest(typed: str, meant: str | None) -> None:
    assert closest(typed, COMMANDS) == meant


def test_closest_does_not_choose_between_two() -> None:
    assert closest("bold", ("bolt", "gold")) is None

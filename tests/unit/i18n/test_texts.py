import pytest

from bot.i18n.texts import Texts, fill

EN = Texts(
    "en", {"hello": "Hello, {name}!"}, {"seats": ("{n} seat in {place}", "{n} seats in {place}")}
)
FR = Texts("fr", {}, {"seats": ("{n} place à {place}", "{n} places à {place}")})


@pytest.mark.parametrize("name", ["{name}", "{0}", "{{", "}", "{name!r}", "%s", "\\1", "<b>", ""])
def test_values_are_put_as_typed(name: str) -> None:
    assert EN.t("hello", name=name) == f"Hello, {name}!"


def test_only_simple_places_are_filled() -> None:
    assert fill("{a} {A} {0} {a.b} {{a}} {}", {"a": "x"}) == "x {A} {0} {a.b} {x} {}"


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Let's Talk!", "Moved: Let's Talk! Monday."),
        ("Now What?", "Moved: Now What? Monday."),
        ("Times", "Moved: Times. Monday."),
        ("", "Moved: . Monday."),
    ],
)
def test_a_sentence_ends_once(title: str, said: str) -> None:
    assert fill("Moved: {title}. {day}.", {"title": title, "day": "Monday"}) == said


def test_an_ellipsis_after_a_place_stays() -> None:
    assert fill("{a}... {a}…", {"a": "Oh!"}) == "Oh!... Oh!…"


def test_a_missing_key_or_value_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="goodbye"):
        EN.t("goodbye")
    with pytest.raises(KeyError, match="name"):
        EN.t("hello")
    with pytest.raises(KeyError, match="hello"):
        EN.n("hello", 1)
    with pytest.raises(KeyError, match="seats"):
        EN.t("seats")


def test_has() -> None:
    assert EN.has("hello")
    assert EN.has("seats")
    assert not EN.has("goodbye")


@pytest.mark.parametrize(
    ("n", "english", "french"),
    [
        (0, "0 seats in X", "0 place à X"),
        (1, "1 seat in X", "1 place à X"),
        (2, "2 seats in X", "2 places à X"),
        (1234567, "1,234,567 seats in X", "1\u00a0234\u00a0567 places à X"),
    ],
)
def test_counted(n: int, english: str, french: str) -> None:
    assert EN.n("seats", n, place="X") == english
    assert FR.n("seats", n, place="X") == french


def test_numbers() -> None:
    assert (EN.number(1234.5), FR.number(1234.5)) == ("1,234.5", "1\u00a0234,5")
    assert (EN.is_one(1.5), FR.is_one(1.5)) == (False, True)

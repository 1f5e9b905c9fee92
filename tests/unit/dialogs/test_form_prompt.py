"""Reading typed words into inputs."""

from datetime import date

import pytest

from bot.domain.errors import Refusal
from bot.i18n import Catalogues
from cards import kit
from dialogs import form_prompt
from dialogs.form_prompt import Wrong
from dialogs.routes import Routes

TODAY = date(2027, 1, 11)
EN = Catalogues.load().translator("en", "America/Toronto")
COLOURS = [kit.choice("Light red", "lr"), kit.choice("Light blue", "lb"), kit.choice("Green", "g")]
ONE = kit.choice_input("c", "C", "w", COLOURS)
SEVERAL = kit.multi_input("m", "M", "w", COLOURS)


@pytest.mark.parametrize(
    ("asked", "typed", "value"),
    [
        (ONE, "green", "g"),
        (ONE, "gren", "g"),
        (ONE, "gr", "g"),
        (ONE, "light", None),
        (ONE, "2", "lb"),
        (ONE, "4", None),
        (ONE, "!", None),
        (SEVERAL, "green, light red", "g,lr"),
        (SEVERAL, "green, purple", None),
        (SEVERAL, " , ", None),
        (kit.number_input("n", "N", "w", least=1, most=9), "about 7 people", "7"),
        (kit.number_input("n", "N", "w", least=1, most=9), "7 or 8", None),
        (kit.toggle_input("t", "T"), "oui", "true"),
        (kit.toggle_input("t", "T"), "no", "false"),
        (kit.toggle_input("t", "T"), "perhaps", None),
        (kit.time_input("h", "H", "w"), "13 h 30", "13:30"),
        (kit.date_input("d", "D", "w"), "4 mars 2027", "2027-03-04"),
        (kit.text_input("x", "X", "w"), "  words ", "words"),
        ({"type": "Input.Other", "id": "o"}, "words", None),
    ],
)
def test_one_input(asked, typed, value):
    assert form_prompt.read(asked, typed, TODAY) == value


def test_the_empty_required_input_comes_first():
    elements = [
        kit.text_input("note", "Note", "w", required=False),
        kit.text_input("name", "Name", "w"),
    ]
    assert form_prompt.place(elements, "words", {}, TODAY) == {"name": "words"}
    assert form_prompt.place(elements, "words", {"name": "x"}, TODAY) == {"note": "words"}


def test_a_doubtful_date_is_refused_at_its_input_unless_another_takes_it():
    day, name = kit.date_input("day", "Day", "w"), kit.text_input("name", "Name", "w")
    with pytest.raises(Refusal) as caught:
        form_prompt.place([day], "someday", {}, TODAY)
    assert caught.value.field == "day"
    assert form_prompt.place([day, name], "someday", {}, TODAY) == {"name": "someday"}


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (kit.time_input("k", "K", "wrong"), "25:00"),
        (kit.toggle_input("k", "K"), "perhaps"),
        (SEVERAL | {"id": "k"}, "g,forged"),
        (kit.date_input("k", "K", "wrong"), "soon"),
        (kit.number_input("k", "K", "wrong", least=1, most=3), "4"),
    ],
)
def test_values_that_cannot_be(asked, given):
    with pytest.raises(Wrong) as caught:
        form_prompt.checked([asked], {"k": given}, EN)
    assert list(caught.value.errors) == ["k"]


def test_what_is_required_without_a_message_of_its_own():
    with pytest.raises(Wrong) as caught:
        form_prompt.checked([{"type": "Input.Text", "id": "k", "isRequired": True}], {}, EN)
    assert caught.value.errors == {"k": "This is needed to go on."}


def test_a_searched_value_is_the_steps_to_judge():
    asked = kit.search_input("k", "K", "w", "organizations")
    assert form_prompt.checked([asked], {"k": "any"}, EN) == {"k": "any"}
    assert form_prompt.read(asked, "any", TODAY) is None


def test_a_verb_or_a_flow_has_one_handler():
    routes, other = Routes(), Routes()

    async def handle(ctx, action):
        raise NotImplementedError

    routes.on("help.show")(handle)
    other.on("help.show")(handle)
    with pytest.raises(ValueError, match="two handlers"):
        routes.on("help.show")(handle)
    with pytest.raises(ValueError, match="declared twice"):
        routes.include([other])

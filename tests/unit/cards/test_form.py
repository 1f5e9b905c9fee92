"""A form's card: the parts that a whole conversation does not show."""

from dataclasses import replace

import pytest

from bot.i18n import Catalogues
from cards import kit
from cards.form import (
    FormView,
    Said,
    build_cancel_question,
    build_form,
    build_lost,
    build_resume,
    fitting,
    inputs_of,
)

EN = Catalogues.load().translator("en", "America/Toronto")
VIEW = FormView(
    flow="f",
    form="id",
    step="s",
    title="Title",
    heading="Heading",
    prompt="Prompt",
    number=1,
    total=1,
    elements=[
        kit.element_group(kit.text_input("a", "A", "w")),
        {
            "type": "ColumnSet",
            "columns": [{"type": "Column", "items": [kit.toggle_input("b", "B")]}],
        },
    ],
    values={"a": "typed"},
    errors={"a": "wrong", "": "in general"},
    said=[Said("t", "Topic", "{{x}}" * 100)],
)


def test_inputs_within_containers_are_found_filled_and_marked():
    assert list(inputs_of(VIEW.elements)) == ["a", "b"]
    made = build_form(VIEW, EN)
    group = next(item for item in made["body"] if item.get("items", [{}])[0].get("id") == "a")
    assert group["items"][0]["value"] == "typed"
    assert group["items"][1]["inlines"][0]["text"] == "wrong"


@pytest.mark.parametrize("letter", ["x", "é", "\U0001f600", '"'])
def test_more_than_a_card_can_hold_is_cut_wherever_it_was_typed(letter):
    view = replace(VIEW, values={"a": letter * 10_000, "b": letter * 20_000})
    assert kit.size(build_form(view, EN)) < kit.LARGEST
    short = {"a": letter * 100, "b": letter * 200}
    assert fitting(short) == short


def test_a_single_step_does_not_count_and_has_no_way_back():
    made = build_form(VIEW, EN)
    assert [action["title"] for action in made["actions"]] == ["Next", "Cancel"]
    assert made["speak"] == "Title: Heading"
    assert "Step" not in str(made["body"])


def test_a_long_answer_is_cut_in_what_was_said():
    said = build_form(VIEW, EN)["body"][1]["inlines"][1]["text"]
    assert said.endswith("…")


def test_a_click_carries_the_form_and_nothing_typed():
    data = build_form(VIEW, EN)["actions"][0]["data"]
    assert data == {"form_flow": "f", "form_id": "id", "form_step": "s", "form_do": "next"}


@pytest.mark.parametrize("flow", ["f", None])
def test_begin_again_is_offered_where_there_is_a_flow(flow):
    titles = [action["title"] for action in build_lost(flow, "T", EN)["actions"]]
    assert titles == (["Begin again"] if flow else []) + ["What I can do for you"]


def test_questions_have_their_answers():
    assert [a["data"]["form_do"] for a in build_resume(VIEW, "today", EN)["actions"]] == [
        "continue",
        "restart",
        "cancelled",
    ]
    assert [a["data"]["form_do"] for a in build_cancel_question(VIEW, EN)["actions"]] == [
        "continue",
        "cancelled",
    ]

"""The cards of self-identification: the question, the seal, and what one click opens."""

import json

import pytest

from bot.domain.rules import Rules
from bot.domain.self_identification import Group
from bot.i18n import Catalogues
from bot.services.self_identification import Opened
from cards import kit
from cards.form import inputs_of
from cards.self_identification import (
    build_opened,
    build_sealed,
    build_step,
    give_button,
    group_name,
    open_button,
    withdraw_button,
)
from tests.conversations.talking import problems_of, text_of

CATALOGUES = Catalogues.load()
EN, FR = (CATALOGUES.translator(language, "America/Toronto") for language in ("en", "fr"))
FIRST = Rules().selection_priority


@pytest.mark.parametrize("tr", [EN, FR], ids=["en", "fr"])
@pytest.mark.parametrize("given", [False, True])
def test_the_question_is_the_same_for_everybody(tr, given: bool) -> None:
    elements = build_step(tr, first=FIRST, given=given)
    assert problems_of(kit.card(tr, "title", *elements)) == []
    asked = inputs_of(elements)
    assert list(asked) == (["groups", "forget"] if given else ["groups"])
    assert "value" not in asked["groups"]
    assert asked["groups"]["choices"] == [
        {"title": f"{n}. {group_name(group, tr)}", "value": str(n)}
        for n, group in enumerate(Group, 1)
    ]


@pytest.mark.parametrize(
    ("first", "words"),
    [
        (FIRST, "people of these groups: Indigenous people, Black people, racialized people."),
        (("other_equity_group",), "people of these groups: other equity groups."),
        ((), "Why I ask: the program wants facilitators who resemble the public service."),
    ],
)
def test_the_groups_looked_at_first_are_named_as_the_settings_have_them(first, words) -> None:
    elements = build_step(EN, first=first, given=False)
    assert words in text_of(kit.card(EN, "title", *elements))


def test_no_code_of_a_group_is_in_any_card() -> None:
    opened = Opened("a1", "AP-2027-0042", tuple(Group))
    cards = [
        kit.card(EN, "title", *build_step(EN, first=FIRST, given=True)),
        build_sealed("a1", "AP-2027-0042", EN),
        build_opened(opened, EN),
        kit.card(EN, "t", actions=[give_button("a1", EN), open_button("a1", EN)]),
        kit.card(EN, "t", actions=[withdraw_button("a1", EN)]),
    ]
    for card in cards:
        assert problems_of(card) == []
        texts = json.dumps(card)
        assert not [group for group in Group if f'"{group.value}"' in texts]


@pytest.mark.parametrize("tr", [EN, FR], ids=["en", "fr"])
def test_what_is_opened_is_in_that_card_alone(tr) -> None:
    names = [group_name(group, tr) for group in Group]
    opened = build_opened(Opened("a1", "AP-2027-0042", tuple(Group)), tr)
    assert set(names) <= set(text_of(opened).splitlines())
    assert not [name for name in names if name in opened["fallbackText"]]
    sealed = json.dumps(build_sealed("a1", "AP-2027-0042", tr), ensure_ascii=False)
    assert not [name for name in names if name in sealed]

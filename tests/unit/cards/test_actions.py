"""Payloads: what is let through, and what is refused."""

import pytest

from bot.domain.errors import Refusal
from cards import actions
from cards.actions import Action, UnknownVerb, parse


def test_a_plain_payload():
    payload = {
        "verb": actions.SESSION_LIST,
        "data": {"page": 2, "topic": "x", "on": True, "none": None, "msteams": {"type": "x"}},
    }
    action = parse(payload)
    assert action == Action(actions.SESSION_LIST, data={"page": 2, "topic": "x", "on": True})
    assert (action.number("page"), action.text("topic"), action.text("other")) == (2, "x", "")
    assert parse({"verb": actions.HELP}) == Action(actions.HELP)


def test_what_it_is_about():
    assert parse({"verb": actions.REQUEST_SHOW, "data": {"id": "r1"}}).subject == "r1"
    assert Action(actions.REQUEST_SHOW, ref="EC-2027-0042").subject == "EC-2027-0042"
    with pytest.raises(Refusal):
        _ = Action(actions.REQUEST_SHOW).subject


@pytest.mark.parametrize("value", [True, "2", 2.5])
def test_a_number_is_whole(value):
    with pytest.raises(Refusal):
        Action(actions.SESSION_LIST, data={"page": value}).number("page")


def test_a_text_has_its_limit():
    with pytest.raises(Refusal) as caught:
        Action(actions.REQUEST_DECLINE, data={"reason": "x" * 11}).text("reason", limit=10)
    assert (caught.value.code, caught.value.field) == ("too_long", "reason")
    with pytest.raises(Refusal):
        Action(actions.REQUEST_DECLINE, data={"reason": 7}).text("reason")


@pytest.mark.parametrize(
    "payload",
    [
        None,
        [],
        {"verb": None},
        {"verb": actions.REQUEST_SHOW},
        {"verb": actions.REQUEST_SHOW, "data": {"id": "../x"}},
        {"verb": actions.HELP, "data": [1]},
        {"verb": actions.HELP, "data": {"x": {"y": 1}}},
        {"verb": actions.HELP, "data": {1: "x"}},
    ],
)
def test_anything_else_is_refused(payload):
    with pytest.raises(Refusal) as caught:
        parse(payload)
    assert caught.value.code == "card_bad"


def test_an_unknown_verb():
    with pytest.raises(UnknownVerb):
        parse({"verb": "session.explode", "data": {}})


def test_verbs_that_need_an_id_are_verbs():
    assert actions.WITH_ID <= actions.ALL

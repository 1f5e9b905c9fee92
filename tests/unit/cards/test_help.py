"""Welcome and help."""

import pytest

from bot.i18n import Catalogues
from bot.services.ports import Reader
from cards import kit
from cards.help import (
    GROUPS,
    SETTINGS,
    build_bug,
    build_group,
    build_help,
    build_language,
    build_welcome,
)
from dialogs.words import command

CATALOGUES = Catalogues.load()
EVERY_ROLE = frozenset({"facilitator", "coordinator", "administrator", "endorser"})


def reader(language="en", roles=frozenset()):
    return Reader("p", "t", "Manager, Ottawa", language, "America/Toronto", roles)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_card_fits_and_speaks_the_language(language):
    tr = CATALOGUES.translator(language, "America/Toronto")
    who = reader(language, EVERY_ROLE)
    for card in (
        build_help(who, tr),
        build_help(who, tr, said="x" * 300),
        build_welcome(who, tr),
        build_language(tr),
        build_group(tr, greeting=True),
        build_group(tr, greeting=False),
        build_bug("words", tr),
    ):
        assert card["lang"] == language
        assert kit.size(card) < kit.LARGEST


def test_the_typed_words_stand_beside_the_buttons():
    tr = CATALOGUES.translator("fr", "America/Toronto")
    group = build_help(reader("fr"), tr)["body"][1]
    assert [action["title"] for action in group["items"][1]["actions"]] == [
        "Demander une conversation",
        "Mes demandes",
    ]
    assert group["items"][2]["inlines"][0]["text"] == "Ou écrivez\u00a0: demande · mes demandes"


def test_a_role_adds_its_own_things():
    tr = CATALOGUES.translator("en", "America/Toronto")
    plain, full = build_help(reader(), tr), build_help(reader(roles=EVERY_ROLE), tr)
    assert len(full["body"]) - len(plain["body"]) == 2  # what waits for them, and their role
    asked = build_help(reader(roles=frozenset({"endorser"})), tr)
    assert asked["body"][1]["items"][1]["actions"][0]["title"] == "Applications to support"


def test_every_item_has_its_words_and_caption():
    for language in ("en", "fr"):
        tr = CATALOGUES.translator(language, "America/Toronto")
        for _, items in (*GROUPS, ("", (SETTINGS,))):
            for item in items:
                assert tr.t(f"help.item.{item.key}")
                assert tr.t(f"command.{item.key}")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_caption_can_be_typed(language):
    tr = CATALOGUES.translator(language, "America/Toronto")
    for _, items in (*GROUPS, ("", (SETTINGS,))):
        for item in items:
            meant = command(tr.t(f"help.item.{item.key}"), CATALOGUES, exact=True)
            assert meant is not None, item.key
            assert meant.verb == item.verb


@pytest.mark.parametrize(
    ("roles", "captions"),
    [
        ((), ["Become a facilitator", "My application"]),
        (("facilitator",), ["My assignments", "My absences", "My facilitation"]),
        (
            ("administrator", "facilitator"),
            [
                *("My assignments", "My absences", "My facilitation"),
                *("Applications to review", "Orientations", "Roster", "Roles"),
            ],
        ),
    ],
)
def test_what_each_can_do_beyond_what_everybody_can(roles, captions):
    tr = CATALOGUES.translator("en", "America/Toronto")
    found = [
        action["title"]
        for part in build_help(reader(roles=frozenset(roles)), tr)["body"][3:]
        for item in part.get("items", ())
        for action in item.get("actions", ())
    ]
    assert found == captions

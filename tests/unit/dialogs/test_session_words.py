"""What a session's button says, typed with the code of the session, does what the button does."""

from __future__ import annotations

import pytest

from bot.i18n import Catalogues
from cards import actions
from cards.session import build_session
from cards.session_list import build_my_sessions
from dialogs.words import command
from tests.conversations.talking import actions_of
from tests.unit.cards.sessions import in_every_state

CATALOGUES = Catalogues.load()


def captions(language: str) -> set[tuple[str, str, bool]]:
    """Caption, verb, and whether it is about one session, of every button there can be."""
    tr = CATALOGUES.translator(language, "America/Toronto")
    views = in_every_state().values()
    cards = [build_session(view, tr) for view in views]
    cards += [build_my_sessions([view], 1, 0, tr) for view in views]
    return {
        (action["title"], action["verb"], "id" in action["data"])
        for card in cards
        for action in actions_of(card)
        if action["type"] == "Action.Execute"
    }


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_caption_is_understood(language: str):
    seen = captions(language)
    assert {verb for _, verb, _ in seen} >= {
        actions.SESSION_JOIN,
        actions.SESSION_LEAVE,
        actions.SESSION_ACCEPT_SEAT,
        actions.SESSION_DECLINE_SEAT,
        actions.SESSION_ADD_PEOPLE,
        actions.SESSION_RESCHEDULE,
        actions.SESSION_CANCEL,
        actions.SESSION_SHOW,
        actions.SESSION_LIST,
        actions.SESSION_MINE,
    }
    not_understood: list[str] = []
    for caption, verb, about_one in sorted(seen):
        typed = f"{caption} k7m2qf" if about_one else caption
        found = command(typed, CATALOGUES)
        if found is None or found.verb != verb or (about_one and found.ref != "K7M-2QF"):
            not_understood.append(typed)
    assert not_understood == []

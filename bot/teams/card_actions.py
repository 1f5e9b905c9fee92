"""The bodies that invokes are answered with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.teams.errors import invoke_error
from bot.teams.turn import CARD_TYPE

MESSAGE_TYPE = "application/vnd.microsoft.activity.message"
SEARCH_TYPE = "application/vnd.microsoft.search.searchResponse"
_OK, _BAD = 200, 400


def with_card(card: dict[str, Any]) -> dict[str, Any]:
    """This card takes the clicked one's place."""
    return {"statusCode": _OK, "type": CARD_TYPE, "value": card}


def with_words(words: str) -> dict[str, Any]:
    """The clicked card stays as it is; the words say the rest."""
    return {"statusCode": _OK, "type": MESSAGE_TYPE, "value": words}


def with_results(results: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """What a typed search found: value and title."""
    found = [{"value": value, "title": title} for value, title in results]
    return {"statusCode": _OK, "type": SEARCH_TYPE, "value": {"results": found}}


def with_error(words: str) -> dict[str, Any]:
    """The click makes no sense: no card of ours has that verb."""
    return invoke_error(_BAD, "BadRequest", words)

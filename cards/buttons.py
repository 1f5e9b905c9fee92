"""The actions of a card. Every button is an Action.Execute with a verb and ids, nothing typed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cards.safe import clean

_TITLE = 80


def execute(
    title: str,
    verb: str,
    *,
    style: str | None = None,
    inputs: bool = False,
    tooltip: str | None = None,
    **data: Any,
) -> dict[str, Any]:
    """A button. With `inputs` it sends what is typed in the card, and the card checks it first."""
    action: dict[str, Any] = {
        "type": "Action.Execute",
        "title": clean(title, _TITLE),
        "verb": verb,
        "data": data,
        "associatedInputs": "auto" if inputs else "none",
    }
    if style:
        action["style"] = style
    if tooltip:
        action["tooltip"] = clean(tooltip, _TITLE)
    return action


def positive(title: str, verb: str, *, inputs: bool = False, **data: Any) -> dict[str, Any]:
    """The likely one: at most one a card."""
    return execute(title, verb, style="positive", inputs=inputs, **data)


def destructive(title: str, verb: str, *, inputs: bool = False, **data: Any) -> dict[str, Any]:
    """One that takes something away; inside `confirm`, so that it is asked once more."""
    return execute(title, verb, style="destructive", inputs=inputs, **data)


def secondary(title: str, verb: str, **data: Any) -> dict[str, Any]:
    """One that may go into the overflow menu."""
    return {**execute(title, verb, **data), "mode": "secondary"}


def open_url(title: str, url: str) -> dict[str, Any]:
    """A link of ours (the join link): never a text from people."""
    return {"type": "Action.OpenUrl", "title": clean(title, _TITLE), "url": url}


def confirm(
    title: str,
    *body: dict[str, Any],
    actions: Iterable[dict[str, Any]],
) -> dict[str, Any]:
    """A button that opens a question (with inputs, if need be) in the same card.

    Works by keyboard: Teams gives a show-card's button its expanded state and its card the focus.
    """
    return {
        "type": "Action.ShowCard",
        "title": clean(title, _TITLE),
        "card": {
            "type": "AdaptiveCard",
            "version": "1.5",
            "body": list(body),
            "actions": list(actions),
        },
    }

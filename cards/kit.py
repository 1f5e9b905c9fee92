"""The building blocks of every card: Adaptive Cards 1.5 as plain dicts, made by pure functions.

Whatever people typed, and every sentence that holds it, goes into a RichTextBlock, where no
markdown is read; a heading, which is a TextBlock, loses the characters that markdown would read.
The inputs are in `cards/inputs.py`, the actions in `cards/buttons.py`; this module hands all out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from cards.buttons import (
    confirm,
    destructive,
    execute,
    open_url,
    positive,
    secondary,
)
from cards.inputs import (
    choice,
    choice_input,
    date_input,
    multi_input,
    number_input,
    person_input,
    search_input,
    text_input,
    time_input,
    toggle_input,
)
from cards.safe import clean, for_heading

if TYPE_CHECKING:
    from bot.i18n import Translator

__all__ = [
    "LARGEST",
    "Card",
    "Element",
    "Tone",
    "actions_row",
    "badge",
    "card",
    "choice",
    "choice_input",
    "confirm",
    "date_input",
    "destructive",
    "element_group",
    "error",
    "execute",
    "facts",
    "figure",
    "heading",
    "line",
    "multi_input",
    "notice",
    "number_input",
    "open_url",
    "person_input",
    "person_text",
    "positive",
    "run",
    "search_input",
    "secondary",
    "size",
    "subtle",
    "text",
    "text_input",
    "time_input",
    "toggle_input",
]

Card = dict[str, Any]
Element = dict[str, Any]

SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
LARGEST = 25 * 1024
MOST_ACTIONS = 6  # Teams shows no more in one row


class Tone(StrEnum):
    """What a colour adds to words that already say it."""

    PLAIN = "default"
    INFO = "accent"
    GOOD = "good"
    WARNING = "warning"
    ATTENTION = "attention"


def card(  # all but the title are by name
    tr: Translator,
    title: str,
    *body: Element | None,
    actions: Iterable[Element | None] = (),
    summary: str | None = None,
    said: str | None = None,
    tone: Tone = Tone.INFO,
    refresh: tuple[str, Mapping[str, Any], Sequence[str]] | None = None,
) -> Card:
    """A whole card.

    Args:
        tr: The reader's translator; gives the card its language.
        title: What this is.
        body: The elements; None is left out, so that a condition may stand in the call.
        actions: The buttons, the likely one first; beyond six they go into further rows.
        summary: One line for a notification and a screen reader; the title where not given.
        said: A notice at the top ("You have a seat."), in the colour of `tone`.
        tone: The notice's colour.
        refresh: Verb, data and user ids for whom Teams asks anew when they see the card.
    """
    line = clean(summary or said or title, 250)
    elements = [heading(title)]
    if said:
        elements.append(notice(said, tone))
    elements += [element for element in body if element]
    buttons = [action for action in actions if action]
    elements += [
        actions_row(*buttons[start : start + MOST_ACTIONS])
        for start in range(MOST_ACTIONS, len(buttons), MOST_ACTIONS)
    ]
    made: Card = {
        "type": "AdaptiveCard",
        "$schema": SCHEMA,
        "version": "1.5",
        "lang": tr.language,
        "fallbackText": tr.t("card.too_old", line=line),
        "speak": line,
        "body": elements,
    }
    if buttons:
        made["actions"] = buttons[:MOST_ACTIONS]
    if refresh:
        verb, data, users = refresh
        made["refresh"] = {
            "action": {"type": "Action.Execute", "verb": verb, "data": dict(data)},
            # Without ids Teams asks for everybody who looks, in chats of up to 60 people.
            **({"userIds": list(users)[:60]} if users else {}),
        }
    return made


def one_line(tr: Translator, title: str, rest: str | None) -> str:
    """A card's summary: what it is and how that stands, where there is more to say."""
    return tr.t("card.one_line", title=title, rest=rest) if rest else title


def heading(title: str, *, small: bool = False) -> Element:
    """A heading that screen readers find; `small` for one inside the card."""
    return {
        "type": "TextBlock",
        "style": "heading",
        "text": for_heading(title),
        "size": "medium" if small else "large",
        "weight": "bolder",
        "wrap": True,
        **({"spacing": "medium"} if small else {}),
    }


def run(
    words: str,
    *,
    bold: bool = False,
    faint: bool = False,
    tone: Tone = Tone.PLAIN,
    small: bool = False,
    limit: int = 4000,
) -> Element:
    """A stretch of text within a line; safe for what people typed."""
    made: Element = {"type": "TextRun", "text": clean(words, limit)}
    if bold:
        made["weight"] = "bolder"
    if faint:
        made["isSubtle"] = True
    if small:
        made["size"] = "small"
    if tone is not Tone.PLAIN:
        made["color"] = tone.value
    return made


def line(*runs: Element | str, spacing: str | None = None) -> Element:
    """One paragraph made of runs."""
    made: Element = {
        "type": "RichTextBlock",
        "inlines": [run(part) if isinstance(part, str) else part for part in runs],
    }
    if spacing:
        made["spacing"] = spacing
    return made


def text(words: str, *, bold: bool = False, tone: Tone = Tone.PLAIN) -> Element:
    """A sentence."""
    return line(run(words, bold=bold, tone=tone))


def subtle(words: str) -> Element:
    """A sentence that may be passed over."""
    return line(run(words, faint=True, small=True), spacing="small")


def person_text(words: str, *, limit: int = 1000) -> Element:
    """What somebody wrote, set apart, capped in length."""
    return {
        "type": "Container",
        "style": "emphasis",
        "items": [line(run(words, limit=limit))],
    }


def figure(words: str, label: str) -> Element:
    """A number that decides, standing alone: seats left, time to answer."""
    large = {**run(words, bold=True), "size": "extraLarge"}
    return line(large, run(" " + label, faint=True))


def facts(tr: Translator, rows: Iterable[tuple[str, str] | None]) -> Element | None:
    """Label and value, one a line. Unlike a FactSet no markdown is read in the values."""
    items = [
        line(run(tr.t("card.fact", label=row[0]), bold=True), run(" " + row[1]), spacing="small")
        for row in rows
        if row and row[1]
    ]
    return {"type": "Container", "items": items} if items else None


def badge(word: str, tone: Tone) -> Element:
    """The state a thing is in: the word first, the colour second."""
    return line(run(word, bold=True, tone=tone), spacing="small")


def notice(words: str, tone: Tone = Tone.INFO) -> Element:
    """Something to know before reading on."""
    return {"type": "Container", "style": tone.value, "items": [text(words)], "spacing": "medium"}


def error(words: str) -> Element:
    """What is wrong, standing at its input."""
    return line(run(words, tone=Tone.ATTENTION, bold=True), spacing="small")


def element_group(*elements: Element | None, separator: bool = False) -> Element:
    """Elements that belong together, for example one entry of a list."""
    made: Element = {"type": "Container", "items": [item for item in elements if item]}
    if separator:
        made["separator"] = True
        made["spacing"] = "medium"
    return made


def actions_row(*actions: Element | None) -> Element:
    """Buttons within the body, at most six."""
    return {"type": "ActionSet", "actions": [action for action in actions if action]}


def size(made: Mapping[str, Any]) -> int:
    """Bytes of the card as it is sent; Teams refuses more than `LARGEST`."""
    return len(json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode())

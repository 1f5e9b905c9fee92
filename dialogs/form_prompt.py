"""Reading a form: the values of a click, or typed words put into the step's inputs.

The card checks itself where the client does; everything is checked again here, because a payload
may come from anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import TYPE_CHECKING, Any

from bot.domain.errors import Refusal
from bot.domain.text import closest, fold
from bot.i18n.parse import parse_date, parse_yes_no
from bot.i18n.parse_time import parse_time
from cards.form import inputs_of
from cards.safe import cap
from dialogs.flow import FormErrors

if TYPE_CHECKING:
    from bot.i18n import Translator

Element = dict[str, Any]
_NUMBER = re.compile(r"-?\d{1,9}")


class Wrong(Exception):
    """What is wrong with the values, by input, in words."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("wrong")
        self.errors = dict(errors)


def worded(error: Refusal | FormErrors, tr: Translator) -> Wrong:
    """A refusal, or several, in the reader's words, by input."""
    refusals = error.refusals if isinstance(error, FormErrors) else (error,)
    return Wrong({refusal.field or "": tr.refusal(refusal) for refusal in refusals})


def checked(
    elements: Sequence[Element], given: Mapping[str, str], tr: Translator
) -> dict[str, str]:
    """The value of every input of the step: what was given, checked for its kind.

    Raises:
        Wrong: some are missing, or cannot be.
    """
    values: dict[str, str] = {}
    errors: dict[str, str] = {}
    for key, asked in inputs_of(elements).items():
        values[key] = given.get(key, "").strip()
        if not values[key]:
            if asked.get("isRequired"):
                errors[key] = asked.get("errorMessage") or tr.t("error.required")
        elif len(values[key]) > asked.get("maxLength", 4000):
            limit = tr.number(asked.get("maxLength", 4000))
            errors[key] = tr.t("error.too_long", limit=limit)
        elif not _possible(asked, values[key]):
            errors[key] = asked.get("errorMessage") or tr.t("error.card_bad")
    if errors:
        raise Wrong(errors)
    return values


def defaults(elements: Sequence[Element]) -> dict[str, str]:
    """What the card would send if nothing were changed."""
    return {
        key: str(asked["value"])
        for key, asked in inputs_of(elements).items()
        if asked.get("value") not in (None, "")
    }


def place(
    elements: Sequence[Element], text: str, typed: Mapping[str, str], today: date
) -> dict[str, str] | None:
    """Put typed words into the input that they fit: required and empty ones first.

    None where they fit nowhere.

    Raises:
        Refusal: they are nearly a date or a time; `field` is its input.
    """
    inputs = inputs_of(elements)
    filled = {**defaults(elements), **typed}
    first = [key for key, asked in inputs.items() if asked.get("isRequired") and key not in filled]
    nearly: Refusal | None = None
    for key in [*first, *(key for key in inputs if key not in first)]:
        try:
            value = read(inputs[key], text, today)
        except Refusal as refusal:
            refusal.field = key
            nearly = nearly or refusal
            continue
        if value is not None:
            return {key: value}
    if nearly is not None:
        raise nearly
    return None


def known(elements: Sequence[Element], given: Mapping[str, str]) -> dict[str, str]:
    """The given values that belong to inputs of the step; others are not ours to take."""
    return {key: given[key] for key in inputs_of(elements) if key in given}


def missing(elements: Sequence[Element], filled: Mapping[str, str]) -> bool:
    """Whether a required input is still empty."""
    asked = inputs_of(elements).items()
    return any(item.get("isRequired") and not filled.get(key) for key, item in asked)


def quoted(text: str) -> str:
    """What was typed, short enough to quote."""
    return cap(" ".join(text.split()), 100)


def takes_free_text(elements: Sequence[Element]) -> bool:
    """Whether any words at all may be an answer here."""
    return any(asked["type"] == "Input.Text" for asked in inputs_of(elements).values())


def read(asked: Element, text: str, today: date) -> str | None:
    """Typed words as the value of one input, or None. Raises `Refusal` for a doubtful date."""
    match asked["type"]:
        case "Input.Text":
            return text.strip()
        case "Input.Number":
            found = _NUMBER.findall(text)
            return found[0] if len(found) == 1 else None
        case "Input.Toggle":
            return _yes_or_no(text)
        case "Input.ChoiceSet":
            return _choices(asked, text)
        case "Input.Date":
            return parse_date(text, today).isoformat()
        case "Input.Time":
            return f"{parse_time(text):%H:%M}"
        case _:
            return None


def _possible(asked: Element, value: str) -> bool:
    try:
        match asked["type"]:
            case "Input.Number":
                return asked["min"] <= int(value) <= asked["max"]
            case "Input.Date":
                date.fromisoformat(value)
            case "Input.Time":
                time.fromisoformat(value)
            case "Input.Toggle":
                return value in ("true", "false")
            case "Input.ChoiceSet" if "choices.data" not in asked:
                known = {entry["value"] for entry in asked["choices"]}
                picked = value.split(",") if asked.get("isMultiSelect") else [value]
                return set(picked) <= known
            case _:
                pass
    except ValueError:
        return False
    return True


def _choices(asked: Element, text: str) -> str | None:
    titles = {entry["title"]: entry["value"] for entry in asked["choices"]}
    if not asked.get("isMultiSelect"):
        return _one_choice(titles, text)
    picked = [_one_choice(titles, part) for part in re.split(r"[,;\n]", text) if part.strip()]
    return ",".join(p for p in picked if p) if picked and all(picked) else None


def _one_choice(titles: Mapping[str, str], text: str) -> str | None:
    """By its title, its beginning, its place in the list, or with a small slip."""
    typed = fold(text)
    if not typed:
        return None
    if typed.isdigit() and 0 < int(typed) <= len(titles) and typed not in map(fold, titles):
        return list(titles.values())[int(typed) - 1]
    starting = [title for title in titles if fold(title).startswith(typed)]
    exact = [title for title in starting if fold(title) == typed]
    if len(exact or starting) == 1:
        return titles[(exact or starting)[0]]
    meant = closest(text, titles)
    return titles[meant] if meant else None


def _yes_or_no(text: str) -> str | None:
    try:
        return "true" if parse_yes_no(text) else "false"
    except Refusal:
        return None

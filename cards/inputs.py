"""The inputs of a card: each with a label, and an error message for what the card itself checks.

An input's id is the key of the value that comes back. Values come back as text: a date as
2027-03-04, a time as 13:30, a toggle as "true" or "false", several choices as "a,b".
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from typing import Any

from cards.safe import clean

PEOPLE = "graph.microsoft.com/users"

Input = dict[str, Any]
Choice = dict[str, str]


def choice(title: str, value: str) -> Choice:
    """One entry of a list to choose from. `value` is a key of ours, never a text from people."""
    return {"title": clean(title, 200), "value": value}


def text_input(  # noqa: PLR0913  # all but the first are what an input has
    key: str,
    label: str,
    wrong: str,
    *,
    value: str = "",
    required: bool = True,
    multiline: bool = False,
    limit: int = 1000,
    hint: str = "",
) -> Input:
    """A line of text, or several."""
    more: Input = {"maxLength": limit, "isMultiline": multiline}
    return _input("Text", key, label, wrong, value, required=required, hint=hint, **more)


def number_input(
    key: str,
    label: str,
    wrong: str,
    *,
    value: int | None = None,
    least: int,
    most: int,
    required: bool = True,
) -> Input:
    """A whole number."""
    more: Input = {"min": least, "max": most}
    return _input("Number", key, label, wrong, value, required=required, **more)


def date_input(
    key: str,
    label: str,
    wrong: str,
    *,
    value: date | str | None = None,
    required: bool = True,
    first: date | None = None,
    last: date | None = None,
) -> Input:
    """A day. `first` and `last` guide the picker; the flow decides."""
    more: Input = {}
    if first:
        more["min"] = first.isoformat()
    if last:
        more["max"] = last.isoformat()
    shown = value.isoformat() if isinstance(value, date) else value
    return _input("Date", key, label, wrong, shown, required=required, **more)


def time_input(
    key: str,
    label: str,
    wrong: str,
    *,
    value: time | str | None = None,
    required: bool = True,
) -> Input:
    """A time of day."""
    shown = f"{value:%H:%M}" if isinstance(value, time) else value
    return _input("Time", key, label, wrong, shown, required=required)


def choice_input(  # noqa: PLR0913  # all but the first are what an input has
    key: str,
    label: str,
    wrong: str,
    choices: Iterable[Choice],
    *,
    value: str | None = None,
    required: bool = True,
    expanded: bool = False,
    hint: str = "",
) -> Input:
    """One of a list: a drop-down, or all in view with `expanded`."""
    more: Input = {
        "choices": list(choices),
        "style": "expanded" if expanded else "compact",
        "isMultiSelect": False,
        "wrap": True,
    }
    return _input("ChoiceSet", key, label, wrong, value, required=required, hint=hint, **more)


def multi_input(
    key: str,
    label: str,
    wrong: str,
    choices: Iterable[Choice],
    *,
    value: Iterable[str] = (),
    required: bool = False,
) -> Input:
    """Any of a list; the value is the keys with commas between them."""
    more: Input = {
        "choices": list(choices),
        "style": "expanded",
        "isMultiSelect": True,
        "wrap": True,
    }
    return _input("ChoiceSet", key, label, wrong, ",".join(value), required=required, **more)


def toggle_input(key: str, label: str, *, value: bool = False) -> Input:
    """Yes or no. The label stands at the box itself."""
    made = _input("Toggle", key, "", "", "true" if value else "false", required=False)
    return {**made, "title": clean(label, 300), "valueOn": "true", "valueOff": "false"}


def person_input(
    key: str,
    label: str,
    wrong: str,
    *,
    value: str | None = None,
    several: bool = False,
    required: bool = True,
    hint: str = "",
) -> Input:
    """Teams' people picker; the value is an Entra object id, or several with commas."""
    more = _search(PEOPLE, several=several)
    return _input("ChoiceSet", key, label, wrong, value, required=required, hint=hint, **more)


def search_input(  # noqa: PLR0913  # all but the first are what an input has
    key: str,
    label: str,
    wrong: str,
    dataset: str,
    *,
    value: str | None = None,
    choices: Iterable[Choice] = (),
    required: bool = True,
    hint: str = "",
) -> Input:
    """A list of ours too long to show, searched as one types. `choices` are shown at once."""
    more = {**_search(dataset, several=False), "choices": list(choices)}
    return _input("ChoiceSet", key, label, wrong, value, required=required, hint=hint, **more)


def _search(dataset: str, *, several: bool) -> Input:
    return {
        "choices": [],
        "choices.data": {"type": "Data.Query", "dataset": dataset},
        "style": "filtered",
        "isMultiSelect": several,
    }


def _input(
    kind: str,
    key: str,
    label: str,
    wrong: str,
    value: object,
    *,
    required: bool,
    hint: str = "",
    **more: Any,
) -> Input:
    made: Input = {"type": f"Input.{kind}", "id": key, **more}
    if label:
        made["label"] = clean(label, 300)
    if required:
        made["isRequired"] = True
    if wrong:
        made["errorMessage"] = clean(wrong, 300)
    if hint:
        made["placeholder"] = clean(hint, 200)
    if value not in (None, ""):
        made["value"] = clean(value) if isinstance(value, str) else value
    return made

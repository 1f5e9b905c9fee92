"""Small rules for request bodies: what a property may be. What they do not name is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from sandbox.graph.errors import bad_request

Rule = Callable[[Any, str], Any]
"""Takes a value and where it stands; returns it, or raises a GraphError that says what is wrong."""

WINDOWS_ZONES = {
    "Newfoundland Standard Time": "America/St_Johns",
    "Atlantic Standard Time": "America/Halifax",
    "Eastern Standard Time": "America/Toronto",
    "Central Standard Time": "America/Winnipeg",
    "Canada Central Standard Time": "America/Regina",
    "Mountain Standard Time": "America/Edmonton",
    "Pacific Standard Time": "America/Vancouver",
    "Yukon Standard Time": "America/Whitehorse",
}
_WALL_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def zone_name(name: str) -> str | None:
    """Return the IANA name of a zone that Graph knows, or None."""
    return WINDOWS_ZONES.get(name) or (name if name in _zones() else None)


def text(value: Any, where: str) -> str:
    """Accept a string."""
    if not isinstance(value, str):
        raise bad_request(f"'{where}' must be a string.", "RequestBodyRead")
    return value


def flag(value: Any, where: str) -> bool:
    """Accept true or false."""
    if not isinstance(value, bool):
        raise bad_request(f"'{where}' must be true or false.", "RequestBodyRead")
    return value


def whole(low: int, high: int) -> Rule:
    """Accept a whole number of this range."""

    def rule(value: Any, where: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise bad_request(f"'{where}' must be a number from {low} to {high}.")
        return value

    return rule


def one_of(*names: str) -> Rule:
    """Accept one of these words, written just so."""

    def rule(value: Any, where: str) -> str:
        if value not in names:
            raise bad_request(f"Requested value of '{where}' was not found: use {names}.")
        return str(value)

    return rule


def many(item: Rule, most: int) -> Rule:
    """Accept a list of at most so many."""

    def rule(value: Any, where: str) -> list[Any]:
        if not isinstance(value, list):
            raise bad_request(f"'{where}' must be a list.", "RequestBodyRead")
        if len(value) > most:
            raise bad_request(f"'{where}' has more than {most} entries.")
        return [item(each, f"{where}[{index}]") for index, each in enumerate(value)]

    return rule


def entity(name: str, rules: Mapping[str, Rule], *, need: tuple[str, ...] = ()) -> Rule:
    """Accept an object of these properties and no other."""
    typed = f"#microsoft.graph.{name}"

    def rule(value: Any, where: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise bad_request(f"'{where}' must be an object.", "RequestBodyRead")
        value = dict(value)
        if value.pop("@odata.type", typed) != typed:
            raise bad_request(f"'{where}' must be of the type {typed}.", "RequestBodyRead")
        for key in value:
            if key not in rules:
                raise bad_request(
                    f"The property '{key}' does not exist on type 'microsoft.graph.{name}', or "
                    "may not be written. Make sure to only use property names that are defined "
                    "by the type.",
                    "RequestBodyRead",
                )
        for key in need:
            if value.get(key) in (None, "", []):
                raise bad_request(f"'{where}.{key}' is missing.")
        return {
            key: rules[key](each, f"{where}.{key}")
            for key, each in value.items()
            if each is not None
        }

    return rule


def mail_address(value: Any, where: str) -> str:
    """Accept an e-mail address."""
    if not _MAIL.fullmatch(text(value, where)):
        raise bad_request(f"'{where}' is not a mail address.", "ErrorInvalidRecipients")
    return str(value)


def date_time(value: Any, where: str) -> dict[str, str]:
    """Accept a wall clock's time with the name of its zone, and no other way to say an instant."""
    if not isinstance(value, dict) or set(value) - {"dateTime", "timeZone"}:
        raise bad_request(f"'{where}' must be an object of dateTime and timeZone.")
    wall = text(value.get("dateTime"), f"{where}.dateTime")
    zone = value.get("timeZone")
    if not zone:
        raise bad_request(f"'{where}' is a naive time: its timeZone is missing.")
    if not _WALL_TIME.fullmatch(wall):
        raise bad_request(
            f"'{where}.dateTime' must be a local time such as 2026-12-01T13:00:00, without an "
            "offset: its zone stands in timeZone."
        )
    if zone_name(text(zone, f"{where}.timeZone")) is None:
        raise bad_request(f"'{where}.timeZone': the time zone '{zone}' is unknown.")
    return {"dateTime": wall, "timeZone": zone}

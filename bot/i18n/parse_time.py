"""Reads typed times of day and lengths: "1:30 pm", « 13 h 30 », noon; "3.5 hours", « 3 h 30 »."""

from __future__ import annotations

import re
import unicodedata
from datetime import time
from typing import Final

from bot.domain.errors import Refusal

_QUOTED: Final = 60
_NOON: Final = 12
_MORNING_FROM: Final = 8

_HALF: Final = (
    r"(?:\s*(?P<half>[ap])\.?\s?m\b\.?"
    r"|\s*(?:in the |du |de l')(?P<part>morning|afternoon|evening|matin|apres-midi|soir)\b)"
)
_TIMES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?<!-)(?P<word>noon|midi|midnight|minuit)\b",
        rf"\b(?P<hour>\d{{1,2}})\s*(?:h|heures?)(?:\s*(?P<minute>\d{{2}}))?(?![\d:])\b{_HALF}?",
        rf"(?<![\d:/-])(?P<hour>\d{{1,2}})(?:[:.](?P<minute>\d{{2}}))?{_HALF}",
        r"(?<![\d:])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::00)?(?![\d:])",
        r"\b(?:at|a)\s+(?P<hour>\d{1,2})$",
    )
)
_AFTERNOON: Final = frozenset({"p", "afternoon", "evening", "apres-midi", "soir"})

_HOURS: Final = r"(?P<hours>\d{1,3}(?:[.,]\d{1,2})?)\s*(?:h|hrs?|hours?|heures?)"
_MINUTES: Final = r"(?P<minutes>\d{1,4})\s*(?:m|min|mins|minutes?)?"
_LENGTHS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_HOURS}(?:\s*(?P<half>and a half|et demie?))?",
        rf"{_HOURS}\s*(?:and |et )?{_MINUTES}",
        r"(?P<minutes>\d{1,4})\s*(?:m|min|mins|minutes?)",
        r"(?P<one>an hour|one hour|une heure)(?:\s*(?P<half>and a half|et demie))?",
        r"(?P<half>half an hour|une demi-heure|demi-heure)",
    )
)


def parse_time(text: str) -> time:
    """A time of day alone.

    Raises:
        Refusal: `time_not_understood` (`text`), or `time_ambiguous` (`text`, `first`, `second`)
            for an hour that may be before or after noon.
    """
    found, rest = find_time(text)
    if found is None and (match := re.fullmatch(r"\d{1,2}", plain(text))):
        return _clock(int(match[0]), 0, None, text, sure=False)
    if found is None or rest.strip():
        raise Refusal("time_not_understood", text=quote(text))
    return found


def find_time(text: str) -> tuple[time | None, str]:
    """The time somewhere in a text, and the rest of it, plain."""
    written = plain(text)
    for pattern in _TIMES:
        if match := pattern.search(written):
            rest = re.sub(r"\b(?:at|a|de|vers)\s*$", "", written[: match.start()])
            return _read(match, text), f"{rest} {written[match.end() :]}"
    return None, written


def parse_duration(text: str) -> int:
    """A length, in minutes.

    Raises:
        Refusal: `duration_not_understood` (`text`).
    """
    written = plain(text)
    for pattern in _LENGTHS:
        if match := pattern.fullmatch(written):
            parts = match.groupdict()
            hours = float((parts.get("hours") or "0").replace(",", "."))
            hours += (parts.get("one") is not None) + 0.5 * (parts.get("half") is not None)
            return round(hours * 60) + int(parts.get("minutes") or 0)
    raise Refusal("duration_not_understood", text=quote(text))


def plain(text: str) -> str:
    """Lower case, without accents, single spaces, straight apostrophes; punctuation stays."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("\u2019", "'"))
    bare = "".join(char for char in letters if not unicodedata.combining(char))
    return " ".join(bare.split())


def quote(text: str) -> str:
    """What was typed, short enough to say back."""
    line = " ".join(text.split())
    return line if len(line) <= _QUOTED else line[:_QUOTED].rstrip() + "…"


def _read(match: re.Match[str], text: str) -> time:
    parts = match.groupdict()
    if word := parts.get("word"):
        return time(_NOON) if word in {"noon", "midi"} else time(0)
    half = parts.get("half") or parts.get("part")
    written = parts["hour"]
    french = match.re is _TIMES[1]
    sure = french or half is not None or written.startswith("0")
    return _clock(int(written), int(parts.get("minute") or 0), half, text, sure=sure)


def _clock(hour: int, minute: int, half: str | None, text: str, *, sure: bool) -> time:
    """The time, on 24 hours; not `sure`, an early hour may be one of the afternoon."""
    if half is not None and 1 <= hour <= _NOON:
        hour = hour % _NOON + (_NOON if half in _AFTERNOON else 0)
    elif half in {"a", "p"}:
        raise Refusal("time_not_understood", text=quote(text))
    try:
        found = time(hour, minute)
    except ValueError:
        raise Refusal("time_not_understood", text=quote(text)) from None
    if not sure and 1 <= hour < _MORNING_FROM:
        later = time(hour + _NOON, minute)
        raise Refusal("time_ambiguous", text=quote(text), first=found, second=later)
    return found

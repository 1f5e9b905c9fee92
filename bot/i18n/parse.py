"""Reads typed days: "March 4 at 1 pm", « 4 mars 13 h », "2027-03-04 13:00", « jeudi prochain ».

Both languages at once, small slips forgiven, nothing guessed: 04/03/2027 is refused with both of
its readings. A date without a year is the next one on or after today. What is read is naive, on
the clocks of whoever it is asked for; the reader sees it written out before anything follows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from bot.domain.errors import Refusal
from bot.domain.text import closest, fold
from bot.i18n.parse_time import find_time, parse_duration, parse_time, plain, quote
from bot.i18n.words import DAYS_AHEAD, LINKS, MONTHS, NO, WEEKDAYS, YES

__all__ = [
    "closest",
    "fold",
    "parse_date",
    "parse_date_time",
    "parse_duration",
    "parse_time",
    "parse_yes_no",
]

_LEAP_YEARS_APART: Final = 8
_LONGEST: Final = 100  # no date is longer, and a whole page is not searched for one
_YES_OR_NO: Final = {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}
_VOCABULARY: Final = frozenset({*MONTHS, *WEEKDAYS, *DAYS_AHEAD, *LINKS})
_PHRASES: Final = (
    (re.compile(r"aujourd'? ?hui"), "aujourdhui"),
    (re.compile(r"apres[- ]demain|(the )?day after tomorrow"), "apresdemain"),
    (re.compile(r"(?<=\d)(st|nd|rd|th|er|e)\b"), ""),
    (re.compile(r"(?<=\d)t(?=\d|\s|$)"), " "),
)
_PUNCTUATION: Final = re.compile(r"[,;]|(?<=[a-z])\.|\.$")


def parse_date_time(text: str, today: date) -> datetime:
    """A day with its time of day.

    Raises:
        Refusal: as `parse_date`; `time_missing` (a day alone), `time_not_understood`,
            `time_ambiguous`.
    """
    found, rest = find_time(text)
    if found is None:
        parse_date(text, today)
        raise Refusal("time_missing")
    if not rest.strip():
        raise Refusal("date_not_understood", text=quote(text))
    return datetime.combine(_date(rest, text, today), found)


def parse_date(text: str, today: date) -> date:
    """A day alone.

    Raises:
        Refusal: `date_not_understood` or `date_impossible` (`text`), `date_ambiguous` (`text`,
            `first`, `second`), `date_weekday_differs` (`date`).
    """
    return _date(plain(text), text, today)


def parse_yes_no(text: str) -> bool:
    """Yes or no, in either language.

    Raises:
        Refusal: `yes_no_not_understood` (`text`).
    """
    answer = _YES_OR_NO.get(fold(text))
    if answer is None:
        raise Refusal("yes_no_not_understood", text=quote(text))
    return answer


def _date(rest: str, text: str, today: date) -> date:
    """The day that `rest` writes; `text` is what the person typed, to say back."""
    if len(rest) > _LONGEST:
        raise Refusal("date_not_understood", text=quote(text))
    written = _canonical(rest)
    try:
        for pattern, read in _PATTERNS:
            if match := pattern.fullmatch(written):
                return _checked(match, read(match, today))
    except ValueError:
        raise Refusal("date_impossible", text=quote(text)) from None
    except _AmbiguousError as error:
        first, second = sorted(error.args)
        raise Refusal("date_ambiguous", text=quote(text), first=first, second=second) from None
    raise Refusal("date_not_understood", text=quote(text))


def _canonical(rest: str) -> str:
    """Months as #3, days of the week as @4, today as =0, links without a meaning left out."""
    for pattern, word in _PHRASES:
        rest = pattern.sub(word, rest)
    rest = _PUNCTUATION.sub(" ", rest)
    return " ".join(re.sub(r"[a-z]+", lambda word: _sign(word[0]), rest).split())


def _sign(word: str) -> str:
    known = closest(word, _VOCABULARY) or word
    for sign, table in (("#", MONTHS), ("@", WEEKDAYS), ("=", DAYS_AHEAD)):
        if known in table:
            return f"{sign}{table[known]}"
    return LINKS.get(known, word)


class _AmbiguousError(Exception):
    """Two days fit: its arguments."""


def _checked(match: re.Match[str], on: date) -> date:
    """The day, if it is on the day of the week that was typed with it."""
    weekday = match.groupdict().get("weekday")
    if weekday is not None and int(weekday) != on.isoweekday():
        raise Refusal("date_weekday_differs", date=on)
    return on


def _ahead(match: re.Match[str], today: date) -> date:
    return today + timedelta(days=int(match["days"]))


def _in_days(match: re.Match[str], today: date) -> date:
    try:
        return today + timedelta(days=int(match["amount"]) * (7 if match["unit"] == "week" else 1))
    except OverflowError:
        raise ValueError(match[0]) from None


def _weekday(match: re.Match[str], today: date) -> date:
    """That day of this week or the next: today only when it is not said to be the next one."""
    days = (int(match["name"]) - today.isoweekday()) % 7
    if days == 0 and "next" in match[0]:
        days = 7
    return today + timedelta(days=days)


def _in_words(match: re.Match[str], today: date) -> date:
    return _with_year(match["year"], int(match["month"]), int(match["day"]), today)


def _in_figures(match: re.Match[str], today: date) -> date:
    """4/3: both readings must be the same day, or only one exist."""
    one, two = int(match["one"]), int(match["two"])
    readings: set[date] = set()
    for month, day in ((one, two), (two, one)):
        try:
            readings.add(_with_year(match["year"], month, day, today))
        except ValueError:
            continue
    if len(readings) > 1:
        raise _AmbiguousError(*readings)
    if not readings:
        raise ValueError(match[0])
    return readings.pop()


def _with_year(year: str | None, month: int, day: int, today: date) -> date:
    """The day of that year, or else the next such day. Raises ValueError if there is none."""
    if year is not None:
        return date(int(year), month, day)
    for candidate in range(today.year, today.year + _LEAP_YEARS_APART + 1):
        try:
            on = date(candidate, month, day)
        except ValueError:
            continue
        if on >= today:
            return on
    raise ValueError(f"{month}-{day}")


_ON_WEEKDAY: Final = r"(?:@(?P<weekday>\d) )?"
_PATTERNS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], date]], ...]] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (
            _ON_WEEKDAY + r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\3(?P<day>\d{1,2})",
            _in_words,
        ),
        (_ON_WEEKDAY + r"#(?P<month>\d+) (?P<day>\d{1,2})(?: (?P<year>\d{4}))?", _in_words),
        (_ON_WEEKDAY + r"(?P<day>\d{1,2}) ?#(?P<month>\d+)(?: (?P<year>\d{4}))?", _in_words),
        (
            _ON_WEEKDAY + r"(?P<one>\d{1,2})([-/.])(?P<two>\d{1,2})(?:\3(?P<year>\d{4}))?",
            _in_figures,
        ),
        (r"=(?P<days>\d)", _ahead),
        (r"(?:next )?@(?P<name>\d)(?: next)?", _weekday),
        (r"in (?P<amount>\d{1,5}) (?P<unit>day|week)", _in_days),
    )
)

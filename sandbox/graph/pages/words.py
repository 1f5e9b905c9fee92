"""The pages' words and dates, in the reader's language. Separate from the program's on purpose."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

LANGUAGES = ("en", "fr")
NB = "\u00a0"
NOON = 12
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}
DAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
}


@cache
def _all_words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Words:
    """Bound to a language and to the reader's zone."""

    language: str
    zone: ZoneInfo

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its values; a KeyError is a mistake in the caller."""
        text: str = _all_words()[self.language][key]
        return text.format(**values)

    @property
    def zone_name(self) -> str:
        """Return the zone in words."""
        names = _all_words()["zones"].get(self.zone.key)
        return names[self.language] if names else self.zone.key

    def local(self, moment: datetime) -> datetime:
        """Return an instant on the reader's clock."""
        return moment.astimezone(self.zone)

    def weekday(self, on: date) -> str:
        """Return the name of the day."""
        return DAYS[self.language].split()[on.weekday()]

    def date(self, on: date) -> str:
        """Return a date without its weekday: December 14, 2026; 14 décembre 2026."""
        month = MONTHS[self.language].split()[on.month - 1]
        if self.language == "en":
            return f"{month}{NB}{on.day}, {on.year}"
        first = "1er" if on.day == 1 else str(on.day)
        return f"{first}{NB}{month} {on.year}"

    def short_date(self, on: date) -> str:
        """Return a day of a column: December 14; 14 décembre."""
        month = MONTHS[self.language].split()[on.month - 1]
        if self.language == "en":
            return f"{month}{NB}{on.day}"
        return f"{'1er' if on.day == 1 else on.day}{NB}{month}"

    def weekday_date(self, on: date) -> str:
        """Return a date with its weekday."""
        if self.language == "en":
            return f"{self.weekday(on)}, {self.date(on)}"
        return f"le {self.weekday(on)} {self.date(on)}"

    def time(self, at: time | datetime) -> str:
        """Return a time: 1:30 pm; 13 h 30."""
        if self.language == "en":
            hour, half = (at.hour - 1) % NOON + 1, "am" if at.hour < NOON else "pm"
            minutes = f":{at.minute:02}" if at.minute else ""
            return f"{hour}{minutes}{NB}{half}"
        minutes = f"{NB}{at.minute:02}" if at.minute else ""
        return f"{at.hour}{NB}h{minutes}"

    def times(self, start: datetime, end: datetime) -> str:
        """Return a range of times on the reader's clock."""
        first, last = self.time(self.local(start)), self.time(self.local(end))
        return f"{first} to {last}" if self.language == "en" else f"de {first} à {last}"

    def when(self, start: datetime, end: datetime) -> str:
        """Return the day and the range of times."""
        return f"{self.weekday_date(self.local(start).date())}, {self.times(start, end)}"

    def moment(self, at: datetime) -> str:
        """Return the day and one time."""
        local = self.local(at)
        link = ", at " if self.language == "en" else " à "
        return f"{self.weekday_date(local.date())}{link}{self.time(local)}"

"""How days and hours are written, by the Canada.ca style in both languages.

English puts a non-breaking space between month and day and before am and pm; French inside hours
and between day, month and year. Noon and midnight are words in English, where 12 am and 12 pm
mislead; French has 12 h and 0 h. The patterns are in `formats.po`.

French dates come without their article, so that a sentence may say « le {date} », « du {date} »
or « avant le {date} »; ranges come with their prepositions, « de 9 h à 17 h », « du 29 mars au
4 avril ».
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from bot.i18n.texts import Texts


class Dates:
    """Writes days and hours for one reader: their language, their zone."""

    def __init__(self, texts: Texts, zone: str) -> None:
        self._texts = texts
        self.language = texts.language
        self.zone = zone

    def date(self, on: date) -> str:
        """July 31, 2016 · 31 juillet 2016 · 1er juillet 2016."""
        return self._on("format.date", on)

    def weekday(self, on: date) -> str:
        """Thursday · jeudi."""
        return self._texts.t(f"format.weekday.{on.isoweekday()}")

    def weekday_date(self, on: date) -> str:
        """Thursday, March 4, 2027 · jeudi 4 mars 2027 (the sentence says « le »)."""
        return self._on("format.weekday_date", on)

    def month_day(self, on: date) -> str:
        """March 4 · 4 mars: where the year goes without saying."""
        return self._on("format.month_day", on)

    def date_range(self, first: date, last: date) -> str:
        """March 29 to April 4 · du 29 mars au 4 avril; with years where they differ."""
        if first == last:
            return self._on("format.one_day", first)
        if first.year != last.year:
            key, start, end = "format.date_range.years", self.date(first), self.date(last)
        elif first.month != last.month:
            key, start, end = "format.date_range", self.month_day(first), self.month_day(last)
        else:
            key = "format.date_range.month"
            start, end = self._day(first), self._day(last)
        month = self._texts.t(f"format.month.{first.month}")
        return self._texts.t(key, start=start, end=end, month=month)

    def time(self, at: time) -> str:
        """4:30 pm · 9 am · noon; 16 h 30 · 9 h · 12 h."""
        if at.minute == 0 and at.hour in (0, 12):
            return self._texts.t("format.midnight" if at.hour == 0 else "format.noon")
        half = "am" if at.hour < 12 else "pm"  # noqa: PLR2004
        key = f"format.time.{half}" + ("" if at.minute else ".sharp")
        return self._texts.t(
            key, hour=at.hour, hour12=at.hour % 12 or 12, minute=f"{at.minute:02d}"
        )

    def time_range(self, start: time, end: time) -> str:
        """9 am to 5 pm · de 9 h à 17 h."""
        key = ("format.time_range", start.hour, start.minute, end.hour, end.minute)
        return self._texts.once(key, lambda: self._hours(start, end))

    def _hours(self, start: time, end: time) -> str:
        return self._texts.t("format.time_range", start=self.time(start), end=self.time(end))

    def date_time(self, at: datetime, zone: str | None = None) -> str:
        """March 4, 2027, at 1:30 pm · 4 mars 2027 à 13 h 30.

        An instant is written in `zone`, by default the reader's; a naive time as it stands.
        """
        local = at if at.tzinfo is None else at.astimezone(ZoneInfo(zone or self.zone))
        return self._texts.t(
            "format.date_time", date=self.date(local.date()), time=self.time(local.time())
        )

    def weekday_date_time(self, at: datetime, zone: str | None = None) -> str:
        """Thursday, March 4, 2027, at 1:30 pm · jeudi 4 mars 2027 à 13 h 30."""
        local = at if at.tzinfo is None else at.astimezone(ZoneInfo(zone or self.zone))
        day = self.weekday_date(local.date())
        return self._texts.t("format.date_time", date=day, time=self.time(local.time()))

    def _on(self, key: str, on: date) -> str:
        return self._texts.once((key, on), lambda: self._worded(key, on))

    def _worded(self, key: str, on: date) -> str:
        month = self._texts.t(f"format.month.{on.month}")
        weekday = self.weekday(on)
        return self._texts.t(key, weekday=weekday, day=self._day(on), month=month, year=on.year)

    def _day(self, on: date) -> str:
        return self._texts.t("format.day.first") if on.day == 1 else str(on.day)

"""When things are, how long they take, ranks and lists: all that a reader's texts are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.i18n.dates import Dates
from bot.i18n.zones import city

_HOUR = 60


@dataclass(frozen=True, slots=True)
class WhenParts:
    """When a session is, in pieces for a card.

    Attributes:
        day: "Thursday, March 4, 2027" or « Le jeudi 4 mars 2027 », the start of a line.
        times: "1 pm to 4:30 pm" or « De 13 h à 16 h 30 », the start of a line.
        zone_note: the session's own hours and zone, None where the reader's clock says the same.
    """

    day: str
    times: str
    zone_note: str | None


class Formats(Dates):
    """Writes for one reader: their language, their zone."""

    def zone_name(self, zone: str) -> str:
        """Pacific time (Vancouver) · heure du Pacifique (Vancouver)."""
        key = f"zone.{zone}"
        if self._texts.has(key):
            return self._texts.t(key)
        return self._texts.t("zone.other", city=city(zone))

    def duration(self, minutes: int, longest: int | None = None) -> str:
        """1.5 hours · 3 to 3.5 hours; 1,5 heure · de 3 à 3,5 heures; 45 minutes."""
        if longest is None or longest == minutes:
            return self._length(minutes)
        same_unit = _in_hours(minutes) == _in_hours(longest) and not _is_mixed(minutes)
        start = self._texts.number(_amount(minutes)) if same_unit else self._length(minutes)
        return self._texts.t("format.range", start=start, end=self._length(longest))

    def when(self, starts_at: datetime, ends_at: datetime, zone: str) -> str:
        """Thursday, March 4, 2027, 1 pm to 4:30 pm · jeudi 4 mars 2027, de 13 h à 16 h 30.

        The reader's own hours; the session's follow in brackets, with its zone in words, when
        the two clocks differ at that moment.
        """
        own = self._span(starts_at, ends_at, self.zone)
        note = self._zone_note(starts_at, ends_at, zone)
        return own if note is None else self._texts.t("format.when.zones", own=own, note=note)

    def when_parts(self, starts_at: datetime, ends_at: datetime, zone: str) -> WhenParts:
        """`when` in pieces, each fit to start a line of a card."""
        start, end = _local(starts_at, self.zone), _local(ends_at, self.zone)
        return WhenParts(
            day=self._texts.t("format.when.day", date=self.weekday_date(start.date())),
            times=self.sentence(self.time_range(start.time(), end.time())),
            zone_note=self._zone_note(starts_at, ends_at, zone),
        )

    def relative_day(self, on: date, today: date) -> str:
        """Nearby days: today · tomorrow · on Thursday · on Thursday, March 4, 2027."""
        days = (on - today).days
        if days in (-1, 0, 1):
            return self._texts.t(f"format.relative.{('today', 'tomorrow', 'yesterday')[days]}")
        if 1 < days < 7:  # noqa: PLR2004
            return self._texts.t("format.relative.weekday", weekday=self.weekday(on))
        return self._texts.t("format.relative.date", date=self.weekday_date(on))

    def ordinal(self, n: int) -> str:
        """In words to ten: first, 11th; premier, 11e (for a masculine noun: rang, jour)."""
        key = f"format.ordinal.{n}"
        if self._texts.has(key):
            return self._texts.t(key)
        return self._texts.t(f"format.ordinal.{_english_suffix(n)}", n=self._texts.number(n))

    def list_and(self, items: Sequence[str]) -> str:
        """a, b and c · a, b et c."""
        if len(items) < 2:  # noqa: PLR2004
            return "".join(items)
        return self._texts.t("format.list.and", start=", ".join(items[:-1]), last=items[-1])

    def number(self, amount: float) -> str:
        """1,234 · 1 234."""
        return self._texts.number(amount)

    def sentence(self, text: str) -> str:
        """The same text with its first letter in upper case, to start a line."""
        return text[:1].upper() + text[1:]

    def _length(self, minutes: int) -> str:
        if _is_mixed(minutes):
            hours, rest = divmod(minutes, _HOUR)
            return self._texts.t(
                "format.duration.mixed", hours=self._length(hours * _HOUR), rest=self._length(rest)
            )
        amount = _amount(minutes)
        unit = "hours" if _in_hours(minutes) else "minutes"
        number = "one" if self._texts.is_one(amount) else "many"
        key = f"format.duration.{unit}.{number}"
        return self._texts.t(key, amount=self._texts.number(amount))

    def _span(self, starts_at: datetime, ends_at: datetime, zone: str) -> str:
        start, end = _local(starts_at, zone), _local(ends_at, zone)
        if start.date() != end.date():
            return self._texts.t(
                "format.when.days",
                start=self.weekday_date_time(start, zone),
                end=self.weekday_date_time(end, zone),
            )
        day, times = self.weekday_date(start.date()), self.time_range(start.time(), end.time())
        return self._texts.t("format.when", date=day, times=times)

    def _zone_note(self, starts_at: datetime, ends_at: datetime, zone: str) -> str | None:
        theirs, ours = _local(starts_at, zone), _local(starts_at, self.zone)
        if theirs.utcoffset() == ours.utcoffset():
            return None
        if theirs.date() == ours.date():
            span = self.time_range(theirs.time(), _local(ends_at, zone).time())
        else:
            span = self._span(starts_at, ends_at, zone)
        return self._texts.t("format.when.note", span=span, zone=self.zone_name(zone))


def _local(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone))


def _is_mixed(minutes: int) -> bool:
    """Lengths that are no half hours: 1 hour 20 minutes."""
    return minutes > _HOUR and minutes % (_HOUR // 2) != 0


def _in_hours(minutes: int) -> bool:
    return minutes >= _HOUR


def _amount(minutes: int) -> float:
    if not _in_hours(minutes):
        return minutes
    return minutes // _HOUR if minutes % _HOUR == 0 else minutes / _HOUR


def _english_suffix(n: int) -> str:
    """Which ending a number takes in English; French has one text for the four."""
    if n % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")


def length(span: timedelta) -> int:
    """Whole minutes of a timedelta."""
    return span // timedelta(minutes=1)

"""What a card or a dialog speaks through: texts and formats, for one reader."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, TypeVar, cast

from bot.i18n.formats import Formats, length

if TYPE_CHECKING:
    from bot.domain.errors import Refusal


T = TypeVar("T")


class Translator(Formats):
    """Bound to a language and to a reader's IANA zone; made by `Catalogues.translator`."""

    def t(self, key: str, /, **values: object) -> str:
        """The text of a key, its `{name}` places filled. A missing key is a KeyError."""
        return self._texts.t(key, **values)

    def n(self, key: str, /, n: int, **values: object) -> str:
        """The text of a counted key: one or many, `{n}` being the number."""
        return self._texts.n(key, n, **values)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is the same for all readers of the language is made once; nobody changes it."""
        return self._texts.once(key, make)

    def has(self, key: str) -> bool:
        """Whether the key is worded."""
        return self._texts.has(key)

    def refusal(self, error: Refusal) -> str:
        """What to tell somebody whose request was refused: `error.<code>`, its values worded."""
        key = f"error.{error.code}"
        worded = {name: self.value(value) for name, value in error.values.items()}
        count = error.values.get("n")
        if isinstance(count, int) and self._texts.has(key) and key in self._texts.plurals:
            del worded["n"]
            return self._texts.n(key, count, **worded)
        return self._texts.t(key, **worded)

    def value(self, raw: object) -> str:
        """A raw value in words: days, instants, lengths, counts, names by language, lists."""
        match raw:
            case Mapping():
                return str(cast("Mapping[str, object]", raw)[self.language])
            case list() | tuple():
                return self.list_and([self.value(item) for item in cast("list[object]", raw)])
            case int() | float() if not isinstance(raw, bool):
                return self.number(raw)
            case date() | time() | timedelta():
                return self._moment(raw)
            case _:
                return str(raw)

    def _moment(self, raw: date | time | timedelta) -> str:
        match raw:
            case datetime():
                return self.weekday_date_time(raw)
            case date():
                return self.weekday_date(raw)
            case time():
                return self.time(raw)
            case _:
                return self.duration(length(raw))

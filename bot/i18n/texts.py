"""One language's texts: looked up by key, filled with values, counted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

NBSP = "\u00a0"
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}(\.(?!\.))?")
_ENDINGS = (".", "!", "?", "…")


def fill(text: str, values: Mapping[str, object]) -> str:
    """Put the values in the `{name}` places, once: braces inside a value stay as typed.

    A value that ends its sentence by itself ("Let's Talk!") takes the place's full stop with it.

    Raises:
        KeyError: a place has no value.
    """
    if "{" not in text:  # most texts
        return text

    def put(place: re.Match[str]) -> str:
        value, stop = str(values[place[1]]), place[2] or ""
        return value if value.endswith(_ENDINGS) else value + stop

    return PLACEHOLDER.sub(put, text)


@dataclass(frozen=True, slots=True)
class Texts:
    """All the texts of one language, as its files have them.

    `plurals` has, for a counted text, the wording for one and the wording for many.
    """

    language: str
    singles: Mapping[str, str] = field(default_factory=dict[str, str])
    plurals: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])

    def has(self, key: str) -> bool:
        """Whether the key is worded, counted or not."""
        return key in self.singles or key in self.plurals

    def t(self, key: str, /, **values: object) -> str:
        """The text of a key. Raises KeyError when there is none, or when a value is missing."""
        return fill(self.singles[key], values)

    def n(self, key: str, /, n: int, **values: object) -> str:
        """The text of a counted key; `{n}` is the number, grouped by thousands."""
        one, many = self.plurals[key]
        return fill(one if self.is_one(n) else many, {"n": self.number(n), **values})

    def is_one(self, amount: float) -> bool:
        """English: exactly one. French: everything below two."""
        return abs(amount) < 2 if self.language == "fr" else amount == 1  # noqa: PLR2004

    def number(self, amount: float) -> str:
        """1,234.5 in English; 1 234,5 in French, with a non-breaking space."""
        grouped = f"{amount:,}"
        if self.language != "fr":
            return grouped
        return grouped.translate(str.maketrans({",": NBSP, ".": ","}))

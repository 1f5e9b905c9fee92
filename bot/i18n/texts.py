"""One language's texts: looked up by key, filled with values, counted."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

T = TypeVar("T")

NBSP = "\u00a0"
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}(\.(?!\.))?")
_ENDINGS = (".", "!", "?", "…")
_MOST_MADE = 5000


def fill(text: str, values: Mapping[str, object]) -> str:
    """Put the values in the `{name}` places, once: braces inside a value stay as typed.

    A value that ends its sentence by itself ("Let's Talk!") takes the place's full stop with it.

    Raises:
        KeyError: a place has no value.
    """
    if "{" not in text:  # most texts
        return text
    said: list[str] = []
    for before, name, stop in _parts(text):
        said.append(before)
        if name:
            value = str(values[name])
            said.append(value if stop and value.endswith(_ENDINGS) else value + stop)
    return "".join(said)


@lru_cache(maxsize=4096)
def _parts(text: str) -> tuple[tuple[str, str, str], ...]:
    """A text of the catalogues cut at its places: what stands before, the name, a full stop."""
    cut = PLACEHOLDER.split(text)
    whole = zip(cut[::3], cut[1::3], cut[2::3], strict=False)
    return (*((before, name, stop or "") for before, name, stop in whole), (cut[-1], "", ""))


@dataclass(frozen=True, slots=True)
class Texts:
    """All the texts of one language, as its files have them.

    `plurals` has, for a counted text, the wording for one and the wording for many.
    """

    language: str
    singles: Mapping[str, str] = field(default_factory=dict[str, str])
    plurals: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    _made: dict[Hashable, Any] = field(
        default_factory=dict[Hashable, Any], repr=False, compare=False
    )

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

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, made once for all readers of the language; nobody changes it."""
        found: T | None = self._made.get(key)
        if found is None:
            if len(self._made) >= _MOST_MADE:
                self._made.clear()
            found = self._made[key] = make()
        return found

    def is_one(self, amount: float) -> bool:
        """English: exactly one. French: everything below two."""
        return abs(amount) < 2 if self.language == "fr" else amount == 1  # noqa: PLR2004

    def number(self, amount: float) -> str:
        """1,234.5 in English; 1 234,5 in French, with a non-breaking space."""
        grouped = f"{amount:,}"
        if self.language != "fr":
            return grouped
        return grouped.translate(str.maketrans({",": NBSP, ".": ","}))

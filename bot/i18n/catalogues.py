"""Reads the message catalogues: one `.po` file a noun, merged into one set of texts a language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

import polib

from bot.i18n.texts import Texts
from bot.i18n.translator import Translator

LOCALES: Final = Path(__file__).parent / "locales"
LANGUAGES: Final = ("en", "fr")


class CatalogueError(Exception):
    """A catalogue file cannot be used: a key twice, or a key without its text."""


class Catalogues:
    """The texts of both languages, and a translator for each reader."""

    def __init__(self, texts: Mapping[str, Texts]) -> None:
        self._texts = dict(texts)
        self._translator = lru_cache(maxsize=256)(self._make)

    @classmethod
    def load(cls, root: Path = LOCALES) -> Catalogues:
        """Read every file of each language.

        Raises:
            CatalogueError: a key is in two files, or has an empty or unreviewed text.
        """
        return cls({language: read_texts(root, language) for language in LANGUAGES})

    def texts(self, language: str) -> Texts:
        """One language's texts, without a reader's zone."""
        return self._texts[language]

    def translator(self, language: str, zone: str) -> Translator:
        """A translator for a reader of this language in this IANA zone; kept, so cheap to ask."""
        return self._translator(language, zone)

    def _make(self, language: str, zone: str) -> Translator:
        return Translator(self._texts[language], zone)


def read_texts(root: Path, language: str) -> Texts:
    """Merge the files of one language, refusing what a reader could stumble over."""
    singles: dict[str, str] = {}
    plurals: dict[str, tuple[str, str]] = {}
    for path in sorted((root / language / "LC_MESSAGES").glob("*.po")):
        for entry in polib.pofile(str(path), encoding="utf-8"):
            key = entry.msgid
            if entry.obsolete:
                continue
            if key in singles or key in plurals:
                raise CatalogueError(f"{language}/{path.name}: {key} is there twice")
            if entry.fuzzy:
                raise CatalogueError(f"{language}/{path.name}: {key} is marked fuzzy")
            if entry.msgid_plural:
                plurals[key] = _both_forms(entry, f"{language}/{path.name}")
            elif entry.msgstr:
                singles[key] = entry.msgstr
            else:
                raise CatalogueError(f"{language}/{path.name}: {key} has no text")
    return Texts(language, singles, plurals)


def _both_forms(entry: polib.POEntry, where: str) -> tuple[str, str]:
    forms: dict[int, str] = entry.msgstr_plural
    one, many = forms.get(0, ""), forms.get(1, "")
    if not one or not many or len(forms) != 2:  # noqa: PLR2004
        raise CatalogueError(f"{where}: {entry.msgid} needs a text for one and a text for many")
    return one, many

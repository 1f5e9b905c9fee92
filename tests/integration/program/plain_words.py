"""Searching for what candidates say of themselves, wherever it must not be.

Its words are the codes of the groups and their names in both languages. Only the question may
have them: the choices, each after its number, and the sentence that names the groups looked at
first. Both are the same for everybody, and are taken away before the search.
"""

from __future__ import annotations

import json
import re
import sqlite3
import struct
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path

from bot.domain.rules import Rules
from bot.domain.self_identification import Group
from bot.i18n import Catalogues

LANGUAGES = ("en", "fr")
_AT_START = 16  # bytes of a page where a text may go on from another page, its number left behind


@cache
def plain_words() -> tuple[str, ...]:
    """The codes and the names."""
    catalogues = Catalogues.load()
    found = {group.value for group in Group}
    for language in LANGUAGES:
        tr = catalogues.translator(language, "America/Toronto")
        found |= {tr.t(f"self_identification.group.{group.value}") for group in Group}
    return tuple(sorted(word.casefold() for word in found))


@cache
def _asked() -> re.Pattern[str]:
    """The question itself, which is the same for everybody."""
    catalogues = Catalogues.load()
    asked: list[str] = []
    for language in LANGUAGES:
        tr = catalogues.translator(language, "America/Toronto")
        names = [tr.t(f"self_identification.group.{group.value}") for group in Group]
        asked += [f"{number}. {name}" for number, name in enumerate(names, 1)]
        asked += [
            tr.t(f"self_identification.first.{group}") for group in Rules().selection_priority
        ]
    return re.compile("|".join(re.escape(phrase.casefold()) for phrase in asked))


def leaks_in(text: str) -> list[str]:
    """The words that stand in a text, the question apart."""
    return sorted({word for word, _ in _found(text)})


def leaks_in_database(path: Path) -> list[str]:
    """Where they stand in a SQLite file and its log: in a row, or in what rows have left behind."""
    told = [f"{where}: {word}" for where, text in _cells(path) for word in leaks_in(text)]
    for number, page in enumerate(_pages(path)):
        # A page holds bytes of any kind: what is no text is read as something that no word has.
        text = page.decode("utf-8", "replace")
        starts = {word for word, at in _found(text) if at >= _AT_START}
        told += [f"page {number}: {word}" for word in sorted(starts)]
    return told


def leaks_in_card(card: object) -> list[str]:
    """The words that stand in a card, or in any JSON; its inputs have nothing filled in."""
    text = json.dumps(card, ensure_ascii=False)
    filled = re.findall(r'"id": "groups"[^{}]*"value": "[^"]+"', text)
    return leaks_in(text) + filled


def _found(text: str) -> Iterator[tuple[str, int]]:
    """Words and where they stand; a text within JSON may have its accents escaped."""
    for reading in {text, _unescaped(text)}:
        plain = _asked().sub(lambda asked: "\0" * len(asked[0]), reading.casefold())
        for word in plain_words():
            for match in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", plain):
                yield word, match.start()


def _unescaped(text: str) -> str:
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), text)


def _cells(path: Path) -> Iterator[tuple[str, str]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            for row in database.execute(f'SELECT * FROM "{table}"'):
                yield table, "\n".join(map(str, row))


def _pages(path: Path) -> Iterable[bytes]:
    """The pages of the file and of its write-ahead log, free ones too."""
    kept = path.read_bytes()
    size: int = struct.unpack(">H", kept[16:18])[0]
    pages = [kept[at : at + size] for at in range(0, len(kept), size)]
    log = path.with_name(path.name + "-wal")
    if log.exists():
        frames = log.read_bytes()[32:]
        step = 24 + size
        pages += [frames[at + 24 : at + step] for at in range(0, len(frames), step)]
    return pages

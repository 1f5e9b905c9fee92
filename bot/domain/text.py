"""Comparing what people type: without capitals, accents, apostrophes or small slips."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})
_SHORTEST = 4
_ONE_SLIP = 7
_NOT_A_WORD = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Lower case, no accents, everything but letters and digits turned into single spaces.

    "L'Équité  en matière d'emploi!" and "l equite en matiere d emploi" fold alike.
    """
    lower = text.casefold().translate(_LIGATURES)
    plain = unicodedata.normalize("NFKD", lower)
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    return _NOT_A_WORD.sub(" ", bare).strip()


def closest(word: str, words: Iterable[str]) -> str | None:
    """The one word that was surely meant, or None.

    Words of four to seven letters may differ by one slip (a letter more, less, other, or two
    swapped), longer ones by two; shorter ones are too close to one another to correct, or to
    correct to. A tie between two words is nobody: better to ask than to guess.
    """
    typed = fold(word)
    known = {fold(candidate): candidate for candidate in words}
    if typed in known:
        return known[typed]
    if len(typed) < _SHORTEST:
        return None
    allowed = 1 if len(typed) <= _ONE_SLIP else 2
    near = sorted(
        (distance, name)
        for folded, name in known.items()
        if len(folded) >= _SHORTEST
        and abs(len(folded) - len(typed)) <= allowed
        and (distance := _distance(typed, folded)) <= allowed
    )
    if not near or (len(near) > 1 and near[0][0] == near[1][0]):
        return None
    return near[0][1]


def _distance(one: str, two: str) -> int:
    """Damerau-Levenshtein, in its common form where a pair of letters is swapped once."""
    rows = [list(range(len(two) + 1))]
    for i, a in enumerate(one, start=1):
        row = [i]
        for j, b in enumerate(two, start=1):
            cost = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == two[j - 2] and one[i - 2] == b:
                cost = min(cost, rows[i - 2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]

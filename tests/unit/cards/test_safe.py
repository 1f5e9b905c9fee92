"""Text that people typed, made harmless."""

import sys
import unicodedata

from cards.safe import clean

MARKS = "\u200f\u061c"  # turn the direction, and are taken out


def test_every_letter_that_runs_from_right_to_left_is_isolated() -> None:
    letters = [
        letter
        for letter in map(chr, range(sys.maxunicode + 1))
        if unicodedata.bidirectional(letter) in ("R", "AL") and letter not in MARKS
    ]
    assert [letter for letter in letters if clean(letter) != f"\u2068{letter}\u2069"] == []
    assert clean(MARKS) == ""

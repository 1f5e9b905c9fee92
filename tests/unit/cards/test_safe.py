"""Text that people typed, made harmless."""

import sys
import unicodedata

from cards import safe
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


def test_the_quick_look_misses_nothing_that_has_to_go():
    everything = "".join(map(chr, range(0x110000)))
    odd = set(safe._ODD.findall(everything))
    for kind in (safe._CONTROL, safe._BIDI, safe._RIGHT_TO_LEFT):
        assert set(kind.findall(everything)) - odd == set()
    for text in ("{{x", "x}}", "a\tb", "a\r\nb"):
        assert safe._ODD.search(text)

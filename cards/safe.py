"""Making text that people typed harmless in a card."""

from __future__ import annotations

import re
import unicodedata

# Characters that turn the direction of what follows, and the isolates that would contain them.
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_MARKDOWN = re.compile(r"[*_`~#\[\]\\|]")
_FSI, _PDI = "\u2068", "\u2069"
_JOINER = "\u2060"
ELLIPSIS = "…"
# All that runs from right to left is in these blocks; most texts have nothing of them.
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
# What makes a text worth a closer look: any of the above, and what Teams reads as functions.
_ODD = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]|{{|}}"
)
# Look-alikes that no HTML begins with.
_ANGLES = str.maketrans({"<": "\u2039", ">": "\u203a"})


def clean(text: str, limit: int = 4000) -> str:
    """The text without control characters, capped, unable to reach beyond itself.

    Right-to-left text is isolated; `{{`, which Teams reads as the start of a function, is parted
    by a character without width.
    """
    if len(text) <= limit and _ODD.search(text) is None:
        return text  # as nearly all are
    tidy = _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\t", " "))
    bare = _BIDI.sub("", tidy)
    capped = cap(bare, limit)
    safe = capped.replace("{{", "{" + _JOINER + "{").replace("}}", "}" + _JOINER + "}")
    return f"{_FSI}{safe}{_PDI}" if _has_right_to_left(safe) else safe


def bare(text: str) -> str:
    """What was typed, without what `clean` put into it when the card showed it."""
    return _BIDI.sub("", text.replace(_JOINER, "")).strip()


def cap(text: str, limit: int) -> str:
    """At most `limit` characters, the last being an ellipsis where something was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + ELLIPSIS


def for_heading(text: str) -> str:
    """For a TextBlock: also without what markdown or HTML would read."""
    plain = _MARKDOWN.sub("", clean(" ".join(text.split()) or text, 300))
    return without_html(plain)


def without_html(text: str) -> str:
    """For what may or may not be read as HTML: nothing in it begins a tag."""
    return text.translate(_ANGLES)


def _has_right_to_left(text: str) -> bool:
    found: list[str] = _RIGHT_TO_LEFT.findall(text)
    return any(unicodedata.bidirectional(char) in ("R", "AL") for char in found)

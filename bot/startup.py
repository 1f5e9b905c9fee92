"""Imported before everything else: a start is a fifth shorter when nobody collects garbage in it.

Loading the program makes a million objects, nearly all to stay; the collector would look through
them again and again. Only where this is the program, not where somebody imports it.
"""

from __future__ import annotations

import gc
import sys

_SPEC = getattr(sys.modules.get("__main__"), "__spec__", None)
if _SPEC is not None and _SPEC.name == "bot.__main__":
    gc.disable()


def over() -> None:
    """Collect from now on, but never again among what the start left, which all stays.

    A full search through that would hold up whoever is being answered for a tenth of a second.
    """
    gc.freeze()
    gc.enable()

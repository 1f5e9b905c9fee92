"""A plugin of pytest that weighs the cards that tests read: how many, and the largest in bytes.

They are weighed where `tests.conversations.talking` walks through them, finished: a card that
came out too large and was made anew, shorter, does not count.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cards import kit
from tests.conversations import talking

_weights: list[int] = []


def pytest_configure() -> None:
    """Put the scale in place."""
    walk = talking.walk

    def weigh_and_walk(node: Any) -> Iterator[dict[str, Any]]:
        if isinstance(node, dict) and node.get("type") == "AdaptiveCard":  # pyright: ignore[reportUnknownMemberType]
            _weights.append(kit.size(node))  # pyright: ignore[reportUnknownArgumentType]
        return walk(node)

    talking.walk = weigh_and_walk


def pytest_unconfigure() -> None:
    """Write what was found."""
    found = f"{len(_weights)} {max(_weights, default=0)}"
    Path(os.environ["BENCH_CARDS"]).write_text(found, encoding="utf-8")

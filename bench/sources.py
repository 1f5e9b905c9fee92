"""The code: largest module, lines by room, texts by language; and the largest card in bytes.

Cards are weighed while their tests run: these try the worst cases.
"""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio import create_subprocess_exec
from collections.abc import Sequence
from pathlib import Path
from subprocess import DEVNULL

from bench.harness import ROOT, Bench, Figures
from bot.i18n.catalogues import LANGUAGES, Catalogues

ROOMS = ("bot", "cards", "dialogs", "storage", "sandbox", "tests", "bench")
CARD_TESTS = "tests/unit/cards"
MOST_SECONDS = 100


async def measure(bench: Bench) -> Figures:
    """Lines are those of the files, comments and blank ones included."""
    figures: Figures = {}
    longest = 0
    for room in ROOMS:
        lengths = [len(path.read_text().splitlines()) for path in _modules(ROOT / room)]
        figures[f"sources.lines.{room}"] = sum(lengths)
        if room not in ("tests", "bench"):
            longest = max(longest, *lengths)
    figures["sources.largest_module_lines"] = longest
    catalogues = Catalogues.load()
    for language in LANGUAGES:
        texts = catalogues.texts(language)
        figures[f"sources.texts.{language}"] = len(texts.singles) + len(texts.plurals)
    return figures | await _cards(bench.folder / "cards")


def _modules(room: Path) -> Sequence[Path]:
    return [path for path in room.rglob("*.py") if "node_modules" not in path.parts]


async def _cards(out: Path) -> Figures:
    process = await create_subprocess_exec(
        *(sys.executable, "-m", "pytest", "-q", "-x", "-p", "bench.card_scale", CARD_TESTS),
        cwd=ROOT,
        env={**os.environ, "BENCH_CARDS": str(out)},
        stdout=DEVNULL,
    )
    try:
        async with asyncio.timeout(MOST_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
    if not out.exists():
        return {}
    count, largest = out.read_text().split()
    return {"cards.weighed": int(count), "cards.largest_bytes": int(largest)}

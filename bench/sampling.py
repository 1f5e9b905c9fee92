"""A sampling profiler: each millisecond of CPU the stack of the event loop's thread is noted.

cProfile counts every step of a coroutine as a call and slows Python down more than C; this does
neither. While another thread works (SQLite's), the loop is seen to wait in `select`.
"""

from __future__ import annotations

import json
import signal
from collections import Counter
from pathlib import Path
from types import FrameType

INTERVAL = 0.0005
ROOMS = ("bot", "cards", "dialogs", "storage")


class Sampler:
    """Counts stacks between `begin` and `write`. Call it from the main thread."""

    def __init__(self) -> None:
        self._packages: Counter[str] = Counter()
        self._leaves: Counter[str] = Counter()
        self._within: Counter[str] = Counter()
        self._total = 0

    def begin(self) -> None:
        """Start the timer."""
        signal.signal(signal.SIGPROF, self._note)
        signal.setitimer(signal.ITIMER_PROF, INTERVAL, INTERVAL)

    def write(self, path: str) -> None:
        """Stop, and write what was seen as JSON: shares by package, by function, within."""
        signal.setitimer(signal.ITIMER_PROF, 0)
        total = max(1, self._total)
        shares = {
            name: {key: count / total for key, count in counted.most_common(150)}
            for name, counted in (
                ("by package", self._packages),
                ("by function", self._leaves),
                ("within", self._within),
            )
        }
        Path(path).write_text(json.dumps(shares))

    def _note(self, _signal: int, frame: FrameType | None) -> None:
        self._total += 1
        if frame is not None:
            self._leaves[_name(frame)] += 1
            self._packages[_package(frame)] += 1
        seen: set[str] = set()
        while frame is not None:
            seen.add(_name(frame))
            frame = frame.f_back
        self._within.update(seen)


def profiled(path: str) -> None:
    """From now on SIGUSR1 begins a profile of this thread, SIGUSR2 writes it."""
    sampler = Sampler()

    def begin(_signal: int, _frame: object) -> None:
        sampler.begin()

    def write(_signal: int, _frame: object) -> None:
        sampler.write(path)

    signal.signal(signal.SIGUSR1, begin)
    signal.signal(signal.SIGUSR2, write)


def _name(frame: FrameType) -> str:
    code = frame.f_code
    return f"{'/'.join(Path(code.co_filename).parts[-2:])}:{code.co_name}"


def _package(frame: FrameType) -> str:
    parts = Path(frame.f_code.co_filename).parts
    if "site-packages" in parts:
        return parts[parts.index("site-packages") + 1]
    return next((part for part in parts if part in ROOMS), parts[-1])

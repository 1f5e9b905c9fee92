"""The program itself, but for Teams' send limits: the neighbours here have none.

With them 50 answers a second leave the process, and the client would measure the waiting.
With `BENCH_PROFILE=file` SIGUSR1 begins a profile of the event loop's thread, SIGUSR2 writes it.
"""

from __future__ import annotations

import os
import signal
import sys

from bench.sampling import Sampler
from bot import __main__ as program
from bot.teams import limits

NO_LIMIT = ((1_000_000, 1.0),)


def _profiled(path: str) -> None:
    sampler = Sampler()

    def begin(_signal: int, _frame: object) -> None:
        sampler.begin()

    def write(_signal: int, _frame: object) -> None:
        sampler.write(path)

    signal.signal(signal.SIGUSR1, begin)
    signal.signal(signal.SIGUSR2, write)


if __name__ == "__main__":
    limits.OVER_ALL = limits.PER_CONVERSATION = NO_LIMIT
    if where := os.environ.get("BENCH_PROFILE"):
        _profiled(where)
    sys.exit(program.main(sys.argv[1:]))

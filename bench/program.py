"""The program itself, but for Teams' send limits: the neighbours here have none.

With them 50 answers a second leave the process, and the client would measure the waiting.
With `BENCH_PROFILE=file` it can be profiled (`bench.sampling`).
"""

from __future__ import annotations

import os
import sys

from bench.sampling import profiled
from bot import __main__ as program
from bot.teams import limits

NO_LIMIT = ((1_000_000, 1.0),)


if __name__ == "__main__":
    limits.OVER_ALL = limits.PER_CONVERSATION = NO_LIMIT
    if where := os.environ.get("BENCH_PROFILE"):
        profiled(where)
    sys.exit(program.main(sys.argv[1:]))

"""The program itself, but for Teams' send limits: the neighbours here have none.

With them 50 answers a second leave the process, and the client would measure the waiting.
With `BENCH_PROFILE=file` it can be profiled (`bench.sampling`).
"""

from __future__ import annotations

import os
import sys

from bench.sampling import profiled
from bot import __main__ as program

if __name__ == "__main__":
    os.environ["BOT_SENDS_A_SECOND"] = "0"
    if where := os.environ.get("BENCH_PROFILE"):
        profiled(where)
    sys.exit(program.main(sys.argv[1:]))

"""The program itself, but for Teams' send limits: the neighbours here have none.

With them 50 answers a second leave the process, and the client would measure the waiting.
"""

from __future__ import annotations

import sys

from bot import __main__ as program
from bot.teams import limits

NO_LIMIT = ((1_000_000, 1.0),)

if __name__ == "__main__":
    limits.OVER_ALL = limits.PER_CONVERSATION = NO_LIMIT  # pyright: ignore[reportPrivateUsage]
    sys.exit(program.main(sys.argv[1:]))

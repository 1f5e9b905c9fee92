"""A parent that has the whole program in memory, and forks a child for each of its lives.

`python -m bot run` takes two to six seconds of CPU to import; a fork of a process that has
imported it takes a few milliseconds, and then does what the command line does, from the
settings on. So a thousand lives cost minutes and not hours: docs/decisions/0039-crash-test.md.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import importlib
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
_PR_SET_PDEATHSIG = 1


class Forks:
    """The parent, as the test has it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.forks"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._ready = False

    def start(self, env: Mapping[str, str], log: Path, plant: str | None = None) -> int:
        """Begin a life; its process id."""
        self.wait()
        assert self._process.stdin is not None
        order = {"env": dict(env), "log": str(log), "plant": plant}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._line())

    def wait(self) -> None:
        """Until everything is imported."""
        if not self._ready:
            assert self._line() == "ready"
            self._ready = True

    def close(self) -> None:
        """End the parent; its children go with it."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


def _load() -> None:
    """Everything that a life would import, also what it would only import on the way."""
    for module in ("bot.app", "bot.__main__", "tests.crash.plants"):
        importlib.import_module(module)
    from bot.graph import sdk  # noqa: PLC0415  (only the parent pays for it)
    from bot.i18n import Catalogues  # noqa: PLC0415

    sdk.load()
    Catalogues.load()


def _live(order: dict[str, Any]) -> None:
    """One life of the program: as the command line begins it, in a process of its own."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, target in ((0, nothing), (1, log), (2, log)):
        os.dup2(target, number)
    os.environ.clear()
    os.environ.update(order["env"])
    os.chdir(Path(order["log"]).parent)
    random.seed()
    if order["plant"] is None:
        from bot.__main__ import main  # noqa: PLC0415

        main(["run"])
        return
    from tests.crash import plants  # noqa: PLC0415

    asyncio.run(plants.run(order["plant"]))


def serve() -> None:
    """Fork a child for each line on standard input, and say its process id."""
    _load()
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    print("ready", flush=True)
    while line := sys.stdin.readline():
        pid = os.fork()
        if pid == 0:
            try:
                _live(json.loads(line))
            finally:
                os._exit(0)
        print(pid, flush=True)


if __name__ == "__main__":
    serve()

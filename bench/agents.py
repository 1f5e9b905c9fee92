"""The environment of the Microsoft 365 Agents SDK's echo: `var/bench-agents`, made when needed.

Its packages are the dependency group `bench`, locked in requirements-bench.lock. They are not in
the program's environment, nor in its developers': the bench alone wants them.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from bench.harness import ROOT

HOME = ROOT / "var" / "bench-agents"
LOCK = ROOT / "requirements-bench.lock"


def python() -> Path | None:
    """Its interpreter; None, told in a line, where the packages cannot be had here."""
    marker, found = HOME / "locked", HOME / "bin" / "python"
    locked = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if marker.exists() and marker.read_text() == locked:
        return found
    uv = str(Path(sys.executable).parent / "uv")
    try:
        _run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(HOME))
        _run(uv, "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode", str(LOCK))
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"  (without the Agents SDK's echo: {type(error).__name__})")
        return None
    marker.write_text(locked)
    return found


def _run(*command: str) -> None:
    environment = {**os.environ, "VIRTUAL_ENV": str(HOME)}
    subprocess.run(command, check=True, env=environment, cwd=ROOT)  # noqa: S603  # our own words

"""Child processes of `make run`: started apart, watched, ended together, none left behind."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from types import FrameType

LOOPBACK = "127.0.0.1"
GRACE_SECONDS = 10
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


class Stopped(Exception):
    """Ctrl-C, or the signal with which a machine asks a program to end."""


class Failed(Exception):
    """Something that the person at the terminal can read and act on."""


def stop_on_signals() -> None:
    """Turn Ctrl-C, SIGTERM and a closed terminal into `Stopped`."""

    def stop(number: int, _: FrameType | None) -> None:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)  # one is enough: the end is not interrupted
        raise Stopped(number)

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, stop)


def _die_with_parent() -> None:
    """Linux ends the child even when the launcher is killed outright."""
    if sys.platform == "linux":
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """A program in a process group of its own, writing to a log file."""

    def __init__(
        self, name: str, command: Sequence[str], *, env: Mapping[str, str], log: Path
    ) -> None:
        """Start it; `name` is what a person would call it."""
        self.name = name
        self._log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                command,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509  (the launcher has one thread)
            )

    @property
    def ended(self) -> int | None:
        """Return the exit code, or None while it runs."""
        return self._process.poll()

    def tail(self, lines: int = 15) -> str:
        """Return the last lines of its log."""
        return "\n".join(self._log.read_text("utf-8", "replace").splitlines()[-lines:])

    def stop(self) -> None:
        """Ask the whole group to end, insist after a while, and wait until it is gone."""
        self._signal(signal.SIGTERM)
        try:
            self._process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self._signal(signal.SIGKILL)
            self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


def require_free(ports: Mapping[int, str]) -> None:
    """Refuse to start where another program listens.

    Raises:
        Failed: Names the port and what wanted it.
    """
    for port, wanted in ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                told = f"Port {port} ({wanted}) is in use: is it running already? · "
                told += f"Le port {port} est déjà utilisé."
                raise Failed(told) from None


def answers(url: str) -> bool:
    """Whether a loopback address answers 200, whatever proxy the machine has."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as response:
            return response.status == HTTPStatus.OK
    except (urllib.error.URLError, OSError):
        return False


def wait_until(
    ready: Callable[[], bool], children: Sequence[Child], *, seconds: float = 90
) -> None:
    """Wait for `ready`.

    Raises:
        Failed: A child ended first, or the time is over.
    """
    until = time.monotonic() + seconds
    while not ready():
        require_running(children)
        if time.monotonic() > until:
            tails = "\n".join(f"— {child.name}\n{child.tail()}" for child in children)
            raise Failed(f"Not ready after {seconds:.0f} s.\n{tails}")
        time.sleep(0.1)


def require_running(children: Sequence[Child]) -> None:
    """Raise `Failed`, with the end of its log, for a child that has ended."""
    for child in children:
        if child.ended is not None:
            raise Failed(f"{child.name} ended (exit code {child.ended}).\n{child.tail()}")

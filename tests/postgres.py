"""A throwaway PostgreSQL for the tests: a cluster of their own, also when they run as root."""

import asyncio
import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Coroutine, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

UNSAFE_AND_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "listen_addresses": "127.0.0.1",
    "timezone": "UTC",
}
DURABLE = {  # for the benchmarks
    key: value
    for key, value in UNSAFE_AND_FAST.items()
    if key not in {"fsync", "synchronous_commit", "full_page_writes"}
}


class PostgresMissing(Exception):
    """Neither BOT_TEST_POSTGRES_URL nor PostgreSQL's binaries are here."""


def binaries() -> Path:
    """The folder of initdb and postgres; the PATH first, then Debian's place."""
    found = [
        shutil.which("initdb"),
        *sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True),
    ]
    for initdb in filter(None, found):
        folder = Path(initdb).resolve().parent
        if (folder / "postgres").exists():
            return folder
    raise PostgresMissing


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root; root runs it as `postgres`, else `nobody`."""
    if os.geteuid() != 0:
        return {}
    import pwd  # noqa: PLC0415  (POSIX only, and only root needs it)

    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise PostgresMissing


class Cluster:
    """One PostgreSQL server in a temporary folder, stopped and removed at the end."""

    def __init__(self, settings: Mapping[str, str] = UNSAFE_AND_FAST) -> None:
        self._settings = settings
        self._bin = binaries()
        self._as = _unprivileged()
        self._home = Path(tempfile.mkdtemp(prefix="ec-pg-"))
        self._port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        if self._as:
            os.chown(self._home, self._as["user"], self._as["group"])
        data = self._home / "data"
        command = [self._bin / "initdb", "-D", data, "-U", "postgres", "-A", "trust"]
        subprocess.run(
            [*command, "--no-sync", "-E", "UTF8", "--locale=C"],
            check=True,
            cwd=self._home,
            capture_output=True,
            **self._as,
        )
        options = [f"-c{key}={value}" for key, value in self._settings.items()]
        with (self._home / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [self._bin / "postgres", "-D", data, "-k", self._home, f"-p{self._port}", *options],
                cwd=self._home,
                stdout=log,
                stderr=subprocess.STDOUT,
                **self._as,
            )

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(3)  # SIGQUIT: at once; nothing here is worth saving
            self._process.wait(timeout=30)
        shutil.rmtree(self._home, ignore_errors=True)


class Admin:
    """A connection for CREATE and DROP DATABASE, on a loop of its own beside the tests' loops."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._count = 0
        self._connection = self._run(self._connect())

    def _run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout=60)

    async def _connect(self) -> asyncpg.Connection:
        for _ in range(600):  # the server's own start, at most a minute
            try:
                return await asyncpg.connect(self._url)
            except (OSError, asyncpg.CannotConnectNowError):
                await asyncio.sleep(0.1)
        return await asyncpg.connect(self._url)

    def create(self, template: str = "template0") -> SimpleNamespace:
        self._count += 1
        name = f"ec_{os.getpid()}_{self._count}"
        self._run(self._connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
        parts = urlsplit(self._url)
        path = urlunsplit(parts._replace(scheme="postgresql+asyncpg", path=f"/{name}"))
        return SimpleNamespace(name=name, url=path)

    def drop(self, name: str) -> None:
        self._run(self._connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))

    def close(self) -> None:
        self._run(self._connection.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

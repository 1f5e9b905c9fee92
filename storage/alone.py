"""On SQLite one process at a time carries out what is owed; this is how a second one is told.

The file beside the database is locked for as long as the process lives: the system lets go of it
the moment that the process is dead, however it died, so nobody waits for its successor.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from sqlalchemy import make_url

if sys.platform != "win32":
    import fcntl


class NotAlone(Exception):
    """Another process carries out what is owed on this SQLite database."""

    def __init__(self, database: str) -> None:
        super().__init__(database)
        self.database = database


class Alone:
    """The only worker of a SQLite file, until `release` or the end of the process."""

    def __init__(self, database: Path) -> None:
        """Take the place.

        Raises:
            NotAlone: it is taken.
        """
        self._file: int | None = None
        opened = os.open(f"{database}.worker", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if sys.platform != "win32":
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(opened)
            raise NotAlone(str(database)) from None
        self._file = opened

    async def release(self) -> None:
        """Leave it to the next one. The file stays: to remove it would be a race."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def only_worker(url: str) -> Alone | None:
    """Take the place of a SQLite file's only worker; None where several may work (PostgreSQL).

    Raises:
        NotAlone: it is taken.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return None
    return Alone(Path(parsed.database or "").absolute())

"""So many calls to a mailbox at a time over all processes, on PostgreSQL.

Each call takes one of the mailbox's places for as long as it may take at most: it is given back
when the call is over, and free again after that time where its holder died. Instants are the
server's; one that cannot be (its clock was put back) holds no place.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog
from sqlalchemy import Executable, Float, Integer, Text, bindparam, column, text

from bot.domain.errors import OutsideFault, Throttled
from storage.engine import Database, reading
from storage.faults import database_away

log = structlog.get_logger(__name__)

PLACES = 4
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.25
AGAIN = timedelta(seconds=5)

_NOW = "extract(epoch FROM clock_timestamp())"
_TAKE = f"""
    UPDATE mailbox_places SET holder = :holder, until = {_NOW} + :lease
    WHERE (mailbox, place) = (
        SELECT mailbox, place FROM mailbox_places
        WHERE mailbox = :mailbox
            AND (holder IS NULL OR until <= {_NOW} OR until > {_NOW} + :lease)
        ORDER BY place LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING place
"""  # noqa: S608  # the server's clock
_MAKE = """
    INSERT INTO mailbox_places (mailbox, place, until)
    SELECT :mailbox, n, 0 FROM generate_series(1, :most) AS n
    ON CONFLICT DO NOTHING RETURNING place
"""
_GIVE = """
    UPDATE mailbox_places SET holder = NULL
    WHERE mailbox = :mailbox AND place = :place AND holder = :holder RETURNING place
"""


class MailboxPlaces:
    """The places of one mailbox.

    Args:
        lease: How long a call may take at most.
        longest_wait: Seconds after which one who waits is sent away.
    """

    def __init__(
        self,
        database: Database,
        mailbox: str,
        *,
        lease: timedelta,
        places: int = PLACES,
        longest_wait: float = 20.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database = database
        self._mailbox = mailbox.lower()
        self._lease = lease.total_seconds()
        self._places = places
        self._longest_wait = longest_wait
        self._sleep = sleep

    @asynccontextmanager
    async def place(self) -> AsyncGenerator[None]:
        """Wait for a place, and keep it until the block ends.

        Raises:
            OutsideFault: There was none in time, or the database is away; nothing was done.
        """
        holder = secrets.token_hex(8)
        try:
            place = await self._take(holder)
        except OutsideFault:
            raise
        except Exception as error:
            if not database_away(error):
                raise
            raise OutsideFault("mailbox_places_away") from error
        try:
            yield
        finally:
            await self._give(holder, place)

    async def _take(self, holder: str) -> int:
        asked = {"mailbox": self._mailbox, "holder": holder, "lease": self._lease}
        deadline, pause = time.monotonic() + self._longest_wait, FIRST_PAUSE
        while True:
            place = await self._ask(TAKE, asked)
            if place is not None:
                return place
            made = await self._ask(MAKE, {"mailbox": self._mailbox, "most": self._places})
            if made is None:
                if time.monotonic() >= deadline:
                    raise Throttled("mailbox_busy", retry_after=AGAIN)
                await self._sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311  # jitter
                pause = min(2 * pause, LONGEST_PAUSE)

    async def _give(self, holder: str, place: int) -> None:
        given = {"mailbox": self._mailbox, "holder": holder, "place": place}
        try:
            await asyncio.shield(asyncio.ensure_future(self._ask(GIVE, given)))
        except Exception as error:  # noqa: BLE001  # the call is over; its lease will be too
            log.warning("mailbox_place_not_given_back", kind=type(error).__name__)

    async def _ask(self, statement: Executable, parameters: Mapping[str, object]) -> int | None:
        # One statement, which is a transaction of its own: no BEGIN and no COMMIT to wait for.
        async with reading(self._database) as connection:
            found = (await connection.execute(statement, parameters)).scalars()
        return found[0] if found else None


def _statement(sql: str) -> Executable:
    kinds = {
        "mailbox": Text(),
        "holder": Text(),
        "lease": Float(),
        "place": Integer(),
        "most": Integer(),
    }
    binds = [bindparam(name, type_=kind) for name, kind in kinds.items() if f":{name}" in sql]
    return text(sql).bindparams(*binds).columns(column("taken"))


TAKE, MAKE, GIVE = map(_statement, (_TAKE, _MAKE, _GIVE))

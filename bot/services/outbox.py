"""The worker's side of the outbox: claim what is due, carry it out, write down what came of it."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from weakref import WeakValueDictionary

import structlog

from bot.clock import Clock
from bot.domain.errors import Gone, OutsideFault, Rejected, Throttled, Unreachable
from bot.domain.messages import OutboxRow, Via
from bot.services.keeping import OutboxQueue
from bot.services.meeting_booking import NotYet

log = structlog.get_logger(__name__)

BATCH = 50
LEASE = timedelta(minutes=2)
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=15)
GIVE_UP_AFTER = timedelta(days=3)
STRUGGLING_AT = 3
STRAGGLERS_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Skip:
    """It is no longer true, or nobody wants it: nothing is sent. `why` is a word for the log."""

    why: str


@dataclass(frozen=True, slots=True)
class Postpone:
    """Not now: at this instant (quiet hours, something else first)."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Ready:
    """All is prepared; calling `send` reaches the outside once and gives a receipt, if any."""

    send: Callable[[], Awaitable[str | None]]


class Carrier(Protocol):
    """Carries rows of one way out."""

    async def prepare(self, row: OutboxRow) -> Ready | Skip | Postpone:
        """Look at how things stand now and word the message; the outside is not reached yet."""
        ...

    async def failed(self, row: OutboxRow, error: str, *, final: bool) -> None:
        """Told of each failure: `final` when it is not tried again."""
        ...


def wait_before(attempts: int) -> timedelta:
    """How long to wait before the next attempt: doubling, capped, with a fifth of jitter."""
    wait = min(FIRST_WAIT * 2 ** min(attempts, 10), LONGEST_WAIT)
    return wait * random.uniform(0.8, 1.2)  # noqa: S311  (jitter, not a secret)


class Courier:
    """Moves due rows. Several may run; a row is leased to one of them."""

    def __init__(
        self, queue: OutboxQueue, carriers: Mapping[Via, Carrier], clock: Clock, *, at_once: int = 8
    ) -> None:
        self._queue = queue
        self._carriers = carriers
        self._clock = clock
        self._slots = asyncio.Semaphore(at_once)
        self._rounds = asyncio.Lock()
        self._under_way: set[asyncio.Task[None]] = set()
        self._in_order: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._stopping = False
        # Sent, and not yet written down: the database went away in between.
        self._unwritten: list[tuple[str, str, datetime, str | None]] = []

    async def run_once(self) -> int:
        """Claim one batch of due rows and see them through; how many there were.

        One that takes long (an Outlook that does not answer) goes on beside the next rounds.
        """
        async with self._rounds:
            return 0 if self._stopping else await self._round()

    async def drain(self) -> None:
        """Take no more rows, and wait for those under way."""
        self._stopping = True
        async with self._rounds:
            await asyncio.gather(*self._under_way)
            with suppress(Exception):  # going down: the rows are settled when their lease is over
                await self._write_down()

    async def _round(self) -> int:
        now = self._clock.now()
        await self._write_down()
        await self._settle_stale(now)
        if self._slots.locked():
            return 0
        token = secrets.token_hex(8)
        rows = await self._queue.claim(now, BATCH, now + LEASE, token, tuple(self._carriers))
        # What concerns the same subject goes out in the order in which it fell due.
        lines: defaultdict[str, list[OutboxRow]] = defaultdict(list)
        for row in rows:
            lines[f"{row.subject}/{row.recipient_id}"].append(row)
        begun = [asyncio.create_task(self._line(*line, token)) for line in lines.items()]
        for task in begun:
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        if begun:
            await asyncio.wait(begun, timeout=STRAGGLERS_SECONDS)
        return len(rows)

    async def run_due(self, most: int = 1000) -> int:
        """Round after round while something is due; how many rows. Bounded, to end in any case."""
        done = 0
        while done < most and (count := await self.run_once()):
            done += count
        return done

    async def run_until_idle(self) -> int:
        """The same, and wait for those that take long."""
        done = await self.run_due()
        while self._under_way:
            await asyncio.gather(*self._under_way)
            done += await self.run_due()
        return done

    async def _write_down(self) -> None:
        """Write down what was sent while the database was away, before anything is repeated."""
        while self._unwritten:
            await self._queue.sent(*self._unwritten[0])
            del self._unwritten[0]

    async def _settle_stale(self, now: datetime) -> None:
        """A process died while sending: repeat what is harmless twice, leave the rest."""
        for row in await self._queue.stale(now, BATCH):
            state = "pending" if row.repeatable else "skipped"
            await self._queue.settle(row, state, now, "perhaps_sent")
            log.warning("outbox.stale_row_settled", row_id=row.row_id, kind=row.kind, state=state)

    async def _line(self, key: str, rows: Sequence[OutboxRow], token: str) -> None:
        """See the rows of one person and subject through, each after the one before."""
        lock = self._in_order.get(key)
        if lock is None:
            lock = self._in_order[key] = asyncio.Lock()
        async with lock, self._slots:
            await self._in_turn(rows, token)

    async def _in_turn(self, rows: Sequence[OutboxRow], token: str) -> None:
        """All the rows were there before the first was worded.

        A card that has just been shown tells of the later ones too, and is not shown anew.
        """
        shown = False
        for row in rows:
            try:
                if shown and row.via is Via.REFRESH:
                    now = self._clock.now()
                    await self._queue.skip(row.row_id, token, now, "shown_already")
                    continue
                sent = await self._see_through(row, token)
                shown = shown or (sent and row.via in (Via.CHAT, Via.REFRESH))
            except Exception:  # what came of it cannot be written: its lease will run out
                log.exception("outbox.row_left", row_id=row.row_id, kind=row.kind)

    async def _see_through(self, row: OutboxRow, token: str) -> bool:
        """Whether it went out."""
        carrier = self._carriers[row.via]
        try:
            return await self._carry(carrier, row, token)
        except NotYet as wait:
            await self._queue.postpone(row.row_id, token, self._clock.now() + wait.wait)
        except OutsideFault as fault:
            await self._fault(carrier, row, token, fault)
        except Exception:
            log.exception("outbox.row_failed", row_id=row.row_id, kind=row.kind)
            await self._fault(carrier, row, token, OutsideFault("bug"))
        return False

    async def _carry(self, carrier: Carrier, row: OutboxRow, token: str) -> bool:
        now = self._clock.now()
        if row.expires_at is not None and row.expires_at <= now:
            await self._queue.skip(row.row_id, token, now, "expired")
            return False
        match await carrier.prepare(row):
            case Skip(why):
                await self._queue.skip(row.row_id, token, now, why)
            case Postpone(until):
                await self._queue.postpone(row.row_id, token, until)
            case Ready(send):
                if await self._queue.sending(row.row_id, token):
                    await self._sent(row, token, await self._send(row, send))
                    return True
        return False

    async def _send(self, row: OutboxRow, send: Callable[[], Awaitable[str | None]]) -> str | None:
        try:
            return await send()
        except (OutsideFault, NotYet):
            raise
        except Exception as error:
            log.exception("outbox.send_failed", row_id=row.row_id, kind=row.kind)
            raise OutsideFault("bug", perhaps_done=True) from error

    async def _sent(self, row: OutboxRow, token: str, receipt: str | None) -> None:
        """It is out: whatever happens from here on, it is not sent again."""
        done = (row.row_id, token, self._clock.now(), receipt)
        try:
            await self._queue.sent(*done)
        except Exception as error:  # noqa: BLE001  # written down at the next round
            log.warning("outbox.sent_not_written", row_id=row.row_id, kind=type(error).__name__)
            self._unwritten.append(done)

    async def _fault(
        self, carrier: Carrier, row: OutboxRow, token: str, fault: OutsideFault
    ) -> None:
        """Try again later, unless trying again cannot help."""
        now = self._clock.now()
        if fault.perhaps_done and not row.repeatable:
            await self._queue.skip(row.row_id, token, now, "perhaps_sent")
            log.warning("outbox.row_perhaps_sent", row_id=row.row_id, code=fault.code)
            return
        hopeless = isinstance(fault, Gone | Rejected | Unreachable)
        if hopeless or now - row.created_at > GIVE_UP_AFTER + (row.due_at - row.created_at):
            await self._queue.bury(row.row_id, token, now, fault.code)
            log.warning("outbox.row_dead", row_id=row.row_id, kind=row.kind, code=fault.code)
            await carrier.failed(row, fault.code, final=True)
            return
        wait = fault.retry_after or wait_before(row.attempts)
        await self._queue.retry(row.row_id, token, now + wait, fault.code)
        log.info("outbox.row_retried", row_id=row.row_id, kind=row.kind, code=fault.code)
        if not isinstance(fault, Throttled) and row.attempts + 1 >= STRUGGLING_AT:
            await carrier.failed(row, fault.code, final=False)


class MeetingCarrier:
    """Carries out the `meeting.*` rows: each is harmless twice, so each is simply done."""

    def __init__(self, booking: BookingTasks) -> None:
        self._booking = booking

    async def prepare(self, row: OutboxRow) -> Ready:
        """The task itself looks at how things stand."""

        async def send() -> str:
            return await self._booking.carry_out(row)

        return Ready(send)

    async def failed(self, row: OutboxRow, error: str, *, final: bool) -> None:
        """The coordinators see it on their card, and are told when it is final."""
        await (self._booking.gave_up if final else self._booking.struggling)(row, error)


class BookingTasks(Protocol):
    """What the booking service does for the outbox."""

    async def carry_out(self, row: OutboxRow) -> str: ...
    async def gave_up(self, row: OutboxRow, error: str) -> None: ...
    async def struggling(self, row: OutboxRow, error: str) -> None: ...

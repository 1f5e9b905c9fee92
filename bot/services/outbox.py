"""The worker's side of the outbox: claim what is due, carry it out, write down what came of it."""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import structlog

from bot.clock import Clock
from bot.domain.errors import (
    Conflict,
    Denied,
    Gone,
    OutsideFault,
    Rejected,
    Throttled,
    Unreachable,
)
from bot.domain.messages import LiveCard, OutboxRow, Via
from bot.services.keeping_outbox import OutboxQueue
from bot.services.leases import Leases
from bot.services.meeting_booking import NotYet

log = structlog.get_logger(__name__)

BATCH, MOST = 50, 10_000
QUICK_SECONDS = 0.01  # a row; a batch that took longer waited for Teams: the next one is small
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=15)
TRIES = 300  # with these waits, three days of trying; days when nobody tried do not count
# A permission that is missing is given by people, who have other things to do: a month.
LONGEST_WAIT_DENIED, TRIES_DENIED = timedelta(hours=1), 730
STRUGGLING_AT = 3
STRAGGLERS_SECONDS = 1.0
LONGEST_SECONDS = 120.0  # for one row to be worded, and as long to be sent
DRAIN_SECONDS = 20.0
MOMENT_SECONDS = 0.2

Receipt = LiveCard | str | None
"""What sending gave: the card that somebody now has before them, a word, or nothing."""

Note = Callable[[], Awaitable[object]]
"""Writes down what became of a row; harmless twice."""


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

    send: Callable[[], Awaitable[Receipt]]


class Carrier(Protocol):
    """Carries rows of one way out."""

    async def prepare(self, row: OutboxRow) -> Ready | Skip | Postpone:
        """Look at how things stand now and word the message; the outside is not reached yet."""
        ...

    async def failed(self, row: OutboxRow, error: str, *, final: bool) -> None:
        """Told of each failure: `final` when it is not tried again."""
        ...


def wait_before(attempts: int, longest: timedelta = LONGEST_WAIT) -> timedelta:
    """How long to wait before the next attempt: doubling, capped, with a fifth of jitter."""
    wait = min(FIRST_WAIT * 2 ** min(attempts, 10), longest)
    return wait * random.uniform(0.8, 1.2)  # noqa: S311  (jitter, not a secret)


OneMoment = Callable[[float, Collection[tuple[str, str]]], AbstractContextManager[None]]
"""For tasks begun within: what they read holds so many seconds, and is read for all of these."""


def _no_moment(_: float, __: Collection[tuple[str, str]]) -> AbstractContextManager[None]:
    return nullcontext()


def _asked_about(rows: Sequence[OutboxRow]) -> set[tuple[str, str]]:
    """Ids of what rows are about, each with whom it is for."""
    return {(row.subject.partition(":")[2], row.recipient_id or "") for row in rows}


class Courier:
    """Moves due rows. Several may run, in as many processes; a row is leased to one of them."""

    def __init__(
        self,
        queue: OutboxQueue,
        carriers: Mapping[Via, Carrier],
        clock: Clock,
        *,
        at_once: int = 16,
        leases: Leases | None = None,
        one_moment: OneMoment = _no_moment,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._queue = queue
        self._one_moment = one_moment
        self._monotonic = monotonic
        self._carriers = carriers
        self._clock = clock
        self._at_once = at_once
        self._slots = asyncio.Semaphore(at_once)
        self._fewer = asyncio.Event()
        self._rounds = asyncio.Lock()
        self._under_way: set[asyncio.Task[None]] = set()
        self._leases = leases or Leases(queue, clock)
        self._stopping = False
        self._batch = BATCH
        self.drain_seconds = DRAIN_SECONDS
        # What became of rows while the database was away.
        self._unwritten: list[tuple[str, Note]] = []

    async def run_once(self) -> int:
        """Claim one batch of due rows and see them through; how many there were.

        One that takes long (an Outlook that does not answer) goes on beside the next rounds.
        """
        return await self._next_round(left=0)

    async def _next_round(self, *, left: int) -> int:
        async with self._rounds:
            return 0 if self._stopping else await self._round(left)

    async def drain(self) -> None:
        """Take no more rows, let those that are being sent end, give the others back at once."""
        self._stopping = True
        async with self._rounds:
            if self._under_way:
                await asyncio.wait(self._under_way, timeout=self.drain_seconds)
            for task in self._under_way:
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)
            with suppress(Exception):  # going down: others take the rows when their leases are over
                await self._write_down()
                if self._leases.mine:
                    await self._free(self._leases.mine)

    async def _round(self, left: int) -> int:
        await self._write_down()
        await self._free(await self._leases.tend())
        if self._slots.locked():
            return 0
        token, until = self._leases.begin()
        try:
            rows = await self._queue.claim(
                self._clock.now(), self._batch, until, token, tuple(self._carriers)
            )
            self._leases.hold(token, len(rows))
        finally:
            self._leases.drop(token)
        # The most needed goes first; what concerns the same subject in the order it fell due.
        lines: defaultdict[tuple[str, str | None], list[OutboxRow]] = defaultdict(list)
        for row in rows:
            lines[row.subject, row.recipient_id].append(row)
        with self._one_moment(MOMENT_SECONDS, _asked_about(rows)):
            for line in lines.values():
                line.sort(key=lambda row: row.due_at)
                task = asyncio.create_task(self._line(line, token))
                self._under_way.add(task)
                task.add_done_callback(self._ended)
        if rows:
            began = self._monotonic()
            await self._until_left(left)
            # What is claimed and waits cannot be overtaken, neither by what is needed sooner nor
            # by another worker's: only so much is claimed as goes out at once.
            quick = self._monotonic() - began < len(rows) * QUICK_SECONDS
            self._batch = BATCH if quick else self._at_once
        return len(rows)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._fewer.set()

    async def _until_left(self, left: int) -> None:
        """Wait until no more than so many lines are under way; not for one that takes long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(STRAGGLERS_SECONDS):
                while len(self._under_way) > left:
                    self._fewer.clear()
                    await self._fewer.wait()

    async def run_due(self, most: int = MOST) -> int:
        """Round after round while something is due; how many rows. Bounded, to end in any case.

        The next batch is claimed while the last rows of the one before are on their way.
        """
        done, left = 0, self._at_once // 2
        while done < most and not self._stopping:
            count = await self._next_round(left=left)
            done += count
            if count:
                continue
            if not self._slots.locked():
                break  # nothing is due
            await self._until_left(left)  # hands full: Teams lets only so many go
            if self._slots.locked():
                break  # the next tick looks again
        return done

    async def run_until_idle(self) -> int:
        """The same, and wait for those that take long."""
        done = await self.run_due()
        while self._under_way:
            await asyncio.gather(*self._under_way)
            done += await self.run_due()
        return done

    async def _free(self, tokens: Sequence[str]) -> None:
        """Rows of leases that nobody holds: what was not begun is due again at once.

        What was being sent is perhaps out: repeated where twice does no harm, else left.
        """
        if not tokens:
            return
        freed = await self._queue.hand_back(tokens)
        if freed:
            log.info("outbox.rows_freed", count=freed)
        for row in await self._queue.stale(tokens):
            state = "pending" if row.repeatable else "skipped"
            await self._queue.settle(row, state, self._clock.now(), "perhaps_sent")
            log.warning("outbox.stale_row_settled", row_id=row.row_id, kind=row.kind, state=state)

    async def _line(self, rows: Sequence[OutboxRow], token: str) -> None:
        """See the rows of one person and subject through, each after the one before.

        All were there before the first was worded: a card that has just been shown tells of the
        later ones too, and is not shown anew. No other worker has rows of the same line.
        """
        async with self._slots:
            shown = False
            for row in rows:
                if self._stopping:
                    return  # still leased: given back with the others
                try:
                    if shown and row.via is Via.REFRESH:
                        await self._note(row, token, self._skip(row, token, "shown_already"))
                    elif await self._see_through(row, token):
                        shown = shown or row.via in (Via.CHAT, Via.REFRESH)
                except Exception:  # nothing was sent: its lease will run out
                    log.exception("outbox.row_left", row_id=row.row_id, kind=row.kind)
                self._leases.drop(token)

    async def _see_through(self, row: OutboxRow, token: str) -> bool:
        """Whether it went out."""
        carrier = self._carriers[row.via]
        try:
            return await self._carry(carrier, row, token)
        except NotYet as wait:
            until = self._clock.now() + wait.wait
            await self._note(row, token, partial(self._queue.postpone, row.row_id, token, until))
        except OutsideFault as fault:
            await self._fault(carrier, row, token, fault)
        except Conflict:  # somebody else wrote the same row meanwhile: a person's name, say
            await self._fault(carrier, row, token, OutsideFault("overtaken"))
        except Exception:
            log.exception("outbox.row_failed", row_id=row.row_id, kind=row.kind)
            await self._fault(carrier, row, token, OutsideFault("bug"))
        return False

    async def _carry(self, carrier: Carrier, row: OutboxRow, token: str) -> bool:
        now = self._clock.now()
        if row.expires_at is not None and row.expires_at <= now:
            await self._note(row, token, self._skip(row, token, "expired"))
            return False
        async with asyncio.timeout(LONGEST_SECONDS):
            prepared = await carrier.prepare(row)
        match prepared:
            case Skip(why):
                await self._note(row, token, self._skip(row, token, why))
            case Postpone(until):
                postpone = partial(self._queue.postpone, row.row_id, token, until)
                await self._note(row, token, postpone)
            case Ready(send):
                if await self._queue.sending(row.row_id, token):
                    told = await self._send(row, send)
                    # It is out: whatever happens from here on, it is not sent again.
                    card = told if isinstance(told, LiveCard) else None
                    receipt = told.activity_id if isinstance(told, LiveCard) else told
                    done = (row.row_id, token, self._clock.now(), receipt, card)
                    await self._note(row, token, partial(self._queue.sent, *done))
                    return True
        return False

    async def _send(self, row: OutboxRow, send: Callable[[], Awaitable[Receipt]]) -> Receipt:
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                return await send()
        except (OutsideFault, NotYet):
            raise
        except Conflict as error:  # as above; but who knows what was done before
            raise OutsideFault("overtaken", perhaps_done=True) from error
        except Exception as error:
            log.exception("outbox.send_failed", row_id=row.row_id, kind=row.kind)
            raise OutsideFault("bug", perhaps_done=True) from error

    def _skip(self, row: OutboxRow, token: str, why: str) -> Note:
        return partial(self._queue.skip, row.row_id, token, self._clock.now(), why)

    async def _note(self, row: OutboxRow, token: str, note: Note) -> None:
        """Write down what became of a row: now, or when the database is back."""
        try:
            await note()
        except Exception as error:  # noqa: BLE001  # the lease is kept until it is written
            log.warning("outbox.row_not_written", row_id=row.row_id, kind=type(error).__name__)
            self._leases.hold(token)
            self._unwritten.append((token, note))

    async def _write_down(self) -> None:
        """Write down what happened while the database was away, before anything is repeated."""
        while self._unwritten:
            token, note = self._unwritten[0]
            await note()
            del self._unwritten[0]
            self._leases.drop(token)

    async def _fault(
        self, carrier: Carrier, row: OutboxRow, token: str, fault: OutsideFault
    ) -> None:
        """Try again later, unless trying again cannot help."""
        now = self._clock.now()
        if fault.perhaps_done and not row.repeatable:
            log.warning("outbox.row_perhaps_sent", row_id=row.row_id, code=fault.code)
            await self._note(row, token, self._skip(row, token, "perhaps_sent"))
            return
        denied, throttled = isinstance(fault, Denied), isinstance(fault, Throttled)
        tired = row.attempts + 1 >= (TRIES_DENIED if denied else TRIES) and not throttled
        if tired or isinstance(fault, Gone | Rejected | Unreachable):

            async def give_up() -> None:
                # First told: one who dies in between tells it once more, which does no harm.
                await carrier.failed(row, fault.code, final=True)
                await self._queue.bury(row.row_id, token, now, fault.code)

            log.warning("outbox.row_dead", row_id=row.row_id, kind=row.kind, code=fault.code)
            await self._note(row, token, give_up)
            return
        longest = LONGEST_WAIT_DENIED if denied else LONGEST_WAIT
        wait = wait_before(row.attempts, longest)
        if fault.retry_after is not None:
            wait = fault.retry_after if throttled else max(wait, fault.retry_after)
        again = now + wait
        retry = partial(self._queue.retry, row.row_id, token, again, fault.code)
        log.info("outbox.row_retried", row_id=row.row_id, kind=row.kind, code=fault.code)
        await self._note(row, token, retry)
        struggling = row.attempts + 1 >= STRUGGLING_AT and not throttled
        if denied or struggling:
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

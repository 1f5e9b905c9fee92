"""Bugs on purpose, one class each: what the crash test is there to find.

Each is a part of the program, wrapped or subclassed, that this entry point builds it with; the
program itself knows nothing of them.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import update

from bot import app, logging
from bot.domain.errors import OutsideFault
from bot.domain.messages import LiveCard, OutboxRow, RowState, Via
from bot.domain.seats import Seat
from bot.domain.sessions import Session
from bot.graph.client import Graph, connect
from bot.graph.options import GraphOptions
from bot.services import keeping
from bot.services.ports import Mail, Meeting, MeetingDraft, Meetings
from bot.settings import Settings
from storage import tables
from storage.engine import Database
from storage.outbox_queue import SqlOutboxQueue
from storage.repositories.messages import SqlOutbox
from storage.repositories.seats import SqlSeats
from storage.repositories.sessions import SqlSessions
from storage.unit_of_work import SqlUnitOfWork, SqlUnitsOfWork, when_asked


class ClaimWithoutLease(SqlOutboxQueue):
    """What is claimed stays free for every other worker, until it is sent."""

    def __init__(self, engine: Database) -> None:
        super().__init__(engine)
        self._in_hand: set[str] = set()

    async def claim(
        self, now: datetime, limit: int, lease_until: datetime, token: str, vias: Collection[Via]
    ) -> Sequence[OutboxRow]:
        rows = await super().claim(now, limit, lease_until, token, vias)
        held = update(tables.outbox).where(tables.outbox.c.lease_token == token)
        await self._change(held.values(state=RowState.PENDING, lease_until=None, lease_token=None))
        new = [row for row in rows if row.row_id not in self._in_hand]
        self._in_hand |= {row.row_id for row in new}
        return new

    async def sending(self, row_id: str, token: str) -> bool:
        return True

    async def sent(
        self,
        row_id: str,
        token: str,
        at: datetime,
        receipt: str | None,
        card: LiveCard | None = None,
    ) -> None:
        await self._set(row_id, state=RowState.SENT, done_at=at, receipt=receipt)

    async def skip(self, row_id: str, token: str, at: datetime, why: str) -> None:
        await self._set(row_id, state=RowState.SKIPPED, done_at=at, last_error=why)

    async def retry(self, row_id: str, token: str, due_at: datetime, error: str) -> None:
        await self._set(row_id, due_at=due_at, last_error=error)

    async def postpone(self, row_id: str, token: str, due_at: datetime) -> None:
        await self._set(row_id, due_at=due_at)

    async def _set(self, row_id: str, **values: Any) -> None:
        self._in_hand.discard(row_id)
        await self._change(
            update(tables.outbox).where(tables.outbox.c.row_id == row_id).values(**values)
        )


class MailRetriedBlindly:
    """A mail whose answer was lost is sent again at once."""

    def __init__(self, mail: Mail) -> None:
        self._mail = mail

    async def send(self, *, to: str, subject: str, html: str) -> None:
        for _ in range(3):
            try:
                await self._mail.send(to=to, subject=subject, html=html)
            except OutsideFault:
                continue
            return
        await self._mail.send(to=to, subject=subject, html=html)


class CreateWithoutTransactionId:
    """Each attempt asks Outlook for an event of its own."""

    def __init__(self, meetings: Meetings) -> None:
        self._meetings = meetings

    async def create(self, draft: MeetingDraft) -> Meeting:
        return await self._meetings.create(replace(draft, transaction_id=secrets.token_hex(16)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._meetings, name)


class Unlocked(SqlSessions):
    """Reads the session where it should lock it."""

    async def locked(self, session_id: str) -> Session | None:
        return await self.get(session_id)


class Unhurried(SqlSeats):
    """Counts, thinks, and then writes: with a ticket that nobody else can have."""

    async def of_session(self, session_id: str) -> Sequence[Seat]:
        seats = await super().of_session(session_id)
        await asyncio.sleep(0.1)
        return seats

    async def front(self, session_id: str) -> Sequence[Seat]:
        seats = await super().front(session_id)
        await asyncio.sleep(0.1)
        return seats

    async def add(self, seat: Seat) -> None:
        seat.ticket = secrets.randbelow(1_000_000_000)
        await super().add(seat)


class SeatCountedWithoutLock(SqlUnitOfWork):
    sessions: keeping.Sessions = when_asked(Unlocked)
    seats: keeping.Seats = when_asked(Unhurried)


class Hoarding(SqlOutbox):
    """Keeps reminders of what was cancelled, left, or moved."""

    async def drop(self, subject: str, *, kinds: str, recipient_id: str | None = None) -> int:
        if kinds.startswith("reminder.") and subject.startswith("session:"):
            return 0
        return await super().drop(subject, kinds=kinds, recipient_id=recipient_id)


class ReminderNotDropped(SqlUnitOfWork):
    outbox: keeping.Outbox = when_asked(Hoarding)


class Units(SqlUnitsOfWork):
    """Makes units of a kind that is wrong."""

    kind: type[SqlUnitOfWork]

    def __call__(self, *, reading: bool = False) -> SqlUnitOfWork:
        return self.kind(self._engine, self._moments, read_only=reading)


class UnitsWithoutLock(Units):
    kind = SeatCountedWithoutLock


class UnitsThatHoard(Units):
    kind = ReminderNotDropped


def _mail_twice(options: GraphOptions) -> Graph:
    graph = connect(options)
    return replace(graph, mail=MailRetriedBlindly(graph.mail))


def _events_twice(options: GraphOptions) -> Graph:
    graph = connect(options)
    return replace(graph, meetings=CreateWithoutTransactionId(graph.meetings))


PARTS = {
    "claim without lease": app.Parts(queue=ClaimWithoutLease),
    "mail retried blindly": app.Parts(gateways=_mail_twice),
    "create without transactionId": app.Parts(gateways=_events_twice),
    "seat counted without lock": app.Parts(units=UnitsWithoutLock),
    "reminder not dropped": app.Parts(units=UnitsThatHoard),
}


async def run(plant: str) -> None:
    """`python -m bot run`, built with one part that is wrong."""
    settings = Settings.load()
    logging.configure(settings.log_format)
    await app.run(settings, PARTS[plant])

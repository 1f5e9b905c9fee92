"""What is owed, the cards to be kept true, and time lines: the services' side."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select, update

from bot.domain.messages import HistoryEntry, LiveCard, OutboxRow, RowState
from storage import tables
from storage.repositories.upsert import insert_for, upsert
from storage.types import one_of
from storage.work import Entity, Work

ROW = Entity(OutboxRow, tables.outbox, ("row_id",))
CARD = Entity(LiveCard, tables.live_cards, ("subject", "person_id"))
ENTRY = Entity(HistoryEntry, tables.history, ("entry_id",))
_C = tables.outbox.c


class SqlOutbox:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, row: OutboxRow) -> bool:
        owed = insert_for(self._work, tables.outbox).values(ROW.values(row))
        once = owed.on_conflict_do_nothing(index_elements=[_C.dedupe_key])
        return await self._work.change(once) == 1

    async def get(self, row_id: str) -> OutboxRow | None:
        query = select(*ROW.columns).where(_C.row_id == row_id)
        return self._work.known(ROW, row_id) or await self._work.one(ROW, query)

    async def drop(self, subject: str, *, kinds: str, recipient_id: str | None = None) -> int:
        where = [
            one_of(_C.state, {RowState.PENDING}),
            _C.subject == subject,
            _C.kind.startswith(kinds, autoescape=True),
        ]
        if recipient_id is not None:
            where.append(_C.recipient_id == recipient_id)
        gone = await self._work.run(delete(tables.outbox).where(*where).returning(_C.row_id))
        dropped = gone.scalars().all()
        for row_id in dropped:
            self._work.forget(ROW, row_id)
        return len(dropped)

    async def dead(self, subject_prefix: str = "") -> Sequence[OutboxRow]:
        """Oldest first."""
        query = select(*ROW.columns).where(one_of(_C.state, {RowState.DEAD}))
        if subject_prefix:
            query = query.where(_C.subject.startswith(subject_prefix, autoescape=True))
        return await self._work.all(ROW, query.order_by(_C.done_at, _C.seq))

    async def revive(self, subject: str, kinds: str) -> int:
        """Their due time is past already; the count of attempts starts anew."""
        theirs = (
            one_of(_C.state, {RowState.DEAD}),
            _C.subject == subject,
            _C.kind.startswith(kinds, autoescape=True),
        )
        again = update(tables.outbox).where(*theirs)
        again = again.values(state=RowState.PENDING, attempts=0, done_at=None)
        return len(await self._work.all(ROW, again.returning(*ROW.columns)))


class SqlLiveCards:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def of(self, subject: str) -> Sequence[LiveCard]:
        query = select(*CARD.columns).where(tables.live_cards.c.subject == subject)
        return await self._work.all(CARD, query.order_by(tables.live_cards.c.person_id))

    async def put(self, card: LiveCard) -> None:
        await upsert(self._work, CARD, card)

    async def remove(self, subject: str, person_id: str, activity_id: str) -> None:
        columns = tables.live_cards.c
        await self._work.change(
            delete(tables.live_cards).where(
                columns.subject == subject,
                columns.person_id == person_id,
                columns.activity_id == activity_id,
            )
        )


class SqlHistory:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, entry: HistoryEntry) -> None:
        self._work.add(ENTRY, entry)

    async def of(self, subject: str) -> Sequence[HistoryEntry]:
        query = select(*ENTRY.columns).where(tables.history.c.subject == subject)
        oldest = query.order_by(tables.history.c.at, tables.history.c.seq)
        return await self._work.all(ENTRY, oldest)

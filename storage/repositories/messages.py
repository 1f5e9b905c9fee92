"""What is owed, the cards to be kept true, and time lines: the services' side."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, func, select, update

from bot.domain.messages import HistoryEntry, LiveCard, OutboxRow, RowState
from storage import tables
from storage.entity import Entity, once_of
from storage.types import one_of
from storage.work import Work

ROW = Entity(OutboxRow, tables.outbox, ("row_id",))
CARD = Entity(LiveCard, tables.live_cards, ("subject", "person_id"))
ENTRY = Entity(HistoryEntry, tables.history, ("entry_id",))
_C = tables.outbox.c
_CARDS, _ENTRIES = tables.live_cards.c, tables.history.c

_CARDS_OF = CARD.select.where(_CARDS.subject == bindparam("about")).order_by(_CARDS.person_id)
_ENTRIES_OF = ENTRY.select.where(_ENTRIES.subject == bindparam("about"))
_OLDEST_FIRST = _ENTRIES_OF.order_by(_ENTRIES.at, _ENTRIES.seq)


class SqlOutbox:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, row: OutboxRow) -> bool:
        once = once_of(self._work.dialect, ROW, "dedupe_key")
        return await self._work.change(once, ROW.values(row)) == 1

    async def get(self, row_id: str) -> OutboxRow | None:
        return await self._work.get(ROW, row_id)

    async def drop(self, subject: str, *, kinds: str, recipient_id: str | None = None) -> int:
        where = [
            one_of(_C.state, {RowState.PENDING}),
            _C.subject == subject,
            _C.kind.startswith(kinds, autoescape=True),
        ]
        if recipient_id is not None:
            where.append(_C.recipient_id == recipient_id)
        gone = await self._work.run(delete(tables.outbox).where(*where).returning(_C.row_id))
        dropped = gone.scalars()
        for row_id in dropped:
            self._work.forget(ROW, row_id)
        return len(dropped)

    async def unfinished(self, subject: str, kinds: str) -> bool:
        """Of those under way only the leases are asked for: they are few."""
        theirs = (_C.subject == subject, _C.kind.startswith(kinds, autoescape=True))
        for where in (one_of(_C.state, {RowState.PENDING}), _C.lease_until.is_not(None)):
            found = await self._work.run(select(_C.seq).where(where, *theirs).limit(1))
            if found.one_or_none() is not None:
                return True
        return False

    async def dead(self, subject_prefix: str = "") -> Sequence[OutboxRow]:
        """Oldest first."""
        query = ROW.select.where(one_of(_C.state, {RowState.DEAD}))
        if subject_prefix:
            query = query.where(_C.subject.startswith(subject_prefix, autoescape=True))
        return await self._work.all(ROW, query.order_by(_C.done_at, _C.seq))

    async def revive(self, subject: str, kinds: str) -> int:
        """The dead's due time is past already; the count of attempts starts anew."""
        theirs = (_C.subject == subject, _C.kind.startswith(kinds, autoescape=True))
        dead = update(tables.outbox).where(one_of(_C.state, {RowState.DEAD}), *theirs)
        dead = dead.values(state=RowState.PENDING, attempts=0, done_at=None)
        revived = len(await self._work.all(ROW, dead.returning(*ROW.columns)))
        waiting = one_of(_C.state, {RowState.PENDING}), _C.attempts > 0
        again = update(tables.outbox).where(*waiting, *theirs)
        again = again.values(due_at=_C.created_at, attempts=0)
        return revived + len(await self._work.all(ROW, again.returning(*ROW.columns)))

    async def failing(self, error: str) -> int:
        waiting = one_of(_C.state, {RowState.PENDING}), _C.last_error == error
        return (await self._work.run(select(func.count()).where(*waiting))).one()[0]


class SqlLiveCards:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def of(self, subject: str) -> Sequence[LiveCard]:
        return await self._work.all(CARD, _CARDS_OF, {"about": subject})

    async def put(self, card: LiveCard) -> None:
        await self._work.put(CARD, card)

    async def showing(self, activity_id: str) -> Sequence[LiveCard]:
        return await self._work.all(CARD, CARD.select.where(_CARDS.activity_id == activity_id))

    async def let_go(self, activity_id: str, *, but: str = "") -> None:
        others = (_CARDS.activity_id == activity_id, _CARDS.subject != but)
        gone = delete(tables.live_cards).where(*others)
        columns = gone.returning(_CARDS.subject, _CARDS.person_id)
        for subject, person_id in (await self._work.run(columns)).all():
            self._work.forget(CARD, subject, person_id)


class SqlHistory:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, entry: HistoryEntry) -> None:
        self._work.add(ENTRY, entry)

    async def of(self, subject: str) -> Sequence[HistoryEntry]:
        return await self._work.all(ENTRY, _OLDEST_FIRST, {"about": subject})

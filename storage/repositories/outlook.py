"""Outlook: what we last wrote, the watch, the questions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from bot.domain.outlook import Question, QuestionStatus, Watch, WrittenEvent
from storage import tables
from storage.entity import Entity, once_of
from storage.types import one_of
from storage.work import Work

WRITTEN = Entity(WrittenEvent, tables.written_events, ("event_id",))
WATCH = Entity(Watch, tables.mailbox_watches, ("watch_id",))
QUESTION = Entity(Question, tables.questions, ("question_id",))
_W, _Q = tables.written_events.c, tables.questions.c

_KNOWN = select(_W.event_id).where(_W.event_id.in_(bindparam("ids", expanding=True)))
_AHEAD = select(_W.event_id).where(_W.ends_at > bindparam("now")).order_by(_W.ends_at, _W.event_id)
_BY_KEY = QUESTION.select.where(_Q.key == bindparam("key"))
_OPEN = QUESTION.select.where(
    _Q.subject == bindparam("about"), one_of(_Q.status, {QuestionStatus.OPEN})
).order_by(_Q.asked_at, _Q.question_id)
_AT_ONCE = 500


class SqlOutlook:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def written(self, event_id: str) -> WrittenEvent | None:
        return await self._work.get(WRITTEN, event_id)

    async def write(self, event: WrittenEvent) -> None:
        await self._work.put(WRITTEN, event)

    async def unwrite(self, event_id: str) -> None:
        await self._work.run(delete(tables.written_events).where(_W.event_id == event_id))
        self._work.forget(WRITTEN, event_id)

    async def known(self, event_ids: Collection[str]) -> frozenset[str]:
        every = sorted(set(event_ids))
        found: set[str] = set()
        for start in range(0, len(every), _AT_ONCE):
            some = {"ids": every[start : start + _AT_ONCE]}
            found.update((await self._work.run(_KNOWN, some)).scalars())
        return frozenset(found)

    async def ahead(self, now: datetime) -> Sequence[str]:
        return (await self._work.run(_AHEAD, {"now": now})).scalars()

    async def watch(self, watch_id: str) -> Watch | None:
        return await self._work.get(WATCH, watch_id)

    async def locked_watch(self, watch_id: str) -> Watch | None:
        # Rivals: the other workers, and a web process to which Graph has just told something.
        return await self._work.lock(WATCH, watch_id)

    async def add_watch(self, watch: Watch) -> bool:
        once = once_of(self._work.dialect, WATCH, "watch_id")
        return await self._work.change(once, WATCH.values(watch)) == 1

    async def question(self, question_id: str) -> Question | None:
        return await self._work.get(QUESTION, question_id)

    async def locked_question(self, question_id: str) -> Question | None:
        # Rivals: whoever else answers it, and the worker that sees it overtaken.
        return await self._work.lock(QUESTION, question_id)

    async def asked(self, key: str) -> Question | None:
        return await self._work.one(QUESTION, _BY_KEY, {"key": key})

    async def open_questions(self, subject: str) -> Sequence[Question]:
        return await self._work.all(QUESTION, _OPEN, {"about": subject})

    async def ask(self, question: Question) -> bool:
        once = once_of(self._work.dialect, QUESTION, "key")
        return await self._work.change(once, QUESTION.values(question)) == 1

"""The repository of `bot.services.keeping_outlook`, in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.outlook import Question, QuestionStatus, Watch, WrittenEvent
from tests.fakes.rows import Fake


class FakeOutlook(Fake):
    async def written(self, event_id: str) -> WrittenEvent | None:
        return self._m.written.get(event_id)

    async def write(self, event: WrittenEvent) -> None:
        self._w.written[event.event_id] = replace(event)

    async def unwrite(self, event_id: str) -> None:
        self._w.written.pop(event_id, None)

    async def known(self, event_ids: Collection[str]) -> frozenset[str]:
        return frozenset(event_ids) & self._m.written.keys()

    async def ahead(self, now: datetime) -> Sequence[str]:
        every = self._m.written.values()
        return [w.event_id for w in sorted(every, key=_end) if w.ends_at and w.ends_at > now]

    async def watch(self, watch_id: str) -> Watch | None:
        return self._m.watches.get(watch_id)

    locked_watch = watch

    async def add_watch(self, watch: Watch) -> bool:
        return self._w.watches.setdefault(watch.watch_id, watch) is watch

    async def question(self, question_id: str) -> Question | None:
        return self._m.questions.get(question_id)

    locked_question = question

    async def asked(self, key: str) -> Question | None:
        return next((q for q in self._m.questions.values() if q.key == key), None)

    async def open_questions(self, subject: str) -> Sequence[Question]:
        mine = [q for q in self._m.questions.values() if q.subject == subject]
        mine = [q for q in mine if q.status is QuestionStatus.OPEN]
        return sorted(mine, key=lambda q: (q.asked_at, q.question_id))

    async def ask(self, question: Question) -> bool:
        if await self.asked(question.key) is not None:
            return False
        self._w.questions[question.question_id] = question
        return True


def _end(written: WrittenEvent) -> tuple[float, str]:
    return (written.ends_at.timestamp() if written.ends_at else 0.0, written.event_id)

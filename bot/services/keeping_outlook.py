"""What the use cases need of storage for what people do in Outlook by hand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.outlook import Question, Watch, WrittenEvent


class Outlook(Protocol):
    """Events as we last wrote them, the watch on the mailbox, and questions."""

    async def written(self, event_id: str) -> WrittenEvent | None: ...
    async def write(self, event: WrittenEvent) -> None:
        """Keep it in place of what was kept of this event."""
        ...

    async def unwrite(self, event_id: str) -> None:
        """Forget an event: it is ours no more."""
        ...

    async def known(self, event_ids: Collection[str]) -> frozenset[str]:
        """Those of these that are events of ours."""
        ...

    async def ahead(self, now: datetime) -> Sequence[str]:
        """Ids of events of ours that are not over."""
        ...

    async def watch(self, watch_id: str) -> Watch | None: ...
    async def locked_watch(self, watch_id: str) -> Watch | None: ...
    async def add_watch(self, watch: Watch) -> bool:
        """False (and nothing) where it is there already."""
        ...

    async def question(self, question_id: str) -> Question | None: ...
    async def locked_question(self, question_id: str) -> Question | None: ...
    async def asked(self, key: str) -> Question | None:
        """The question with this key, whatever became of it."""
        ...

    async def open_questions(self, subject: str) -> Sequence[Question]:
        """Oldest first."""
        ...

    async def ask(self, question: Question) -> bool:
        """False (and nothing) where the same was asked already."""
        ...

"""Asking what to do about something that somebody did in Outlook: once, until it is so no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.outlook import Question, QuestionStatus, Topic, move
from bot.services.desk import Desk, Notice, outlook_subject, refresh, tell
from bot.services.keeping import UnitOfWork


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question that there is reason for now. `key` tells it from every other."""

    topic: Topic
    key: str
    to: Sequence[str]
    times: tuple[datetime, ...] = ()
    person_id: str = ""


async def settle(
    uow: UnitOfWork, desk: Desk, subject: str, event_id: str, wanted: Sequence[Wanted]
) -> None:
    """Ask what is wanted and was not asked; what is open and not so any more is overtaken.

    The caller holds the subject's lock and commits.
    """
    keys = {one.key for one in wanted}
    for question in await uow.outlook.open_questions(subject):
        if question.key not in keys:
            await overtake(uow, desk, question)
    for one in wanted:
        question = await uow.outlook.asked(one.key)
        if question is None:
            question = Question(
                question_id=desk.new_id(),
                key=one.key,
                topic=one.topic,
                subject=subject,
                event_id=event_id,
                asked_at=desk.now,
                person_id=one.person_id,
                times=one.times,
            )
            await uow.outlook.ask(question)
        elif question.status is QuestionStatus.OVERTAKEN:
            move(question, QuestionStatus.OPEN)
        else:
            continue
        about, kind = outlook_subject(question.question_id), f"outlook.{one.topic.value}"
        for person_id in one.to:
            await tell(uow, desk, Notice(kind, about, person_id, str(question.version)))


async def overtake(uow: UnitOfWork, desk: Desk, question: Question) -> None:
    """Outlook and we agree again: the cards say so, and what is not sent yet is dropped."""
    move(question, QuestionStatus.OVERTAKEN)
    about = outlook_subject(question.question_id)
    await uow.outbox.drop(about, kinds="outlook.")
    await refresh(uow, desk, about)

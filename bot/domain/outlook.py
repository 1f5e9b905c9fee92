"""What people do in Outlook by hand: what we last wrote, what differs, and what we ask about it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.moves import Moves, check_move

LONGEST_LIFE = timedelta(minutes=10_080)
"""Of a subscription to a mailbox's events. Source: Microsoft Graph's own limit."""


class Topic(StrEnum):
    """What somebody did in Outlook."""

    MOVED = "moved"
    DELETED = "deleted"
    DECLINED = "declined"  # a participant, the invitation
    LEAD_DECLINED = "lead_declined"  # somebody who leads


class Answer(StrEnum):
    """What is wanted. Each topic has its own (`answers`)."""

    ADOPT = "adopt"  # Outlook's time is the one
    PUT_BACK = "put_back"  # ours is
    CANCEL = "cancel"
    BOOK_AGAIN = "book_again"
    GIVE_UP = "give_up"  # the seat, or the assignment
    KEEP = "keep"


class QuestionStatus(StrEnum):
    """Where a question stands. The chart is in docs/lifecycles.md."""

    OPEN = "open"
    ANSWERED = "answered"
    OVERTAKEN = "overtaken"


_S = QuestionStatus
MOVES: Moves[QuestionStatus] = {
    _S.OPEN: frozenset({_S.ANSWERED, _S.OVERTAKEN}),
    _S.ANSWERED: frozenset(),
    _S.OVERTAKEN: frozenset({_S.OPEN}),
}


@dataclass
class Question:
    """Something that only a person can decide, asked once.

    `key` is unique: the same thing is asked once. `subject` is what it is about (`session:<id>`);
    `person_id` whom it is for, empty where it is for those who steer the subject. `times` is where
    Outlook has it: start and end of each day.
    """

    question_id: str
    key: str
    topic: Topic
    subject: str
    event_id: str
    asked_at: datetime
    person_id: str = ""
    times: tuple[datetime, ...] = ()
    status: QuestionStatus = QuestionStatus.OPEN
    answer: str = ""
    answered_by: str | None = None
    answered_at: datetime | None = None
    version: int = 1


def move(question: Question, to: QuestionStatus) -> None:
    """Change a question's status; nothing else does.

    Raises:
        MovedOn: `question_moved_on`, where the table does not hold this move.
    """
    check_move(MOVES, "question", question.status, to)
    question.status = to
    question.version += 1


def answers(topic: Topic, noun: str) -> tuple[Answer, ...]:
    """What may be answered; a cohort's five days are planned anew rather than moved."""
    match topic:
        case Topic.MOVED if noun == "cohort":
            return (Answer.PUT_BACK,)
        case Topic.MOVED:
            return (Answer.ADOPT, Answer.PUT_BACK)
        case Topic.DELETED:
            return (Answer.BOOK_AGAIN, Answer.CANCEL)
        case _:
            return (Answer.KEEP, Answer.GIVE_UP)


@dataclass
class WrittenEvent:
    """An event of ours as we last wrote it, and as Outlook then said it was.

    `times` is start and end of each day; none where it was written before we kept this. `sent` are
    marks (`mark`) of those whom we asked to be invited, `held` of those whom Outlook then had:
    it may know somebody under another address. `ends_at` is the last of the times.
    """

    event_id: str
    subject: str
    times: tuple[datetime, ...]
    sent: tuple[str, ...]
    held: tuple[str, ...]
    written_at: datetime
    ends_at: datetime | None = None


def mark(mail: str, *, required: bool | None = None) -> str:
    """What is kept of an address: enough to know it again, not the address itself.

    With `required`, whether somebody leads is in it too.
    """
    drawn = hashlib.sha256(mail.strip().lower().encode()).hexdigest()[:24]
    return drawn if required is None else f"{drawn}{'!' if required else '?'}"


def people_of(marks: Collection[str]) -> frozenset[str]:
    """Marks without what they say of the leading."""
    return frozenset(each.rstrip("!?") for each in marks)


@dataclass
class Watch:
    """The one watch of the deployment on the service mailbox's events.

    `subscription_id` is Graph's, None while there is none; `client_state` what its notifications
    must bring along, kept before Graph is asked. `url` is where they were asked to be sent.
    `renew_at` and `reconcile_at` say when it is next seen to; `lease_until` that a worker does.
    `delta_link` goes on where the last reconciliation ended, over days until `window_ends_at`.
    """

    watch_id: str
    renew_at: datetime
    reconcile_at: datetime
    subscription_id: str | None = None
    client_state: str = ""
    url: str = ""
    expires_at: datetime | None = None
    delta_link: str | None = None
    window_ends_at: datetime | None = None
    reconciled_at: datetime | None = None
    lease_until: datetime | None = None
    attempts: int = 0
    fault: str | None = None

    @property
    def told_until(self) -> datetime | None:
        """Until when Graph tells us of changes; None while it does not."""
        return self.expires_at if self.subscription_id else None

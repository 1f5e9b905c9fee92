"""The state of each conversation, and the activities that have been answered.

State is plain JSON with a schema version, and a row version that makes two replicas' writes
meet. An activity's row is written in the same transaction as the state that it left behind,
with the replies that are still owed: a process that dies before it has sent them owes them to
the next delivery of the same activity, and nobody runs the turn twice. So is the form that it
left half way, in a table of its own: it is found again when the conversation's state is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

import orjson
import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from bot.clock import Clock, SystemClock
from bot.domain.errors import Conflict
from bot.domain.people import Draft
from bot.services.keeping import Known
from storage import turn_statements as sql
from storage.engine import Database, reading, writing
from storage.repositories.people import known_of
from storage.statements import Step
from storage.tables.turns import LONGEST_ID, activities_seen, conversation_state

__all__ = ["LONGEST_ID", "BotStateStore", "activities_seen", "conversation_state"]

log = structlog.get_logger(__name__)

SCHEMA = 1


class Outcome(StrEnum):
    """How far an activity has come."""

    ANSWERING = "answering"
    """The state is saved, the replies may not have been sent."""
    DONE = "done"
    """All has been sent."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An activity that was answered.

    Attributes:
        status: The HTTP status of the answer.
        body: The JSON text of an invoke's answer, as it was sent.
        owed: The JSON text of the replies not known to be sent; None when done.
        owner: The process that answers it, or took it over.
        at: When its state was saved, or it was taken over.
    """

    outcome: Outcome
    status: int
    body: str | None = None
    owed: str | None = None
    owner: str = ""
    at: datetime | None = None


class Owing(NamedTuple):
    """Replies still to be sent: of which activity, by whom, and since when they are theirs."""

    conversation_id: str
    activity_id: str
    owner: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Debt:
    """Replies that a process took over from one that did not send them."""

    conversation_id: str
    activity_id: str
    owed: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A conversation's state as read. Version 0 means that there is none yet.

    `known` is the person asked about, where they are known.
    """

    version: int = 0
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    raw: str = ""
    seen: Seen | None = None
    known: Known | None = None


def dump(data: dict[str, Any]) -> str:
    """Write state as JSON text. Raises TypeError for what is not a primitive."""
    options = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
    return orjson.dumps({"schema": SCHEMA, "state": data}, option=options).decode()


def _parse(raw: str | None, conversation_id: str) -> dict[str, Any]:
    if not raw:
        return {}
    document: dict[str, Any] = orjson.loads(raw)
    if document.get("schema") != SCHEMA:
        log.warning("state_of_another_schema", conversation_id=conversation_id)
        return {}
    state: dict[str, Any] = document["state"]
    return state


class BotStateStore:
    """Reads and writes the two tables. Knows nothing of turns or dialogs."""

    def __init__(self, engine: Database, clock: Clock | None = None) -> None:
        self._engine = engine
        self._clock = clock or SystemClock()

    async def load(
        self, conversation_id: str, activity_id: str | None = None, person_id: str | None = None
    ) -> Stored:
        """Read a conversation's state and what is known of one of its activities and a person."""
        asked = {
            "conversation": conversation_id,
            "activity": activity_id or "",
            "person": person_id or "",
        }
        async with reading(self._engine) as transaction:
            row = (await transaction.execute(sql.READ, asked)).one()
        version, raw, outcome, *rest = row[: sql.PERSON_FROM]
        seen = None if outcome is None else Seen(Outcome(outcome), *rest)
        of_person = row[sql.PERSON_FROM :]
        known = None if of_person[0] is None else known_of(of_person)
        return Stored(version or 0, _parse(raw, conversation_id), raw or "", seen, known)

    async def save(
        self,
        conversation_id: str,
        version: int,
        data: str | None,
        *,
        activity_id: str | None = None,
        seen: Seen | None = None,
        draft: Draft | None = None,
    ) -> int:
        """Write the state read at `version`, and the activity that changed it, together.

        Args:
            conversation_id: Whose state.
            version: What `load` gave; 0 creates the row.
            data: What `dump` gave, or None where the state did not change.
            activity_id: The activity answered, where it has an id.
            seen: What to remember of it.
            draft: The form left half way by it, if any.

        Returns:
            The version now.

        Raises:
            Conflict: Somebody else wrote the state, or answered the same activity, meanwhile.
        """
        state, activity = data is not None, seen is not None and activity_id is not None
        if not state and not activity and draft is None:
            return version
        at = self._clock.now()
        parameters = {"conversation": conversation_id, "read": version, "data": data, "at": at}
        if seen is not None and activity_id is not None:
            parameters |= {
                "seen_activity_id": activity_id,
                "seen_at": at,
                "seen_outcome": seen.outcome.value,
                "seen_status": seen.status,
                "seen_body": seen.body,
                "seen_owed": seen.owed,
                "seen_owner": seen.owner,
            }
        try:
            async with writing(self._engine) as transaction:
                dialect = transaction.dialect
                steps = sql.keeping(
                    dialect, parameters, state=state, activity=activity, draft=draft
                )
                await transaction.commit(steps)
        except IntegrityError as error:
            raise Conflict(conversation_id) from error
        return version + 1 if state else version

    async def finish(self, done: Sequence[tuple[str, str]]) -> None:
        """Mark activities (conversation id, activity id) whose replies have all been sent."""
        if not done:
            return
        rows = [{"conversation": where, "activity": which} for where, which in done]
        async with writing(self._engine) as transaction:
            await transaction.commit([Step(sql.FINISH, rows)])

    async def owe(self, conversation_id: str, activity_id: str, owed: str) -> None:
        """Keep the replies that are still to be sent for an activity."""
        told = {
            "conversation": conversation_id,
            "activity": activity_id,
            "still": owed,
            "now": self._clock.now(),
        }
        async with writing(self._engine) as transaction:
            await transaction.commit([Step(sql.OWE, told)])

    async def owing(self, before: datetime, limit: int = 100) -> list[Owing]:
        """Replies that nobody has sent since an instant, the oldest first."""
        seen = activities_seen.c
        overdue = (
            select(seen.conversation_id, seen.activity_id, seen.owner, seen.at)
            .where(sql.STILL_OWED, seen.at < before)
            .order_by(seen.at)
            .limit(limit)
        )
        async with reading(self._engine) as transaction:
            return [Owing(*row) for row in (await transaction.execute(overdue)).all()]

    async def take_over(self, owner: str, owing: Sequence[Owing]) -> list[Debt]:
        """Take over these replies, where they are as they were; rivals get others."""
        seen = activities_seen.c
        taken: list[Debt] = []
        async with writing(self._engine) as transaction:
            for one in owing:
                claimed = await transaction.execute(
                    update(activities_seen)
                    .where(
                        seen.conversation_id == one.conversation_id,
                        seen.activity_id == one.activity_id,
                        seen.outcome == Outcome.ANSWERING.value,
                        seen.owner == one.owner,
                        seen.at == one.at,
                    )
                    .values(owner=owner, at=self._clock.now())
                    .returning(seen.owed)
                )
                taken += [
                    Debt(one.conversation_id, one.activity_id, owed or "")
                    for owed in claimed.scalars()
                ]
            await transaction.commit()
        return taken

    async def expire(self, before: datetime) -> int:
        """Forget the activities answered before an instant; say how many."""
        async with writing(self._engine) as transaction:
            result = await transaction.execute(
                delete(activities_seen).where(activities_seen.c.at < before)
            )
            await transaction.commit()
        return result.rowcount

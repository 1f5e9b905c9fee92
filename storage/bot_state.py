"""The state of each conversation, and the activities that have been answered.

State is plain JSON with a schema version, and a row version that makes two replicas' writes
meet. An activity's row is written in the same transaction as the state that it left behind,
with the replies that are still owed: a process that dies before it has sent them owes them to
the next delivery of the same activity, and nobody runs the turn twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson
import structlog
from sqlalchemy import (
    Column,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.clock import Clock, SystemClock
from bot.domain.errors import Conflict
from storage.engine import reading, writing
from storage.metadata import metadata
from storage.types import Instant

log = structlog.get_logger(__name__)

SCHEMA = 1
LONGEST_ID = 512

conversation_state = Table(
    "conversation_state",
    metadata,
    Column("conversation_id", String(LONGEST_ID), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("data", Text, nullable=False),
    Column("updated_at", Instant(), nullable=False),
)

activities_seen = Table(
    "activities_seen",
    metadata,
    Column("conversation_id", String(LONGEST_ID), primary_key=True),
    Column("activity_id", String(LONGEST_ID), primary_key=True),
    Column("at", Instant(), nullable=False, index=True),
    Column("outcome", String(16), nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text),
    Column("owed", Text),
    Column("owner", String(32), nullable=False),
)
Index(
    "ix_activities_seen_owed",
    activities_seen.c.at,
    sqlite_where=text("outcome = 'answering'"),
    postgresql_where=text("outcome = 'answering'"),
)


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


@dataclass(frozen=True, slots=True)
class Debt:
    """Replies that a process took over from one that did not send them."""

    conversation_id: str
    activity_id: str
    owed: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A conversation's state as read. Version 0 means that there is none yet."""

    version: int = 0
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    raw: str = ""
    seen: Seen | None = None


def _reading() -> Select[*tuple[Any, ...]]:
    """State and activity in one round trip, whichever of the two exists."""
    key = select(bindparam("conversation", type_=String).label("id")).subquery("key")
    state, seen = conversation_state.c, activities_seen.c
    joined = key.outerjoin(conversation_state, state.conversation_id == key.c.id).outerjoin(
        activities_seen,
        (seen.conversation_id == key.c.id)
        & (seen.activity_id == bindparam("activity", type_=String)),
    )
    return select(
        state.version,
        state.data,
        seen.outcome,
        seen.status,
        seen.body,
        seen.owed,
        seen.owner,
        seen.at,
    ).select_from(joined)


# As text, so that both databases see that the partial index will do.
_STILL_OWED = text("activities_seen.outcome = 'answering'")
_READ = _reading()
_CREATE = insert(conversation_state)
_REPLACE = (
    update(conversation_state)
    .where(
        conversation_state.c.conversation_id == bindparam("conversation"),
        conversation_state.c.version == bindparam("read"),
    )
    .values(
        version=conversation_state.c.version + literal(1),
        data=bindparam("data"),
        updated_at=bindparam("at"),
    )
)
_REMEMBER = insert(activities_seen)
_FINISH = (
    update(activities_seen)
    .where(
        activities_seen.c.conversation_id == bindparam("conversation"),
        activities_seen.c.activity_id == bindparam("activity"),
    )
    .values(outcome=Outcome.DONE.value, owed=None)
)
_OWE = (
    update(activities_seen)
    .where(
        activities_seen.c.conversation_id == bindparam("conversation"),
        activities_seen.c.activity_id == bindparam("activity"),
    )
    .values(owed=bindparam("still"), at=bindparam("now"))
)


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

    def __init__(self, engine: AsyncEngine, clock: Clock | None = None) -> None:
        self._engine = engine
        self._clock = clock or SystemClock()

    async def load(self, conversation_id: str, activity_id: str | None = None) -> Stored:
        """Read a conversation's state and what is known of one of its activities."""
        async with reading(self._engine) as connection:
            result = await connection.execute(
                _READ, {"conversation": conversation_id, "activity": activity_id or ""}
            )
            row = result.one()
        seen = None
        if row.outcome is not None:
            seen = Seen(Outcome(row.outcome), row.status, row.body, row.owed, row.owner, row.at)
        data = _parse(row.data, conversation_id)
        return Stored(row.version or 0, data, row.data or "", seen)

    async def save(
        self,
        conversation_id: str,
        version: int,
        data: str | None,
        *,
        activity_id: str | None = None,
        seen: Seen | None = None,
        done: str | None = None,
    ) -> int:
        """Write the state read at `version`, and the activity that changed it, together.

        Args:
            conversation_id: Whose state.
            version: What `load` gave; 0 creates the row.
            data: What `dump` gave, or None where the state did not change.
            activity_id: The activity answered, where it has an id.
            seen: What to remember of it.
            done: An activity whose replies have all been sent.

        Returns:
            The version now.

        Raises:
            Conflict: Somebody else wrote the state, or answered the same activity, meanwhile.
        """
        if data is None and done is None and (seen is None or activity_id is None):
            return version
        try:
            async with writing(self._engine) as connection:
                if data is not None:
                    await self._write(connection, conversation_id, version, data)
                if seen is not None and activity_id is not None:
                    await connection.execute(
                        _REMEMBER, self._row(conversation_id, activity_id, seen)
                    )
                if done is not None:
                    await connection.execute(
                        _FINISH, {"conversation": conversation_id, "activity": done}
                    )
                await connection.commit()
        except IntegrityError as error:
            raise Conflict(conversation_id) from error
        return version if data is None else version + 1

    async def finish(self, done: Sequence[tuple[str, str]]) -> None:
        """Mark activities (conversation id, activity id) whose replies have all been sent."""
        if not done:
            return
        rows = [{"conversation": where, "activity": which} for where, which in done]
        async with writing(self._engine) as connection:
            await connection.execute(_FINISH, rows)
            await connection.commit()

    async def owe(self, conversation_id: str, activity_id: str, owed: str) -> None:
        """Keep the replies that are still to be sent for an activity."""
        async with writing(self._engine) as connection:
            await connection.execute(
                _OWE,
                {
                    "conversation": conversation_id,
                    "activity": activity_id,
                    "still": owed,
                    "now": self._clock.now(),
                },
            )
            await connection.commit()

    async def take_over(self, owner: str, before: datetime, limit: int = 20) -> list[Debt]:
        """Take over replies that nobody has sent since an instant; rivals get others."""
        seen = activities_seen.c
        overdue = (
            select(seen.conversation_id, seen.activity_id, seen.owed, seen.owner)
            .where(_STILL_OWED, seen.at < before)
            .order_by(seen.at)
            .limit(limit)
        )
        taken: list[Debt] = []
        async with writing(self._engine) as connection:
            for row in (await connection.execute(overdue)).all():
                claimed = await connection.execute(
                    update(activities_seen)
                    .where(
                        seen.conversation_id == row.conversation_id,
                        seen.activity_id == row.activity_id,
                        seen.outcome == Outcome.ANSWERING.value,
                        seen.owner == row.owner,
                        seen.at < before,
                    )
                    .values(owner=owner, at=self._clock.now())
                )
                if claimed.rowcount == 1:
                    taken.append(Debt(row.conversation_id, row.activity_id, row.owed or ""))
            await connection.commit()
        return taken

    async def expire(self, before: datetime) -> int:
        """Forget the activities answered before an instant; say how many."""
        async with writing(self._engine) as connection:
            result = await connection.execute(
                delete(activities_seen).where(activities_seen.c.at < before)
            )
            await connection.commit()
        return result.rowcount

    async def _write(
        self, connection: AsyncConnection, conversation_id: str, version: int, data: str
    ) -> None:
        at = self._clock.now()
        if version == 0:
            await connection.execute(
                _CREATE,
                {
                    "conversation_id": conversation_id,
                    "version": 1,
                    "data": data,
                    "updated_at": at,
                },
            )
            return
        result = await connection.execute(
            _REPLACE, {"conversation": conversation_id, "read": version, "data": data, "at": at}
        )
        if result.rowcount != 1:
            raise Conflict(conversation_id)

    def _row(self, conversation_id: str, activity_id: str, seen: Seen) -> dict[str, Any]:
        return {
            "conversation_id": conversation_id,
            "activity_id": activity_id,
            "at": self._clock.now(),
            "outcome": seen.outcome.value,
            "status": seen.status,
            "body": seen.body,
            "owed": seen.owed,
            "owner": seen.owner,
        }

"""What a turn asks of the database: one question at its beginning, one answer at its end."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Executable,
    Insert,
    Select,
    String,
    Update,
    bindparam,
    insert,
    literal,
    select,
    text,
    update,
)

from storage.statements import Step
from storage.tables.turns import activities_seen, conversation_state
from storage.transactions import Dialect

DONE = "done"

_STATE, _SEEN = conversation_state.c, activities_seen.c


def _state_and_activity() -> Select[*tuple[Any, ...]]:
    """State and activity in one round trip, whichever of the two exists."""
    key = select(bindparam("conversation", type_=String).label("id")).subquery("key")
    joined = key.outerjoin(conversation_state, _STATE.conversation_id == key.c.id).outerjoin(
        activities_seen,
        (_SEEN.conversation_id == key.c.id)
        & (_SEEN.activity_id == bindparam("activity", type_=String)),
    )
    return select(
        _STATE.version,
        _STATE.data,
        _SEEN.outcome,
        _SEEN.status,
        _SEEN.body,
        _SEEN.owed,
        _SEEN.owner,
        _SEEN.at,
    ).select_from(joined)


def _replace() -> Update:
    """The state anew, where it still is the version that was read."""
    same = (
        _STATE.conversation_id == bindparam("conversation"),
        _STATE.version == bindparam("read"),
    )
    return (
        update(conversation_state)
        .where(*same)
        .values(
            version=_STATE.version + literal(1), data=bindparam("data"), updated_at=bindparam("at")
        )
    )


def _create() -> Insert:
    """The first state of a conversation."""
    return insert(conversation_state).values(
        conversation_id=bindparam("conversation"),
        version=literal(1),
        data=bindparam("data"),
        updated_at=bindparam("at"),
    )


def _both(state: Insert | Update) -> Insert:
    """State and activity in one statement (PostgreSQL): no row of the one, none of the other."""
    kept = state.returning(_STATE.version).cte("kept")
    names = [column.name for column in _SEEN if column.name != "conversation_id"]
    values = [bindparam(f"seen_{name}", type_=_SEEN[name].type) for name in names]
    row = select(bindparam("conversation", type_=String), *values).select_from(kept)
    return insert(activities_seen).from_select(["conversation_id", *names], row)


def _of_activity() -> Update:
    return update(activities_seen).where(
        _SEEN.conversation_id == bindparam("conversation"),
        _SEEN.activity_id == bindparam("activity"),
    )


# As text, so that both databases see that the partial index will do.
STILL_OWED = text("activities_seen.outcome = 'answering'")
READ = _state_and_activity()
REMEMBER = insert(activities_seen).values(
    conversation_id=bindparam("conversation"),
    **{c.name: bindparam(f"seen_{c.name}") for c in _SEEN if c.name != "conversation_id"},
)
FINISH = _of_activity().values(outcome=DONE, owed=None)
OWE = _of_activity().values(owed=bindparam("still"), at=bindparam("now"))
_CREATE, _REPLACE = _create(), _replace()
_CREATE_BOTH, _REPLACE_BOTH = _both(_CREATE), _both(_REPLACE)


def keeping(
    dialect: Dialect, parameters: dict[str, Any], *, state: bool, activity: bool
) -> list[Step]:
    """What keeps the state (created where `read` is 0), the activity, or both."""
    conversation: str = parameters["conversation"]
    create = parameters["read"] == 0
    steps: list[Executable] = []
    if state and activity and dialect == "postgresql":
        steps = [_CREATE_BOTH if create else _REPLACE_BOTH]
    else:
        if state:
            steps.append(_CREATE if create else _REPLACE)
        if activity:
            steps.append(REMEMBER)
    return [Step(step, parameters, 1, conversation) for step in steps]

"""What a turn asks of the database: one question at its beginning, one answer at its end.

The question is after the conversation's state, the activity and its sender; the answer holds the
state and the activity, and the form that the sender left half way.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CTE,
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

from bot.domain.people import Draft
from storage.entity import Merge, merge, replacing, upsert_of
from storage.repositories.people import DRAFT, KNOWN
from storage.statements import Step
from storage.tables import facilitators, people
from storage.tables.turns import activities_seen, conversation_state
from storage.transactions import Dialect

DONE = "done"

_STATE, _SEEN = conversation_state.c, activities_seen.c


def _state_activity_and_person() -> Select[*tuple[Any, ...]]:
    """State, activity and person in one round trip, whichever of them exists."""
    key = select(bindparam("conversation", type_=String).label("id")).subquery("key")
    joined = (
        key.outerjoin(conversation_state, _STATE.conversation_id == key.c.id)
        .outerjoin(
            activities_seen,
            (_SEEN.conversation_id == key.c.id)
            & (_SEEN.activity_id == bindparam("activity", type_=String)),
        )
        .outerjoin(people, people.c.person_id == bindparam("person", type_=String))
        .outerjoin(facilitators, facilitators.c.person_id == people.c.person_id)
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
        *KNOWN,
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


def _both(state: Insert | Update, *, draft: bool = False) -> Insert:
    """State and activity in one statement (PostgreSQL): no row of the one, none of the other.

    With `draft` a form left half way too, on the same condition.
    """
    kept = state.returning(_STATE.version).cte("kept")
    names = [column.name for column in _SEEN if column.name != "conversation_id"]
    values = [bindparam(f"seen_{name}", type_=_SEEN[name].type) for name in names]
    row = select(bindparam("conversation", type_=String), *values).select_from(kept)
    both = insert(activities_seen).from_select(["conversation_id", *names], row)
    return both.add_cte(_draft(kept).cte("drafted")) if draft else both


def _draft(kept: CTE) -> Merge:
    """The draft anew, where there is a row of `kept`."""
    values = [bindparam(f"draft_{name}", type_=DRAFT.table.c[name].type) for name in DRAFT.names]
    row = select(*values).select_from(kept)
    return replacing(merge("postgresql", DRAFT.table).from_select(DRAFT.names, row), DRAFT)


def _of_activity() -> Update:
    return update(activities_seen).where(
        _SEEN.conversation_id == bindparam("conversation"),
        _SEEN.activity_id == bindparam("activity"),
    )


# As text, so that both databases see that the partial index will do.
STILL_OWED = text("activities_seen.outcome = 'answering'")
READ = _state_activity_and_person()
PERSON_FROM = len(READ.exported_columns) - len(KNOWN)
REMEMBER = insert(activities_seen).values(
    conversation_id=bindparam("conversation"),
    **{c.name: bindparam(f"seen_{c.name}") for c in _SEEN if c.name != "conversation_id"},
)
FINISH = _of_activity().values(outcome=DONE, owed=None)
OWE = _of_activity().values(owed=bindparam("still"), at=bindparam("now"))
_CREATE, _REPLACE = _create(), _replace()
_CREATE_BOTH, _REPLACE_BOTH = _both(_CREATE), _both(_REPLACE)
_CREATE_ALL, _REPLACE_ALL = _both(_CREATE, draft=True), _both(_REPLACE, draft=True)


def keeping(
    dialect: Dialect,
    parameters: dict[str, Any],
    *,
    state: bool,
    activity: bool,
    draft: Draft | None = None,
) -> list[Step]:
    """What keeps the state (created where `read` is 0), the activity, the draft, or all."""
    conversation: str = parameters["conversation"]
    create = parameters["read"] == 0
    told = DRAFT.values(draft) if draft else {}
    if state and activity and dialect == "postgresql":
        if draft is None:
            return [Step(_CREATE_BOTH if create else _REPLACE_BOTH, parameters, 1, conversation)]
        parameters = {**parameters, **{f"draft_{name}": told[name] for name in DRAFT.names}}
        return [Step(_CREATE_ALL if create else _REPLACE_ALL, parameters, 1, conversation)]
    steps: list[Step] = []
    if state:
        steps.append(Step(_CREATE if create else _REPLACE, parameters, 1, conversation))
    if activity:
        steps.append(Step(REMEMBER, parameters, 1, conversation))
    if draft:
        steps.append(Step(upsert_of(dialect, DRAFT), told))
    return steps

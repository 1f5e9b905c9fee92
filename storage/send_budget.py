"""One budget of sends for all processes, on PostgreSQL: one short statement a send.

The tenant's budget is a row with the instant of the next send: each takes the next place, evenly
spaced, so no second ever holds more than it may. What can wait takes a place only when it is as
good as there; a reply may take one a tenth of a second ahead, and so goes before all of it. A
conversation's windows are a row with its last sends. Nobody leads, nobody holds anything: one
who dies has taken a place, and nothing else. Instants are the server's; one that it shows and
that cannot be (its clock was put back) counts for nothing.

Why: docs/decisions/0035-limits-of-a-deployment.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnClause, Executable, Float, Text, bindparam, column, text

from storage.engine import Database, reading

AHEAD_SECONDS = 0.1
BULK_AHEAD_SECONDS = 0.03  # the way to the server and back: no place is left empty for it
HALF_HOUR = 1800
CLEAN_EVERY = 1000
_IMPOSSIBLE = 60  # nobody takes a place so many seconds ahead
_KEPT_SECONDS = 2 * HALF_HOUR


class Reserved(NamedTuple):
    """What came of asking: whether one may send after `wait`, else when to ask again.

    `counted`: in the conversation's windows it is counted already. `own`: it is these that are
    full, not the budget.
    """

    granted: bool
    wait: float
    counted: bool = False
    own: bool = False


class SqlSendBudget:
    """The budget of one deployment.

    Args:
        a_second: Places in a second over all conversations.
        windows: For one conversation: most sends, in so many seconds.
        half_hourly: For one conversation: most sends in a half hour of the clock.
        ahead: Seconds by which a reply may take its place before that is there.
    """

    def __init__(
        self,
        database: Database,
        *,
        a_second: float,
        windows: Sequence[tuple[int, float]],
        half_hourly: int,
        ahead: float = AHEAD_SECONDS,
    ) -> None:
        self._database = database
        self._ahead = ahead
        self._spacing = 1 / a_second
        self._both = _columns(_of_conversation(windows, half_hourly))
        self._asked = 0

    async def reserve(self, conversation_id: str | None, *, bulk: bool) -> Reserved:
        """Take a place, or say when to ask again."""
        self._asked += 1
        if self._asked % CLEAN_EVERY == 0:
            await self._ask(_OLD, {"kept": float(_KEPT_SECONDS)})
        asked = {"spacing": self._spacing, "ahead": BULK_AHEAD_SECONDS if bulk else self._ahead}
        if conversation_id is None:
            counted, slot, following, free = await self._ask(_BUDGET, asked)
        else:
            both = {**asked, "conversation": conversation_id}
            counted, slot, following, free = await self._ask(self._both, both)
        if slot is not None:
            return Reserved(granted=True, wait=max(0.0, slot), counted=True)
        own = not counted and free is not None and free > 0
        wait = (free or 0.0) if own else (following or 0.0) - asked["ahead"]
        wait = max(wait, self._spacing / 4)
        return Reserved(granted=False, wait=wait, counted=bool(counted), own=own)

    async def _ask(self, statement: Executable, parameters: Mapping[str, Any]) -> Any:
        # One statement, which is a transaction of its own: no BEGIN and no COMMIT to wait for.
        async with reading(self._database) as connection:
            found = (await connection.execute(statement, parameters)).all()
        return found[0] if found else ()


_CLOCK = "clock AS MATERIALIZED (SELECT extract(epoch FROM clock_timestamp())::float8 AS now)"
_TAKEN = f"""
    budget AS (
        INSERT INTO send_budget AS b (name, next_at)
        SELECT 'teams', now + :spacing FROM clock WHERE %s
        ON CONFLICT (name) DO UPDATE SET next_at = CASE
            WHEN b.next_at > excluded.next_at + {_IMPOSSIBLE} THEN excluded.next_at
            ELSE greatest(b.next_at + :spacing, excluded.next_at) END
        WHERE b.next_at <= excluded.next_at - :spacing + :ahead
            OR b.next_at > excluded.next_at + {_IMPOSSIBLE}
        RETURNING next_at - :spacing AS slot
    )
"""  # noqa: S608  # a number of ours
_ANSWER = """
    SELECT %s, (SELECT slot FROM budget) - now, (SELECT next_at FROM send_budget) - now, %s
    FROM clock
"""


def _of_conversation(windows: Sequence[tuple[int, float]], half_hourly: int) -> str:
    """Count it in the conversation's windows, then take a place; neither, where one is full."""
    longest = max(most for most, _ in windows)
    ends = [f"t.sent[{most}] + {seconds}" for most, seconds in windows]
    full = f"""CASE WHEN t.half_hour = floor(%s / {HALF_HOUR}) AND t.count >= {half_hourly}
        THEN (t.half_hour + 1) * {HALF_HOUR}::float8 END"""
    free = f"greatest(0, {', '.join(ends)}, {full})"
    wrong = f"coalesce(t.sent[1] > %s + {_IMPOSSIBLE}, FALSE)"
    here = "excluded.used_at"
    counted = f"""
        counted AS (
            INSERT INTO send_threads AS t (conversation_id, sent, half_hour, count, used_at)
            SELECT :conversation, ARRAY[now], floor(now / {HALF_HOUR})::int, 1, now FROM clock
            WHERE NOT EXISTS (
                SELECT FROM send_budget
                WHERE next_at > now + :ahead AND next_at <= now + {_IMPOSSIBLE}
            )
            ON CONFLICT (conversation_id) DO UPDATE SET
                sent = CASE WHEN {wrong % here} THEN excluded.sent
                    ELSE (array_prepend({here}, t.sent))[1:{longest}] END,
                half_hour = excluded.half_hour,
                count = CASE WHEN t.half_hour = excluded.half_hour THEN t.count + 1 ELSE 1 END,
                used_at = {here}
            WHERE {wrong % here} OR {free % here} <= {here}
            RETURNING 1
        )
    """  # noqa: S608  # numbers of ours
    answer = _ANSWER % (
        "(SELECT count(*) FROM counted)",
        f"(SELECT {free % 'now'} FROM t) - now",  # noqa: S608  # as above
    )
    before = "t AS (SELECT * FROM send_threads WHERE conversation_id = :conversation)"
    return f"WITH {_CLOCK}, {before}, {counted}, {_TAKEN % 'EXISTS (SELECT FROM counted)'} {answer}"


def _columns(sql: str) -> Executable:
    """The statement, with the types of what goes in and comes out."""
    kinds = {"spacing": Float(), "ahead": Float(), "conversation": Text()}
    binds = [bindparam(name, type_=kind) for name, kind in kinds.items() if f":{name}" in sql]
    told: list[ColumnClause[Any]] = [
        column(name) for name in ("counted", "slot", "following", "free")
    ]
    return text(sql).bindparams(*binds).columns(*told)


_BUDGET = _columns(f"WITH {_CLOCK}, {_TAKEN % 'TRUE'} {_ANSWER % ('1', 'NULL::float8')}")
_OLD = (
    text(
        "DELETE FROM send_threads WHERE used_at < extract(epoch FROM clock_timestamp()) - :kept"
        " RETURNING 1"
    )
    .bindparams(bindparam("kept", type_=Float()))
    .columns(column("one"))
)

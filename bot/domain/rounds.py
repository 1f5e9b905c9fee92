"""Asking in order: with a coordinator's consent the bot asks pair after pair."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.moves import Moves, check_move


class RoundStatus(StrEnum):
    """Where the asking stands. The chart is in docs/lifecycles.md."""

    RUNNING = "running"
    SETTLED = "settled"  # both sides accepted
    STOPPED = "stopped"  # by a coordinator
    EXHAUSTED = "exhausted"  # nobody is left to ask


_S = RoundStatus
MOVES: Moves[RoundStatus] = {
    _S.RUNNING: frozenset({_S.SETTLED, _S.STOPPED, _S.EXHAUSTED}),
    _S.SETTLED: frozenset({_S.RUNNING}),  # somebody who had accepted withdrew
    _S.STOPPED: frozenset({_S.RUNNING}),
    _S.EXHAUSTED: frozenset({_S.RUNNING}),
}


@dataclass
class Round:
    """The asking for one session. Whom to ask next is the ranking's answer, made anew each time."""

    session_id: str
    started_by: str
    started_at: datetime
    status: RoundStatus = RoundStatus.RUNNING
    version: int = 1


def move(asking: Round, to: RoundStatus) -> None:
    """Change a round's status; nothing else does.

    Raises:
        MovedOn: `round_moved_on`, where the table does not hold this move.
    """
    check_move(MOVES, "round", asking.status, to)
    asking.status = to
    asking.version += 1

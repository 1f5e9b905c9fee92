"""The roster: facilitators, whether they lead now, and when they cannot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.moves import Moves, check_move
from bot.domain.people import Side


class Standing(StrEnum):
    """Whether a facilitator leads. The chart is in docs/lifecycles.md."""

    ACTIVE = "active"
    PAUSED = "paused"
    RETIRED = "retired"


_S = Standing
MOVES: Moves[Standing] = {
    _S.ACTIVE: frozenset({_S.PAUSED, _S.RETIRED}),
    _S.PAUSED: frozenset({_S.ACTIVE, _S.RETIRED}),
    # Somebody who comes back is put on the roster again by a coordinator.
    _S.RETIRED: frozenset({_S.ACTIVE}),
}


class Wish(StrEnum):
    """How much a facilitator would like to lead in the next months."""

    FEWER = "fewer"
    USUAL = "usual"
    MORE = "more"


@dataclass
class Facilitator:
    """Somebody trained to lead, for one side. `team` is set where it is known.

    `since_at` is when they became active, None where nobody noted it; `wish` holds until
    `wish_until_on` (their own day).
    """

    person_id: str
    side: Side
    languages: tuple[str, ...]
    region: str
    topics: tuple[str, ...]
    organization: str
    team: str | None = None
    standing: Standing = Standing.ACTIVE
    since_at: datetime | None = None
    wish: Wish = Wish.USUAL
    wish_until_on: date | None = None

    @property
    def active(self) -> bool:
        """Whether they may be asked."""
        return self.standing is Standing.ACTIVE

    def wishes(self, on: date) -> Wish:
        """What they wish on a day."""
        over = self.wish_until_on is not None and self.wish_until_on < on
        return Wish.USUAL if over else self.wish


@dataclass(frozen=True, slots=True)
class Trained:
    """Somebody active who can lead a certain thing: what pairing reads of a `Facilitator`."""

    person_id: str
    side: Side
    region: str
    organization: str
    team: str | None = None
    since_at: datetime | None = None
    wish: Wish = Wish.USUAL
    wish_until_on: date | None = None


def stand(facilitator: Facilitator, to: Standing) -> None:
    """Change whether a facilitator leads; nothing else does.

    Raises:
        MovedOn: `standing_moved_on`, where the table does not hold this move.
    """
    check_move(MOVES, "standing", facilitator.standing, to)
    facilitator.standing = to


@dataclass
class Absence:
    """Days on which a facilitator cannot lead, both included, on the clock of `zone`.

    `reason` is theirs alone: nobody else is shown it.
    """

    absence_id: str
    person_id: str
    from_on: date
    to_on: date
    zone: str
    created_at: datetime
    reason: str = ""

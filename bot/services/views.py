"""What a card needs to know: one reader's sight of a request, a session, an assignment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.pairing import Reason
from bot.domain.people import Side
from bot.domain.requests import Request
from bot.domain.rounds import RoundStatus
from bot.domain.seats import Seat
from bot.domain.sessions import (
    Assignment,
    AssignmentStatus,
    Session,
    stepped_back,
)


@dataclass(frozen=True, slots=True)
class Named:
    """A person as another may see them. `name` is None while nobody has told it yet."""

    person_id: str
    name: str | None


@dataclass(frozen=True, slots=True)
class Lead:
    """A facilitator's place in a session, and how they answered."""

    assignment_id: str
    side: Side
    person: Named
    status: AssignmentStatus
    answer_by: datetime
    reason: str

    @property
    def stepped_back(self) -> bool:
        """Whether they had accepted and withdrew of their own accord."""
        return stepped_back(self.status, self.reason)


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of a time line. `what` is worded by `timeline.<what>`."""

    at: datetime
    what: str
    actor: Named | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """What a line of a list says of a session: how full it is, and how its reader stands to it.

    `may` holds what they can do now about their seat: join, leave, accept_seat, decline_seat.
    `rank` is their place in the waitlist, from 1. `waiting` counts it.
    """

    session: Session
    seats_taken: int
    waiting: int
    seat: Seat | None
    rank: int | None
    may: frozenset[str]
    is_lead: bool

    @property
    def seats_left(self) -> int:
        """Free seats; those who wait come first."""
        return max(0, self.session.capacity - self.seats_taken)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView(SessionLine):
    """A session as one reader sees it.

    `may` also holds add_people, cancel, reschedule.
    `shares_code` says whether they may hand the code on. `leads` are the standing ones.
    `begun` says that its start has passed.
    `join_link` opens the bot's chat with the words to join typed in, for those who share it.
    """

    leads: tuple[Lead, ...]
    shares_code: bool
    people: tuple[Named, ...] = ()
    join_link: str = ""
    begun: bool = False


@dataclass(frozen=True, slots=True)
class NextUp:
    """Who could be asked next for a side, and why, in the words of `pairing.reason.<key>`."""

    side: Side
    person: Named
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class AskingView:
    """How the asking in order stands, for those who steer it."""

    status: RoundStatus
    started_by: Named


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request as one reader sees it.

    `relation` is requester, counterpart or coordinator. `may` holds what they can do now:
    agree, decline, later, nudge, withdraw, change_counterpart, edit, answer, ask, refuse,
    approve, replace, ask_in_order, stop_round, retry_booking, cancel, reschedule. `next_up` are
    those who could be asked next, the best first of each side; None where nobody looked.
    """

    request: Request
    relation: str
    requester: Named
    counterpart: Named
    session: SessionView | None
    leads: tuple[Lead, ...]
    timeline: tuple[TimelineEntry, ...]
    may: frozenset[str]
    nudge_from: datetime | None
    fault: str | None = None
    coordinators: tuple[Named, ...] = ()
    asking: AskingView | None = None
    next_up: tuple[NextUp, ...] | None = None


@dataclass(frozen=True, slots=True)
class AssignmentView:
    """An assignment as its facilitator sees it. `may`: accept, decline, withdraw."""

    assignment: Assignment
    session: SessionView
    partner: Lead | None
    team: str | None
    participants: int | None
    accessibility: tuple[str, ...]
    accessibility_note: str
    may: frozenset[str]
    reference: str | None = None

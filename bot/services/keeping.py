"""What the use cases need of storage: repositories within one unit of work.

A unit of work is one transaction: rolled back unless committed. On SQLite it begins
IMMEDIATE, so writers wait for one another; on PostgreSQL `locked` takes the row's lock.
Objects that a repository gives are watched: a change to them is written at commit.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import NamedTuple, Protocol, Self

from bot.domain.messages import HistoryEntry, LiveCard
from bot.domain.people import Draft, Grant, Person, Role, Side
from bot.domain.requests import Request
from bot.domain.roster import Facilitator, Standing, Trained
from bot.domain.seats import Seat
from bot.domain.sessions import Assignment, Session
from bot.services.keeping_candidates import (
    Absences,
    Applications,
    Cohorts,
    Endorsements,
    Interviews,
    Rounds,
    SelfIdentifications,
    TrainingSeats,
)
from bot.services.keeping_outbox import Outbox
from bot.services.keeping_outlook import Outlook


class Known(NamedTuple):
    """A person, and who they are to others.

    `standing` is None where the roster has them not; `asked`: an application waits for their word,
    as the manager or the reference.
    """

    person: Person
    roles: frozenset[Role]
    standing: Standing | None
    asked: bool = False


class People(Protocol):
    """Persons by their Entra object id."""

    async def get(self, person_id: str) -> Person | None: ...
    async def known(self, person_id: str) -> Known | None:
        """The person with their roles and standing: what each turn asks, in one question."""
        ...

    async def locked(self, person_id: str) -> Person | None: ...
    async def many(self, person_ids: Collection[str]) -> Mapping[str, Person]: ...
    async def names(self, person_ids: Collection[str]) -> Mapping[str, str]:
        """Person → name, of those who have one."""
        ...

    async def mails(self, person_ids: Collection[str]) -> Mapping[str, str]:
        """Person → mail, of those who have one."""
        ...

    async def add(self, person: Person) -> None: ...
    async def somewhere(self) -> tuple[str, str] | None:
        """A tenant and a service url that somebody was met at, to write first to a stranger."""
        ...


class Grants(Protocol):
    """Roles."""

    async def of(self, person_id: str) -> Sequence[Grant]: ...
    async def holders(self, role: Role, region: str = "") -> Sequence[Grant]:
        """All who hold the role; with a region, those of that region."""
        ...

    async def all(self) -> Sequence[Grant]: ...
    async def add(self, grant: Grant) -> None: ...
    async def remove(self, grant: Grant) -> None: ...


class Facilitators(Protocol):
    """The roster."""

    async def get(self, person_id: str) -> Facilitator | None: ...
    async def many(self, person_ids: Collection[str]) -> Mapping[str, Facilitator]: ...
    async def active(self) -> Sequence[Facilitator]: ...
    async def trained(self, offering: str, language: str) -> Sequence[Trained]:
        """Active ones who can lead it in the language, by their ids."""
        ...

    async def of_regions(self, regions: Collection[str]) -> Sequence[Facilitator]:
        """All of these regions, whatever their standing."""
        ...

    async def add(self, facilitator: Facilitator) -> None: ...


class Requests(Protocol):
    """Requests for a conversation."""

    async def get(self, request_id: str) -> Request | None: ...
    async def many(self, request_ids: Collection[str]) -> Mapping[str, Request]: ...
    async def locked(self, request_id: str) -> Request | None:
        """The request, with its row locked until the end of the transaction."""
        ...

    async def by_number(self, year: int, number: int) -> Request | None: ...
    async def add(self, request: Request) -> None: ...
    async def next_number(self, year: int) -> int:
        """The next number of the year; two transactions never get the same."""
        ...

    async def of_person(self, person_id: str) -> Sequence[Request]:
        """Those that they requested or were asked to agree to, newest first."""
        ...

    async def open_in(self, regions: Collection[str]) -> Sequence[Request]:
        """Those that coordinators of the regions have to look at, oldest agreement first.

        Agreed, in review, waiting for information, or approved.
        """
        ...

    async def expired(self, now: datetime, limit: int) -> Sequence[str]:
        """Ids of submitted requests whose `expires_at` has passed."""
        ...


@dataclass(frozen=True, slots=True)
class SessionFilter:
    """Which upcoming sessions to list; None leaves a criterion out."""

    offering: str | None = None
    language: str | None = None
    region: str | None = None
    starts_from: datetime | None = None
    starts_before: datetime | None = None


class Listed(NamedTuple):
    """A session of a list, how full it is, and how the list's reader stands to it.

    `taken` seats are held or promised; `waiting` are those who wait. `rank` is the reader's place
    among these, from 1. `leads`: they have accepted to lead it, or are asked to.
    """

    session: Session
    taken: int
    waiting: int
    seat: Seat | None
    rank: int | None
    leads: bool


class Sessions(Protocol):
    """Sessions."""

    async def get(self, session_id: str) -> Session | None: ...
    async def locked(self, session_id: str) -> Session | None: ...
    async def many(self, session_ids: Collection[str]) -> Mapping[str, Session]: ...
    async def by_code(self, code: str) -> Session | None:
        """By its code, given as `K7M-2QF` in upper case."""
        ...

    async def of_request(self, request_id: str) -> Session | None:
        """The request's session that is not cancelled, if any."""
        ...

    async def add(self, session: Session) -> None: ...
    async def upcoming(
        self, reader_id: str, now: datetime, which: SessionFilter, *, limit: int, offset: int
    ) -> tuple[Sequence[Listed], int]:
        """Open, joinable sessions that start after now, soonest first, and how many in all."""
        ...

    async def over(self, now: datetime, limit: int) -> Sequence[str]:
        """Ids of sessions whose end has passed, not yet told as held or missed."""
        ...

    async def unfilled(self, now: datetime, before: datetime, limit: int) -> Sequence[str]:
        """Ids of sessions that start after `now` and before that, with a side not accepted."""
        ...


class Seats(Protocol):
    """Seats and places in the waitlist."""

    async def get(self, session_id: str, person_id: str) -> Seat | None: ...
    async def of_session(self, session_id: str) -> Sequence[Seat]: ...
    async def of_sessions(self, session_ids: Collection[str]) -> Sequence[Seat]: ...
    async def taken_of(self, session_ids: Collection[str]) -> Sequence[Seat]:
        """Those held or promised, in the order of their tickets: no more than a session has."""
        ...

    async def own(self, session_ids: Collection[str], person_id: str) -> Mapping[str, Seat]:
        """A person's in these sessions, by session, wherever they stand."""
        ...

    async def waiting(self, session_ids: Collection[str]) -> Mapping[str, int]:
        """How many wait for each of these."""
        ...

    async def rank(self, seat: Seat) -> int:
        """The place of one who waits, from 1."""
        ...

    async def front(self, session_id: str) -> Sequence[Seat]:
        """Those held or promised, and the first that waits, if any."""
        ...

    async def last_ticket(self, session_id: str) -> int:
        """The highest of a session's tickets; 0 where nobody came yet."""
        ...

    async def of_person(self, person_id: str) -> Sequence[Seat]:
        """Those that stand (confirmed, waitlisted, offered)."""
        ...

    async def add(self, seat: Seat) -> None: ...
    async def lapsed(self, now: datetime, limit: int) -> Sequence[str]:
        """Ids of sessions that have an offered seat whose time has passed."""
        ...


@dataclass(frozen=True, slots=True)
class Led:
    """That somebody leads or led a session that is not cancelled.

    `accepted` is False while they are asked and have not answered.
    """

    person_id: str
    session_id: str
    side: Side
    starts_at: datetime
    ends_at: datetime
    accepted: bool = True


class Assignments(Protocol):
    """Who was asked to lead what."""

    async def get(self, assignment_id: str) -> Assignment | None: ...
    async def of_session(self, session_id: str) -> Sequence[Assignment]: ...
    async def of_sessions(self, session_ids: Collection[str]) -> Sequence[Assignment]: ...
    async def of_person(self, person_id: str) -> Sequence[Assignment]:
        """Newest offers first."""
        ...

    async def ahead(self, person_id: str, now: datetime) -> Sequence[Assignment]:
        """What they accepted or are asked to lead and is not over, soonest first."""
        ...

    async def add(self, assignment: Assignment) -> None: ...
    async def ever(self, person_ids: Collection[str]) -> Mapping[str, int]:
        """Person → how many sessions they ever accepted and kept, where there is any."""
        ...

    async def averages(self, since: datetime) -> Mapping[str, float]:
        """Region → how many sessions its active facilitators lead since then, on average."""
        ...

    async def led(self, person_ids: Collection[str], since: datetime) -> Sequence[Led]:
        """What they accepted to lead since then, whatever is still ahead included."""
        ...

    async def led_and_ahead(
        self, person_ids: Collection[str], since: datetime, now: datetime
    ) -> Mapping[str, tuple[int, int]]:
        """The same counted: how many are over, and how many are not."""
        ...

    async def standing(self, person_ids: Collection[str], since: datetime) -> Sequence[Led]:
        """The same with what they are asked to lead and have not answered yet."""
        ...

    async def loads(self, person_ids: Collection[str], since: datetime) -> Mapping[str, int]:
        """Person → how many `standing` would give, where there is any."""
        ...

    async def lapsed(self, now: datetime, limit: int) -> Sequence[str]:
        """Ids of offers whose time to answer has passed."""
        ...


class LiveCards(Protocol):
    """Cards that people have before them, to be kept true."""

    async def of(self, subject: str) -> Sequence[LiveCard]: ...
    async def put(self, card: LiveCard) -> None:
        """Remember the newest card of a person on a subject."""
        ...

    async def showing(self, activity_id: str) -> Sequence[LiveCard]:
        """What a card in a chat is kept for."""
        ...

    async def let_go(self, activity_id: str, *, but: str = "") -> None:
        """Forget a card that shows something else now: keep it for the subject `but` alone."""
        ...


class History(Protocol):
    """Time lines."""

    async def add(self, entry: HistoryEntry) -> None: ...
    async def of(self, subject: str) -> Sequence[HistoryEntry]:
        """Oldest first."""
        ...


class Drafts(Protocol):
    """Forms left half way."""

    async def get(self, person_id: str, flow: str) -> Draft | None: ...
    async def of(self, person_id: str) -> Sequence[Draft]: ...
    async def put(self, draft: Draft) -> None: ...
    async def remove(self, person_id: str, flow: str) -> None: ...


class UnitOfWork(Protocol):
    """One transaction over all the repositories."""

    people: People
    grants: Grants
    facilitators: Facilitators
    requests: Requests
    sessions: Sessions
    seats: Seats
    assignments: Assignments
    outbox: Outbox
    live_cards: LiveCards
    history: History
    drafts: Drafts
    absences: Absences
    applications: Applications
    endorsements: Endorsements
    self_identifications: SelfIdentifications
    interviews: Interviews
    cohorts: Cohorts
    training: TrainingSeats
    rounds: Rounds
    outlook: Outlook

    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
    async def commit(self) -> None:
        """Make it so. Raises `Conflict` where another writer was quicker."""
        ...


class UnitsOfWork(Protocol):
    """Makes units of work; reading ones take no write lock."""

    def __call__(self, *, reading: bool = False) -> UnitOfWork: ...
    def one_moment(
        self, seconds: float, likely: Collection[tuple[str, str]] = ()
    ) -> AbstractContextManager[None]:
        """Let the tasks begun within read as of one moment; what one of them writes ends it."""
        ...

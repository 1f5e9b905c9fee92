"""One transaction a use case, over all the repositories."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Generic, Self, TypeVar

from bot.services import keeping, keeping_candidates, keeping_outlook
from storage.engine import Database, reading, writing
from storage.moments import Moments
from storage.repositories.applications import SqlApplications, SqlEndorsements
from storage.repositories.assignments import SqlAssignments
from storage.repositories.interviews import SqlInterviews
from storage.repositories.messages import SqlHistory, SqlLiveCards, SqlOutbox
from storage.repositories.outlook import SqlOutlook
from storage.repositories.people import SqlDrafts, SqlGrants, SqlPeople
from storage.repositories.requests import SqlRequests
from storage.repositories.roster import SqlAbsences, SqlFacilitators
from storage.repositories.rounds import SqlRounds
from storage.repositories.seats import SqlSeats
from storage.repositories.self_identifications import SqlSelfIdentifications
from storage.repositories.sessions import SqlSessions
from storage.repositories.training import SqlCohorts, SqlTrainingSeats
from storage.work import Work

Keeps = TypeVar("Keeps")


class Keeping(Generic[Keeps]):
    """A repository of a unit of work, made when it is first asked for: few units ask for many."""

    def __init__(self, of: Callable[[Work], Keeps]) -> None:
        self._of = of

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, unit: SqlUnitOfWork, owner: type | None = None) -> Keeps:
        made = vars(unit)[self._name] = self._of(unit.work)
        return made


class SqlUnitOfWork:
    """Rolled back unless committed; after `commit` it is over."""

    people = Keeping[keeping.People](SqlPeople)
    grants = Keeping[keeping.Grants](SqlGrants)
    facilitators = Keeping[keeping.Facilitators](SqlFacilitators)
    requests = Keeping[keeping.Requests](SqlRequests)
    sessions = Keeping[keeping.Sessions](SqlSessions)
    seats = Keeping[keeping.Seats](SqlSeats)
    assignments = Keeping[keeping.Assignments](SqlAssignments)
    outbox = Keeping[keeping.Outbox](SqlOutbox)
    live_cards = Keeping[keeping.LiveCards](SqlLiveCards)
    history = Keeping[keeping.History](SqlHistory)
    drafts = Keeping[keeping.Drafts](SqlDrafts)
    absences = Keeping[keeping_candidates.Absences](SqlAbsences)
    applications = Keeping[keeping_candidates.Applications](SqlApplications)
    endorsements = Keeping[keeping_candidates.Endorsements](SqlEndorsements)
    self_identifications = Keeping[keeping_candidates.SelfIdentifications](SqlSelfIdentifications)
    interviews = Keeping[keeping_candidates.Interviews](SqlInterviews)
    cohorts = Keeping[keeping_candidates.Cohorts](SqlCohorts)
    training = Keeping[keeping_candidates.TrainingSeats](SqlTrainingSeats)
    rounds = Keeping[keeping_candidates.Rounds](SqlRounds)
    outlook = Keeping[keeping_outlook.Outlook](SqlOutlook)

    def __init__(self, database: Database, moments: Moments, *, read_only: bool) -> None:
        self._read_only = read_only
        self._moments = moments
        moment = moments.present() if read_only else None
        self._opened = None if moment else (reading if read_only else writing)(database)
        if moment is not None:
            self.work: Work = moment

    async def __aenter__(self) -> Self:
        if self._opened is not None:
            transaction = await self._opened.__aenter__()
            self.work = Work(transaction, reading=self._read_only)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._opened is not None:
            await self._opened.__aexit__(kind, error, trace)

    async def commit(self) -> None:
        """Write what changed and make it so; nothing can be asked of this unit afterwards."""
        await self.work.finish()
        self._moments.over()


class SqlUnitsOfWork:
    """Makes units of work on one engine."""

    def __init__(self, engine: Database) -> None:
        self._engine = engine
        self._moments = Moments(engine)

    def __call__(self, *, reading: bool = False) -> SqlUnitOfWork:
        return SqlUnitOfWork(self._engine, self._moments, read_only=reading)

    def one_moment(self, seconds: float) -> AbstractContextManager[None]:
        """Let the tasks begun within ask nothing twice in so many seconds (`storage.moments`)."""
        return self._moments.shared(seconds)

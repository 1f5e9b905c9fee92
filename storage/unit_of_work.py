"""One transaction a use case, over all the repositories."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Self

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


class _Keeping:
    """A repository of a unit of work, made when it is first asked for: few units ask for many."""

    def __init__(self, of: Callable[[Work], Any]) -> None:
        self._of = of

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, unit: SqlUnitOfWork, owner: type | None = None) -> Any:
        made = vars(unit)[self._name] = self._of(unit.work)
        return made


def when_asked(of: Callable[[Work], Any]) -> Any:
    """The repository as an attribute; what the attribute says it is, the port, is what it is."""
    return _Keeping(of)


class SqlUnitOfWork:
    """Rolled back unless committed; after `commit` it is over."""

    people: keeping.People = when_asked(SqlPeople)
    grants: keeping.Grants = when_asked(SqlGrants)
    facilitators: keeping.Facilitators = when_asked(SqlFacilitators)
    requests: keeping.Requests = when_asked(SqlRequests)
    sessions: keeping.Sessions = when_asked(SqlSessions)
    seats: keeping.Seats = when_asked(SqlSeats)
    assignments: keeping.Assignments = when_asked(SqlAssignments)
    outbox: keeping.Outbox = when_asked(SqlOutbox)
    live_cards: keeping.LiveCards = when_asked(SqlLiveCards)
    history: keeping.History = when_asked(SqlHistory)
    drafts: keeping.Drafts = when_asked(SqlDrafts)
    absences: keeping_candidates.Absences = when_asked(SqlAbsences)
    applications: keeping_candidates.Applications = when_asked(SqlApplications)
    endorsements: keeping_candidates.Endorsements = when_asked(SqlEndorsements)
    self_identifications: keeping_candidates.SelfIdentifications = when_asked(
        SqlSelfIdentifications
    )
    interviews: keeping_candidates.Interviews = when_asked(SqlInterviews)
    cohorts: keeping_candidates.Cohorts = when_asked(SqlCohorts)
    training: keeping_candidates.TrainingSeats = when_asked(SqlTrainingSeats)
    rounds: keeping_candidates.Rounds = when_asked(SqlRounds)
    outlook: keeping_outlook.Outlook = when_asked(SqlOutlook)

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

    def one_moment(
        self, seconds: float, likely: Collection[tuple[str, str]] = ()
    ) -> AbstractContextManager[None]:
        """Let the tasks begun within ask nothing twice in so many seconds (`storage.moments`)."""
        return self._moments.shared(seconds, likely)

"""One transaction a use case, over all the repositories."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from bot.services import keeping, keeping_candidates
from storage.engine import Database, Opened, reading, writing
from storage.repositories.applications import SqlApplications, SqlEndorsements
from storage.repositories.assignments import SqlAssignments
from storage.repositories.interviews import SqlInterviews
from storage.repositories.messages import SqlHistory, SqlLiveCards, SqlOutbox
from storage.repositories.people import SqlDrafts, SqlGrants, SqlPeople
from storage.repositories.requests import SqlRequests
from storage.repositories.roster import SqlAbsences, SqlFacilitators
from storage.repositories.rounds import SqlRounds
from storage.repositories.seats import SqlSeats
from storage.repositories.self_identifications import SqlSelfIdentifications
from storage.repositories.sessions import SqlSessions
from storage.repositories.training import SqlCohorts, SqlTrainingSeats
from storage.work import Work


class SqlUnitOfWork:
    """Rolled back unless committed; after `commit` it is over."""

    people: keeping.People
    grants: keeping.Grants
    facilitators: keeping.Facilitators
    requests: keeping.Requests
    sessions: keeping.Sessions
    seats: keeping.Seats
    assignments: keeping.Assignments
    outbox: keeping.Outbox
    live_cards: keeping.LiveCards
    history: keeping.History
    drafts: keeping.Drafts
    absences: keeping_candidates.Absences
    applications: keeping_candidates.Applications
    endorsements: keeping_candidates.Endorsements
    self_identifications: keeping_candidates.SelfIdentifications
    interviews: keeping_candidates.Interviews
    cohorts: keeping_candidates.Cohorts
    training: keeping_candidates.TrainingSeats
    rounds: keeping_candidates.Rounds

    def __init__(self, engine: Database, *, read_only: bool) -> None:
        self._read_only = read_only
        self._opened: Opened = (reading if read_only else writing)(engine)

    async def __aenter__(self) -> Self:
        connection = await self._opened.__aenter__()
        self._work = work = Work(connection, reading=self._read_only)
        self.people = SqlPeople(work)
        self.grants = SqlGrants(work)
        self.facilitators = SqlFacilitators(work)
        self.requests = SqlRequests(work)
        self.sessions = SqlSessions(work)
        self.seats = SqlSeats(work)
        self.assignments = SqlAssignments(work)
        self.outbox = SqlOutbox(work)
        self.live_cards = SqlLiveCards(work)
        self.history = SqlHistory(work)
        self.drafts = SqlDrafts(work)
        self.absences = SqlAbsences(work)
        self.applications = SqlApplications(work)
        self.endorsements = SqlEndorsements(work)
        self.self_identifications = SqlSelfIdentifications(work)
        self.interviews = SqlInterviews(work)
        self.cohorts = SqlCohorts(work)
        self.training = SqlTrainingSeats(work)
        self.rounds = SqlRounds(work)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._opened.__aexit__(kind, error, trace)

    async def commit(self) -> None:
        """Write what changed and make it so; nothing can be asked of this unit afterwards."""
        await self._work.finish()


class SqlUnitsOfWork:
    """Makes units of work on one engine."""

    def __init__(self, engine: Database) -> None:
        self._engine = engine

    def __call__(self, *, reading: bool = False) -> SqlUnitOfWork:
        return SqlUnitOfWork(self._engine, read_only=reading)

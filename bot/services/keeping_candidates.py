"""What the use cases need of storage for candidates, training and the roster's calendar.

The repositories of `bot.services.keeping`'s units of work that facilitators brought with them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from bot.domain.applications import (
    Application,
    ApplicationStatus,
    Endorsement,
    EndorserKind,
)
from bot.domain.cohorts import Cohort, TrainingSeat
from bot.domain.interviews import Interview
from bot.domain.roster import Absence
from bot.domain.rounds import Round
from bot.domain.self_identification import Reading, SelfIdentification


class Absences(Protocol):
    """Days on which facilitators cannot lead."""

    async def get(self, absence_id: str) -> Absence | None: ...
    async def of_person(self, person_id: str, from_on: date) -> Sequence[Absence]:
        """Those that are not over on a day, soonest first."""
        ...

    async def of_people(
        self, person_ids: Collection[str], from_on: date, to_on: date
    ) -> Sequence[Absence]:
        """Those of these people that touch the days, both included."""
        ...

    async def add(self, absence: Absence) -> None: ...
    async def remove(self, absence_id: str) -> None: ...


class Applications(Protocol):
    """Applications to become a facilitator."""

    async def get(self, application_id: str) -> Application | None: ...
    async def locked(self, application_id: str) -> Application | None: ...
    async def many(self, application_ids: Collection[str]) -> Mapping[str, Application]: ...
    async def by_number(self, year: int, number: int) -> Application | None: ...
    async def add(self, application: Application) -> None: ...
    async def next_number(self, year: int) -> int:
        """The next number of the year; two transactions never get the same."""
        ...

    async def of_person(self, person_id: str) -> Sequence[Application]:
        """Newest first. The database allows one open application a person."""
        ...

    async def in_regions(
        self, regions: Collection[str], statuses: Collection[ApplicationStatus]
    ) -> Sequence[Application]:
        """Of these regions, oldest submission first; no regions means all of them."""
        ...


class Endorsements(Protocol):
    """The words of managers and references on applications."""

    async def get(self, application_id: str, kind: EndorserKind) -> Endorsement | None: ...
    async def of_application(self, application_id: str) -> Sequence[Endorsement]:
        """The manager's first."""
        ...

    async def of_person(self, person_id: str) -> Sequence[Endorsement]:
        """Those that they were asked for, newest first."""
        ...

    async def silent(self, now: datetime, limit: int) -> Sequence[tuple[str, EndorserKind]]:
        """Application ids and kinds of those without an answer whose `tell_at` has passed."""
        ...

    async def add(self, endorsement: Endorsement) -> None: ...


class SelfIdentifications(Protocol):
    """What candidates said of themselves, sealed, and who opened it."""

    async def get(self, application_id: str) -> SelfIdentification | None: ...
    async def many(self, application_ids: Collection[str]) -> Mapping[str, SelfIdentification]: ...
    async def all(self) -> Sequence[SelfIdentification]:
        """For sealing them with a new key."""
        ...

    async def add(self, given: SelfIdentification) -> None: ...
    async def remove(self, application_id: str) -> bool:
        """Erase it, with its readings' rows kept; False where there was none."""
        ...

    async def read(self, reading: Reading) -> None:
        """Note that somebody opened it."""
        ...

    async def readings(self, application_id: str) -> Sequence[Reading]:
        """Oldest first."""
        ...


class Interviews(Protocol):
    """Interviews with candidates."""

    async def get(self, interview_id: str) -> Interview | None: ...
    async def locked(self, interview_id: str) -> Interview | None: ...
    async def of_application(self, application_id: str) -> Sequence[Interview]:
        """Newest first."""
        ...

    async def of_coordinator(
        self, coordinator_id: str, after: datetime, before: datetime
    ) -> Sequence[Interview]:
        """Those picked, whether Outlook has them or not, that start between two instants."""
        ...

    async def add(self, interview: Interview) -> None: ...
    async def lapsed(self, now: datetime, limit: int) -> Sequence[str]:
        """Ids of offered ones whose time to answer has passed, and of picked ones that are over.

        Picked ones: those that Outlook has booked, and those that it still has to book.
        """
        ...


class Cohorts(Protocol):
    """Cohorts of the orientation."""

    async def get(self, cohort_id: str) -> Cohort | None: ...
    async def locked(self, cohort_id: str) -> Cohort | None: ...
    async def by_code(self, code: str) -> Cohort | None: ...
    async def many(self, cohort_ids: Collection[str]) -> Mapping[str, Cohort]: ...
    async def add(self, cohort: Cohort) -> None: ...
    async def ahead(self) -> Sequence[Cohort]:
        """Planned, open or running, soonest first."""
        ...


class TrainingSeats(Protocol):
    """Candidates' places in cohorts."""

    async def get(self, cohort_id: str, person_id: str) -> TrainingSeat | None: ...
    async def of_cohort(self, cohort_id: str) -> Sequence[TrainingSeat]:
        """By when they were asked, then by person."""
        ...

    async def of_person(self, person_id: str) -> Sequence[TrainingSeat]:
        """Newest first."""
        ...

    async def add(self, seat: TrainingSeat) -> None: ...


class Rounds(Protocol):
    """Sessions for which the bot asks pair after pair."""

    async def get(self, session_id: str) -> Round | None: ...
    async def many(self, session_ids: Collection[str]) -> Mapping[str, Round]: ...
    async def add(self, asking: Round) -> None: ...
    async def waiting(self, now: datetime, limit: int) -> Sequence[str]:
        """Ids of sessions still to come whose round runs while a side has nobody asked."""
        ...

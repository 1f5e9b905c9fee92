"""The repositories of `bot.services.keeping_candidates`, in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from bot.domain import sessions
from bot.domain.applications import Application, ApplicationStatus, Endorsement, EndorserKind
from bot.domain.cohorts import AHEAD, Cohort, TrainingSeat
from bot.domain.interviews import Interview, InterviewStatus
from bot.domain.people import Side
from bot.domain.roster import Absence
from bot.domain.rounds import Round, RoundStatus
from bot.domain.self_identification import Reading, SelfIdentification
from bot.domain.sessions import STANDING
from tests.fakes.rows import Fake, insert


class FakeAbsences(Fake):
    async def get(self, absence_id: str) -> Absence | None:
        return self._m.absences.get(absence_id)

    async def of_person(self, person_id: str, from_on: date) -> Sequence[Absence]:
        return await self.of_people({person_id}, from_on, date.max)

    async def of_people(
        self, person_ids: Collection[str], from_on: date, to_on: date
    ) -> Sequence[Absence]:
        theirs = [
            a
            for a in self._m.absences.values()
            if a.person_id in person_ids and a.to_on >= from_on and a.from_on <= to_on
        ]
        return sorted(theirs, key=lambda a: (a.from_on, a.absence_id))

    async def add(self, absence: Absence) -> None:
        insert(self._w.absences, absence.absence_id, absence)

    async def remove(self, absence_id: str) -> None:
        self._w.absences.pop(absence_id, None)


class FakeApplications(Fake):
    async def get(self, application_id: str) -> Application | None:
        return self._m.applications.get(application_id)

    locked = get

    async def many(self, application_ids: Collection[str]) -> Mapping[str, Application]:
        rows = self._m.applications
        return {key: rows[key] for key in application_ids if key in rows}

    async def by_number(self, year: int, number: int) -> Application | None:
        numbered = {(a.year, a.number): a for a in self._m.applications.values()}
        return numbered.get((year, number))

    async def add(self, application: Application) -> None:
        insert(self._w.applications, application.application_id, application)

    async def next_number(self, year: int) -> int:
        counters = self._w.application_counters
        counters[year] = counters.get(year, 0) + 1
        return counters[year]

    async def of_person(self, person_id: str) -> Sequence[Application]:
        theirs = [a for a in self._m.applications.values() if a.applicant_id == person_id]
        return sorted(theirs, key=lambda a: (a.created_at, a.number), reverse=True)

    async def in_regions(
        self, regions: Collection[str], statuses: Collection[ApplicationStatus]
    ) -> Sequence[Application]:
        theirs = [
            a
            for a in self._m.applications.values()
            if a.status in statuses and (not regions or a.region in regions)
        ]
        theirs.sort(key=lambda a: (a.year, a.number))
        theirs.sort(key=lambda a: a.submitted_at.timestamp() if a.submitted_at else float("inf"))
        return theirs


class FakeEndorsements(Fake):
    async def get(self, application_id: str, kind: EndorserKind) -> Endorsement | None:
        return self._m.endorsements.get((application_id, kind))

    async def of_application(self, application_id: str) -> Sequence[Endorsement]:
        theirs = [e for e in self._m.endorsements.values() if e.application_id == application_id]
        return sorted(theirs, key=lambda e: e.kind)

    async def of_person(self, person_id: str) -> Sequence[Endorsement]:
        theirs = [e for e in self._m.endorsements.values() if e.person_id == person_id]
        theirs.sort(key=lambda e: (e.application_id, e.kind))
        return sorted(theirs, key=lambda e: e.asked_at, reverse=True)

    async def silent(self, now: datetime, limit: int) -> Sequence[tuple[str, EndorserKind]]:
        late = [e for e in self._m.endorsements.values() if e.tell_at and e.tell_at <= now]
        late.sort(key=lambda e: (e.tell_at, e.application_id, e.kind))
        return [(e.application_id, e.kind) for e in late[:limit]]

    async def add(self, endorsement: Endorsement) -> None:
        key = (endorsement.application_id, endorsement.kind)
        insert(self._w.endorsements, key, endorsement)


class FakeSelfIdentifications(Fake):
    async def get(self, application_id: str) -> SelfIdentification | None:
        return self._m.self_identifications.get(application_id)

    async def many(self, application_ids: Collection[str]) -> Mapping[str, SelfIdentification]:
        rows = self._m.self_identifications
        return {key: rows[key] for key in application_ids if key in rows}

    async def all(self) -> Sequence[SelfIdentification]:
        rows = self._m.self_identifications
        return [rows[key] for key in sorted(rows)]

    async def add(self, given: SelfIdentification) -> None:
        insert(self._w.self_identifications, given.application_id, given)

    async def remove(self, application_id: str) -> bool:
        return self._w.self_identifications.pop(application_id, None) is not None

    async def read(self, reading: Reading) -> None:
        insert(self._w.readings, reading.reading_id, reading)

    async def readings(self, application_id: str) -> Sequence[Reading]:
        theirs = [r for r in self._m.readings.values() if r.application_id == application_id]
        return sorted(theirs, key=lambda r: (r.at, r.reading_id))


class FakeInterviews(Fake):
    async def get(self, interview_id: str) -> Interview | None:
        return self._m.interviews.get(interview_id)

    locked = get

    async def of_application(self, application_id: str) -> Sequence[Interview]:
        theirs = [i for i in self._m.interviews.values() if i.application_id == application_id]
        theirs.sort(key=lambda i: i.interview_id)
        return sorted(theirs, key=lambda i: i.created_at, reverse=True)

    async def of_coordinator(
        self, coordinator_id: str, after: datetime, before: datetime
    ) -> Sequence[Interview]:
        picked = (InterviewStatus.BOOKING, InterviewStatus.BOOKED)
        theirs = [
            i
            for i in self._m.interviews.values()
            if i.coordinator_id == coordinator_id
            and i.status in picked
            and i.starts_at
            and after < i.starts_at < before
        ]
        return sorted(theirs, key=lambda i: (i.starts_at, i.interview_id))

    async def add(self, interview: Interview) -> None:
        insert(self._w.interviews, interview.interview_id, interview)

    async def lapsed(self, now: datetime, limit: int) -> Sequence[str]:
        ends = {
            InterviewStatus.OFFERED: "answer_by",
            InterviewStatus.BOOKING: "ends_at",
            InterviewStatus.BOOKED: "ends_at",
        }
        late = [
            (getattr(i, ends[i.status]), i.interview_id)
            for i in self._m.interviews.values()
            if i.status in ends
        ]
        return [key for end, key in sorted(late) if end <= now][:limit]


class FakeCohorts(Fake):
    async def get(self, cohort_id: str) -> Cohort | None:
        return self._m.cohorts.get(cohort_id)

    locked = get

    async def by_code(self, code: str) -> Cohort | None:
        return {c.code: c for c in self._m.cohorts.values()}.get(code)

    async def many(self, cohort_ids: Collection[str]) -> Mapping[str, Cohort]:
        return {key: self._m.cohorts[key] for key in cohort_ids if key in self._m.cohorts}

    async def add(self, cohort: Cohort) -> None:
        insert(self._w.cohorts, cohort.cohort_id, cohort)

    async def ahead(self) -> Sequence[Cohort]:
        alive = [c for c in self._m.cohorts.values() if c.status in AHEAD]
        return sorted(alive, key=lambda c: (c.starts_at, c.cohort_id))


class FakeTrainingSeats(Fake):
    async def get(self, cohort_id: str, person_id: str) -> TrainingSeat | None:
        return self._m.training.get((cohort_id, person_id))

    async def of_cohort(self, cohort_id: str) -> Sequence[TrainingSeat]:
        theirs = [s for s in self._m.training.values() if s.cohort_id == cohort_id]
        return sorted(theirs, key=lambda s: (s.asked_at, s.person_id))

    async def of_person(self, person_id: str) -> Sequence[TrainingSeat]:
        theirs = [s for s in self._m.training.values() if s.person_id == person_id]
        theirs.sort(key=lambda s: s.cohort_id)
        return sorted(theirs, key=lambda s: s.asked_at, reverse=True)

    async def add(self, seat: TrainingSeat) -> None:
        insert(self._w.training, (seat.cohort_id, seat.person_id), seat)


class FakeRounds(Fake):
    async def get(self, session_id: str) -> Round | None:
        return self._m.rounds.get(session_id)

    async def many(self, session_ids: Collection[str]) -> Mapping[str, Round]:
        return {key: self._m.rounds[key] for key in session_ids if key in self._m.rounds}

    async def add(self, asking: Round) -> None:
        insert(self._w.rounds, asking.session_id, asking)

    async def waiting(self, now: datetime, limit: int) -> Sequence[str]:
        held: defaultdict[str, set[Side]] = defaultdict(set)
        for a in self._m.assignments.values():
            if a.status in STANDING:
                held[a.session_id].add(a.side)
        ahead = (
            self._m.sessions[r.session_id]
            for r in self._m.rounds.values()
            if r.status is RoundStatus.RUNNING and len(held[r.session_id]) < len(Side)
        )
        found = [
            (s.starts_at, s.session_id)
            for s in ahead
            if s.status in sessions.AHEAD and s.starts_at > now
        ]
        return [session_id for _, session_id in sorted(found)[:limit]]

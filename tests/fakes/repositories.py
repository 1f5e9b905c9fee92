"""The repositories of `bot.services.keeping`, in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime

from bot.domain.applications import WAITING, EndorsementStatus
from bot.domain.messages import HistoryEntry, LiveCard
from bot.domain.people import Draft, Grant, Person, Role, Side
from bot.domain.requests import Request, RequestStatus, Visibility
from bot.domain.roster import Facilitator, Trained
from bot.domain.seats import TAKEN, SeatStatus
from bot.domain.sessions import (
    AHEAD,
    JOINABLE,
    Assignment,
    AssignmentStatus,
    Session,
    SessionStatus,
)
from bot.domain.sessions import STANDING as LEADING
from bot.services.keeping import Known, Led, Listed, SessionFilter
from tests.fakes.rows import Fake, insert

EVER = datetime(1970, 1, 1, tzinfo=UTC)
ACCEPTED = frozenset({AssignmentStatus.ACCEPTED})
AWAITING_COORDINATORS = {
    RequestStatus.AGREED,
    RequestStatus.IN_REVIEW,
    RequestStatus.NEEDS_INFORMATION,
    RequestStatus.APPROVED,
}


class FakePeople(Fake):
    async def get(self, person_id: str) -> Person | None:
        return self._m.people.get(person_id)

    async def known(self, person_id: str) -> Known | None:
        person = self._m.people.get(person_id)
        if person is None:
            return None
        roles = {g.role for g in self._m.grants.values() if g.person_id == person_id}
        facilitator = self._m.facilitators.get(person_id)
        standing = facilitator.standing if facilitator else None
        asked = any(
            e.person_id == person_id
            and e.status is EndorsementStatus.ASKED
            and self._m.applications[e.application_id].status in WAITING
            for e in self._m.endorsements.values()
        )
        return Known(person, frozenset(roles), standing, asked)

    locked = get

    async def many(self, person_ids: Collection[str]) -> Mapping[str, Person]:
        return {key: self._m.people[key] for key in person_ids if key in self._m.people}

    async def names(self, person_ids: Collection[str]) -> Mapping[str, str]:
        return {key: p.name for key, p in (await self.many(person_ids)).items() if p.name}

    async def mails(self, person_ids: Collection[str]) -> Mapping[str, str]:
        return {key: p.mail for key, p in (await self.many(person_ids)).items() if p.mail}

    async def somewhere(self) -> tuple[str, str] | None:
        met = [p for p in self._m.people.values() if p.service_url and p.tenant_id]
        met.sort(key=lambda p: p.person_id)
        met.sort(key=lambda p: p.welcomed_at.timestamp() if p.welcomed_at else 0, reverse=True)
        return (met[0].tenant_id, met[0].service_url or "") if met else None

    async def add(self, person: Person) -> None:
        insert(self._w.people, person.person_id, person)


def _grant_key(grant: Grant) -> tuple[str, str, str, str]:
    return (grant.person_id, grant.role.value, grant.region, grant.side)


class FakeGrants(Fake):
    async def of(self, person_id: str) -> Sequence[Grant]:
        return [grant for grant in await self.all() if grant.person_id == person_id]

    async def holders(self, role: Role, region: str = "") -> Sequence[Grant]:
        held = [grant for grant in await self.all() if grant.role is role]
        return [grant for grant in held if not region or grant.region == region]

    async def all(self) -> Sequence[Grant]:
        return [self._m.grants[key] for key in sorted(self._m.grants)]

    async def add(self, grant: Grant) -> None:
        insert(self._w.grants, _grant_key(grant), grant)

    async def remove(self, grant: Grant) -> None:
        self._w.grants.pop(_grant_key(grant), None)


class FakeFacilitators(Fake):
    async def get(self, person_id: str) -> Facilitator | None:
        return self._m.facilitators.get(person_id)

    async def active(self) -> Sequence[Facilitator]:
        roster = self._m.facilitators
        return [roster[key] for key in sorted(roster) if roster[key].active]

    async def trained(self, offering: str, language: str) -> Sequence[Trained]:
        return [
            Trained(**{each.name: getattr(f, each.name) for each in fields(Trained)})
            for f in await self.active()
            if offering in f.topics and language in f.languages
        ]

    async def many(self, person_ids: Collection[str]) -> Mapping[str, Facilitator]:
        roster = self._m.facilitators
        return {key: roster[key] for key in person_ids if key in roster}

    async def of_regions(self, regions: Collection[str]) -> Sequence[Facilitator]:
        roster = self._m.facilitators
        return [roster[key] for key in sorted(roster) if roster[key].region in regions]

    async def add(self, facilitator: Facilitator) -> None:
        insert(self._w.facilitators, facilitator.person_id, facilitator)


class FakeDrafts(Fake):
    async def get(self, person_id: str, flow: str) -> Draft | None:
        return self._m.drafts.get((person_id, flow))

    async def of(self, person_id: str) -> Sequence[Draft]:
        theirs = [d for d in self._m.drafts.values() if d.person_id == person_id]
        theirs.sort(key=lambda draft: draft.flow)
        return sorted(theirs, key=lambda draft: draft.updated_at, reverse=True)

    async def put(self, draft: Draft) -> None:
        self._w.drafts[draft.person_id, draft.flow] = draft

    async def remove(self, person_id: str, flow: str) -> None:
        self._w.drafts.pop((person_id, flow), None)


class FakeRequests(Fake):
    async def get(self, request_id: str) -> Request | None:
        return self._m.requests.get(request_id)

    locked = get

    async def many(self, request_ids: Collection[str]) -> Mapping[str, Request]:
        return {key: self._m.requests[key] for key in request_ids if key in self._m.requests}

    async def by_number(self, year: int, number: int) -> Request | None:
        numbered = {(r.year, r.number): r for r in self._m.requests.values()}
        return numbered.get((year, number))

    async def add(self, request: Request) -> None:
        insert(self._w.requests, request.request_id, request)

    async def next_number(self, year: int) -> int:
        self._w.counters[year] = self._m.counters.get(year, 0) + 1
        return self._m.counters[year]

    async def of_person(self, person_id: str) -> Sequence[Request]:
        theirs = [
            r for r in self._m.requests.values() if person_id in (r.requester_id, r.counterpart_id)
        ]
        return sorted(theirs, key=lambda r: (r.created_at, r.number), reverse=True)

    async def open_in(self, regions: Collection[str]) -> Sequence[Request]:
        theirs = [
            r
            for r in self._m.requests.values()
            if r.region in regions and r.status in AWAITING_COORDINATORS
        ]
        return sorted(theirs, key=lambda r: (r.agreed_at, r.year, r.number))

    async def expired(self, now: datetime, limit: int) -> Sequence[str]:
        late = [
            (r.expires_at, r.request_id)
            for r in self._m.requests.values()
            if r.status is RequestStatus.SUBMITTED and r.expires_at and r.expires_at <= now
        ]
        return [request_id for _, request_id in sorted(late)[:limit]]


class FakeSessions(Fake):
    async def get(self, session_id: str) -> Session | None:
        return self._m.sessions.get(session_id)

    locked = get

    async def many(self, session_ids: Collection[str]) -> Mapping[str, Session]:
        return {key: self._m.sessions[key] for key in session_ids if key in self._m.sessions}

    async def by_code(self, code: str) -> Session | None:
        return {s.code: s for s in self._m.sessions.values()}.get(code)

    async def of_request(self, request_id: str) -> Session | None:
        alive = (s for s in self._m.sessions.values() if s.status is not SessionStatus.CANCELLED)
        return {s.request_id: s for s in alive}.get(request_id)

    async def add(self, session: Session) -> None:
        insert(self._w.sessions, session.session_id, session)

    async def upcoming(
        self, reader_id: str, now: datetime, which: SessionFilter, *, limit: int, offset: int
    ) -> tuple[Sequence[Listed], int]:
        found = [
            s
            for s in self._m.sessions.values()
            if s.visibility is Visibility.OPEN
            and s.status in JOINABLE
            and s.starts_at > now
            and which.offering in (None, s.offering)
            and which.language in (None, s.language)
            and which.region in (None, s.region)
            and (which.starts_from is None or s.starts_at >= which.starts_from)
            and (which.starts_before is None or s.starts_at < which.starts_before)
        ]
        found.sort(key=lambda s: (s.starts_at, s.session_id))
        page = [self._listed(session, reader_id) for session in found[offset : offset + limit]]
        return page, len(found)

    def _listed(self, session: Session, reader_id: str) -> Listed:
        which = session.session_id
        seats = [seat for seat in self._m.seats.values() if seat.session_id == which]
        waiting = [seat for seat in seats if seat.status is SeatStatus.WAITLISTED]
        own = next((seat for seat in seats if seat.person_id == reader_id), None)
        asked = (a for a in self._m.assignments.values() if a.session_id == which)
        return Listed(
            session,
            taken=sum(seat.status in TAKEN for seat in seats),
            waiting=len(waiting),
            seat=own,
            rank=1 + sum(s.ticket < own.ticket for s in waiting) if own in waiting else None,
            leads=any(a.person_id == reader_id and a.status in LEADING for a in asked),
        )

    async def over(self, now: datetime, limit: int) -> Sequence[str]:
        past = [
            (s.ends_at, s.session_id)
            for s in self._m.sessions.values()
            if s.status in AHEAD and s.ends_at <= now
        ]
        return [session_id for _, session_id in sorted(past)[:limit]]

    async def unfilled(self, now: datetime, before: datetime, limit: int) -> Sequence[str]:
        sides: dict[str, set[Side]] = {}
        for a in self._m.assignments.values():
            if a.status is AssignmentStatus.ACCEPTED:
                sides.setdefault(a.session_id, set()).add(a.side)
        near = [
            (s.starts_at, s.session_id)
            for s in self._m.sessions.values()
            if s.status in AHEAD
            and now < s.starts_at < before
            and len(sides.get(s.session_id, ())) < len(Side)
        ]
        return [session_id for _, session_id in sorted(near)[:limit]]


class FakeAssignments(Fake):
    async def get(self, assignment_id: str) -> Assignment | None:
        return self._m.assignments.get(assignment_id)

    async def of_session(self, session_id: str) -> Sequence[Assignment]:
        return await self.of_sessions({session_id})

    async def of_sessions(self, session_ids: Collection[str]) -> Sequence[Assignment]:
        theirs = [a for a in self._m.assignments.values() if a.session_id in session_ids]
        theirs.sort(key=lambda a: a.assignment_id)
        theirs.sort(key=lambda a: a.side, reverse=True)
        return sorted(theirs, key=lambda a: a.offered_at)

    async def of_person(self, person_id: str) -> Sequence[Assignment]:
        theirs = [a for a in self._m.assignments.values() if a.person_id == person_id]
        theirs.sort(key=lambda a: a.assignment_id)
        return sorted(theirs, key=lambda a: a.offered_at, reverse=True)

    async def ahead(self, person_id: str, now: datetime) -> Sequence[Assignment]:
        found = [
            (session.starts_at, a.assignment_id, a)
            for a in self._m.assignments.values()
            if a.person_id == person_id and a.status in LEADING
            for session in [self._m.sessions[a.session_id]]
            if session.status in AHEAD and session.ends_at > now
        ]
        return [a for _, _, a in sorted(found, key=lambda each: each[:2])]

    async def add(self, assignment: Assignment) -> None:
        insert(self._w.assignments, assignment.assignment_id, assignment)

    async def ever(self, person_ids: Collection[str]) -> Mapping[str, int]:
        return Counter(led.person_id for led in self._leading(person_ids, EVER, ACCEPTED))

    async def averages(self, since: datetime) -> Mapping[str, float]:
        people = Counter(f.region for f in self._m.facilitators.values() if f.active)
        regions = {f.person_id: f.region for f in self._m.facilitators.values() if f.active}
        led = Counter(regions[each.person_id] for each in self._leading(regions, since, ACCEPTED))
        return {region: led[region] / count for region, count in people.items()}

    async def led(self, person_ids: Collection[str], since: datetime) -> Sequence[Led]:
        return self._leading(person_ids, since, ACCEPTED)

    async def led_and_ahead(
        self, person_ids: Collection[str], since: datetime, now: datetime
    ) -> Mapping[str, tuple[int, int]]:
        counts = dict.fromkeys(person_ids, (0, 0))
        for led in await self.led(person_ids, since):
            over, ahead = counts[led.person_id]
            late = led.ends_at <= now
            counts[led.person_id] = (over + late, ahead + (not late))
        return counts

    async def standing(self, person_ids: Collection[str], since: datetime) -> Sequence[Led]:
        return self._leading(person_ids, since, LEADING)

    async def loads(self, person_ids: Collection[str], since: datetime) -> Mapping[str, int]:
        return Counter(led.person_id for led in await self.standing(person_ids, since))

    def _leading(
        self, person_ids: Collection[str], since: datetime, statuses: Collection[AssignmentStatus]
    ) -> Sequence[Led]:
        found = [
            Led(
                a.person_id,
                a.session_id,
                a.side,
                session.starts_at,
                session.ends_at,
                a.status in ACCEPTED,
            )
            for a in self._m.assignments.values()
            if a.person_id in person_ids and a.status in statuses
            for session in [self._m.sessions[a.session_id]]
            if session.starts_at > since and session.status is not SessionStatus.CANCELLED
        ]
        return sorted(found, key=lambda led: (led.starts_at, led.session_id, led.person_id))

    async def lapsed(self, now: datetime, limit: int) -> Sequence[str]:
        late = [
            (a.answer_by, a.assignment_id)
            for a in self._m.assignments.values()
            if a.status is AssignmentStatus.OFFERED and a.answer_by <= now
        ]
        return [assignment_id for _, assignment_id in sorted(late)[:limit]]


class FakeLiveCards(Fake):
    async def of(self, subject: str) -> Sequence[LiveCard]:
        cards = [card for card in self._m.cards.values() if card.subject == subject]
        return sorted(cards, key=lambda card: card.person_id)

    async def put(self, card: LiveCard) -> None:
        self._w.cards[card.subject, card.person_id] = card

    async def showing(self, activity_id: str) -> Sequence[LiveCard]:
        return [card for card in self._m.cards.values() if card.activity_id == activity_id]

    async def let_go(self, activity_id: str, *, but: str = "") -> None:
        for card in await self.showing(activity_id):
            if card.subject != but:
                del self._w.cards[card.subject, card.person_id]


class FakeHistory(Fake):
    async def add(self, entry: HistoryEntry) -> None:
        insert(self._w.history, entry.entry_id, entry)

    async def of(self, subject: str) -> Sequence[HistoryEntry]:
        entries = [entry for entry in self._m.history.values() if entry.subject == subject]
        return sorted(entries, key=lambda entry: entry.at)

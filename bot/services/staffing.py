"""Staffing: the date, and one co-facilitator a side, from those who qualify."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.errors import MovedOn, OutsideFault, Refusal
from bot.domain.people import Facilitator, Side
from bot.domain.requests import Request, RequestStatus, move
from bot.domain.sessions import STANDING, Assignment, Session, SessionStatus
from bot.services.codes import new_code
from bot.services.desk import (
    Desk,
    Notice,
    assignment_subject,
    must_coordinate,
    record,
    refresh,
    request_subject,
    session_subject,
    tell,
    the_person,
    the_request,
)
from bot.services.keeping import UnitOfWork
from bot.services.ports import Availability, Calendars
from bot.services.request_form import usual_minutes
from bot.services.triage import open_review, steered
from bot.services.views import Named, RequestView, named, request_view

DAYS_A_MONTH = 30.44


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who qualifies to lead, with what helps to choose.

    `load` counts the sessions accepted over the rules' months; `same_region` says whether it is
    the request's; `availability` is Outlook's word for that time, `engaged` our own.
    """

    person: Named
    side: Side
    load: int
    same_region: bool
    availability: Availability
    engaged: bool


@dataclass(frozen=True, slots=True)
class Candidates:
    """Who qualifies for one request at one time.

    `calendars_answered` is False while Outlook is away.
    """

    starts_at: datetime
    people: tuple[Candidate, ...]
    calendars_answered: bool

    def of(self, side: Side) -> tuple[Candidate, ...]:
        """Those of one side: the free first, then by load, then those of the region."""
        return tuple(c for c in self.people if c.side is side)


def _rank(candidate: Candidate) -> tuple[bool, bool, int, bool, str]:
    return (
        candidate.engaged,
        candidate.availability is Availability.BUSY,
        candidate.load,
        not candidate.same_region,
        candidate.person.person_id,
    )


def qualifies(facilitator: Facilitator, request: Request, seated: frozenset[str]) -> bool:
    """Trained in the topic, fluent in the language, and not of the team itself.

    The team itself: whoever asked, agreed, or has a seat, and a facilitator of the same
    organization whose team bears the same name.
    """
    own = facilitator.person_id in {request.requester_id, request.counterpart_id} | seated or (
        facilitator.organization == request.organization
        and facilitator.team is not None
        and facilitator.team.casefold() == request.team.casefold()
    )
    return (
        facilitator.active
        and request.offering in facilitator.topics
        and request.language in facilitator.languages
        and not own
    )


class StaffingService:
    """Who leads, and when. Each refuses whoever does not steer the request's region."""

    def __init__(self, desk: Desk, calendars: Calendars) -> None:
        self._desk = desk
        self._calendars = calendars

    async def candidates(self, actor_id: str, request_id: str, starts_at: datetime) -> Candidates:
        """Who qualifies for a request at a time. Outlook is asked outside any transaction."""
        desk = self._desk
        async with desk.uow(reading=True) as uow:
            request = await the_request(uow, request_id, lock=False)
            await must_coordinate(uow, actor_id, request.region)
            ends_at = starts_at + timedelta(minutes=usual_minutes(request.offering))
            found, tried = await self._qualified(uow, request)
            ids = {f.person_id for f in found}
            people = await uow.people.many(ids)
            names = await named(uow, *ids)
            since = desk.now - timedelta(days=round(desk.rules.load_months * DAYS_A_MONTH))
            loads = await uow.assignments.loads(ids, since)
            gap = desk.rules.preparation_gap
            engaged = await uow.assignments.engaged(ids, starts_at - gap, ends_at + gap)
        mails = {p.person_id: p.mail for p in people.values() if p.mail}
        try:
            busy = await self._calendars.availability(sorted(mails.values()), starts_at, ends_at)
            answered = True
        except OutsideFault:
            busy, answered = dict[str, Availability](), False
        ranked = sorted(
            (
                Candidate(
                    person=names[f.person_id],
                    side=f.side,
                    load=loads.get(f.person_id, 0),
                    same_region=f.region == request.region,
                    availability=busy.get(mails.get(f.person_id, ""), Availability.UNKNOWN),
                    engaged=f.person_id in engaged,
                )
                for f in found
                if f.person_id not in tried
            ),
            key=_rank,
        )
        return Candidates(starts_at, tuple(ranked), answered)

    async def _qualified(
        self, uow: UnitOfWork, request: Request
    ) -> tuple[list[Facilitator], frozenset[str]]:
        """Who qualifies, and who was asked for this very session already."""
        session = await uow.sessions.of_request(request.request_id)
        asked = await uow.assignments.of_session(session.session_id) if session else ()
        seats = await uow.seats.of_session(session.session_id) if session else ()
        seated = frozenset(seat.person_id for seat in seats)
        roster = await uow.facilitators.active()
        return (
            [f for f in roster if qualifies(f, request, seated)],
            frozenset(a.person_id for a in asked),
        )

    async def approve(
        self, actor_id: str, request_id: str, starts_at: datetime, pair: dict[Side, str]
    ) -> RequestView:
        """Approve with a date and one co-facilitator a side; both get their offer.

        Raises:
            Refusal: `date_past`, `pair_incomplete`, `facilitator_unqualified`.
        """
        desk = self._desk
        async with desk.uow() as uow:
            request = await steered(uow, actor_id, request_id)
            open_review(request)
            if starts_at <= desk.now:
                raise Refusal("session_in_past", field="date")
            if set(pair) != set(Side):
                raise Refusal("pair_incomplete")
            await self._check_pair(uow, request, pair)
            move(request, RequestStatus.APPROVED)
            session = await self._plan(uow, request, starts_at)
            for side, person_id in sorted(pair.items()):
                await self.offer(uow, session, side, person_id)
            subject = request_subject(request_id)
            await record(uow, desk, subject, "approved", by=actor_id)
            key = str(request.version)
            for person_id in (request.requester_id, request.counterpart_id):
                await tell(uow, desk, Notice("request.approved", subject, person_id, key))
            await refresh(uow, desk, subject, but=actor_id)
            view = await request_view(uow, desk, request, actor_id)
            await uow.commit()
            return view

    async def _check_pair(self, uow: UnitOfWork, request: Request, pair: dict[Side, str]) -> None:
        found, tried = await self._qualified(uow, request)
        sides = {f.person_id: f.side for f in found if f.person_id not in tried}
        for side, person_id in pair.items():
            if sides.get(person_id) is not side:
                raise Refusal("facilitator_unqualified", field=side.value)

    async def _plan(self, uow: UnitOfWork, request: Request, starts_at: datetime) -> Session:
        desk = self._desk
        session = Session(
            session_id=desk.new_id(),
            code=await new_code(uow),
            offering=request.offering,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=usual_minutes(request.offering)),
            zone=request.zone,
            language=request.language,
            region=request.region,
            organization=request.organization,
            visibility=request.visibility,
            capacity=desk.rules.capacity,
            transaction_id=desk.new_id(),
            created_at=desk.now,
            request_id=request.request_id,
        )
        await uow.sessions.add(session)
        return session

    async def offer(
        self, uow: UnitOfWork, session: Session, side: Side, person_id: str
    ) -> Assignment:
        """Offer one side of a session to somebody, with a time to answer."""
        desk = self._desk
        assignment = Assignment(
            assignment_id=desk.new_id(),
            session_id=session.session_id,
            person_id=person_id,
            side=side,
            offered_at=desk.now,
            answer_by=min(desk.now + desk.rules.assignment_offer, session.starts_at),
        )
        await uow.assignments.add(assignment)
        person = await the_person(uow, person_id)
        subject = assignment_subject(assignment.assignment_id)
        await record(
            uow, desk, session_subject(session.session_id), f"offered_{side.value}", by=person_id
        )
        halfway = assignment.offered_at + (assignment.answer_by - assignment.offered_at) / 2
        await tell(
            uow,
            desk,
            Notice("assignment.offered", subject, person.person_id),
            Notice(
                "reminder.offer",
                subject,
                person.person_id,
                due_at=halfway,
                expires_at=assignment.answer_by,
                repeatable=False,
            ),
        )
        return assignment

    async def replace(
        self, actor_id: str, request_id: str, side: Side, person_id: str
    ) -> RequestView:
        """Ask somebody else of one side, after a decline or silence."""
        desk = self._desk
        async with desk.uow() as uow:
            request = await steered(uow, actor_id, request_id)
            session = await uow.sessions.of_request(request_id)
            if session is None or session.status is not SessionStatus.PLANNED:
                raise MovedOn("request_moved_on", status=request.status.value, wanted="replace")
            await uow.sessions.locked(session.session_id)
            standing = [
                a
                for a in await uow.assignments.of_session(session.session_id)
                if a.status in STANDING and a.side is side
            ]
            if standing:
                raise MovedOn("side_asked_already", side=side.value)
            await self._check_pair(uow, request, {side: person_id})
            await self.offer(uow, session, side, person_id)
            await refresh(uow, desk, request_subject(request_id), but=actor_id)
            view = await request_view(uow, desk, request, actor_id)
            await uow.commit()
            return view

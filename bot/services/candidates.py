"""Who could lead a session at a time, and how those asked already are placed at another one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.errors import NotFound, OutsideFault
from bot.domain.people import Side
from bot.domain.requests import Request
from bot.domain.roster import Facilitator
from bot.domain.sessions import STANDING, Session, SessionStatus
from bot.services.desk import Desk, coordinates, must_coordinate, the_request, the_session
from bot.services.keeping import UnitOfWork
from bot.services.ports import Availability, Calendars
from bot.services.request_form import usual_minutes
from bot.services.session_views import leads_of, named
from bot.services.views import Lead, Named

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


@dataclass(frozen=True, slots=True)
class PlacedLead:
    """Somebody who leads or was asked to, and how they are placed at another time."""

    lead: Lead
    availability: Availability
    engaged: bool


@dataclass(frozen=True, slots=True)
class LeadsAt:
    """The standing leads of a session at another time."""

    starts_at: datetime
    leads: tuple[PlacedLead, ...]
    calendars_answered: bool


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


async def qualified(uow: UnitOfWork, request: Request) -> tuple[list[Facilitator], frozenset[str]]:
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


class Finder:
    """Asks the roster, our own sessions and Outlook's calendars."""

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
            found, tried = await qualified(uow, request)
            ids = {f.person_id for f in found}
            mails = await _mails(uow, ids)
            names = await named(uow, *ids)
            since = desk.now - timedelta(days=round(desk.rules.load_months * DAYS_A_MONTH))
            loads = await uow.assignments.loads(ids, since)
            gap = desk.rules.preparation_gap
            engaged = await uow.assignments.engaged(ids, starts_at - gap, ends_at + gap)
        busy = await self._busy(mails, starts_at, ends_at)
        people = [
            Candidate(
                person=names[f.person_id],
                side=f.side,
                load=loads.get(f.person_id, 0),
                same_region=f.region == request.region,
                availability=(busy or {}).get(mails.get(f.person_id, ""), Availability.UNKNOWN),
                engaged=f.person_id in engaged,
            )
            for f in found
            if f.person_id not in tried
        ]
        return Candidates(starts_at, tuple(sorted(people, key=_rank)), busy is not None)

    async def leads_at(self, actor_id: str, session_id: str, starts_at: datetime) -> LeadsAt:
        """How the standing leads of a session are placed at another time."""
        desk = self._desk
        async with desk.uow(reading=True) as uow:
            session = await the_session(uow, session_id, lock=False)
            if not coordinates(tuple(await uow.grants.of(actor_id)), session.region):
                raise NotFound("session_unknown")
            ends_at = starts_at + session.duration
            leads = [x for x in await leads_of(uow, session_id) if x.status in STANDING]
            mails = await _mails(uow, {lead.person.person_id for lead in leads})
            gap = desk.rules.preparation_gap
            engaged = {
                lead.person.person_id: await _engaged_elsewhere(
                    uow, lead.person.person_id, session, starts_at - gap, ends_at + gap
                )
                for lead in leads
            }
        busy = await self._busy(mails, starts_at, ends_at)
        placed = tuple(
            PlacedLead(
                lead,
                (busy or {}).get(mails.get(lead.person.person_id, ""), Availability.UNKNOWN),
                engaged[lead.person.person_id],
            )
            for lead in leads
        )
        return LeadsAt(starts_at, placed, busy is not None)

    async def _busy(
        self, mails: Mapping[str, str], starts_at: datetime, ends_at: datetime
    ) -> Mapping[str, Availability] | None:
        """What the calendars say, by mail; None while Outlook is away."""
        if not mails:
            return {}
        try:
            return await self._calendars.availability(sorted(mails.values()), starts_at, ends_at)
        except OutsideFault:
            return None


async def _mails(uow: UnitOfWork, ids: Collection[str]) -> dict[str, str]:
    people = await uow.people.many(ids)
    return {p.person_id: p.mail for p in people.values() if p.mail}


async def _engaged_elsewhere(
    uow: UnitOfWork, person_id: str, session: Session, starts_at: datetime, ends_at: datetime
) -> bool:
    """Whether they lead another session then; the one that is being moved does not count."""
    asked = await uow.assignments.of_person(person_id)
    others = {a.session_id for a in asked if a.status in STANDING} - {session.session_id}
    return any(
        other.starts_at < ends_at
        and other.ends_at > starts_at
        and other.status is not SessionStatus.CANCELLED
        for other in (await uow.sessions.many(others)).values()
    )


def _rank(candidate: Candidate) -> tuple[bool, bool, bool, int, bool, str]:
    return (
        candidate.engaged,
        candidate.availability is Availability.BUSY,
        candidate.availability is Availability.UNKNOWN,
        candidate.load,
        not candidate.same_region,
        candidate.person.person_id,
    )

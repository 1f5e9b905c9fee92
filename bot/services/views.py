"""What a card needs to know: one reader's sight of a request, a session, an assignment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import seats as seating
from bot.domain import waitlist
from bot.domain.errors import NotFound
from bot.domain.messages import HistoryEntry
from bot.domain.people import Side
from bot.domain.requests import WITHDRAWABLE, Request, RequestStatus
from bot.domain.seats import Seat, SeatStatus
from bot.domain.sessions import (
    AHEAD,
    JOINABLE,
    STANDING,
    Assignment,
    AssignmentStatus,
    Session,
    SessionStatus,
)
from bot.services.desk import (
    Desk,
    coordinates,
    request_subject,
    session_subject,
)
from bot.services.keeping import UnitOfWork


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


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of a time line. `what` is worded by `timeline.<what>`."""

    at: datetime
    what: str
    actor: Named | None
    note: str


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session as one reader sees it.

    `may` holds what they can do now: join, leave, accept_seat, decline_seat, add_people,
    cancel, reschedule. `rank` is their place in the waitlist, from 1. `waiting` counts it.
    `shares_code` says whether they may hand the code on. `leads` are the standing ones.
    `begun` says that its start has passed.
    `join_link` opens the bot's chat with the words to join typed in, for those who share it.
    """

    session: Session
    seats_taken: int
    waiting: int
    seat: Seat | None
    rank: int | None
    leads: tuple[Lead, ...]
    may: frozenset[str]
    shares_code: bool
    is_lead: bool
    people: tuple[Named, ...] = ()
    join_link: str = ""
    begun: bool = False

    @property
    def seats_left(self) -> int:
        """Free seats; those who wait come first."""
        return max(0, self.session.capacity - self.seats_taken)


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request as one reader sees it.

    `relation` is requester, counterpart or coordinator. `may` holds what they can do now:
    agree, decline, later, nudge, withdraw, change_counterpart, edit, answer, ask, refuse,
    approve, replace, retry_booking, cancel, reschedule.
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


@dataclass(frozen=True, slots=True)
class AssignmentView:
    """An assignment as its facilitator sees it. `may`: accept, decline."""

    assignment: Assignment
    session: SessionView
    partner: Lead | None
    team: str | None
    participants: int | None
    accessibility: tuple[str, ...]
    accessibility_note: str
    may: frozenset[str]
    reference: str | None = None


async def named(uow: UnitOfWork, *person_ids: str) -> dict[str, Named]:
    """These people, by id, as others may see them."""
    found = await uow.people.many(set(person_ids))
    return {
        person_id: Named(person_id, found[person_id].name if person_id in found else None)
        for person_id in person_ids
    }


async def leads_of(uow: UnitOfWork, session_id: str) -> tuple[Lead, ...]:
    """Everybody asked to lead a session, union first, the newest offer last."""
    asked = await uow.assignments.of_session(session_id)
    names = await named(uow, *(a.person_id for a in asked))
    ordered = sorted(asked, key=lambda a: (a.side is Side.EMPLOYER, a.offered_at))
    return tuple(
        Lead(a.assignment_id, a.side, names[a.person_id], a.status, a.answer_by, a.reason)
        for a in ordered
    )


def _session_moves(
    session: Session, seat: Seat | None, *, own: bool, steers: bool, now: datetime
) -> frozenset[str]:
    may: set[str] = set()
    ahead = session.status in JOINABLE and session.starts_at > now
    status = seat.status if seat else None
    if ahead and status is SeatStatus.OFFERED:
        may |= {"accept_seat", "decline_seat"}
    elif ahead and status in (SeatStatus.CONFIRMED, SeatStatus.WAITLISTED):
        may.add("leave")
    elif ahead:
        may.add("join")
    if own and ahead:
        may.add("add_people")
    if steers and session.status in AHEAD and session.starts_at > now:
        may |= {"cancel", "reschedule"}
    return frozenset(may)


async def session_view(
    uow: UnitOfWork, desk: Desk, session: Session, reader_id: str
) -> SessionView:
    """How one reader sees a session. Whether they may see it at all was asked before."""
    seats = await uow.seats.of_session(session.session_id)
    seat = next((s for s in seats if s.person_id == reader_id), None)
    leads = tuple(
        lead for lead in await leads_of(uow, session.session_id) if lead.status in STANDING
    )
    request = await uow.requests.get(session.request_id) if session.request_id else None
    own = request is not None and reader_id in (request.requester_id, request.counterpart_id)
    steers = coordinates(tuple(await uow.grants.of(reader_id)), session.region)
    is_lead = any(lead.person.person_id == reader_id for lead in leads)
    may = _session_moves(session, seat, own=own, steers=steers, now=desk.now)
    people: tuple[Named, ...] = ()
    if own or steers or is_lead:
        standing = [s for s in seats if s.status is SeatStatus.CONFIRMED]
        names = await named(uow, *(s.person_id for s in standing))
        people = tuple(names[s.person_id] for s in sorted(standing, key=lambda s: s.ticket))
    return SessionView(
        session=session,
        seats_taken=seating.taken(seats),
        waiting=len(waitlist.waiting(seats)),
        seat=seat,
        rank=waitlist.rank(seats, reader_id),
        leads=leads,
        may=may - {"join"} if is_lead else may,
        shares_code=own or steers,
        is_lead=is_lead,
        people=people,
        join_link=_join_link(desk, session) if own or steers else "",
        begun=session.starts_at <= desk.now,
    )


def _join_link(desk: Desk, session: Session) -> str:
    """Source: Teams' deep links, whose `message` is put into the compose box."""
    return f"{desk.chat_link}&message=join%20{session.code}" if desk.chat_link else ""


def relation_of(request: Request, reader_id: str, *, steers: bool) -> str:
    """How somebody stands to a request. Raises `NotFound` where they have nothing to do with it."""
    if reader_id == request.requester_id:
        return "requester"
    if reader_id == request.counterpart_id:
        return "counterpart"
    if steers:
        return "coordinator"
    raise NotFound("request_unknown")


def _party_moves(
    request: Request, relation: str, nudge_from: datetime | None, now: datetime
) -> set[str]:
    may: set[str] = set()
    submitted = request.status is RequestStatus.SUBMITTED
    if relation == "counterpart" and submitted:
        may |= {"agree", "decline", "later"}
    if relation == "requester":
        if submitted:
            may |= {"edit", "change_counterpart"}
            if nudge_from is None or nudge_from <= now:
                may.add("nudge")
        if request.counterpart_declined:
            may.add("change_counterpart")
        if request.status is RequestStatus.NEEDS_INFORMATION:
            may.add("answer")
        if request.status in WITHDRAWABLE:
            may.add("withdraw")
    return may


def _steering_moves(request: Request, session: Session | None, leads: tuple[Lead, ...]) -> set[str]:
    may: set[str] = set()
    if request.status in (RequestStatus.AGREED, RequestStatus.IN_REVIEW):
        may |= {"ask", "refuse", "approve"}
    if request.status is RequestStatus.NEEDS_INFORMATION:
        may.add("refuse")
    if session and session.status is SessionStatus.PLANNED:
        sides = {lead.side for lead in leads if lead.status in STANDING}
        if len(sides) < len(Side):
            may.add("replace")
    if session and session.status in AHEAD:
        may |= {"cancel", "reschedule"}
        if session.fault:
            may.add("retry_booking")
    return may


async def request_view(
    uow: UnitOfWork, desk: Desk, request: Request, reader_id: str
) -> RequestView:
    """How one reader sees a request.

    Raises:
        NotFound: they have nothing to do with it.
    """
    steers = coordinates(tuple(await uow.grants.of(reader_id)), request.region)
    relation = relation_of(request, reader_id, steers=steers)
    session = await uow.sessions.of_request(request.request_id)
    leads = await leads_of(uow, session.session_id) if session else ()
    asked = request.nudged_at or request.submitted_at
    nudge_from = asked + desk.rules.nudge_every if asked else None
    may = _party_moves(request, relation, nudge_from, desk.now)
    if steers:
        may |= _steering_moves(request, session, leads)
    sight = await session_view(uow, desk, session, reader_id) if session else None
    if relation != "coordinator":
        # Who was asked and said no concerns those who steer; the parties see who leads.
        leads = tuple(replace(lead, reason="") for lead in leads if lead.status in STANDING)
    people = await named(uow, request.requester_id, request.counterpart_id)
    return RequestView(
        request=request,
        relation=relation,
        requester=people[request.requester_id],
        counterpart=people[request.counterpart_id],
        session=sight,
        leads=leads,
        timeline=await timeline(uow, request, session),
        may=frozenset(may),
        nudge_from=nudge_from,
        fault=session.fault if session else None,
    )


async def timeline(
    uow: UnitOfWork, request: Request, session: Session | None
) -> tuple[TimelineEntry, ...]:
    """What happened to a request and its session, oldest first."""
    entries: list[HistoryEntry] = list(await uow.history.of(request_subject(request.request_id)))
    if session:
        entries += await uow.history.of(session_subject(session.session_id))
    names = await named(uow, *(e.actor_id for e in entries if e.actor_id))
    entries.sort(key=lambda e: e.at)
    return tuple(
        TimelineEntry(e.at, e.what, names[e.actor_id] if e.actor_id else None, e.note)
        for e in entries
    )


async def assignment_view(
    uow: UnitOfWork, desk: Desk, assignment: Assignment, reader_id: str
) -> AssignmentView:
    """How a facilitator sees an assignment of theirs.

    Raises:
        NotFound: it is somebody else's.
    """
    session = await uow.sessions.get(assignment.session_id)
    if session is None or assignment.person_id != reader_id:
        raise NotFound("assignment_unknown")
    sight = await session_view(uow, desk, session, reader_id)
    request = await uow.requests.get(session.request_id) if session.request_id else None
    open_now = (
        assignment.status is AssignmentStatus.OFFERED
        and session.status is SessionStatus.PLANNED
        and assignment.answer_by > desk.now
    )
    return AssignmentView(
        assignment=assignment,
        session=sight,
        partner=next((x for x in sight.leads if x.person.person_id != reader_id), None),
        team=request.team if request else None,
        participants=request.participants if request else None,
        accessibility=request.accessibility if request else (),
        accessibility_note=request.accessibility_note if request else "",
        may=frozenset({"accept", "decline"}) if open_now else frozenset(),
        reference=request.reference if request else None,
    )

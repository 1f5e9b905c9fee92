"""How one reader sees sessions: one, or as many as a list shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.people import Grant, Side
from bot.domain.requests import Request
from bot.domain.seats import Seat, SeatStatus
from bot.domain.sessions import AHEAD, JOINABLE, STANDING, Assignment, Session
from bot.services.desk import Desk, coordinates
from bot.services.keeping import Listed, UnitOfWork
from bot.services.views import Lead, Named, SessionLine, SessionView


async def named(uow: UnitOfWork, *person_ids: str) -> dict[str, Named]:
    """These people, by id, as others may see them."""
    names = await uow.people.names(set(person_ids))
    return {person_id: Named(person_id, names.get(person_id)) for person_id in person_ids}


async def leads_of(uow: UnitOfWork, session_id: str) -> tuple[Lead, ...]:
    """Everybody asked to lead a session, union first, the newest offer last."""
    asked = await uow.assignments.of_session(session_id)
    return _leads(asked, await named(uow, *(a.person_id for a in asked)))


def _leads(asked: Iterable[Assignment], names: dict[str, Named]) -> tuple[Lead, ...]:
    ordered = sorted(asked, key=lambda a: (a.side is Side.EMPLOYER, a.offered_at))
    return tuple(
        Lead(a.assignment_id, a.side, names[a.person_id], a.status, a.answer_by, a.reason)
        for a in ordered
    )


@dataclass(frozen=True, slots=True)
class Places:
    """How full a session is, and where its reader stands. `rank` is theirs in the waitlist."""

    taken: int
    waiting: int
    own: Seat | None
    rank: int | None


def _seat_moves(
    session: Session, seat: Seat | None, *, is_lead: bool, now: datetime
) -> frozenset[str]:
    if session.status not in JOINABLE or session.starts_at <= now:
        return frozenset()
    status = seat.status if seat else None
    if status is SeatStatus.OFFERED:
        return frozenset({"accept_seat", "decline_seat"})
    if status in (SeatStatus.CONFIRMED, SeatStatus.WAITLISTED):
        return frozenset({"leave"})
    return frozenset() if is_lead else frozenset({"join"})


def _other_moves(session: Session, *, own: bool, steers: bool, now: datetime) -> frozenset[str]:
    may: set[str] = set()
    if own and session.status in JOINABLE and session.starts_at > now:
        may.add("add_people")
    if steers and session.status in AHEAD and session.starts_at > now:
        may |= {"cancel", "reschedule"}
    return frozenset(may)


def session_line(listed: Listed, now: datetime) -> SessionLine:
    """How a list's reader sees one of its sessions."""
    session, taken, waiting, seat, rank, leads = listed
    return SessionLine(
        session=session,
        seats_taken=taken,
        # What is free goes to those who wait at once: nobody waits where a seat is free.
        waiting=waiting if rank or taken >= session.capacity else 0,
        seat=seat,
        rank=rank,
        may=_seat_moves(session, seat, is_lead=leads, now=now),
        is_lead=leads,
    )


async def session_view(
    uow: UnitOfWork, desk: Desk, session: Session, reader_id: str
) -> SessionView:
    """How one reader sees a session. Whether they may see it at all was asked before."""
    (view,) = await session_views(uow, desk, [session], reader_id)
    return view


async def session_views(
    uow: UnitOfWork, desk: Desk, sessions: Sequence[Session], reader_id: str
) -> list[SessionView]:
    """How one reader sees these sessions, in the order given.

    The questions to the database are the same few for one session or for ten.
    """
    ids = {session.session_id for session in sessions}
    seats, asked = defaultdict[str, list[Seat]](list), defaultdict[str, list[Assignment]](list)
    for seat in await uow.seats.taken_of(ids):
        seats[seat.session_id].append(seat)
    own = await uow.seats.own(ids, reader_id)
    # What is free goes to those who wait at once: nobody waits where a seat is free.
    full = {s.session_id for s in sessions if len(seats[s.session_id]) >= s.capacity}
    waits = {one: s for one, s in own.items() if s.status is SeatStatus.WAITLISTED}
    waiting = await uow.seats.waiting(full | waits.keys())
    ranks = {one: await uow.seats.rank(seat) for one, seat in waits.items()}
    for assignment in await uow.assignments.of_sessions(ids):
        if assignment.status in STANDING:
            asked[assignment.session_id].append(assignment)
    requests = await uow.requests.many({s.request_id for s in sessions if s.request_id})
    grants = tuple(await uow.grants.of(reader_id))
    names = await named(uow, *{a.person_id for those in asked.values() for a in those})
    views = [
        _view(
            desk,
            session,
            reader_id,
            Places(
                len(seats[session.session_id]),
                waiting.get(session.session_id, 0),
                own.get(session.session_id),
                ranks.get(session.session_id),
            ),
            _leads(asked[session.session_id], names),
            requests.get(session.request_id or ""),
            grants,
        )
        for session in sessions
    ]
    return await _with_people(uow, views, seats)


def _view(
    desk: Desk,
    session: Session,
    reader_id: str,
    places: Places,
    leads: tuple[Lead, ...],
    request: Request | None,
    grants: tuple[Grant, ...],
) -> SessionView:
    seat = places.own
    own = request is not None and reader_id in (request.requester_id, request.counterpart_id)
    steers = coordinates(grants, session.region)
    is_lead = any(lead.person.person_id == reader_id for lead in leads)
    may = _seat_moves(session, seat, is_lead=is_lead, now=desk.now)
    return SessionView(
        session=session,
        seats_taken=places.taken,
        waiting=places.waiting,
        seat=seat,
        rank=places.rank,
        leads=leads,
        may=may | _other_moves(session, own=own, steers=steers, now=desk.now),
        shares_code=own or steers,
        is_lead=is_lead,
        join_link=_join_link(desk, session) if own or steers else "",
        begun=session.starts_at <= desk.now,
    )


async def _with_people(
    uow: UnitOfWork, views: list[SessionView], seats: Mapping[str, Sequence[Seat]]
) -> list[SessionView]:
    """Name those who have a seat, for whoever shares, steers or leads the session."""
    seated = {
        view.session.session_id: [
            seat.person_id
            for seat in sorted(seats[view.session.session_id], key=lambda seat: seat.ticket)
            if seat.status is SeatStatus.CONFIRMED
        ]
        for view in views
        if view.shares_code or view.is_lead
    }
    names = await named(uow, *{one for many in seated.values() for one in many})
    return [
        replace(view, people=tuple(names[p] for p in seated.get(view.session.session_id, ())))
        for view in views
    ]


def _join_link(desk: Desk, session: Session) -> str:
    """Source: Teams' deep links, whose `message` is put into the compose box."""
    return f"{desk.chat_link}&message=join%20{session.code}" if desk.chat_link else ""

"""How one reader sees a request, with its session and time line, and an assignment."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.errors import NotFound
from bot.domain.messages import HistoryEntry
from bot.domain.people import Side
from bot.domain.requests import WITHDRAWABLE, Request, RequestStatus
from bot.domain.rounds import Round, RoundStatus
from bot.domain.sessions import (
    AHEAD,
    STANDING,
    Assignment,
    AssignmentStatus,
    Session,
)
from bot.services.desk import Desk, coordinates, request_subject, session_subject
from bot.services.keeping import UnitOfWork
from bot.services.session_views import leads_of, named, session_view
from bot.services.views import AskingView, AssignmentView, Lead, RequestView, TimelineEntry


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


def _steering_moves(
    request: Request,
    session: Session | None,
    leads: tuple[Lead, ...],
    asking: Round | None,
    now: datetime,
) -> set[str]:
    may: set[str] = set()
    if request.status in (RequestStatus.AGREED, RequestStatus.IN_REVIEW):
        may |= {"ask", "refuse", "approve"}
    if request.status is RequestStatus.NEEDS_INFORMATION:
        may.add("refuse")
    if session and session.status in AHEAD:
        may |= {"cancel", "reschedule"}
        if session.starts_at > now:
            may |= _pair_moves(leads, asking)
        if session.fault:
            may.add("retry_booking")
    return may


def _pair_moves(leads: tuple[Lead, ...], asking: Round | None) -> set[str]:
    """Choose somebody for a side, have the bot ask in order, or stop it.

    While the bot asks, somebody else can be chosen for a side with an open offer too.
    """
    held = {lead.side for lead in leads if lead.status in STANDING}
    settled = {lead.side for lead in leads if lead.status is AssignmentStatus.ACCEPTED}
    if len(settled) == len(Side):
        return set()
    if asking and asking.status is RoundStatus.RUNNING:
        return {"stop_round", "replace"}
    return {"ask_in_order"} | ({"replace"} if len(held) < len(Side) else set())


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
    asking = await uow.rounds.get(session.session_id) if session else None
    asked = request.nudged_at or request.submitted_at
    nudge_from = asked + desk.rules.nudge_every if asked else None
    may = _party_moves(request, relation, nudge_from, desk.now)
    if steers:
        may |= _steering_moves(request, session, leads, asking, desk.now)
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
        timeline=tuple(
            entry
            for entry in await timeline(uow, request, session)
            # How the bot goes about it is between it and those who steer.
            if steers or not entry.what.startswith("round_")
        ),
        may=frozenset(may),
        nudge_from=nudge_from,
        fault=session.fault if session else None,
        asking=await _asking_view(uow, asking) if asking and steers else None,
    )


async def _asking_view(uow: UnitOfWork, asking: Round) -> AskingView:
    started_by = await named(uow, asking.started_by)
    return AskingView(asking.status, started_by[asking.started_by])


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
    may: frozenset[str] = frozenset()
    if session.status in AHEAD and session.starts_at > desk.now:
        if assignment.status is AssignmentStatus.ACCEPTED:
            may = frozenset({"withdraw"})
        elif assignment.status is AssignmentStatus.OFFERED and assignment.answer_by > desk.now:
            may = frozenset({"accept", "decline"})
    return AssignmentView(
        assignment=assignment,
        session=sight,
        partner=next((x for x in sight.leads if x.person.person_id != reader_id), None),
        team=request.team if request else None,
        participants=request.participants if request else None,
        accessibility=request.accessibility if request else (),
        accessibility_note=request.accessibility_note if request else "",
        may=may,
        reference=request.reference if request else None,
    )

"""Staffing: the date, and one co-facilitator a side, from those who qualify."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.domain.answering import answer_by, reads_from
from bot.domain.errors import MovedOn, Refusal
from bot.domain.people import Side
from bot.domain.requests import Request, RequestStatus, move
from bot.domain.rounds import Round, RoundStatus
from bot.domain.rounds import move as move_round
from bot.domain.sessions import (
    AHEAD,
    STANDING,
    Assignment,
    AssignmentStatus,
    Session,
    answer,
)
from bot.services.candidates import Candidate, Candidates, Finder, LeadsAt
from bot.services.codes import new_code
from bot.services.desk import (
    Desk,
    Notice,
    assignment_subject,
    record,
    refresh,
    request_subject,
    session_subject,
    tell,
    the_person,
)
from bot.services.keeping import UnitOfWork
from bot.services.pairing_checks import check_pair
from bot.services.planning import check_planned
from bot.services.ports import Calendars
from bot.services.request_form import usual_minutes
from bot.services.request_views import request_view
from bot.services.triage import open_review, steered
from bot.services.views import RequestView

__all__ = ["Candidate", "Candidates", "LeadsAt", "StaffingService"]


class StaffingService:
    """Who leads, and when. Each refuses whoever does not steer the request's region."""

    def __init__(self, desk: Desk, calendars: Calendars) -> None:
        self._desk = desk
        self._finder = Finder(desk, calendars)

    async def candidates(self, actor_id: str, request_id: str, starts_at: datetime) -> Candidates:
        """Who qualifies for a request at a time, the best placed first."""
        return await self._finder.candidates(actor_id, request_id, starts_at)

    async def leads_at(self, actor_id: str, session_id: str, starts_at: datetime) -> LeadsAt:
        """How those who lead a session are placed at another time."""
        return await self._finder.leads_at(actor_id, session_id, starts_at)

    async def answer_by(self, person_ids: Collection[str], starts_at: datetime) -> datetime:
        """Until when the last of these people could answer an offer made now."""
        desk = self._desk
        async with desk.uow(reading=True) as uow:
            people = await uow.people.many(person_ids)
        zones = {people[each].lives_in for each in person_ids if each in people}
        return max(
            (answer_by(desk.now, starts_at, zone, desk.rules) for zone in zones),
            default=starts_at,
        )

    async def approve(
        self,
        actor_id: str,
        request_id: str,
        starts_at: datetime,
        pair: dict[Side, str],
        *,
        in_order: bool = False,
        even_engaged: bool = True,
    ) -> RequestView:
        """Approve with a date and one co-facilitator a side; both get their offer.

        With `in_order` the bot goes on to ask the next best whenever one of them cannot.

        Raises:
            MovedOn: somebody else was quicker.
            Refusal: `date_…`, `session_in_past`, `pair_incomplete`, `facilitator_unqualified`,
                `facilitator_same_team`, `facilitator_absent`, `facilitator_month_full`; and
                `facilitator_engaged`, unless `even_engaged`.
        """
        desk = self._desk
        async with desk.uow() as uow:
            request = await steered(uow, actor_id, request_id)
            open_review(request)
            move(request, RequestStatus.APPROVED)  # first: who comes second is told that
            minutes = usual_minutes(request.offering)
            check_planned(starts_at, request.zone, minutes, desk.now, desk.rules)
            if set(pair) != set(Side):
                raise Refusal("pair_incomplete")
            await check_pair(uow, desk, request, starts_at, pair, even_engaged=even_engaged)
            request.question = ""
            await record(uow, desk, request_subject(request_id), "approved", by=actor_id)
            session = await self._plan(uow, request, starts_at)
            if in_order:
                await run_round(uow, desk, session, actor_id)
            for side in Side:
                await offer(uow, desk, session, side, pair[side])
            subject = request_subject(request_id)
            key = str(request.version)
            for person_id in (request.requester_id, request.counterpart_id):
                await tell(uow, desk, Notice("request.approved", subject, person_id, key))
            await refresh(uow, desk, subject, but=actor_id)
            view = await request_view(uow, desk, request, actor_id)
            await uow.commit()
            return view

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

    async def replace(
        self,
        actor_id: str,
        request_id: str,
        side: Side,
        person_id: str,
        instead_of: str | None = None,
        *,
        in_order: bool = False,
    ) -> RequestView:
        """Ask somebody else of one side, after a decline, silence or a withdrawal.

        With `in_order` the bot goes on to ask the next best whenever one of the two cannot.

        While the bot asks in order, the open offer that the coordinator saw (`instead_of`, an
        assignment's id) is taken back for it.
        """
        desk = self._desk
        async with desk.uow() as uow:
            request = await steered(uow, actor_id, request_id)
            session = await uow.sessions.of_request(request_id)
            if session is None or session.status not in AHEAD or session.starts_at <= desk.now:
                raise MovedOn("request_moved_on", status=request.status.value, wanted="replace")
            await uow.sessions.locked(session.session_id)
            for standing in await uow.assignments.of_session(session.session_id):
                if standing.side is not side or standing.status not in STANDING:
                    continue
                open_still = standing.status is AssignmentStatus.OFFERED
                if standing.assignment_id != instead_of or not open_still:
                    raise MovedOn("side_asked_already", side=side.value)
                await self._take_back(uow, standing)
            chosen = {side: person_id}
            await check_pair(uow, desk, request, session.starts_at, chosen, even_engaged=True)
            if in_order:
                await run_round(uow, desk, session, actor_id)
            await offer(uow, desk, session, side, person_id)
            await refresh(uow, desk, request_subject(request_id), but=actor_id)
            view = await request_view(uow, desk, request, actor_id)
            await uow.commit()
            return view

    async def _take_back(self, uow: UnitOfWork, assignment: Assignment) -> None:
        """An open offer ends because somebody else was chosen; whoever had it is told."""
        desk = self._desk
        about = assignment_subject(assignment.assignment_id)
        answer(assignment, AssignmentStatus.WITHDRAWN, desk.now)
        await uow.outbox.drop(about, kinds="")
        await tell(uow, desk, Notice("assignment.taken_back", about, assignment.person_id))
        await refresh(uow, desk, about)


async def run_round(uow: UnitOfWork, desk: Desk, session: Session, actor_id: str) -> Round:
    """Ask in order from now on, as a coordinator agreed; the caller holds the session's lock."""
    asking = await uow.rounds.get(session.session_id)
    if asking is None:
        asking = Round(session.session_id, actor_id, desk.now)
        await uow.rounds.add(asking)
    elif asking.status is RoundStatus.RUNNING:
        return asking
    else:
        move_round(asking, RoundStatus.RUNNING)
        asking.started_by, asking.started_at = actor_id, desk.now
    about = session_subject(session.session_id)
    await record(uow, desk, about, "round_started", by=actor_id)
    return asking


async def offer(
    uow: UnitOfWork,
    desk: Desk,
    session: Session,
    side: Side,
    person_id: str,
    *,
    by_day: bool = False,
) -> Assignment:
    """Offer one side of a session to somebody, with a time to answer on their own clock.

    With `by_day` (nobody stands by: the bot asks by itself) it is sent when they can be expected
    to read, where that is before the session.
    """
    person = await the_person(uow, person_id)
    read_at = reads_from(desk.now, person.lives_in, desk.rules)
    due_at = read_at if by_day and read_at < session.starts_at else desk.now
    assignment = Assignment(
        assignment_id=desk.new_id(),
        session_id=session.session_id,
        person_id=person_id,
        side=side,
        offered_at=desk.now,
        answer_by=answer_by(desk.now, session.starts_at, person.lives_in, desk.rules),
    )
    await uow.assignments.add(assignment)
    about = assignment_subject(assignment.assignment_id)
    subject = session_subject(session.session_id)
    await record(uow, desk, subject, f"offered_{side.value}", by=person_id)
    halfway = due_at + (assignment.answer_by - due_at) / 2
    await tell(
        uow,
        desk,
        Notice("assignment.offered", about, person_id, due_at=due_at),
        Notice(
            "reminder.offer",
            about,
            person_id,
            due_at=halfway,
            expires_at=assignment.answer_by,
            repeatable=False,
        ),
    )
    return assignment

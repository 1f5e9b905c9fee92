"""Assignments: a facilitator's answer to the offer to lead."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.errors import MovedOn, NotFound, Refusal
from bot.domain.requests import REFERENCE
from bot.domain.sessions import (
    AHEAD,
    STANDING,
    Assignment,
    AssignmentStatus,
    Session,
    answer,
)
from bot.services.desk import (
    Desk,
    Notice,
    assignment_subject,
    record,
    refresh,
    request_subject,
    session_subject,
    tell,
    the_session,
)
from bot.services.keeping import UnitOfWork
from bot.services.request_views import assignment_view
from bot.services.vacancies import filled, freed, vacated
from bot.services.views import AssignmentView


class AssignmentsService:
    """What a facilitator may say to an offer, and what they have accepted."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def view(self, reader_id: str, assignment_id: str) -> AssignmentView:
        """How its facilitator sees it. Raises `NotFound`."""
        async with self._desk.uow(reading=True) as uow:
            assignment = await uow.assignments.get(assignment_id)
            if assignment is None:
                raise NotFound("assignment_unknown")
            return await assignment_view(uow, self._desk, assignment, reader_id)

    async def find(self, reader_id: str, reference: str) -> AssignmentView:
        """The reader's own for a request, by what people quote: the standing or newest one.

        Raises:
            NotFound: they were never asked to lead it.
        """
        quoted = REFERENCE.fullmatch(reference)
        async with self._desk.uow(reading=True) as uow:
            request = (
                await uow.requests.by_number(int(quoted[1]), int(quoted[2])) if quoted else None
            )
            asked = await uow.assignments.of_person(reader_id) if request else ()
            sessions = await uow.sessions.many({a.session_id for a in asked})
            theirs = [
                a
                for a in asked
                if request and sessions[a.session_id].request_id == request.request_id
            ]
            if not theirs:
                raise NotFound("assignment_unknown")
            chosen = next((a for a in theirs if a.status in STANDING), theirs[0])
            return await assignment_view(uow, self._desk, chosen, reader_id)

    async def mine(self, reader_id: str) -> list[AssignmentView]:
        """Offers and accepted assignments still ahead, soonest first."""
        desk = self._desk
        async with desk.uow(reading=True) as uow:
            return [
                await assignment_view(uow, desk, assignment, reader_id)
                for assignment in await uow.assignments.ahead(reader_id, desk.now)
            ]

    async def accept(
        self, actor_id: str, assignment_id: str, seen: int | None = None
    ) -> AssignmentView:
        """Accept; when both sides have, the meeting is booked. Twice changes nothing.

        Where it is booked already (somebody who led it withdrew), the meeting follows.

        Args:
            actor_id: Who accepts.
            assignment_id: What they were offered.
            seen: The session's version on the card that was clicked: nobody accepts a time
                that they have not seen.

        Raises:
            MovedOn: `assignment_moved_on`, `assignment_time_changed`, `offer_lapsed`.
            Refusal: `assignment_overlaps`: they lead another session then.
        """
        desk = self._desk
        async with desk.uow() as uow:
            assignment, session = await self._offered(uow, actor_id, assignment_id)
            if assignment.status is not AssignmentStatus.ACCEPTED:
                self._must_be_open(assignment, session)
                if seen not in (None, session.version):
                    raise MovedOn("assignment_time_changed")
                await self._must_be_free(uow, actor_id, session)
                answer(assignment, AssignmentStatus.ACCEPTED, desk.now)
                await self._answered(uow, assignment, session, "accepted")
                await filled(uow, desk, assignment, session)
            view = await assignment_view(uow, desk, assignment, actor_id)
            await uow.commit()
            return view

    async def decline(self, actor_id: str, assignment_id: str, reason: str = "") -> AssignmentView:
        """Decline, with a word of why if they like; the coordinators choose somebody else."""
        desk = self._desk
        async with desk.uow() as uow:
            assignment, session = await self._offered(uow, actor_id, assignment_id)
            if assignment.status is not AssignmentStatus.DECLINED:
                self._must_be_open(assignment, session)
                assignment.reason = reason.strip()
                answer(assignment, AssignmentStatus.DECLINED, desk.now)
                await self._answered(uow, assignment, session, "declined")
                await vacated(uow, desk, assignment, session)
            view = await assignment_view(uow, desk, assignment, actor_id)
            await uow.commit()
            return view

    async def _must_be_free(self, uow: UnitOfWork, person_id: str, session: Session) -> None:
        """Two offers of one time may stand (sessions move); only one of them is accepted."""
        await uow.people.locked(person_id)  # who accepts both at once waits here
        around = await uow.assignments.standing([person_id], session.starts_at - timedelta(days=1))
        for led in around:
            other = led.accepted and led.session_id != session.session_id
            if other and led.starts_at < session.ends_at and session.starts_at < led.ends_at:
                raise Refusal("assignment_overlaps")

    async def give_up(self, uow: UnitOfWork, assignment: Assignment) -> None:
        """Decline an offer for somebody who leaves the roster; the caller commits."""
        session = await the_session(uow, assignment.session_id)
        answer(assignment, AssignmentStatus.DECLINED, self._desk.now)
        await self._answered(uow, assignment, session, "declined")
        await vacated(uow, self._desk, assignment, session)

    async def withdraw(self, actor_id: str, assignment_id: str, reason: str) -> AssignmentView:
        """Withdraw after having accepted, with a word of why. Twice changes nothing.

        The session stays as it is and keeps its people; the coordinators are told at once. Those
        who lead with them or asked for it hear when it is settled.

        Raises:
            MovedOn: `assignment_moved_on`: never accepted, or the session is over or cancelled.
            Refusal: `reason_missing`.
        """
        desk = self._desk
        async with desk.uow() as uow:
            assignment, session = await self._offered(uow, actor_id, assignment_id)
            if not assignment.stepped_back:
                ahead = session.status in AHEAD and session.starts_at > desk.now
                if assignment.status is not AssignmentStatus.ACCEPTED or not ahead:
                    status = assignment.status.value
                    raise MovedOn("assignment_moved_on", status=status, wanted="withdrawn")
                if not reason.strip():
                    raise Refusal("reason_missing", field="reason")
                assignment.reason = reason.strip()
                answer(assignment, AssignmentStatus.WITHDRAWN, desk.now)
                await freed(uow, desk, assignment, session)
                await self._answered(uow, assignment, session, "withdrawn")
                await vacated(uow, desk, assignment, session)
            view = await assignment_view(uow, desk, assignment, actor_id)
            await uow.commit()
            return view

    async def lapse(self, assignment_id: str) -> None:
        """End an offer whose time has passed. Called by the worker; harmless twice."""
        desk = self._desk
        async with desk.uow() as uow:
            assignment = await uow.assignments.get(assignment_id)
            if assignment is None:
                return
            session = await the_session(uow, assignment.session_id)
            late = assignment.answer_by <= desk.now
            if assignment.status is not AssignmentStatus.OFFERED or not late:
                return
            answer(assignment, AssignmentStatus.EXPIRED, desk.now)
            await self._answered(uow, assignment, session, "expired")
            about = assignment_subject(assignment_id)
            await tell(uow, desk, Notice("assignment.expired", about, assignment.person_id))
            await vacated(uow, desk, assignment, session)
            await uow.commit()

    def _must_be_open(self, assignment: Assignment, session: Session) -> None:
        if session.status not in AHEAD or session.starts_at <= self._desk.now:
            raise MovedOn("assignment_moved_on", status=assignment.status.value, wanted="accepted")
        if assignment.status is AssignmentStatus.OFFERED and assignment.answer_by <= self._desk.now:
            raise MovedOn("offer_lapsed", at=assignment.answer_by)

    async def _offered(
        self, uow: UnitOfWork, actor_id: str, assignment_id: str
    ) -> tuple[Assignment, Session]:
        """The assignment and its session, locked in that order by everybody: session first."""
        assignment = await uow.assignments.get(assignment_id)
        if assignment is None or assignment.person_id != actor_id:
            raise NotFound("assignment_unknown")
        session = await the_session(uow, assignment.session_id)
        return assignment, session

    async def _answered(
        self, uow: UnitOfWork, assignment: Assignment, session: Session, how: str
    ) -> None:
        desk = self._desk
        about = assignment_subject(assignment.assignment_id)
        await uow.outbox.drop(about, kinds="reminder.offer")
        what = f"{how}_{assignment.side.value}"
        by = assignment.person_id
        await record(uow, desk, session_subject(session.session_id), what, by=by)
        for other in await uow.assignments.of_session(session.session_id):
            await refresh(uow, desk, assignment_subject(other.assignment_id), but=by)
        if session.request_id:
            await refresh(uow, desk, request_subject(session.request_id), but=by)
        await refresh(uow, desk, session_subject(session.session_id), but=by)

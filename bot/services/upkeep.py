"""Upkeep: what happens because time has passed. Each part is harmless twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial

import structlog

from bot.domain.answering import is_open, too_near
from bot.domain.errors import Conflict
from bot.domain.requests import RequestStatus
from bot.domain.requests import move as move_request
from bot.domain.sessions import AHEAD, Session, SessionStatus, move
from bot.services.assignments import AssignmentsService
from bot.services.cancelling import cancel_session
from bot.services.desk import (
    Desk,
    Notice,
    assignment_subject,
    coordinators,
    record,
    refresh,
    request_subject,
    session_subject,
    tell,
    the_request,
    the_session,
)
from bot.services.endorsing import endorsement_id, tell_silence
from bot.services.interview_lapse import lapse_interview
from bot.services.keeping import UnitOfWork
from bot.services.rounds import RoundsService
from bot.services.seats import SeatsService
from bot.services.training import TrainingService

log = structlog.get_logger(__name__)

BATCH = 100
NEAREST = timedelta(days=14)  # more than any few working days, holidays included


class Upkeep:
    """Ends what has run out, and closes what is over."""

    def __init__(
        self,
        desk: Desk,
        assignments: AssignmentsService,
        seats: SeatsService,
        rounds: RoundsService,
        training: TrainingService,
    ) -> None:
        self._desk = desk
        self._assignments = assignments
        self._seats = seats
        self._rounds = rounds
        self._training = training

    async def run(self) -> int:
        """One round; how many things were ended."""
        desk = self._desk
        async with desk.uow(reading=True) as uow:
            requests = await uow.requests.expired(desk.now, BATCH)
            offers = await uow.assignments.lapsed(desk.now, BATCH)
            seats = await uow.seats.lapsed(desk.now, BATCH)
            over = await uow.sessions.over(desk.now, BATCH)
            interviews = await uow.interviews.lapsed(desk.now, BATCH)
            silent = await uow.endorsements.silent(desk.now, BATCH)
            near = await uow.sessions.unfilled(desk.now, desk.now + NEAREST, BATCH)
        await _each(requests, self._expire)
        await _each(offers, self._assignments.lapse)
        await _each(seats, self._seats.lapse)
        await _each(over, self._end)
        await _each(interviews, partial(lapse_interview, desk))
        await _each([endorsement_id(*one) for one in silent], partial(tell_silence, desk))
        await _each(near, self._postpone)
        cohorts = await self._training.due()
        await _each(cohorts, self._training.tend)
        async with desk.uow(reading=True) as uow:
            # Those whose offers have just lapsed too.
            waiting = await uow.rounds.waiting(desk.now, BATCH)
        await _each(waiting, self._rounds.advance)
        ended = (requests, offers, seats, over, interviews, silent, cohorts, waiting)
        return sum(len(each) for each in ended)

    async def _expire(self, request_id: str) -> None:
        """Nobody agreed in time."""
        desk = self._desk
        async with desk.uow() as uow:
            request = await the_request(uow, request_id)
            late = request.expires_at is not None and request.expires_at <= desk.now
            if request.status is not RequestStatus.SUBMITTED or not late:
                return
            move_request(request, RequestStatus.EXPIRED)
            subject = request_subject(request_id)
            await uow.outbox.drop(subject, kinds="reminder.agreement")
            key = str(request.version)
            await tell(uow, desk, Notice("request.expired", subject, request.requester_id, key))
            await record(uow, desk, subject, "expired", by=None)
            await refresh(uow, desk, subject)
            await uow.commit()

    async def _postpone(self, session_id: str) -> None:
        """A session is near and not both sides are there: the coordinators are asked to postpone.

        Once for each time that it has. Whoever withdrew this late was told of with these words.
        """
        desk = self._desk
        async with desk.uow(reading=True) as uow:
            session = await the_session(uow, session_id, lock=False)
            asked = await uow.assignments.of_session(session_id)
        late = [a.answered_at for a in asked if a.stepped_back and a.answered_at]
        told = any(too_near(at, session.starts_at, session.zone, desk.rules) for at in late)
        awake = is_open(desk.now, session.zone, desk.rules)
        near = too_near(desk.now, session.starts_at, session.zone, desk.rules)
        if session.request_id is None or told or not (near and awake):
            return
        about = request_subject(session.request_id)
        async with desk.uow() as uow:
            for person_id in await coordinators(uow, session.region):
                key = f"v{session.version}"
                await tell(uow, desk, Notice("request.postpone", about, person_id, key))
            await uow.commit()

    async def _end(self, session_id: str) -> None:
        """The session's end has passed: it was held, or it never came to be."""
        desk = self._desk
        async with desk.uow() as uow:
            session = await the_session(uow, session_id)
            if session.status not in AHEAD or session.ends_at > desk.now:
                return
            if session.status is not SessionStatus.BOOKED:
                await self._miss(uow, session)
                await uow.commit()
                return
            move(session, SessionStatus.HELD)
            subject = session_subject(session_id)
            await record(uow, desk, subject, "held", by=None)
            if session.request_id:
                request = await the_request(uow, session.request_id)
                move_request(request, RequestStatus.COMPLETED)
                about = request_subject(request.request_id)
                for person_id in (request.requester_id, request.counterpart_id):
                    await tell(uow, desk, Notice("request.completed", about, person_id))
                await refresh(uow, desk, about)
            await refresh(uow, desk, subject)
            for assignment in await uow.assignments.of_session(session_id):
                await refresh(uow, desk, assignment_subject(assignment.assignment_id))
            await uow.commit()

    async def _miss(self, uow: UnitOfWork, session: Session) -> None:
        """Nobody led it or Outlook never booked it: its request goes back to be looked at."""
        desk = self._desk
        request = await uow.requests.locked(session.request_id) if session.request_id else None
        parties = {request.requester_id, request.counterpart_id} if request else set[str]()
        await cancel_session(uow, desk, session, by=None, reason="", but=parties)
        if request is None:
            return
        move_request(request, RequestStatus.IN_REVIEW)
        about = request_subject(request.request_id)
        key = str(request.version)
        for person_id in sorted(parties | set(await coordinators(uow, request.region))):
            await tell(uow, desk, Notice("request.session_missed", about, person_id, key))
        await refresh(uow, desk, about)


async def _each(ids: Sequence[str], end: Callable[[str], Awaitable[object]]) -> None:
    """One that cannot be ended holds up no other; it is tried again in the next round."""
    for one in ids:
        try:
            await end(one)
        except Conflict:  # another worker was quicker
            log.info("upkeep.overtaken", subject_id=one)
        except Exception:
            log.exception("upkeep.failed", subject_id=one)

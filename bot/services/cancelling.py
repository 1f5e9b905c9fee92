"""Cancelling a session: what everything that ends one has in common."""

from __future__ import annotations

from collections.abc import Collection

from bot.domain.rounds import RoundStatus
from bot.domain.rounds import move as move_round
from bot.domain.seats import STANDING as SEATED
from bot.domain.sessions import (
    STANDING,
    AssignmentStatus,
    Session,
    SessionStatus,
    answer,
    move,
)
from bot.services.desk import (
    Desk,
    Notice,
    assignment_subject,
    record,
    refresh,
    session_subject,
    task,
    tell,
)
from bot.services.keeping import UnitOfWork


async def cancel_session(
    uow: UnitOfWork,
    desk: Desk,
    session: Session,
    *,
    by: str | None,
    reason: str,
    but: Collection[str],
) -> None:
    """Cancel it and owe everything that follows; the caller holds its lock and commits.

    Pending reminders and notices are dropped, standing assignments withdrawn, whoever has a
    seat, waits for one or leads is told once (those in `but` are told otherwise), and the
    meeting, where one was made or may be under way, is cancelled in Outlook.
    """
    asked_outlook = session.status in (SessionStatus.BOOKING, SessionStatus.BOOKED)
    move(session, SessionStatus.CANCELLED)
    session.cancel_reason, session.fault = reason, None
    subject = session_subject(session.session_id)
    for kinds in ("reminder.", "session.", "meeting.people", "meeting.hosts", "meeting.move"):
        await uow.outbox.drop(subject, kinds=kinds)
    asking = await uow.rounds.get(session.session_id)
    if asking and asking.status is RoundStatus.RUNNING:
        move_round(asking, RoundStatus.STOPPED)
    await record(uow, desk, subject, "cancelled", by=by, note=reason)
    told = set(but)
    for assignment in await uow.assignments.of_session(session.session_id):
        about = assignment_subject(assignment.assignment_id)
        if assignment.status in STANDING:
            answer(assignment, AssignmentStatus.WITHDRAWN, desk.now)
            await uow.outbox.drop(about, kinds="")
            if assignment.person_id not in told:
                await tell(uow, desk, Notice("assignment.cancelled", about, assignment.person_id))
            told.add(assignment.person_id)
        await refresh(uow, desk, about, but=by)
    for seat in await uow.seats.of_session(session.session_id):
        if seat.status in SEATED and seat.person_id not in told:
            await tell(uow, desk, Notice("session.cancelled", subject, seat.person_id))
    await refresh(uow, desk, subject, but=by)
    if asked_outlook:
        await task(uow, desk, "meeting.cancel", subject, key="once")

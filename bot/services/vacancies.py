"""The two sides of a session: what follows when one loses its facilitator, and when one has one."""

from __future__ import annotations

from bot.domain.answering import too_near
from bot.domain.people import Side
from bot.domain.rounds import RoundStatus
from bot.domain.rounds import move as move_round
from bot.domain.sessions import (
    AHEAD,
    STANDING,
    Assignment,
    AssignmentStatus,
    Session,
    SessionStatus,
    move,
)
from bot.services import reminders
from bot.services.desk import (
    Desk,
    Notice,
    assignment_subject,
    coordinators,
    request_subject,
    session_subject,
    task,
    tell,
    the_person,
)
from bot.services.keeping import UnitOfWork

MADE = (SessionStatus.BOOKING, SessionStatus.BOOKED)  # Outlook has the meeting, or will


async def vacant_sides(uow: UnitOfWork, session_id: str) -> tuple[Side, ...]:
    """The sides for which nobody is asked and nobody has accepted."""
    asked = await uow.assignments.of_session(session_id)
    held = {a.side for a in asked if a.status in STANDING}
    return tuple(side for side in Side if side not in held)


async def filled(uow: UnitOfWork, desk: Desk, assignment: Assignment, session: Session) -> None:
    """Somebody accepted. With both sides the session is booked, or its meeting follows."""
    accepted = [
        a
        for a in await uow.assignments.of_session(session.session_id)
        if a.status is AssignmentStatus.ACCEPTED
    ]
    whole = {a.side for a in accepted} == set(Side)
    if session.status in MADE:
        await _joined(uow, desk, assignment, session)
    if not whole:
        return
    asking = await uow.rounds.get(session.session_id)
    if asking and asking.status is RoundStatus.RUNNING:
        move_round(asking, RoundStatus.SETTLED)
    if session.status is SessionStatus.PLANNED:
        await staff(uow, desk, session, accepted)
    elif session.status is SessionStatus.BOOKED:
        await _settled(uow, desk, assignment, session, accepted)


async def staff(uow: UnitOfWork, desk: Desk, session: Session, leads: list[Assignment]) -> None:
    """Book a session whose two sides are there; the caller commits."""
    move(session, SessionStatus.STAFFED)
    move(session, SessionStatus.BOOKING)
    subject = session_subject(session.session_id)
    await task(uow, desk, "meeting.book", subject, key="once")
    for assignment in leads:
        person = await the_person(uow, assignment.person_id)
        await reminders.plan(uow, desk, session, person, leads=True)


async def _joined(uow: UnitOfWork, desk: Desk, assignment: Assignment, session: Session) -> None:
    """The new one is invited, made a host and reminded; the meeting itself stays."""
    await _meeting_follows(uow, desk, session, f"leads-{assignment.assignment_id}")
    person = await the_person(uow, assignment.person_id)
    await reminders.plan(uow, desk, session, person, leads=True)


async def _settled(
    uow: UnitOfWork,
    desk: Desk,
    assignment: Assignment,
    session: Session,
    accepted: list[Assignment],
) -> None:
    """Both sides are there again: one message to everybody whom it concerns."""
    key = assignment.assignment_id
    for other in accepted:
        if other.person_id != assignment.person_id:
            about = assignment_subject(other.assignment_id)
            await tell(uow, desk, Notice("assignment.partner_new", about, other.person_id, key))
    request = await uow.requests.get(session.request_id) if session.request_id else None
    if request is None:
        return
    about = request_subject(request.request_id)
    parties = [request.requester_id, request.counterpart_id]
    for person_id in dict.fromkeys(parties + await coordinators(uow, session.region)):
        await tell(uow, desk, Notice("request.lead_settled", about, person_id, key))


async def freed(uow: UnitOfWork, desk: Desk, assignment: Assignment, session: Session) -> None:
    """Somebody who had accepted leads no more: reminders are dropped, the meeting follows."""
    await reminders.drop(uow, session, assignment.person_id)
    await uow.outbox.drop(assignment_subject(assignment.assignment_id), kinds="")
    if session.status in MADE:
        await _meeting_follows(uow, desk, session, f"left-{assignment.assignment_id}")


async def _meeting_follows(uow: UnitOfWork, desk: Desk, session: Session, key: str) -> None:
    subject = session_subject(session.session_id)
    await task(uow, desk, "meeting.people", subject, key=key)
    await task(uow, desk, "meeting.hosts", subject, key=key)


async def vacated(uow: UnitOfWork, desk: Desk, assignment: Assignment, session: Session) -> None:
    """One side has nobody: the coordinators are told, unless the bot is asking in order.

    Whoever withdrew after having accepted is told of in any case.
    """
    if session.status not in AHEAD or session.request_id is None:
        return
    asking = await uow.rounds.get(session.session_id)
    running = asking is not None and asking.status is RoundStatus.RUNNING
    if running and not assignment.stepped_back:
        return
    about = request_subject(session.request_id)
    how = assignment.status.value
    near = too_near(desk.now, session.starts_at, session.zone, desk.rules)
    if assignment.stepped_back and near:
        how += "_late"  # asks to postpone, too: what happens together is one message
    elif running:
        how += "_running"
    for person_id in await coordinators(uow, session.region):
        await tell(
            uow,
            desk,
            Notice(
                f"request.lead_{how}",
                about,
                person_id,
                assignment.assignment_id,
                args={"side": assignment.side.value},
            ),
        )

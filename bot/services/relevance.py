"""Whether something owed is still true at the moment of sending it."""

from __future__ import annotations

from typing import Final

from bot.domain.messages import OutboxRow
from bot.domain.outlook import QuestionStatus, Topic
from bot.domain.people import Side
from bot.domain.requests import RequestStatus
from bot.domain.seats import SeatStatus
from bot.domain.sessions import AHEAD, JOINABLE, AssignmentStatus
from bot.services.cohort_relevance import COHORT, cohort_still
from bot.services.endorsement_relevance import ENDORSEMENT, endorsement_awaited
from bot.services.interview_relevance import INTERVIEW, interview_awaited
from bot.services.keeping import UnitOfWork

ANSWER_AWAITED = frozenset({"request.asked", "request.nudged", "reminder.agreement"})
OFFER_OPEN = frozenset({"assignment.offered", "reminder.offer"})


async def still_true(uow: UnitOfWork, row: OutboxRow) -> bool:
    """Say whether a notice still holds: a reminder of a seat that was left does not.

    Rows are dropped when things move on; this catches what was already claimed by then.
    """
    subject_id = row.subject.partition(":")[2]
    person_id = row.recipient_id or ""
    if row.kind in ANSWER_AWAITED:
        request = await uow.requests.get(subject_id)
        return (
            request is not None
            and request.status is RequestStatus.SUBMITTED
            and request.counterpart_id == person_id
        )
    if row.kind in ("request.postpone", "request.round_exhausted"):
        return await _still_lacks_somebody(uow, subject_id)
    if row.kind in OFFER_OPEN:
        assignment = await uow.assignments.get(subject_id)
        return assignment is not None and assignment.status is AssignmentStatus.OFFERED
    for kinds, still in _BY_KIND:
        if row.kind in kinds:
            return await still(uow, row)
    if row.kind in ("reminder.seat", "reminder.lead"):
        return await _still_going(uow, row, subject_id, person_id)
    return True


async def _question_open(uow: UnitOfWork, row: OutboxRow) -> bool:
    """Nobody has answered, and Outlook still differs."""
    question = await uow.outlook.question(row.subject.partition(":")[2])
    return question is not None and question.status is QuestionStatus.OPEN


_BY_KIND: Final = (
    (INTERVIEW, interview_awaited),
    (COHORT, cohort_still),
    (ENDORSEMENT, endorsement_awaited),
    (frozenset(f"outlook.{topic.value}" for topic in Topic), _question_open),
)


async def _still_lacks_somebody(uow: UnitOfWork, request_id: str) -> bool:
    """The request's session is still to be led, and not both sides have accepted."""
    session = await uow.sessions.of_request(request_id)
    if session is None or session.status not in AHEAD:
        return False
    asked = await uow.assignments.of_session(session.session_id)
    return {a.side for a in asked if a.status is AssignmentStatus.ACCEPTED} != set(Side)


async def _still_going(uow: UnitOfWork, row: OutboxRow, session_id: str, person_id: str) -> bool:
    """The session stands at the time that the reminder was planned for, and so does the person."""
    session = await uow.sessions.get(session_id)
    if session is None or session.version != row.args.get("version"):
        return False
    if row.kind == "reminder.lead":
        return session.status in AHEAD and any(
            a.person_id == person_id and a.status is AssignmentStatus.ACCEPTED
            for a in await uow.assignments.of_session(session_id)
        )
    seat = await uow.seats.get(session_id, person_id)
    return session.status in JOINABLE and seat is not None and seat.status is SeatStatus.CONFIRMED

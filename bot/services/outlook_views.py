"""How one reader sees a question about what somebody did in Outlook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.cohorts import Cohort
from bot.domain.errors import NotFound
from bot.domain.interviews import Interview
from bot.domain.outlook import Answer, Question, QuestionStatus, Topic, answers
from bot.domain.sessions import AHEAD, AssignmentStatus, Session
from bot.services.cohort_views import steers
from bot.services.desk import Desk, coordinates, the_application
from bot.services.keeping import UnitOfWork
from bot.services.meeting_booking import MeetingBooking, Stage
from bot.services.outlook_places import places_of, until
from bot.services.selecting import Stance, stance_of
from bot.services.session_views import named
from bot.services.views import Named

Bookings = Mapping[str, MeetingBooking[Any]]


@dataclass(frozen=True, slots=True)
class OutlookView:
    """A question as one reader sees it.

    `noun` is session, interview or cohort, `thing_id` its id; `offering` and `candidate` name the
    first two. `here` and `there` are start and end as we and as Outlook have them: of the first
    day that differs. `may` holds the answers that they can give now; `stands` says that it is
    still so. `assignment_id` is what somebody who leads is asked about.
    """

    question: Question
    noun: str
    thing_id: str
    zone: str
    here: tuple[datetime, datetime]
    there: tuple[datetime, datetime] | None
    may: tuple[Answer, ...]
    stands: bool
    offering: str | None = None
    candidate: Named | None = None
    answered_by: Named | None = None
    request_id: str | None = None


async def outlook_view(
    uow: UnitOfWork, desk: Desk, bookings: Bookings, question: Question, reader_id: str
) -> OutlookView:
    """How the reader sees it. Raises `NotFound` (`question_unknown`) where it is none of theirs."""
    noun, _, thing_id = question.subject.partition(":")
    booking = bookings[noun]
    thing = await booking.load(uow, thing_id, lock=False)
    if not await concerns(uow, question, thing, reader_id):
        raise NotFound("question_unknown")
    stands = question.status is QuestionStatus.OPEN and await _stands(
        uow, desk, booking, question, thing
    )
    here = booking.times(thing)
    names = await named(uow, *filter(None, (question.answered_by,)))
    return OutlookView(
        question=question,
        noun=noun,
        thing_id=thing_id,
        zone=thing.zone,
        here=_first_that_differs(here, question.times) or (here[0], here[1]),
        there=_first_that_differs(question.times, here),
        may=answers(question.topic, noun) if stands else (),
        stands=stands,
        offering=thing.offering if isinstance(thing, Session) else None,
        candidate=await _candidate(uow, thing),
        answered_by=names.get(question.answered_by or ""),
        request_id=thing.request_id if isinstance(thing, Session) else None,
    )


async def concerns(uow: UnitOfWork, question: Question, thing: Any, reader_id: str) -> bool:
    """Whether somebody was asked: the person named, or whoever steers the thing."""
    if question.person_id:
        return question.person_id == reader_id
    grants = await uow.grants.of(reader_id)
    match thing:
        case Session():
            return coordinates(tuple(grants), thing.region)
        case Cohort():
            return steers(grants, thing)
        case Interview():
            return await _selects(uow, thing, reader_id)
        case _:
            return False


async def _selects(uow: UnitOfWork, interview: Interview, reader_id: str) -> bool:
    application = await the_application(uow, interview.application_id, lock=False)
    try:
        return await stance_of(uow, reader_id, application) is not Stance.STAND_IN
    except NotFound:
        return False


async def _candidate(uow: UnitOfWork, thing: Any) -> Named | None:
    if not isinstance(thing, Interview):
        return None
    application = await the_application(uow, thing.application_id, lock=False)
    return (await named(uow, application.applicant_id))[application.applicant_id]


async def _stands(
    uow: UnitOfWork, desk: Desk, booking: MeetingBooking[Any], question: Question, thing: Any
) -> bool:
    """Whether what was asked is still to be decided."""
    booked = booking.stage(thing) is Stage.BOOKED and thing.event_id == question.event_id
    ahead = booking.times(thing)[-1] > desk.now
    match question.topic:
        case Topic.MOVED:
            return booked and ahead and booking.times(thing) != question.times
        case Topic.DELETED:
            return booked and ahead
        case Topic.DECLINED:
            topic, _ = (await places_of(uow, thing)).get(question.person_id, (None, ""))
            in_time = until(thing, booking.times(thing)) > desk.now
            return booked and in_time and topic is question.topic
        case Topic.LEAD_DECLINED:
            return (
                thing.status in AHEAD
                and thing.starts_at > desk.now
                and bool(await assignment_of(uow, question, thing))
            )


async def assignment_of(uow: UnitOfWork, question: Question, session: Session) -> str | None:
    """What the person accepted to lead, while they do."""
    for one in await uow.assignments.of_session(session.session_id):
        if one.person_id == question.person_id and one.status is AssignmentStatus.ACCEPTED:
            return one.assignment_id
    return None


def _first_that_differs(
    times: tuple[datetime, ...], others: tuple[datetime, ...]
) -> tuple[datetime, datetime] | None:
    """Start and end of the first day that the others do not have."""
    days = list(zip(times[::2], times[1::2], strict=True))
    known = set(zip(others[::2], others[1::2], strict=True))
    return next((day for day in days if day not in known), None) if others else None

"""Who has a place at a meeting that they are asked about when they decline its invitation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.cohorts import Cohort, TrainingStatus
from bot.domain.interviews import Interview
from bot.domain.outlook import Topic
from bot.domain.seats import SeatStatus
from bot.domain.sessions import AssignmentStatus, Session
from bot.services.desk import the_application
from bot.services.keeping import UnitOfWork

Place = tuple[Topic, str]
"""What is asked, and a word that tells this place from another that the person has later."""


async def places_of(uow: UnitOfWork, thing: Any) -> Mapping[str, Place]:
    """Person to their place."""
    match thing:
        case Session():
            return await _of_session(uow, thing)
        case Interview():
            application = await the_application(uow, thing.application_id, lock=False)
            return {application.applicant_id: (Topic.DECLINED, thing.interview_id)}
        case Cohort():
            return {
                seat.person_id: (Topic.DECLINED, f"{seat.changed_at.timestamp():.0f}")
                for seat in await uow.training.of_cohort(thing.cohort_id)
                if seat.status is TrainingStatus.CONFIRMED
            }
        case _:
            return {}


async def _of_session(uow: UnitOfWork, session: Session) -> Mapping[str, Place]:
    """Participants' seats, and the assignments of those who lead."""
    seats = await uow.seats.of_session(session.session_id)
    leads = await uow.assignments.of_session(session.session_id)
    places = {
        seat.person_id: (Topic.DECLINED, str(seat.ticket))
        for seat in seats
        if seat.status is SeatStatus.CONFIRMED
    }
    return places | {
        one.person_id: (Topic.LEAD_DECLINED, one.assignment_id)
        for one in leads
        if one.status is AssignmentStatus.ACCEPTED
    }


def until(thing: Any, times: tuple[datetime, ...]) -> datetime:
    """Until when a place can be given up: an orientation's also between its days."""
    return times[-1] if isinstance(thing, Cohort) else times[0]

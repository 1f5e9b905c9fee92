"""What both sides of an interview share: finding it, and telling those who select."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.applications import Application
from bot.domain.errors import NotFound, Refusal
from bot.domain.interview_times import LONGEST
from bot.domain.interviews import Interview, InterviewStatus
from bot.services.desk import Desk, Notice, application_subject, tell, the_application
from bot.services.keeping import UnitOfWork
from bot.services.selecting import Stance, selected, selectors

LONGEST_WORDS = 500
PICKED = (InterviewStatus.BOOKING, InterviewStatus.BOOKED)


async def the_interview(uow: UnitOfWork, interview_id: str, *, lock: bool = True) -> Interview:
    """An interview. Raises `NotFound`."""
    get = uow.interviews.locked if lock else uow.interviews.get
    interview = await get(interview_id)
    if interview is None:
        raise NotFound("interview_unknown")
    return interview


async def own_interview(
    uow: UnitOfWork, actor_id: str, interview_id: str
) -> tuple[Application, Interview]:
    """An interview of the actor's own application, both locked by everybody in that order."""
    interview = await the_interview(uow, interview_id, lock=False)
    application = await the_application(uow, interview.application_id)
    if application.applicant_id != actor_id:
        raise NotFound("interview_unknown")
    return application, await the_interview(uow, interview_id)


async def known_interview(
    uow: UnitOfWork, actor_id: str, interview_id: str
) -> tuple[Application, Interview]:
    """An interview of an application that the actor selects, both locked likewise."""
    interview = await the_interview(uow, interview_id, lock=False)
    application = await steered(uow, actor_id, interview.application_id)
    return application, await the_interview(uow, interview_id)


async def steered(uow: UnitOfWork, actor_id: str, application_id: str) -> Application:
    """An application whose interviews the actor leads: a coordinator of its region.

    Raises:
        NotFound: it is not theirs to select.
        Refusal: `not_allowed`, for administrators who only stand in.
    """
    application, stance = await selected(uow, actor_id, application_id)
    if stance is Stance.STAND_IN:
        raise Refusal("not_allowed")
    return application


async def meets_another(uow: UnitOfWork, interview: Interview, starts_at: datetime) -> bool:
    """Whether the coordinator has another interview then: Outlook may not know of it yet.

    Their row is locked until the end, so that of two candidates who pick at once one is second.
    """
    await uow.people.locked(interview.coordinator_id)
    ends_at = starts_at + timedelta(minutes=interview.minutes)
    near = await uow.interviews.of_coordinator(
        interview.coordinator_id, starts_at - timedelta(minutes=LONGEST), ends_at
    )
    return any(
        each.interview_id != interview.interview_id and each.ends_at and each.ends_at > starts_at
        for each in near
    )


async def tell_coordinator(
    uow: UnitOfWork,
    desk: Desk,
    application: Application,
    interview: Interview,
    kind: str,
    key: str = "",
) -> None:
    """Whoever invited, if they still select; else all who do."""
    await _tell(uow, desk, interview, kind, await inviters(uow, application, interview), key)


async def inviters(uow: UnitOfWork, application: Application, interview: Interview) -> list[str]:
    """Whoever invited, if they still select; else all who do."""
    every = await selectors(uow, application)
    return [one for one in every if one == interview.coordinator_id] or every


async def tell_selectors(
    uow: UnitOfWork, desk: Desk, application: Application, interview: Interview, kind: str
) -> None:
    """Everybody who selects: something is to be decided."""
    await _tell(uow, desk, interview, kind, await selectors(uow, application))


async def _tell(
    uow: UnitOfWork,
    desk: Desk,
    interview: Interview,
    kind: str,
    whom: Sequence[str],
    key: str = "",
) -> None:
    about = application_subject(interview.application_id)
    for person_id in whom:
        await tell(uow, desk, Notice(kind, about, person_id, interview.interview_id + key))

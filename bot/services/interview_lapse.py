"""What time does to interviews: no answer in time, the hour over, never booked."""

from __future__ import annotations

from bot.domain.interviews import AHEAD, Ending, InterviewStatus, move
from bot.services.desk import (
    Desk,
    Notice,
    application_subject,
    interview_subject,
    record,
    refresh,
    tell,
    the_application,
)
from bot.services.interview_ending import end_interview
from bot.services.interviewing import tell_coordinator, tell_selectors, the_interview


async def lapse_interview(desk: Desk, interview_id: str) -> None:
    """End what has run out: no answer in time, or over. Called by the worker."""
    async with desk.uow() as uow:
        interview = await the_interview(uow, interview_id, lock=False)
        application = await the_application(uow, interview.application_id)
        interview = await the_interview(uow, interview_id)
        offered = interview.status is InterviewStatus.OFFERED
        end = interview.answer_by if offered else interview.ends_at
        if interview.status not in AHEAD or end is None or end > desk.now:
            return
        about = application_subject(application.application_id)
        if interview.status is InterviewStatus.BOOKED:
            move(interview, InterviewStatus.HELD)
            await record(uow, desk, about, "interview_held", by=None)
            await tell_selectors(uow, desk, application, interview, "interview.held")
            await refresh(uow, desk, interview_subject(interview_id))
        else:
            ending = Ending.LAPSED if offered else Ending.UNBOOKED
            await end_interview(uow, desk, interview, ending, by=None)
            kind = f"interview.{ending.value}"
            await record(uow, desk, about, f"interview_{ending.value}", by=None)
            subject, candidate = interview_subject(interview_id), application.applicant_id
            await tell(uow, desk, Notice(kind, subject, candidate))
            await tell_coordinator(uow, desk, application, interview, kind)
        await refresh(uow, desk, about)
        await uow.commit()

"""Ending an interview: what everything that cancels one has in common."""

from __future__ import annotations

from bot.domain.applications import Application
from bot.domain.interviews import AHEAD, Ending, Interview, InterviewStatus, move
from bot.services.desk import Desk, interview_subject, refresh, task
from bot.services.keeping import UnitOfWork
from bot.services.meeting_booking import CANCEL, HOSTS, MOVE, PEOPLE


async def end_interview(
    uow: UnitOfWork,
    desk: Desk,
    interview: Interview,
    ending: Ending,
    *,
    by: str | None,
    reason: str = "",
) -> None:
    """Cancel it and owe everything that follows; the caller tells people, and commits.

    Pending reminders and notices are dropped, and the meeting, where one was made or may be under
    way, is cancelled in Outlook.
    """
    asked_outlook = interview.status is not InterviewStatus.OFFERED
    move(interview, InterviewStatus.CANCELLED)
    interview.ending, interview.reason, interview.fault = ending.value, reason, None
    subject = interview_subject(interview.interview_id)
    for kinds in ("reminder.", "interview.", PEOPLE, HOSTS, MOVE):
        await uow.outbox.drop(subject, kinds=kinds)
    if asked_outlook:
        await task(uow, desk, CANCEL, subject, key="once")
    await refresh(uow, desk, subject, but=by)


async def end_interviews(
    uow: UnitOfWork, desk: Desk, application: Application, ending: Ending, *, by: str | None
) -> None:
    """Whatever interview of a candidate is still ahead: the application was decided otherwise."""
    for interview in await uow.interviews.of_application(application.application_id):
        if interview.status in AHEAD:
            await end_interview(uow, desk, interview, ending, by=by)

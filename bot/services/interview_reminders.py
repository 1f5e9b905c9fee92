"""Reminders of an interview, for the candidate and for the coordinator."""

from __future__ import annotations

from bot.domain.interviews import Interview
from bot.services.desk import Desk, interview_subject, the_person
from bot.services.keeping import UnitOfWork
from bot.services.reminders import About, owe

KIND = "reminder.interview"


async def plan(uow: UnitOfWork, desk: Desk, interview: Interview, candidate_id: str) -> None:
    """Owe both the reminders that are still to come, of the time that was picked."""
    if interview.starts_at is None:
        return
    about = About(
        KIND,
        interview_subject(interview.interview_id),
        interview.starts_at,
        interview.zone,
        time_version(interview),
    )
    for person_id in (candidate_id, interview.coordinator_id):
        person = await the_person(uow, person_id)
        await owe(uow, desk, about, person, desk.rules.interview_reminders)


async def drop(uow: UnitOfWork, interview: Interview) -> None:
    """Drop what is still owed."""
    await uow.outbox.drop(interview_subject(interview.interview_id), kinds=KIND)


def time_version(interview: Interview) -> int:
    """Which of its times it is: an interview's own version grows with its status too."""
    return int(interview.starts_at.timestamp()) if interview.starts_at else 0

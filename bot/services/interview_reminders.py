"""Reminders of an interview, for the candidate and for the coordinator."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.interviews import Interview
from bot.domain.people import Person
from bot.services.desk import Desk, interview_subject, the_person
from bot.services.interviewing import PICKED
from bot.services.keeping import UnitOfWork
from bot.services.reminders import About, owe

KIND = "reminder.interview"


async def plan(uow: UnitOfWork, desk: Desk, interview: Interview, candidate_id: str) -> None:
    """Owe both the reminders that are still to come, of the time that was picked."""
    for person_id in (candidate_id, interview.coordinator_id):
        await _plan(uow, desk, interview, await the_person(uow, person_id))


async def replan(uow: UnitOfWork, desk: Desk, person: Person) -> None:
    """Plan a person's reminders anew, after they chose other ones or moved zone."""
    until = desk.now + timedelta(days=desk.rules.furthest_days + 1)
    ahead = list(await uow.interviews.of_coordinator(person.person_id, desk.now, until))
    for application in await uow.applications.of_person(person.person_id):
        every = await uow.interviews.of_application(application.application_id)
        ahead += [each for each in every if each.status in PICKED]
    for interview in ahead:
        subject = interview_subject(interview.interview_id)
        await uow.outbox.drop(subject, kinds=KIND, recipient_id=person.person_id)
        await _plan(uow, desk, interview, person)


async def _plan(uow: UnitOfWork, desk: Desk, interview: Interview, person: Person) -> None:
    if interview.starts_at is None:
        return
    subject, version = interview_subject(interview.interview_id), time_version(interview)
    about = About(KIND, subject, interview.starts_at, interview.zone, version)
    await owe(uow, desk, about, person, desk.rules.interview_reminders)


async def drop(uow: UnitOfWork, interview: Interview) -> None:
    """Drop what is still owed."""
    await uow.outbox.drop(interview_subject(interview.interview_id), kinds=KIND)


def time_version(interview: Interview) -> int:
    """Which of its times it is: an interview's own version grows with its status too."""
    return int(interview.starts_at.timestamp()) if interview.starts_at else 0

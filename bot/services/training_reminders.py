"""Reminders of the orientation: planned with a seat, for each of the five days."""

from __future__ import annotations

from bot.domain import reminders
from bot.domain.cohorts import Cohort, TrainingStatus
from bot.domain.people import Person
from bot.services.desk import Desk, Notice, cohort_subject, tell
from bot.services.keeping import UnitOfWork
from bot.services.reminders import ways

REMINDER = "reminder.training"
DAY_BEFORE = "1d"


async def plan(uow: UnitOfWork, desk: Desk, cohort: Cohort, person: Person) -> None:
    """Owe a person the reminders still to come: some days before the first, then before each."""
    rules = desk.rules
    for number, starts_at in enumerate(cohort.starts, start=1):
        wanted = [
            which
            for which in rules.participant_reminders
            if which not in person.skipped_reminders
            and (number == 1 or which == DAY_BEFORE or reminders.is_last_call(which))
        ]
        for due in reminders.reminder_instants(
            starts_at, cohort.zone, wanted, person.lives_in, desk.now, rules
        ):
            for via in ways(person, due.which):
                notice = Notice(
                    REMINDER,
                    cohort_subject(cohort.cohort_id),
                    person.person_id,
                    f"{number}:{due.which}:{starts_at:%Y%m%d%H%M}",
                    due_at=due.due_at,
                    expires_at=starts_at,
                    via=via,
                    args={"which": due.which, "number": number, "at": starts_at.isoformat()},
                    repeatable=False,
                )
                await tell(uow, desk, notice)


async def drop(uow: UnitOfWork, cohort: Cohort, person_id: str | None = None) -> None:
    """Drop what is still owed: of one person, or of everybody."""
    subject = cohort_subject(cohort.cohort_id)
    await uow.outbox.drop(subject, kinds="reminder.", recipient_id=person_id)


async def replan(uow: UnitOfWork, desk: Desk, person: Person) -> None:
    """Plan a person's reminders anew, after they chose other ones or moved zone."""
    seats = await uow.training.of_person(person.person_id)
    mine = {s.cohort_id for s in seats if s.status is TrainingStatus.CONFIRMED}
    for cohort in (await uow.cohorts.many(mine)).values():
        subject = cohort_subject(cohort.cohort_id)
        # Not those of an offer, whose kind begins likewise: whoever has a seat has none.
        await uow.outbox.drop(subject, kinds=REMINDER, recipient_id=person.person_id)
        await plan(uow, desk, cohort, person)

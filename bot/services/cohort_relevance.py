"""Whether something owed about a cohort is still true when it is sent."""

from __future__ import annotations

from bot.domain.cohorts import CohortStatus, TrainingStatus
from bot.domain.messages import OutboxRow
from bot.services.keeping import UnitOfWork

_GOING = (CohortStatus.OPEN, CohortStatus.RUNNING)
# The place that a notice speaks of.
_PLACES = {
    "cohort.offered": TrainingStatus.OFFERED,
    "reminder.training_offer": TrainingStatus.OFFERED,
    "cohort.waitlisted": TrainingStatus.WAITLISTED,
    "reminder.training": TrainingStatus.CONFIRMED,
}
TO_MARK = "cohort.to_mark"
TO_END = "cohort.to_complete"
COHORT = frozenset({*_PLACES, TO_MARK, TO_END})


async def cohort_still(uow: UnitOfWork, row: OutboxRow) -> bool:
    """The cohort goes on, and the person's place in it is what the notice says."""
    cohort_id = row.subject.partition(":")[2]
    cohort = await uow.cohorts.get(cohort_id)
    if cohort is None or cohort.status not in _GOING:
        return False
    if row.kind == TO_END:
        return True
    if row.kind == TO_MARK:
        seats = await uow.training.of_cohort(cohort_id)
        there = any(s.status is TrainingStatus.CONFIRMED for s in seats)
        return there and row.args.get("number") not in cohort.marked
    at = row.args.get("at")
    if at and at not in {start.isoformat() for start in cohort.starts}:
        return False  # it has other days now
    seat = await uow.training.get(cohort_id, row.recipient_id or "")
    return seat is not None and seat.status is _PLACES[row.kind]

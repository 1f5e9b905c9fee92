"""Whether what is owed about a manager's or a reference's word is still true when it is sent."""

from __future__ import annotations

from bot.domain.applications import (
    SELECTING,
    WAITING,
    Application,
    ApplicationStatus,
    Endorsement,
    EndorsementStatus,
    EndorserKind,
)
from bot.domain.messages import OutboxRow
from bot.services.endorsing import parted, question_reminder
from bot.services.keeping import UnitOfWork

FROM_ENDORSER = frozenset({"endorsement.asked", "endorsement.answered", "reminder.endorsement"})
FROM_APPLICANT = frozenset({"endorsement.question", *map(question_reminder, EndorserKind)})
SILENT = frozenset({"endorsement.silent", "endorsement.unanswered"})
ANSWERS = {
    "endorsement.supported": EndorsementStatus.SUPPORTED,
    "endorsement.declined": EndorsementStatus.DECLINED,
}
READY = frozenset({"application.referenced", "application.to_select"})
ENDORSEMENT = FROM_ENDORSER | FROM_APPLICANT | SILENT | ANSWERS.keys() | READY


async def endorsement_awaited(uow: UnitOfWork, row: OutboxRow) -> bool:
    """A word, or the answer to a question, is still waited for; an answer told still stands."""
    subject_id = row.subject.partition(":")[2]
    if row.kind in READY:
        application = await uow.applications.get(subject_id)
        return application is not None and _ready(application)
    if row.kind in FROM_ENDORSER:
        application_id, kind = parted(subject_id)
    else:
        which = row.args.get("which") or row.args.get("kind")
        application_id, kind = subject_id, EndorserKind(str(which))
    application = await uow.applications.get(application_id)
    one = await uow.endorsements.get(application_id, kind)
    if application is None or one is None or application.status not in WAITING:
        return False
    return _stands(row, one)


def _stands(row: OutboxRow, one: Endorsement) -> bool:
    if row.kind in ANSWERS:
        return one.status is ANSWERS[row.kind]
    if one.status is not EndorsementStatus.ASKED:
        return False
    if row.kind in FROM_ENDORSER:
        return one.person_id == row.recipient_id and _not_waiting_for_answer(row, one)
    return row.kind in SILENT or bool(one.question and not one.answer)


def _not_waiting_for_answer(row: OutboxRow, one: Endorsement) -> bool:
    """Whoever asked something is not reminded before the answer is there."""
    return not row.kind.startswith("reminder.") or not one.question or bool(one.answer)


def _ready(application: Application) -> bool:
    """Both words are there, and nothing has been decided yet."""
    before = (ApplicationStatus.SUBMITTED, ApplicationStatus.SUPPORTED)
    return application.status in SELECTING and application.status not in before

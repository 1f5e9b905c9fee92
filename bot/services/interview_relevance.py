"""Whether what is owed about an interview, or about a proposal, is still true."""

from __future__ import annotations

from bot.domain.interviews import InterviewStatus
from bot.domain.messages import OutboxRow, Via
from bot.domain.people import Channel, Person
from bot.services.interview_reminders import KIND, time_version
from bot.services.interviewing import PICKED
from bot.services.keeping import UnitOfWork

OFFERED = frozenset({"interview.offered", "reminder.interview_offer"})
PROPOSED = "application.proposed"
INTERVIEW = OFFERED | {KIND, PROPOSED}
_CHANNELS = {Via.CHAT: Channel.CHAT, Via.MAIL: Channel.MAIL, Via.ACTIVITY: Channel.ACTIVITY}


async def interview_awaited(uow: UnitOfWork, row: OutboxRow) -> bool:
    """An offer until it is answered, a reminder while the time stands, a proposal until settled."""
    subject_id = row.subject.partition(":")[2]
    if row.kind == PROPOSED:
        application = await uow.applications.get(subject_id)
        return application is not None and application.proposal is not None
    interview = await uow.interviews.get(subject_id)
    if interview is None:
        return False
    if row.kind in OFFERED:
        return interview.status is InterviewStatus.OFFERED
    stands = interview.status in PICKED and time_version(interview) == row.args.get("version")
    person = await uow.people.get(row.recipient_id or "")
    return stands and person is not None and _wanted(person, row)


def _wanted(person: Person, row: OutboxRow) -> bool:
    """They may have changed their wishes since it was planned."""
    channel = _CHANNELS.get(row.via)
    return row.args.get("which") not in person.skipped_reminders and (
        channel is None or person.wants(channel)
    )

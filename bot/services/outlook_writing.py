"""What is kept of what we write into Outlook, and how a look at an event is owed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.outlook import WrittenEvent, mark, people_of
from bot.services.desk import Desk, event_subject, task
from bot.services.keeping import UnitOfWork
from bot.services.ports import Attendee, Meetings

LOOK, LOOK_SECONDS = "outlook.look", 10


def marks_of(attendees: Iterable[Attendee]) -> tuple[str, ...]:
    """Marks of those whom we ask to be invited, with whether they lead."""
    return tuple(sorted({mark(each.mail, required=each.required) for each in attendees}))


def unanswered(known: WrittenEvent, attendees: Iterable[Attendee]) -> WrittenEvent:
    """What is known from when we ask Outlook to invite these until it has answered.

    It may have any of ours. Were the answer lost, somebody who leaves next would else stay there,
    as if invited by hand.
    """
    ours = people_of({*known.sent, *known.held, *marks_of(attendees)})
    return replace(known, sent=(), held=tuple(sorted(ours)))


async def guests_of(
    known: WrittenEvent, meetings: Meetings, wanted: Iterable[Attendee]
) -> list[Attendee]:
    """Those whom somebody invited by hand in Outlook: they stay."""
    if not known.held:
        return []
    ours = people_of({*known.sent, *known.held, *marks_of(wanted)})
    return [
        Attendee(mail=one.mail, name=one.name, required=one.required)
        for one in (await meetings.look(known.event_id)).invited
        if mark(one.mail) not in ours
    ]


async def owe_look(uow: UnitOfWork, desk: Desk, event_id: str, *, at_once: bool = False) -> bool:
    """Owe a look at an event, shortly: what is told of it until then is looked at together.

    All that is told within ten seconds shares one row, which is due when they are over.
    """
    bucket = int(desk.now.timestamp() // LOOK_SECONDS) + 1
    due_at = desk.now if at_once else datetime.fromtimestamp(bucket * LOOK_SECONDS, UTC)
    subject = event_subject(event_id)
    return await task(uow, desk, LOOK, subject, key=f"{bucket}{at_once:d}", due_at=due_at)

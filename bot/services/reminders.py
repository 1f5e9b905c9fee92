"""Reminders as rows: planned with a seat or an assignment, moved and dropped with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain import reminders
from bot.domain.messages import Via
from bot.domain.people import Channel, Person
from bot.domain.seats import SeatStatus
from bot.domain.sessions import AHEAD, AssignmentStatus, Session
from bot.services.desk import Desk, Notice, session_subject, tell
from bot.services.keeping import UnitOfWork

LAST_HOUR = "1h"


def ways(person: Person, which: str) -> list[Via]:
    """By chat and by mail, and in the last hour by Teams' own notification, as they wish."""
    ways = [
        way
        for way, channel in ((Via.CHAT, Channel.CHAT), (Via.MAIL, Channel.MAIL))
        if person.wants(channel)
    ]
    if which == LAST_HOUR and person.wants(Channel.ACTIVITY):
        ways.append(Via.ACTIVITY)
    return ways


async def plan(
    uow: UnitOfWork, desk: Desk, session: Session, person: Person, *, leads: bool
) -> None:
    """Owe a person the reminders of a session that are still to come.

    They carry the session's version: one that moved is reminded of anew, one already sent for
    this time is not sent again.
    """
    rules = desk.rules
    wanted = rules.facilitator_reminders if leads else rules.participant_reminders
    about = About(
        "reminder.lead" if leads else "reminder.seat",
        session_subject(session.session_id),
        session.starts_at,
        session.zone,
        session.version,
    )
    await owe(uow, desk, about, person, wanted)


@dataclass(frozen=True, slots=True)
class About:
    """What somebody is reminded of: when it starts, on whose clock, and which of its times it is.

    `version` grows with every move in time; `kind` is the notice.
    """

    kind: str
    subject: str
    starts_at: datetime
    zone: str
    version: int


async def owe(
    uow: UnitOfWork, desk: Desk, about: About, person: Person, wanted: Sequence[str]
) -> None:
    """Owe a person those reminders of a thing that are still to come, by the ways they wish."""
    due = reminders.reminder_instants(
        about.starts_at,
        about.zone,
        [which for which in wanted if which not in person.skipped_reminders],
        person.lives_in,
        desk.now,
        desk.rules,
    )
    for instant in due:
        for via in ways(person, instant.which):
            await tell(
                uow,
                desk,
                Notice(
                    about.kind,
                    about.subject,
                    person.person_id,
                    f"v{about.version}:{instant.which}",
                    due_at=instant.due_at,
                    expires_at=about.starts_at,
                    via=via,
                    args={"which": instant.which, "version": about.version},
                    repeatable=False,
                ),
            )


async def drop(uow: UnitOfWork, session: Session, person_id: str | None = None) -> None:
    """Drop what is still owed: of one person, or of everybody."""
    await uow.outbox.drop(
        session_subject(session.session_id), kinds="reminder.", recipient_id=person_id
    )


async def replan(uow: UnitOfWork, desk: Desk, person: Person) -> None:
    """Plan all of a person's reminders anew, after they chose other ones or moved zone."""
    seats = await uow.seats.of_person(person.person_id)
    leading = await uow.assignments.ahead(person.person_id, desk.now)
    roles = {s.session_id: False for s in seats if s.status is SeatStatus.CONFIRMED}
    roles |= {a.session_id: True for a in leading if a.status is AssignmentStatus.ACCEPTED}
    sessions = await uow.sessions.many(roles)
    for session_id, leads in roles.items():
        session = sessions.get(session_id)
        if session and session.status in AHEAD and session.starts_at > desk.now:
            await drop(uow, session, person.person_id)
            await plan(uow, desk, session, person, leads=leads)

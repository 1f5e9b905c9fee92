"""What every use case works with, and what they share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from bot.clock import Clock
from bot.domain import calendar
from bot.domain.applications import REFERENCE as APPLICATION_REFERENCE
from bot.domain.applications import Application
from bot.domain.cohorts import Cohort
from bot.domain.errors import NotFound
from bot.domain.messages import HistoryEntry, OutboxRow, Via
from bot.domain.people import Grant, Person, Role
from bot.domain.requests import Request
from bot.domain.rules import Rules
from bot.domain.sessions import Session
from bot.services.keeping import UnitOfWork, UnitsOfWork


@dataclass(frozen=True, slots=True)
class Desk:
    """Storage, the clock, the programme's numbers, and a source of ids (random, URL-safe).

    `chat_link` opens the bot's own chat in Teams; empty where the app has no id yet.
    """

    uow: UnitsOfWork
    clock: Clock
    rules: Rules
    new_id: Callable[[], str]
    chat_link: str = ""

    @property
    def now(self) -> datetime:
        """The present instant, aware UTC."""
        return self.clock.now()


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell one person: a sentence (`kind`) above the subject's own card.

    `key` tells this telling from another of the same kind about the same subject: the two
    together are told once.
    """

    kind: str
    subject: str
    to: str
    key: str = ""
    due_at: datetime | None = None
    expires_at: datetime | None = None
    via: Via = Via.CHAT
    args: dict[str, Any] | None = None
    repeatable: bool = True


async def tell(uow: UnitOfWork, desk: Desk, *notices: Notice) -> None:
    """Owe these notices, in the transaction of the change that they are about."""
    for notice in notices:
        now = desk.now
        await uow.outbox.add(
            OutboxRow(
                row_id=desk.new_id(),
                via=notice.via,
                kind=notice.kind,
                subject=notice.subject,
                dedupe_key=(
                    f"{notice.kind}:{notice.subject}:{notice.to}:{notice.key}:{notice.via.value}"
                ),
                due_at=notice.due_at or now,
                created_at=now,
                recipient_id=notice.to,
                args=notice.args or {},
                expires_at=notice.expires_at,
                repeatable=notice.repeatable,
            )
        )


async def refresh(uow: UnitOfWork, desk: Desk, *subjects: str, but: str | None = None) -> None:
    """Show the cards that people have on these subjects anew; the one who clicked has theirs."""
    for subject in subjects:
        for card in await uow.live_cards.of(subject):
            if card.person_id != but:
                await tell(
                    uow,
                    desk,
                    Notice(
                        "card.refresh", subject, card.person_id, key=desk.new_id(), via=Via.REFRESH
                    ),
                )


async def task(
    uow: UnitOfWork,
    desk: Desk,
    kind: str,
    subject: str,
    *,
    key: str,
    due_at: datetime | None = None,
    **args: Any,
) -> bool:
    """Owe something to be done in the service mailbox's calendar; False where it is owed."""
    now = desk.now
    return await uow.outbox.add(
        OutboxRow(
            row_id=desk.new_id(),
            via=Via.MEETING,
            kind=kind,
            subject=subject,
            dedupe_key=f"{kind}:{subject}:{key}",
            due_at=due_at or now,
            created_at=now,
            args=args,
        )
    )


async def record(
    uow: UnitOfWork, desk: Desk, subject: str, what: str, *, by: str | None, note: str = ""
) -> None:
    """Add a line to a subject's time line."""
    await uow.history.add(
        HistoryEntry(
            entry_id=desk.new_id(), subject=subject, at=desk.now, what=what, actor_id=by, note=note
        )
    )


def at_local(on: date, hour: time, zone: str) -> datetime:
    """The instant (aware UTC) at which the clocks of an IANA zone show that day and hour."""
    return calendar.localize(datetime.combine(on, hour), zone)


def request_subject(request_id: str) -> str:
    """The subject under which a request's rows are kept."""
    return f"request:{request_id}"


def session_subject(session_id: str) -> str:
    """The subject under which a session's rows are kept."""
    return f"session:{session_id}"


def assignment_subject(assignment_id: str) -> str:
    """The subject under which an assignment's rows are kept."""
    return f"assignment:{assignment_id}"


def application_subject(application_id: str) -> str:
    """The subject under which an application's rows are kept."""
    return f"application:{application_id}"


def interview_subject(interview_id: str) -> str:
    """The subject under which an interview's rows are kept."""
    return f"interview:{interview_id}"


def cohort_subject(cohort_id: str) -> str:
    """The subject under which a cohort's rows are kept."""
    return f"cohort:{cohort_id}"


def event_subject(event_id: str) -> str:
    """The subject under which looks at an event of Outlook are kept."""
    return f"event:{event_id}"


def outlook_subject(question_id: str) -> str:
    """The subject under which a question about Outlook is kept."""
    return f"outlook:{question_id}"


def facilitator_subject(person_id: str) -> str:
    """The subject under which a facilitator's rows are kept."""
    return f"facilitator:{person_id}"


async def the_person(uow: UnitOfWork, person_id: str) -> Person:
    """A person, made known by their id alone where nobody has met them yet."""
    person = await uow.people.get(person_id)
    if person is None:
        person = Person(person_id=person_id)
        await uow.people.add(person)
    return person


async def the_request(uow: UnitOfWork, request_id: str, *, lock: bool = True) -> Request:
    """A request. Raises `NotFound`."""
    get = uow.requests.locked if lock else uow.requests.get
    request = await get(request_id)
    if request is None:
        raise NotFound("request_unknown")
    return request


async def the_session(uow: UnitOfWork, session_id: str, *, lock: bool = True) -> Session:
    """A session. Raises `NotFound`."""
    get = uow.sessions.locked if lock else uow.sessions.get
    session = await get(session_id)
    if session is None:
        raise NotFound("session_unknown")
    return session


async def the_application(
    uow: UnitOfWork, application_id: str, *, lock: bool = True
) -> Application:
    """An application. Raises `NotFound`."""
    get = uow.applications.locked if lock else uow.applications.get
    application = await get(application_id)
    if application is None:
        raise NotFound("application_unknown")
    return application


async def quoted_application(uow: UnitOfWork, text: str) -> Application | None:
    """The application whose reference (AP-2027-0042) stands in the text, if there is one."""
    quoted = APPLICATION_REFERENCE.search(text)
    return await uow.applications.by_number(int(quoted[1]), int(quoted[2])) if quoted else None


async def the_cohort(uow: UnitOfWork, cohort_id: str, *, lock: bool = True) -> Cohort:
    """A cohort. Raises `NotFound`."""
    get = uow.cohorts.locked if lock else uow.cohorts.get
    cohort = await get(cohort_id)
    if cohort is None:
        raise NotFound("cohort_unknown")
    return cohort


def coordinates(grants: list[Grant] | tuple[Grant, ...], region: str) -> bool:
    """Whether these roles let somebody steer a region: its coordinators, and administrators."""
    return any(
        grant.role is Role.ADMINISTRATOR
        or (grant.role is Role.COORDINATOR and grant.region == region)
        for grant in grants
    )


async def must_coordinate(uow: UnitOfWork, person_id: str, region: str) -> None:
    """Refuse, as if the thing were not there, unless the person steers the region."""
    if not coordinates(tuple(await uow.grants.of(person_id)), region):
        raise NotFound("request_unknown")


async def coordinators(uow: UnitOfWork, region: str) -> list[str]:
    """The coordinators of a region; its administrators where it has none yet."""
    grants = await uow.grants.holders(Role.COORDINATOR, region)
    if not grants:
        grants = await uow.grants.holders(Role.ADMINISTRATOR)
    return sorted({grant.person_id for grant in grants})

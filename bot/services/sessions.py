"""Sessions: what there is to join, one session, mine; and those imported from the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.errors import NotFound, Refusal
from bot.domain.people import Side
from bot.domain.requests import Visibility
from bot.domain.sessions import AHEAD, JOINABLE, Assignment, AssignmentStatus, Session
from bot.services.codes import find_code, new_code
from bot.services.desk import Desk, coordinates, the_person, the_session
from bot.services.keeping import SessionFilter, UnitOfWork
from bot.services.request_form import check_places, usual_minutes
from bot.services.session_views import session_line, session_view, session_views
from bot.services.vacancies import staff
from bot.services.views import SessionLine, SessionView

PAGE = 10


@dataclass(frozen=True, slots=True)
class SessionPage:
    """A page of upcoming sessions: `first` is the place of the first, from 0, of `total`."""

    sessions: tuple[SessionLine, ...]
    first: int
    total: int
    which: SessionFilter

    @property
    def next_first(self) -> int | None:
        """Where the next page begins; None on the last."""
        following = self.first + len(self.sessions)
        return following if following < self.total else None


@dataclass(frozen=True, slots=True)
class ImportedSession:
    """A session of the programme's calendar, with the two who lead it. `starts_at` is aware UTC."""

    offering: str
    starts_at: datetime
    zone: str
    language: str
    region: str
    organization: str
    visibility: Visibility
    leads: dict[Side, str]
    minutes: int | None = None
    place: str | None = None


class SessionsService:
    """Finding and seeing sessions."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def upcoming(
        self, reader_id: str, which: SessionFilter | None = None, first: int = 0
    ) -> SessionPage:
        """Open sessions still to come, soonest first, ten at a time."""
        desk, now = self._desk, self._desk.now
        wanted = which or SessionFilter()
        async with desk.uow(reading=True) as uow:
            found, total = await uow.sessions.upcoming(
                reader_id, now, wanted, limit=PAGE, offset=max(0, first)
            )
        lines = tuple(session_line(listed, now) for listed in found)
        return SessionPage(lines, max(0, first), total, wanted)

    async def view(self, reader_id: str, session_id: str, code: str | None = None) -> SessionView:
        """One session, if the reader may see it.

        A team's own session is seen by whoever has its code, is of it, leads it or steers it.

        Raises:
            NotFound: no such session, or not theirs to see.
        """
        desk = self._desk
        async with desk.uow(reading=True) as uow:
            session = await the_session(uow, session_id, lock=False)
            view = await session_view(uow, desk, session, reader_id)
            if not await self._visible(uow, view, reader_id, code):
                raise NotFound("session_unknown")
            return view

    async def _visible(
        self, uow: UnitOfWork, view: SessionView, reader_id: str, code: str | None
    ) -> bool:
        session = view.session
        if session.visibility is Visibility.OPEN and session.status in JOINABLE | {
            s for s in type(session.status) if s not in AHEAD
        }:
            return True
        asked = await uow.assignments.of_session(session.session_id)
        return (
            code == session.code
            or view.seat is not None
            or view.shares_code
            or any(a.person_id == reader_id for a in asked)
            or coordinates(tuple(await uow.grants.of(reader_id)), session.region)
        )

    async def by_code(self, reader_id: str, text: str) -> SessionView:
        """The session of a code that somebody typed. Raises `NotFound` (`code_unknown`)."""
        desk = self._desk
        code = find_code(text)
        async with desk.uow(reading=True) as uow:
            session = await uow.sessions.by_code(code) if code else None
            if session is None:
                raise NotFound("code_unknown")
            return await session_view(uow, desk, session, reader_id)

    async def mine(self, reader_id: str) -> list[SessionView]:
        """Sessions still ahead in which the reader has a seat, an offer, or waits."""
        desk = self._desk
        async with desk.uow(reading=True) as uow:
            seats = await uow.seats.of_person(reader_id)
            found = await uow.sessions.many({seat.session_id for seat in seats})
            ahead = [s for s in found.values() if s.status in AHEAD and s.ends_at > desk.now]
            ahead.sort(key=lambda s: s.starts_at)
            return await session_views(uow, desk, ahead, reader_id)

    async def import_many(self, rows: Sequence[ImportedSession]) -> tuple[int, int]:
        """Take sessions of the calendar in, staffed and with their booking owed.

        The same offering at the same time with the same leads is one session: importing a file
        again adds nothing. Returns how many were added and how many were there already.
        """
        added = 0
        for row in rows:
            added += await self._import(row)
        return added, len(rows) - added

    async def _import(self, row: ImportedSession) -> bool:
        desk = self._desk
        check_places(row.organization, row.region)
        minutes = row.minutes or usual_minutes(row.offering)
        if row.starts_at <= desk.now:
            raise Refusal("session_in_past", field="starts_at")
        async with desk.uow() as uow:
            for side, person_id in row.leads.items():
                lead = await uow.facilitators.get(person_id)
                if lead is None or lead.side is not side:
                    raise Refusal("facilitator_unqualified", field=side.value)
            if await self._known(uow, row):
                return False
            session = Session(
                session_id=desk.new_id(),
                code=await new_code(uow),
                offering=row.offering,
                starts_at=row.starts_at,
                ends_at=row.starts_at + timedelta(minutes=minutes),
                zone=row.zone,
                language=row.language,
                region=row.region,
                organization=row.organization,
                visibility=row.visibility,
                capacity=desk.rules.capacity,
                transaction_id=desk.new_id(),
                created_at=desk.now,
                place=row.place,
            )
            await uow.sessions.add(session)
            await self._lead(uow, session, row)
            await uow.commit()
            return True

    async def _known(self, uow: UnitOfWork, row: ImportedSession) -> bool:
        led = await uow.assignments.of_person(row.leads[Side.UNION])
        sessions = await uow.sessions.many({assignment.session_id for assignment in led})
        wanted = (row.offering, row.starts_at)
        return any((each.offering, each.starts_at) == wanted for each in sessions.values())

    async def _lead(self, uow: UnitOfWork, session: Session, row: ImportedSession) -> None:
        desk = self._desk
        leads = [
            Assignment(
                assignment_id=desk.new_id(),
                session_id=session.session_id,
                person_id=person_id,
                side=side,
                offered_at=desk.now,
                answer_by=session.starts_at,
                status=AssignmentStatus.ACCEPTED,
                answered_at=desk.now,
            )
            for side, person_id in row.leads.items()
        ]
        for lead in leads:
            await the_person(uow, lead.person_id)
            await uow.assignments.add(lead)
        await staff(uow, desk, session, leads)

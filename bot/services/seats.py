"""Seats: join, leave, be added, and the waitlist that fills what is freed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.domain import seats as seating
from bot.domain import waitlist
from bot.domain.errors import MovedOn, NotFound, Refusal
from bot.domain.requests import Visibility
from bot.domain.seats import Seat, SeatStatus
from bot.domain.sessions import JOINABLE, STANDING, Session
from bot.services import reminders
from bot.services.desk import (
    Desk,
    Notice,
    refresh,
    request_subject,
    session_subject,
    task,
    tell,
    the_person,
    the_session,
)
from bot.services.keeping import UnitOfWork
from bot.services.session_views import named, session_view
from bot.services.views import Named, SessionView

MOST_ADDED = 50


@dataclass(frozen=True, slots=True)
class PeopleAdded:
    """What became of those whom somebody added: each is in one of the four."""

    view: SessionView
    seated: tuple[Named, ...]
    waiting: tuple[Named, ...]
    already: tuple[Named, ...]
    leading: tuple[Named, ...]


class SeatsService:
    """A person's place in a session. Seats are counted under the session's lock."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def join(self, actor_id: str, session_id: str, code: str | None = None) -> SessionView:
        """Take a seat, or a place in the waitlist. Twice changes nothing.

        A team's own session asks for its code, unless the person is of it already.

        Raises:
            NotFound: no such session, or a team's own without its code.
            Refusal: `lead_cannot_join`; MovedOn: `session_moved_on`, `session_over`.
        """
        desk = self._desk
        async with desk.uow() as uow:
            session = await the_session(uow, session_id)  # rivals: every other join and leave
            await self._must_be_welcome(uow, session, actor_id, code)
            seat, fresh = await self._seat(uow, session, actor_id, added_by=None)
            if fresh:
                await self._follow_up(uow, session, [seat])
            view = await session_view(uow, desk, session, actor_id)
            await uow.commit()
            return view

    async def add_people(
        self, actor_id: str, session_id: str, person_ids: Collection[str]
    ) -> PeopleAdded:
        """Add people of the team, by whoever requested or agreed. Each is told, once.

        Raises:
            NotFound: no such session, or not theirs to add people to.
            Refusal: `people_missing`; MovedOn: as `join`.
        """
        desk = self._desk
        async with desk.uow() as uow:
            session = await the_session(uow, session_id)
            request = await uow.requests.get(session.request_id) if session.request_id else None
            if request is None or actor_id not in (request.requester_id, request.counterpart_id):
                raise NotFound("session_unknown")
            if not 0 < len(set(person_ids)) <= MOST_ADDED:
                raise Refusal("people_missing", field="people", most=MOST_ADDED)
            self._must_be_ahead(session)
            asked = list(dict.fromkeys(person_ids))
            leads = await self._leads(uow, session)
            added: list[Seat] = []
            for person_id in asked:
                if person_id not in leads:
                    seat, fresh = await self._seat(uow, session, person_id, added_by=actor_id)
                    added += [seat] if fresh else []
            await self._follow_up(uow, session, added)
            for seat in added:
                if seat.person_id != actor_id:
                    await self._tell(uow, session, seat, "session.added")
            result = await self._added(uow, session, actor_id, asked, added, leads)
            await uow.commit()
            return result

    async def _added(
        self,
        uow: UnitOfWork,
        session: Session,
        actor_id: str,
        asked: Sequence[str],
        added: Sequence[Seat],
        leads: Collection[str],
    ) -> PeopleAdded:
        names = await named(uow, *asked)
        new = {seat.person_id: seat.status is SeatStatus.CONFIRMED for seat in added}
        return PeopleAdded(
            view=await session_view(uow, self._desk, session, actor_id),
            seated=tuple(names[p] for p in asked if new.get(p) is True),
            waiting=tuple(names[p] for p in asked if new.get(p) is False),
            already=tuple(names[p] for p in asked if p not in new and p not in leads),
            leading=tuple(names[p] for p in asked if p in leads),
        )

    async def leave(self, actor_id: str, session_id: str) -> SessionView:
        """Give up a seat, an offer or a place in the waitlist; the first who waits gets it."""
        desk = self._desk
        async with desk.uow() as uow:
            session = await the_session(uow, session_id)
            seat = await uow.seats.get(session_id, actor_id)
            if seat is None:
                raise NotFound("seat_unknown")
            if seat.status in seating.STANDING:
                self._must_be_ahead(session)
                had_seat = seat.status is SeatStatus.CONFIRMED
                offered = seat.status is SeatStatus.OFFERED
                seating.move(seat, SeatStatus.DECLINED if offered else SeatStatus.LEFT, desk.now)
                await reminders.drop(uow, session, actor_id)
                await self._fill(uow, session)
                if had_seat:
                    await self._invite(uow, session)
                await self._refresh_owner(uow, session)
            view = await session_view(uow, desk, session, actor_id)
            await uow.commit()
            return view

    async def accept_offer(self, actor_id: str, session_id: str) -> SessionView:
        """Take the seat that was offered, in time.

        Raises:
            MovedOn: `seat_offer_lapsed`, `seat_moved_on`.
        """
        desk = self._desk
        async with desk.uow() as uow:
            session = await the_session(uow, session_id)
            seat = await uow.seats.get(session_id, actor_id)
            if seat is None:
                raise NotFound("seat_unknown")
            if seat.status is not SeatStatus.CONFIRMED:
                self._must_be_ahead(session)
                if seat.offered_until and seat.offered_until <= desk.now:
                    raise MovedOn("seat_offer_lapsed", at=seat.offered_until)
                if seat.status is SeatStatus.DECLINED:
                    raise MovedOn("seat_offer_lapsed", at=seat.changed_at)
                if seat.status is not SeatStatus.OFFERED:
                    raise MovedOn("seat_moved_on", status=seat.status.value, wanted="confirmed")
                seating.move(seat, SeatStatus.CONFIRMED, desk.now)
                await self._follow_up(uow, session, [seat])
            view = await session_view(uow, desk, session, actor_id)
            await uow.commit()
            return view

    async def lapse(self, session_id: str) -> None:
        """End offers of seats whose time has passed and offer them on. By the worker."""
        desk = self._desk
        async with desk.uow() as uow:
            session = await the_session(uow, session_id)
            late = waitlist.lapse(await uow.seats.of_session(session_id), desk.now)
            for seat in late:
                key = str(seat.ticket)
                subject = session_subject(session_id)
                await tell(uow, desk, Notice("session.seat_lapsed", subject, seat.person_id, key))
            if late and session.starts_at > desk.now:
                await self._fill(uow, session)
            await uow.commit()

    async def _must_be_welcome(
        self, uow: UnitOfWork, session: Session, actor_id: str, code: str | None
    ) -> None:
        if session.visibility is Visibility.TEAM and code != session.code:
            request = await uow.requests.get(session.request_id) if session.request_id else None
            own = request and actor_id in (request.requester_id, request.counterpart_id)
            if not own and await uow.seats.get(session.session_id, actor_id) is None:
                raise NotFound("session_unknown")
        self._must_be_ahead(session)
        if actor_id in await self._leads(uow, session):
            raise Refusal("lead_cannot_join")

    async def _leads(self, uow: UnitOfWork, session: Session) -> frozenset[str]:
        asked = await uow.assignments.of_session(session.session_id)
        return frozenset(a.person_id for a in asked if a.status in STANDING)

    def _must_be_ahead(self, session: Session) -> None:
        if session.status not in JOINABLE:
            raise MovedOn("session_moved_on", status=session.status.value, wanted="joined")
        if session.starts_at <= self._desk.now:
            raise MovedOn("session_over", at=session.starts_at)

    async def _seat(
        self, uow: UnitOfWork, session: Session, person_id: str, added_by: str | None
    ) -> tuple[Seat, bool]:
        """The person's place and whether it is new; the session's lock is held."""
        now = self._desk.now
        seat = await uow.seats.get(session.session_id, person_id)
        if seat is not None and seat.status in seating.STANDING:
            return seat, False
        fresh = Seat(
            session_id=session.session_id,
            person_id=person_id,
            status=SeatStatus.WAITLISTED,
            ticket=await uow.seats.last_ticket(session.session_id) + 1,
            asked_at=now,
            changed_at=now,
            added_by=added_by,
        )
        # A thousand may wait: whether there is room is seen from the front.
        front = await uow.seats.front(session.session_id)
        kept = waitlist.join(front, seat, fresh, session.capacity)
        if kept is fresh:
            await the_person(uow, person_id)
            await uow.seats.add(fresh)
        return kept, True

    async def _follow_up(self, uow: UnitOfWork, session: Session, seats: Sequence[Seat]) -> None:
        """Plan what follows from places just taken."""
        desk = self._desk
        confirmed = [seat for seat in seats if seat.status is SeatStatus.CONFIRMED]
        for seat in confirmed:
            person = await the_person(uow, seat.person_id)
            await reminders.plan(uow, desk, session, person, leads=False)
        if confirmed:
            await self._invite(uow, session)
        await self._refresh_owner(uow, session)

    async def _fill(self, uow: UnitOfWork, session: Session) -> None:
        """Give what is free to those who wait, and tell them."""
        desk = self._desk
        seats = await uow.seats.of_session(session.session_id)
        offer = desk.rules.seat_offer
        for seat in waitlist.fill(seats, session.capacity, desk.now, offer, session.starts_at):
            if seat.status is SeatStatus.CONFIRMED:
                person = await the_person(uow, seat.person_id)
                await reminders.plan(uow, desk, session, person, leads=False)
                await self._invite(uow, session)
                await self._tell(uow, session, seat, "session.seat_confirmed")
            else:
                await self._tell(uow, session, seat, "session.seat_offered")

    async def _tell(self, uow: UnitOfWork, session: Session, seat: Seat, kind: str) -> None:
        subject = session_subject(session.session_id)
        key = str(seat.ticket)
        await tell(uow, self._desk, Notice(kind, subject, seat.person_id, key))

    async def _invite(self, uow: UnitOfWork, session: Session) -> None:
        """Bring the meeting's attendees in line, once it is made."""
        desk = self._desk
        subject = session_subject(session.session_id)
        await task(uow, desk, "meeting.people", subject, key=desk.new_id())

    async def _refresh_owner(self, uow: UnitOfWork, session: Session) -> None:
        """The request's cards count the seats; whoever clicked did so on the session's."""
        if session.request_id:
            await refresh(uow, self._desk, request_subject(session.request_id))

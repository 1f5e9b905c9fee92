"""Asking in order: with a coordinator's consent the bot asks pair after pair.

Who was asked and how they answered are the session's assignments; the round says whether the bot
goes on. Whom to ask next is the ranking's answer, made anew each time. Outlook is asked before the
transaction, and what it was asked about is looked at again within it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.domain.errors import MovedOn, Refusal
from bot.domain.pairing import Reason
from bot.domain.people import Side
from bot.domain.requests import Request
from bot.domain.rounds import Round, RoundStatus, move
from bot.domain.sessions import AHEAD, STANDING, AssignmentStatus, Session
from bot.services.desk import (
    Desk,
    Notice,
    coordinators,
    record,
    refresh,
    request_subject,
    session_subject,
    tell,
    the_session,
)
from bot.services.keeping import UnitOfWork
from bot.services.pairing_checks import check_pair
from bot.services.pairing_views import Availability, Pairs, PairView
from bot.services.request_views import request_view
from bot.services.staffing import offer, run_round
from bot.services.triage import steered
from bot.services.vacancies import vacant_sides
from bot.services.views import NextUp, RequestView

PROPOSED = 3
ACCEPTED = frozenset({AssignmentStatus.ACCEPTED})


class Ranking(Protocol):
    """Who would be asked next (implemented by services.pairing)."""

    async def next_best(
        self,
        request_id: str,
        starts_at: datetime,
        limit: int = 5,
        vacated: Side | None = None,
        *,
        calendars: bool = True,
    ) -> Pairs:
        """With `vacated`, as if whoever is asked for that side had said no."""
        ...


class RoundsService:
    """Starts, stops and carries on the asking for one request's session."""

    def __init__(self, desk: Desk, ranking: Ranking) -> None:
        self._desk = desk
        self._ranking = ranking

    async def start(self, actor_id: str, request_id: str) -> RequestView:
        """Ask in order from now on: whoever is missing is asked at once. Twice changes nothing.

        Raises:
            MovedOn: `request_moved_on`: both have accepted, or there is no session to lead.
        """
        desk = self._desk
        async with desk.uow(reading=True) as uow:
            request = await steered(uow, actor_id, request_id, lock=False)
            session = await self._ahead(uow, request, "ask_in_order")
            before = await _answers(uow, session)
        found = await self._ranking.next_best(request_id, session.starts_at)
        async with desk.uow() as uow:
            request = await steered(uow, actor_id, request_id)
            session = await self._ahead(uow, request, "ask_in_order")
            await uow.sessions.locked(session.session_id)  # rivals: answers, other coordinators
            if await self._settled(uow, session):
                raise _moved_on(request, "ask_in_order")
            asking = await uow.rounds.get(session.session_id)
            if asking is None or asking.status is not RoundStatus.RUNNING:
                asking = await run_round(uow, desk, session, actor_id)
                same = session.starts_at == found.starts_at
                if same and await _answers(uow, session) == before:  # else the worker does it
                    await self._go_on(uow, request, session, asking, found)
            await refresh(uow, desk, request_subject(request_id), but=actor_id)
            view = await request_view(uow, desk, request, actor_id)
            await uow.commit()
            return view

    async def stop(self, actor_id: str, request_id: str) -> RequestView:
        """Ask nobody else; offers that are out stay open. Twice changes nothing.

        Raises:
            MovedOn: `round_moved_on`: it is over already; `request_moved_on`: there is none.
        """
        desk = self._desk
        async with desk.uow() as uow:
            request = await steered(uow, actor_id, request_id)
            session = await self._ahead(uow, request, "stop_round")
            await uow.sessions.locked(session.session_id)
            asking = await uow.rounds.get(session.session_id)
            if asking is None:
                raise _moved_on(request, "stop_round")
            if asking.status is not RoundStatus.STOPPED:
                move(asking, RoundStatus.STOPPED)
                about = session_subject(session.session_id)
                await record(uow, desk, about, "round_stopped", by=actor_id)
                await refresh(uow, desk, request_subject(request_id), but=actor_id)
            view = await request_view(uow, desk, request, actor_id)
            await uow.commit()
            return view

    async def with_next(self, view: RequestView) -> RequestView:
        """The same, with who could be asked next, for those who steer it.

        While the round runs, whoever the bot would ask next for each side that is not settled;
        else the best few for a side that has nobody. Outlook is not asked for what a card shows:
        it is when the time comes.
        """
        if view.session is None or not {"stop_round", "replace"} & view.may:
            return view
        running = "stop_round" in view.may
        out = {x.side for x in view.leads if x.status in (ACCEPTED if running else STANDING)}
        session = view.session.session
        found = [
            one
            for side in Side
            if side not in out
            for one in await self._next_up(
                view.request.request_id, session.starts_at, side, 1 if running else PROPOSED
            )
        ]
        return replace(view, next_up=tuple(found))

    async def _next_up(
        self, request_id: str, starts_at: datetime, side: Side, count: int
    ) -> list[NextUp]:
        found = await self._ranking.next_best(request_id, starts_at, vacated=side, calendars=False)
        halves = {
            half.person.person_id: half
            for half in (pair.of(side) for pair in found.pairs)
            if not half.standing
        }
        return [
            NextUp(side, half.person, tuple(r for r in half.reasons if not _of_calendar(r)))
            for half in list(halves.values())[:count]
        ]

    async def advance(self, session_id: str) -> bool:
        """Ask the next best where somebody said no; whether anything was done.

        Called by the worker for rounds that wait; harmless twice.
        """
        desk = self._desk
        async with desk.uow(reading=True) as uow:
            session = await uow.sessions.get(session_id)
            if session is None or session.request_id is None:
                return False
            if not await self._waits(uow, session):
                return False
            before = await _answers(uow, session)
        found = await self._ranking.next_best(session.request_id, session.starts_at)
        async with desk.uow() as uow:
            request = await uow.requests.locked(session.request_id)
            session = await the_session(uow, session_id)
            asking = await uow.rounds.get(session_id)
            if request is None or asking is None or not await self._waits(uow, session):
                return False
            if session.starts_at != found.starts_at or await _answers(uow, session) != before:
                return False  # it moved, or somebody answered meanwhile: the next time round
            done = await self._go_on(uow, request, session, asking, found)
            if done:
                await refresh(uow, desk, request_subject(request.request_id))
                await uow.commit()
            return done

    async def _go_on(
        self, uow: UnitOfWork, request: Request, session: Session, asking: Round, found: Pairs
    ) -> bool:
        """Ask for every side that has nobody, or say that nobody is left; whether it was done."""
        vacant = await vacant_sides(uow, session.session_id)
        asked = await uow.assignments.of_session(session.session_id)
        held = {a.side: a.person_id for a in asked if a.status in STANDING}
        tried = {a.person_id for a in asked}
        if not vacant:
            return True
        fitting = [p for p in found.pairs if all(p.ids[side] == held[side] for side in held)]
        pair = next((pair for pair in fitting if _can_be_asked(pair, vacant, tried)), None)
        if pair is None:
            await self._exhaust(uow, request, asking, _lacking(found, vacant))
            return True
        chosen = {side: pair.ids[side] for side in vacant}
        at = session.starts_at
        try:
            await check_pair(uow, self._desk, request, at, chosen, even_engaged=False)
        except Refusal:
            return False  # they were asked or left meanwhile: somebody else the next time round
        for side, person_id in chosen.items():
            await offer(uow, self._desk, session, side, person_id, by_day=True)
        return True

    async def _exhaust(
        self, uow: UnitOfWork, request: Request, asking: Round, lacking: Sequence[Side]
    ) -> None:
        """Nobody is left for these sides: the coordinators are told which, and what to do."""
        desk = self._desk
        args = {"side": lacking[0].value} if len(lacking) == 1 else {"which": "both"}
        move(asking, RoundStatus.EXHAUSTED)
        about = session_subject(asking.session_id)
        await record(uow, desk, about, "round_exhausted", by=None)
        subject = request_subject(request.request_id)
        key = f"{asking.session_id}-{asking.version}"
        for person_id in await coordinators(uow, request.region):
            told = Notice("request.round_exhausted", subject, person_id, key, args=args)
            await tell(uow, desk, told)

    async def _waits(self, uow: UnitOfWork, session: Session) -> bool:
        """Whether the round runs, the session is still to come, and a side has nobody."""
        asking = await uow.rounds.get(session.session_id)
        return (
            asking is not None
            and asking.status is RoundStatus.RUNNING
            and session.status in AHEAD
            and session.starts_at > self._desk.now
            and bool(await vacant_sides(uow, session.session_id))
        )

    async def _ahead(self, uow: UnitOfWork, request: Request, wanted: str) -> Session:
        session = await uow.sessions.of_request(request.request_id)
        if session is None or session.status not in AHEAD or session.starts_at <= self._desk.now:
            raise _moved_on(request, wanted)
        return session

    async def _settled(self, uow: UnitOfWork, session: Session) -> bool:
        asked = await uow.assignments.of_session(session.session_id)
        return {a.side for a in asked if a.status is AssignmentStatus.ACCEPTED} == set(Side)


async def _answers(uow: UnitOfWork, session: Session) -> frozenset[tuple[str, str]]:
    """Who was asked and how they answered: what a ranking was made for."""
    asked = await uow.assignments.of_session(session.session_id)
    return frozenset((a.assignment_id, a.status.value) for a in asked)


def _lacking(found: Pairs, vacant: Sequence[Side]) -> Sequence[Side]:
    """For which of the sides without anybody nobody is left to ask.

    Where each has somebody, but no two who go together, it is all of them.
    """

    def anybody(side: Side) -> bool:
        if not found.pairs:
            return found.proposable.get(side, 0) > 0
        return any(p.of(side).availability is not Availability.BUSY for p in found.pairs)

    return [side for side in vacant if not anybody(side)] or vacant


def _of_calendar(reason: Reason) -> bool:
    return reason.key.startswith("availability.")


def _can_be_asked(pair: PairView, vacant: tuple[Side, ...], tried: set[str]) -> bool:
    """Nobody twice for one session, and nobody whose calendar says that they cannot."""
    halves = [pair.of(side) for side in vacant]
    return all(
        half.person.person_id not in tried and half.availability is not Availability.BUSY
        for half in halves
    )


def _moved_on(request: Request, wanted: str) -> MovedOn:
    return MovedOn("request_moved_on", status=request.status.value, wanted=wanted)

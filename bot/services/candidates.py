"""Who could lead a session at a time, and how those asked already are placed at another one."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.domain.errors import NotFound, OutsideFault
from bot.domain.pairing import (
    Availability,
    Need,
    Placed,
    Reason,
    Team,
    Weights,
    person_cost,
    same_team,
    seen,
)
from bot.domain.pairing_reasons import barriers
from bot.domain.people import Side
from bot.domain.roster import Wish
from bot.domain.rules import Rules
from bot.domain.sessions import STANDING, Session, SessionStatus
from bot.services.desk import Desk, coordinates, must_coordinate, the_request, the_session
from bot.services.keeping import UnitOfWork
from bot.services.pairing_calendars import availability
from bot.services.pairing_knowledge import know, need_of
from bot.services.ports import Calendars
from bot.services.qualifying import Asked, asked_of, qualified
from bot.services.session_views import leads_of, named
from bot.services.views import Lead, Named

LISTED = 40
"""Of each side, so many calendars are looked at."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who qualifies to lead, with what helps to choose.

    `load` counts the sessions of the rules' months, open offers included; `same_region` says
    whether it is the request's; `availability` is Outlook's word for that time, `engaged` our own;
    `wish` is what they wish on that day.
    """

    person: Named
    side: Side
    load: int
    same_region: bool
    availability: Availability
    engaged: bool
    wish: Wish = Wish.USUAL


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody trained and fluent who cannot be asked for that time, and why."""

    person: Named
    side: Side
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Who qualifies for one request at one time: the best placed of each side.

    `calendars_answered` is False while Outlook is away. `totals` counts everybody of a side who
    can be asked, listed or not.
    """

    starts_at: datetime
    people: tuple[Candidate, ...]
    calendars_answered: bool
    totals: Mapping[Side, int]
    left_out: tuple[LeftOut, ...] = ()

    def of(self, side: Side) -> tuple[Candidate, ...]:
        """Those of one side, the best placed first and the engaged last."""
        return tuple(c for c in self.people if c.side is side)


@dataclass(frozen=True, slots=True)
class PlacedLead:
    """Somebody who leads or was asked to, and how they are placed at another time."""

    lead: Lead
    availability: Availability
    engaged: bool


@dataclass(frozen=True, slots=True)
class LeadsAt:
    """The standing leads of a session at another time."""

    starts_at: datetime
    leads: tuple[PlacedLead, ...]
    calendars_answered: bool


class Finder:
    """Asks the roster, our own sessions and Outlook's calendars."""

    def __init__(self, desk: Desk, calendars: Calendars) -> None:
        self._desk = desk
        self._calendars = calendars

    async def candidates(self, actor_id: str, request_id: str, starts_at: datetime) -> Candidates:
        """Who qualifies for a request at a time. Outlook is asked outside any transaction.

        Those who are absent, whose month is full, or who are of the other one's team are left
        out. The best placed of each side are listed, and Outlook is asked about them.
        """
        desk = self._desk
        rank = partial(_rank, desk.rules.pairing)
        async with desk.uow(reading=True) as uow:
            request = await the_request(uow, request_id, lock=False)
            await must_coordinate(uow, actor_id, request.region)
            need = need_of(request, starts_at)
            asked = await asked_of(uow, request)
            sought = await qualified(uow, request, asked)
            teams = await _teams_of_leads(uow, asked)
            knowledge = await know(uow, desk, sought, [need])
            sides = {
                side: _Side.of(
                    [knowledge.placed(f.person_id, need) for f in sought if f.side is side],
                    need,
                    desk.rules,
                    [team for other, team in teams.items() if other is not side],
                )
                for side in Side
            }
            listed = [placed for side in sides.values() for placed in side.listed]
            mails = await uow.people.mails([p.profile.person_id for p in listed])
            out = [one for side in sides.values() for one in side.left_out]
            names = await named(uow, *(p.profile.person_id for p in listed + [p for p, _ in out]))
        known = await availability(self._calendars, mails, need)
        people = sorted((seen(placed, known) for placed in listed), key=partial(rank, need))
        return Candidates(
            starts_at,
            tuple(_candidate(need, p, names) for p in people),
            known is not None,
            {side: found.total for side, found in sides.items()},
            tuple(LeftOut(names[p.profile.person_id], p.profile.side, why) for p, why in out),
        )

    async def leads_at(self, actor_id: str, session_id: str, starts_at: datetime) -> LeadsAt:
        """How the standing leads of a session are placed at another time."""
        desk = self._desk
        async with desk.uow(reading=True) as uow:
            session = await the_session(uow, session_id, lock=False)
            if not coordinates(tuple(await uow.grants.of(actor_id)), session.region):
                raise NotFound("session_unknown")
            ends_at = starts_at + session.duration
            leads = [x for x in await leads_of(uow, session_id) if x.status in STANDING]
            mails = await uow.people.mails({lead.person.person_id for lead in leads})
            gap = desk.rules.preparation_gap
            engaged = {
                lead.person.person_id: await _engaged_elsewhere(
                    uow, lead.person.person_id, session, starts_at - gap, ends_at + gap
                )
                for lead in leads
            }
        busy = await self._busy(mails, starts_at, ends_at)
        placed = tuple(
            PlacedLead(
                lead,
                (busy or {}).get(mails.get(lead.person.person_id, ""), Availability.UNKNOWN),
                engaged[lead.person.person_id],
            )
            for lead in leads
        )
        return LeadsAt(starts_at, placed, busy is not None)

    async def _busy(
        self, mails: Mapping[str, str], starts_at: datetime, ends_at: datetime
    ) -> Mapping[str, Availability] | None:
        """What the calendars say, by mail; None while Outlook is away."""
        if not mails:
            return {}
        try:
            return await self._calendars.availability(sorted(mails.values()), starts_at, ends_at)
        except OutsideFault:
            return None


@dataclass(frozen=True, slots=True)
class _Side:
    """One side, before Outlook is asked: the best placed, how many there are, and the others."""

    listed: list[Placed]
    total: int
    left_out: list[tuple[Placed, tuple[Reason, ...]]]

    @staticmethod
    def of(people: list[Placed], need: Need, rules: Rules, teams: Collection[Team]) -> _Side:
        """Those of `teams`, whose people lead for the other side, are left out too."""
        fit: list[Placed] = []
        out: list[tuple[Placed, tuple[Reason, ...]]] = []
        for placed in people:
            own = (placed.profile.organization, placed.profile.team)
            why = barriers(need, placed, rules.sessions_a_month)
            if any(same_team(own, team) for team in teams):
                why += (Reason("same_team"),)
            if why:
                out.append((placed, why))
            else:
                fit.append(placed)
        best = heapq.nsmallest(LISTED, fit, key=partial(_rank, rules.pairing, need))
        return _Side(best, len(fit), out)


async def _teams_of_leads(uow: UnitOfWork, asked: Asked) -> dict[Side, Team]:
    """Side → the team of whoever is asked for it or has accepted."""
    leads = {a.side: a.person_id for a in asked.assignments if a.status in STANDING}
    roster = await uow.facilitators.many(set(leads.values()))
    known = {side: roster[each] for side, each in leads.items() if each in roster}
    return {side: (one.organization, one.team) for side, one in known.items()}


async def _engaged_elsewhere(
    uow: UnitOfWork, person_id: str, session: Session, starts_at: datetime, ends_at: datetime
) -> bool:
    """Whether they lead another session then; the one that is being moved does not count."""
    asked = await uow.assignments.ahead(person_id, starts_at)
    others = {a.session_id for a in asked} - {session.session_id}
    return any(
        other.starts_at < ends_at
        and other.ends_at > starts_at
        and other.status is not SessionStatus.CANCELLED
        for other in (await uow.sessions.many(others)).values()
    )


def _candidate(need: Need, placed: Placed, names: Mapping[str, Named]) -> Candidate:
    profile = placed.profile
    return Candidate(
        person=names[profile.person_id],
        side=profile.side,
        load=profile.load,
        same_region=profile.region == need.region,
        availability=placed.availability,
        engaged=placed.engaged,
        wish=profile.wishes(need.on),
    )


def _rank(weights: Weights, need: Need, placed: Placed) -> tuple[bool, int, str]:
    return placed.engaged, person_cost(need, placed, weights), placed.profile.person_id

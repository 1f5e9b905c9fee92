"""Who could lead a session at a time, and how those asked already are placed at another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.domain.errors import NotFound, OutsideFault
from bot.domain.pairing import (
    Availability,
    Need,
    Placed,
    Reason,
    Weights,
    month_full,
    person_cost,
    seen,
)
from bot.domain.pairing_reasons import hindrances, person_reasons
from bot.domain.people import Side
from bot.domain.rules import Rules
from bot.domain.sessions import STANDING, Session, SessionStatus
from bot.services.desk import Desk, coordinates, must_coordinate, the_request, the_session
from bot.services.keeping import UnitOfWork
from bot.services.pairing_calendars import availability
from bot.services.pairing_knowledge import know, need_of
from bot.services.ports import Calendars
from bot.services.qualifying import asked_of, qualified
from bot.services.session_views import leads_of, named
from bot.services.views import Lead, Named

LISTED = 40
"""Of each side, so many calendars are looked at."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who qualifies to lead, with what helps to choose.

    `load` counts the sessions of the rules' months, open offers included; `same_region` says
    whether it is the request's; `availability` is Outlook's word for that time, `engaged` our own.
    """

    person: Named
    side: Side
    load: int
    same_region: bool
    availability: Availability
    engaged: bool
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidates:
    """Who qualifies for one request at one time.

    `calendars_answered` is False while Outlook is away.
    """

    starts_at: datetime
    people: tuple[Candidate, ...]
    calendars_answered: bool

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

        Those who are absent or whose month is full are left out; Outlook is asked about the best
        placed of each side, as many as are listed.
        """
        desk = self._desk
        weights, most = desk.rules.pairing, desk.rules.sessions_a_month
        async with desk.uow(reading=True) as uow:
            request = await the_request(uow, request_id, lock=False)
            await must_coordinate(uow, actor_id, request.region)
            need = need_of(request, starts_at)
            sought = await qualified(uow, request, await asked_of(uow, request))
            knowledge = await know(uow, desk, sought, [need])
            people = [knowledge.placed(f.person_id, need) for f in sought]
            people = [p for p in people if not p.absent and not month_full(need, p, most)]
            people.sort(key=partial(_rank, need, weights))
            listed = [
                placed.profile.person_id
                for side in Side
                for placed in [p for p in people if p.profile.side is side][:LISTED]
            ]
            mails = await uow.people.mails(listed)
            names = await named(uow, *(p.profile.person_id for p in people))
        known = await availability(self._calendars, mails, need)
        people = [seen(placed, known) for placed in people]
        people.sort(key=partial(_rank, need, weights))
        return Candidates(
            starts_at,
            tuple(_candidate(need, p, desk.rules, names) for p in people),
            known is not None,
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


async def _engaged_elsewhere(
    uow: UnitOfWork, person_id: str, session: Session, starts_at: datetime, ends_at: datetime
) -> bool:
    """Whether they lead another session then; the one that is being moved does not count."""
    asked = await uow.assignments.of_person(person_id)
    others = {a.session_id for a in asked if a.status in STANDING} - {session.session_id}
    return any(
        other.starts_at < ends_at
        and other.ends_at > starts_at
        and other.status is not SessionStatus.CANCELLED
        for other in (await uow.sessions.many(others)).values()
    )


def _candidate(need: Need, placed: Placed, rules: Rules, names: Mapping[str, Named]) -> Candidate:
    weights, most = rules.pairing, rules.sessions_a_month
    profile = placed.profile
    return Candidate(
        person=names[profile.person_id],
        side=profile.side,
        load=profile.load,
        same_region=profile.region == need.region,
        availability=placed.availability,
        engaged=placed.engaged,
        reasons=person_reasons(need, placed, weights) + hindrances(need, placed, most),
    )


def _rank(need: Need, weights: Weights, placed: Placed) -> tuple[bool, int, str]:
    return placed.engaged, person_cost(need, placed, weights), placed.profile.person_id

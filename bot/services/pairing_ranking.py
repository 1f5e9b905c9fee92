"""The best pairs for one request: our own rows first, then one round of Outlook's calendars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.pairing import (
    Need,
    Placed,
    Profile,
    Ranked,
    Weights,
    again_cost,
    proposable,
    seen,
)
from bot.domain.pairing_order import best_pairs
from bot.domain.pairing_reasons import pair_reasons, person_reasons
from bot.domain.people import Side
from bot.domain.requests import Request
from bot.domain.sessions import STANDING
from bot.services.desk import Desk, must_coordinate, the_request
from bot.services.keeping import UnitOfWork
from bot.services.pairing_calendars import availability, best_placed
from bot.services.pairing_knowledge import know, need_of, partners_of
from bot.services.pairing_views import Half, Pairs, PairView
from bot.services.ports import Calendars
from bot.services.qualifying import asked_of, qualified
from bot.services.session_views import named
from bot.services.views import Named

LOOKED_AT, FURTHER = 60, 4
"""So many pairs are looked at closely; so many times more where these do not tell the best."""


@dataclass(frozen=True, slots=True)
class Field:
    """Who could lead one need, as far as our own rows tell. `held` are those asked already."""

    need: Need
    people: tuple[Placed, ...]
    held: Mapping[Side, Placed]
    mails: Mapping[str, str]

    @property
    def vacant(self) -> tuple[Side, ...]:
        """The sides that somebody is sought for."""
        return tuple(side for side in Side if side not in self.held)


class Ranker:
    """Ranks pairs. Outlook is asked outside any transaction."""

    def __init__(self, desk: Desk, calendars: Calendars) -> None:
        self._desk = desk
        self._calendars = calendars

    async def pairs(
        self,
        request_id: str,
        starts_at: datetime,
        limit: int,
        *,
        actor_id: str | None = None,
        vacated: Side | None = None,
        calendars: bool = True,
    ) -> Pairs:
        """The best pairs; with an actor only for one who steers the request's region."""
        desk = self._desk
        weights, most = desk.rules.pairing, desk.rules.sessions_a_month
        async with desk.uow(reading=True) as uow:
            request = await the_request(uow, request_id, lock=False)
            if actor_id is not None:
                await must_coordinate(uow, actor_id, request.region)
            field = await self._field(uow, request, need_of(request, starts_at), vacated)
        mails: Mapping[str, str] = field.mails if calendars else {}
        known = await availability(self._calendars, mails, field.need)
        people = [seen(placed, known) for placed in field.people]
        held = {side: seen(placed, known) for side, placed in field.held.items()}
        async with desk.uow(reading=True) as uow:
            ranked = await self._ranked(uow, field.need, [*people, *held.values()], limit)
            ids = {p.profile.person_id for pair in ranked for p in (pair.union, pair.employer)}
            names = await named(uow, *sorted(ids))
        holders = frozenset(placed.profile.person_id for placed in held.values())
        counts = dict.fromkeys(held, 1) | {
            side: sum(p.profile.side is side and proposable(field.need, p, most) for p in people)
            for side in field.vacant
        }
        return Pairs(
            request_id=request_id,
            starts_at=starts_at,
            pairs=tuple(pair_view(field.need, pair, weights, names, holders) for pair in ranked),
            calendars_answered=known is not None,
            proposable=counts,
        )

    async def _ranked(
        self, uow: UnitOfWork, need: Need, people: Sequence[Placed], limit: int
    ) -> list[Ranked]:
        """The best pairs, exactly; their past is read only of those who may be among them.

        What two have led together only ever adds to what they cost.
        """
        weights, most = self._desk.rules.pairing, self._desk.rules.sessions_a_month
        looked_at = max(LOOKED_AT, limit)
        while True:
            found = best_pairs(need, people, weights, most, looked_at)
            ids = {p.profile.person_id for pair in found for p in (pair.union, pair.employer)}
            met = await partners_of(uow, self._desk, ids)
            ranked = sorted((_with_past(need, pair, met, weights) for pair in found), key=_order)
            best = ranked[:limit]
            # All that was not looked at is dearer than the last that was.
            if len(found) < looked_at or (best and _order(best[-1]) <= _order(found[-1])):
                return best
            looked_at *= FURTHER

    async def _field(
        self, uow: UnitOfWork, request: Request, need: Need, vacated: Side | None
    ) -> Field:
        desk = self._desk
        asked = await asked_of(uow, request)
        standing = {
            a.side: a.person_id
            for a in asked.assignments
            if a.status in STANDING and a.side is not vacated
        }
        found = await qualified(uow, request, asked)
        sought = [f for f in found if f.side not in standing]
        holders = list((await uow.facilitators.many(set(standing.values()))).values())
        knowledge = await know(uow, desk, [*sought, *holders], [need])
        held = {
            side: _unhindered(
                knowledge.profiles.get(person_id, Profile(person_id, side, request.region))
            )
            for side, person_id in standing.items()
        }
        people = tuple(knowledge.placed(f.person_id, need) for f in sought)
        weights, most = desk.rules.pairing, desk.rules.sessions_a_month
        shortlist = best_placed(need, people, weights, most)
        ids = {p.profile.person_id for p in shortlist} | set(standing.values())
        return Field(need, people, held, await uow.people.mails(ids))


def _with_past(
    need: Need,
    pair: Ranked,
    met: Mapping[str, Mapping[str, tuple[datetime, ...]]],
    weights: Weights,
) -> Ranked:
    profile = replace(pair.union.profile, partners=met.get(pair.union.profile.person_id, {}))
    more = again_cost(need, profile, pair.employer.profile, weights)
    return replace(pair, union=replace(pair.union, profile=profile), cost=pair.cost + more)


def _order(pair: Ranked) -> tuple[int, str, str]:
    return pair.cost, pair.union.profile.person_id, pair.employer.profile.person_id


def pair_view(
    need: Need,
    pair: Ranked,
    weights: Weights,
    names: Mapping[str, Named],
    holders: frozenset[str] = frozenset(),
) -> PairView:
    """A ranked pair as a card needs it."""

    def half(placed: Placed) -> Half:
        profile = placed.profile
        return Half(
            person=names[profile.person_id],
            side=profile.side,
            load=profile.load,
            same_region=profile.region == need.region,
            availability=placed.availability,
            reasons=person_reasons(need, placed, weights),
            standing=profile.person_id in holders,
        )

    return PairView(
        union=half(pair.union),
        employer=half(pair.employer),
        cost=pair.cost,
        reasons=pair_reasons(need, pair.union.profile, pair.employer.profile, weights),
    )


def _unhindered(profile: Profile) -> Placed:
    """Whoever was asked for this very session is engaged by nothing but it."""
    return Placed(replace(profile, months={}))

"""Looked at again in the transaction of the offer: what a list on a card may no longer tell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.domain.errors import Refusal
from bot.domain.pairing import month_full, same_team
from bot.domain.people import Side
from bot.domain.requests import Request
from bot.domain.roster import Facilitator
from bot.domain.sessions import STANDING
from bot.services.desk import Desk
from bot.services.keeping import UnitOfWork
from bot.services.pairing_knowledge import know, need_of
from bot.services.qualifying import Asked, asked_of, qualifies


async def check_pair(
    uow: UnitOfWork,
    desk: Desk,
    request: Request,
    starts_at: datetime,
    pair: Mapping[Side, str],
    *,
    even_engaged: bool,
) -> None:
    """Refuse whom nobody may ask to lead a request at a time, whoever chose them.

    A coordinator may ask somebody who leads another session then (`even_engaged`): sessions
    move. A plan may not, nor may the bot by itself. With one side, the other's is whoever is
    asked for it or has accepted.

    Raises:
        Refusal: `facilitator_unqualified`, `facilitator_same_team`, `facilitator_absent`,
            `facilitator_month_full`, `facilitator_engaged`; the field is the side.
    """
    asked = await asked_of(uow, request)
    held = {a.side: a.person_id for a in asked.assignments if a.status in STANDING}
    both = held | dict(pair)
    roster = await uow.facilitators.many(set(both.values()))
    for side, person_id in pair.items():
        _check_qualified(roster.get(person_id), side, request, asked)
    if _one_team([roster[each] for each in both.values() if each in roster]):
        raise Refusal("facilitator_same_team", field=max(pair, key=list(Side).index).value)
    need = need_of(request, starts_at)
    knowledge = await know(uow, desk, [roster[each] for each in pair.values()], [need])
    most = desk.rules.sessions_a_month
    for side, person_id in pair.items():
        placed = knowledge.placed(person_id, need)
        if placed.absent:
            raise Refusal("facilitator_absent", field=side.value)
        if month_full(need, placed, most):
            raise Refusal("facilitator_month_full", field=side.value, n=most)
        if placed.engaged and not even_engaged:
            raise Refusal("facilitator_engaged", field=side.value)


def _check_qualified(
    facilitator: Facilitator | None, side: Side, request: Request, asked: Asked
) -> None:
    if (
        facilitator is None
        or facilitator.side is not side
        or facilitator.person_id in asked.people
        or not qualifies(facilitator, request, asked)
    ):
        raise Refusal("facilitator_unqualified", field=side.value)


def _one_team(people: list[Facilitator]) -> bool:
    teams = [(one.organization, one.team) for one in people]
    return len(teams) == len(Side) and same_team(*teams)

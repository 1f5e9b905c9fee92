"""Looked at again in the transaction of the offer: what a list on a card may no longer tell."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.errors import Refusal
from bot.domain.pairing import Need, month_full
from bot.domain.people import Side
from bot.services.desk import Desk
from bot.services.keeping import UnitOfWork
from bot.services.pairing_knowledge import know


async def check_available(
    uow: UnitOfWork, desk: Desk, need: Need, pair: Mapping[Side, str], *, even_engaged: bool
) -> None:
    """Refuse whoever is absent or has a full month, and, unless `even_engaged`, the engaged.

    A coordinator may ask somebody who leads another session then: sessions move. A plan may not.

    Raises:
        Refusal: `facilitator_absent`, `facilitator_month_full`, `facilitator_engaged`.
    """
    people = list((await uow.facilitators.many(set(pair.values()))).values())
    knowledge = await know(uow, desk, people, [need])
    most = desk.rules.sessions_a_month
    for side, person_id in pair.items():
        placed = knowledge.placed(person_id, need)
        if placed.absent:
            raise Refusal("facilitator_absent", field=side.value)
        if month_full(need, placed, most):
            raise Refusal("facilitator_month_full", field=side.value, n=most)
        if placed.engaged and not even_engaged:
            raise Refusal("facilitator_engaged", field=side.value)

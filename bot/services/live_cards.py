"""Cards in the chats that are kept true: which card shows which subject to whom."""

from __future__ import annotations

from bot.domain.messages import LiveCard
from bot.services.desk import Desk


class LiveCardsService:
    """Remembers the newest card of each person on each subject."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def shown(
        self, person_id: str, subject: str, conversation_id: str, activity_id: str
    ) -> None:
        """This card shows the subject to the person, newer than any other."""
        card = LiveCard(
            person_id=person_id,
            subject=subject,
            conversation_id=conversation_id,
            activity_id=activity_id,
            shown_at=self._desk.now,
        )
        async with self._desk.uow() as uow:
            await uow.live_cards.let_go(activity_id, but=subject)
            await uow.live_cards.put(card)
            await uow.commit()

    async def turned(self, activity_id: str) -> None:
        """This card shows no subject any more: a list, a form. Most cards never did."""
        async with self._desk.uow(reading=True) as uow:
            if not await uow.live_cards.showing(activity_id):
                return
        async with self._desk.uow() as uow:
            await uow.live_cards.let_go(activity_id)
            await uow.commit()

"""Forms left half way: found again after a restart or days away.

They are kept after each step, in the transaction that closes the turn (`storage.bot_state`).
"""

from __future__ import annotations

from bot.domain.people import Draft
from bot.services.keeping import UnitsOfWork


class Drafts:
    """One draft for each person and flow."""

    def __init__(self, uow: UnitsOfWork) -> None:
        self._uow = uow

    async def load(self, person_id: str, flow: str) -> Draft | None:
        """What the person left in this flow."""
        async with self._uow(reading=True) as uow:
            return await uow.drafts.get(person_id, flow)

    async def latest(self, person_id: str) -> Draft | None:
        """The draft that the person touched last."""
        async with self._uow(reading=True) as uow:
            drafts = await uow.drafts.of(person_id)
        return max(drafts, key=lambda draft: draft.updated_at, default=None)

    async def discard(self, person_id: str, flow: str) -> None:
        """Forget the draft; none is no error."""
        async with self._uow() as uow:
            await uow.drafts.remove(person_id, flow)
            await uow.commit()

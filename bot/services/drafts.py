"""Forms left half way: kept after each step, found again after a restart or days away."""

from __future__ import annotations

from collections.abc import Mapping

from bot.clock import Clock
from bot.domain.people import Draft
from bot.services.keeping import UnitsOfWork


class Drafts:
    """Keeps one draft for each person and flow."""

    def __init__(self, uow: UnitsOfWork, clock: Clock) -> None:
        self._uow = uow
        self._clock = clock

    async def load(self, person_id: str, flow: str) -> Draft | None:
        """What the person left in this flow."""
        async with self._uow(reading=True) as uow:
            return await uow.drafts.get(person_id, flow)

    async def latest(self, person_id: str) -> Draft | None:
        """The draft that the person touched last."""
        async with self._uow(reading=True) as uow:
            drafts = await uow.drafts.of(person_id)
        return max(drafts, key=lambda draft: draft.updated_at, default=None)

    async def save(
        self, person_id: str, flow: str, step: str, answers: Mapping[str, object]
    ) -> None:
        """Keep the answers so far."""
        draft = Draft(person_id, flow, step, self._clock.now(), dict(answers))
        async with self._uow() as uow:
            await uow.drafts.put(draft)
            await uow.commit()

    async def discard(self, person_id: str, flow: str) -> None:
        """Forget the draft; none is no error."""
        async with self._uow() as uow:
            await uow.drafts.remove(person_id, flow)
            await uow.commit()

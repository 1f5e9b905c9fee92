"""A look at an event, as a notification brings it about, and what came of it."""

from __future__ import annotations

from bot.domain.outlook import Question, QuestionStatus
from bot.services.outlook_writing import owe_look
from tests.unit.services.world import World


async def look(world: World, event_id: str) -> None:
    """Somebody told of the event; the worker has looked."""
    async with world.desk.uow() as uow:
        await owe_look(uow, world.desk, event_id)
        await uow.commit()
    await world.settle()


def questions(world: World, status: QuestionStatus = QuestionStatus.OPEN) -> list[Question]:
    """Those that stand so, oldest first."""
    return [q for q in world.units.memory.questions.values() if q.status is status]


def asked(world: World, person_id: str) -> list[str]:
    """The kinds of questions that somebody was told of in the chat."""
    return [kind for kind in world.told(person_id) if kind.startswith("outlook.")]

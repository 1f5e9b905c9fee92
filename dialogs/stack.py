"""The dialog stack as plain JSON in the turn's state: `[{"id": …, "state": {…}}]`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botbuilder.core import StatePropertyAccessor, TurnContext
from botbuilder.dialogs import DialogInstance, DialogState

from dialogs.stage import Stage

KEY = "dialogs"
_LOADED = "dialogs.loaded"


def _instance(entry: dict[str, Any]) -> DialogInstance:
    instance = DialogInstance()
    instance.id, instance.state = entry["id"], dict(entry["state"])
    return instance


class StackAccessor(StatePropertyAccessor):
    """What botbuilder's DialogSet reads its stack through."""

    async def get(
        self,
        turn_context: TurnContext,
        default_value_or_factory: Callable[[], Any] | Any = None,
    ) -> DialogState:
        """The stack of this conversation."""
        kept = Stage.of(turn_context).turn.state.get(KEY) or []
        state = DialogState([_instance(entry) for entry in kept])
        turn_context.turn_state[_LOADED] = state
        return state

    async def set(self, turn_context: TurnContext, value: DialogState) -> None:
        """Put it back."""
        Stage.of(turn_context).turn.state[KEY] = [
            {"id": instance.id, "state": instance.state} for instance in value.dialog_stack
        ]

    async def save(self, turn_context: TurnContext) -> None:
        """Put back what this turn left."""
        loaded = turn_context.turn_state.get(_LOADED)
        if loaded is not None:
            await self.set(turn_context, loaded)

    async def delete(self, turn_context: TurnContext) -> None:
        """Forget the stack."""
        Stage.of(turn_context).turn.state.pop(KEY, None)

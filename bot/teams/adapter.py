"""Our adapter: botbuilder's TurnContext, middleware and dialogs, without its way to the wire.

Everything that a handler sends, updates or deletes is held back in its `Turn`; `bot.teams.turns`
sends it when the state is saved. Why this is a BotAdapter and not a CloudAdapter:
`docs/decisions/0004-adapter.md`.
"""

from __future__ import annotations

from botbuilder.core import BotAdapter, TurnContext
from botbuilder.schema import Activity, ActivityTypes, ConversationReference, ResourceResponse
from botframework.connector.auth import ClaimsIdentity

from bot.teams.activities import incoming, outgoing
from bot.teams.inbound import Inbound
from bot.teams.turn import TURN, Held, Send, Turn
from bot.teams.voices import Handler

_REMEMBER_AS = "rememberAs"
# Nothing of these reaches Teams: traces are the emulator's, typing is the turn's own affair.
_NOT_SENT = frozenset({ActivityTypes.trace, ActivityTypes.typing, "delay"})


def remember_as(activity: Activity, name: str) -> Activity:
    """Mark an activity: once sent, its id is kept in `turn.state["cards"][name]`."""
    activity.additional_properties[_REMEMBER_AS] = name
    return activity


class TeamsAdapter(BotAdapter):
    """Runs a handler for one activity, inside botbuilder's pipeline."""

    def __init__(self, app_id: str | None) -> None:
        super().__init__()
        self._app_id = app_id

    async def run(self, inbound: Inbound, turn: Turn, handler: Handler) -> None:
        """Run the middleware and the handler (`on_turn` of an ActivityHandler) on one activity.

        Raises:
            PermissionError: Nobody checked who sent it, and this is no sandbox.
        """
        claims = inbound.claims
        if claims is None and self._app_id is not None:
            raise PermissionError
        activity = incoming(inbound.body)
        activity.delivery_mode = (
            None  # else the SDK would keep the replies, and nobody asks for them
        )
        context = TurnContext(self, activity)
        context.turn_state[TURN] = turn
        context.turn_state[self.BOT_IDENTITY_KEY] = ClaimsIdentity(
            dict(claims or {}), claims is not None
        )
        result = await self.run_pipeline(context, handler)
        if turn.answer is None and hasattr(result, "status"):
            turn.respond(outgoing(result.body), int(result.status))

    async def send_activities(
        self, context: TurnContext, activities: list[Activity]
    ) -> list[ResourceResponse]:
        """Hold activities back. Their ids are not known before the turn has ended."""
        turn = Turn.of(context)
        for activity in activities:
            if activity.type == ActivityTypes.invoke_response:
                context.turn_state[self._INVOKE_RESPONSE_KEY] = activity
                turn.respond(outgoing(activity.value.body), int(activity.value.status))
            elif activity.type not in _NOT_SENT:
                plain = outgoing(activity)
                name = plain.pop(_REMEMBER_AS, None)
                turn.held.append(Held(Send.REPLY, plain, remember_as=name))
        return [ResourceResponse(id="") for _ in activities]

    async def update_activity(self, context: TurnContext, activity: Activity) -> ResourceResponse:
        """Hold a replacement back."""
        plain = outgoing(activity)
        name = plain.pop(_REMEMBER_AS, None)
        held = Held(Send.UPDATE, plain, activity_id=str(activity.id), remember_as=name)
        Turn.of(context).held.append(held)
        return ResourceResponse(id=activity.id)

    async def delete_activity(self, context: TurnContext, reference: ConversationReference) -> None:
        """Hold a deletion back."""
        Turn.of(context).delete(str(reference.activity_id))

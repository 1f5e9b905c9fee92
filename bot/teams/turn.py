"""What a handler has in its hands while it answers one activity.

A turn's words are held back: they leave when the conversation's state is saved, so a turn that
has to run again (somebody else wrote the state meanwhile) is not heard twice. Handlers find it
with `Turn.of(turn_context)`; what `turn_context.send_activity` is given is held back too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

import orjson

if TYPE_CHECKING:
    from botbuilder.core import TurnContext

    from bot.domain.people import Draft
    from bot.services.keeping import Known

TURN = "turn"
CARD_TYPE = "application/vnd.microsoft.card.adaptive"


class Send(StrEnum):
    """What is done with something held back."""

    REPLY = "reply"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(slots=True)
class Held:
    """One thing to send when the state is saved. `activity` is plain JSON, ready for the wire.

    `remember_as` names the place in `state["cards"]` that gets the activity's id once it is
    known; `or_reply` sends an update as a new message where the old card is no longer there.
    """

    send: Send
    activity: dict[str, Any]
    activity_id: str | None = None
    remember_as: str | None = None
    or_reply: bool = False
    wire: bytes = field(default=b"", init=False, repr=False, compare=False)

    def encoded(self) -> bytes:
        """The activity as JSON: kept in the database and sent, so written once."""
        self.wire = self.wire or orjson.dumps(self.activity)
        return self.wire


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to an invoke: an HTTP status and a body that is already plain JSON.

    `kept` is what a second delivery gets, where the body holds what is stored nowhere.
    """

    status: int
    body: Any = None
    kept: Any = None


@dataclass(slots=True)
class Turn:
    """One activity being answered.

    Attributes:
        conversation_id: Whose turns run one at a time.
        activity_id: Absent on some conversation updates.
        reference: The addressing fields of a reply (from, recipient, conversation …).
        state: The conversation's state: JSON primitives only. Change it freely; it is saved
            when the handler ends well and forgotten when it fails.
        attempt: 1, or more where the state changed underneath and the turn runs again.
        held: What will be sent, in order.
        answer: The answer to an invoke, once there is one.
        known: The person who sent it as the database knows them, read with the state.
        draft: The form that they left half way by it, kept when the state is saved.
    """

    conversation_id: str
    activity_id: str | None
    reference: Mapping[str, Any]
    state: dict[str, Any]
    attempt: int = 1
    held: list[Held] = field(default_factory=list[Held])
    answer: Answer | None = None
    known: Known | None = None
    draft: Draft | None = None

    @classmethod
    def of(cls, turn_context: TurnContext) -> Self:
        """The turn that a TurnContext belongs to."""
        turn = turn_context.turn_state[TURN]
        assert isinstance(turn, cls)  # noqa: S101  # the adapter put it there
        return turn

    def card_id(self, name: str) -> str | None:
        """The activity id of the card remembered under a name, if there is one."""
        cards: dict[str, str] = self.state.get("cards") or {}
        return cards.get(name)

    def forget_card(self, name: str) -> None:
        """Forget a remembered card; it stays in the chat as it is."""
        cards: dict[str, str] = self.state.get("cards") or {}
        cards.pop(name, None)

    def say(self, text: str) -> None:
        """Reply with plain text (no markdown is read in it)."""
        self.held.append(Held(Send.REPLY, self._message(text=text, textFormat="plain")))

    def show(
        self, card: Mapping[str, Any], *, summary: str, remember_as: str | None = None
    ) -> None:
        """Reply with a card; `summary` is what a notification and a screen reader say of it."""
        activity = self._card(card, summary)
        self.held.append(Held(Send.REPLY, activity, remember_as=remember_as))

    def update(
        self,
        activity_id: str,
        card: Mapping[str, Any],
        *,
        summary: str,
        or_reply: bool = True,
        remember_as: str | None = None,
    ) -> None:
        """Replace a card in place, or by default send it anew where the old one is gone."""
        self.held.append(
            Held(
                Send.UPDATE,
                self._card(card, summary),
                activity_id=activity_id,
                remember_as=remember_as,
                or_reply=or_reply,
            )
        )

    def delete(self, activity_id: str) -> None:
        """Take a message of ours out of the chat; one that is gone already is no error."""
        self.held.append(Held(Send.DELETE, {}, activity_id=activity_id))

    def respond(self, body: object, status: int = 200, *, kept: object = None) -> None:
        """Answer the invoke; the last answer counts. `kept` is stored in place of the body."""
        self.answer = Answer(status, body, kept)

    def _card(self, card: Mapping[str, Any], summary: str) -> dict[str, Any]:
        attachment = {"contentType": CARD_TYPE, "content": card}
        return self._message(summary=summary, attachments=[attachment])

    def _message(self, **fields: object) -> dict[str, Any]:
        return {"type": "message", "inputHint": "acceptingInput", **self.reference, **fields}

"""A chat with the bot, without Teams: real handler, real dialogs, state through JSON each turn.

chat = Chat(handler, person)
await chat.say("settings")
await chat.click("Next", zone="America/Regina")
assert "Reminders" in chat.text
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from botbuilder.core import TurnContext

from bot.domain.people import Draft
from bot.services.ports import Reader
from bot.teams.activities import reply_reference
from bot.teams.activity_handler import TeamsHandler
from bot.teams.adapter import TeamsAdapter
from bot.teams.inbound import Inbound
from bot.teams.turn import Held, Send, Turn
from cards import kit

TENANT = "11111111-1111-4111-8111-111111111111"
NOW = datetime(2027, 1, 11, 15, 0, tzinfo=UTC)  # a Monday, 10 am in Ottawa


def person(number: int, name: str, language: str = "en", *roles: str, **more: Any) -> Reader:
    """Somebody, named by role; `more` is any other field of a Reader."""
    return Reader(
        person_id=f"00000000-0000-4000-8000-{number:012d}",
        tenant_id=TENANT,
        name=name,
        language=language,
        zone=more.pop("zone", "America/Toronto"),
        roles=frozenset(roles),
        **more,
    )


MANAGER = person(1, "Manager, Ottawa")
STEWARD = person(2, "Déléguée syndicale, Québec", "fr")
COORDINATOR = person(3, "Coordinator, Atlantic", "en", "coordinator", zone="America/Halifax")
FACILITATOR = person(4, "Facilitateur, Montréal", "fr", "facilitator")
ADMINISTRATOR = person(5, "Administrator, Ottawa", "en", "administrator")

BOT = {"id": "28:bot", "name": "Bot"}


@dataclass
class Message:
    """One message of the bot as it stands in the chat."""

    id: str
    card: dict[str, Any] | None
    text: str = ""

    @property
    def words(self) -> str:
        return text_of(self.card) if self.card else self.text


@dataclass
class Chat:
    """One person's own chat. `messages` is what they see, oldest first.

    Forms left half way go to `keep` at the end of a turn, as JSON, as storage keeps them.
    """

    handler: TeamsHandler
    person: Reader
    keep: Callable[[Draft], Awaitable[None]]
    kind: str = "personal"
    locale: str | None = None
    messages: list[Message] = field(default_factory=list)
    state: str = "{}"
    answer: dict[str, Any] | None = None
    status: int = 0
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def last(self) -> Message:
        return self.messages[-1]

    @property
    def text(self) -> str:
        """What the newest card says."""
        return self.last.words

    @property
    def card(self) -> dict[str, Any]:
        card = self.last.card
        assert card is not None
        return card

    @property
    def buttons(self) -> list[str]:
        return [action["title"] for action in actions_of(self.card)]

    async def say(self, text: str, **fields: Any) -> str:
        """Type something; the words of the newest card come back."""
        await self.receive({"type": "message", "text": text, **fields})
        return self.text if self.messages else ""

    async def click(self, title: str, *, on: Message | None = None, **values: Any) -> str:
        """Click a button of a card (the newest, or `on`) by its caption, with inputs filled in.

        Inputs that are not given keep what the card shows, as a client sends them.
        """
        message = on or self.last
        assert message.card is not None
        action = find_action(message.card, title)
        data = dict(action.get("data") or {})
        if action.get("associatedInputs") != "none":
            data |= shown_values(message.card) | values
        payload = {"action": {"type": "Action.Execute", "verb": action["verb"], "data": data}}
        return await self.invoke(payload, on=message)

    async def invoke(self, value: Any, *, on: Message | None = None) -> str:
        """Send an invoke as it is; what the card says afterwards comes back."""
        message = on or (self.messages[-1] if self.messages else None)
        await self.receive(
            {
                "type": "invoke",
                "name": "adaptiveCard/action",
                "value": value,
                "replyToId": message.id if message else None,
            }
        )
        body = self.answer or {}
        if body.get("type") == "application/vnd.microsoft.card.adaptive" and message:
            message.card = through_json(body["value"])
            return message.words
        if isinstance(body.get("value"), str):
            return body["value"]
        return self.text if self.messages else ""

    async def search(self, dataset: str, text: str) -> list[dict[str, str]]:
        """Type in a searched input."""
        value = {"dataset": dataset, "queryText": text, "queryOptions": {"skip": 0, "top": 15}}
        await self.receive({"type": "invoke", "name": "application/search", "value": value})
        assert self.answer is not None
        return self.answer["value"]["results"]

    async def receive(
        self,
        fields: dict[str, Any],
        answered_by: Callable[[TurnContext], Awaitable[Any]] | None = None,
    ) -> None:
        """Any activity at all; `answered_by` is what tells of a mishap instead of the handler."""
        body = self.body(fields)
        turn = Turn(
            conversation_id=body["conversation"]["id"],
            activity_id=body["id"],
            reference=reply_reference(body),
            state=json.loads(self.state),
        )
        inbound = Inbound(body)
        await TeamsAdapter(None).run(inbound, turn, answered_by or self.handler.on_turn)
        if draft := turn.draft:
            await self.keep(replace(draft, answers=through_json(draft.answers)))
        self.answer = through_json(turn.answer.body) if turn.answer else None
        self.status = turn.answer.status if turn.answer else 0
        remembered: dict[str, str] = {}
        for held in turn.held:
            remembered |= self._deliver(held)
        turn.state.setdefault("cards", {}).update(remembered)
        self.state = json.dumps(turn.state)
        await self.handler.on_shown(turn.conversation_id, remembered)

    def body(self, fields: dict[str, Any]) -> dict[str, Any]:
        person = self.person
        plain = {
            "id": f"in-{next(self._ids)}",
            "channelId": "msteams",
            "serviceUrl": "http://127.0.0.1:1/",
            "conversation": {
                "id": f"chat-{person.person_id}",
                "conversationType": self.kind,
                "tenantId": TENANT,
            },
            "from": {
                "id": f"29:{person.person_id}",
                "aadObjectId": person.person_id,
                "name": person.name,
            },
            "recipient": BOT,
            "channelData": {"tenant": {"id": TENANT}},
            "locale": self.locale or ("fr-CA" if person.language == "fr" else "en-CA"),
            **fields,
        }
        return {key: value for key, value in plain.items() if value is not None}

    def _deliver(self, held: Held) -> dict[str, str]:
        activity = through_json(held.activity)
        attachments = activity.get("attachments") or [{}]
        card = attachments[0].get("content")
        if held.send is Send.UPDATE:
            old = next((m for m in self.messages if m.id == held.activity_id), None)
            if old is not None:
                old.card = card
            return {}
        message = Message(f"out-{next(self._ids)}", card, activity.get("text", ""))
        self.messages.append(message)
        return {held.remember_as: message.id} if held.remember_as else {}


def through_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


def walk(node: Any) -> Iterator[dict[str, Any]]:
    """Every object of a card, in the order in which it is read."""
    if isinstance(node, dict):
        yield node
        for key, value in node.items():
            if key not in ("data", "refresh"):
                yield from walk(value)
    elif isinstance(node, list):
        for item in node:
            yield from walk(item)


def text_of(card: dict[str, Any]) -> str:
    """What somebody reads on a card, one line a block, inputs with their labels and values."""
    lines: list[str] = []
    for item in walk(card.get("body", [])):
        kind = item.get("type", "")
        if kind == "TextBlock":
            lines.append(item["text"])
        elif kind == "RichTextBlock":
            lines.append("".join(run["text"] for run in item["inlines"]))
        elif kind.startswith("Input."):
            lines.append(_input_line(item))
    return "\n".join(lines)


def _input_line(item: dict[str, Any]) -> str:
    label = item.get("label") or item.get("title", "")
    value = item.get("value", "")
    for entry in item.get("choices", []):
        if entry["value"] == value:
            value = entry["title"]
    return f"[{label}: {value}]"


def actions_of(card: dict[str, Any]) -> list[dict[str, Any]]:
    """Every button, those in show-cards and links within lines too."""
    return [item for item in walk(card) if str(item.get("type", "")).startswith("Action.")]


def find_action(card: dict[str, Any], title: str) -> dict[str, Any]:
    found = [
        action
        for action in actions_of(card)
        if action.get("title") == title and action["type"] == "Action.Execute"
    ]
    if len(found) != 1:
        raise AssertionError(
            f"{len(found)} buttons {title!r} among {[a.get('title') for a in actions_of(card)]}"
        )
    return found[0]


def shown_values(card: dict[str, Any]) -> dict[str, Any]:
    return {
        item["id"]: item.get("value", "")
        for item in walk(card)
        if str(item.get("type", "")).startswith("Input.")
    }


def problems_of(card: dict[str, Any]) -> list[str]:
    """What no card of ours may have: too large, unlabelled, without words for a notification."""
    found: list[str] = []
    if kit.size(card) > kit.LARGEST:
        found.append(f"too large: {kit.size(card)}")
    if card.get("version") != "1.5" or card.get("lang") not in ("en", "fr"):
        found.append("version or lang")
    if not card.get("fallbackText"):
        found.append("no fallbackText")
    if len(card.get("actions", [])) > kit.MOST_ACTIONS:
        found.append("too many actions")
    for item in walk(card):
        kind = str(item.get("type", ""))
        if kind.startswith("Input.") and not (item.get("label") or item.get("title")):
            found.append(f"input {item['id']} without a label")
        if kind.startswith("Input.") and kind != "Input.Toggle" and not item.get("errorMessage"):
            found.append(f"input {item['id']} without an error message")
        if kind == "ActionSet" and len(item["actions"]) > kit.MOST_ACTIONS:
            found.append("too many actions in a row")
    return found


Talk = Callable[..., Awaitable[Chat]]

"""What Teams sends to the program, in Teams' own shapes."""

from __future__ import annotations

import html
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.clock import SandboxClock
from sandbox.people import TENANT_ID, Person
from sandbox.teams.ids import BOT_ID, BOT_NAME, Conversation, bot_account, user_id

JSON = dict[str, Any]


def instant(moment: datetime) -> str:
    """Write an instant as Teams does: UTC, milliseconds, Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Activities:
    """Builds activities; `service_url` is where the program answers."""

    service_url: str
    clock: SandboxClock

    def message(
        self, person: Person, conversation: Conversation, message_id: str, text: str
    ) -> JSON:
        """Build typed words; in a group chat they begin with a mention of the bot."""
        activity = self._envelope("message", message_id, person, conversation)
        if conversation.person is None:
            mention = f"<at>{BOT_NAME}</at>"
            text = f"{mention} {text}"
            activity["entities"].insert(
                0, {"type": "mention", "text": mention, "mentioned": bot_account()}
            )
        markup = {"contentType": "text/html", "content": f"<p>{html.escape(text, quote=False)}</p>"}
        return activity | {"text": text, "textFormat": "plain", "attachments": [markup]}

    def submit(self, person: Person, conversation: Conversation, value: Any, card: str) -> JSON:
        """Build an `Action.Submit`: a message with a value and no text."""
        activity = self._envelope("message", self._id(), person, conversation)
        activity["channelData"] |= {"source": {"name": "message"}, "legacy": {"replyToId": card}}
        return activity | {"value": value, "replyToId": card}

    def execute(
        self, person: Person, conversation: Conversation, card: str, action: JSON, trigger: str
    ) -> JSON:
        """Build an `Action.Execute`: an invoke. `card` is the id of the message with the card."""
        value = {"action": {"type": "Action.Execute"} | action, "trigger": trigger}
        return self._invoke("adaptiveCard/action", value, person, conversation) | {
            "replyToId": card
        }

    def search(self, person: Person, conversation: Conversation, card: str, query: JSON) -> JSON:
        """Build the search that a choice set with typed search makes."""
        return self._invoke("application/search", query, person, conversation) | {"replyToId": card}

    def bot_added(self, person: Person, conversation: Conversation) -> list[JSON]:
        """Build what an install tells: the roster's change, then the installation's."""
        added = self._event("conversationUpdate", person, conversation)
        return [
            added | {"membersAdded": [{"id": BOT_ID}]},
            self._installation(person, conversation, "add"),
        ]

    def bot_removed(self, person: Person, conversation: Conversation) -> list[JSON]:
        """Build what an uninstall tells."""
        return [self._installation(person, conversation, "remove")]

    def _installation(self, person: Person, conversation: Conversation, action: str) -> JSON:
        activity = self._event("installationUpdate", person, conversation)
        activity["channelData"]["source"] = {"name": "message"}
        return activity | {"action": action}

    def _event(self, kind: str, person: Person, conversation: Conversation) -> JSON:
        return self._envelope(kind, f"f:{uuid.uuid4()}", person, conversation)

    def _invoke(self, name: str, value: JSON, person: Person, conversation: Conversation) -> JSON:
        activity = self._event("invoke", person, conversation)
        activity["channelData"]["source"] = {"name": "message"}
        return activity | {"name": name, "value": value}

    def _id(self) -> str:
        return str(int(self.clock.now().timestamp() * 1000))

    def _envelope(
        self, kind: str, activity_id: str, person: Person, conversation: Conversation
    ) -> JSON:
        now = self.clock.now()
        personal = conversation.person is not None
        return {
            "type": kind,
            "id": activity_id,
            "timestamp": instant(now),
            "localTimestamp": now.astimezone(person.zone_info).isoformat(timespec="milliseconds"),
            "localTimezone": person.zone,
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "from": {"id": user_id(person), "name": person.name, "aadObjectId": person.id},
            "conversation": {
                "conversationType": "personal" if personal else "groupChat",
                "tenantId": TENANT_ID,
                "id": conversation.id,
            }
            | ({} if personal else {"isGroup": True}),
            "recipient": bot_account(),
            "entities": [
                {
                    "locale": person.locale,
                    "country": "CA",
                    "platform": "Web",
                    "timezone": person.zone,
                    "type": "clientInfo",
                }
            ],
            "channelData": {"tenant": {"id": TENANT_ID}},
            "locale": person.locale,
        }

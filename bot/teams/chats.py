"""The bot's own voice outside a turn: the port `Chats`, on the Connector."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.errors import Gone, OutsideFault, Rejected, Unreachable
from bot.services.ports import ChatAddress
from bot.teams.connector import Connector
from bot.teams.turn import CARD_TYPE

SANDBOX_BOT = "sandbox"
CHANNEL = "msteams"


class TeamsChats:
    """Opens personal chats and sends cards to them.

    A send whose answer was lost is not repeated here: whether twice is better than never is for
    the outbox to say, row by row.
    """

    def __init__(self, connector: Connector, app_id: str | None) -> None:
        self._connector = connector
        self._bot = {"id": f"28:{app_id or SANDBOX_BOT}"}

    async def open(self, person_id: str, tenant_id: str, service_url: str) -> ChatAddress:
        """Open (or find) the personal chat of a person who has the bot installed.

        Raises:
            Unreachable: Teams does not let the bot write to them.
            OutsideFault: It did not work this time.
        """
        parameters = {
            "isGroup": False,
            "bot": self._bot,
            "members": [{"id": person_id, "aadObjectId": person_id}],
            "tenantId": tenant_id,
            "channelData": {"tenant": {"id": tenant_id}},
        }
        try:
            conversation_id = await self._connector.create_conversation(service_url, parameters)
        except Gone as error:
            raise Unreachable(error.code) from error
        except Rejected as error:
            if error.code.startswith("teams.403"):
                raise Unreachable(error.code) from error
            raise
        if not conversation_id:
            raise OutsideFault("teams.no_conversation_id")
        return ChatAddress(conversation_id, service_url)

    async def send(self, chat: ChatAddress, card: Mapping[str, Any], *, summary: str) -> str:
        """Send one card and give its activity id back."""
        return await self._connector.send(
            chat.service_url, chat.conversation_id, self._message(chat, card, summary), once=True
        )

    async def update(
        self, chat: ChatAddress, activity_id: str, card: Mapping[str, Any], *, summary: str
    ) -> None:
        """Replace a card that was sent. Raises `Gone` where it is no longer there."""
        await self._connector.update(
            chat.service_url, chat.conversation_id, activity_id, self._message(chat, card, summary)
        )

    def _message(self, chat: ChatAddress, card: Mapping[str, Any], summary: str) -> dict[str, Any]:
        return {
            "type": "message",
            "channelId": CHANNEL,
            "serviceUrl": chat.service_url,
            "from": self._bot,
            "conversation": {"id": chat.conversation_id},
            "summary": summary,
            "attachments": [{"contentType": CARD_TYPE, "content": card}],
        }

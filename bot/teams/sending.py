"""Sending what a turn held back, and keeping it as text where it could not be sent yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
import structlog

from bot.domain.errors import Gone, OutsideFault, Rejected, Unreachable
from bot.logging import hashed
from bot.teams.connector import Connector
from bot.teams.turn import Held, Send
from bot.teams.typing_sign import TypingSign

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Sent:
    """What came of it: ids by the name they are remembered under, and what is still owed."""

    remembered: dict[str, str] = field(default_factory=dict[str, str])
    left: list[Held] = field(default_factory=list[Held])


@dataclass(frozen=True, slots=True)
class Owed:
    """Words that are to be sent, as an activity's row keeps them. `since` they are owed."""

    service_url: str
    since: datetime
    held: Sequence[Held]

    def text(self) -> str:
        """As JSON text, the activities as they will be sent."""
        held = [
            {
                "send": one.send,
                "activity": orjson.Fragment(one.encoded()),
                "activity_id": one.activity_id,
                "remember_as": one.remember_as,
                "or_reply": one.or_reply,
            }
            for one in self.held
        ]
        document = {"service_url": self.service_url, "since": self.since, "held": held}
        return orjson.dumps(document).decode()

    @classmethod
    def read(cls, text: str) -> Owed:
        """What `text` wrote."""
        document: dict[str, Any] = orjson.loads(text)
        held = [Held(**{**one, "send": Send(one["send"])}) for one in document["held"]]
        return cls(document["service_url"], datetime.fromisoformat(document["since"]), held)


class Sender:
    """Sends held replies in order, over the Connector."""

    def __init__(self, connector: Connector, typing: TypingSign | None = None) -> None:
        self._connector = connector
        self.typing = typing or TypingSign(connector)

    async def send_all(self, service_url: str, conversation_id: str, held: Sequence[Held]) -> Sent:
        """Send them one after the other; stop at a fault that may pass, and say what is left.

        What can never arrive (the chat is gone, the bot is blocked, Teams refuses the message)
        is logged and let go.
        """
        sent = Sent()
        for position, one in enumerate(held):
            try:
                activity_id = await self._send(service_url, conversation_id, one)
            except (Gone, Rejected, Unreachable) as error:
                log.warning(
                    "reply_let_go",
                    code=error.code,
                    kind=one.send.value,
                    conversation_hash=hashed(conversation_id),
                )
                continue
            except OutsideFault as error:
                sent.left = list(held[position:])
                log.warning(
                    "reply_owed",
                    code=error.code,
                    count=len(sent.left),
                    conversation_hash=hashed(conversation_id),
                )
                break
            if one.remember_as and activity_id:
                sent.remembered[one.remember_as] = activity_id
        return sent

    async def _send(self, service_url: str, conversation_id: str, one: Held) -> str | None:
        if one.send is Send.DELETE:
            await self._connector.delete(service_url, conversation_id, one.activity_id or "")
            return None
        if one.send is Send.UPDATE and one.activity_id:
            try:
                await self._connector.update(
                    service_url, conversation_id, one.activity_id, one.activity
                )
            except (Gone, Rejected):
                if not one.or_reply:
                    raise
            else:
                return one.activity_id
        return await self._say(service_url, conversation_id, one)

    async def _say(self, service_url: str, conversation_id: str, one: Held) -> str:
        reply_to, said = one.activity.get("replyToId"), one.encoded()
        if not reply_to:
            return await self._connector.send(service_url, conversation_id, said)
        try:
            return await self._connector.reply(service_url, conversation_id, reply_to, said)
        except Gone:  # what it replies to was deleted meanwhile: said all the same
            alone = {name: held for name, held in one.activity.items() if name != "replyToId"}
        return await self._connector.send(service_url, conversation_id, alone)

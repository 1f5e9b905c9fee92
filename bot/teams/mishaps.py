"""Telling a person that something broke (a bug), or that nothing works just now (no database)."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

import structlog
from botbuilder.core import TurnContext

from bot.logging import hashed
from bot.teams.activities import reply_reference
from bot.teams.adapter import TeamsAdapter
from bot.teams.errors import Refused, invoke_error, new_reference
from bot.teams.inbound import INVOKE, MESSAGE, Inbound
from bot.teams.sending import Sender
from bot.teams.turn import Answer, Turn
from bot.teams.voices import Voices

log = structlog.get_logger(__name__)

_TOLD_AGAIN = 300.0
_CHATS_KEPT = 1000
_OK, _FAULT, _UNAVAILABLE = 200, 500, 503


class Mishaps:
    """What is said when a turn could not be."""

    def __init__(
        self,
        adapter: TeamsAdapter,
        sender: Sender,
        voices: Voices,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._adapter = adapter
        self._sender = sender
        self._on_bug = voices.on_bug
        self._on_away = voices.on_away
        self._monotonic = monotonic
        self._told: OrderedDict[str, float] = OrderedDict()

    async def bug(self, inbound: Inbound, error: Exception) -> Turn:
        """Log a bug with ids alone, and give a turn that tells the person its reference."""
        reference = new_reference()
        log.error(
            "turn_failed",
            reference=reference,
            type=inbound.label,
            conversation_hash=hashed(inbound.conversation_id),
            exc_info=error,
        )
        turn = fresh_turn(inbound)

        async def tell(context: TurnContext) -> None:
            await self._on_bug(context, reference)

        try:
            await self._adapter.run(inbound, turn, tell)
        except Exception:  # telling failed too: the log has both
            log.exception("bug_not_told", reference=reference)
        for one in turn.held:
            one.remember_as = None  # the state stays as it was before
        if turn.answer is None and inbound.kind == INVOKE:
            turn.respond(invoke_error(_FAULT, "bug", reference))
        return turn

    async def away(self, inbound: Inbound) -> Answer:
        """Answer without the database.

        Raises:
            Refused: 503, so that Teams sends it again: nothing of the turn is remembered.
                A use case may have been committed before; done again, it changes nothing.
        """
        log.warning("database_away", conversation_hash=hashed(inbound.conversation_id))
        turn = fresh_turn(inbound)
        if self._may_tell(inbound):
            try:
                await self._adapter.run(inbound, turn, self._on_away)
                await self._sender.send_all(inbound.service_url, inbound.conversation_id, turn.held)
            except Exception:  # the refusal below says it too
                log.exception("away_not_told")
        if inbound.kind == INVOKE:
            return turn.answer or Answer(_OK, invoke_error(_UNAVAILABLE, "away", "away"))
        raise Refused(_UNAVAILABLE, "database_away", retry_after=15)

    def _may_tell(self, inbound: Inbound) -> bool:
        """An invoke has somebody waiting each time; a chat is told once in five minutes."""
        if inbound.kind != MESSAGE:
            return inbound.kind == INVOKE
        now = self._monotonic()
        last = self._told.get(inbound.conversation_id)
        if last is not None and now - last < _TOLD_AGAIN:
            return False
        self._told[inbound.conversation_id] = now
        self._told.move_to_end(inbound.conversation_id)
        if len(self._told) > _CHATS_KEPT:
            self._told.popitem(last=False)
        return True


def fresh_turn(inbound: Inbound) -> Turn:
    """A turn with no state, for what is said when there is none."""
    return Turn(
        conversation_id=inbound.conversation_id,
        activity_id=inbound.activity_id,
        reference=reply_reference(inbound.body),
        state={},
    )

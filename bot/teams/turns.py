"""One activity, answered once: the order of things in a turn.

    the conversation's lock → state, activity and person read in one go → the handler, its words
    held back → state, activity and draft saved in one go → the words sent → the activity marked
    done (in batches)

A turn whose state changed underneath (another replica) forgets its words and runs again. A
process that dies after the save owes the words to `bot.teams.keeper`, which sends them later.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Mapping
from typing import Any

import orjson
import structlog

from bot.clock import Clock
from bot.domain.errors import Conflict
from bot.logging import hashed
from bot.metrics import Metrics
from bot.teams.activities import reply_reference
from bot.teams.adapter import TeamsAdapter
from bot.teams.errors import Refused
from bot.teams.inbound import INVOKE, MESSAGE, Inbound
from bot.teams.locks import ConversationLocks
from bot.teams.mishaps import Mishaps
from bot.teams.sending import Owed, Sender
from bot.teams.turn import Answer, Turn
from bot.teams.voices import Voices
from storage.bot_state import BotStateStore, Outcome, Seen, Stored, dump
from storage.faults import database_away

log = structlog.get_logger(__name__)

_ATTEMPTS = 3
_LONGEST_SECONDS = 45.0
_AT_WORK = 64
_OK, _NOT_IMPLEMENTED, _UNAVAILABLE = 200, 501, 503


class TurnTooLong(Exception):  # told like any bug
    """A handler did not end: its conversation would wait for ever."""


class Turns:
    """Answers activities.

    Attributes:
        sending: Activities whose words are being sent by this process.
        done: Activities whose words are out, not yet marked so in the database.
    """

    def __init__(  # all by name
        self,
        *,
        adapter: TeamsAdapter,
        store: BotStateStore,
        sender: Sender,
        voices: Voices,
        mishaps: Mishaps,
        metrics: Metrics,
        clock: Clock,
    ) -> None:
        self._adapter = adapter
        self._store = store
        self._sender = sender
        self._handler = voices.handler
        self._on_shown = voices.on_shown
        self._mishaps = mishaps
        self._metrics = metrics
        self._clock = clock
        self.longest_seconds = _LONGEST_SECONDS
        self.locks = ConversationLocks()
        # A crowd waits here, in the order in which it came, and not for a lock of the database,
        # where who came last may be first and whoever waits some seconds is sent away.
        self.room = asyncio.Semaphore(_AT_WORK)
        self.owner = secrets.token_hex(8)
        self.sending: set[tuple[str, str]] = set()
        self.done: dict[tuple[str, str], None] = {}

    async def answer(self, inbound: Inbound) -> Answer:
        """Answer one activity; the same one again gets the same answer.

        Raises:
            Refused: It cannot be answered now (503); Teams sends it again.
        """
        started = time.perf_counter()
        result = "refused"
        try:
            async with self.locks.held(inbound.conversation_id):
                result, answer = await self._answer(inbound)
        except Exception as error:
            if not database_away(error):
                raise
            result = "away"
            return await self._mishaps.away(inbound)
        finally:
            self._metrics.turns.labels(inbound.label, result).inc()
            self._metrics.turn_seconds.observe(time.perf_counter() - started)
        return answer

    async def settle(self, conversation_id: str, remembered: Mapping[str, str]) -> None:
        """Remember cards that were sent outside their turn."""
        async with self.locks.held(conversation_id):
            stored = await self._store.load(conversation_id)
            await self._remember(conversation_id, stored.data, stored.version, remembered)
        if self._on_shown is not None:
            await self._on_shown(conversation_id, remembered)

    async def _answer(self, inbound: Inbound) -> tuple[str, Answer]:
        for attempt in range(1, _ATTEMPTS + 1):
            async with self.room:
                stored = await self._store.load(
                    inbound.conversation_id, inbound.activity_id, inbound.person_id
                )
                if stored.seen is not None:
                    return "duplicate", _again(stored.seen)
                try:
                    result, answer, turn, version = await self._attempt(inbound, stored, attempt)
                except Conflict:
                    log.info(
                        "turn_run_again",
                        attempt=attempt,
                        conversation_hash=hashed(inbound.conversation_id),
                    )
                    continue
            if turn.held:
                await self._send(inbound, turn, version)
            return result, answer
        raise Refused(_UNAVAILABLE, "conversation_busy", retry_after=2)

    async def _attempt(
        self, inbound: Inbound, stored: Stored, attempt: int
    ) -> tuple[str, Answer, Turn, int]:
        """Run and save; the words are still to be sent, for this version of the state.

        Raises:
            Conflict: Somebody else was faster.
        """
        result = "ok"
        turn = Turn(
            conversation_id=inbound.conversation_id,
            activity_id=inbound.activity_id,
            reference=reply_reference(inbound.body),
            state=stored.data,
            attempt=attempt,
            known=stored.known,
        )
        raw: str | None = None
        try:
            await self._run(inbound, turn)
            raw = dump(turn.state)
        except Conflict:
            raise
        except Exception as error:
            if database_away(error):
                raise
            result = "bug"
            turn = await self._mishaps.bug(inbound, error)
        if raw == stored.raw or (not stored.version and not turn.state):
            raw = None
        answer = _answer_of(inbound, turn)
        version = await self._save(inbound, stored.version, raw, turn, answer)
        return result, answer, turn, version

    async def _run(self, inbound: Inbound, turn: Turn) -> None:
        slow = None
        if inbound.kind == MESSAGE:
            slow = self._sender.typing.while_slow(
                inbound.service_url, turn.conversation_id, turn.reference
            )
        limit = asyncio.timeout(self.longest_seconds)
        try:
            async with limit:
                await self._adapter.run(inbound, turn, self._handler)
        except TimeoutError as error:
            if limit.expired():
                raise TurnTooLong from error
            raise
        finally:
            if slow is not None:
                slow.cancel()

    async def _save(
        self, inbound: Inbound, version: int, raw: str | None, turn: Turn, answer: Answer
    ) -> int:
        owed = None
        if turn.held:
            owed = Owed(inbound.service_url, self._clock.now(), turn.held).text()
        body = answer.body if answer.kept is None else answer.kept
        seen = Seen(
            outcome=Outcome.ANSWERING if turn.held else Outcome.DONE,
            status=answer.status,
            body=None if body is None else orjson.dumps(body).decode(),
            owed=owed,
            owner=self.owner,
        )
        return await self._store.save(
            inbound.conversation_id,
            version,
            raw,
            activity_id=inbound.activity_id,
            seen=seen,
            draft=turn.draft,
        )

    async def _send(self, inbound: Inbound, turn: Turn, version: int) -> None:
        """Send the words. What could not be sent is owed, and the keeper sends it later."""
        conversation_id = inbound.conversation_id
        key = (conversation_id, inbound.activity_id or "")
        self.sending.add(key)
        try:
            sent = await self._sender.send_all(inbound.service_url, conversation_id, turn.held)
            if inbound.activity_id is None:
                pass  # nothing is known of it: no second delivery could be told from the first
            elif not sent.left:
                self.done[key] = None
            else:
                owed = Owed(inbound.service_url, self._clock.now(), sent.left)
                await self._store.owe(conversation_id, inbound.activity_id, owed.text())
            if sent.remembered:
                await self._remember(conversation_id, turn.state, version, sent.remembered)
                if self._on_shown is not None:
                    await self._on_shown(conversation_id, sent.remembered)
        except Exception as error:
            # The words are out. A row that is behind is better than a person who hears them twice.
            hashed_id = hashed(conversation_id)
            if database_away(error):
                log.warning("turn_not_finished", conversation_hash=hashed_id)
            else:
                log.exception("turn_not_finished", conversation_hash=hashed_id)
        finally:
            self.sending.discard(key)

    async def _remember(
        self,
        conversation_id: str,
        state: dict[str, Any],
        version: int,
        remembered: Mapping[str, str],
    ) -> None:
        """Write the ids of the cards sent into the state, whoever else writes meanwhile."""
        for _ in range(_ATTEMPTS):
            state["cards"] = {**(state.get("cards") or {}), **remembered}
            try:
                await self._store.save(conversation_id, version, dump(state))
            except Conflict:
                stored = await self._store.load(conversation_id)
                state, version = stored.data, stored.version
            else:
                return


def _answer_of(inbound: Inbound, turn: Turn) -> Answer:
    if inbound.kind != INVOKE:
        return Answer(_OK)
    return turn.answer or Answer(_NOT_IMPLEMENTED)


def _again(seen: Seen) -> Answer:
    """The answer that the first delivery got. Words still owed are the keeper's affair."""
    return Answer(seen.status, None if seen.body is None else orjson.loads(seen.body))

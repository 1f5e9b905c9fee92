"""A small town around the program: its people, who do not give up, and the time that passes.

What they wait for is read from the database, as the program keeps it; what they were told is read
in their chats, mail and calendars afterwards (verdict.py).
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import func, select

from bot.domain.messages import OutboxRow, RowState
from bot.services.desk import Desk
from storage import tables
from storage.engine import Database, reading
from storage.invariants import SqlInvariants
from storage.repositories.messages import ROW
from storage.types import one_of
from storage.work import Work
from tests.conversations.talking import actions_of, shown_values, walk
from tests.crash.chaos import Chaos
from tests.crash.pace import Pace
from tests.crash.replicas import Balancer, Replicas
from tests.integration.program.machinery import JSON
from tests.integration.program.stage import Seen, Stage

Found = TypeVar("Found")
OK = 200
CARD = "application/vnd.microsoft.card.adaptive"
LATE = {"lease_forgotten", "sending_stuck", "reply_owed", "offer_overdue", "session_not_ended"}
PATIENCE = 600.0  # on a machine that has other things to do too
HOP = timedelta(seconds=125)  # longer than anybody waits to try again at first
HOP_EVERY = 1.5
GO_ON = ("next", "continue")  # to the next step; from where I was
FIRST = "the first"  # of what is offered
UNDER_WAY = {RowState.LEASED, RowState.SENDING}
O = tables.outbox.c  # noqa: E741  (as the repositories say it, one letter a table)


class Impatient(AssertionError):
    """Something that must come about did not."""


@dataclass
class Promise:
    """What somebody was told: their seat in a session, or that they gave it up."""

    person: str
    session_id: str
    seated: bool


@dataclass
class Town:
    """Everything that a run needs in its hands."""

    stage: Stage
    desk: Desk
    database: Database
    replicas: Replicas
    balancer: Balancer
    chaos: Chaos
    promises: dict[tuple[str, str], Promise] = field(default_factory=dict[tuple[str, str], Promise])
    ended_at: dict[str, datetime] = field(default_factory=dict[str, datetime])
    overrun: set[str] = field(default_factory=set[str])
    broken: list[str] = field(default_factory=list[str])
    pace: Pace = field(default_factory=Pace)
    _hopped: float = 0.0

    # ------------------------------------------------------------------ what is kept

    async def rows(self, query: Any) -> list[tuple[Any, ...]]:
        async with reading(self.database) as connection:
            return list((await connection.execute(query)).all())

    def some(self, query: Any) -> Callable[[], Awaitable[bool]]:
        """Whether there is such a row."""

        async def holds() -> bool:
            return bool(await self.rows(query))

        return holds

    async def outbox(self) -> list[OutboxRow]:
        async with reading(self.database) as connection:
            return await Work(connection, reading=True).all(ROW, ROW.select)

    async def owed(self) -> list[tuple[Any, ...]]:
        """What is under way, or due; and words that are not known to be said."""
        seen = tables.activities_seen.c
        words = select(seen.activity_id).where(seen.outcome == "answering")
        return [*await self.due(), *await self.rows(words)]

    async def due(self) -> list[tuple[Any, ...]]:
        """What a worker has to do now."""
        waits = one_of(O.state, {RowState.PENDING}) & (O.due_at <= self.stage.clock.now())
        owed = select(O.kind, O.state, O.attempts).where(one_of(O.state, UNDER_WAY) | waits)
        return await self.rows(owed)

    async def next_due(self) -> datetime | None:
        due = await self.rows(select(func.min(O.due_at)).where(one_of(O.state, {RowState.PENDING})))
        return due[0][0]

    async def look(self, *, settled: bool = True) -> None:
        """Note which invariants do not hold just now; before all is settled some rows are late."""
        looked = await SqlInvariants(self.database).look(self.stage.clock.now())
        self.broken += [
            f"invariant {one.invariant}: {one.ids}"
            for one in looked
            if one.ids and (settled or one.invariant not in LATE)
        ]

    # ------------------------------------------------------------------ time

    async def hop(self, to: datetime | None = None) -> None:
        """Let time pass: what a worker has in its hands now may be taken from it."""
        self._hopped = time.monotonic()
        under_way = await self.rows(select(O.row_id).where(one_of(O.state, UNDER_WAY)))
        seen = tables.activities_seen.c
        answering = select(seen.activity_id, seen.conversation_id)
        words = await self.rows(answering.where(seen.outcome == "answering"))
        self.overrun |= {row[0] for row in (*under_way, *words)}
        self.overrun |= {greeting_in(conversation_id) for _, conversation_id in words}
        clock = self.stage.clock
        clock.advance(HOP if to is None else max(to - clock.now(), timedelta(0)))

    async def until(
        self, holds: Callable[[], Awaitable[Found | None]], otherwise: str, *, hop: bool = True
    ) -> Found:
        """Wait for something to come true; where nobody has anything to do, let time pass."""
        began = time.monotonic()
        while not (found := await holds()):
            await asyncio.sleep(0.1)
            long = time.monotonic() - max(began, self._hopped) > HOP_EVERY
            if hop and long and not await self.due():
                await self.hop()
            if time.monotonic() - began > PATIENCE:
                raise Impatient(f"{otherwise}: {(await self.owed())[:5]}")
        return found

    async def settled(self) -> None:
        """Until the program owes nobody anything."""

        async def nothing() -> bool:
            return not await self.owed()

        await self.until(nothing, "the program still owes something")

    # ------------------------------------------------------------------ people

    async def install(self, *keys: str) -> None:
        """They add the app, and are greeted."""

        async def one(key: str) -> None:
            await self.stage.page(key, "install", {})

            async def greeted() -> bool:
                return bool(self.stage.said_to(key))

            await self.until(greeted, f"{key} was not greeted")

        await asyncio.gather(*map(one, keys))

    async def press(self, key: str, verb: str, **data: Any) -> JSON:
        """Click, again and again until a card comes back: what was wanted is done."""

        async def pressed() -> JSON | None:
            card = self.stage.last(key)
            answer = await self.stage.invoke(key, card.id, verb, data)
            return answer if (answer["statusCode"], answer["type"]) == (OK, CARD) else None

        return await self.until(pressed, f"{key} presses {verb} in vain")

    async def insist(
        self, key: str, verb: str, done: Callable[[], Awaitable[Found | None]], **data: Any
    ) -> Found:
        """Click until it is so, whatever is answered."""

        async def tried() -> Found | None:
            if found := await done():
                return found
            await self.stage.invoke(key, self.stage.last(key).id, verb, data)
            return await done()

        return await self.until(tried, f"{key} insists on {verb} in vain")

    async def fill(
        self,
        key: str,
        flow: str,
        opening: Callable[[], Awaitable[object]],
        answers: Mapping[str, str],
        done: Callable[[], Awaitable[Found | None]],
    ) -> Found:
        """Fill in a form to its end; where it got lost, begin again.

        Others that were left open stay so: what they ask may be settled long since.
        """
        stale = 0

        async def step() -> Found | None:
            nonlocal stale
            if found := await done():
                return found
            form = self._form(key, flow)
            if form is None or stale > 3:
                stale = 0
                await opening()
                return await done()
            message, action = form
            values = {**shown_values(message.card or {}), **_chosen(message)}
            data = {**action["data"], **values, **_fitting(message, answers)}
            before = message.card
            answer = await self.stage.invoke(key, message.id, "form", data)
            again = self._form(key, flow)
            same = again is not None and again[0].card == before
            stale = stale + int(same and answer["statusCode"] == OK)
            return None

        try:
            return await self.until(step, f"{key} cannot fill in {sorted(answers)}")
        except Impatient as error:
            said = "\n---\n".join(each.words for each in self.stage.said_to(key)[-3:])
            raise Impatient(f"{error}\n{said}") from None

    def _form(self, key: str, flow: str) -> tuple[Seen, JSON] | None:
        """The newest card of a form, and its way to go on."""
        for message in reversed(self.stage.said_to(key)[-8:]):
            for action in actions_of(message.card or {}):
                told = action["data"] if action.get("verb") == "form" else {}
                if told.get("form_flow") == flow and told.get("form_do") in GO_ON:
                    return message, action
        return None

    async def say(self, key: str, text: str) -> None:
        """Type something, and wait a moment for the answer."""
        before = len(self.stage.said_to(key))
        await self.stage.page(key, "messages", {"text": text})

        async def answered() -> bool:
            return len(self.stage.said_to(key)) > before

        await self.until(answered, f"no answer to {text!r}")

    # ------------------------------------------------------------------ seats

    async def join(self, key: str, session_id: str) -> None:
        await self.press(key, "session.join", id=session_id)
        self.promises[key, session_id] = Promise(key, session_id, seated=True)

    async def leave(self, key: str, session_id: str) -> None:
        await self.press(key, "session.leave", id=session_id)
        self.promises[key, session_id] = Promise(key, session_id, seated=False)


def greeting_in(conversation_id: str) -> str:
    """What stands for the activity that a greeting answers: it replies to none."""
    return f"greeting in {conversation_id}"


def _chosen(message: Seen) -> dict[str, str]:
    """Where what was chosen before is no longer on the list, the first that is."""
    lists = [item for item in walk(message.card) if item.get("type") == "Input.ChoiceSet"]
    offered = {item["id"]: [one["value"] for one in item.get("choices", [])] for item in lists}
    chosen = {
        item["id"]: item.get("value") or "" for item in lists if not item.get("isMultiSelect")
    }
    return {
        name: offered[name][0]
        for name, value in chosen.items()
        if offered[name] and value not in ("", *offered[name])
    }


def _fitting(message: Seen, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers to what the card asks; the first on its list where that is the answer."""
    inputs = [item for item in walk(message.card) if "Input." in str(item.get("type"))]
    asked = {item.get("id"): [one["value"] for one in item.get("choices", [])] for item in inputs}
    return {
        name: next(iter(asked[name]), "") if text is FIRST else text
        for name, text in answers.items()
        if name in asked
    }


@asynccontextmanager
async def doomed(replicas: Replicas, rng: random.Random, mean: float) -> AsyncGenerator[None]:
    """Every process is killed again and again while the block runs."""
    dooms = [replicas.doom(slot, rng, mean) for slot in range(len(replicas.roles))]
    tasks = [asyncio.create_task(doom) for doom in dooms]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

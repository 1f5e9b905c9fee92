"""What a turn reads and keeps of its person: who they are, and the form they left half way."""

from datetime import UTC, datetime

import pytest
from botbuilder.core import TurnContext

from bot.domain.people import Draft, Grant, Person, Role
from bot.services.keeping import Known
from bot.teams.turn import Turn
from storage.bot_state import dump
from storage.engine import Database
from storage.unit_of_work import SqlUnitsOfWork
from tests.fakes.endpoint import CHAT, Bot

NOW = datetime(2027, 1, 11, 15, 0, tzinfo=UTC)
PERSON = "00000000-0000-4000-8000-000000000001"
SENDER = {"id": "29:one", "aadObjectId": PERSON.upper()}


def left_at(step: str) -> Draft:
    return Draft(PERSON, "request", step, NOW, {"done": [step]})


async def kept(engine: Database) -> Draft | None:
    async with SqlUnitsOfWork(engine)(reading=True) as uow:
        return await uow.drafts.get(PERSON, "request")


async def test_the_sender_is_read_with_the_state(stored: Bot, engine: Database):
    heard: list[Known | None] = []

    async def handler(context: TurnContext) -> None:
        heard.append(Turn.of(context).known)

    stored.handler = handler
    await stored.post(**{"from": SENDER}, id="a1")
    person = Person(PERSON, name="Manager, Ottawa", muted=("session.reminder",))
    async with SqlUnitsOfWork(engine)() as uow:
        await uow.people.add(person)
        for region in ("atlantic", "ontario"):
            await uow.grants.add(Grant(PERSON, Role.COORDINATOR, NOW, region=region))
        await uow.commit()
    await stored.post(**{"from": SENDER}, id="a2")
    await stored.post(**{"from": {"id": "29:guest"}}, id="a3")
    known = Known(person, frozenset({Role.COORDINATOR}), None)
    assert heard == [None, known, None]


async def test_a_form_left_half_way_is_kept_with_the_state(stored: Bot, engine: Database):
    async def handler(context: TurnContext) -> None:
        turn = Turn.of(context)
        turn.state["step"] = context.activity.text
        turn.draft = left_at(context.activity.text)

    stored.handler = handler
    for number, step in enumerate(("topic", "place")):  # state created, then changed
        await stored.post(text=step, id=f"a{number}")
        assert await kept(engine) == left_at(step)
    await stored.post(text="place", id="a2")  # nothing new in the state
    assert await kept(engine) == left_at("place")
    assert (await stored.store.load(CHAT)).data == {"step": "place"}


async def test_without_a_change_of_state_it_is_kept_too(stored: Bot, engine: Database):
    async def handler(context: TurnContext) -> None:
        Turn.of(context).draft = left_at("topic")

    stored.handler = handler
    await stored.post()
    assert await kept(engine) == left_at("topic")


async def test_of_a_turn_that_ran_again_the_last_one_is_kept(stored: Bot, engine: Database):
    drafts: list[Draft | None] = []

    async def handler(context: TurnContext) -> None:
        turn = Turn.of(context)
        drafts.append(await kept(engine))
        if turn.attempt == 1:
            await stored.store.save(CHAT, 0, dump({"other": True}))
        turn.state["mine"] = True
        turn.draft = left_at(f"attempt-{turn.attempt}")

    stored.handler = handler
    await stored.post()
    assert drafts == [None, None]  # nothing of the first attempt stayed
    assert await kept(engine) == left_at("attempt-2")


@pytest.mark.parametrize("before", [None, left_at("topic")])
async def test_of_a_turn_that_failed_nothing_is_kept(
    bot: Bot, sqlite: Database, before: Draft | None
):
    async def handler(context: TurnContext) -> None:
        Turn.of(context).draft = left_at("place")
        raise ZeroDivisionError

    if before is not None:
        async with SqlUnitsOfWork(sqlite)() as uow:
            await uow.drafts.put(before)
            await uow.commit()
    bot.handler = handler
    await bot.post()
    assert await kept(sqlite) == before

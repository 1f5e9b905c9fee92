"""Which card in a chat is kept true, for what; and the forms that people left half way."""

from datetime import timedelta

import pytest

from bot.domain.people import Draft
from bot.services.drafts import Drafts
from bot.services.live_cards import LiveCardsService
from tests.unit.services.world import MANAGER, NOW, STEWARD, World

CHAT = "a:chat"


@pytest.fixture
def live(world: World) -> LiveCardsService:
    return LiveCardsService(world.desk)


def shown(world: World) -> dict[tuple[str, str], str]:
    """Subject and person, and the card that shows it to them."""
    cards = world.units.memory.cards.values()
    return {(card.subject, card.person_id): card.activity_id for card in cards}


async def test_the_newest_card_of_a_subject_is_kept(world: World, live: LiveCardsService) -> None:
    await live.shown(MANAGER, "request:1", CHAT, "old")
    await live.shown(STEWARD, "request:1", "a:other", "theirs")
    await live.shown(MANAGER, "request:1", CHAT, "new")
    assert shown(world) == {("request:1", MANAGER): "new", ("request:1", STEWARD): "theirs"}


async def test_a_card_shows_one_thing(world: World, live: LiveCardsService) -> None:
    await live.shown(MANAGER, "request:1", CHAT, "card")
    await live.shown(MANAGER, "session:2", CHAT, "card")
    assert shown(world) == {("session:2", MANAGER): "card"}


async def test_a_card_that_turned_to_a_list_is_let_go(world: World, live: LiveCardsService) -> None:
    await live.shown(MANAGER, "request:1", CHAT, "card")
    await live.turned("another")
    assert shown(world) == {("request:1", MANAGER): "card"}
    await live.turned("card")
    assert shown(world) == {}


async def test_drafts_are_kept_by_person_and_flow(world: World) -> None:
    drafts = Drafts(world.units)
    assert await drafts.latest(MANAGER) is None
    answers: dict[str, object] = {"topic": "mental-health"}
    later = NOW + timedelta(days=3)
    async with world.units() as uow:
        await uow.drafts.put(Draft(MANAGER, "request", "place", NOW, answers))
        await uow.drafts.put(Draft(MANAGER, "request_edit", "group", later))
        await uow.drafts.put(Draft(STEWARD, "request", "topic", later))
        await uow.commit()
    kept = await drafts.load(MANAGER, "request")
    assert kept is not None
    assert (kept.step, kept.answers, kept.updated_at) == (
        "place",
        {"topic": "mental-health"},
        NOW,
    )
    newest = await drafts.latest(MANAGER)
    assert newest is not None
    assert newest.flow == "request_edit"
    for _ in range(2):  # none is no error
        await drafts.discard(MANAGER, "request_edit")
    newest = await drafts.latest(MANAGER)
    assert newest is not None
    assert newest.flow == "request"
    assert await drafts.load(MANAGER, "request_edit") is None

"""Opening a chat with somebody who never wrote: reached once, and not greeted on top of it."""

import pytest

from bot.domain.errors import OutsideFault, Unreachable
from bot.services.ports import ChatAddress
from bot.services.reach import Reach
from tests.unit.services.world import World

ADDRESS = ChatAddress("a:1", "https://teams.example/")


class Chats:
    """Opens a chat, or fails as the test says."""

    def __init__(self) -> None:
        self.failures: list[Exception] = []
        self.opened: list[str] = []

    async def open(self, person_id: str, tenant_id: str, service_url: str) -> ChatAddress:
        if self.failures:
            raise self.failures.pop(0)
        self.opened.append(person_id)
        return ADDRESS


class Installer:
    """Installs, unless it is told that it may not."""

    def __init__(self) -> None:
        self.may = True

    async def install(self, person_id: str) -> None:
        if not self.may:
            raise OutsideFault("graph_denied")


@pytest.fixture
def chats() -> Chats:
    return Chats()


@pytest.fixture
def installer() -> Installer:
    return Installer()


@pytest.fixture
async def reach(world: World, chats: Chats, installer: Installer) -> Reach:
    async with world.units() as uow:
        somebody = await uow.people.get("manager")
        somebody.tenant_id, somebody.service_url = "tenant", ADDRESS.service_url
        await uow.commit()
    return Reach(world.desk, chats, installer)


async def test_who_is_written_to_first_is_not_welcomed_after_it(world, reach, chats):
    assert await reach.chat_of(await reach.person("stranger")) == ADDRESS
    assert chats.opened == ["stranger"]
    assert await world.people.welcome("stranger") is False
    kept = await reach.person("stranger")
    assert (kept.conversation_id, kept.service_url) == (
        ADDRESS.conversation_id,
        ADDRESS.service_url,
    )


async def test_who_cannot_be_reached_is_welcomed_when_they_come(world, reach, chats, installer):
    chats.failures, installer.may = [Unreachable("no_app")], False
    with pytest.raises(Unreachable):
        await reach.chat_of(await reach.person("stranger"))
    assert await world.people.welcome("stranger") is True


async def test_teams_away_leaves_the_welcome_for_the_next_time(world, reach, chats):
    chats.failures = [OutsideFault("teams_away")]
    with pytest.raises(OutsideFault):
        await reach.chat_of(await reach.person("stranger"))
    assert await reach.chat_of(await reach.person("stranger")) == ADDRESS
    assert await world.people.welcome("stranger") is False

"""A chat with the bot on fakes at the ports. Nouns' own tests build their services likewise."""

from typing import Any

import pytest

from bot.clock import ManualClock
from bot.domain.rules import Rules
from bot.i18n import Catalogues
from bot.services.ports import Reader
from bot.teams.activity_handler import TeamsHandler, Tools
from dialogs import help_actions, settings
from dialogs.context import Services
from dialogs.main import Main
from dialogs.registry import all_routes
from dialogs.routes import Routes
from tests.conversations.office import Office, open_office
from tests.conversations.sample_flow import Sample, sample_routes
from tests.conversations.talking import (
    ADMINISTRATOR,
    COORDINATOR,
    FACILITATOR,
    MANAGER,
    NOW,
    STEWARD,
    Chat,
    Talk,
)
from tests.fakes.people import FakeDrafts, FakeLiveCards, FakePeople


@pytest.fixture(scope="session")
def catalogues() -> Catalogues:
    return Catalogues.load()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def people() -> FakePeople:
    return FakePeople(MANAGER, STEWARD, COORDINATOR, FACILITATOR, ADMINISTRATOR)


@pytest.fixture
def drafts() -> FakeDrafts:
    return FakeDrafts()


@pytest.fixture
def live_cards() -> FakeLiveCards:
    return FakeLiveCards()


@pytest.fixture
def services(people: FakePeople, drafts: FakeDrafts, live_cards: FakeLiveCards) -> Services:
    """The use cases; a noun's tests override this fixture with theirs added."""
    return Services(people=people, drafts=drafts, live_cards=live_cards)


@pytest.fixture
def routes() -> Routes:
    """All that the chat can do; the tests of forms override this with those of `sample`."""
    return all_routes()


@pytest.fixture
def sample() -> tuple[Sample, Routes]:
    """A small flow, and a chat that can do little else."""
    flow, routes = sample_routes()
    return flow, Routes().include((routes, help_actions.routes, settings.routes))


@pytest.fixture
def flow(sample: tuple[Sample, Routes]) -> Sample:
    return sample[0]


@pytest.fixture
def handler(
    services: Services, routes: Routes, clock: ManualClock, catalogues: Catalogues
) -> TeamsHandler:
    tools = Tools(services=services, clock=clock, rules=Rules(), catalogues=catalogues)
    return TeamsHandler(Main(routes), tools)


@pytest.fixture
def talk(handler: TeamsHandler, drafts: FakeDrafts) -> Talk:
    """`await talk(MANAGER)` opens a person's own chat with the bot."""

    async def opened(who: Reader = MANAGER, kind: str = "personal", **more: Any) -> Chat:
        return Chat(handler, who, drafts.keep, kind, **more)

    return opened


@pytest.fixture
def office(catalogues: Catalogues) -> Office:
    """The real use cases, on fakes at their ports."""
    return open_office(catalogues)

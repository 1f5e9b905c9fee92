"""Selection and interviews on both databases: whoever comes second, nothing is decided twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.applications import Application, ApplicationStatus
from bot.domain.errors import Conflict, Refusal
from bot.domain.interviews import Interview, InterviewStatus
from bot.domain.people import Person, Side
from bot.services.interviews import InterviewsService
from bot.services.inviting import InvitingService
from bot.services.ports import DirectoryPerson
from bot.services.selection import SelectionService
from bot.services.self_identification import SelfIdentificationService
from bot.vault import FernetVault, new_key
from tests.integration.services.conftest import SqlWorld
from tests.unit.services.selecting import ACROSS, CANDIDATE, DAY, KIND, MINUTES, OPTIONS, OWN
from tests.unit.services.world import NOW, ORGANIZATION, REGION

ABOUT = "application-1"
Doing = Callable[[], Awaitable[Any]]


class SqlSelecting:
    """The use cases of selection on a database, with one candidate in it."""

    def __init__(self, world: SqlWorld) -> None:
        self.world, desk, graph = world, world.desk, world.graph
        vault = SelfIdentificationService(desk, FernetVault([new_key()]))
        self.selection = SelectionService(desk, vault)
        self.inviting = InvitingService(desk, graph, graph, self.selection)
        self.interviews = InterviewsService(desk, graph)

    async def seed(self, about: str = ABOUT, who: str = CANDIDATE, number: int = 1) -> None:
        mail = f"{who}@example.org"
        self.world.graph.people.append(DirectoryPerson(who, "Candidate", mail))
        application = Application(
            about, 2027, number, who, Side.UNION, ORGANIZATION, REGION, "America/Toronto",
            {"en": "c", "fr": "c"}, ("mental-health",), "Ten years.", "To help.", "boss",
            "officer", NOW, ApplicationStatus.REFERENCED, "PSAC", submitted_at=NOW,
        )  # fmt: skip
        async with self.world.units() as uow:
            await uow.people.add(Person(who, "tenant", "Candidate", mail))
            await uow.applications.add(application)
            await uow.commit()

    async def found(self) -> Application:
        async with self.world.units(reading=True) as uow:
            application = await uow.applications.get(ABOUT)
        assert application is not None
        return application

    async def newest(self, about: str = ABOUT) -> Interview:
        async with self.world.units(reading=True) as uow:
            return (await uow.interviews.of_application(about))[0]


@pytest.fixture
async def selecting(world: SqlWorld) -> SqlSelecting:
    made = SqlSelecting(world)
    await made.seed()
    return made


async def once_more(doing: Doing) -> str:
    """As the chat does: again where another writer was quicker; then what it was told."""
    for _ in range(10):
        try:
            await doing()
        except Conflict:
            continue
        except Refusal as refused:
            return refused.code
        return "done"
    raise AssertionError("never done")


async def test_decided_once_by_whoever_is_first(selecting: SqlSelecting) -> None:
    told = await asyncio.gather(
        once_more(lambda: selecting.selection.keep(OWN, ABOUT)),
        once_more(lambda: selecting.selection.decline(ACROSS, ABOUT, KIND)),
        once_more(lambda: selecting.selection.keep(OWN, ABOUT)),
    )
    application = await selecting.found()
    assert application.status is ApplicationStatus.KEPT
    assert told[0] == told[2] == "done"
    # A proposal that came first fell with the decision; one that came after stands on its own.
    assert told[1] == "done"


async def test_two_coordinators_invite_at_once(selecting: SqlSelecting) -> None:
    told = await asyncio.gather(
        *(
            once_more(lambda who=who: selecting.inviting.invite(who, ABOUT, OPTIONS, MINUTES))
            for who in (OWN, ACROSS)
        )
    )
    assert sorted(told) == ["done", "interview_stands"]
    async with selecting.world.units(reading=True) as uow:
        assert len(await uow.interviews.of_application(ABOUT)) == 1


async def test_picked_twice_and_cancelled_at_once_ends_in_one_way(
    selecting: SqlSelecting,
) -> None:
    await selecting.inviting.invite(OWN, ABOUT, OPTIONS, MINUTES)
    about = (await selecting.newest()).interview_id
    await asyncio.gather(
        once_more(lambda: selecting.interviews.pick(CANDIDATE, about, OPTIONS[0])),
        once_more(lambda: selecting.interviews.pick(CANDIDATE, about, OPTIONS[0])),
        once_more(lambda: selecting.inviting.cancel(OWN, about, "Away.")),
    )
    assert (await selecting.newest()).status is InterviewStatus.CANCELLED
    await selecting.world.settle()
    assert all(m.cancelled_with for m in selecting.world.graph.meetings.values())


async def test_two_candidates_pick_the_same_hour_at_once(selecting: SqlSelecting) -> None:
    await selecting.seed("application-2", "candidate-2", 2)
    for about in (ABOUT, "application-2"):
        await selecting.inviting.invite(OWN, about, OPTIONS, MINUTES)
    theirs = [
        (CANDIDATE, (await selecting.newest()).interview_id),
        ("candidate-2", (await selecting.newest("application-2")).interview_id),
    ]
    told = await asyncio.gather(
        *(
            once_more(
                lambda who=who, interview=interview: selecting.interviews.pick(
                    who, interview, OPTIONS[0]
                )
            )
            for who, interview in theirs
        )
    )
    assert sorted(told) == ["done", "interview_time_taken"]


async def test_from_the_invitation_to_the_decision(selecting: SqlSelecting) -> None:
    world = selecting.world
    await selecting.inviting.invite(OWN, ABOUT, OPTIONS, MINUTES)
    about = (await selecting.newest()).interview_id
    await selecting.interviews.pick(CANDIDATE, about, OPTIONS[0])
    await world.settle()
    interview = await selecting.newest()
    assert (interview.status, interview.options) == (InterviewStatus.BOOKED, OPTIONS)
    await world.at(DAY + timedelta(minutes=MINUTES))
    assert (await selecting.newest()).status is InterviewStatus.HELD
    page = await selecting.selection.queue(ACROSS)
    assert [view.may for view in page.entries] == [{"accept", "keep", "decline", "invite"}]
    await selecting.selection.accept(ACROSS, ABOUT)
    await selecting.selection.confirm(OWN, ABOUT)
    assert (await selecting.found()).status is ApplicationStatus.ACCEPTED
    await world.settle()
    assert world.told(CANDIDATE)[-1] == "application.accepted"
    view = await selecting.selection.view(OWN, ABOUT)
    assert [entry.what for entry in view.timeline][-2:] == [
        "application_proposed_accept",
        "application_accepted",
    ]

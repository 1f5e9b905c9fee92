"""Applying, on both databases: one open application a person, whoever clicks how often."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.domain.applications import ApplicationStatus
from bot.domain.errors import Conflict, MovedOn
from bot.domain.people import Person
from bot.domain.self_identification import Group
from bot.services.application_views import ApplicationView
from tests.integration.services.conftest import SqlWorld
from tests.unit.services.applying import CANDIDATE, MANAGER_KIND, REFERENCE_KIND, Applying

CROWD = 8


class SqlApplying(Applying):
    """The same, on a database: the candidate is put in it by `seed`."""

    def meet(self) -> None:
        """Nobody yet."""

    async def seed(self) -> None:
        async with self.world.units() as uow:
            await uow.people.add(Person(CANDIDATE, "tenant", "Candidate", "candidate@example.org"))
            await uow.commit()

    async def apply(self, form_id: str) -> ApplicationView | MovedOn:
        """Send one form, once more where another writer was quicker, as the chat does."""
        for _ in range(10):
            try:
                return await self.submit(form_id, sealed=self.seal(Group.BLACK))
            except Conflict:
                continue
            except MovedOn as refused:
                return refused
        raise AssertionError("never done")


@pytest.fixture
async def applying(world: SqlWorld) -> SqlApplying:
    made = SqlApplying(world)
    await made.seed()
    return made


async def test_many_forms_at_once_make_one_application(applying: SqlApplying) -> None:
    answers = await asyncio.gather(*(applying.apply(f"form-{n}") for n in range(CROWD)))
    made = [each for each in answers if not isinstance(each, MovedOn)]
    refused = [each.code for each in answers if isinstance(each, MovedOn)]
    assert [each.application.reference for each in made] == ["AP-2027-0001"]
    assert refused == ["application_open"] * (CROWD - 1)
    async with applying.world.units(reading=True) as uow:
        assert len(await uow.applications.of_person(CANDIDATE)) == 1
        asked = await uow.endorsements.of_application(made[0].application.application_id)
    assert [one.kind for one in asked] == [MANAGER_KIND, REFERENCE_KIND]


async def test_the_same_form_at_once_is_one_application(applying: SqlApplying) -> None:
    answers = await asyncio.gather(*(applying.apply("form-1") for _ in range(CROWD)))
    seen = {each.application.reference for each in answers if not isinstance(each, MovedOn)}
    assert seen == {"AP-2027-0001"}


async def test_withdrawing_and_answering_at_once_end_in_one_way(applying: SqlApplying) -> None:
    await applying.apply("form-1")

    async def yes() -> None:
        await applying.say_yes(MANAGER_KIND)

    async def out() -> None:
        await applying.applications.withdraw(CANDIDATE, "form-1")

    await asyncio.gather(yes(), out(), out(), return_exceptions=True)
    async with applying.world.units(reading=True) as uow:
        found = await uow.applications.get("form-1")
        assert found is not None
        assert found.status is ApplicationStatus.WITHDRAWN
        assert await uow.self_identifications.get("form-1") is None


async def test_everything_that_was_said_comes_back(applying: SqlApplying) -> None:
    made = await applying.apply("form-1")
    assert not isinstance(made, MovedOn)
    changed = applying.form(
        levels={"en": "e", "fr": "c"}, agent="other", agent_other="Guild", topics=("anti-racism",)
    )
    await applying.applications.edit(CANDIDATE, "form-1", changed)
    found = await applying.applications.find(CANDIDATE, "AP-2027-0001")
    expected = replace(
        made.application, levels={"en": "e", "fr": "c"}, agent="other", agent_other="Guild",
        topics=("anti-racism",), version=made.application.version + 1,
    )  # fmt: skip
    assert found.application == expected
    assert found.self_identified

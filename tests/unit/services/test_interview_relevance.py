"""What is owed about interviews and proposals is told while it is true, and once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.interviews import InterviewStatus
from bot.domain.people import Role
from bot.services import interview_reminders
from bot.services.interview_lapse import lapse_interview
from bot.services.relevance import still_true
from tests.unit.services.endorsing import APPLICATION, CANDIDATE
from tests.unit.services.selecting import ACROSS, DAY, OWN, SelectingWorld

LATER = DAY + timedelta(days=5)


@pytest.fixture
async def world() -> SelectingWorld:
    made = SelectingWorld()
    await made.ready()
    return made


async def test_reminders_that_are_no_longer_wished_or_true(world: SelectingWorld) -> None:
    about = (await world.picked()).interview_id
    rows = [row for row in world.owed("reminder.interview") if row.args.get("which") == "1d"]

    async def said() -> list[tuple[str | None, str]]:
        async with world.units(reading=True) as uow:
            true = [row for row in rows if await still_true(uow, row)]
        return sorted((row.recipient_id, row.via.value) for row in true)

    both = [(CANDIDATE, "chat"), (CANDIDATE, "mail"), (OWN, "chat"), (OWN, "mail")]
    assert await said() == both
    world.units.memory.people[OWN].muted = ("chat",)
    assert await said() == [each for each in both if each != (OWN, "chat")]
    world.units.memory.people[CANDIDATE].skipped_reminders = ("1d",)
    assert await said() == [(OWN, "mail")]
    await world.inviting.reschedule(OWN, about, LATER)
    assert await said() == []


async def test_what_is_offered_or_proposed_is_told_while_it_stands(world: SelectingWorld) -> None:
    await world.selection.keep(ACROSS, APPLICATION)
    interview = await world.invited()
    kinds = ("application.proposed", "interview.offered", "reminder.interview_offer")
    rows = [row for row in world.owed() if row.kind in kinds]
    assert len(rows) == 3
    async with world.units(reading=True) as uow:
        assert all([await still_true(uow, row) for row in rows])
    await world.selection.set_aside(OWN, APPLICATION)
    await world.interviews.decline(CANDIDATE, interview.interview_id)
    async with world.units(reading=True) as uow:
        assert not any([await still_true(uow, row) for row in rows])
        rows[1].subject = "interview:none"
        assert not await still_true(uow, rows[1])


async def test_what_has_not_run_out_is_left_alone(world: SelectingWorld) -> None:
    interview = await world.invited()
    await lapse_interview(world.desk, interview.interview_id)
    assert world.interview.status is InterviewStatus.OFFERED
    assert await world.upkeep.run() == 0
    world.clock.set(interview.answer_by)
    assert await world.upkeep.run() == 1


@pytest.mark.parametrize("who", [CANDIDATE, OWN])
async def test_reminders_follow_new_settings(world: SelectingWorld, who: str) -> None:
    await world.picked()

    def planned(whom: str) -> set[str]:
        rows = [row for row in world.owed("reminder.interview") if row.recipient_id == whom]
        return {row.args["which"] for row in rows}

    for skipped, kept in ((["1d"], {"1h"}), ([], {"1d", "1h"})):
        await world.people.save_settings(
            who, language="en", zone="America/Toronto", muted=[], skipped_reminders=skipped
        )
        assert planned(who) == kept
        assert planned(OWN if who == CANDIDATE else CANDIDATE) == {"1d", "1h"}


async def test_nobody_is_reminded_of_a_time_that_is_not_picked(world: SelectingWorld) -> None:
    interview = await world.invited()
    async with world.units() as uow:
        await interview_reminders.plan(uow, world.desk, interview, CANDIDATE)
        await uow.commit()
    assert [row.kind for row in world.owed("reminder.")] == ["reminder.interview_offer"]


async def test_an_offer_has_no_meeting_to_draft(world: SelectingWorld) -> None:
    interview = await world.invited()
    with pytest.raises(ValueError, match="once a time is picked"):
        await world.interview_booking.draft(interview, ())


async def test_an_administrator_who_proposes_as_coordinator_does_not_confirm_it_too(
    world: SelectingWorld,
) -> None:
    world.leave_post(OWN)
    world.grant(ACROSS, Role.ADMINISTRATOR)
    view = await world.selection.keep(ACROSS, APPLICATION)
    assert "confirm" not in view.may
    assert [row.recipient_id for row in world.owed("application.proposed")] == ["administrator"]

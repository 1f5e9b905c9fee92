"""The English play: from a manager's first word to a session that was held."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.async_api import expect

from tests.browser.main_job_parts import (
    code_on,
    everybody_says,
    meeting_of,
    organization_of,
    received,
    reference_on,
    region_of,
    title_of,
)
from tests.browser.main_job_stage import WIDE, Actor, Stage, name_of

TOPIC = "mental-health"
TEAM = "Benefits Delivery, Ottawa"
# A Thursday after the change of the clocks; 1 pm in Ottawa is then four hours behind UTC.
STARTS_AT = datetime(2027, 3, 18, 13, 0, tzinfo=ZoneInfo("America/Toronto"))
MANAGER, UNION = "manager-ottawa", "union-ottawa"
COORDINATOR, OTHER_COORDINATOR = "coordinator-employer-ncr", "coordinator-union-ncr"
LEADS = ("facilitator-union-ottawa", "facilitator-employer-gatineau")
FROM_THE_LIST, BY_CODE, WAITING = "employee-vancouver", "employee-ottawa", "employee-st-johns"
MOST_REMINDERS = 40
# With the two above, all fifteen seats.
OTHERS = (
    "employee-gatineau",
    "employee-montreal",
    "employee-winnipeg",
    "employee-regina",
    "manager-montreal",
    "union-quebec",
    "manager-halifax",
    "union-halifax",
    "facilitator-union-quebec",
    "facilitator-employer-montreal",
    "facilitator-employer-charlottetown",
    "facilitator-union-st-johns",
    "administrator",
)


async def asks(stage: Stage) -> str:
    """The manager adds the app and fills the form; the first step by keyboard alone."""
    (manager,) = await stage.open(MANAGER)
    await stage.look("page")
    await manager.add_app()
    await manager.look("welcome", phone=True, dark=True)
    await manager.press("help.item.request")
    await manager.sees("request.step.topic.prompt")
    await manager.look("topic", phone=True)
    await manager.tab_to(manager.card.get_by_role("radio").first)
    while not await manager.option(title_of(TOPIC, manager)).is_checked():
        await stage.page.keyboard.press("ArrowDown")
    await manager.press("common.next")

    await manager.sees("request.step.place.prompt")
    await manager.click("common.next")  # nothing is filled in: each field says so
    await manager.reads(manager.words("request.team.wrong"))
    await manager.look("place-empty", dark=True)
    organization = organization_of("2229", manager)
    await manager.find("request.organization.label", "employment and so", organization)
    await manager.input("request.region.label").select_option(
        label=region_of("national-capital", manager)
    )
    await manager.input("request.team.label").fill(TEAM)
    await manager.option(manager.words("request.visibility.open")).check()
    await manager.look("place", phone=True)
    await manager.click("common.next")
    return await _asks_for_a_date(manager)


async def _asks_for_a_date(manager: Actor) -> str:
    await manager.sees("request.step.parties.prompt")
    await manager.option(manager.words("request.side.employer.mine")).check()
    await manager.find("request.counterpart.label", "union rep", name_of(UNION))
    await manager.look("parties")
    await manager.click("common.next")

    await manager.sees("request.step.group.prompt")
    await manager.input("request.participants.label").fill("12")
    await manager.card.get_by_role("checkbox").first.check()
    await manager.look("group", phone=True)
    await manager.click("common.next")

    await manager.sees("request.step.first_date.title")
    await manager.input("request.date1.label").fill("2027-03-01")
    await manager.click("common.next")  # too soon: what was chosen is still there
    await expect(manager.input("request.date1.label")).to_have_value("2027-03-01")
    await manager.look("first-date-too-soon", phone=True)
    await manager.say("March 18 at 1 pm")

    await manager.sees("request.step.other_dates.prompt")
    await manager.input("request.date2.label").fill("2027-03-23")
    await manager.input("request.time2.label").fill("09:00")
    await manager.look("other-dates")
    await manager.click("common.next")

    await manager.sees(
        "request.review", name=name_of(UNION), side=manager.words("common.of_side.union")
    )
    await manager.look("review", phone=True, dark=True)
    await manager.press("request.submit")
    await manager.sees("request.status.submitted")
    await manager.look("submitted", phone=True)
    return await reference_on(manager)


async def agrees(stage: Stage, reference: str) -> None:
    """The union's representative is asked, and agrees by keyboard; the manager sees it."""
    manager, union = await stage.open(MANAGER, UNION)
    await union.sees("agreement.title")
    await union.reads(reference)
    await union.look("asked-to-agree", phone=True, dark=True)
    await stage.look("side-by-side")
    await union.press("agreement.agree")
    await union.sees("agreement.agreed")
    await union.look("agreed")
    await manager.sees("request.status.agreed")
    _, coordinator = await stage.open(MANAGER, OTHER_COORDINATOR)
    await coordinator.sees("triage.state.agreed")
    await stage.page.set_viewport_size({"width": 1320, "height": 900})
    await manager.card.evaluate("(card) => card.closest('.message').scrollIntoView()")
    await stage.photograph(stage.page, "main-job")  # that of the README
    await stage.page.set_viewport_size(WIDE)


async def approves(stage: Stage, reference: str) -> None:
    """A coordinator asks the manager something, then chooses the date and the pair."""
    coordinator, other, manager = await stage.open(COORDINATOR, OTHER_COORDINATOR, MANAGER)
    for one in (coordinator, other):
        await one.sees("triage.state.agreed")
        await one.look("to-review", phone=True)
    await coordinator.click("triage.do.ask")
    await coordinator.input("triage.ask.label").fill("Is there a room with a screen?")
    await coordinator.look("question")
    await coordinator.click("triage.ask.send")
    await coordinator.sees("triage.state.needs_information")
    await coordinator.look("asked")
    await stage.caught_up()
    await manager.sees("request.status.needs_information")
    await manager.look("question", phone=True)
    await manager.click("request.do.answer")
    await manager.input("request.answer.label").fill("Yes, and it’s quiet.\nWe tried it.")
    await manager.click("request.answer.send")
    await manager.sees("request.answered")
    await stage.caught_up()

    await coordinator.sees("triage.do.approve")
    await coordinator.press("triage.do.approve")
    await coordinator.sees("triage.date.which")
    await coordinator.look("approve-date", phone=True)
    await coordinator.click("common.next")
    await coordinator.sees("pairing.choose")
    await coordinator.look("approve-pairs", phone=True)
    await coordinator.option(coordinator.words("pairing.others")).check()
    await coordinator.click("common.next")
    for side, lead in zip(("union", "employer"), LEADS, strict=True):
        await coordinator.sees(f"triage.person.{side}")
        await coordinator.look(f"approve-{side}", phone=True)
        await coordinator.say(name_of(lead))
    await coordinator.sees("triage.approve.step.review.title")
    await coordinator.look("approve-review", dark=True)
    await coordinator.click("triage.approve.submit")
    await coordinator.sees("triage.state.asked")
    await coordinator.look("approved", phone=True)
    # The other coordinator sees it too, and the manager is told the day.
    await other.sees("triage.state.asked")
    await other.reads(reference)
    await manager.sees("request.status.approved")
    await manager.look("approved", phone=True)


async def accept(stage: Stage) -> str:
    """Both facilitators accept; the meeting is in Outlook with its link, and everybody knows."""
    union, employer, manager = await stage.open(*LEADS, MANAGER)
    for one in (union, employer):
        await one.sees("assignment.state.offered")
        await one.look("offer", phone=True, dark=True)
        await one.click("assignment.do.accept")
        await one.sees("assignment.state.accepted")
        await one.look("accepted")
    for one in (union, employer):
        await one.sees("assignment.state.booked")
        await one.look("booked", phone=True)
    # Only now: Exchange makes an event first and its link a little later, and so does the sandbox.
    meetings = [await meeting_of(stage.world, key, STARTS_AT) for key in LEADS]
    assert meetings[0]["joinUrl"] == meetings[1]["joinUrl"]
    assert meetings[0]["joinUrl"].startswith("https://teams.microsoft.com/")
    await manager.sees("request.status.scheduled")
    await manager.look("booked", phone=True, dark=True)
    await stage.look("booked-side-by-side")
    return await code_on(manager)


async def join(stage: Stage, code: str) -> None:
    """From the list, by the code, all seats, the waitlist, and a seat that is freed."""
    listed, coded, waiting = await stage.open(FROM_THE_LIST, BY_CODE, WAITING)
    await listed.add_app()
    await listed.say("sessions")
    await listed.sees("session.list.title")
    await listed.look("sessions", phone=True, dark=True)
    await _open_from_the_list(listed)
    await listed.look("session", phone=True, dark=True)
    await listed.click("seat.do.join")
    await listed.sees("seat.standing.confirmed")
    await listed.look("joined", phone=True)

    await coded.add_app()
    await coded.say(f"join {code.lower().replace('-', '')}")
    await coded.sees("seat.standing.confirmed")
    await coded.say(f"join {code}")  # twice: harmless
    await coded.sees("seat.standing.confirmed")
    await everybody_says(stage.world, OTHERS, f"join {code}")

    await waiting.add_app()
    await waiting.say(f"join {code}")
    await waiting.sees("waitlist.do.leave")
    await waiting.look("waitlist", phone=True)
    await coded.click("seat.do.leave")
    await coded.sees("seat.left_said")
    await coded.look("left", phone=True)
    await waiting.sees("seat.standing.confirmed")
    await waiting.look("seat-freed", phone=True)
    await stage.world.settled()
    invited = {key: await meeting_of(stage.world, key, STARTS_AT) for key in (BY_CODE, WAITING)}
    assert {key: meeting["cancelled"] for key, meeting in invited.items()} == {
        BY_CODE: True,
        WAITING: False,
    }


async def _open_from_the_list(listed: Actor) -> None:
    """The session of the team, further down the list in the reader's own time."""
    title = title_of(TOPIC, listed)
    day = listed.tr.when_parts(STARTS_AT, STARTS_AT + timedelta(hours=1), "America/Toronto").day
    opens = listed.page.get_by_role("button", name=listed.words("session.do.open"), exact=True)
    while not await listed.card.get_by_text(day).count():
        await listed.click("session.list.next")
    entry = listed.card.locator(".ac-container", has_text=day).filter(has=opens).last
    await expect(entry).to_contain_text(title)
    await entry.locator(opens).click()
    await listed.sees("seat.do.join")


async def are_reminded(stage: Stage) -> None:
    """The page's clock goes on: a week, a day, an hour before, in chat and by mail."""
    listed, lead = await stage.open(FROM_THE_LIST, LEADS[0])
    since = await stage.world.now()
    for number, before in enumerate((timedelta(days=7), timedelta(days=1), timedelta(hours=1)), 1):
        # A day before by the calendar, whatever the clocks did in between.
        instant = STARTS_AT - before
        await until(stage, instant)
        await listed.reads(title_of(TOPIC, listed))
        await listed.look(f"reminder-{number}", phone=number == 1)
        got = await received(stage.world, FROM_THE_LIST, since)
        assert [len(got["mail"]), len(got["activity"])] == [number, number // 3]
        at = datetime.fromisoformat(got["mail"][-1]["receivedAt"])
        assert timedelta(0) <= at - instant < timedelta(minutes=2)
    await lead.look("lead-reminder", phone=True)
    await stage.look("reminded")
    await stage.look_at_outlook(FROM_THE_LIST, "outlook")
    assert (await received(stage.world, BY_CODE, since))["mail"] == []  # who left


async def until(stage: Stage, instant: datetime) -> None:
    """Day by day, then from reminder to reminder."""
    days = (instant - await stage.world.now()) // timedelta(days=1)
    await stage.jump("day", days)
    for _ in range(MOST_REMINDERS):
        if await stage.world.now() >= instant:
            return
        await stage.jump("next")
    raise AssertionError(f"No reminder at {instant}.")


async def is_held(stage: Stage) -> None:
    """Five hours later it is over, and every old card says so."""
    manager, lead, listed = await stage.open(MANAGER, LEADS[1], FROM_THE_LIST)
    await stage.jump("hour", 5)
    await manager.sees("request.status.completed")
    await manager.look("held", phone=True)
    await lead.sees("seat.standing.over")
    await lead.look("held")
    await listed.say("my sessions")
    await listed.sees("session.mine.empty")
    await listed.look("my-sessions-empty")
    await stage.look("held-side-by-side")

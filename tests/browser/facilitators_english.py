"""The English play: an employee applies, is selected and trained, and leads a first session."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from tests.browser.main_job_english import until
from tests.browser.main_job_parts import meeting_of, organization_of, region_of, title_of
from tests.browser.main_job_stage import Actor, Stage, name_of

ZONE = ZoneInfo("America/Toronto")
CANDIDATE, MANAGER, OFFICER = "employee-ottawa", "manager-ottawa", "union-ottawa"
SELECTS, OTHER_SIDE = "coordinator-union-ncr", "coordinator-employer-ncr"
PARTNERS = ("facilitator-employer-gatineau", "facilitator-employer-ottawa")
REFERENCE = "AP-2027-0001"
TOPIC = "mental-health"
FIRST_DAY = datetime(2027, 3, 15, 9, 0, tzinfo=ZONE)
DAYS = 5
SESSION_AT = datetime(2027, 4, 26, 13, 0, tzinfo=ZONE)
SECRET = "Racialized"  # what the candidate says of themselves, for those who select


async def applies(stage: Stage) -> None:
    """The form, by button and in words; then how it stands."""
    (candidate,) = await stage.open(CANDIDATE)
    await candidate.add_app()
    await candidate.press("help.item.application")
    await candidate.sees("application.step.about.title")
    await candidate.look("apply-about", phone=True, dark=True)
    await candidate.press("common.next")
    await candidate.sees("application.step.side.prompt")
    await candidate.option(candidate.words("application.side.union")).check()
    await candidate.look("apply-side")
    await candidate.click("common.next")
    await candidate.sees("application.step.agent.title")
    await candidate.look("apply-agent", phone=True)
    await candidate.say("PSAC")
    await candidate.sees("application.step.languages.prompt")
    await candidate.look("apply-languages", phone=True)
    await candidate.say("English e, French b")
    await candidate.sees("application.step.place.prompt")
    organization = organization_of("2229", candidate)
    await candidate.find("request.organization.label", "employment and so", organization)
    await candidate.input("request.region.label").select_option(
        label=region_of("national-capital", candidate)
    )
    await candidate.look("apply-place", phone=True)
    await candidate.click("common.next")
    await candidate.sees("application.step.topics.prompt")
    await candidate.card.get_by_role("checkbox", name=title_of(TOPIC, candidate)).check()
    await candidate.look("apply-topics", phone=True)
    await candidate.click("common.next")
    for key in ("experience", "motivation"):
        await candidate.sees(f"application.step.{key}.prompt")
        await candidate.say(f"My {key}: ten years of *listening* <b>to</b> teams.")
    await _names_who_endorses(candidate)


async def _names_who_endorses(candidate: Actor) -> None:
    await candidate.sees("application.step.manager.prompt")
    await candidate.sees("application.manager.known")  # the directory knows
    await candidate.look("apply-manager", phone=True)
    await candidate.click("common.next")
    await candidate.sees("application.reference.union.prompt")
    await candidate.say(name_of(OFFICER))
    await candidate.sees("application.step.self_identification.title")
    await candidate.look("apply-self-identification", phone=True, dark=True)
    await candidate.card.get_by_role("checkbox", name=SECRET).check()
    await candidate.click("common.next")
    await candidate.sees("application.step.review.title")
    assert SECRET not in await candidate.card.inner_text()
    await candidate.look("apply-review", phone=True)
    await candidate.press("application.submit")
    await candidate.sees("application.status.submitted")
    await candidate.look("applied", phone=True, dark=True)


async def are_asked(stage: Stage) -> None:
    """The manager supports it, then the local officer; the candidate sees each."""
    candidate, manager, officer = await stage.open(CANDIDATE, MANAGER, OFFICER)
    await manager.sees("endorsement.status.asked")
    await manager.look("manager-asked", phone=True, dark=True)
    await manager.press("endorsement.support")
    await manager.sees("endorsement.status.supported")
    await manager.look("manager-supports")
    await stage.caught_up()
    await candidate.sees("application.status.supported")
    await officer.sees("endorsement.status.asked")
    await officer.look("reference-asked", phone=True)
    await officer.press("endorsement.support")
    await officer.sees("endorsement.status.supported")
    await stage.caught_up()
    await candidate.sees("application.status.referenced")
    await candidate.look("with-the-coordinators", phone=True)
    for one in (manager, officer):
        assert SECRET not in await one.chat.inner_text()


async def is_interviewed(stage: Stage) -> None:
    """Those who select read what was sealed, invite; the candidate picks a time."""
    selects, other, candidate = await stage.open(SELECTS, OTHER_SIDE, CANDIDATE)
    await selects.say("candidatures")
    await selects.sees("selection.list.title")
    await selects.look("candidates", phone=True, dark=True)
    await selects.click("selection.list.open", reference=REFERENCE)
    await selects.sees("selection.next.referenced")
    await selects.look("candidate", phone=True, dark=True)
    await selects.click("selection.do.invite")
    await selects.sees("interview.days.why")
    await selects.look("invite-days", phone=True)
    await selects.click("common.next")
    await selects.sees("interview.times.free")
    await selects.look("invite-times", phone=True)
    await selects.click("interview.invite.submit")
    await selects.sees("application.status.interview")
    await stage.caught_up()
    await candidate.sees("interview.state.offered")
    await candidate.look("pick-a-time", phone=True, dark=True)
    await candidate.say("1")
    await candidate.sees("interview.state.booking")
    await stage.caught_up()
    await candidate.sees("interview.state.booked")
    await candidate.look("interview-booked", phone=True)
    await other.say(REFERENCE)  # the other side's coordinator follows it
    await other.sees("application.status.interview")
    await other.look("other-side", phone=True)


async def is_accepted(stage: Stage) -> None:
    """The interview is over; the coordinator of the candidate's side accepts."""
    (selects,) = await stage.open(SELECTS)
    for _ in range(20):
        await selects.say(REFERENCE)
        if await selects.button("selection.do.accept").count():
            break
        await stage.jump("day")
    await selects.look("interviewed", phone=True)
    await selects.click("selection.do.accept")
    await selects.sees("selection.next.accepted")
    await stage.caught_up()
    (candidate,) = await stage.open(CANDIDATE)
    await candidate.say("my application")
    await candidate.sees("application.status.accepted")
    await candidate.look("accepted", phone=True)


async def is_oriented(stage: Stage) -> None:
    """Five days are planned and opened; the candidate takes the seat and attends them all."""
    coordinator, candidate = await stage.open(OTHER_SIDE, CANDIDATE)
    await coordinator.say("plan an orientation")
    await coordinator.sees("cohort.plan.step.group.prompt")
    await coordinator.look("plan-group", phone=True)
    await coordinator.click("common.next")
    await coordinator.sees("cohort.plan.step.days.prompt")
    await coordinator.input("cohort.plan.date.label").fill(f"{FIRST_DAY:%Y-%m-%d}")
    await coordinator.look("plan-days", phone=True)
    await coordinator.click("common.next")
    await coordinator.sees("cohort.plan.step.content.prompt")
    await coordinator.look("plan-content", phone=True)
    await coordinator.click("common.next")
    await coordinator.sees("cohort.plan.step.review.prompt")
    await coordinator.look("plan-review")
    await coordinator.click("cohort.plan.submit")
    await coordinator.sees("cohort.said.planned")
    await coordinator.look("planned", phone=True, dark=True)
    await coordinator.press("cohort.do.open")
    await coordinator.sees("cohort.state.open")
    await stage.caught_up()
    await candidate.sees("cohort.standing.offered")
    await candidate.look("seat-offered", phone=True, dark=True)
    await candidate.press("cohort.do.accept")
    await candidate.sees("cohort.standing.confirmed")
    await candidate.look("seat-accepted", phone=True)
    await _attends(stage)


async def _attends(stage: Stage) -> None:
    await until(stage, FIRST_DAY)
    await stage.jump("day", DAYS - 1)
    await stage.jump("hour", 8)
    coordinator, candidate = await stage.open(OTHER_SIDE, CANDIDATE)
    await coordinator.say("orientations")
    await coordinator.sees("cohort.list.title")
    await coordinator.look("orientations", phone=True)
    await coordinator.click("cohort.do.show")
    for day in range(1, DAYS + 1):
        await coordinator.click("cohort.do.present", n=day)
        await coordinator.sees("cohort.said.marked", n=day)
    await coordinator.look("all-marked", phone=True)
    await coordinator.press("cohort.do.complete")
    await coordinator.sees("cohort.complete.step.review.title")
    await coordinator.look("complete-review")
    await coordinator.click("cohort.complete.submit")
    await coordinator.sees("cohort.state.completed")
    await stage.caught_up()
    await candidate.reads(candidate.words("cohort.next.completed"))
    await candidate.look("facilitator-now", phone=True, dark=True)


async def looks_after_themself(stage: Stage) -> None:
    """More sessions, an absence, what the roster says of it; and who else leads."""
    candidate, coordinator = await stage.open(CANDIDATE, OTHER_SIDE)
    await candidate.say("help")
    await candidate.sees("help.item.my_facilitation")
    await candidate.look("help", phone=True)
    await candidate.say("lead more")
    await candidate.sees("roster.wish.label")
    await candidate.look("how-much", phone=True)
    await candidate.click("roster_wish.submit")
    await candidate.sees("roster.standing.active")
    await candidate.look("my-facilitation", phone=True, dark=True)
    await candidate.say("new absence")
    await candidate.sees("absence.step.days.prompt")
    await candidate.look("absence-form", phone=True)
    await candidate.input("absence.from.label").fill("2027-05-03")
    await candidate.input("absence.to.label").fill("2027-05-07")
    await candidate.input("absence.reason.label").fill("A cure in the mountains")
    await candidate.click("absence.submit")
    await candidate.reads("A cure in the mountains")
    await candidate.look("absences", phone=True, dark=True)
    await candidate.say("take a break")
    await candidate.sees("roster.pause.question.self")
    await candidate.look("pause-question", phone=True)
    await candidate.say("no")
    await candidate.sees("roster.standing.active")
    await coordinator.say("roster")
    await coordinator.sees("roster.list.title")
    await coordinator.look("roster", phone=True, dark=True)
    while not await coordinator.card.get_by_text(name_of(CANDIDATE), exact=True).count():
        await coordinator.click("common.more")
    opens = coordinator.page.get_by_role(
        "button", name=coordinator.words("assignment.list.open"), exact=True
    )
    entry = coordinator.card.locator(".ac-container", has_text=name_of(CANDIDATE))
    await entry.filter(has=opens).last.locator(opens).click()
    await coordinator.sees("roster.next.coordinator.active")
    await coordinator.look("one-of-the-roster", phone=True)
    assert "mountains" not in await coordinator.chat.inner_text()


async def leads_a_first_session(stage: Stage) -> None:
    """A request is agreed; the new facilitator is among the best pairs, and accepts."""
    await _is_asked_for(stage)
    coordinator, candidate = await stage.open(OTHER_SIDE, CANDIDATE)
    await coordinator.sees("triage.state.agreed")
    await coordinator.press("triage.do.approve")
    await coordinator.sees("triage.date.which")
    await coordinator.click("common.next")
    await coordinator.sees("triage.approve.step.pair.prompt")
    await coordinator.look("best-pairs", phone=True, dark=True)
    pair = coordinator.card.get_by_role("radio", name=re.compile(re.escape(name_of(CANDIDATE))))
    await pair.first.check()
    await coordinator.click("common.next")
    await coordinator.sees("triage.approve.step.review.title")
    await coordinator.look("approve-review", phone=True)
    await coordinator.click("triage.approve.submit")
    await coordinator.sees("triage.state.asked")
    await stage.caught_up()
    asked = await coordinator.card.inner_text()
    partner = next(key for key in PARTNERS if name_of(key) in asked)
    candidate, other = await stage.open(CANDIDATE, partner)
    for one in (candidate, other):
        await one.sees("assignment.state.offered")
        await one.click("assignment.do.accept")
        await one.sees("assignment.state.accepted")
    await candidate.sees("assignment.state.booked")
    await candidate.look("leads", phone=True)
    await meeting_of(stage.world, CANDIDATE, SESSION_AT)
    await candidate.say("my assignments")
    await candidate.reads(name_of(partner))
    await candidate.look("my-assignments", phone=True, dark=True)


async def _is_asked_for(stage: Stage) -> None:
    manager, union = await stage.open(MANAGER, OFFICER)
    await manager.say("request a conversation")
    await manager.sees("request.step.topic.prompt")
    await manager.say(title_of(TOPIC, manager))
    await manager.sees("request.step.place.prompt")
    for words in ("ESDC", "National Capital", "Pay Centre, Ottawa"):
        await manager.say(words)
    await manager.sees("request.step.parties.prompt")
    await manager.say("manager")
    await manager.say(name_of(OFFICER))
    await manager.sees("request.step.group.prompt")
    await manager.say("12")
    await manager.sees("request.step.first_date.title")
    await manager.say("April 26 at 1 pm")
    await manager.sees("request.step.other_dates.prompt")
    await manager.say("none")
    await manager.sees("request.step.review.title")
    await manager.press("request.submit")
    await manager.sees("request.status.submitted")
    await stage.caught_up()
    await union.sees("agreement.title")
    await union.press("agreement.agree")
    await union.sees("agreement.agreed")
    await stage.caught_up()

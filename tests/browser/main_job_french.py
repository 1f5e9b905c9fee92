"""La pièce en français : la même histoire, avec ses détours, du premier mot à l'annulation."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.async_api import expect

from tests.browser.main_job_parts import code_on, meeting_of, reference_on, title_of
from tests.browser.main_job_stage import Actor, Stage, name_of

TOPIC = "mental-health"
TEAM = "L’équipe <b>A</b> & cie, Montréal"
ZONE = ZoneInfo("America/Toronto")
STARTS_AT = datetime(2027, 3, 31, 13, 0, tzinfo=ZONE)
MOVED_TO = datetime(2027, 4, 7, 9, 0, tzinfo=ZONE)
MANAGER, UNION, OTHER_UNION = "manager-montreal", "union-quebec", "union-ottawa"
COORDINATOR = "coordinator-employer-quebec"
UNION_LEAD = "facilitator-union-quebec"
EMPLOYER_LEAD, OTHER_LEAD = "facilitator-employer-montreal", "facilitator-employer-gatineau"
MEMBER = "employee-montreal"


async def asks(stage: Stage) -> str:
    """Given up once, begun again, left half way while the program restarts, then sent."""
    (manager,) = await stage.open(MANAGER)
    await stage.look("page")
    await manager.add_app()
    await manager.look("accueil", phone=True)
    await manager.say("demander une conversation")
    await manager.sees("request.step.topic.prompt")
    await manager.look("sujet", phone=True)
    await manager.press("common.cancel")
    await manager.press("form.cancel.yes")
    await manager.sees("form.cancelled")
    await manager.look("abandon")

    await manager.say("Demander une conversation")
    await manager.sees("request.step.topic.prompt")
    await manager.say("sante mentale")
    await manager.sees("request.step.place.prompt")
    for words in ("EDSC", "Québec", TEAM):
        await manager.say(words)
    await manager.sees("request.step.parties.prompt")
    await manager.say("gestionnaire")
    await manager.say("déléguée syndicale")
    await manager.sees("request.step.group.prompt")
    await manager.say("retour")  # nothing is lost on the way back
    await manager.sees("request.step.parties.prompt")
    await expect(manager.input("request.counterpart.label")).to_have_value(name_of(UNION))
    await manager.press("common.next")
    await manager.sees("request.step.group.prompt")
    await manager.look("participation", phone=True)
    return await _goes_on_after_a_restart(stage, manager)


async def _goes_on_after_a_restart(stage: Stage, manager: Actor) -> str:
    await stage.world.stop_program()
    await stage.world.start_program()
    await manager.say("demander une conversation")
    await manager.sees("form.resume.continue")
    await manager.look("reprendre", phone=True)
    await manager.press("form.resume.continue")
    await manager.sees("request.step.group.prompt")
    await manager.say("10")
    await manager.sees("request.step.first_date.title")
    await manager.say("26 mars 2027 à 13 h")
    await manager.reads("Vendredi saint")
    await manager.look("jour-ferie", phone=True, dark=True)
    await manager.say("31 mars à 13 h")
    await manager.sees("request.step.other_dates.prompt")
    await manager.say("aide")  # at any time, without losing the place
    await expect(
        manager.chat.get_by_role("heading", name=manager.words("help.title"))
    ).to_be_visible()
    await manager.sees("request.step.other_dates.prompt")
    await manager.say("aucune")
    await manager.sees("request.step.review.title")
    await manager.look("verification", phone=True)
    await manager.press("request.submit")
    await manager.sees("request.status.submitted")
    await manager.look("envoyee", phone=True)
    return await reference_on(manager)


async def agree_at_last(stage: Stage, reference: str) -> None:
    """The first counterpart declines; another one is named, and agrees in English."""
    manager, union = await stage.open(MANAGER, UNION)
    await union.sees("agreement.title")
    await union.look("accord-demande", phone=True, dark=True)
    await stage.look("cote-a-cote")
    await union.click("agreement.decline")
    await union.input("agreement.reason.label").fill("Je serai en congé ce mois-là.")
    await union.look("refus")
    await union.click("agreement.decline.confirm")
    await union.sees("agreement.declined")
    await union.look("refuse", phone=True)

    await stage.caught_up()
    await manager.sees("request.status.declined")
    await manager.look("accord-refuse", phone=True)
    await manager.click("request.do.change_counterpart")
    await manager.sees("request_counterpart.step.person.prompt")
    await manager.find("request.counterpart.label", "union rep", name_of(OTHER_UNION))
    await manager.look("autre-homologue")
    await manager.click("request_counterpart.submit")
    await manager.sees("request.status.submitted")

    other, _ = await stage.open(OTHER_UNION, MANAGER)
    await other.sees("agreement.title")
    await other.look("accord-demande-en-anglais")
    await other.say(f"agree {reference}")
    await other.sees("agreement.agreed")
    await manager.sees("request.status.agreed")


async def approves(stage: Stage) -> None:
    """A coordinator chooses; a facilitator declines, and somebody else is asked."""
    coordinator, employer = await stage.open(COORDINATOR, EMPLOYER_LEAD)
    await coordinator.sees("triage.state.agreed")
    await coordinator.look("a-examiner", phone=True, dark=True)
    await coordinator.press("triage.do.approve")
    await coordinator.sees("triage.date.which")
    await coordinator.look("approuver-date", phone=True)
    await coordinator.press("common.next")
    await coordinator.sees("pairing.choose")
    await coordinator.look("approuver-duos", phone=True)
    await coordinator.say("d'autres personnes")
    for side, lead in (("union", UNION_LEAD), ("employer", EMPLOYER_LEAD)):
        await coordinator.sees(f"triage.person.{side}")
        await coordinator.look(f"approuver-{side}", phone=True)
        await coordinator.say(name_of(lead))
    await coordinator.sees("triage.approve.step.review.title")
    await coordinator.look("approuver-verification")
    await coordinator.click("triage.approve.submit")
    await coordinator.sees("triage.state.asked")

    await employer.sees("assignment.state.offered")
    await employer.look("offre", phone=True, dark=True)
    await employer.press("assignment.do.decline")
    await employer.input("assignment.decline.reason").fill("J’anime déjà beaucoup ce mois-ci.")
    await employer.press("assignment.decline.confirm")
    await employer.sees("assignment.state.declined")
    await employer.look("offre-declinee")
    await stage.caught_up()
    await coordinator.sees("triage.state.incomplete")
    await coordinator.look("animation-a-pourvoir", phone=True)
    await coordinator.click("triage.do.replace")
    await coordinator.sees("triage.person.employer")
    await coordinator.option(name_of(OTHER_LEAD)).check()
    await coordinator.look("remplacer")
    await coordinator.click("triage.replace.submit")
    await coordinator.sees("triage.state.asked")


async def is_booked(stage: Stage) -> str:
    """Both accept; the meeting is in Outlook; somebody of the team joins by the code."""
    union, employer, manager = await stage.open(UNION_LEAD, OTHER_LEAD, MANAGER)
    for one in (union, employer):
        await one.sees("assignment.state.offered")
        await one.click("assignment.do.accept")
    for one in (union, employer):
        await one.sees("assignment.state.booked")
    await union.look("reservee", phone=True)
    await manager.sees("request.status.scheduled")
    await manager.look("seance-reservee", phone=True, dark=True)
    code = await code_on(manager)

    (member,) = await stage.open(MEMBER)
    await member.add_app()
    await member.say("séances")
    await member.sees("session.list.title")
    await member.look("seances", phone=True)
    await member.say(f"participer {code}")
    await member.sees("seat.standing.confirmed")
    await member.look("place-confirmee", phone=True, dark=True)
    meeting = await meeting_of(stage.world, MEMBER, STARTS_AT)
    assert meeting["joinUrl"].startswith("https://teams.microsoft.com/")
    return meeting["id"]


async def moves_and_is_cancelled(stage: Stage, meeting_id: str) -> None:
    """The same meeting in Outlook moves, then is cancelled; everybody is told once of each."""
    coordinator, member = await stage.open(COORDINATOR, MEMBER)
    await coordinator.sees("triage.state.scheduled")
    await coordinator.click("triage.do.reschedule")
    await coordinator.sees("triage.reschedule.step.when.title")
    await coordinator.say("7 avril 2027 à 9 h")
    await coordinator.look("reporter", phone=True)
    await coordinator.sees("triage.reschedule.step.review.title")
    await coordinator.click("triage.reschedule.submit")
    await coordinator.sees("triage.said.rescheduled")
    await coordinator.look("reportee")
    await stage.caught_up()
    await member.reads(member.tr.weekday_date(MOVED_TO.date()))
    await member.look("nouvel-horaire", phone=True)
    moved = await meeting_of(stage.world, MEMBER, MOVED_TO)
    assert (moved["id"], moved["cancelled"]) == (meeting_id, False)
    assert datetime.fromisoformat(moved["movedFrom"]) == STARTS_AT

    await coordinator.press("triage.do.cancel")
    await coordinator.input("triage.cancel.label").fill("La salle n’est plus libre.")
    await coordinator.look("annuler")
    await coordinator.press("triage.cancel.send")
    await coordinator.sees("triage.said.cancelled")
    await coordinator.look("annulee", phone=True)
    await stage.caught_up()
    await member.sees("seat.standing.cancelled")
    await member.look("seance-annulee", phone=True)
    await stage.look("annulee-cote-a-cote")
    await stage.world.settled()
    gone = await meeting_of(stage.world, MEMBER, MOVED_TO)
    assert (gone["id"], gone["cancelled"]) == (meeting_id, True)
    await stage.look_at_outlook(MEMBER, "outlook")
    told = [each.get("summary") or "" for each in await stage.world.messages(MEMBER)]
    for kind in ("moved", "cancelled"):
        words = member.words(f"notice.session.{kind}", title="|", day="|", day_first="|").split(
            "|"
        )[0]
        assert len([each for each in told if each.startswith(words)]) == 1, told
    assert TEAM in await coordinator.card.inner_text()
    assert title_of(TOPIC, coordinator) in await coordinator.card.inner_text()

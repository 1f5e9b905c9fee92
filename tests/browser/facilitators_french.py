"""La pièce en français : une candidature, ses détours, et un refus dit avec égards."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.main_job_parts import title_of
from tests.browser.main_job_stage import Actor, Stage, name_of

CANDIDATE, MANAGER = "employee-montreal", "manager-montreal"
OTHER_MANAGER, LEADER = "manager-ottawa", "manager-halifax"
SELECTS, OTHER_SIDE = "coordinator-employer-quebec", "coordinator-union-quebec"
REFERENCE = "AP-2027-0001"
LEAD = "facilitator-union-quebec"
TOPIC = "anti-racism"
QUESTION = "Qui vous remplacerait pendant l’orientation?"
WORD = "Un mot de plus, pour la suite."


async def applies(stage: Stage) -> None:
    """En mots seulement, quittée en chemin et reprise après un redémarrage."""
    (candidate,) = await stage.open(CANDIDATE)
    await candidate.add_app()
    await candidate.say("devenir facilitateur")
    await candidate.sees("application.step.about.title")
    await candidate.look("candidature-debut", phone=True)
    await candidate.say("suivant")
    await candidate.sees("application.step.side.prompt")
    await candidate.say("gestionnaire")
    await candidate.sees("application.step.languages.prompt")
    await candidate.say("français e, anglais c")
    await candidate.sees("application.step.place.prompt")
    await stage.world.stop_program()
    await stage.world.start_program()
    await candidate.say("poser ma candidature")
    await candidate.sees("form.resume.continue")
    await candidate.look("candidature-reprise", phone=True)
    await candidate.press("form.resume.continue")
    await candidate.sees("application.step.place.prompt")
    for words in ("EDSC", "Québec"):
        await candidate.say(words)
    await candidate.sees("application.step.topics.prompt")
    await candidate.look("candidature-sujets", phone=True, dark=True)
    await candidate.say(title_of(TOPIC, candidate))
    for key in ("experience", "motivation"):
        await candidate.sees(f"application.step.{key}.prompt")
        await candidate.say("Dix ans d’accueil, d’écoute et de <i>formation</i>.")
    await candidate.sees("application.step.manager.prompt")
    await candidate.say(name_of(MANAGER))
    await candidate.sees("application.reference.employer.prompt")
    await candidate.look("candidature-reference", phone=True)
    await candidate.say(name_of(LEADER))
    await candidate.sees("application.step.self_identification.title")
    await candidate.look("auto-identification", phone=True)
    await candidate.say("passer")
    await candidate.sees("application.step.review.title")
    await candidate.look("candidature-verification", phone=True)
    await candidate.press("application.submit")
    await candidate.sees("application.status.submitted")
    await candidate.look("candidature-envoyee", phone=True)


async def are_asked(stage: Stage) -> None:
    """The manager asks, then says no; another one says yes, and so does the reference."""
    candidate, manager = await stage.open(CANDIDATE, MANAGER)
    await manager.sees("endorsement.status.asked")
    await manager.look("appui-demande", phone=True, dark=True)
    await manager.say(f"questionner {REFERENCE} {QUESTION}")
    await manager.sees("endorsement.status.question")
    await stage.caught_up()
    await candidate.reads(QUESTION)
    await candidate.look("question", phone=True)
    await candidate.say(f"répondre {REFERENCE} Mon collègue de l’accueil.")
    await stage.caught_up()
    await manager.reads("Mon collègue de l’accueil.")
    await manager.look("reponse", phone=True)
    await manager.click("endorsement.decline")
    await manager.input("endorsement.reason.label").fill("Pas cette année.")
    await manager.click("endorsement.decline.confirm")
    await manager.sees("endorsement.status.declined")
    await stage.caught_up()
    await candidate.click("application.do.name_manager")
    await candidate.sees("application_manager.step.manager.prompt")
    await candidate.look("autre-gestionnaire", phone=True)
    await candidate.say(name_of(OTHER_MANAGER))
    await candidate.sees("application.status.submitted")
    for key in (OTHER_MANAGER, LEADER):  # both read English
        (one,) = await stage.open(key)
        await one.sees("endorsement.status.asked")
        await one.look(f"asked-{key}", phone=True)
        await one.say(f"support {REFERENCE}")
        await one.sees("endorsement.status.supported")
    await stage.caught_up()


async def is_interviewed(stage: Stage) -> None:
    """None of the times suits; others are offered, one is picked in words."""
    selects, candidate = await stage.open(SELECTS, CANDIDATE)
    await selects.say("candidatures")
    await selects.click("selection.list.open", reference=REFERENCE)
    await selects.look("candidature-examinee", phone=True)
    await _offers(selects, "selection.do.invite")
    await stage.caught_up()
    await candidate.sees("interview.state.offered")
    await candidate.look("entretien-propose", phone=True, dark=True)
    await candidate.click("interview.do.none_suits")
    await candidate.input("interview.decline.label").fill("Le mercredi, plutôt.")
    await candidate.click("interview.none_suits.send")
    await candidate.sees("interview.state.none_suits")
    await stage.caught_up()
    await selects.say(REFERENCE)
    await selects.sees("interview.stands.none_suits")
    await _offers(selects, "selection.do.invite.again")
    await stage.caught_up()
    await candidate.sees("interview.state.offered")
    await candidate.say("2")
    await candidate.sees("interview.state.booking")
    await stage.caught_up()
    await candidate.sees("interview.state.booked")
    await candidate.look("entretien-reserve", phone=True)


async def _offers(selects: Actor, button: str) -> None:
    await selects.click(button)
    await selects.sees("interview.days.why")
    await selects.click("common.next")
    await selects.sees("interview.times.free")
    await selects.look("entretien-moments", phone=True)
    await selects.click("interview.invite.submit")
    await selects.sees("application.status.interview")


async def is_told_kindly(stage: Stage) -> None:
    """The other side proposes, the candidate's own declines in its words; the candidate reads."""
    for _ in range(20):
        (selects,) = await stage.open(SELECTS)
        await selects.say(REFERENCE)
        if await selects.button("selection.do.accept").count():
            break
        await stage.jump("day")
    other, selects, candidate = await stage.open(OTHER_SIDE, SELECTS, CANDIDATE)
    await other.say(REFERENCE)
    await other.sees("selection.next.interviewed")
    await other.look("proposition", phone=True)
    await other.click("selection.do.keep.propose")
    await other.look("propose", phone=True)
    await stage.caught_up()
    await selects.sees("selection.proposal.keep", name=name_of(OTHER_SIDE))
    await selects.look("proposition-recue", phone=True, dark=True)
    await selects.click("selection.do.set_aside")
    await selects.sees("selection.said.set_aside")
    await selects.click("selection.do.decline")
    await selects.look("refus-avec-egards", phone=True)
    words = selects.input("selection.decline.label")
    await expect(words).not_to_have_value("")
    await words.fill(f"{await words.input_value()} {WORD}")
    await selects.click("selection.decline.send")
    await selects.sees("application.status.declined")
    await stage.caught_up()
    await candidate.reads(WORD)
    await candidate.look("non-retenue", phone=True, dark=True)
    await candidate.say("devenir facilitateur")  # it waits for six months
    await candidate.look("plus-tard", phone=True)


async def looks_after_themself(stage: Stage) -> None:
    """Une facilitatrice de l'effectif : absences, fréquence, pause; et la coordination la voit."""
    lead, selects = await stage.open(LEAD, SELECTS)
    await lead.add_app()
    await lead.say("mes affectations")
    await lead.sees("assignment.list.title")
    await lead.look("mes-affectations", phone=True, dark=True)
    await lead.say("absente du 2 au 5 mars")
    await lead.sees("absence.list.title")
    await lead.look("mes-absences", phone=True)
    await lead.say("en animer plus")
    await lead.sees("roster.wish.label")
    await lead.look("plus-souvent", phone=True)
    await lead.click("roster_wish.submit")
    await lead.sees("roster.standing.active")
    await lead.look("ma-facilitation", phone=True, dark=True)
    await lead.say("faire une pause")
    await lead.sees("roster.pause.question.self")
    await lead.click("roster.pause.yes")
    await lead.sees("roster.said.pause.self")
    await lead.look("en-pause", phone=True)
    await stage.caught_up()
    await selects.reads(name_of(LEAD))  # whoever steers the region is told
    await selects.look("pause-annoncee", phone=True)
    await selects.say("effectif")
    await selects.sees("roster.standing.paused")
    await selects.look("effectif", phone=True, dark=True)
    await selects.say("certifier")
    await selects.sees("roster.list.to_certify")
    await lead.say("quitter l’effectif")
    await lead.sees("roster.do.retire")
    await lead.look("quitter", phone=True)

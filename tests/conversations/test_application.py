"""Becoming a facilitator: whole dialogs, in both languages."""

from datetime import timedelta
from typing import cast

from bot.domain.applications import ApplicationStatus
from tests.conversations.applying import (
    STEPS,
    USUAL,
    applied,
    fill,
    the_application,
    to_the_end,
)
from tests.conversations.office import OTHER_STEWARD, OUTSIDER, Office
from tests.conversations.requesting import NEXT, plain, step_of
from tests.conversations.talking import MANAGER, NOW, STEWARD, problems_of


async def test_by_clicks(office: Office) -> None:
    """
    become a facilitator                 ▸ Step 1 of 12 · What it takes
    [Next]                               ▸ in place: Step 2 of 12 · Your side
    for the union, [Next]                ▸ in place: Step 3 of 12 · Your bargaining agent
    PSAC, [Next]                         ▸ in place: Step 4 of 12 · Your languages
    … and so on, one step a card         ▸ in place: Step 12 of 12 · Review, one line each
    [Submit]                             ▸ in place: the record, with the reference
    """
    chat = office.chat(OUTSIDER)
    review = await fill(chat, self_identification={"groups": "2,3"})
    assert plain(review).splitlines() == [
        "Become a facilitator",
        "Step 12 of 12",
        "Side: For the union  Change",
        "Bargaining agent: Public Service Alliance of Canada (PSAC)  Change",
        "Languages: English: advanced (C); French: intermediate (B)  Change",
        "Organization: Agriculture and Agri-Food Canada, National Capital  Change",
        "Topics: Mental Health: Let's Talk!; Anti-Racism: Let's Talk!  Change",
        "Experience: Six years of local meetings.  Change",
        "Motivation: To help my colleagues talk.  Change",
        "Manager: Manager, Ottawa  Change",
        "Reference: Union representative, Ottawa  Change",
        "Self-identification: answered, sealed  Change",
        "Review",
        (
            "When you submit, Manager, Ottawa and Union representative, Ottawa are each asked to "
            "support it. Then the coordinators of your region look at your application."
        ),
        "You can also type: submit, back, change and the name of an answer, cancel, help.",
    ]
    record = await chat.click("Submit")
    assert plain(record).splitlines() == [
        "Application AP-2027-0001",
        (
            "Application AP-2027-0001 is with Manager, Ottawa and Union representative, Ottawa. I "
            "will tell you as soon as each answers, and remind them after 5 working days."
        ),
        "Waiting for the manager’s support",
        (
            "Manager, Ottawa is asked to support you. You can change your application until they "
            "answer."
        ),
        "Manager: Manager, Ottawa, asked on January 11, 2027",
        "Reference: Union representative, Ottawa, asked on January 11, 2027",
        "Side: For the union; Public Service Alliance of Canada (PSAC)",
        "Spoken: English: advanced (C); French: intermediate (B)",
        "Where: Agriculture and Agri-Food Canada, National Capital",
        "Topics: Mental Health: Let's Talk!; Anti-Racism: Let's Talk!",
        "Self-identification: given; only those who select can open it",
        "What happened",
        "Employee, Regina applied · January 11, 2027, at 9 am",
        "You can also type: withdraw AP-2027-0001, or at any time: my application.",
    ]
    assert len(chat.messages) == 1
    application = the_application(office)
    assert application.status is ApplicationStatus.SUBMITTED
    assert (application.applicant_id, application.manager_id, application.reference_id) == (
        OUTSIDER.person_id,
        MANAGER.person_id,
        OTHER_STEWARD.person_id,
    )
    assert application.zone == "America/Regina"
    assert application.topics == ("mental-health", "anti-racism")
    for endorser in (MANAGER, OTHER_STEWARD):
        assert office.told(endorser)[0].kind == "endorsement.asked"
    assert office.units.memory.drafts == {}


async def test_typed_in_french(office: Office) -> None:
    """
    devenir facilitatrice           ▸ Étape 1 de 12 · Ce que cela demande
    suivant                         ▸ Étape 2 de 12
    syndicat                        ▸ Étape 3 de 12
    afpc                            ▸ Étape 4 de 12
    français exempt, anglais b      ▸ Étape 5 de 12
    agriculture                     ▸ l'organisation est choisie; il manque la région
    quebec                          ▸ Étape 6 de 12
    santé mentale, antiracisme      ▸ Étape 7 de 12
    (l'expérience)                  ▸ Étape 8 de 12
    (la motivation)                 ▸ Étape 9 de 12
    Manager, Ottawa                 ▸ Étape 10 de 12
    Union representative, Ottawa    ▸ Étape 11 de 12
    passer                          ▸ Étape 12 de 12
    oui                             ▸ la candidature attend les deux réponses
    """
    chat = office.chat(STEWARD)
    steps: list[str] = []
    for words in (
        "Devenir facilitatrice", "suivant", "syndicat", "afpc", "français exemption, anglais b",
        "agriculture", "quebec", "sante mentale, L’antiracisme", "Six ans de réunions locales.",
        "Aider mes collègues à se parler.", "Manager, Ottawa", "Union representative, Ottawa",
        "passer",
    ):  # fmt: skip
        await chat.say(words)
        assert problems_of(chat.card) == []
        steps.append(step_of(chat))
    assert steps == [
        "about", "side", "agent", "languages", "place", "place", "topics", "experience",
        "motivation", "manager", "reference", "self_identification", "review",
    ]  # fmt: skip
    record = await chat.say("oui")
    assert plain(record).splitlines()[:3] == [
        "Candidature AP-2027-0001",
        (
            "La candidature AP-2027-0001 attend la réponse de Manager, Ottawa et de Union "
            "representative, Ottawa. Je vous préviens dès qu’une réponse arrive et j’envoie un "
            "rappel après 5 jours ouvrables."
        ),
        "En attente de l’appui de la ou du gestionnaire",
    ]
    application = the_application(office)
    assert application.levels == {"en": "b", "fr": "e"}
    assert (application.agent, application.region) == ("PSAC", "quebec")
    assert office.units.memory.self_identifications == {}


async def test_the_employers_side_has_a_step_less_and_other_words(office: Office) -> None:
    """
    for the employer                 ▸ Step 3 of 11 · Your languages: no bargaining agent
    (the reference)                  ▸ "your manager, or another one"
    the manager once more, [Submit]  ▸ one person is asked, once
    """
    chat = office.chat(OUTSIDER)
    said = await fill(chat, until="languages", side={"side": "employer"})
    assert "Step 3 of 11" in said
    await chat.click("Next", level_en="e", level_fr="none")
    for step in ("place", "topics", "experience", "motivation", "manager"):
        said = await chat.click("Next", **USUAL[step])
    assert "your manager, or another one" in said
    await chat.click("Next", reference=MANAGER.person_id)
    review = await chat.click("Next")
    assert "When you submit, Manager, Ottawa is asked to support it." in review
    record = await chat.click("Submit")
    assert "is with Manager, Ottawa. I will tell you as soon as they answer" in record
    assert [r.kind for r in office.told(MANAGER, "endorsement.")] == ["endorsement.asked"]


async def test_the_directory_knows_the_manager(office: Office) -> None:
    """
    (the directory names a manager)   ▸ the picker has them, and says from where
    [Next]                            ▸ they are the manager
    """
    office.graph.managers[OUTSIDER.person_id] = MANAGER.person_id
    chat = office.chat(OUTSIDER)
    said = await fill(chat, until="manager")
    assert "[Your manager: Manager, Ottawa]" in said
    assert "This is the name that the directory gives." in said
    said = await chat.click("Next")
    assert "Manager: Manager, Ottawa" in said
    assert office.graph.calls.count("manager") == 1


async def test_the_directory_knows_nobody_or_oneself(office: Office) -> None:
    """
    (a manager who is oneself, or none)   ▸ the picker is empty
    """
    for known in (OUTSIDER.person_id, None):
        office.graph.managers = {OUTSIDER.person_id: known} if known else {}
        chat = office.chat(OUTSIDER)
        said = await fill(chat, until="manager")
        assert "[Your manager: ]" in said
        assert "directory" not in said
        await chat.say("cancel")
        await chat.click("Yes, cancel")


async def test_last_time_fills_in(office: Office) -> None:
    """
    (an application was withdrawn)
    become a facilitator …   ▸ organization and region are filled in
    """
    chat = await applied(office)
    await chat.click("Yes, withdraw")
    place = await fill(chat, until="place")
    assert "[Organization: Agriculture and Agri-Food Canada (AAFC)]" in place
    assert "[Region: National Capital]" in place


async def test_submitted_twice_is_one_application(office: Office) -> None:
    """
    [Submit] [Submit] (the first answer was slow)   ▸ one application, and how it stands
    """
    chat = office.chat(OUTSIDER)
    await fill(chat)
    before, card = chat.state, chat.card
    await chat.click("Submit")
    chat.state, chat.last.card = before, card
    again = await chat.click("Submit")
    assert again.splitlines()[0] == "Application AP-2027-0001"
    assert len(office.units.memory.applications) == 1


async def test_left_for_weeks_and_found_again(office: Office) -> None:
    """
    (the form, up to the experience)
    (three weeks later, the program was restarted)
    my application          ▸ You began to apply, and your answers are kept. [Continue]
    [Continue]              ▸ You left this form half way …
    [Continue]              ▸ Step 7 of 12, with what was said before
    … [Submit]              ▸ AP-2027-0001
    """
    chat = office.chat(OUTSIDER)
    await fill(chat, until="experience")
    office.clock.set(NOW + timedelta(days=21))
    again = office.chat(OUTSIDER)
    said = await again.say("my application")
    assert "You began to apply, and your answers are kept." in said
    said = await again.click("Continue")
    assert "Topics: Mental Health: Let's Talk!; Anti-Racism: Let's Talk!" in said
    said = await again.click("Continue")
    assert "Step 7 of 12" in said
    await to_the_end(again)


async def test_the_words_of_coming_back_are_no_answer(office: Office) -> None:
    """
    (at the experience, days later) become a facilitator   ▸ You left this form half way …
    continue                                               ▸ the experience
    my application                                         ▸ You began to apply …; the form again
    """
    chat = office.chat(OUTSIDER)
    await fill(chat, until="experience")
    assert "You left this form half way" in await chat.say("become a facilitator")
    await chat.say("continue")
    assert step_of(chat) == "experience"
    await chat.say("my application")
    assert "You began to apply, and your answers are kept." in chat.messages[-2].words
    assert (step_of(chat), the_drafts_experience(office)) == ("experience", None)


def the_drafts_experience(office: Office) -> object:
    """What the draft holds of the experience."""
    (draft,) = office.units.memory.drafts.values()
    answers = cast("dict[str, object]", draft.answers["answers"])
    return answers.get("experience")


async def test_back_change_and_cancel_lose_nothing_that_should_stay(office: Office) -> None:
    """
    (at the topics) back        ▸ Step 5 of 12, filled in
    next                        ▸ Step 6 of 12
    change side                 ▸ Step 2 of 12
    employer                    ▸ back at the topics, no agent any more
    cancel, no                  ▸ still there
    cancel, yes                 ▸ given up: nothing is kept
    """
    chat = office.chat(OUTSIDER)
    await fill(chat, until="topics")
    said = await chat.say("back")
    assert "[Region: National Capital]" in said
    assert step_of(chat) == "place"
    await chat.say("next")
    assert step_of(chat) == "topics"
    await chat.say("change side")
    said = await chat.say("employer")
    assert (step_of(chat), "Bargaining agent" in said) == ("topics", False)
    await chat.say("cancel")
    await chat.say("no")
    assert step_of(chat) == "topics"
    await chat.say("cancel")
    said = await chat.say("yes")
    assert "Nothing was sent" in said
    assert office.units.memory.drafts == {}
    assert "You have not applied" in await chat.say("my application")


async def test_another_language_in_the_middle(office: Office) -> None:
    """
    (at the languages) français   ▸ la même étape, en français, avec ce qui a été dit
    """
    chat = office.chat(OUTSIDER)
    await fill(chat, until="languages")
    said = await chat.say("français")
    assert "Agent négociateur\u00a0: Alliance de la Fonction publique du Canada (AFPC)" in said
    assert step_of(chat) == "languages"


async def test_every_step_looks_right_in_both_languages(office: Office) -> None:
    """
    (every card of the form)   ▸ labelled, worded, small enough
    """
    for who in (OUTSIDER, STEWARD):
        chat = office.chat(who)
        await fill(chat, until="about")
        for step in STEPS[:-1]:
            assert (step_of(chat), problems_of(chat.card)) == (step, [])
            await chat.click(NEXT[who.language], **USUAL[step])
        assert problems_of(chat.card) == []

"""An application that was sent: how it stands, and what the candidate can do with it."""

import pytest

from bot.domain.applications import ApplicationStatus, EndorsementStatus, EndorserKind
from cards.actions import ALL, APPLICATION_ANSWER, APPLICATION_ENDORSER
from tests.conversations.applying import applied, say_yes, the_application
from tests.conversations.office import NAMESAKE, OTHER_STEWARD, OUTSIDER, Office
from tests.conversations.requesting import errors_of, plain, step_of
from tests.conversations.talking import MANAGER, STEWARD, Chat, actions_of, problems_of

S = ApplicationStatus
MANAGER_KIND, REFERENCE_KIND = EndorserKind.MANAGER, EndorserKind.REFERENCE


async def say_no(office: Office, kind: EndorserKind, word: str = "We are short of people.") -> None:
    application = the_application(office)
    who = application.manager_id if kind is MANAGER_KIND else application.reference_id
    named = f"{application.application_id}.{kind.value}"
    await office.services.endorsements.decline(who, named, word)


async def ask(office: Office, kind: EndorserKind, question: str) -> None:
    application = the_application(office)
    who = application.manager_id if kind is MANAGER_KIND else application.reference_id
    named = f"{application.application_id}.{kind.value}"
    await office.services.endorsements.ask(who, named, question)


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (OUTSIDER, ("my application", "AP-2027-0001", "show ap 2027 0001", "my aplication")),
        (STEWARD, ("ma candidature", "voir AP-2027-0001", "où en est ma candidature")),
    ],
)
async def test_status_at_any_time(office: Office, who, words) -> None:
    """
    my application · AP-2027-0001 · show …   ▸ how it stands, with a time line
    (both said yes) my application           ▸ with the coordinators
    """
    chat = await applied(office, who)
    status = {"en": "Waiting for the manager’s support", "fr": "En attente de l’appui de la ou du"}
    for typed in words:
        said = await chat.say(typed)
        assert status[who.language] in said
        assert problems_of(chat.card) == []
    await say_yes(office)
    said = plain(await chat.say(words[0]))
    after = {"en": "With the coordinators", "fr": "À l’étude par la coordination"}
    assert said.splitlines()[1] == after[who.language]


async def test_the_time_line_tells_what_happened(office: Office) -> None:
    """
    (the manager asks, is answered, says yes)   ▸ a line each, with what was written
    """
    chat = await applied(office)
    await ask(office, MANAGER_KIND, "How many days?")
    await chat.say("answer AP-2027-0001 Five, over two weeks.")
    await say_yes(office, MANAGER_KIND)
    said = plain(await chat.say("my application"))
    at = said.splitlines().index("What happened")
    assert said.splitlines()[at + 1 : -1] == [
        "Employee, Regina applied · January 11, 2027, at 9 am",
        "Manager, Ottawa asked a question: How many days? · January 11, 2027, at 9 am",
        "Employee, Regina answered the question: Five, over two weeks. · January 11, 2027, at 9 am",
        "Manager, Ottawa supports it, as manager · January 11, 2027, at 9 am",
    ]


async def test_nothing_was_sent_yet(office: Office) -> None:
    """
    my application                    ▸ not yet; [Become a facilitator]
    withdraw my application           ▸ there is none
    AP-2027-0009                      ▸ there is none, or not yours
    [Become a facilitator]            ▸ Step 1
    """
    chat = office.chat(OUTSIDER)
    for typed in ("withdraw my application", "modifier ma candidature"):
        assert "You have not applied to become a facilitator." in await chat.say(typed)
    assert "I cannot find this application." in await chat.say("AP-2027-0009")
    said = await chat.say("my application")
    assert "You have not applied to become a facilitator yet." in said
    await chat.click("Become a facilitator")
    assert step_of(chat) == "about"


async def test_changed_by_a_click(office: Office) -> None:
    """
    [Change the application]         ▸ the review, filled in
    change motivation, (another)     ▸ the review again
    [Save the changes]               ▸ the card, changed
    """
    chat = await applied(office)
    said = await chat.click("Change the application")
    assert said.splitlines()[0] == "Change application AP-2027-0001"
    assert step_of(chat) == "review"
    await chat.click("Change: Motivation")
    assert "27 characters left" not in chat.text
    await chat.click("Next", motivation="I have seen it help.")
    said = await chat.click("Save the changes")
    assert "Your changes are saved." in said
    assert the_application(office).motivation == "I have seen it help."


async def test_changed_by_words_to_the_other_side(office: Office) -> None:
    """
    modifier ma candidature        ▸ la vérification
    modifier partie, employeur     ▸ une autre personne de référence est nécessaire
    (la gestionnaire de nouveau)   ▸ la vérification
    envoyer                        ▸ enregistré
    """
    chat = await applied(office, STEWARD)
    await chat.say("modifier ma candidature")
    await chat.say("modifier partie")
    await chat.say("employeur")
    assert step_of(chat) == "reference"
    await chat.say("Manager, Ottawa")
    assert step_of(chat) == "review"
    said = await chat.say("envoyer")
    assert "Vos changements sont enregistrés." in said
    application = the_application(office)
    assert (application.side.value, application.agent) == ("employer", None)
    assert application.reference_id == MANAGER.person_id


async def test_a_change_given_up_changes_nothing(office: Office) -> None:
    """
    edit AP-2027-0001, cancel, yes   ▸ the card, as it was
    """
    chat = await applied(office)
    await chat.say("edit AP-2027-0001")
    await chat.say("cancel")
    said = await chat.say("yes")
    assert said.splitlines()[0] == "Application AP-2027-0001"
    assert the_application(office).version == 2


async def test_another_manager_after_a_no(office: Office) -> None:
    """
    (the manager says no)         ▸ the card shows why, and offers another
    [Name another manager]        ▸ who?
    the same one again, [Ask …]   ▸ they said no already
    another one, [Ask …]          ▸ they are asked
    """
    chat = await applied(office)
    await say_no(office, MANAGER_KIND)
    said = await chat.say("my application")
    assert "Manager, Ottawa does not support your application." in said
    assert "We are short of people." in said
    await chat.click("Name another manager")
    assert "[Your manager: ]" in chat.text
    await chat.click("Ask this person", manager=MANAGER.person_id)
    assert errors_of(chat) == ["This person has said no already. Choose somebody else."]
    await chat.click("Ask this person", manager=OTHER_STEWARD.person_id)
    assert errors_of(chat)[0].startswith("The manager and the reference have to be two people.")
    said = await chat.click("Ask this person", manager=NAMESAKE.person_id)
    assert "Union representative, Oshawa is asked now." in said
    assert office.told(NAMESAKE)[0].kind == "endorsement.asked"


async def test_another_reference_in_words(office: Office) -> None:
    """
    (la personne de référence dit non, la gestionnaire oui)
    changer de référence AP-2027-0001   ▸ qui?
    Union representative, Oshawa        ▸ on la sollicite
    """
    chat = await applied(office, STEWARD)
    await say_no(office, REFERENCE_KIND)
    await say_yes(office, MANAGER_KIND)
    said = await chat.say("changer de référence AP-2027-0001")
    assert "Personne de l’exécutif local ou de votre élément" in said
    said = await chat.say("Union representative, Oshawa")
    assert "On sollicite maintenant Union representative, Oshawa." in said
    found = office.units.memory.endorsements
    (reference,) = [e for e in found.values() if e.kind is REFERENCE_KIND]
    assert (reference.person_id, reference.round) == (NAMESAKE.person_id, 2)
    assert the_application(office).status is S.SUPPORTED


async def test_a_question_answered_in_the_card(office: Office) -> None:
    """
    (the manager asks)      ▸ the card shows the question
    (blanks), [Send]        ▸ a form asks for words
    Five days, [Send]       ▸ it is with them
    [Send] once more        ▸ it was answered; nothing changes
    """
    chat = await applied(office)
    await ask(office, MANAGER_KIND, "How many days?")
    said = await chat.say("my application")
    assert "Manager, Ottawa asks you something before answering." in said
    assert "How many days?" in said
    await chat.click("Send the answer", answer="   ")
    assert step_of(chat) == "answer"
    assert "Manager, Ottawa asks:" in chat.text
    said = await chat.click("Send the answer", words="Five.")
    assert "Your answer is with Manager, Ottawa." in said
    data = {"id": the_application(office).application_id, "kind": "manager", "answer": "Ten."}
    said = await chat.invoke({"action": {"verb": APPLICATION_ANSWER, "data": data}})
    assert "This application has moved on in the meantime" in said
    (manager, _) = office.units.memory.endorsements.values()
    assert manager.answer == "Five."


async def test_withdrawn_by_a_click_and_clicked_twice(office: Office) -> None:
    """
    [Withdraw the application] [Yes, withdraw]   ▸ withdrawn; those asked are told
    [Yes, withdraw] once more (an old card)      ▸ how it stands
    """
    chat = await applied(office)
    office.send()
    old = chat.card
    said = await chat.click("Yes, withdraw")
    assert "The application is withdrawn." in said
    for endorser in (MANAGER, OTHER_STEWARD):
        assert office.told(endorser)[-1].kind == "endorsement.closed"
    chat.last.card = old
    said = await chat.click("Yes, withdraw")
    assert "Withdrawn" in said
    assert the_application(office).status is S.WITHDRAWN
    chat.last.card = old
    said = await chat.click("Change the application")
    assert "This application has moved on in the meantime" in said


@pytest.mark.parametrize("typed", ["retirer AP-2027-0001", "retirer ma candidature"])
async def test_withdrawn_in_words_asks_once_more(office: Office, typed: str) -> None:
    """
    retirer AP-2027-0001   ▸ la retirer?
    non                    ▸ la carte, comme avant
    retirer …, oui         ▸ retirée
    """
    chat = await applied(office, STEWARD)
    said = await chat.say(typed)
    assert "Retirer cette candidature?" in said
    await chat.say("non")
    assert the_application(office).status is S.SUBMITTED
    await chat.say(typed)
    said = await chat.say("oui")
    assert "La candidature est retirée." in said
    assert the_application(office).status is S.WITHDRAWN


async def test_old_buttons_say_how_it_stands(office: Office) -> None:
    """
    (both said yes) [Change the application] of an old card   ▸ moved on, and how it stands
    """
    chat = await applied(office)
    old = chat.card
    await say_yes(office)
    chat.last.card = old
    said = await chat.click("Change the application")
    assert "This application has moved on in the meantime, so nothing was changed." in said
    assert "With the coordinators" in said


async def test_what_the_endorser_is_shown_under_the_same_reference(office: Office) -> None:
    """
    (the manager) AP-2027-0001   ▸ their own card, not the candidate's
    """
    await applied(office)
    said = await office.chat(MANAGER).say("AP-2027-0001")
    assert "To help my colleagues talk." not in said
    assert "Employee, Regina" in said


@pytest.mark.parametrize("verb", sorted(v for v in ALL if v.startswith("application.")))
async def test_somebody_elses_application_is_not_told_of(office: Office, verb: str) -> None:
    """
    (its id, in a payload of somebody else's)   ▸ nothing is told, nothing changes
    """
    await applied(office, experience={"experience": "A secret."})
    application = the_application(office)
    before = application.version
    chat: Chat = office.chat(NAMESAKE)
    for kind in ("manager", "reference", "nobody", 7, ""):
        data = {"id": application.application_id, "kind": kind, "answer": "x", "text": "y"}
        said = await chat.invoke({"action": {"verb": verb, "data": data}})
        assert "A secret." not in said
        assert "Employee, Regina" not in said
    assert (the_application(office).version, the_application(office).status) == (
        before,
        S.SUBMITTED,
    )


@pytest.mark.parametrize("kind", ["", "nobody", 7, True, "manager;--"])
async def test_a_payload_that_makes_no_sense(office: Office, kind: object) -> None:
    """
    (a kind that no card has)    ▸ a sentence; nothing changes
    [Change the application]     ▸ goes on
    """
    chat = await applied(office)
    data = {"id": the_application(office).application_id, "kind": kind}
    said = await chat.invoke({"action": {"verb": APPLICATION_ENDORSER, "data": data}})
    assert said.strip()
    assert {e.status for e in office.units.memory.endorsements.values()} == {
        EndorsementStatus.ASKED
    }
    await chat.say("my application")
    assert "Change the application" in [a.get("title") for a in actions_of(chat.card)]


async def test_the_nastiest_words_stay_words(office: Office) -> None:
    """
    ({{, markup, right-to-left text, the longest)   ▸ sound cards, kept as typed
    """
    nasty = "{{x}} <b>**hi**</b> [l](http://x) \u202e\u05d0 " + "é" * 1100
    chat = await applied(
        office,
        experience={"experience": nasty},
        motivation={"motivation": nasty},
        agent={"agent": "other", "agent_other": "<script>{{a}}</script>"},
    )
    assert problems_of(chat.card) == []
    assert "http" not in str([a for a in actions_of(chat.card) if a["type"] == "Action.OpenUrl"])
    application = the_application(office)
    assert application.experience.startswith("{{x}} <b>**hi**</b>")
    assert "\u202e" not in application.experience
    await chat.click("Change the application")
    assert problems_of(chat.card) == []
    await chat.click("Change: Experience")
    assert problems_of(chat.card) == []
    await chat.click("Next")
    await chat.click("Save the changes")
    assert the_application(office).experience == application.experience

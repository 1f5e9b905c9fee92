"""The manager's and the reference's word on a candidate, in their own language."""

import pytest

from bot.domain.applications import ApplicationStatus, EndorsementStatus, EndorserKind
from tests.conversations.endorsing import REFERENCE, applied
from tests.conversations.office import OTHER_STEWARD, OUTSIDER, REGIONAL, Office
from tests.conversations.requesting import errors_of, plain
from tests.conversations.talking import MANAGER, STEWARD, problems_of

MANAGERS = ("form1", EndorserKind.MANAGER)
REFERENCES = ("form1", EndorserKind.REFERENCE)


async def test_a_manager_supports(office: Office) -> None:
    """
    (Employee, Regina, applied and named me)
    support            ▸ who asks, what it takes; Support, Do not support, Ask
    [Support]          ▸ in place: supported; the applicant is told
    [Support] again    ▸ the same
    """
    await applied(office)
    chat = office.chat(MANAGER)
    said = plain(await chat.say("support"))
    assert said.splitlines()[:4] == [
        "Your support is asked for: AP-2027-0001",
        "Waiting for your answer",
        (
            "Employee, Regina would like to become a facilitator of Empowering Conversations, "
            "for the union’s side, and names you as their manager."
        ),
        (
            "What it takes: an interview, an orientation of five days, then at least 5 sessions "
            "in 18 months, in working hours. Your support means that they may take this time."
        ),
    ]
    assert chat.buttons == [
        "Support", "Do not support", "Do not support the application", "Ask", "Send the question",
    ]  # fmt: skip
    assert problems_of(chat.card) == []
    before = chat.card
    done = await chat.click("Support", note="With **all** my heart.")
    assert done.splitlines()[:3] == [
        "Application AP-2027-0001",
        "Thank you. The applicant is told.",
        "You support it",
    ]
    assert "With **all** my heart." in done
    assert problems_of(chat.card) == []
    chat.last.card = before
    assert await chat.click("Support") == done
    assert [row.kind for row in office.told(OUTSIDER)] == ["endorsement.supported"]
    assert office.units.memory.applications["form1"].status is ApplicationStatus.SUPPORTED


async def test_help_lists_what_waits_for_a_word_while_it_does(office: Office) -> None:
    """
    help ▸ Waiting for your answer · [Applications to support]
    (supported) help ▸ no more
    """
    chat = office.chat(MANAGER)
    await chat.say("help")
    assert "Applications to support" not in chat.buttons
    await applied(office)
    assert "Waiting for your answer" in await chat.say("help")
    assert chat.buttons[0] == "Applications to support"
    await chat.click("Applications to support")
    await office.services.endorsements.support(MANAGER.person_id, "form1.manager")
    await chat.say("help")
    assert "Applications to support" not in chat.buttons


async def test_a_reference_answers_in_french(office: Office) -> None:
    """
    appuyer AP-2027-0001 : une collègue d’une grande écoute     ▸ appuyée, avec le mot
    (la ou le gestionnaire appuie aussi)                        ▸ la coordination est prévenue
    """
    await applied(office)
    chat = office.chat(STEWARD)
    shown = plain(await chat.say(f"voir {REFERENCE}"))
    assert shown.splitlines()[:3] == [
        "On vous demande votre avis : AP-2027-0001",
        "En attente de votre réponse",
        (
            "Employee, Regina souhaite devenir facilitatrice ou facilitateur des conversations "
            "« Le pouvoir d’en parler », pour la partie syndicale, et vous désigne comme "
            "personne de référence."
        ),
    ]
    said = plain(await chat.say(f"appuyer {REFERENCE} : une collègue d’une grande écoute"))
    assert said.splitlines()[1:3] == [
        "Merci. La personne candidate en est informée.",
        "Vous l’appuyez",
    ]
    assert office.units.memory.endorsements[REFERENCES].note == "une collègue d’une grande écoute"
    assert office.told(REGIONAL) == []
    await office.chat(MANAGER).say(f"support {REFERENCE}")
    assert [row.kind for row in office.told(REGIONAL)] == ["application.to_select"]


@pytest.mark.parametrize(
    "words",
    [
        "support AP-2027-0001",
        "I support ap 2027 0001!",
        "suport AP-2027-0001",
        "appuyer AP-2027-0001",
        "j’appuie AP-2027-0001",
    ],
)
async def test_support_in_words(office: Office, words: str) -> None:
    """
    support AP-2027-0001      ▸ supported, in a new card
    """
    await applied(office)
    assert "Thank you." in await office.chat(MANAGER).say(words)
    assert office.units.memory.endorsements[MANAGERS].status is EndorsementStatus.SUPPORTED


async def test_a_no_by_click(office: Office) -> None:
    """
    [Do not support] asks why in the same card
    no reason                ▸ the reason is asked for, in a form
    a reason                 ▸ declined; the applicant is told, reads it, and names somebody else
    [Support] on the old card ▸ not mine to answer any more
    """
    await applied(office)
    chat = office.chat(MANAGER)
    await chat.say(f"show {REFERENCE}")
    before = chat.card
    await chat.click("Do not support the application", reason="  ")
    assert "Why not? Employee, Regina and the coordinators will read it." in chat.text
    await chat.say("cancel")
    await chat.say("yes")
    assert "Waiting for your answer" in chat.text
    chat.last.card = before
    said = await chat.click("Do not support the application", reason="We are **short** of people.")
    assert said.splitlines()[:3] == [
        "Application AP-2027-0001",
        "The applicant is told, with your reason.",
        "You do not support it",
    ]
    assert [row.kind for row in office.told(OUTSIDER)] == ["endorsement.declined"]
    assert "We are **short** of people." in await office.chat(OUTSIDER).say(f"show {REFERENCE}")
    chat.last.card = before
    late = await chat.click("Support")
    assert "There is an answer already, or it is no longer asked for" in late
    await office.services.applications.name_endorser(
        OUTSIDER.person_id, "form1", EndorserKind.MANAGER, OTHER_STEWARD.person_id
    )
    chat.last.card = before
    assert "I cannot find an application that asks for your support" in await chat.click("Support")
    assert "Your support is asked for" in await office.chat(OTHER_STEWARD).say("support")


async def test_a_no_in_words(office: Office) -> None:
    """
    do not support AP-2027-0001        ▸ why?
    1,001 characters                   ▸ too long
    Not this year                      ▸ said
    ne pas appuyer AP-2027-0001 : …    ▸ in one breath, by the reference
    """
    await applied(office)
    chat = office.chat(MANAGER)
    assert "Why not?" in await chat.say(f"do not support {REFERENCE}")
    await chat.say("x" * 1_001)
    assert errors_of(chat) == ["This is too long: at most 1,000 characters."]
    assert "You do not support it" in await chat.say("Not this year")
    assert office.units.memory.endorsements[MANAGERS].note == "Not this year"
    await office.chat(STEWARD).say(f"ne pas appuyer {REFERENCE} : je ne la connais pas")
    word = office.units.memory.endorsements[REFERENCES]
    assert (word.status, word.note) == (EndorsementStatus.DECLINED, "je ne la connais pas")


async def test_a_question_and_its_answer(office: Office) -> None:
    """
    [Ask]  How many days?           ▸ on its way; I can still answer now
    (the applicant: answer AP-2027-0001 Five)
    show                            ▸ the question and its answer
    [Support]                       ▸ supported
    """
    await applied(office)
    chat = office.chat(MANAGER)
    await chat.say(f"show {REFERENCE}")
    said = await chat.click("Send the question", question="How many days?")
    assert said.splitlines()[1:3] == [
        "Your question is on its way.",
        "Waiting for an answer to your question",
    ]
    assert next(row.kind for row in office.told(OUTSIDER)) == "endorsement.question"
    applicant = office.chat(OUTSIDER)
    assert "How many days?" in await applicant.say("my application")
    await applicant.say(f"answer {REFERENCE} Five, then five sessions")
    shown = await chat.say(f"show {REFERENCE}")
    assert "Employee, Regina answered:\nFive, then five sessions" in shown
    assert "Waiting for your answer" in shown
    assert "Thank you." in await chat.click("Support")


@pytest.mark.parametrize("words", [f"ask {REFERENCE}", f"questionner {REFERENCE}"])
async def test_a_question_in_words(office: Office, words: str) -> None:
    """
    ask AP-2027-0001              ▸ what would you like to know?
    nothing but blanks            ▸ asked for again
    When?                         ▸ on its way
    """
    await applied(office)
    chat = office.chat(MANAGER)
    assert "What would you like to know?" in await chat.say(words)
    for blank in ("   ", "\u200f"):
        await chat.click("Send the question", words=blank)
        assert errors_of(chat) != []
    assert "Your question is on its way." in await chat.say("When?")
    assert office.units.memory.endorsements[MANAGERS].question == "When?"


async def test_a_question_after_the_answer(office: Office) -> None:
    """
    (supported) ask AP-2027-0001      ▸ there is an answer already
    do not support AP-2027-0001       ▸ the same
    """
    await applied(office)
    chat = office.chat(MANAGER)
    await chat.say(f"support {REFERENCE}")
    for words in (f"ask {REFERENCE}", f"do not support {REFERENCE} after all"):
        said = await chat.say(words)
        assert "There is an answer already" in said
        assert "You support it" in said


async def test_several_wait_for_me(office: Office) -> None:
    """
    applications to support    ▸ a list; each opens its card
    (both answered)            ▸ why the list is empty, and what comes
    """
    await applied(office)
    await applied(office, OTHER_STEWARD, form_id="form2")
    chat = office.chat(MANAGER)
    said = plain(await chat.say("applications to support"))
    assert "AP-2027-0001 · Employee, Regina · names you as their manager" in said
    assert problems_of(chat.card) == []
    await chat.click("Open AP-2027-0002")
    assert "Union representative, Ottawa would like to become a facilitator" in chat.text
    await chat.click("Support")
    await chat.say(f"support {REFERENCE}")
    said = await chat.click("Applications that wait for me")
    assert "No application waits for your answer." in said
    assert chat.buttons == ["What I can do for you"]


async def test_withdrawn_meanwhile(office: Office) -> None:
    """
    (the applicant withdrew)
    [Support] on the old card    ▸ nothing was changed; nothing more is asked of me
    """
    await applied(office)
    office.send()
    chat = office.chat(MANAGER)
    await chat.say(f"show {REFERENCE}")
    before = chat.card
    await office.services.applications.withdraw(OUTSIDER.person_id, "form1")
    for button in ("Support", "Do not support the application", "Send the question"):
        chat.last.card = before
        said = await chat.click(button, reason="because", question="Why?")
        assert "Nothing more is asked of you" in said.splitlines()
        assert "nothing was changed" in said
    assert [row.kind for row in office.told(MANAGER)][-1] == "endorsement.closed"


async def test_it_is_nobody_elses(office: Office) -> None:
    """
    support AP-2027-0001 (somebody else)   ▸ I cannot find it
    """
    await applied(office)
    chat = office.chat(OTHER_STEWARD)
    for words in (f"support {REFERENCE}", f"do not support {REFERENCE}", f"ask {REFERENCE} why?"):
        assert "I cannot find an application that asks for your support" in await chat.say(words)

"""The joint agreement: what the counterpart sees and answers."""

from datetime import timedelta

import pytest

from bot.domain.requests import RequestStatus
from tests.conversations.office import OTHER_STEWARD, REGIONAL, Office
from tests.conversations.requesting import REFERENCE, errors_of, plain, submitted
from tests.conversations.talking import MANAGER, STEWARD, problems_of

USUAL = {"parties": {"counterpart": OTHER_STEWARD.person_id}}


async def test_agree_by_click(office: Office) -> None:
    """
    (a request asks for my agreement)
    show EC-2027-0001    ▸ who asks, for which side, by when; Agree, Decline, Later
    [Agree]              ▸ in place: agreed; the coordinators look at it next
    [Agree] once more    ▸ the same
    """
    await submitted(office, **USUAL)
    chat = office.chat(OTHER_STEWARD)
    said = plain(await chat.say(f"show {REFERENCE}"))
    assert said.splitlines()[:3] == [
        "Your agreement is asked for",
        "Waiting for the other party’s agreement",
        (
            "Manager, Ottawa asks you to agree to a conversation for your team, on the union’s "
            "side. It goes ahead only if both parties agree. Please answer by Monday, "
            "January 25, 2027, at 5 pm."
        ),
    ]
    assert chat.buttons == [
        "About this conversation",
        "Agree",
        "Decline",
        "Decline the request",
        "Later",
    ]
    assert problems_of(chat.card) == []
    before = chat.card
    agreed = await chat.click("Agree")
    assert agreed.splitlines()[:3] == [
        "Request EC-2027-0001",
        "Thank you. Both parties agree, and the coordinators will look at the request next.",
        "Agreed by both parties",
    ]
    chat.last.card = before
    again = await chat.click("Agree")
    assert again == agreed
    assert [row.kind for row in office.told(MANAGER)] == ["request.agreed"]
    assert [row.kind for row in office.told(REGIONAL)] == ["request.to_review"]


@pytest.mark.parametrize(
    "words",
    [
        "agree EC-2027-0001",
        "accord EC-2027-0001",
        "d'accord EC-2027-0001",
        "Agree to ec 2027 0001!",
        "agre EC-2027-0001",
    ],
)
async def test_agree_in_words(office: Office, words: str) -> None:
    """
    agree EC-2027-0001      ▸ agreed, in a new card
    """
    await submitted(office, **USUAL)
    chat = office.chat(OTHER_STEWARD)
    assert "Thank you. Both parties agree" in await chat.say(words)


async def test_decline_by_click(office: Office) -> None:
    """
    [Decline] asks why in the same card
    no reason, [Decline the request]   ▸ the reason is asked for
    a reason                           ▸ declined; the requester is told, and reads it
    [Agree] on the old card            ▸ it has moved on
    """
    await submitted(office)
    chat = office.chat(STEWARD)
    await chat.say(f"voir {REFERENCE}")
    before = chat.card
    await chat.click("Refuser mon accord", reason="  ")
    assert "Pourquoi votre partie ne peut-elle pas donner son accord?" in chat.text
    await chat.say("annuler")
    await chat.say("oui")
    chat.last.card = before
    said = await chat.click("Refuser mon accord", reason="Nous **négocions** <b>encore</b>.")
    assert said.splitlines()[:3] == [
        "Demande EC-2027-0001",
        (
            "Vous n’avez pas donné votre accord. La personne demandeuse en est informée, avec "
            "votre raison."
        ),
        "Refusée",
    ]
    chat.last.card = before
    assert "Cette demande a évolué entre-temps; rien n’a donc été changé." in await chat.click(
        "Donner mon accord"
    )
    manager = office.chat(MANAGER)
    assert "Nous **négocions** <b>encore</b>." in await manager.say(f"show {REFERENCE}")
    assert [row.kind for row in office.told(MANAGER)] == ["request.counterpart_declined"]


async def test_decline_in_words(office: Office) -> None:
    """
    decline EC-2027-0001              ▸ why?
    10,000 characters                 ▸ too long
    We are in bargaining              ▸ declined
    decline EC-2027-0001              ▸ declined already, said alike
    """
    await submitted(office, **USUAL)
    chat = office.chat(OTHER_STEWARD)
    assert "Why can your side not agree?" in await chat.say(f"decline {REFERENCE}")
    await chat.say("x" * 10_000)
    assert errors_of(chat) == ["This is too long: at most 1,000 characters."]
    said = await chat.say("We are in bargaining")
    assert "You declined. The requester is told, with your reason." in said
    (request,) = office.units.memory.requests.values()
    assert (request.status, request.reason) == (RequestStatus.DECLINED, "We are in bargaining")
    assert "You declined" in await chat.say(f"decline {REFERENCE}")
    assert [row.kind for row in office.told(MANAGER)] == ["request.counterpart_declined"]


async def test_decline_in_one_breath(office: Office) -> None:
    """
    refuser EC-2027-0001 : nous négocions     ▸ refusé, avec la raison
    """
    await submitted(office)
    chat = office.chat(STEWARD)
    await chat.say(f"refuser {REFERENCE} : nous négocions")
    (request,) = office.units.memory.requests.values()
    assert request.reason == "nous négocions"


async def test_later(office: Office) -> None:
    """
    [Later]                          ▸ asked again the next working morning, on one's own clock
    later EC-2027-0001               ▸ the same; one reminder all the same
    """
    await submitted(office, **USUAL)
    chat = office.chat(OTHER_STEWARD)
    await chat.say(f"show {REFERENCE}")
    assert "I will ask you again the next working morning." in await chat.click("Later")
    assert "Agree" in chat.buttons
    await chat.say(f"later {REFERENCE}")
    reminders = office.told(OTHER_STEWARD, "reminder.agreement")
    assert [f"{row.due_at:%m-%d %H:%M}" for row in reminders] == ["01-14 14:00", "01-12 14:00"]


async def test_too_late_to_answer(office: Office) -> None:
    """
    (the requester withdrew meanwhile)
    [Agree] on the old card      ▸ nothing was changed; withdrawn
    [Decline the request], [Later] alike
    """
    await submitted(office, **USUAL)
    chat = office.chat(OTHER_STEWARD)
    await chat.say(f"show {REFERENCE}")
    before = chat.card
    (request,) = office.units.memory.requests.values()
    await office.services.requests.withdraw(MANAGER.person_id, request.request_id)
    for button in ("Agree", "Decline the request", "Later"):
        chat.last.card = before
        said = await chat.click(button, reason="because")
        assert "This request has moved on in the meantime, so nothing was changed." in said
        assert "Withdrawn" in said.splitlines()
        assert "Manager, Ottawa withdrew this request. Nothing more is asked of you." in said


async def test_agreed_and_then_withdrawn(office: Office) -> None:
    """
    (agreed, then the requester withdrew)
    [Agree] on the old card      ▸ no thanks for what no longer stands: withdrawn
    """
    await submitted(office, **USUAL)
    chat = office.chat(OTHER_STEWARD)
    await chat.say(f"show {REFERENCE}")
    before = chat.card
    await chat.click("Agree")
    (request,) = office.units.memory.requests.values()
    await office.services.requests.withdraw(MANAGER.person_id, request.request_id)
    chat.last.card = before
    said = await chat.click("Agree")
    assert "Thank you" not in said
    assert "Withdrawn" in said.splitlines()


async def test_somebody_else_was_asked(office: Office) -> None:
    """
    (the requester asked somebody else)
    [Agree] on the old card     ▸ not mine to see any more
    """
    await submitted(office, **USUAL)
    chat = office.chat(OTHER_STEWARD)
    await chat.say(f"show {REFERENCE}")
    (request,) = office.units.memory.requests.values()
    await office.services.requests.change_counterpart(
        MANAGER.person_id, request.request_id, STEWARD.person_id
    )
    assert "I cannot find this request." in await chat.click("Agree")


async def test_the_counterpart_follows_it(office: Office) -> None:
    """
    (agreed, approved, booked)
    my requests      ▸ it is there, as my agreement
    show             ▸ the session, its code, who leads; nothing to click but my requests
    """
    await submitted(office, **USUAL)
    chat = office.chat(OTHER_STEWARD)
    await chat.say(f"agree {REFERENCE}")
    await office.book()
    assert "EC-2027-0001 · Pay team · your agreement" in await chat.say("my requests")
    said = await chat.click("Open EC-2027-0001")
    assert "K7M-2QF is the code of the session" in said
    office.clock.advance(timedelta(days=60))
    assert "Booked" in (await chat.say(f"show {REFERENCE}")).splitlines()

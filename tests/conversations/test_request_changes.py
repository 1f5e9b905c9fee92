"""What the requester does with a sent request: reminds, changes, asks anew, withdraws, answers."""

from datetime import timedelta

import pytest

from bot.domain.errors import OutsideFault
from bot.domain.requests import RequestStatus
from tests.conversations.office import OTHER_STEWARD, REGIONAL, Office
from tests.conversations.requesting import REFERENCE, errors_of, plain, step_of, submitted
from tests.conversations.talking import MANAGER, STEWARD


async def test_nudge_once_a_day(office: Office) -> None:
    """
    nudge EC-2027-0001                      ▸ not yet: from when
    (a day later) [Send a reminder]         ▸ reminded
    [Send a reminder] on the older card     ▸ once a day; from when
    relancer EC-2027-0001                   ▸ the same
    """
    chat = await submitted(office)
    said = await chat.say(f"nudge {REFERENCE}")
    assert "One reminder a day is enough." in said
    assert [row.kind for row in office.told(STEWARD, "request.")] == ["request.asked"]
    office.clock.advance(timedelta(days=1))
    await chat.say(f"show {REFERENCE}")
    before = chat.card
    assert "I have just reminded Déléguée syndicale, Québec." in await chat.click("Send a reminder")
    chat.last.card = before
    again = await chat.click("Send a reminder")
    assert (
        "One reminder a day is enough. You can send the next one from Wednesday, January 13, 2027, "
        "at 10 am, on." in plain(again)
    )
    assert "One reminder a day is enough." in await chat.say(f"relancer {REFERENCE}")
    kinds = [row.kind for row in office.told(STEWARD, "request.")]
    assert kinds == ["request.asked", "request.nudged"]


async def test_change_the_request(office: Office) -> None:
    """
    [Change the request]          ▸ the form at its review, filled in
    [Change] taking part, 14      ▸ the review again
    [Save the changes]            ▸ the request, changed; the counterpart is told
    """
    chat = await submitted(office)
    await chat.click("Change the request")
    assert step_of(chat) == "review"
    assert "Change request EC-2027-0001" in chat.text
    await chat.say("change taking part")
    await chat.click("Next", participants="14", accessibility_note="A quiet hour first.")
    assert step_of(chat) == "review"
    saved = await chat.click("Save the changes")
    assert "Your changes are saved. Déléguée syndicale, Québec sees them too." in saved
    assert "Taking part: 14 people, in English, our team only" in saved
    assert "Accessibility: A quiet hour first." in saved
    assert [row.kind for row in office.told(STEWARD, "request.")] == [
        "request.asked",
        "request.edited",
    ]


async def test_change_late_without_touching_the_date(office: Office) -> None:
    """
    (ten days later the date would be too near to choose)
    edit EC-2027-0001, another team, submit     ▸ saved: the date was early enough
    edit, another date that is too near          ▸ refused, then another one is saved
    """
    chat = await submitted(office, first_date={"date1": "2027-02-02", "time1": "09:00"})
    office.clock.advance(timedelta(days=10))
    await chat.say(f"edit {REFERENCE}")
    await chat.say("change team")
    await chat.click("Next", team="Pay and benefits team")
    assert "Pay and benefits team" in await chat.say("submit")
    await chat.say(f"edit {REFERENCE}")
    await chat.say("change first choice")
    await chat.click("Next", date1="2027-02-03")
    assert errors_of(chat)[0].startswith("Wednesday, February 3, 2027, leaves too little time")
    await chat.click("Next", date1="2027-03-04")
    assert "March 4, 2027" in plain(await chat.click("Save the changes"))


async def test_not_changed_after_all(office: Office) -> None:
    """
    [Change the request], [Yes, cancel]     ▸ the request's card comes back, as it was
    """
    chat = await submitted(office)
    await chat.click("Change the request")
    back = await chat.click("Yes, cancel")
    assert back.splitlines()[:2] == [
        "Request EC-2027-0001",
        "Waiting for the other party’s agreement",
    ]
    (request,) = office.units.memory.requests.values()
    assert request.participants == 12


async def test_agreed_while_it_was_being_changed(office: Office) -> None:
    """
    [Change the request] … meanwhile the counterpart agrees … [Save the changes]
      ▸ nothing was changed
    """
    chat = await submitted(office)
    await chat.click("Change the request")
    (request,) = office.units.memory.requests.values()
    await office.services.agreements.agree(STEWARD.person_id, request.request_id)
    said = await chat.click("Save the changes")
    assert "This request has moved on in the meantime, so nothing was changed." in said
    assert "Agreed by both parties" in await chat.say(f"show {REFERENCE}")


async def test_ask_somebody_else(office: Office) -> None:
    """
    [Ask somebody else]     ▸ who?
    oneself                 ▸ this is you
    Union rep… Ottawa       ▸ asked; whoever was asked before is told
    """
    chat = await submitted(office)
    await chat.click("Ask somebody else")
    await chat.click("Ask this person", counterpart=MANAGER.person_id)
    assert errors_of(chat) == [
        "This is you. The agreement of somebody of the other party is needed."
    ]
    await chat.click("Ask this person", counterpart=OTHER_STEWARD.person_id)
    assert "Request EC-2027-0001 is with Union representative, Ottawa for agreement." in chat.text
    assert [row.kind for row in office.told(OTHER_STEWARD)] == [
        "request.asked",
        "reminder.agreement",
    ]
    assert [row.kind for row in office.told(STEWARD)][-1] == "request.passed_on"


async def test_ask_somebody_else_by_name_in_french(office: Office) -> None:
    """
    homologue EC-2027-0001     ▸ qui?
    (l'annuaire ne répond pas) ▸ une phrase claire
    Union representative, Oshawa ▸ la demande attend son accord
    """
    chat = await submitted(office, STEWARD, parties={"counterpart": MANAGER.person_id})
    await chat.say(f"homologue {REFERENCE}")
    office.graph.fail(OutsideFault("graph_unavailable"))
    await chat.say("Union representative, Oshawa")
    assert errors_of(chat) == [
        (
            "Je ne peux pas chercher « Union representative, Oshawa » en ce moment. Choisissez la "
            "personne dans la liste, ou réessayez dans quelques minutes; rien n’est perdu."
        )
    ]
    said = await chat.say("Union representative, Oshawa")
    assert "attend l’accord de Union representative, Oshawa." in said


async def test_asked_again_after_a_refusal(office: Office) -> None:
    """
    (the counterpart declined, and says why)
    show                         ▸ declined, the reason; Ask somebody else
    the same person again        ▸ declined already
    another one                  ▸ asked
    """
    chat = await submitted(office)
    other = office.chat(STEWARD)
    await other.say(f"refuser {REFERENCE} : nous négocions en ce moment")
    said = await chat.say(f"show {REFERENCE}")
    assert "Declined" in said.splitlines()
    assert "nous négocions en ce moment" in said
    await chat.click("Ask somebody else")
    await chat.click("Ask this person", counterpart=STEWARD.person_id)
    assert errors_of(chat) == ["This person declined already. Choose somebody else."]
    await chat.click("Ask this person", counterpart=OTHER_STEWARD.person_id)
    assert "Waiting for the other party’s agreement" in chat.text


async def test_withdraw_by_click(office: Office) -> None:
    """
    [Withdraw] asks in the same card, [Yes, withdraw]   ▸ withdrawn; the counterpart is told
    the same click once more                            ▸ the same
    """
    chat = await submitted(office)
    before = chat.card
    said = await chat.click("Yes, withdraw")
    assert said.splitlines()[:3] == [
        "Request EC-2027-0001",
        "The request is withdrawn. Everybody concerned is told.",
        "Withdrawn",
    ]
    assert chat.buttons == ["My requests"]
    chat.last.card = before
    assert "Withdrawn" in (await chat.click("Yes, withdraw")).splitlines()
    assert [row.kind for row in office.told(STEWARD)][-1:] == ["request.withdrawn"]


async def test_withdraw_in_words(office: Office) -> None:
    """
    withdraw EC-2027-0001    ▸ asked once more
    no                       ▸ the request as it stands
    retirer EC-2027-0001     ▸ asked once more
    yes                      ▸ withdrawn
    withdraw EC-2027-0001    ▸ withdrawn already
    """
    chat = await submitted(office)
    asked = await chat.say(f"withdraw {REFERENCE}")
    assert "Withdraw this request? It cannot be taken up again." in asked
    assert "Waiting for the other party’s agreement" in await chat.say("no")
    await chat.say(f"retirer {REFERENCE}")
    assert "Withdrawn" in (await chat.say("yes")).splitlines()
    assert "Withdrawn" in (await chat.say(f"withdraw {REFERENCE}")).splitlines()


async def test_withdraw_a_booked_one(office: Office) -> None:
    """
    withdraw     ▸ says that the session is cancelled with it; yes ▸ withdrawn
    """
    chat = await submitted(office)
    (request,) = office.units.memory.requests.values()
    await office.services.agreements.agree(STEWARD.person_id, request.request_id)
    await office.book()
    assert "Its session is cancelled" in await chat.say(f"withdraw {REFERENCE}")
    assert "Withdrawn" in (await chat.say("yes")).splitlines()


async def test_answer_the_coordinators(office: Office) -> None:
    """
    (the coordinators ask)
    show                              ▸ the question; [Answer]
    an empty answer                   ▸ write your answer
    an answer, [Send the answer]      ▸ with the coordinators
    the same click again              ▸ it has moved on; nothing twice
    """
    chat = await submitted(office)
    (request,) = office.units.memory.requests.values()
    await office.services.agreements.agree(STEWARD.person_id, request.request_id)
    await office.services.triage.ask(REGIONAL.person_id, request.request_id, "Is it **urgent**?")
    said = await chat.say(f"show {REFERENCE}")
    assert "Is it **urgent**?" in said
    before = chat.card
    sent = await chat.click("Send the answer", answer="Not at all. Spring is fine.")
    assert "Your answer is with the coordinators." in sent
    chat.last.card = before
    again = await chat.click("Send the answer", answer="Not at all. Spring is fine.")
    assert "This request has moved on in the meantime" in again
    assert [entry.what for entry in office.units.memory.history.values()].count("answered") == 1
    assert [row.kind for row in office.told(REGIONAL)] == ["request.to_review", "request.answered"]


@pytest.mark.parametrize("said", [f"answer {REFERENCE}", f"répondre {REFERENCE}"])
async def test_answer_in_words(office: Office, said: str) -> None:
    """
    answer EC-2027-0001          ▸ the question, and where to answer
    Not at all                   ▸ with the coordinators
    """
    chat = await submitted(office)
    (request,) = office.units.memory.requests.values()
    await office.services.agreements.agree(STEWARD.person_id, request.request_id)
    await office.services.triage.ask(REGIONAL.person_id, request.request_id, "Urgent?")
    assert "Urgent?" in await chat.say(said)
    assert "Your answer is with the coordinators." in await chat.say("no")
    assert request.request_id in office.units.memory.requests
    (entry,) = [e for e in office.units.memory.history.values() if e.what == "answered"]
    assert entry.note == "no"


async def test_answer_in_one_breath(office: Office) -> None:
    """
    answer EC-2027-0001 not at all     ▸ with the coordinators
    answer EC-2027-0001 not at all     ▸ it has moved on: nothing was changed
    """
    chat = await submitted(office)
    (request,) = office.units.memory.requests.values()
    await office.services.agreements.agree(STEWARD.person_id, request.request_id)
    assert "moved on" in await chat.say(f"answer {REFERENCE} too early")
    await office.services.triage.ask(REGIONAL.person_id, request.request_id, "Urgent?")
    assert "with the coordinators" in await chat.say(f"answer {REFERENCE} not at all")
    assert "moved on" in await chat.say(f"answer {REFERENCE} not at all")
    assert office.units.memory.requests[request.request_id].status is RequestStatus.IN_REVIEW


async def test_an_answer_of_marks_alone(office: Office) -> None:
    """
    answer EC-2027-0001, then only right-to-left marks     ▸ it is needed; then an answer, sent
    """
    chat = await submitted(office)
    (request,) = office.units.memory.requests.values()
    await office.services.agreements.agree(STEWARD.person_id, request.request_id)
    await office.services.triage.ask(REGIONAL.person_id, request.request_id, "Urgent?")
    await chat.say(f"answer {REFERENCE}")
    await chat.click("Send the answer", words="\u202e\u200f")
    assert errors_of(chat) == ["This is needed to go on."]
    assert "with the coordinators" in await chat.click("Send the answer", words="Not at all.")


@pytest.mark.parametrize("words", ["edit", "counterpart", "answer"])
async def test_too_late_for_a_form(office: Office, words: str) -> None:
    """
    (agreed already)
    edit EC-2027-0001, counterpart …, answer …    ▸ nothing was changed, and how it stands
    """
    chat = await submitted(office)
    (request,) = office.units.memory.requests.values()
    await office.services.agreements.agree(STEWARD.person_id, request.request_id)
    said = await chat.say(f"{words} {REFERENCE}")
    assert "This request has moved on in the meantime, so nothing was changed." in said
    assert "Agreed by both parties" in said.splitlines()

"""Triage: the list, the card, questions, refusals; a coordinator's decisions in both languages."""

from datetime import timedelta

import pytest

from bot.i18n import Catalogues
from tests.conversations.office import LEAD_EMPLOYER, LEAD_UNION, REGIONAL, Office
from tests.conversations.review import (
    ADMIN,
    COORDINATRICE,
    ELSEWHERE,
    SECOND_UNION,
    agreed,
    approved,
    booked,
    open_region,
    stands,
)
from tests.conversations.talking import MANAGER, problems_of


@pytest.fixture
def office(catalogues: Catalogues) -> Office:
    return open_region(catalogues)


async def test_the_list_begins_with_the_longest_wait(office: Office) -> None:
    """
    requests to review
      ▸ 2 requests, the longest waiting first · the older one first
    [Open EC-2027-0001]
      ▸ in place: the request, with what can be done
    """
    await agreed(office, "form-1", team="First team")
    office.clock.advance(timedelta(days=1))
    await agreed(office, "form-2", team="Second team")
    chat = office.chat(REGIONAL)
    listed = await chat.say("requests to review")
    assert listed.splitlines()[1] == "2 requests, the longest waiting first"
    assert listed.index("First team") < listed.index("Second team")
    card = await chat.click("Open EC-2027-0001")
    assert card.splitlines()[:2] == ["Request EC-2027-0001", "To review"]
    assert "Agreed by both parties on Monday, January\u00a011, 2027, at 10\u00a0am." in card
    assert len(chat.messages) == 1


async def test_the_list_shows_ten_at_a_time(office: Office) -> None:
    for number in range(12):
        await agreed(office, f"form-{number}", team=f"Team {number:02d}")
    chat = office.chat(COORDINATRICE)
    first = await chat.say("demandes à examiner")
    assert "12 demandes" in first
    assert "Team 09" in first
    assert "Team 10" not in first
    assert problems_of(chat.card) == []
    second = await chat.click("Afficher la suite")
    assert "Team 11" in second
    assert "Team 09" not in second
    assert "Team 00" in await chat.click("Revenir aux premières")


async def test_an_empty_list_says_why(office: Office) -> None:
    said = await office.chat(REGIONAL).say("triage")
    assert "No request waits for you in your regions." in said


async def test_a_coordinator_sees_the_own_region_only_an_administrator_all(office: Office) -> None:
    await agreed(office)
    assert "No request waits for you" in await office.chat(ELSEWHERE).say("requests to review")
    assert "EC-2027-0001" in await office.chat(ADMIN).say("requests to review")


async def test_the_list_is_for_coordinators(office: Office) -> None:
    said = await office.chat(MANAGER).say("requests to review")
    assert "and you are not one of them" in said


async def test_a_question_comes_back_with_its_answer(office: Office) -> None:
    """
    coordinator: [Ask a question] "How many managers?" [Send the question]
      ▸ in place: waiting for an answer · the question
    requester: answer EC-2027-0001 Two of them
    coordinator: review EC-2027-0001
      ▸ in review · what happened has the question and the answer
    """
    request = await agreed(office)
    chat = office.chat(REGIONAL)
    await chat.say("review EC-2027-0001")
    card = await chat.click("Send the question", question="How many <b>managers</b>?")
    assert "Your question is with Manager, Ottawa." in card
    assert "Waiting for an answer" in card
    assert stands(office, request) == "needs_information"
    assert len(office.told(MANAGER, "request.question")) == 1
    await office.services.requests.answer(MANAGER.person_id, request.request_id, "Two of them")
    again = await chat.say("review EC-2027-0001")
    assert "In review" in again
    assert "How many <b>managers</b>?" in again
    assert "Two of them" in again


async def test_a_question_typed_after_the_reference(office: Office) -> None:
    request = await agreed(office)
    said = await office.chat(REGIONAL).say("ask EC-2027-0001 How many managers?")
    assert "How many managers?" in said
    assert stands(office, request) == "needs_information"


async def test_a_question_asked_for_when_it_was_not_typed(office: Office) -> None:
    """
    questionner EC-2027-0001
      ▸ Question sur la demande · Votre question
    Combien de gestionnaires?
      ▸ the request, waiting for its answer
    """
    request = await agreed(office)
    chat = office.chat(COORDINATRICE)
    form = await chat.say("questionner EC-2027-0001")
    assert form.splitlines()[0] == "Question sur la demande EC-2027-0001"
    said = await chat.say("Combien de gestionnaires?")
    assert "En attente d’une réponse" in said
    assert stands(office, request) == "needs_information"


async def test_a_second_question_waits_for_the_first_answer(office: Office) -> None:
    await agreed(office)
    one, two = office.chat(REGIONAL), office.chat(COORDINATRICE)
    await one.say("review EC-2027-0001")
    await two.say("examiner EC-2027-0001")
    await one.click("Send the question", question="First?")
    said = await two.click("Envoyer la question", question="Deuxième?")
    assert "Cette demande a évolué entre-temps; rien n’a donc été changé." in said
    assert "First?" in said
    assert "Deuxième?" not in said


@pytest.mark.parametrize("empty", ["", "   "])
async def test_an_empty_question_is_asked_for_again(office: Office, empty: str) -> None:
    request = await agreed(office)
    chat = office.chat(REGIONAL)
    await chat.say("review EC-2027-0001")
    assert "Write your question." in await chat.click("Send the question", question=empty)
    assert stands(office, request) == "agreed"
    assert "Asked again" in await chat.click("Send the question", question="Asked again?")


async def test_a_request_is_declined_with_a_reason(office: Office) -> None:
    """
    coordinator: [Decline the request] without a reason
      ▸ write a word of why
    "Not in this region." [Decline the request]
      ▸ in place: declined · why; both parties are told once
    """
    request = await agreed(office)
    chat = office.chat(REGIONAL)
    await chat.say("review EC-2027-0001")
    assert "Write a word of why" in await chat.click("Decline the request", reason=" ")
    card = await chat.click("Decline the request", reason="Not in this region.")
    assert "The request is declined." in card
    assert "Not in this region." in card
    assert stands(office, request) == "declined"
    await chat.say("turn down EC-2027-0001 Twice")
    assert len(office.told(MANAGER, "request.declined")) == 1


async def test_the_other_coordinator_is_told_that_it_moved_on(office: Office) -> None:
    await agreed(office)
    one, two = office.chat(REGIONAL), office.chat(COORDINATRICE)
    await one.say("review EC-2027-0001")
    await two.say("examiner EC-2027-0001")
    await one.click("Decline the request", reason="No")
    said = await two.click("Refuser la demande", reason="Non")
    assert "Cette demande a évolué entre-temps" in said
    assert "Refusée" in said
    await two.say("approuver EC-2027-0001")
    assert "Cette demande a évolué entre-temps" in two.text


async def test_a_decline_of_a_lead_is_seen_with_its_reason(office: Office) -> None:
    """
    facilitator: declines, "Away that week"
    coordinator: review EC-2027-0001
      ▸ a co-facilitator is missing · who declined and why
    [Choose somebody else] [Send the offer]
      ▸ waiting for the answers
    """
    session = await approved(office)
    await office.chat(LEAD_UNION).say("decline EC-2027-0001 Away that week")
    assert len(office.told(REGIONAL, "request.lead_declined")) == 1
    chat = office.chat(REGIONAL)
    card = await chat.say("review EC-2027-0001")
    assert "A co-facilitator is missing" in card
    assert "Facilitator for the union, Ottawa: declined. “Away that week”" in card
    form = await chat.click("Choose somebody else")
    assert (
        "Facilitatrice syndicale, Montréal: free, 0 sessions in 18 months, another region" in form
    )
    assert "Facilitator for the union, Ottawa" not in form
    done = await chat.click("Send the offer")
    assert "Waiting for the co-facilitators’ answers" in done
    assert len(office.told(SECOND_UNION, "assignment.offered")) == 1
    assert office.units.memory.sessions[session.session_id].status.value == "planned"


async def test_both_sides_are_missing(office: Office) -> None:
    """
    both decline; [Choose somebody else]
      ▸ which side first
    employer, [Next]
      ▸ those of the employer
    """
    await approved(office)
    for who in (LEAD_UNION, LEAD_EMPLOYER):
        await office.chat(who).say("unavailable EC-2027-0001")
    chat = office.chat(REGIONAL)
    await chat.say("replace EC-2027-0001")
    form = await chat.click("Next", side="employer")
    assert "Facilitator for the employer, Vancouver" in form
    card = await chat.click("Send the offer")
    assert "A co-facilitator is missing" in card
    assert "Facilitatrice syndicale, Montréal" in await chat.click("Choose somebody else")
    assert "Waiting for the co-facilitators’ answers" in await chat.click("Send the offer")


async def test_nobody_is_left_to_ask(office: Office) -> None:
    """
    both facilitators of the union declined; [Choose somebody else]
      ▸ nobody can be chosen, and what to do
    [Cancel]
      ▸ the request's card is back
    """
    await approved(office)
    await office.chat(LEAD_UNION).say("unavailable EC-2027-0001")
    chat = office.chat(REGIONAL)
    await chat.say("replace EC-2027-0001")
    await chat.click("Send the offer")
    await office.chat(SECOND_UNION).say("indisponible EC-2027-0001")
    said = await chat.say("replace EC-2027-0001")
    assert "Nobody can be chosen for the union’s side" in said
    assert "There is nobody to choose" in await chat.click("Send the offer")
    back = await chat.click("Yes, cancel")
    assert "Nothing was changed. Here is how the request stands." in back
    assert "Request EC-2027-0001" in back


async def test_there_is_nobody_to_replace(office: Office) -> None:
    await approved(office)
    said = await office.chat(REGIONAL).say("replace EC-2027-0001")
    assert "Both sides have somebody at the moment" in said


async def test_what_outlook_refused_is_said_and_tried_again(office: Office) -> None:
    """
    Outlook refused the mailbox
      ▸ in plain words, [Try again]
    [Try again]
      ▸ I try again now
    """
    session = await booked(office)
    office.units.memory.sessions[session.session_id].fault = "graph_denied"
    chat = office.chat(REGIONAL)
    card = await chat.say("review EC-2027-0001")
    assert "Outlook does not let me use the program’s mailbox." in card
    done = await chat.click("Try again")
    assert "I am trying again now." in done
    assert "Outlook does not let me" not in done
    await chat.say("retry EC-2027-0001")
    assert "This request has moved on in the meantime" in chat.text


@pytest.mark.parametrize(
    "fault",
    ["graph_unavailable", "graph_denied", "graph_not_configured", "graph_gone", "graph_rejected"],
)
async def test_every_fault_has_plain_words(office: Office, fault: str) -> None:
    session = await booked(office)
    office.units.memory.sessions[session.session_id].fault = fault
    for who in (REGIONAL, COORDINATRICE):
        chat = office.chat(who)
        await chat.say("review EC-2027-0001")
        assert "graph_" not in chat.text
        assert problems_of(chat.card) == []


async def test_a_second_coordinator_sees_what_the_first_did(office: Office) -> None:
    """The card that the other one has is owed anew, and opened again it tells."""
    await agreed(office)
    one, two = office.chat(REGIONAL), office.chat(COORDINATRICE)
    await one.say("review EC-2027-0001")
    await two.say("examiner EC-2027-0001")
    request_id = two.card["refresh"]["action"]["data"]["id"]
    await one.click("Send the question", question="How many?")
    card = await two.invoke(
        {"action": {"verb": "triage.show", "data": {"id": request_id}}}, on=two.last
    )
    assert "En attente d’une réponse" in card
    assert "Coordinator, National Capital" in card


async def test_refreshes_are_owed_to_the_other_coordinator_only(office: Office) -> None:
    request = await agreed(office)
    one, two = office.chat(REGIONAL), office.chat(COORDINATRICE)
    await one.say("review EC-2027-0001")
    await two.say("examiner EC-2027-0001")
    for chat, who in ((one, REGIONAL), (two, COORDINATRICE)):
        await office.services.live_cards.shown(
            who.person_id, f"request:{request.request_id}", "chat", chat.last.id
        )
    await one.click("Send the question", question="How many?")
    refreshed = [r.recipient_id for r in office.units.memory.outbox.values() if r.via == "refresh"]
    assert refreshed == [COORDINATRICE.person_id]

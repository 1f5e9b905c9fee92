"""Asking in order, as coordinators see it: begin, follow, choose, stop; in both languages."""

from dataclasses import replace

import pytest

from bot.domain.people import Side
from bot.domain.roster import Standing
from bot.i18n import Catalogues
from tests.conversations.office import LEAD_EMPLOYER, LEAD_UNION, OUTSIDER, REGIONAL, Office
from tests.conversations.review import (
    COORDINATRICE,
    ELSEWHERE,
    SECOND_EMPLOYER,
    SECOND_UNION,
    agreed,
    approved,
    booked,
    meet,
    offer_of,
    open_region,
    train,
)
from tests.conversations.talking import MANAGER, STEWARD, Chat, person, problems_of

THIRD_UNION = person(31, "Facilitator for the union, Gatineau", "fr", "facilitator")


@pytest.fixture
def office(catalogues: Catalogues) -> Office:
    office = open_region(catalogues)
    meet(office, THIRD_UNION)
    train(office, THIRD_UNION, Side.UNION, "national-capital")
    return office


def asked(office: Office) -> dict[str, str]:
    """Who was asked, and how they answered."""
    return {a.person_id: a.status.value for a in office.units.memory.assignments.values()}


def status(office: Office) -> str:
    (asking,) = office.units.memory.rounds.values()
    return asking.status.value


async def work(office: Office) -> None:
    """The worker comes by."""
    for session_id in list(office.units.memory.sessions):
        await office.services.rounds.advance(session_id)


async def declined(office: Office, *people: str) -> None:
    for person_id in people:
        (mine,) = [
            a.assignment_id
            for a in office.units.memory.assignments.values()
            if a.person_id == person_id
        ]
        await office.services.assignments.decline(person_id, mine, "Away")


async def started(office: Office) -> Chat:
    """Approved in the chat, with the coordinator's consent to ask in order."""
    await agreed(office)
    chat = office.chat(REGIONAL)
    await chat.say("approve EC-2027-0001")
    await chat.click("Next")
    await chat.click("Next", pair="1", order="order")
    await chat.click("Approve and send the offers")
    return chat


async def test_agreed_to_while_approving(office: Office) -> None:
    """
    approve EC-2027-0001 … [The bot asks the next best who fits, in order]
      ▸ the review says what that means
    [Approve and send the offers]
      ▸ the card: who was asked, who is next · [Choose somebody else] [Stop asking]
    the first of the union declines
      ▸ the card shows the next one asked; no coordinator is troubled
    """
    await agreed(office)
    chat = office.chat(REGIONAL)
    await chat.say("approve EC-2027-0001")
    await chat.click("Next")
    review = await chat.click("Next", pair="1", order="order")
    assert "If one of them cannot, I ask the next best who fits, in order." in review
    card = await chat.click("Approve and send the offers")
    assert "If one of them cannot lead, I ask the next best; this card shows it all." in card
    assert "I am asking in order, as Coordinator, National Capital agreed" in card
    free = "’s side, if free in Outlook: Facilitator for the"
    assert f"Next for the union{free} union, Gatineau (" in card
    assert f"Next for the employer{free} employer, Vancouver (" in card
    assert {"Choose somebody else", "Stop asking"} <= set(chat.buttons)
    assert problems_of(chat.card) == []

    await declined(office, LEAD_UNION.person_id)
    assert "Nobody at the moment. I am asking the next best." in await chat.say(
        "review EC-2027-0001"
    )
    await work(office)
    card = await chat.say("review EC-2027-0001")
    assert "Facilitator for the union, Ottawa: declined. “Away”" in card
    assert "Facilitator for the union, Gatineau: asked, answer by" in card
    assert "union’s side, if free in Outlook: Facilitatrice syndicale, Montréal" in card
    assert office.told(REGIONAL, "request.lead_declined") == []
    parties = await office.chat(MANAGER).say("show EC-2027-0001")
    assert "in order" not in parties
    assert "Away" not in parties


async def test_by_its_button_in_french(office: Office) -> None:
    """
    une personne a décliné
    [Solliciter dans l’ordre] … [Oui, solliciter dans l’ordre]
      ▸ la suivante est sollicitée
    arrêter les sollicitations EC-2027-0001
      ▸ plus personne n’est sollicité
    """
    await approved(office)
    await declined(office, LEAD_UNION.person_id)
    chat = office.chat(COORDINATRICE)
    assert "Solliciter dans l’ordre" in (await chat.say("examiner EC-2027-0001"), *chat.buttons)
    card = await chat.click("Oui, solliciter dans l’ordre")
    assert "Je sollicite les personnes dans l’ordre. Cette carte montre" in card
    assert "avec l’accord de Coordonnatrice, Gatineau" in card
    assert asked(office)[THIRD_UNION.person_id] == "offered"
    assert problems_of(chat.card) == []
    said = await chat.say("arrêter les sollicitations EC-2027-0001")
    assert "Je ne sollicite plus personne." in said
    assert status(office) == "stopped"
    await declined(office, THIRD_UNION.person_id)
    await work(office)
    assert SECOND_UNION.person_id not in asked(office)
    assert len(office.told(REGIONAL, "request.lead_declined")) == 2
    again = await chat.say("solliciter EC-2027-0001")
    assert "Facilitatrice syndicale, Montréal : offre envoyée" in again.replace("\u00a0", " ")


async def test_nobody_is_left(office: Office) -> None:
    """
    all of the union decline
      ▸ both coordinators are told; the card says so and offers what is left to do
    [Let the bot ask in order] once more
      ▸ there is nobody to ask
    """
    chat = await started(office)
    for who in (LEAD_UNION, THIRD_UNION, SECOND_UNION):
        await declined(office, who.person_id)
        await work(office)
    for who in (REGIONAL, COORDINATRICE):
        assert len(office.told(who, "request.round_exhausted")) == 1
    card = await chat.say("review EC-2027-0001")
    assert "Nobody is left whom I could ask for that time. Choose somebody yourself" in card
    assert "Stop asking" not in chat.buttons
    assert {"Choose somebody else", "Let the bot ask in order", "Reschedule"} <= set(chat.buttons)
    said = await chat.click("Yes, ask in order")
    assert "There is nobody to ask" in said
    assert status(office) == "exhausted"


async def test_choosing_while_the_bot_asks(office: Office) -> None:
    """
    [Choose somebody else] while both have open offers
      ▸ for which side · who, the best with why, without the question about the order
    [Send the offer]
      ▸ the open offer is taken back; whoever had it is told
    """
    chat = await started(office)
    form = await chat.click("Choose somebody else")
    assert "[For which side do you choose somebody?: For the union]" in form
    people = await chat.click("Next", side="union")
    assert "The offer sent to Facilitator for the union, Ottawa will be taken back." in people
    assert "The best placed for the union’s side" in people
    assert "Facilitator for the union, Gatineau: no session in 18 months" in people
    assert "If one of them cannot" not in people
    assert "Facilitator for the union, Ottawa" not in people.partition("Who leads for")[2]
    said = await chat.click("Send the offer", person=SECOND_UNION.person_id)
    assert "If it is no, I ask the next best" in said
    assert asked(office) == {
        LEAD_UNION.person_id: "withdrawn",
        LEAD_EMPLOYER.person_id: "offered",
        SECOND_UNION.person_id: "offered",
    }
    assert len(office.told(LEAD_UNION, "assignment.taken_back")) == 1
    assert "This offer was taken back" in await office.chat(LEAD_UNION).say(
        "assignment EC-2027-0001"
    )
    assert status(office) == "running"


async def test_accepted_while_somebody_else_was_being_chosen(office: Office) -> None:
    """The form's last click comes second: nothing is taken back."""
    chat = await started(office)
    await chat.click("Choose somebody else")
    await chat.click("Next", side="union")
    session = next(iter(office.units.memory.sessions.values()))
    mine = offer_of(office, session, LEAD_UNION)
    await office.services.assignments.accept(LEAD_UNION.person_id, mine)
    said = await chat.click("Send the offer", person=SECOND_UNION.person_id)
    assert "Somebody was already asked for this side in the meantime." in said
    assert asked(office)[LEAD_UNION.person_id] == "accepted"


async def test_somebody_who_no_longer_qualifies_is_asked_for_again(office: Office) -> None:
    """The form goes back to its list, with those who are left; a good choice then ends well."""
    await approved(office)
    await declined(office, LEAD_UNION.person_id)
    chat = office.chat(REGIONAL)
    await chat.say("replace EC-2027-0001")
    office.units.memory.facilitators[THIRD_UNION.person_id].standing = Standing.PAUSED
    said = await chat.click("Send the offer", person=THIRD_UNION.person_id)
    assert "This person cannot lead this conversation any more." in said
    assert "Gatineau" not in said.partition("Who leads for")[0]
    said = await chat.click("Send the offer", person=SECOND_UNION.person_id)
    assert "The offer is sent" in said
    assert asked(office)[SECOND_UNION.person_id] == "offered"


async def test_both_sides_need_somebody(office: Office) -> None:
    """
    both declined
      ▸ which side first? the other side's people come with it
    """
    await approved(office)
    await declined(office, LEAD_UNION.person_id, LEAD_EMPLOYER.person_id)
    chat = office.chat(REGIONAL)
    form = await chat.say("replace EC-2027-0001")
    assert "[Both sides need somebody. Which one first?: For the union]" in form
    people = await chat.click("Next", side="employer")
    assert "The best placed for the employer’s side" in people
    assert "Facilitator for the employer, Vancouver: no session" in people
    await chat.click("Change: Side")
    assert "Facilitator for the union, Gatineau: no session" in await chat.click(
        "Next", side="union"
    )


async def test_replacing_with_the_bot_going_on(office: Office) -> None:
    """
    somebody withdrew from a booked session
    replace EC-2027-0001, [The bot asks the next best who fits, in order]
      ▸ the offer is sent; a no asks the next
    """
    session = await booked(office)
    await office.services.assignments.withdraw(
        LEAD_UNION.person_id, offer_of(office, session, LEAD_UNION), "Ill"
    )
    chat = office.chat(REGIONAL)
    form = await chat.say("replace EC-2027-0001")
    assert "Facilitator for the union, Gatineau: no session in 18 months" in form
    assert "[If one of them cannot: I am told, and choose somebody else]" in form
    said = await chat.click("Send the offer", person=SECOND_UNION.person_id, order="order")
    assert "If it is no, I ask the next best" in said
    assert "Booked; waiting for a co-facilitator’s answer" in said
    await declined(office, SECOND_UNION.person_id)
    await work(office)
    assert asked(office)[THIRD_UNION.person_id] == "offered"
    other = office.chat(THIRD_UNION)
    assert "Vous animez cette séance" in await other.say("accepter EC-2027-0001")
    assert status(office) == "settled"
    assert "Booked" in (await chat.say("review EC-2027-0001")).splitlines()
    for who in (MANAGER, STEWARD, REGIONAL):
        assert len(office.told(who, "request.lead_settled")) == 1
    assert len(office.told(LEAD_EMPLOYER, "assignment.partner_new")) == 1


@pytest.mark.parametrize("verb", ["round.start", "round.stop"])
async def test_of_another_region_or_none_at_all(office: Office, verb: str) -> None:
    session = await approved(office)
    payload = {"action": {"verb": verb, "data": {"id": session.request_id}}}
    for who in (ELSEWHERE, LEAD_UNION, OUTSIDER, MANAGER):
        chat = office.chat(who)
        await chat.say("help")
        said = await chat.invoke(payload)
        assert "I cannot find this request." in said
    assert office.units.memory.rounds == {}


@pytest.mark.parametrize("verb", ["round.start", "round.stop"])
@pytest.mark.parametrize("data", [{}, {"id": None}, {"id": 5}, {"id": "x y"}, {"id": ["r"]}])
async def test_payloads_from_anywhere(office: Office, verb: str, data: dict[str, object]) -> None:
    await approved(office)
    chat = office.chat(REGIONAL)
    await chat.say("review EC-2027-0001")
    await chat.invoke({"action": {"verb": verb, "data": data}})
    assert office.units.memory.rounds == {}
    assert problems_of(chat.card) == []


@pytest.mark.parametrize(
    "words",
    [
        "ask in order EC-2027-9999",
        "stop asking EC-2027-9999",
        "solliciter EC-2027-9999",
        "arrêter EC-2027-9999",
    ],
)
async def test_a_reference_that_does_not_exist(office: Office, words: str) -> None:
    await approved(office)
    assert "I cannot find this request." in await office.chat(REGIONAL).say(words)


async def test_old_buttons_say_how_it_stands(office: Office) -> None:
    """A second click of either is harmless; what is over says so, on the request's card."""
    chat = await started(office)
    data = {"id": next(iter(office.units.memory.requests))}
    stop = {"action": {"verb": "round.stop", "data": data}}
    start = {"action": {"verb": "round.start", "data": data}}
    for _ in range(2):
        assert "I ask nobody else." in await chat.invoke(stop)
    for _ in range(2):
        assert "I am asking in order." in await chat.invoke(start)
    assert len(asked(office)) == 2
    session = next(iter(office.units.memory.sessions.values()))
    for who in (LEAD_UNION, LEAD_EMPLOYER):
        mine = offer_of(office, session, who)
        await office.services.assignments.accept(who.person_id, mine)
    said = await chat.invoke(stop)
    assert "The asking in order was over already, so nothing was changed." in said
    assert "Being booked in Outlook" in said
    assert "This request has moved on" in await chat.invoke(start)


async def test_long_names_keep_the_card_within_bounds(office: Office) -> None:
    for who in (LEAD_UNION, LEAD_EMPLOYER, SECOND_UNION, SECOND_EMPLOYER, THIRD_UNION):
        kept = office.units.memory.people[who.person_id]
        office.units.memory.people[who.person_id] = replace(kept, name=f"{kept.name} " + "x" * 300)
    chat = await started(office)
    for who in (LEAD_UNION, THIRD_UNION):
        await declined(office, who.person_id)
        await work(office)
    await chat.say("review EC-2027-0001")
    assert problems_of(chat.card) == []

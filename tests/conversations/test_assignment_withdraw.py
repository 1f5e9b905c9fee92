"""Withdrawing from a session that one had accepted to lead, and what the others see of it."""

import pytest

from bot.i18n import Catalogues
from tests.conversations.office import LEAD_EMPLOYER, LEAD_UNION, OUTSIDER, REGIONAL, Office
from tests.conversations.review import (
    COORDINATRICE,
    SECOND_UNION,
    agreed,
    booked,
    offer_of,
    open_region,
)
from tests.conversations.talking import MANAGER, STEWARD, problems_of

RAW = {"action": {"type": "Action.Execute", "verb": "assignment.withdraw"}}


@pytest.fixture
def office(catalogues: Catalogues) -> Office:
    return open_region(catalogues)


def standing(office: Office, assignment_id: str) -> tuple[str, str]:
    kept = office.units.memory.assignments[assignment_id]
    return kept.status.value, kept.reason


async def test_by_the_button_with_a_reason(office: Office) -> None:
    """
    [I can no longer lead], no reason
      ▸ in place: write a word of why
    "Surgery", [Withdraw from this session]
      ▸ in place: you withdrew · the coordinators know
    both coordinators are told once, nobody else
    """
    session = await booked(office)
    chat = office.chat(LEAD_UNION)
    assert "You lead this session: booked" in await chat.say("assignment EC-2027-0001")
    refused = await chat.click("Withdraw from this session", reason=" ")
    assert "Write a word of why" in refused
    said = await chat.click("Withdraw from this session", reason="Surgery, *sorry*")
    assert "It is noted. The coordinators are told now, with your reason." in said
    assert "You withdrew" in said
    assert chat.buttons == ["My assignments"]
    assert problems_of(chat.card) == []
    assert standing(office, offer_of(office, session, LEAD_UNION)) == (
        "withdrawn",
        "Surgery, *sorry*",
    )
    for who in (REGIONAL, COORDINATRICE):
        assert len(office.told(who, "request.lead_withdrawn")) == 1
    for who in (MANAGER, STEWARD, LEAD_EMPLOYER):
        assert [r for r in office.told(who) if "withdrawn" in r.kind] == []


async def test_the_coordinators_can_choose_or_have_the_bot_ask(office: Office) -> None:
    """
    review EC-2027-0001
      ▸ booked; a co-facilitator is missing · who withdrew and why · [Choose] [Ask in order]
    """
    session = await booked(office)
    await office.services.assignments.withdraw(
        LEAD_UNION.person_id, offer_of(office, session, LEAD_UNION), "Surgery"
    )
    chat = office.chat(REGIONAL)
    card = await chat.say("review EC-2027-0001")
    assert "Booked; a co-facilitator is missing" in card
    assert (
        "Leads for the union: Facilitator for the union, Ottawa: withdrew after accepting. "
        "“Surgery”" in card
    )
    assert "Nobody any more. Choose somebody, or let me ask in order." in card
    assert (
        "Could lead for the union’s side, if free in Outlook: Facilitatrice syndicale, Montréal "
        "(no session in 18 months, the region’s average is 0; has not led yet; "
        "from another region: Quebec)" in card
    )
    assert {"Choose somebody else", "Let the bot ask in order"} <= set(chat.buttons)
    other = office.chat(COORDINATRICE)
    french = await other.say("examiner EC-2027-0001")
    assert "Séance réservée; animation à pourvoir" in french
    assert "désistement après avoir accepté" in french
    assert "Pourrait animer pour la partie syndicale" in french
    requester = await office.chat(MANAGER).say("show EC-2027-0001")
    assert "Surgery" not in requester
    assert "Could lead" not in requester


@pytest.mark.parametrize(
    "words",
    [
        "me désister EC-2027-0001",
        "withdraw EC-2027-0001",
        "withdraw from EC-2027-0001",
        "cannot lead EC-2027-0001",
        "unavailable EC-2027-0001",
        "decline EC-2027-0001",
    ],
)
async def test_typed_words_ask_first(office: Office, words: str) -> None:
    """
    withdraw EC-2027-0001
      ▸ why?
    I am ill
      ▸ you withdrew
    """
    session = await booked(office)
    chat = office.chat(LEAD_UNION)
    asked = await chat.say(words)
    assert "Withdraw from a session" in asked
    assert "Tuesday, February\u00a016, 2027" in asked
    said = await chat.say("I am ill")
    assert "You withdrew" in said
    assert standing(office, offer_of(office, session, LEAD_UNION)) == ("withdrawn", "I am ill")


async def test_typed_with_the_reason_in_french_it_waits_for_the_click(office: Office) -> None:
    """
    me désister EC-2027-0001 opération prévue ce jour-là
      ▸ the reason stands in the form
    [Me désister de cette séance]
      ▸ désistement enregistré
    """
    request = await agreed(office)
    pair = {"union": SECOND_UNION.person_id, "employer": LEAD_EMPLOYER.person_id}
    sides = {side: pair[side.value] for side in type(request.side)}
    view = await office.services.staffing.approve(
        REGIONAL.person_id, request.request_id, request.preferred_at[0], sides
    )
    assert view.session is not None
    assignment_id = offer_of(office, view.session.session, SECOND_UNION)
    chat = office.chat(SECOND_UNION)
    await chat.say("accepter EC-2027-0001")
    asked = await chat.say("me désister EC-2027-0001 opération prévue ce jour-là")
    assert "Se désister d’une séance" in asked
    assert "opération prévue ce jour-là]" in asked
    assert standing(office, assignment_id)[0] == "accepted"
    said = await chat.click("Me désister de cette séance")
    assert "Désistement enregistré" in said
    assert standing(office, assignment_id) == ("withdrawn", "opération prévue ce jour-là")


async def test_a_typed_reason_is_agreed_to_and_not_replaced(office: Office) -> None:
    """
    withdraw from EC-2027-0001 Surgery, no ▸ nothing; again, yes ▸ you withdrew, for that reason
    """
    session = await booked(office)
    assignment_id = offer_of(office, session, LEAD_UNION)
    chat = office.chat(LEAD_UNION)
    await chat.say("withdraw from EC-2027-0001 Surgery")
    assert "You lead this session: booked" in await chat.say("no")
    assert standing(office, assignment_id) == ("accepted", "")
    await chat.say("withdraw from EC-2027-0001 Surgery")
    assert "You withdrew" in await chat.say("yes")
    assert standing(office, assignment_id) == ("withdrawn", "Surgery")


async def test_thinking_again_changes_nothing(office: Office) -> None:
    session = await booked(office)
    chat = office.chat(LEAD_UNION)
    await chat.say("withdraw from EC-2027-0001")
    assert "You lead this session: booked" in await chat.click("Yes, cancel")
    assert standing(office, offer_of(office, session, LEAD_UNION)) == ("accepted", "")


async def test_a_session_cancelled_meanwhile(office: Office) -> None:
    session = await booked(office)
    chat = office.chat(LEAD_UNION)
    await chat.say("withdraw from EC-2027-0001")
    await office.services.steering.cancel(REGIONAL.person_id, session.session_id, "A storm")
    said = await chat.say("I am ill")
    assert "so nothing was changed" in said
    assert "The session is cancelled" in said


async def test_a_second_click_and_other_people_s_cards(office: Office) -> None:
    """Whoever sends another one's payload learns nothing, and nothing happens twice."""
    session = await booked(office)
    assignment_id = offer_of(office, session, LEAD_UNION)
    data = {"id": assignment_id, "reason": "Surgery"}
    payload = {"action": {**RAW["action"], "data": data}}
    for who in (LEAD_EMPLOYER, MANAGER, OUTSIDER, REGIONAL):
        chat = office.chat(who)
        await chat.say("help")
        assert "I cannot find an offer to lead" in await chat.invoke(payload)
    assert standing(office, assignment_id)[0] == "accepted"
    chat = office.chat(LEAD_UNION)
    await chat.say("assignment EC-2027-0001")
    await chat.invoke(payload)
    assert "You withdrew" in await chat.invoke(payload)
    assert len(office.told(REGIONAL, "request.lead_withdrawn")) == 1


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"id": None},
        {"id": ["x"]},
        {"id": "x", "reason": {"a": 1}},
        {"id": "'; drop table assignments; --", "reason": "x"},
        {"id": "x", "reason": 5},
        {"id": "x", "reason": "y" * 5000},
    ],
)
async def test_payloads_from_anywhere(office: Office, data: dict[str, object]) -> None:
    session = await booked(office)
    chat = office.chat(LEAD_UNION)
    await chat.say("assignment EC-2027-0001")
    mine = offer_of(office, session, LEAD_UNION)
    meant = {**data, "id": mine} if data.get("id") == "x" else data
    await chat.invoke({"action": {**RAW["action"], "data": meant}})
    assert standing(office, mine)[0] == "accepted"
    assert problems_of(chat.card) == []

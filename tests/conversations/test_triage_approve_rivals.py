"""Approving while others act, and giving it up."""

import pytest

from bot.domain.roster import Standing
from bot.i18n import Catalogues
from tests.conversations.office import LEAD_UNION, REGIONAL, Office
from tests.conversations.review import (
    COORDINATRICE,
    SECOND_UNION,
    agreed,
    open_region,
    stands,
)
from tests.conversations.talking import MANAGER, Chat


@pytest.fixture
def office(catalogues: Catalogues) -> Office:
    return open_region(catalogues)


async def begun(office: Office) -> Chat:
    chat = office.chat(REGIONAL)
    await chat.say("review EC-2027-0001")
    await chat.click("Approve: date and people")
    return chat


async def test_two_coordinators_at_once(office: Office) -> None:
    """The second is told that it moved on, with how things stand; nobody is asked twice."""
    await agreed(office)
    one, two = office.chat(REGIONAL), office.chat(COORDINATRICE)
    await one.say("approve EC-2027-0001")
    await two.say("approuver EC-2027-0001")
    for _ in range(2):
        await one.click("Next")
        await two.click("Suivant")
    await one.click("Approve and send the offers")
    said = await two.click("Approuver et envoyer les offres")
    assert "Cette demande a évolué entre-temps; rien n’a donc été changé." in said
    assert "En attente des réponses aux offres" in said
    assert "Demande approuvée par Coordinator, National Capital" in said
    assert len(office.units.memory.sessions) == 1
    assert len(office.told(LEAD_UNION, "assignment.offered")) == 1


async def test_withdrawn_while_the_form_was_open(office: Office) -> None:
    request = await agreed(office)
    chat = await begun(office)
    for _ in range(2):
        await chat.click("Next")
    await office.services.requests.withdraw(MANAGER.person_id, request.request_id)
    said = await chat.click("Approve and send the offers")
    assert "This request has moved on in the meantime" in said
    assert "Withdrawn" in said


async def test_somebody_no_longer_qualifies_at_the_end(office: Office) -> None:
    """The form goes back to that step, with those who are left."""
    await agreed(office)
    chat = await begun(office)
    for _ in range(2):
        await chat.click("Next")
    office.units.memory.facilitators[LEAD_UNION.person_id].standing = Standing.PAUSED
    said = await chat.click("Approve and send the offers")
    assert "Step 2 of 3" in said
    assert "This person cannot lead this conversation any more." in said
    assert "Facilitator for the union, Ottawa" not in str(
        [c["title"] for i in chat.card["body"] for c in i.get("choices", [])]
    )
    await chat.click("Next", union=SECOND_UNION.person_id)
    assert "Approved." in await chat.click("Approve and send the offers")


async def test_given_up_the_card_comes_back(office: Office) -> None:
    request = await agreed(office)
    chat = await begun(office)
    await chat.click("Next")
    said = await chat.click("Yes, cancel")
    assert "Nothing was changed. Here is how the request stands." in said
    assert "Approve: date and people" in chat.buttons
    assert stands(office, request) == "agreed"

"""Approving: a date, one co-facilitator a side, and both get their offer."""

import pytest

from bot.domain.errors import OutsideFault
from bot.i18n import Catalogues
from tests.conversations.office import LEAD_EMPLOYER, LEAD_UNION, REGIONAL, Office
from tests.conversations.review import (
    COORDINATRICE,
    SECOND_UNION,
    agreed,
    approved,
    open_region,
    stands,
)
from tests.conversations.talking import MANAGER, STEWARD, Chat, problems_of


@pytest.fixture
def office(catalogues: Catalogues) -> Office:
    return open_region(catalogues)


async def begun(office: Office) -> Chat:
    chat = office.chat(REGIONAL)
    await chat.say("review EC-2027-0001")
    await chat.click("Approve: date and people")
    return chat


def session_of(office: Office):
    (session,) = office.units.memory.sessions.values()
    return session


async def others(chat: Chat, **values: str) -> str:
    """On from the date to choosing each side by itself."""
    await chat.click("Next", **values)
    return await chat.click("Next", pair="others")


async def test_the_best_pair_by_clicks(office: Office) -> None:
    """
    [Approve: date and people]
      ▸ in place: Step 1 of 3 · the wished dates, the first filled in
    [Next]
      ▸ Step 2 of 3 · the best pairs with their reasons, the best filled in
    [Next]
      ▸ Step 3 of 3 · what was chosen, until when both can answer
    [Approve and send the offers]
      ▸ the request's card: approved, waiting for the answers
    """
    request = await agreed(office)
    chat = await begun(office)
    assert chat.text.splitlines()[:3] == [
        "Approve request EC-2027-0001",
        "Step 1 of 3",
        "Date and time",
    ]
    pairs = await chat.click("Next")
    assert "When: Tuesday, February\u00a016, 2027, 9\u00a0am to 12:30\u00a0pm" in pairs
    assert (
        "[Who leads?: 1. Facilitator for the union, Ottawa and Facilitator for the employer, "
        "Ottawa: have not led together in 18 months; both are new]" in pairs
    )
    assert (
        "Facilitator for the employer, Vancouver: no session in 18 months, the region’s average "
        "is 0; has not led yet; free at that time; from another region: British Columbia and Yukon"
        in pairs
    )
    assert "[If one of them cannot: I am told, and choose somebody else]" in pairs
    review = await chat.click("Next", pair="3")
    assert (
        "Who leads: Facilitatrice syndicale, Montréal and Facilitator for the employer, Ottawa"
        in review
    )
    assert "in order" not in review
    assert "they can answer until Wednesday, January\u00a013, 2027, at 10\u00a0am" in review
    card = await chat.click("Approve and send the offers")
    assert "Waiting for the co-facilitators’ answers" in card
    assert "Leads for the union: Facilitatrice syndicale, Montréal: asked" in card
    assert len(chat.messages) == 1
    assert stands(office, request) == "approved"
    assert session_of(office).starts_at == request.preferred_at[0]
    assert office.units.memory.rounds == {}
    for who in (SECOND_UNION, LEAD_EMPLOYER):
        assert len(office.told(who, "assignment.offered")) == 1
    for who in (MANAGER, STEWARD):
        assert len(office.told(who, "request.approved")) == 1


async def test_others_by_clicks(office: Office) -> None:
    """
    Step 2 of 3: others
      ▸ Step 3 of 5 · those of the union: free, load, region
    [Next]
      ▸ Step 4 of 5 · those of the employer
    [Next]
      ▸ Step 5 of 5 · what was chosen
    back to a pair
      ▸ Step 3 of 3
    """
    await agreed(office)
    chat = await begun(office)
    union = await others(chat)
    assert "Step 3 of 5" in union
    assert "Facilitator for the union, Ottawa: free, 0 sessions in 18 months, same region" in union
    employer = await chat.click("Next", union=SECOND_UNION.person_id)
    assert "For the union: Facilitatrice syndicale, Montréal" in employer
    review = await chat.click("Next")
    assert "Step 5 of 5" in review
    assert "For the employer: Facilitator for the employer, Ottawa" in review
    await chat.click("Change: Who leads")
    assert "Step 3 of 3" in await chat.click("Next", pair="1")
    card = await chat.click("Approve and send the offers")
    assert "Leads for the union: Facilitator for the union, Ottawa: asked" in card


async def test_typed_in_french(office: Office) -> None:
    """
    approuver EC-2027-0001
      ▸ Étape 1 de 3
    18 février 2027 à 9 h
      ▸ Étape 2 de 3 · les meilleurs duos
    D’autres personnes
      ▸ Étape 3 de 5
    Facilitatrice syndicale
      ▸ Étape 4 de 5
    1
      ▸ Étape 5 de 5
    envoyer
      ▸ la demande : en attente des réponses aux offres
    """
    await agreed(office)
    chat = office.chat(COORDINATRICE)
    assert "Étape 1 de 3" in await chat.say("approuver EC-2027-0001")
    pairs = (await chat.say("18 février 2027 à 9 h")).replace("\u00a0", " ")
    assert "Quand : Jeudi 18 février 2027, de 9 h à 12 h 30" in pairs
    assert (
        "Facilitatrice syndicale, Montréal : aucune séance en 18 mois, la moyenne de la région "
        "est de 0; aucune séance animée jusqu’ici; libre à ce moment; d’une autre région : Québec"
        in pairs
    )
    assert ": aucune séance ensemble en 18 mois; deux personnes débutantes]" in pairs
    assert "Étape 3 de 5" in await chat.say("d'autres personnes")
    assert "Étape 4 de 5" in await chat.say("Facilitatrice syndicale")
    assert "Étape 5 de 5" in await chat.say("1")
    done = await chat.say("envoyer")
    assert "En attente des réponses aux offres" in done
    assert f"{session_of(office).starts_at:%Y-%m-%d %H:%M}" == "2027-02-18 14:00"


async def test_the_second_wished_date_by_its_number(office: Office) -> None:
    request = await agreed(office)
    chat = office.chat(REGIONAL)
    await chat.say("approve EC-2027-0001")
    await chat.say("2")
    await chat.say("ok")
    await chat.say("submit")
    assert session_of(office).starts_at == request.preferred_at[1]


@pytest.mark.parametrize(
    ("on", "at", "said"),
    [
        ("2027-02-20", "09:00", "falls on a weekend"),
        ("2027-05-24", "09:00", "is a statutory holiday (Victoria Day)"),
        ("2027-02-17", "14:30", "The conversation would run from 2:30\u00a0pm to 6\u00a0pm."),
        ("2027-01-08", "09:00", "has already passed"),
        ("2027-01-11", "09:30", "This time has already passed."),
        ("2029-01-11", "09:00", "is too far ahead"),
        ("2027-02-17", "", "This is needed to go on."),
        ("", "09:00", "This is needed to go on."),
    ],
)
async def test_another_date_that_cannot_be(office: Office, on: str, at: str, said: str) -> None:
    """What is wrong stands at its input; a good date then goes on to a good end."""
    await agreed(office)
    chat = await begun(office)
    assert said in await chat.click("Next", which="other", date=on, time=at)
    assert "Step 1 of 3" in chat.text
    assert "Step 2 of 3" in await chat.click("Next", which="other", date="2027-02-17", time="10:00")
    await chat.click("Next")
    await chat.click("Approve and send the offers")
    assert f"{session_of(office).starts_at:%Y-%m-%d %H:%M}" == "2027-02-17 15:00"


async def test_a_coordinator_may_choose_within_the_lead_time(office: Office) -> None:
    await agreed(office)
    chat = await begun(office)
    assert "Step 2 of 3" in await chat.click("Next", which="other", date="2027-01-13", time="13:00")


async def test_a_date_beside_the_list_is_meant(office: Office) -> None:
    """The list still says the first wished date; what was typed beside it counts."""
    await agreed(office)
    chat = await begun(office)
    said = await chat.click("Next", date="2027-02-17", time="10:00")
    assert "When: Wednesday, February\u00a017, 2027, 10\u00a0am to 1:30\u00a0pm" in said
    await chat.click("Back")
    assert "When: Tuesday, February\u00a016" in await chat.click("Next", which="1")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("04/03/2027 at 1 pm", "could be"),
        ("March 4 at 2", "could be 2\u00a0am or 2\u00a0pm"),
        ("February 30, 2027 at 1 pm", "There is no such day"),
        ("no idea", "I could not read"),
    ],
)
async def test_typed_dates_that_cannot_be_read(office: Office, text: str, said: str) -> None:
    await agreed(office)
    chat = await begun(office)
    assert said in await chat.say(text)
    assert "Step 2 of 3" in await chat.say("March 4, 2027 at 1 pm")


async def test_a_date_typed_in_two_goes(office: Office) -> None:
    await agreed(office)
    chat = await begun(office)
    await chat.say("March 4, 2027")
    assert "March\u00a04, 2027, 1\u00a0pm to 4:30\u00a0pm" in await chat.say("1 pm")


async def test_wished_dates_that_have_passed_are_not_offered(office: Office) -> None:
    request = await agreed(office)
    office.clock.set(request.preferred_at[0])
    chat = await begun(office)
    assert "February\u00a016" not in chat.text
    assert "February\u00a018" in chat.text


async def test_busy_engaged_and_unreadable_are_said_and_come_last(office: Office) -> None:
    """
    one of the union is busy in Outlook, one of the employer leads another session then,
    the other's calendar cannot be read
      ▸ each said in words, the free one filled in; the choice stays the coordinator's
    """
    await approved(office, "form-0")
    request = await agreed(office)
    office.graph.busy.append(
        ("person24@example.ca", request.preferred_at[0], request.preferred_at[1])
    )
    office.graph.people = [p for p in office.graph.people if p.mail != "person25@example.ca"]
    chat = office.chat(REGIONAL)
    await chat.say("approve EC-2027-0002")
    union = await others(chat)
    titles = [c["title"] for i in chat.card["body"] for c in i.get("choices", [])]
    assert [title.split(",")[1:] for title in titles] == [
        [" Montréal: busy in Outlook", " 0 sessions in 18 months", " another region"],
        [" Ottawa: leads another session then", " 1 session in 18 months", " same region"],
    ]
    assert "[Who leads for the union?: ]" in union
    assert "Choose somebody of the list." in await chat.click("Next")
    employer = await chat.click("Next", union=LEAD_UNION.person_id)
    assert (
        "[Who leads for the employer?: Facilitator for the employer, Vancouver: "
        "calendar not readable, 0 sessions in 18 months, another region]" in employer
    )
    review = await chat.click("Next")
    assert "Facilitator for the union, Ottawa leads another session at that time." in review
    assert "Waiting for the co-facilitators’ answers" in await chat.click(
        "Approve and send the offers"
    )


async def test_load_is_counted(office: Office) -> None:
    session = await approved(office, "form-0")
    for assignment in list(office.units.memory.assignments.values()):
        await office.services.assignments.accept(assignment.person_id, assignment.assignment_id)
    await agreed(office, preferred=(session.starts_at.replace(tzinfo=None, day=18, hour=9),))
    chat = office.chat(REGIONAL)
    await chat.say("approve EC-2027-0002")
    union = await others(chat)
    # Another region weighs more than one session.
    led = "Facilitator for the union, Ottawa: free, 1 session in 18 months, same region"
    assert f"[Who leads for the union?: {led}]" in union


async def test_outlook_is_away(office: Office) -> None:
    """Said plainly; everybody can still be chosen."""
    await agreed(office)
    office.graph.fail(OutsideFault("graph_unavailable"), operation="availability", times=2)
    chat = await begun(office)
    said = await chat.click("Next")
    assert "Outlook is not answering, so I do not know who is free." in said
    assert "calendar not known" in said
    union = await chat.click("Next", pair="others")
    assert "Outlook is not answering" in union
    assert "calendar not known at the moment" in union
    await chat.click("Next")
    await chat.click("Next")
    assert "Approved." in await chat.click("Approve and send the offers")


async def test_changing_the_date_asks_for_the_people_anew(office: Office) -> None:
    await agreed(office)
    chat = await begun(office)
    for _ in range(2):
        await chat.click("Next")
    await chat.click("Change: When")
    assert "Step 2 of 3" in await chat.click("Next", which="2")


async def test_every_card_of_the_form_is_sound(office: Office) -> None:
    await agreed(office)
    chat = await begun(office)
    for _ in range(3):
        assert problems_of(chat.card) == []
        await chat.click("Next" if "Next" in chat.buttons else "Approve and send the offers")
    assert problems_of(chat.card) == []

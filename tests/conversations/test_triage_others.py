"""Approving with others than the best pairs: whoever can be asked, and who cannot and why."""

from datetime import date

import pytest

from bot.domain.people import Side
from bot.domain.roster import Absence, Wish
from bot.i18n import Catalogues
from tests.conversations.office import LEAD_EMPLOYER, LEAD_UNION, REGIONAL, Office
from tests.conversations.review import (
    COORDINATRICE,
    SECOND_EMPLOYER,
    SECOND_UNION,
    agreed,
    meet,
    open_region,
    train,
)
from tests.conversations.talking import Chat, person, problems_of


@pytest.fixture
def office(catalogues: Catalogues) -> Office:
    return open_region(catalogues)


async def begun(office: Office) -> Chat:
    chat = office.chat(REGIONAL)
    await chat.say("review EC-2027-0001")
    await chat.click("Approve: date and people")
    return chat


async def others(chat: Chat, **values: str) -> str:
    """On from the date to choosing each side by itself."""
    await chat.click("Next", **values)
    return await chat.click("Next", pair="others")


def absent(office: Office, person_id: str, on: date) -> None:
    absence = Absence(
        f"absence-{person_id}", person_id, on, on, "America/Toronto", office.clock.now()
    )
    office.units.memory.absences[absence.absence_id] = absence


async def test_who_cannot_be_asked_is_named_and_a_wish_is_said(office: Office) -> None:
    """
    one of the union would like fewer, eleven are absent that day
      ▸ the wish is said; the absent are named below the list, the first ten, with why
    everybody is absent
      ▸ another date is what helps
    """
    request = await agreed(office)
    roster, day = office.units.memory.facilitators, request.preferred_at[0].date()
    roster[LEAD_UNION.person_id].wish = Wish.FEWER
    for number in range(11):
        meet(office, person(100 + number, f"Away {number:02d}"))
        train(office, person(100 + number, ""), Side.UNION, "quebec")
        absent(office, person(100 + number, "").person_id, day)
    chat = await begun(office)
    union = await others(chat)
    titles = [c["title"] for i in chat.card["body"] for c in i.get("choices", [])]
    assert [title.split(", ")[-1] for title in titles] == [
        "another region",
        "said they would like fewer",
    ]
    assert (
        "Qualified too, but not to be asked for that time: Away 00 (absent on that day); "
        "Away 01 (absent on that day);" in union
    )
    assert "Away 09 (absent on that day), and one more." in union
    assert "best placed of" not in union
    assert problems_of(chat.card) == []
    for who in (LEAD_UNION, SECOND_UNION):
        absent(office, who.person_id, day)
    again = office.chat(COORDINATRICE)
    await again.say("approuver EC-2027-0001")
    said = (await again.click("Suivant")).replace("\u00a0", " ")
    assert "Personne ne peut animer pour la partie syndicale à ce moment." in said
    assert "Away 00 (absence ce jour-là); Away 01" in said
    assert "et 3 autres personnes." in said


async def test_two_of_one_team_chosen_by_hand(office: Office) -> None:
    """
    [Approve and send the offers]
      ▸ refused where the second was chosen; somebody of another team goes on to a good end
    """
    request = await agreed(office)
    for lead in (LEAD_UNION, LEAD_EMPLOYER):
        facilitator = office.units.memory.facilitators[lead.person_id]
        facilitator.organization, facilitator.team = "2300", "Audit"
    absent(office, SECOND_UNION.person_id, request.preferred_at[0].date())
    chat = await begun(office)
    union = await others(chat)
    assert "for that time: Facilitatrice syndicale, Montréal (absent on that day)." in union
    await chat.click("Next", union=LEAD_UNION.person_id)
    await chat.click("Next", employer=LEAD_EMPLOYER.person_id)
    said = await chat.click("Approve and send the offers")
    assert "This person is of the same team as the other co-facilitator." in said
    assert "Step 4 of 5" in said
    await chat.click("Next", employer=SECOND_EMPLOYER.person_id)
    assert "Approved." in await chat.click("Approve and send the offers")


async def test_nobody_qualifies_until_somebody_is_added(office: Office) -> None:
    """
    nobody of the union is trained in this topic
      ▸ said, with what to do
    somebody is added; [Next]
      ▸ they can be chosen
    """
    for who in (LEAD_UNION, SECOND_UNION):
        del office.units.memory.facilitators[who.person_id]
    await agreed(office)
    chat = await begun(office)
    said = await chat.click("Next")
    assert "Nobody can be chosen for the union’s side" in said
    assert "There is nobody to choose" in await chat.click("Next")
    train(office, SECOND_UNION, Side.UNION, "quebec")
    assert "Facilitatrice syndicale, Montréal" in await chat.click("Next")
    assert "Step 3 of 4" in await chat.click("Next", union=SECOND_UNION.person_id)


async def test_a_long_roster_goes_into_a_list_of_the_best_placed(office: Office) -> None:
    """Forty of a side at most, each by the beginning of the name too; the card within bounds."""
    for number in range(60):
        meet(office, person(100 + number, f"Facilitator {number:02d}, " + "Longname " * 12))
        train(office, person(100 + number, ""), Side.UNION, "quebec")
    await agreed(office)
    chat = await begun(office)
    await chat.click("Next")
    assert problems_of(chat.card) == []
    await chat.click("Next", pair="others")
    (asked,) = [i for i in chat.card["body"] if i["type"] == "Input.ChoiceSet"]
    assert (asked["style"], len(asked["choices"])) == ("compact", 40)
    assert "These are the 40 best placed of 62." in chat.text
    assert problems_of(chat.card) == []
    assert "For the union: Facilitator 07," in await chat.say("facilitator 07")

"""Interviews: invited, picked by a click or a number, moved and cancelled, in both languages."""

from __future__ import annotations

import pytest

from bot.domain.errors import OutsideFault
from bot.domain.people import Side
from bot.i18n import Catalogues
from tests.conversations.office import OUTSIDER, REGIONAL, Office
from tests.conversations.review import ADMIN, COORDINATRICE, ELSEWHERE, open_region
from tests.conversations.selecting import (
    FIRST,
    booked,
    invited,
    newest,
    referenced,
    stands,
)
from tests.conversations.talking import MANAGER, person, problems_of, shown_values, walk

CANDIDATE = person(41, "Candidate, Gatineau", "fr")
NB = "\u00a0"


@pytest.fixture
def office(catalogues: Catalogues) -> Office:
    return open_region(catalogues)


async def test_invited_with_three_times_of_both_calendars(office: Office) -> None:
    """
    show AP-2027-0001 [Invite to an interview]
      ▸ step 1: how long, between which days; filled in
    [Next]
      ▸ step 2: the times that are free in both calendars, three of them chosen
    [Send the invitation]
      ▸ in place: the application, the times, until when the candidate answers
    """
    await referenced(office)
    chat = office.chat(REGIONAL)
    await chat.say("show AP-2027-0001")
    days = await chat.click("Invite to an interview")
    assert "Invite to an interview: AP-2027-0001" in days
    assert "Interview with Employee, Regina" in days
    assert problems_of(chat.card) == []
    times = await chat.click("Next")
    assert "Free in both calendars. Three are chosen for you" in times
    assert len(shown_values(chat.card)["times"].split(",")) == 3
    assert problems_of(chat.card) == []
    said = await chat.click("Send the invitation")
    assert "The candidate has the times, and is to pick one by" in said
    assert len(newest(office).options) == 3
    assert stands(office) == "interview"
    assert len(office.told(OUTSIDER, "interview.offered")) == 1
    assert problems_of(chat.card) == []
    assert len(chat.messages) == 1


async def test_inviter_par_ecrit(office: Office) -> None:
    """
    inviter AP-2027-0001
      ▸ étape 1
    suivant
      ▸ étape 2 : les moments libres
    1, 3
      ▸ envoyée, avec ces deux moments
    """
    await referenced(office)
    chat = office.chat(COORDINATRICE)
    days = await chat.say("inviter AP-2027-0001")
    assert "Inviter à une entrevue : AP-2027-0001" in days
    times = await chat.say("suivant")
    assert "Libres dans les deux calendriers." in times
    said = await chat.say("1, 3")
    assert "La personne candidate a reçu les moments" in said
    assert len(newest(office).options) == 2
    assert newest(office).coordinator_id == COORDINATRICE.person_id


async def test_times_typed_where_a_calendar_does_not_answer(office: Office) -> None:
    """
    the times, while Outlook is away
      ▸ neither calendar answers; these lie within working hours
    "January 20 at 10 am; January 21 at 3 pm"
      ▸ sent, with these alone
    """
    await referenced(office)
    chat = office.chat(REGIONAL)
    office.graph.fail(OutsideFault("graph_503"), operation="taken")
    await chat.say("invite AP-2027-0001")
    times = await chat.say("next")
    assert "Neither calendar answers at the moment." in times
    said = await chat.say("January 20 at 10:30 am; January 21 at 3 pm")
    assert "The candidate has the times" in said
    assert [f"{at:%d %H:%M}" for at in newest(office).options] == ["20 15:30", "21 20:00"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("January 16 at 10 am", "weekend"),
        ("January 20 at 7 am", "outside the working hours of one of the two people"),
        (
            "January 20 at 8 am",
            "outside the working hours of one of the two people",
        ),  # 7 am in Regina
        ("January 20", "Add the time"),
        ("whenever", "I could not read “whenever”"),
        ("January 20 at 10 am\nJanuary 20 at 10 am", "The same time is there twice."),
        (
            "January 20 at 10 am\nJanuary 21 at 10 am\nJanuary 22 at 10 am\nJanuary 25 at 10 am",
            "Choose at most 3.",
        ),
    ],
)
async def test_times_that_cannot_be_and_then_good_ones(
    office: Office, typed: str, words: str
) -> None:
    await referenced(office)
    chat = office.chat(REGIONAL)
    await chat.say("invite AP-2027-0001")
    await chat.say("next")
    refused = await chat.click("Send the invitation", times="", other=typed)
    assert words in refused
    assert "AP-2027-0001" in refused
    assert stands(office) == "referenced"
    said = await chat.click("Send the invitation", times="1,2", other="")
    assert "The candidate has the times" in said


async def test_days_that_cannot_be_and_then_good_ones(office: Office) -> None:
    await referenced(office)
    chat = office.chat(REGIONAL)
    await chat.say("invite AP-2027-0001")
    wrong = await chat.click("Next", from_on="2027-01-20", to_on="2027-01-19")
    assert "The last day comes before the first." in wrong
    wrong = await chat.click("Next", from_on="2027-01-20", to_on="2027-03-19")
    assert "Choose at most 31 days at once." in wrong
    weekend = await chat.click("Next", from_on="2027-01-16", to_on="2027-01-17")
    assert "There is no time in these days" in weekend
    said = await chat.say("January 20 at 10 am")
    assert "The candidate has the times" in said


async def test_invited_by_somebody_else_meanwhile(office: Office) -> None:
    await referenced(office)
    first, second = office.chat(REGIONAL), office.chat(COORDINATRICE)
    for chat, words in ((first, "invite AP-2027-0001"), (second, "inviter AP-2027-0001")):
        await chat.say(words)
    await first.say("next")
    await second.say("suivant")
    await first.click("Send the invitation")
    late = await second.click("Envoyer l’invitation")
    assert "est déjà invitée à une entrevue" in late
    assert len(office.units.memory.interviews) == 1


async def test_moved_by_a_coordinator(office: Office) -> None:
    """
    reschedule AP-2027-0001
      ▸ between which days
    next
      ▸ the free times; one is chosen
    2
      ▸ moved, the candidate is told
    """
    await booked(office)
    chat = office.chat(REGIONAL)
    days = await chat.say("reschedule AP-2027-0001")
    assert "Another time for the interview: AP-2027-0001" in days
    times = await chat.say("next")
    assert "Free in both calendars. Choose one." in times
    said = await chat.say("2")
    assert "The interview is moved" in said
    assert newest(office).starts_at != FIRST
    assert len(office.told(OUTSIDER, "interview.moved")) == 1


async def test_the_time_that_it_has_is_none_to_choose(office: Office) -> None:
    """With Outlook away no calendar says that both are taken then."""
    await booked(office)
    office.graph.fail(OutsideFault("graph_unavailable"), operation="taken", times=9)
    chat = office.chat(REGIONAL)
    await chat.say("reschedule AP-2027-0001")
    times = await chat.click("Next", from_on="2027-01-14", to_on="2027-01-14")
    assert "Neither calendar answers" in times
    (asked,) = [item for item in walk(chat.card) if item.get("id") == "times"]
    starts = [choice["title"].split(", 2027, ")[1].split(" to ")[0] for choice in asked["choices"]]
    assert f"10{NB}am" in starts
    assert f"11{NB}am" not in starts
    assert "at this time already" in await chat.say("January 14 at 11 am")


async def test_deplacee_par_un_clic_de_l_autre_partie(office: Office) -> None:
    await booked(office)
    chat = office.chat(COORDINATRICE)
    await chat.say("voir AP-2027-0001")
    await chat.click("Changer le moment")
    await chat.click("Suivant")
    said = await chat.click("Déplacer l’entrevue", times="", other="20 janvier à 11 h")
    assert "L’entrevue est déplacée" in said
    assert f"{newest(office).starts_at:%d %H:%M}" == "20 16:00"
    assert len(office.told(REGIONAL, "interview.moved")) == 1


async def test_cancelled_with_a_word_of_why(office: Office) -> None:
    await booked(office)
    chat = office.chat(REGIONAL)
    await chat.say("show AP-2027-0001")
    said = await chat.click("Cancel the interview now", reason="I am away that week.")
    assert "The interview is cancelled, and the candidate is told." in said
    card = await office.chat(OUTSIDER).say("interview")
    assert "I am away that week." in card
    assert "Cancelled" in card


async def test_annulee_par_ecrit(office: Office) -> None:
    await booked(office)
    chat = office.chat(COORDINATRICE)
    form = await chat.say("annuler AP-2027-0001")
    assert form.splitlines()[0] == "Annuler l’entrevue : AP-2027-0001"
    said = await chat.say("Je m'absente cette semaine-là.")
    assert "L’entrevue est annulée" in said
    late = await office.chat(REGIONAL).say("cancel AP-2027-0001 Again.")
    assert "cancelled" in late.lower()
    assert len(office.told(OUTSIDER, "interview.cancelled")) == 1


async def test_outlooks_fault_is_on_the_card_and_tried_again(office: Office) -> None:
    await invited(office)
    about = newest(office).interview_id
    await office.services.interviews.pick(OUTSIDER.person_id, about, FIRST)
    newest(office).fault = "graph_denied"
    chat = office.chat(REGIONAL)
    card = await chat.say("show AP-2027-0001")
    assert "Outlook" in card
    assert "I ask Outlook once more." in await chat.click("Ask Outlook again")
    theirs = await office.chat(OUTSIDER).say("interview")
    assert "Being booked" in theirs
    nothing = await chat.say("retry AP-2027-0001")
    assert "moved on" in nothing


@pytest.mark.parametrize(
    "verb",
    [
        "interview.show",
        "interview.pick",
        "interview.decline",
        "interview.reschedule",
        "interview.cancel",
        "interview.retry",
        "selection.invite",
    ],
)
async def test_a_forged_click_of_a_stranger_does_nothing(office: Office, verb: str) -> None:
    interview = await invited(office)
    about = interview.application_id if verb.startswith("selection") else interview.interview_id
    for who in (MANAGER, ELSEWHERE, ADMIN):
        chat = office.chat(who)
        await chat.say("help")
        data = {"id": about, "place": 1, "reason": "No.", "words": "No."}
        said = await chat.invoke(
            {"action": {"type": "Action.Execute", "verb": verb, "data": data}}, on=chat.last
        )
        assert "It may not exist" in said
    assert newest(office).status.value == "offered"


async def test_the_other_sides_candidates_are_interviewed_by_either(office: Office) -> None:
    await referenced(office, side=Side.EMPLOYER, agent=None)
    chat = office.chat(REGIONAL)
    await chat.say("invite AP-2027-0001")
    await chat.say("next")
    assert "The candidate has the times" in await chat.click("Send the invitation")

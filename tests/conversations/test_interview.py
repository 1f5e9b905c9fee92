"""Interviews: invited, picked by a click or a number, moved and cancelled, in both languages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.errors import OutsideFault
from bot.domain.people import Side
from bot.i18n import Catalogues
from tests.conversations.office import OUTSIDER, REGIONAL, Office
from tests.conversations.review import ADMIN, COORDINATRICE, ELSEWHERE, meet, open_region
from tests.conversations.selecting import (
    FIRST,
    JOIN_URL,
    OPTIONS,
    booked,
    invited,
    newest,
    referenced,
    stands,
)
from tests.conversations.talking import MANAGER, actions_of, person, problems_of, shown_values

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
    assert "The candidate has the times and picks one by" in said
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
        ("January 20 at 7 am", "outside working hours for one of you"),
        ("January 20 at 8 am", "outside working hours for one of you"),  # 7 am in Regina
        ("January 20", "Add the time"),
        ("whenever", "I could not read “whenever”"),
        ("January 20 at 10 am\nJanuary 20 at 10 am", "The same time is there twice."),
        (
            "January 20 at 10 am\nJanuary 21 at 10 am\nJanuary 22 at 10 am\nJanuary 25 at 10 am",
            "Offer at most 3.",
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


async def test_picked_by_a_click(office: Office) -> None:
    """
    interview
      ▸ three times, by number and as buttons
    [Thursday, January 14, 2027, 10 am to 11 am]
      ▸ in place: the time is theirs, on their own clock
    the same button again
      ▸ the same
    """
    await invited(office)
    chat = office.chat(OUTSIDER)
    card = await chat.say("interview")
    assert card.splitlines()[:2] == ["Interview to become a facilitator", "Pick a time"]
    assert f"1. Thursday, January{NB}14, 2027, 10{NB}am to 11{NB}am" in card
    assert "Coordinator, National Capital would like to meet you." in card
    assert problems_of(chat.card) == []
    pick = f"Thursday, January{NB}14, 2027, 10{NB}am to 11{NB}am"
    old = chat.card
    picked = await chat.click(pick)
    assert "The time is yours. The invitation comes to your calendar in a moment." in picked
    assert newest(office).starts_at == FIRST
    chat.last.card = old
    assert "The time is yours." in await chat.click(pick)
    assert len(office.units.memory.interviews) == 1


async def test_choisi_par_son_numero(office: Office, catalogues: Catalogues) -> None:
    """
    entrevue
      ▸ trois moments numérotés
    2
      ▸ le deuxième est à elle
    """
    meet(office, CANDIDATE)
    application = await referenced(office, CANDIDATE, zone="America/Toronto")
    services, about = office.services, application.application_id
    await services.inviting.invite(REGIONAL.person_id, about, OPTIONS, 60)
    chat = office.chat(CANDIDATE)
    assert f"1. Jeudi 14{NB}janvier{NB}2027" in await chat.say("entrevue")
    said = await chat.say("2")
    assert "Le moment est à vous." in said
    assert newest(office).starts_at == OPTIONS[1]
    assert problems_of(chat.card) == []


async def test_a_number_is_nothing_where_no_times_are_offered(office: Office) -> None:
    said = await office.chat(MANAGER).say("2")
    assert "No times are offered to you at the moment" in said


async def test_a_number_in_a_form_answers_the_form(office: Office) -> None:
    await invited(office)
    chat = office.chat(OUTSIDER)
    await chat.say("request a conversation")
    await chat.say("1")
    assert newest(office).starts_at is None


async def test_a_time_that_the_coordinator_has_filled_meanwhile(office: Office) -> None:
    await invited(office)
    mail = f"person{int(REGIONAL.person_id[-4:])}@example.ca"
    office.graph.busy.append((mail, FIRST, FIRST + timedelta(hours=1)))
    chat = office.chat(OUTSIDER)
    await chat.say("interview")
    taken = await chat.say("1")
    assert "The coordinator is no longer free at this time." in taken
    assert "The time is yours." in await chat.say("2")


async def test_none_suits_with_a_word_and_others_are_offered(office: Office) -> None:
    """
    candidate: [None of these suits me] "Mornings only" [Ask for other times]
      ▸ other times will be offered
    coordinator: show AP-2027-0001
      ▸ none suited · the word · [Offer other times]
    """
    await invited(office)
    chat = office.chat(OUTSIDER)
    await chat.say("interview")
    said = await chat.click("Ask for other times", words="Mornings only")
    assert "Other times will be offered to you." in said
    assert len(office.told(REGIONAL, "interview.none_suits")) == 1
    theirs = office.chat(REGIONAL)
    card = await theirs.say("show AP-2027-0001")
    assert "None of the times suited the candidate. Offer others." in card
    assert "Mornings only" in card
    await theirs.click("Offer other times")
    await theirs.click("Next")
    assert "The candidate has the times" in await theirs.click("Send the invitation")
    assert len(office.units.memory.interviews) == 2


async def test_aucun_ne_convient_par_ecrit(office: Office) -> None:
    """
    aucun ne convient
      ▸ de quoi écrire un mot
    Le matin seulement
      ▸ d'autres moments viendront
    """
    meet(office, CANDIDATE)
    application = await referenced(office, CANDIDATE)
    about = application.application_id
    await office.services.inviting.invite(REGIONAL.person_id, about, OPTIONS, 60)
    chat = office.chat(CANDIDATE)
    form = await chat.say("aucun ne convient")
    assert form.splitlines()[0] == "Demander d’autres moments"
    said = await chat.say("Le matin seulement")
    assert "D’autres moments vous seront proposés." in said
    assert newest(office).reason == "Le matin seulement"


async def test_none_suits_given_up(office: Office) -> None:
    await invited(office)
    chat = office.chat(OUTSIDER)
    await chat.say("none suits")
    await chat.say("cancel")
    assert "Nothing was changed." in await chat.say("yes")
    assert newest(office).status.value == "offered"


async def test_booked_it_has_the_link_for_both(office: Office) -> None:
    await booked(office)
    for who, words in ((OUTSIDER, "interview"), (REGIONAL, "show AP-2027-0001")):
        chat = office.chat(who)
        await chat.say(words)
        links = [a["url"] for a in _urls(chat.card)]
        assert links == [JOIN_URL]
        assert problems_of(chat.card) == []


async def test_a_candidate_who_cannot_come(office: Office) -> None:
    await booked(office)
    chat = office.chat(OUTSIDER)
    await chat.say("interview")
    said = await chat.click("Cancel and ask for other times", words="I am ill.")
    assert "Other times will be offered to you." in said
    assert newest(office).ending == "cannot"
    card = await office.chat(COORDINATRICE).say("voir AP-2027-0001")
    assert "I am ill." in card


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
    assert "The interview has its new time" in said
    assert newest(office).starts_at != FIRST
    assert len(office.told(OUTSIDER, "interview.moved")) == 1


async def test_deplacee_par_un_clic_de_l_autre_partie(office: Office) -> None:
    await booked(office)
    chat = office.chat(COORDINATRICE)
    await chat.say("voir AP-2027-0001")
    await chat.click("Changer le moment")
    await chat.click("Suivant")
    said = await chat.click("Déplacer l’entrevue", times="", other="20 janvier à 11 h")
    assert "L’entrevue a son nouveau moment" in said
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


async def test_an_old_button_says_how_it_stands(office: Office) -> None:
    await invited(office)
    chat = office.chat(OUTSIDER)
    await chat.say("interview")
    await office.services.inviting.cancel(REGIONAL.person_id, newest(office).interview_id, "Away.")
    pick = f"Thursday, January{NB}14, 2027, 10{NB}am to 11{NB}am"
    late = await chat.click(pick)
    assert "This interview has moved on in the meantime" in late
    assert "Cancelled" in late


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


def _urls(card: dict[str, object]) -> list[dict[str, str]]:
    return [a for a in actions_of(card) if a["type"] == "Action.OpenUrl"]

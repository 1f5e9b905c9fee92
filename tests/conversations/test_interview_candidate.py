"""Interviews, the candidate's side: picked by a click or a number, none suits, cannot come."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.i18n import Catalogues
from tests.conversations.office import OUTSIDER, REGIONAL, Office
from tests.conversations.review import COORDINATRICE, meet, open_region
from tests.conversations.selecting import (
    FIRST,
    JOIN_URL,
    OPTIONS,
    booked,
    invited,
    newest,
    referenced,
)
from tests.conversations.talking import MANAGER, actions_of, person, problems_of

CANDIDATE = person(41, "Candidate, Gatineau", "fr")
NB = "\u00a0"


@pytest.fixture
def office(catalogues: Catalogues) -> Office:
    return open_region(catalogues)


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
    assert "Thank you, your choice is noted." in picked
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


async def test_an_old_button_says_how_it_stands(office: Office) -> None:
    await invited(office)
    chat = office.chat(OUTSIDER)
    await chat.say("interview")
    await office.services.inviting.cancel(REGIONAL.person_id, newest(office).interview_id, "Away.")
    pick = f"Thursday, January{NB}14, 2027, 10{NB}am to 11{NB}am"
    late = await chat.click(pick)
    assert "This interview has moved on in the meantime" in late
    assert "Cancelled" in late


def _urls(card: dict[str, object]) -> list[dict[str, str]]:
    return [a for a in actions_of(card) if a["type"] == "Action.OpenUrl"]

"""Orientations: a candidate's offer, the answer, what follows; in both languages."""

from datetime import timedelta

import pytest

from bot.domain.people import Side
from bot.i18n import Catalogues
from tests.conversations.office import OUTSIDER, Office
from tests.conversations.review import open_region
from tests.conversations.talking import problems_of
from tests.conversations.training import (
    ANGLOPHONE,
    FRANCOPHONE,
    LINK,
    WESTERN,
    accept,
    applied,
    opened,
    running,
    stands,
)


@pytest.fixture
def office(catalogues: Catalogues) -> Office:
    return open_region(catalogues)


async def test_a_candidate_accepts_the_seat(office: Office) -> None:
    """
    my orientation
      ▸ a seat is offered, until when, the five days
    [Accept the seat]
      ▸ in place: you have a seat
    [Accept the seat] of the old card again
      ▸ the same
    """
    accept(office, ANGLOPHONE)
    await opened(office)
    chat = office.chat(ANGLOPHONE)
    card = await chat.say("my orientation")
    assert card.splitlines()[:9] == [
        "Orientation of new facilitators",
        "A seat is offered to you",
        "It is yours if you accept by Monday, January\u00a018, 2027, at 5\u00a0pm.",
        "Each day, 9\u00a0am to 4\u00a0pm",
        "Day 1: Wednesday, March\u00a010, 2027",
        "Day 2: Thursday, March\u00a011, 2027",
        "Day 3: Friday, March\u00a012, 2027",
        "Day 4: Monday, March\u00a015, 2027",
        "Day 5: Tuesday, March\u00a016, 2027",
    ]
    assert problems_of(chat.card) == []
    old = chat.last
    said = await chat.click("Accept the seat")
    assert "You have accepted. Welcome to the orientation." in said
    assert "You have a seat" in said
    assert "not booked in Outlook yet" in said
    assert (stands(office, ANGLOPHONE), applied(office, ANGLOPHONE)) == (
        "confirmed",
        "in_orientation",
    )
    assert "Accept the seat" not in chat.buttons
    assert old.id == chat.last.id


async def test_refusee_en_francais(office: Office) -> None:
    """
    mon orientation
      ▸ une place vous est offerte
    refuser l'orientation K7M-2QF
      ▸ la place va à quelqu'un d'autre
    [Attendre tout de même une place]
      ▸ elle est offerte de nouveau
    """
    accept(office, FRANCOPHONE, Side.EMPLOYER)
    await opened(office, language="fr")
    chat = office.chat(FRANCOPHONE)
    card = await chat.say("mon orientation")
    assert card.splitlines()[:5] == [
        "Orientation à la facilitation",
        "Une place vous est offerte",
        "Elle est à vous si vous l’acceptez d’ici le lundi 18\u00a0janvier\u00a02027 à 17\u00a0h.",
        "Chaque jour, de 9\u00a0h à 16\u00a0h",
        "Jour 1\u00a0: mercredi 10\u00a0mars\u00a02027",
    ]
    assert problems_of(chat.card) == []
    said = await chat.say("refuser l'orientation K7M-2QF")
    assert "Merci de l’avoir dit\u00a0: la place va à quelqu’un d’autre." in said
    assert "Votre candidature demeure retenue." in said
    assert (stands(office, FRANCOPHONE), applied(office, FRANCOPHONE)) == ("declined", "accepted")
    again = await chat.click("Attendre tout de même une place")
    assert "Une place est libre et elle vous est offerte." in again
    assert stands(office, FRANCOPHONE) == "offered"


async def test_the_days_on_ones_own_clock(office: Office) -> None:
    """Regina does not change its clocks: the days from March 15 on begin an hour earlier there."""
    accept(office, WESTERN, Side.EMPLOYER)
    await opened(office)
    card = await office.chat(WESTERN).say("orientation K7M-2QF")
    assert "Day 3: Friday, March\u00a012, 2027, 8\u00a0am to 3\u00a0pm" in card
    assert "Day 4: Monday, March\u00a015, 2027, 7\u00a0am to 2\u00a0pm" in card
    assert "Each day: 9\u00a0am to 4\u00a0pm, Eastern time" in card


async def test_who_has_a_seat_gives_it_up(office: Office) -> None:
    """
    accept orientation K7M-2QF
      ▸ you have a seat
    [Give up the seat] → [Yes, give it up]
      ▸ accepted still, and may wait again
    """
    accept(office, ANGLOPHONE)
    await opened(office)
    chat = office.chat(ANGLOPHONE)
    assert "You have a seat" in await chat.say("accept orientation K7M-2QF")
    assert "You have a seat" in await chat.say("accept orientation K7M-2QF")
    said = await chat.click("Yes, give it up")
    assert "You have given up your place." in said
    assert "You have no seat in this orientation" in said
    assert (stands(office, ANGLOPHONE), applied(office, ANGLOPHONE)) == ("left", "accepted")


async def test_the_waitlist_is_left_and_joined_again(office: Office) -> None:
    accept(office, ANGLOPHONE)
    cohort = await opened(office)
    office.units.memory.training[cohort.cohort_id, ANGLOPHONE.person_id].status = type(
        office.units.memory.training[cohort.cohort_id, ANGLOPHONE.person_id].status
    )("waitlisted")
    chat = office.chat(ANGLOPHONE)
    assert "You are on the waitlist" in await chat.say("my orientation")
    said = await chat.click("Leave the waitlist")
    assert "You have given up your place." in said
    assert stands(office, ANGLOPHONE) == "left"
    assert "A seat is free, and it is offered to you." in await chat.say(
        "wait for orientation K7M-2QF"
    )


async def test_an_offer_that_lapsed_says_so(office: Office) -> None:
    accept(office, ANGLOPHONE)
    await opened(office)
    chat = office.chat(ANGLOPHONE)
    await chat.say("my orientation")
    office.clock.advance(timedelta(days=8))
    said = await chat.click("Accept the seat")
    assert "This offer ended on Monday, January\u00a018, 2027, at 5\u00a0pm" in said
    assert "Your time to answer has passed" in said
    await office.services.training.tend("cohort-1")
    said = await chat.say("accept orientation K7M-2QF")
    assert "This offer ended on" in said


async def test_the_link_is_there_while_it_runs(office: Office) -> None:
    accept(office, ANGLOPHONE)
    await running(office, ANGLOPHONE)
    chat = office.chat(ANGLOPHONE)
    assert "The orientation is under way." in await chat.say("my orientation")
    (link,) = [a for a in chat.card["actions"] if a["type"] == "Action.OpenUrl"]
    assert link["url"] == LINK


async def test_nothing_was_offered(office: Office) -> None:
    """
    my orientation
      ▸ nothing yet, and when it will be
    orientation K7M-2QF, somebody else's
      ▸ cannot be found
    orientations
      ▸ what is theirs: nothing
    """
    await opened(office)
    chat = office.chat(OUTSIDER)
    assert "No orientation has been offered to you." in await chat.say("my orientation")
    assert "I cannot find this orientation." in await chat.say("orientation K7M-2QF")
    assert "I cannot find this orientation." in await chat.say("cancel orientation K7M-2QF")
    assert "No orientation has been offered to you." in await chat.say("orientations")
    assert "planned by coordinators and administrators" in await chat.say("plan an orientation")


async def test_a_candidate_steers_nothing(office: Office) -> None:
    accept(office, ANGLOPHONE)
    await running(office, ANGLOPHONE)
    chat = office.chat(ANGLOPHONE)
    for words in ("attendance", "complete orientation", "cancel orientation"):
        assert "This is not yours to do." in await chat.say(f"{words} K7M-2QF")
    assert stands(office, ANGLOPHONE) == "confirmed"
    assert office.units.memory.cohorts["cohort-1"].status.value == "running"


async def test_the_application_follows(office: Office) -> None:
    """
    my application, after a seat was declined, waited for, accepted and given up
      ▸ each of it is in its time line
    """
    accept(office, ANGLOPHONE)
    await opened(office)
    chat = office.chat(ANGLOPHONE)
    await chat.say("decline orientation K7M-2QF")
    await chat.say("wait for orientation K7M-2QF")
    await chat.say("accept orientation K7M-2QF")
    card = await chat.say("my application")
    for line in (
        "A seat in an orientation was offered",
        "Candidate for the union, Ottawa declined the seat",
        "On the waitlist of an orientation",
        "Candidate for the union, Ottawa accepted the seat",
    ):
        assert line in card
    assert "You have a seat in an orientation." in card
    assert "You have a seat" in await chat.click("See the orientation")
    await chat.say("leave orientation K7M-2QF")
    assert "gave up the place" in await chat.say("my application")


async def test_the_code_alone_and_a_sessions_words(office: Office) -> None:
    """
    K7M-2QF
      ▸ the orientation
    accept K7M-2QF, refuser K7M-2QF
      ▸ as with a session
    K7M-2QX
      ▸ neither a session nor an orientation
    """
    accept(office, ANGLOPHONE)
    await opened(office)
    chat = office.chat(ANGLOPHONE)
    assert "A seat is offered to you" in await chat.say("K7M-2QF")
    assert "You have a seat" in await chat.say("accept K7M-2QF")
    assert "You have given up your place." in await chat.say("refuser K7M-2QF")
    assert "I know no session with this code." in await chat.say("K7M-2QX")
    assert "I know no session with this code." in await office.chat(OUTSIDER).say("K7M-2QF")

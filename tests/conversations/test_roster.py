"""The roster in the chat: facilitators see to themselves, coordinators to their region."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.domain import catalogue
from bot.domain.roster import Standing, Wish
from bot.i18n import Catalogues
from cards import actions
from tests.conversations.office import LEAD_EMPLOYER, LEAD_UNION, OUTSIDER, REGIONAL, Office
from tests.conversations.review import (
    ADMIN,
    COORDINATRICE,
    ELSEWHERE,
    SECOND_UNION,
    approved,
    booked,
    offer_of,
    open_region,
)
from tests.conversations.talking import MANAGER, find_action, problems_of

LEAD = LEAD_UNION.person_id


@pytest.fixture
def office(catalogues: Catalogues) -> Office:
    return open_region(catalogues)


def standing_of(office: Office, person_id: str = LEAD) -> str:
    return office.units.memory.facilitators[person_id].standing.value


async def test_my_assignments_have_my_figures_and_my_partner(office: Office) -> None:
    """
    my assignments
      ▸ 0 sessions led in 18 months, of the 5 asked · accepted and still ahead: 1
      ▸ the session, with whom · [My absences] [How much I lead] [My facilitation]
    """
    await booked(office)
    chat = office.chat(LEAD_UNION)
    lines = (await chat.say("my assignments")).splitlines()
    assert lines[:4] == [
        "My assignments",
        "0 sessions led in 18 months, of the 5 asked",
        "Accepted and still ahead: 1",
        "1 session ahead",
    ]
    assert "With: Facilitator for the employer, Ottawa, who has accepted" in lines
    assert problems_of(chat.card) == []
    for button in ("My absences", "How much I lead", "My facilitation"):
        assert button in chat.buttons
    card = await chat.click("My facilitation")
    assert card.splitlines()[:2] == ["My facilitation", "Active"]
    assert "Topics: Mental Health: Let's Talk!" in card
    assert "Would like to lead: As usual" in card
    assert problems_of(chat.card) == []


async def test_une_pause_et_un_depart_en_mots(office: Office) -> None:
    """
    faire une pause, oui ▸ votre pause a commencé; reprendre l'animation ▸ bon retour; encore ▸ rien
    quitter l'effectif, annuler ▸ rien n'est changé; oui ▸ vous avez quitté l'effectif
    """
    chat = office.chat(SECOND_UNION)
    await chat.say("faire une pause")
    assert problems_of(chat.card) == []
    assert "Votre pause a commencé." in await chat.say("oui")
    assert "Bon retour." in await chat.say("reprendre l’animation")
    assert "Bon retour." not in await chat.say("reprendre l’animation")
    assert "Seule la coordination peut vous faire revenir." in await chat.say("quitter l’effectif")
    await chat.say("annuler")
    assert "En activité" in await chat.say("oui")
    await chat.say("quitter l’effectif")
    assert "Vous avez quitté l’effectif." in await chat.say("oui")
    assert standing_of(office, SECOND_UNION.person_id) == "retired"


async def test_more_for_the_next_months(office: Office) -> None:
    """
    lead more ▸ how much I lead · More sessions, until April 12
    without a day ▸ the error there; a day that is over ▸ the error there; typed ▸ noted
    as usual ▸ noted at once
    """
    chat = office.chat(LEAD_UNION)
    form = await chat.say("lead more")
    assert "How much would you like to lead?: More sessions" in form
    assert "2027-04-12" in form
    assert problems_of(chat.card) == []
    assert "Choose the last day for which this holds." in await chat.click("Save", until="")
    assert "has already passed." in await chat.click("Save", until="2027-01-10")
    noted = await chat.click("Save", until="2027-06-30")
    assert "Noted: you would like to lead more sessions until June\u00a030, 2027." in noted
    kept = office.units.memory.facilitators[LEAD]
    assert (kept.wish, kept.wish_until_on) == (Wish.MORE, date(2027, 6, 30))
    assert "Would like to lead: More sessions" in await chat.say("my assignments")
    assert "Noted: you would like to lead as usual." in await chat.say("as usual")
    assert office.units.memory.facilitators[LEAD].wish is Wish.USUAL


async def test_moins_souvent_en_mots(office: Office) -> None:
    """
    en animer moins ▸ Moins de séances; « 30 juin » ▸ C'est noté
    fréquence d'animation, annuler ▸ rien n'est changé
    """
    chat = office.chat(SECOND_UNION)
    assert "Moins de séances" in await chat.say("en animer moins")
    noted = await chat.say("30 juin")
    assert (
        "C’est noté\u00a0: vous souhaitez animer moins de séances jusqu’au 30\u00a0juin\u00a02027."
        in noted
    )
    await chat.say("fréquence d’animation")
    await chat.say("annuler")
    await chat.say("oui")
    assert "Moins de séances, jusqu’au 30\u00a0juin\u00a02027" in await chat.say("ma facilitation")


async def test_a_pause_asks_once_more_and_ends(office: Office) -> None:
    """
    pause ▸ what follows · [Begin the pause] ▸ Your pause has begun
    the coordinators are told once; an old button changes nothing more
    lead again ▸ Welcome back
    """
    chat = office.chat(LEAD_UNION)
    asked = await chat.say("take a break")
    assert "You will get no new offers until you end the pause." in asked
    assert standing_of(office) == "active"
    question = chat.last
    assert "Your pause has begun." in await chat.click("Begin the pause")
    assert standing_of(office) == "paused"
    data = {"id": LEAD, "sure": True}
    again = {"action": {"verb": actions.ROSTER_PAUSE, "data": data}}
    assert "Paused" in await chat.invoke(again, on=question)
    for who in (REGIONAL, COORDINATRICE):
        assert [row.kind for row in office.told(who, "roster.")] == ["roster.left.paused"]
    assert "End the pause" in chat.buttons
    assert "Paused" in await chat.say("my assignments")
    assert "Welcome back." in await chat.say("lead again")
    assert standing_of(office) == "active"
    await chat.say("help")
    assert "My assignments" in chat.buttons


async def test_leaving_needs_what_was_accepted_to_be_settled(office: Office) -> None:
    """
    leave the roster ▸ You have accepted 1 session that is still ahead … [My assignments]
    a forged click ▸ the same in a sentence
    withdrawn ▸ leave the roster ▸ [Leave for good] ▸ You have left the roster
    """
    session = await booked(office)
    chat = office.chat(LEAD_UNION)
    told = await chat.say("leave the roster")
    assert "You have accepted 1 session that is still ahead." in told
    assert chat.buttons == ["My assignments", "My facilitation"]
    forged = {"action": {"verb": actions.ROSTER_RETIRE, "data": {"id": LEAD, "sure": True}}}
    assert "1 session that was accepted is still ahead." in await chat.invoke(forged)
    await office.services.assignments.withdraw(LEAD, offer_of(office, session, LEAD_UNION), "Ill")
    asked = await chat.say("retire")
    assert "Only a coordinator can bring you back." in asked
    assert "You have left the roster." in await chat.click("Leave for good")
    assert standing_of(office) == "retired"
    assert "A coordinator other than yourself has to do this" in await chat.say("lead again")
    refused = await chat.say("lead more")
    assert "This is for facilitators of the roster" in refused
    await chat.say("help")
    assert "Become a facilitator" in chat.buttons


async def test_leaving_declines_what_awaits_an_answer(office: Office) -> None:
    session = await approved(office)
    chat = office.chat(LEAD_EMPLOYER)
    asked = await chat.say("quitter l’effectif")
    assert "1 offer that awaits an answer is declined." in asked
    await chat.click("Leave for good")
    kept = office.units.memory.assignments[offer_of(office, session, LEAD_EMPLOYER)]
    assert kept.status.value == "declined"
    assert len(office.told(REGIONAL, "request.lead_declined")) == 1


async def test_a_coordinator_keeps_the_roster_of_the_region(office: Office) -> None:
    """
    roster ▸ 2 facilitators · filters ▸ [Open] ▸ one of them
    [Certify topics] ▸ topics not held yet ▸ certified, the person is told
    [Pause], [Begin the pause] ▸ paused, told; [End the pause]
    """
    chat = office.chat(REGIONAL)
    listed = await chat.say("roster")
    assert listed.splitlines()[:2] == [
        "Roster",
        "2 facilitators, the least busy of each side first",
    ]
    assert "Union · English, French · National Capital" in listed
    assert problems_of(chat.card) == []
    alone = await chat.click("Show", side="employer")
    assert "1 facilitator" in alone
    assert "Facilitator for the union" not in alone
    nobody = await chat.click("Show", side="any", topic="anti-racism")
    assert "Nobody fits." in nobody
    await chat.click("Show everybody")
    await chat.click("Show", side="union")
    card = await chat.click("Open")
    assert card.splitlines()[:2] == ["Facilitator for the union, Ottawa", "Active"]
    form = await chat.click("Certify topics")
    assert "Certify topics: Facilitator for the union, Ottawa" in form
    assert problems_of(chat.card) == []
    assert "Choose at least one topic." in await chat.click("Certify", topics="")
    button = find_action(chat.card, "Certify")
    said = await chat.click("Certify", topics="anti-racism,grounding-ourselves")
    assert "can now lead these topics too" in said
    assert "certified: " in said
    again = {"verb": button["verb"], "data": button["data"] | {"topics": "anti-racism"}}
    other = office.chat(REGIONAL)
    await other.say("help")
    assert "Certify topics" in await other.invoke({"action": again})  # the form is over
    kept = office.units.memory.facilitators[LEAD]
    assert set(kept.topics) == {"mental-health", "anti-racism", "grounding-ourselves"}
    said = await chat.click("Begin the pause")
    assert "Facilitator for the union, Ottawa is paused." in said
    said = await chat.click("End the pause")
    assert "is over. I am telling them now." in said
    assert [row.kind for row in office.told(LEAD_UNION)] == [
        "roster.certified",
        "roster.paused",
        "roster.resumed",
    ]


async def test_l_administration_fait_revenir_quelqu_un(office: Office) -> None:
    """
    faire revenir ▸ l'effectif, les personnes parties ▸ [Ouvrir] ▸ [Faire revenir]
    """
    office.units.memory.facilitators[LEAD].standing = Standing.RETIRED
    chat = office.chat(ADMIN)
    listed = await chat.say("faire revenir")
    assert "Open somebody, then choose “Bring back”." in listed
    assert "1 facilitator" in listed
    assert "Region" in listed
    card = await chat.click("Open")
    assert "Retired" in card
    assert "Pause" not in chat.buttons
    said = await chat.click("Bring back")
    assert "is on the roster again" in said
    assert standing_of(office) == "active"
    french = office.chat(COORDINATRICE)
    assert (await french.say("effectif")).splitlines()[0] == "Effectif"
    assert "Certifier des sujets" in await french.say("certifier")
    assert problems_of(french.card) == []


async def test_a_wish_is_given_up(office: Office) -> None:
    """
    how much I lead, [Cancel], yes ▸ how they stand, unchanged
    from a card: fewer ▸ the form with it filled in; usual ▸ at once
    """
    chat = office.chat(LEAD_UNION)
    await chat.say("how much i lead")
    await chat.say("cancel")
    assert "Would like to lead: As usual" in await chat.say("yes")
    wanted = {"action": {"verb": actions.ROSTER_WISH, "data": {"wish": "fewer"}}}
    assert "Fewer sessions" in await chat.invoke(wanted)
    wanted["action"]["data"] = {"wish": "usual"}
    assert "Noted: you would like to lead as usual." in await chat.invoke(wanted)


async def test_certifying_given_up_or_not_ones_own(office: Office) -> None:
    """
    [Certify topics], cancel ▸ the card again
    one's own card has no such button, and a forged click is refused
    """
    chat = office.chat(REGIONAL)
    await chat.say("roster")
    await chat.click("Show", side="union")
    await chat.click("Open")
    await chat.click("Certify topics")
    await chat.say("cancel")
    assert "Can be asked to lead." in await chat.say("yes")
    own = office.chat(LEAD_UNION)
    await own.say("my facilitation")
    forged = {"action": {"verb": actions.ROSTER_CERTIFY, "data": {"id": LEAD}}}
    assert "A coordinator other than yourself has to do this" in await own.invoke(forged)
    office.units.memory.facilitators[LEAD].standing = Standing.RETIRED
    assert "This person has left the roster." in await chat.invoke(forged)


async def test_pausing_after_having_left(office: Office) -> None:
    office.units.memory.facilitators[LEAD].standing = Standing.RETIRED
    chat = office.chat(LEAD_UNION)
    assert "You have left the roster." in await chat.say("pause")


async def test_every_topic_is_held(office: Office) -> None:
    kept = office.units.memory.facilitators[LEAD]
    kept.topics = tuple(entry.key for entry in catalogue.offerings())
    chat = office.chat(REGIONAL)
    await chat.say("roster")
    await chat.invoke({"action": {"verb": actions.ROSTER_SHOW, "data": {"id": LEAD}}})
    assert "This person can lead every topic already." in await chat.click("Certify topics")


@pytest.mark.parametrize("who", [OUTSIDER, MANAGER, LEAD_EMPLOYER, ELSEWHERE])
@pytest.mark.parametrize(
    "verb",
    [
        actions.ROSTER_SHOW,
        actions.ROSTER_PAUSE,
        actions.ROSTER_RESUME,
        actions.ROSTER_RETIRE,
        actions.ROSTER_BRING_BACK,
        actions.ROSTER_CERTIFY,
    ],
)
async def test_somebody_elses_is_not_told(office: Office, who, verb: str) -> None:
    chat = office.chat(who)
    await chat.say("help")
    data = {"id": LEAD, "sure": True}
    said = await chat.invoke({"action": {"verb": verb, "data": data}})
    assert "I cannot find this facilitator." in said
    assert "Facilitator for the union" not in said
    assert standing_of(office) == "active"


@pytest.mark.parametrize(
    ("verb", "data"),
    [
        (actions.ROSTER_SHOW, {}),
        (actions.ROSTER_PAUSE, {"sure": True}),
        (actions.ROSTER_LIST, {"side": "middle"}),
        (actions.ROSTER_LIST, {"topic": "x" * 900}),
        (actions.ROSTER_LIST, {"first": "many"}),
        (actions.ROSTER_WISH, {"wish": "everything"}),
        (actions.ROSTER_WISH, {"wish": ["more"]}),
        (actions.ABSENCE_REMOVE, {}),
        (actions.ABSENCE_REMOVE, {"id": "../../x"}),
    ],
)
async def test_payloads_that_no_card_has(office: Office, verb: str, data: dict) -> None:
    chat = office.chat(REGIONAL if "list" in verb else LEAD_UNION)
    await chat.say("help")
    said = await chat.invoke({"action": {"verb": verb, "data": data}})
    assert "I could not read this card." in said
    assert standing_of(office) == "active"


async def test_a_click_means_somebody_and_typed_words_oneself(office: Office) -> None:
    chat = office.chat(OUTSIDER)
    for words in ("pause", "my facilitation", "lead fewer", "mes absences", "absent"):
        said = await chat.say(words)
        assert "This is for facilitators" in said or "I cannot find this facilitator." in said
    assert "The roster is for the coordinators of each region" in await chat.say("effectif")


async def test_the_worker_wakes_old_cards(office: Office) -> None:
    """A coordinator's card of somebody who pauses meanwhile is shown anew."""
    chat = office.chat(REGIONAL)
    await chat.say("roster")
    await chat.click("Show", side="union")
    await chat.click("Open")
    await office.services.roster.pause(LEAD, LEAD)
    refreshed = [
        row
        for row in office.units.memory.outbox.values()
        if row.kind == "card.refresh" and row.subject == f"facilitator:{LEAD}"
    ]
    assert [row.recipient_id for row in refreshed] == [REGIONAL.person_id]
    office.clock.advance(timedelta(minutes=1))
    assert "Paused" in await chat.invoke(
        {"action": {"verb": actions.ROSTER_SHOW, "data": {"id": LEAD}}}
    )

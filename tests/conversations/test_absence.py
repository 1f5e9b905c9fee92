"""Absences in the chat: by form or in one sentence, with what falls on those days."""

from __future__ import annotations

from datetime import date

import pytest

from bot.i18n import Catalogues
from cards import actions
from tests.conversations.office import LEAD_UNION, REGIONAL, Office
from tests.conversations.review import (
    COORDINATRICE,
    SECOND_UNION,
    approved,
    booked,
    offer_of,
    open_region,
)
from tests.conversations.talking import problems_of

WHY = "surgery of the left knee"


@pytest.fixture
def office(catalogues: Catalogues) -> Office:
    return open_region(catalogues)


def kept(office: Office) -> list[tuple[date, date, str]]:
    return [(a.from_on, a.to_on, a.reason) for a in office.units.memory.absences.values()]


async def test_added_by_the_form_over_a_session_that_is_led(office: Office) -> None:
    """
    my absences ▸ none · [Add an absence]
    the days in the wrong order ▸ the error there; mended ▸ Noted · You have 1 session then
    [Open, to withdraw] ▸ the session, [Withdraw…]
    """
    session = await booked(office)
    chat = office.chat(LEAD_UNION)
    assert "You have announced no absence." in await chat.say("my absences")
    assert problems_of(chat.card) == []
    form = await chat.click("Add an absence")
    assert "Reason, for yourself only (optional)" in form
    assert problems_of(chat.card) == []
    days = {"from": "2027-02-17", "to": "2027-02-15", "reason": WHY}
    wrong = await chat.click("Save", **days)
    assert "The last day comes before the first." in wrong
    said = await chat.click("Save", **{**days, "from": "2027-02-15", "to": "2027-02-17"})
    days_said = "from Monday, February\u00a015, 2027, to Wednesday, February\u00a017, 2027"
    assert f"Noted: {days_said}." in said
    assert "You have 1 session on those days." in said
    assert WHY in said
    assert problems_of(chat.card) == []
    assert kept(office) == [(date(2027, 2, 15), date(2027, 2, 17), WHY)]
    card = await chat.click("Open, to withdraw")
    assert "You lead this session: booked" in card
    assignment_id = offer_of(office, session, LEAD_UNION)
    await office.services.assignments.withdraw(LEAD_UNION.person_id, assignment_id, "Away")
    assert "Open, to withdraw" not in await chat.say("absences")


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("absent from 2027-03-01 to 2027-03-05", (3, 1), (3, 5)),
        ("away March 1 to 5", (3, 1), (3, 5)),
        ("Absent from the 1st to the 5th of March", (3, 1), (3, 5)),
        ("absent tomorrow", (1, 12), (1, 12)),
        ("absente du 1er au 5 mars", (3, 1), (3, 5)),
        ("absent le 24 juin 2027", (6, 24), (6, 24)),
        ("en congé du 3 mai au 7 mai", (5, 3), (5, 7)),
        ("Je serai absente du 3 au 7 mai", (5, 3), (5, 7)),
    ],
)
async def test_in_one_sentence(
    office: Office, words: str, first: tuple[int, int], last: tuple[int, int]
) -> None:
    await office.chat(LEAD_UNION).say(words)
    assert kept(office) == [(date(2027, *first), date(2027, *last), "")]


@pytest.mark.parametrize(
    "words",
    ["absent 30/02/2027", "absent from 2027-03-05 to 2027-03-01", "absent from March 5 to March 1"],
)
async def test_days_that_cannot_be_typed(office: Office, words: str) -> None:
    """The refusal stands above the list; then it is said well."""
    chat = office.chat(LEAD_UNION)
    said = await chat.say(words)
    assert said.splitlines()[0] == "My absences"
    assert kept(office) == []
    await chat.say("absent 2027-03-01")
    assert len(kept(office)) == 1


async def test_en_francais_puis_enlevee(office: Office) -> None:
    """
    ajouter une absence ▸ « du 1er au 5 mars » ▸ les deux dates; [Enregistrer] ▸ C'est noté
    [Oui, la supprimer] ▸ L'absence est supprimée; une deuxième fois ▸ déjà
    """
    chat = office.chat(SECOND_UNION)
    await chat.say("ajouter une absence")
    form = await chat.say("1er au 5 mars")
    if "C’est noté" not in form:
        assert "2027-03-05" in form
        form = await chat.click("Enregistrer")
    assert "C’est noté\u00a0: du lundi 1er\u00a0mars\u00a02027" in form
    old = chat.last
    (absence_id,) = office.units.memory.absences
    gone = {"action": {"verb": actions.ABSENCE_REMOVE, "data": {"id": absence_id}}}
    assert "L’absence est supprimée." in await chat.click("Oui, la supprimer")
    assert "Cette absence a déjà été supprimée." in await chat.invoke(gone, on=old)
    assert kept(office) == []
    assert "Vous n’avez annoncé aucune absence." in await chat.say("mes absences")


@pytest.mark.parametrize(
    "words",
    [
        "remove absence December 29",
        "not away 2027-12-28 to 2028-01-03",
        "supprimer l’absence du 30 déc.",
    ],
)
async def test_removed_in_one_sentence(office: Office, words: str) -> None:
    """
    absent from December 28 to January 3 ▸ over the new year
    remove absence of a day within ▸ removed; of a day in none ▸ I cannot find it
    """
    chat = office.chat(LEAD_UNION)
    await chat.say("absent from December 28 to January 3")
    assert kept(office) == [(date(2027, 12, 28), date(2028, 1, 3), "")]
    assert "I cannot find this absence." in await chat.say("remove absence 2027-12-27")
    assert "The absence is removed." in await chat.say(words)
    assert kept(office) == []


async def test_a_form_given_up_shows_the_list(office: Office) -> None:
    chat = office.chat(LEAD_UNION)
    await chat.say("new absence")
    await chat.say("2027-02-30 to 2027-03-01")
    await chat.say("2027-03-01")
    await chat.say("cancel")
    assert "You have announced no absence." in await chat.say("yes")
    assert kept(office) == []


async def test_only_oneself_reads_why(office: Office) -> None:
    """The coordinators' cards have the days; an offer on those days is opened to be answered."""
    await approved(office)
    chat = office.chat(LEAD_UNION)
    await chat.say("absent from 2027-02-15 to 2027-02-17")
    assert "Open, to answer" in chat.buttons
    await office.services.absences.add(
        LEAD_UNION.person_id, date(2027, 2, 15), date(2027, 2, 17), WHY
    )
    assert WHY in await chat.say("my absences")
    assert WHY not in await chat.say("my assignments")
    for who, word in ((REGIONAL, "roster"), (COORDINATRICE, "effectif")):
        other = office.chat(who)
        assert WHY not in await other.say(word)
        data = {"id": LEAD_UNION.person_id}
        card = await other.invoke({"action": {"verb": actions.ROSTER_SHOW, "data": data}})
        assert "2027" in card
        assert WHY not in card
        (absence_id,) = office.units.memory.absences
        gone = {"action": {"verb": actions.ABSENCE_REMOVE, "data": {"id": absence_id}}}
        await other.invoke(gone)
    assert len(kept(office)) == 1


async def test_many_absences_fit_the_card(office: Office) -> None:
    for month in range(1, 13):
        for day in (15, 20):
            await office.services.absences.add(
                LEAD_UNION.person_id, date(2027, month, day), date(2027, month, day), "x" * 300
            )
    chat = office.chat(LEAD_UNION)
    said = await chat.say("my absences")
    assert "24 absences, the soonest first" in said
    assert "12 later ones are not shown." in said
    assert problems_of(chat.card) == []
